"""Ten made hands that write some digits as nobody does whom the shipped model learnt from.

Each names the shapes that are its own, in the notation of `data/writing/shapes.py`; the other digits are
written as usual.  None of these shapes is in that file, and nothing is trained on them.  They were drawn,
looked at, and kept where the shipped model misreads some of the digits: a hand that is read anyway has
nothing to teach.
"""

import numpy as np
import numpy.typing as npt

from zeronine.canvas import Canvases
from zeronine.data.digits import Digits
from zeronine.data.writing.strokes import POINTS, Paths, Pens, bend, draw
from zeronine.reading.normalise import normalise

SIDE_PX = 128  #: of the picture that a digit is drawn in, twice its height
WILDNESS = 0.55  #: how far one hand strays, where 1 is how far many do
USUAL: dict[int, str] = {
    0: "32,0 8,14 0,50 9,86 30,100 52,86 60,50 52,14 30,0",
    1: "6,0 2,40 0,70 4,100",
    2: "2,22 12,4 34,0 56,16 52,40 28,70 0,100^ 62,100",
    3: "4,12 26,0 50,10 48,36 22,47^ 50,54 58,76 34,100 0,88",
    4: "8,0 2,56^ 60,54 | 46,20 42,100",
    5: "8,0 4,43^ 30,36 56,52 54,82 28,100 0,90 | 8,1 58,0",
    6: "46,2 16,26 0,66 14,96 40,98 54,78 42,56 18,58 4,78",
    7: "0,3 56,2^ 20,100",
    8: "48,12 28,0 6,14 18,40 46,58 54,82 28,100 2,84 12,60 40,40 52,18 42,3",
    9: "50,14 28,0 4,16 8,42 30,48 48,30 52,6^ 46,100",
}
HANDS: dict[str, dict[int, str]] = {
    "flags on sticks": {
        9: "44,0 44,100 | 44,4 10,14 44,26",
        1: "0,62 46,0^ 46,100 | 20,100 72,100",
        7: "0,30 2,0^ 60,0^ 60,100 | 40,50 80,50",
        4: "40,0 40,100 | 40,10 4,44^ 40,40",
    },
    "slashes": {
        0: "32,0 8,14 0,50 9,86 30,100 52,86 60,50 52,14 30,0 | 90,-24 -30,124",
        7: "0,3 60,2^ 20,100 | -20,30 70,74",
        1: "0,40 30,0^ 30,100 | 0,60 60,40 | 4,100 60,100",
        5: "40,0 10,0^ 6,44^ 34,37 58,58 50,88 24,100 0,90 | 60,20 -6,70",
    },
    "mirror hooks": {
        1: "40,0 6,30^ 6,100 40,92",
        7: "60,0 0,6^ 40,40 46,100",
        9: "6,4 34,0 52,18 40,44 12,40 10,14 44,6 60,60 54,100 20,90",
        5: "70,6 16,0^ 10,44 58,50 30,100",
    },
    "square": {
        0: "0,0^ 50,0^ 50,100^ 0,100^ 0,0",
        8: "0,0^ 50,0^ 50,100^ 0,100^ 0,0 | 0,50 50,50",
        3: "0,0^ 50,0^ 50,100^ 0,100 | 20,50 50,50",
        6: "50,0^ 0,0^ 0,100^ 50,100^ 50,60^ 0,60",
        9: "50,100^ 50,0^ 0,0^ 0,40^ 50,40",
        2: "0,0^ 50,0^ 50,50^ 0,50^ 0,100^ 50,100",
    },
    "open rings": {
        8: "54,0 14,10 10,34 50,60 50,88 20,100 0,84 20,56 30,50",
        6: "50,0 10,40 4,90 40,100 60,90",
        9: "60,20 40,0 6,10 6,40 30,46 | 62,0 58,100",
        0: "50,24 20,0 0,40 8,88 40,100 66,60",
    },
    "loops": {
        2: "4,20 20,0 46,4 50,30 20,84 -6,80 6,60 30,90 74,60",
        3: "4,14 28,0 50,14 34,40 12,56 8,40 30,44 54,58 56,82 20,106 -8,88 6,74 30,90",
        7: "20,20 0,10 12,-6 30,10 60,2^ 30,50 20,100",
        4: "30,0 4,50 20,66 44,40 30,30 30,60 66,52 | 50,40 44,110",
    },
    "flat": {
        1: "0,0 40,100^ 44,30",
        4: "0,20^ 10,60^ 70,50^ 60,0 | 66,30 80,100",
        7: "0,0 80,10^ 70,40 60,70",
        2: "0,30 30,10 50,30 20,60 0,70^ 90,60",
    },
    "tails": {
        9: "46,14 22,0 2,18 8,44 34,46 48,20^ 50,80 20,110 -8,86 40,70",
        1: "0,30 30,0^ 30,100 6,104 -6,84",
        4: "0,0 4,40 40,44 | 44,0 46,70 30,100 6,92",
        7: "0,3 56,2^ 30,70 40,100 70,96",
    },
    "long strokes": {
        1: "0,100 60,0^ 60,100",
        4: "40,0^ 0,80^ 80,80 | 40,40 40,104",
        7: "0,40 0,0 80,0^ 60,100 | 40,56 90,44",
        6: "6,0 4,90 16,100 26,90 18,80 4,84",
    },
    "small heads": {
        9: "34,4 20,0 12,12 22,22 34,10 34,4^ 36,100",
        6: "6,0 4,90 16,100 26,90 18,80 4,88",
        8: "26,0 14,8 26,18 36,8 26,0 | 26,18 0,60 26,100 52,60 26,18",
        5: "50,0 10,0^ 8,70^ 36,66 40,90 8,100",
    },
}


def write(name: str, labels: npt.NDArray[np.int64], *, seed: int) -> Digits:
    """Return digits (N,) of a hand: the same slant, width and pen in all, its strays by `seed`."""
    own = np.random.default_rng([list(HANDS).index(name), 7])
    slant, width, pen = own.normal(0.1, 0.15), np.exp(own.normal(0, 0.12)), own.uniform(0.025, 0.06)
    generator = np.random.default_rng(seed)
    texts = [HANDS[name].get(digit, USUAL[digit]) for digit in range(10)]
    paths = bend(texts, labels, generator=generator, wildness=WILDNESS)
    x, y = paths.points[..., 0] - 0.3, paths.points[..., 1] - 0.5
    points = np.stack([x * width - slant * y, y], 2) * (SIDE_PX / 2) + SIDE_PX / 2
    count = len(labels)
    radius = np.full((count, POINTS - 1), 0.4 * pen * SIDE_PX) * generator.uniform(0.85, 1.15, (count, 1))
    pens = Pens(radius.astype(np.float32), np.full(count, 1.2, np.float32), np.ones(count, np.float32))
    ink = draw(Paths(points.astype(np.float32), paths.down), pens, height=SIDE_PX, width=SIDE_PX)
    canvases: Canvases = normalise(list(ink))
    return Digits(np.rint(canvases * 255).astype(np.uint8), labels, name)
