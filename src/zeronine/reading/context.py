"""Glimpses in, what stands in them out: the second opinion, which sees a mark with its neighbours.

The one place where its model file is opened and run.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import log_softmax
from zeronine.reading.classify import open_own
from zeronine.reading.finder import MARKS
from zeronine.reading.glimpses import Glimpses

Floats = npt.NDArray[np.float64]

SHIPPED = Path(__file__).parents[1] / "models" / "context.onnx"
NOTHING = len(MARKS)  #: the last of its classes: no character fills the box
SURELY = -12.0  #: log-probability of what is not believed at all
BATCH = 128  #: glimpses in one run of the session: bounds memory


class Context:
    """The second opinion's file, opened once; safe to call from several threads."""

    def __init__(self, path: Path = SHIPPED, *, threads: int = 1) -> None:
        """Open the file for `threads` CPU threads."""
        self.card, self._session = open_own(path, network="context", called="second opinion", threads=threads)

    def __call__(self, glimpses: Glimpses) -> Floats:
        """Return log-probabilities (n, 23): the classes of a mark, and that nothing stands there."""
        logits = [np.zeros((0, NOTHING + 1))]
        for start in range(0, len(glimpses), BATCH):
            some = glimpses[start : start + BATCH].astype(np.float32) / np.float32(255)
            logits.append(self._session.run(["logits"], {"glimpses": some})[0].astype(np.float64))
        return log_softmax(np.concatenate(logits))


def nothing_there(count: int) -> Floats:
    """Return log-probabilities (count, 23) of glimpses in which surely nothing stands."""
    found = np.full((count, NOTHING + 1), SURELY)
    found[:, NOTHING] = 0
    return found


def as_found(kinds: Floats, place: Floats) -> Floats:
    """Return what the finder says, classes (n, 22) and log-odds (n,) of a character, in this one's terms."""
    there, none = -np.logaddexp(0, -place), -np.logaddexp(0, place)
    return np.concatenate([kinds + there[:, None], none[:, None]], axis=1)


@lru_cache(maxsize=4)
def shipped_context(threads: int = 1) -> Context:
    """Return the shipped second opinion, opened once in a process."""
    return Context(threads=threads)
