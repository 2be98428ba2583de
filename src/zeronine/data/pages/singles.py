"""Pictures of one digit, or of a letter that nobody takes for one, as people make them."""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.data.batches import NO_DIGIT
from zeronine.data.pages.camera import FINE, good_scan, on_paper, plain
from zeronine.data.pages.crops import CLEAR_LETTERS, Desk, Generator, line_at
from zeronine.data.pages.rules import frame, rule
from zeronine.data.writing.hands import Hand


def single_digit(desk: Desk, g: Generator) -> tuple[npt.NDArray[np.uint8], int]:
    """Make a picture of one digit as people make them: plain as a rule, or framed, ruled, beside a word.

    Return it (H, W) and the digit.  One in three holds a letter that nobody takes for a digit: NO_DIGIT.
    """
    label = int(g.integers(10)) if g.random() < 0.67 else NO_DIGIT
    character = str(label) if label >= 0 else CLEAR_LETTERS[int(g.integers(len(CLEAR_LETTERS)))]
    shape = (int(g.uniform(28, 200)), int(g.uniform(28, 200)))
    writing = np.zeros((FINE * shape[0], FINE * shape[1]), np.uint8)
    rules = np.zeros_like(writing)
    height = min(writing.shape) * (g.uniform(0.35, 0.98) if g.random() < 0.7 else g.uniform(0.9, 1.05))
    hand = Hand(
        desk.material, g, kind=("mnist", "strokes", "hand font")[int(g.choice(3, p=[0.5, 0.35, 0.15]))]
    )
    x = g.uniform(0, max(writing.shape[1] - 0.75 * height, 1))
    y = g.uniform(0, max(writing.shape[0] - height, 1))
    one = hand.write(writing, character, 0.0, line_at(x, y, height, g.normal(0, 0.08)))
    around = g.random()
    if one is not None and around < 0.2:
        frame(rules, one, height, g)
    elif around < 0.35:
        rule(rules, x, y + height * g.uniform(0.9, 1.3), 0.0, g)
    paper = g.random()
    if paper < 0.3:
        picture = plain(writing, rules, g)
    else:
        picture = (good_scan if paper < 0.75 else on_paper)(writing, rules, desk.bank, g)
    factor = float(np.exp(g.uniform(np.log(0.7), np.log(4))))
    size = (max(16, int(shape[1] * factor)), max(16, int(shape[0] * factor)))
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=smooth), np.uint8), label
