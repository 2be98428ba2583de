"""Crops of pages for training the finder, made as fast as it learns: writing, rules, paper, light, noise.

Everything follows from the generator alone.  Writing is drawn at twice the size and averaged down; its
truth is a row for each character: class, middle, size, and how much of it is in the picture.
"""

import string
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.data.pages.camera import FINE, good_scan, on_paper
from zeronine.data.pages.patterns import Bank
from zeronine.data.pages.rules import frame, rule, scribbles, table, upright
from zeronine.data.pages.texts import DIGITS, OTHER, SIGNS, Text, a_line, a_number, a_word, numbers_in
from zeronine.data.writing.hands import Hand, Material, Matrix, Placed, Sheet
from zeronine.data.writing.signs import LIKE_DIGITS

SHAPE = (96, 192)  #: height and width of a crop, pixels
CLEAR_LETTERS = "".join(one for one in string.ascii_letters if one not in LIKE_DIGITS)
SINGLES = (0.68, 0.12, 0.2)  #: shares of digits, signs and letters among what stands alone
TEXT = 0.5  #: a draw that makes a crop of one text
LEAST_SEEN = 0.55  #: share of a character's box inside the crop from which it counts
COLUMNS = 7  #: of a row of truth: class, x, y, width, height, share that is seen, number (-1: in none)

