"""Characters that were chosen on a page, as the reader's last steps get them."""

import numpy as np

from zeronine.reading.finder import DIGITS, MARKS
from zeronine.reading.numbers import Chosen


def chosen(text: str, *, line: int = 0) -> Chosen:
    """Return the characters of one line, each 20 x 30 and 5 apart; a space is 60 wide."""
    kinds, lefts, at = [], [], 0
    for character in text:
        if character == " ":
            at += 60
            continue
        kinds.append(MARKS.index(character))
        lefts.append(at)
        at += 25
    left, n = np.array(lefts, np.float64), len(kinds)
    kind = np.array(kinds, np.intp)
    top = np.full(n, 60.0 * line)
    boxes = np.stack([left, top, left + 20, top + 30], axis=1)
    classes = np.full((n, DIGITS), np.log(0.01))
    classes[np.arange(n), np.minimum(kind, 9)] = np.log(0.91)
    return Chosen(
        boxes=boxes,
        in_picture=boxes * 2 + 10,
        kind=kind,
        lines=np.full(n, line, np.intp),
        confidence=np.full(n, 0.95),
        classes=classes,
        canvases=np.zeros((n, 28, 28), np.float32),
        there=np.full(n, 5.0),
        letters=np.zeros(n),
        doubt=np.full(n, -8.0),
        walls=np.zeros(n),
        stacked=np.zeros(n),
    )
