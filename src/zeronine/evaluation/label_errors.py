"""Test digits of MNIST whose published label we hold to be wrong, after looking at each.

Northcutt, Athalye and Mueller (2021) had people look at the test digits that models doubt, and counted
15 wrong labels in 10,000.  This list was made by us in the same way, from the digits that confident
models miss: it is therefore kind to models, and stands beside the figure with published labels, never
in its place.  `docs/label-errors.md` shows the pictures.
"""

from dataclasses import dataclass

from zeronine.data.digits import Digits
from zeronine.errors import DataError


@dataclass(frozen=True, slots=True)
class Doubt:
    """A test digit whose label we question."""

    index: int  #: among the 10,000 test digits, from 0
    published: int
    seen: int | None  #: what stands there in our eyes; None where nobody can say
    why: str


DOUBTS: tuple[Doubt, ...] = (
    Doubt(947, 8, 9, "one closed loop above, and a single thick stem below it"),
    Doubt(1901, 9, 4, "open at the top, no loop at all"),
    Doubt(2130, 4, 9, "a round closed loop, the stem leaves it on the right"),
    Doubt(4201, 1, 7, "a bar that turns into a long stem, with the stroke across"),
    Doubt(4823, 9, 4, "open at the top, with corners where a 9 is round"),
    Doubt(5654, 7, 2, "a round head and a foot on the line"),
    Doubt(9729, 5, 6, "one line into a closed lower loop"),
    Doubt(625, 6, None, "an open 4, or a 6 whose bowl does not close"),
    Doubt(1232, 9, None, "too narrow to see whether the top is open (4) or closed (9)"),
    Doubt(1393, 5, None, "one bow: the lower half of a 5, a 3, or a 2 turned round"),
    Doubt(2462, 2, None, "a blot with a hole: a 2, a 0 or an 8"),
    Doubt(2597, 5, None, "a 5 with its bar apart, or a 3"),
    Doubt(2654, 6, None, "a 6 without a bowl, or a 1 with a hook"),
    Doubt(4740, 3, None, "a 5 without its bar, or a 3 without its head"),
    Doubt(4761, 9, None, "a small loop and a right arm: a 9, a 4, an 8 that stayed open"),
    Doubt(5937, 5, None, "too thick to see whether it begins with a bar (5) or a bow (3)"),
)


def relabelled(test: Digits) -> Digits:
    """Return the MNIST test digits with the labels that we hold to be wrong replaced by what we see.

    Digits about which nobody can be sure keep their label.  Raises DataError for other digits.
    """
    labels = test.labels.copy()
    for doubt in DOUBTS:
        if doubt.index >= len(labels) or labels[doubt.index] != doubt.published:
            raise DataError(
                f"{test.name}: number {doubt.index} is no MNIST test digit with label {doubt.published}: "
                "labels can be mended in the whole test set only, in its published order"
            )
        if doubt.seen is not None:
            labels[doubt.index] = doubt.seen
    mended = int((labels != test.labels).sum())
    return Digits(test.images, labels, f"{test.name}, {mended} labels mended")