Floats = npt.NDArray[np.float32]
Generator = np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A picture and what stands in it."""

    picture: npt.NDArray[np.uint8]  #: (H, W)
    marks: Floats  #: (m, 7): class, x, y, width, height in pixels, share that is seen, number it is part of


class Desk:
    """What crops are made with: material for hands, grounds, and the last sheet that shines through."""

    def __init__(self, material: Material, bank: Bank) -> None:
        """Keep the material and an empty sheet."""
        self.material, self.bank = material, bank

    def crop(
        self,
        generator: Generator,
        shape: tuple[int, int] = SHAPE,
        *,
        good: bool = False,
        one_text: bool = False,
    ) -> Crop:
        """Make one crop of this height and width, at most those of the bank's grounds.

        With `good` it is as good as most people's pictures are; for learning, most are worse.  With
        `one_text` it is cut close round one text, as every fifth is otherwise.
        """
        g = generator
        writing = np.zeros((FINE * shape[0], FINE * shape[1]), np.uint8)
        rules = np.zeros_like(writing)
        kind = TEXT if one_text else g.random()
        window = _some_window(shape, g)
        if kind < 0.42:
            placed = lines(self.material, writing, rules, g)
        elif kind < 0.62:
            placed = one_line(self.material, writing, rules, g)
            window = _round(placed, shape, g)
        elif kind < 0.76:
            placed = single(self.material, writing, rules, g)
        elif kind < 0.92:
            placed = cells(self.material, writing, rules, g)
        else:
            placed = []
            scribbles(writing if g.random() < 0.5 else rules, g)
        picture = (good_scan if good else on_paper)(writing, rules, self.bank, g)
        return Crop(_ended(picture, window), _truth(placed, window))


Written = list[tuple[int, Placed, int]]  #: class, where, and which number of its text it is part of


def _truth(placed: Written, window: tuple[int, int, int, int]) -> Floats:
    """Return the rows of what is at least partly inside the window: left, top, right, bottom."""
    rows = []
    for kind, one, number in placed:
        left, top, right, bottom = (side / FINE for side in one.box)
        area = max(right - left, 1) * max(bottom - top, 1)
        wide = min(right, window[2]) - max(left, window[0])
        high = min(bottom, window[3]) - max(top, window[1])
        seen = max(wide, 0) * max(high, 0) / area
        if seen > 0.1:
            middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
            rows.append((kind, middle_x, middle_y, right - left, bottom - top, min(seen, 1), number))
    return np.array(rows, np.float32).reshape(-1, COLUMNS)


# ---- what stands in a crop ----


def lines(material: Material, writing: Sheet, rules: Sheet, g: Generator) -> Written:
    """Write one to four lines, one hand each, and rules under some of them."""
    height = FINE * float(np.clip(np.exp(g.normal(3.35, 0.42)), 11, 76))
    pitch = height * g.uniform(1.15, 2.2)
    turn = g.normal(0, 0.04) if g.random() < 0.85 else g.uniform(-0.24, 0.24)
    y = (
        g.uniform(-0.6, 1.0) * height
        if g.random() < 0.5
        else (writing.shape[0] - height) * g.uniform(0.1, 0.9)
    )
    hand = Hand(material, g)
    ruled = g.random() < 0.3
    placed: Written = []
    while y < writing.shape[0]:
        x = g.uniform(-2, 0.5) * height if g.random() < 0.5 else g.uniform(0.02, 0.3) * writing.shape[1]
        text = a_line(g)
        while g.random() < 0.55:
            text = [*text, *[(" ", None)] * int(g.integers(1, 4)), *a_line(g)]
        placed += write_text(writing, hand, text, line_at(x, y, height, turn), g)
        if ruled:
            rule(rules, x, y + height * g.uniform(0.95, 1.3), turn, g)
        y += pitch
        if g.random() < 0.3:
            hand = Hand(material, g)
        if g.random() < 0.25:
            break
    if g.random() < 0.1:
        upright(rules, g)
    return placed


def one_line(material: Material, writing: Sheet, rules: Sheet, g: Generator) -> Written:
    """Write one text, as a picture cut to a number shows it; a rule may touch it above or below."""
    height = min(FINE * float(np.clip(np.exp(g.normal(3.5, 0.35)), 14, 76)), 0.8 * writing.shape[0])
    turn = float(g.normal(0, 0.05))
    x, y = g.uniform(0.02, 0.35) * writing.shape[1], g.uniform(0.1, 0.9) * (writing.shape[0] - height)
    hand = Hand(material, g)
    text = a_line(g) if g.random() < 0.4 else a_number(g)
    placed = write_text(writing, hand, text, line_at(x, y, height, turn), g)
    for side in (1.1, -0.1):
        if g.random() < 0.25:
            rule(rules, x, y + height * (side + g.uniform(-0.12, 0.25)), turn, g)
    if g.random() < 0.1:
        upright(rules, g)
    return placed


def _round(placed: Written, shape: tuple[int, int], g: Generator) -> tuple[int, int, int, int]:
    """Return a window, left, top, right, bottom, cut close round what is written."""
    if not placed:
        return (0, 0, shape[1], shape[0])
    boxes = np.array([one.box for _, one, _ in placed]) / FINE
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    room = (bottom - top) * np.abs(g.normal(0, 0.22, 4)) * (g.random(4) < 0.85) - 1
    return (
        int(np.clip(left - room[0], 0, shape[1] - 8)),
        int(np.clip(top - room[1], 0, shape[0] - 8)),
        int(np.clip(right + room[2], left + 8, shape[1])),
        int(np.clip(bottom + room[3], top + 8, shape[0])),
    )


def write_text(sheet: Sheet, hand: Hand, text: Text, line: Matrix, g: Generator) -> Written:
    """Write characters after each other until the sheet ends."""
    placed: Written = []
    first = _some_name(g)
    numbers = numbers_in(text)
    hand.begin()
    at, before, joined = 0.0, None, hand.kind != "print" and g.random() < 0.12
    height = float(np.hypot(*line[:, 1]))
    space = g.uniform(0.35, 0.9) + max(hand.gap, 0) * g.uniform(0, 1)
    for (character, kind), number in zip(text, numbers, strict=True):
        if kind is None:
            at += space + max(hand.gap, 0)
            before = None
            continue
        if line[0, 0] * at + line[0, 2] > sheet.shape[1]:
            break
        one = hand.write(sheet, character, at, line)
        if one is None:
            continue
        letters = kind == OTHER and character.isalpha()
        gap = min(hand.gap, 0.12) if letters else hand.gap
        if character in ".,:-=+()/" and gap < 0.04:
            gap = 0.04
        at = one.right + gap + g.normal(0, 0.035 * hand.mess)
        if joined and before is not None and character.isalnum() and g.random() < 0.6:
            hand.join(sheet, before, one, height)
        before = one
        placed.append((kind, one, number + first if number >= 0 else -1))
    return placed


def _some_name(g: Generator) -> int:
    """Return where the numbers of a text begin to be counted, so that those of another are others."""
    return int(g.integers(0, 10_000)) * 64


def single(material: Material, writing: Sheet, rules: Sheet, g: Generator) -> Written:
    """Write one character, large, and often nothing else; sometimes cut by the edge."""
    height = FINE * g.uniform(24, 84)
    hand = Hand(material, g)
    stock = (DIGITS, SIGNS, CLEAR_LETTERS)[int(g.choice(3, p=SINGLES))]
    character = stock[int(g.integers(len(stock)))]
    kind = OTHER if stock is CLEAR_LETTERS else (DIGITS + SIGNS).index(character)
    x, y = g.uniform(0, writing.shape[1] - 0.5 * height), (writing.shape[0] - height) * g.uniform(0.0, 1.0)
    line = line_at(x, y, height, g.normal(0, 0.08))
    one = hand.write(writing, character, 0.0, line)
    placed: Written = [(kind, one, -1 if kind >= len(DIGITS) else 0)] if one is not None else []
    if one is not None and g.random() < 0.35:
        frame(rules, one, height, g)
    if g.random() < 0.25:  # a word stands beside it
        small = height * g.uniform(0.4, 1.0)
        word: Text = [(letter, OTHER) for letter in a_word(g)]
        other = Hand(material, g)
        where = x + height * g.uniform(0.9, 1.6) if g.random() < 0.6 else x - small * g.uniform(2, 5)
        placed += write_text(writing, other, word, line_at(where, y + height - small, small, 0.0), g)
    return placed


def cells(material: Material, writing: Sheet, rules: Sheet, g: Generator) -> Written:
    """Write into the boxes of a comb, a table or a sudoku; some are empty, some hold several digits."""
    height = FINE * float(np.exp(g.uniform(np.log(12), np.log(60))))
    room = g.uniform(1.05, 2.0)
    wide = height * (g.uniform(0.75, 1.3) if g.random() < 0.6 else g.uniform(1.3, 4)) * room**0.5
    high = height * room
    turn = np.clip(g.normal(0, 0.03), -0.1, 0.1)
    start = line_at(-g.uniform(0, 1) * wide, -g.uniform(0, 1) * high, 1.0, turn)
    many = (int(writing.shape[0] / high) + 3, int(writing.shape[1] / wide) + 3)
    comb = g.random() < 0.3  # only one row, its boxes apart or open above
    rows = [int(g.integers(many[0]))] if comb else list(range(many[0]))
    thick = max(1, int(g.integers(1, max(2, round(0.09 * height)))))
    table(rules, start, (wide, high), many, rows, thick, g)
    placed: Written = []
    hand = Hand(material, g)
    printed = Hand(material, g, kind="print")
    full = g.uniform(0.3, 1.0)
    digits = max(1, int(wide / (0.8 * height)))
    if comb:
        full, digits = g.uniform(0.8, 1.0), 1
    number = _some_name(g)
    for row in rows:
        for column in range(many[1]):
            if g.random() > full:
                number += 1
                continue
            x = column * wide + g.uniform(0.05, 0.35) * wide
            y = row * high + (high - height) * g.uniform(0.2, 0.8)
            corner = start @ np.array([x, y, 1.0])
            line = np.array([[height * np.cos(turn), -height * np.sin(turn), corner[0]],
                             [height * np.sin(turn), height * np.cos(turn), corner[1]]])  # fmt: skip
            text: Text = [
                (d, int(d)) for d in "".join(map(str, g.integers(0, 10, int(g.integers(1, digits + 1)))))
            ]
            if g.random() < 0.06:
                text = [(letter, OTHER) for letter in a_word(g)[:digits]]
            written = write_text(writing, printed if g.random() < 0.15 else hand, text, line, g)
            if comb:  # what stands in a comb is one number
                written = [(kind, one, number if kind < len(DIGITS) else -1) for kind, one, _ in written]
            placed += written
    return placed


def line_at(x: float, y: float, height: float, turn: float) -> Matrix:
    """Return the matrix of a line that begins at (x, y) and falls by `turn` radians."""
    cos, sin = height * np.cos(turn), height * np.sin(turn)
    return np.array([[cos, -sin, x], [sin, cos, y]])


def _some_window(shape: tuple[int, int], g: Generator) -> tuple[int, int, int, int]:
    """Return the part of the crop that is picture, left, top, right, bottom: all of it, mostly."""
    if g.random() < 0.75:
        return (0, 0, shape[1], shape[0])
    cut = g.uniform(0, 0.35, 4) * (g.random(4) < 0.5) * [shape[1], shape[0], shape[1], shape[0]]
    left, top, right, bottom = (int(one) for one in cut)
    return (left, top, shape[1] - right, shape[0] - bottom)


def _ended(levels: npt.NDArray[np.uint8], window: tuple[int, int, int, int]) -> npt.NDArray[np.uint8]:
    """Let the picture end at its window: what lies outside is paper of the tone along the edge."""
    left, top, right, bottom = window
    inner = levels[top:bottom, left:right]
    if inner.shape == levels.shape:
        return levels
    edge = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]])
    ended = np.full_like(levels, int(np.median(edge)))
    ended[top:bottom, left:right] = inner
    return ended
