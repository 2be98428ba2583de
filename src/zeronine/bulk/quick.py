"""The eight-bit file of the shipped recogniser: the same network, twice as fast, for packed canvases.

Its answers differ a little, so it has the last word only where it is sure, either way; whatever is between
is asked again in float32.  `benchmarks/make_int8.py` makes the file, and its card says how often they differ.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.canvas import as_canvases
from zeronine.models import SHIPPED
from zeronine.reading.classify import Answers, Floats, open_own
from zeronine.reading.onnx_check import INPUT, OUTPUTS

INT8 = SHIPPED.with_name("zeronine-int8.onnx")
NETWORK = "convnet, int8"  #: what its card calls it
SURELY_NOT, SURELY = 0.05, 0.95  #: certainties below and above which its answer stands


class Quick:
    """The eight-bit file, opened once; safe to call from several threads."""

    def __init__(self, path: Path = INT8, *, threads: int = 1) -> None:
        """Open the file for `threads` CPU threads."""
        self.path = path
        self.card, self._session = open_own(path, network=NETWORK, called="eight-bit model", threads=threads)

    def __call__(self, canvases: npt.ArrayLike) -> Answers:
        """Return the answers for (N, 28, 28) canvases, all at once: give it a few hundred."""
        return Answers(*self._session.run(list(OUTPUTS), {INPUT: as_canvases(canvases)}))


def is_doubtful(certainty: Floats) -> npt.NDArray[np.bool_]:
    """Return which of the answers of eight bits (n,) have to be asked again in float32."""
    return np.asarray((certainty > SURELY_NOT) & (certainty < SURELY))
