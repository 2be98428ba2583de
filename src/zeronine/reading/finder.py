"""A grey picture in, the finder's maps out: where it looked, and what it saw there.

The one place where the finder's model file is opened and run.  Pictures of any size; the sides are
filled up to multiples of eight, with a margin of the paper's own tone, as in training.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.reading.classify import open_own

Grey = npt.NDArray[np.uint8]  #: (H, W)
Floats = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parents[1] / "models" / "finder.onnx"
MARKS = (*"0123456789", *".,-+/:=()x%", "other")  #: the classes of a mark, in the order of the outputs
DIGITS = 10  #: the first of them are digits
OTHER = len(MARKS) - 1  #: the last is writing that is not read
OUTPUTS = ("place", "kind", "box")
STRIDE = 4  #: pixels between two answers
BOX = (16.0, 32.0)  #: width and height of the box that the finder calls (0, 0), pixels
MARGIN = 16  #: pixels of paper laid round a picture: a character at the edge is seen whole
MULTIPLE = 8  #: of pixels that the sides have to be


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """What the finder says of a picture, at a fourth of its size."""

    place: Floats  #: (h, w): log-odds that the middle of a character is here
    kind: Floats  #: (22, h, w): logits
    box: Floats  #: (4, h, w)

    @property
    def heat(self) -> Floats:
        """(h, w) in [0, 1]: how likely the middle of a digit is here; what `--steps` and the page show."""
        shares = np.exp(self.kind - self.kind.max(axis=0))
        digit = shares[:DIGITS].sum(axis=0) / shares.sum(axis=0)
        return np.asarray(digit / (1 + np.exp(-self.place)), np.float32)


class Finder:
    """The finder's file, opened once; safe to call from several threads."""

    def __init__(self, path: Path = SHIPPED, *, threads: int = 1) -> None:
        """Open the file for `threads` CPU threads."""
        self.card, self._session = open_own(path, network="finder", called="finder", threads=threads)

    def __call__(self, grey: Grey) -> Maps:
        """Return the maps of a picture (H, W), its margin cut off again."""
        padded = with_margin(grey)
        picture = padded.astype(np.float32)[None] / np.float32(255)
        place, kind, box = self._session.run(list(OUTPUTS), {"picture": picture})
        edge = MARGIN // STRIDE
        height, width = (-(-side // STRIDE) for side in grey.shape)
        inner = (slice(edge, edge + height), slice(edge, edge + width))
        return Maps(place[0][inner], kind[0][:, *inner], box[0][:, *inner])


def with_margin(grey: Grey) -> Grey:
    """Return the picture with paper round it, its sides multiples of eight."""
    height, width = grey.shape
    size = [-(-(side + 2 * MARGIN) // MULTIPLE) * MULTIPLE for side in (height, width)]
    padded = np.full(size, int(rim_tone(grey)), np.uint8)
    padded[MARGIN : MARGIN + height, MARGIN : MARGIN + width] = grey
    return padded


def rim_tone(grey: Grey) -> float:
    """Return the tone of a picture's border: what is taken to lie beyond it."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


@lru_cache(maxsize=4)
def shipped_finder(threads: int = 1) -> Finder:
    """Return the shipped finder, opened once in a process."""
    return Finder(threads=threads)
