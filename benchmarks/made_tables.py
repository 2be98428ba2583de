"""Tables made with their truth: ruled, half-ruled, not ruled, merged, clean or photographed and bent.

Rules are thin or thick, single or double, drawn over everything or only where people draw them; a head of
printed words may stand above; cells are empty, merged, aligned left, right or in the middle.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.data.pages.crops import Desk, write_text
from zeronine.data.pages.paper import Photo, photograph
from zeronine.data.pages.texts import DIGITS, OTHER, SIGNS, Text, a_word
from zeronine.data.writing.hands import Hand

Sheet = npt.NDArray[np.uint8]
Generator = np.random.Generator
Matrix = npt.NDArray[np.float64]
Span = tuple[int, int, int, int]  #: row, column, rows, columns

FINE = 2  #: pages are drawn so many times finer
STYLES = ("ruled", "half-ruled", "unruled")


@dataclass(frozen=True)
class MadeTable:
    """A picture of a table, and what stands in it."""

    picture: Sheet
    texts: list[list[str]]  #: of every place; "" where it is empty, or a later part of a merged cell
    spans: set[Span]  #: of every cell
    middles: Matrix  #: (rows * columns, 2) of every place, in pixels of the picture


@dataclass
class Plan:
    """A table before it is drawn; pixels of the page."""

    style: str
    xs: Matrix  #: (columns + 1,)
    ys: Matrix  #: (rows + 1,)
    height: float  #: of a digit
    texts: list[list[str]]
    words: bool  #: the first row holds words
    spans: dict[tuple[int, int], Span] = field(default_factory=dict)  #: of the cell that covers a place


# ---- pages ----


def some_hand(desk: Desk, g: Generator, kind: str | None = None) -> Hand:
    """Return a hand that writes no wider than a cell is meant for."""
    hand = Hand(desk.material, g) if kind is None else Hand(desk.material, g, kind=kind)
    hand.gap = min(hand.gap, 0.22)
    return hand


def blank(width: int, height: int) -> Sheet:
    """Return a page's ink (FINE times as many pixels), none yet."""
    return np.zeros((FINE * height, FINE * width), np.uint8)


def marks_of(text: str) -> Text:
    """Return characters with their classes."""
    return [(one, (DIGITS + SIGNS).index(one) if one in DIGITS + SIGNS else OTHER) for one in text]


def write(
    sheet: Sheet, hand: Hand, text: str, at: tuple[float, float], height: float, g: Generator
) -> tuple[float, float]:
    """Write a text with the top left of its digits at `at`, pixels of the page; return where it ends."""
    h = FINE * height
    line = np.array([[h, 0, FINE * at[0]], [0, h, FINE * at[1]]], np.float64)
    boxes = [one.box for _, one, _ in write_text(sheet, hand, marks_of(text), line, g)]
    return min(b[0] for b in boxes) / FINE, max(b[2] for b in boxes) / FINE


def on_paper(ink: Sheet, g: Generator) -> Sheet:
    """Return the page with its ink on white paper, in its own pixels."""
    small = cv2.resize(ink, (ink.shape[1] // FINE, ink.shape[0] // FINE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.rint(250 - small.astype(np.float32) * g.uniform(0.6, 0.95)).clip(0, 255), np.uint8)


def bent(picture: Sheet, g: Generator) -> tuple[Sheet, Callable[[Matrix], Matrix]]:
    """Return a page that is not flat: its lines rise and fall, its columns sway; and where points went."""
    height, width = picture.shape
    deep = np.array([0.006 * height, 0.012 * width]) * g.uniform(-1, 1, 2)
    phase = g.uniform(0, 2, 2)
    y, x = np.mgrid[:height, :width].astype(np.float32)

    def aside(along: Matrix, side: int, which: int) -> Matrix:
        return np.asarray(deep[which] * np.sin(np.pi * (along / side + phase[which])))

    def there(points: Matrix) -> Matrix:
        down = points[:, 1] + aside(points[:, 0], width, 1)
        return np.stack([points[:, 0] + aside(down, height, 0), down], axis=1)

    from_x = x - aside(y, height, 0)
    from_y = y - aside(from_x, width, 1)
    seen = cv2.remap(
        picture,
        from_x.astype(np.float32),
        from_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.uint8), there


# ---- tables ----


def made_table(desk: Desk, g: Generator, style: str, *, photographed: bool) -> MadeTable:
    """Make a table of a style."""
    plan = planned(g, style)
    size = (int(plan.xs[-1] + 2.5 * plan.height), int(plan.ys[-1] + 2.5 * plan.height))
    ink = blank(*size)
    draw_rules(ink, plan, g)
    fill(ink, plan, desk, g)
    picture = on_paper(ink, g)
    xs, ys = plan.xs, plan.ys
    middles = np.array([[(a + b) / 2, (c + d) / 2] for c, d in pairwise(ys) for a, b in pairwise(xs)])
    if photographed:
        picture, there = bent(picture, g)
        picture, matrix = photograph(picture, Photo(desk=bool(g.random() < 0.3)), generator=g)
        middles = cv2.perspectiveTransform(there(middles)[:, None], matrix)[:, 0]
    return MadeTable(picture, plan.texts, set(plan.spans.values()), middles)


def planned(g: Generator, style: str) -> Plan:
    """Choose rows, columns, what stands in them, and which cells are merged."""
    rows, columns = int(g.integers(4, 13)), int(g.integers(2, 7))
    height = float(g.uniform(24, 38))
    high = height * g.uniform(1.5, 2.3)
    widths = height * g.uniform(2.6, 5.0, columns)
    left, top = height * g.uniform(1, 3, 2)
    highs = high * np.ones(rows)
    if style == "ruled" and g.random() < 0.3:
        highs *= g.uniform(1, 1.6, rows)
    xs, ys = left + np.concatenate([[0], np.cumsum(widths)]), top + np.concatenate([[0], np.cumsum(highs)])
    empty = float(g.uniform(0.05, 0.4))
    texts = [
        [
            some_text(g, wide / height, 0.0 if c == 0 and style != "ruled" else empty)
            for c, wide in enumerate(widths)
        ]
        for _ in range(rows)
    ]
    for column in range(columns):  # an empty column without rules is no column
        while style != "ruled" and not any(row[column] for row in texts[1:]):
            texts[int(g.integers(1, rows))][column] = some_text(g, widths[column] / height, 0.0)
    plan = Plan(style, xs, ys, height, texts, bool(g.random() < 0.3))
    plan.spans = {(r, c): (r, c, 1, 1) for r in range(rows) for c in range(columns)}
    if style == "ruled":
        for _ in range(int(g.choice([0, 1, 2, 3], p=[0.5, 0.25, 0.15, 0.1]))):
            merge(plan, g)
    return plan


def merge(plan: Plan, g: Generator) -> None:
    """Make one cell of some neighbours that are not merged yet."""
    rows, columns = len(plan.texts), len(plan.texts[0])
    down, across = ((1, 2), (2, 1), (1, 3), (2, 2), (3, 1))[int(g.integers(5))]
    if down > rows - 1 or across > columns - 1:
        return
    row, column = int(g.integers(rows - down + 1)), int(g.integers(columns - across + 1))
    places = [(row + i, column + j) for i in range(down) for j in range(across)]
    if all(plan.spans[one][2:] == (1, 1) for one in places):
        for place in places:
            plan.spans[place] = (row, column, down, across)
            if place != (row, column):
                plan.texts[place[0]][place[1]] = ""


def some_text(g: Generator, room: float, empty: float) -> str:
    """Return what stands in a cell `room` heights wide: nothing, a number, an amount."""
    if g.random() < empty:
        return ""
    most = max(1, int((room - 0.9) / 0.85))
    if most >= 5 and g.random() < 0.3:
        return f"{g.integers(0, 100)}.{g.integers(0, 100):02}"
    return "".join(map(str, g.integers(0, 10, int(g.integers(1, min(most, 4) + 1)))))


def fill(ink: Sheet, plan: Plan, desk: Desk, g: Generator) -> None:
    """Write every cell's text; nothing runs into the next column."""
    hand, printed = some_hand(desk, g), some_hand(desk, g, "print")
    aligned = g.choice(["left", "right", "middle"], p=[0.5, 0.3, 0.2])
    for row, texts in enumerate(plan.texts):
        for column, text in enumerate(texts):
            words = plan.words and row == 0 and plan.spans[row, column][2:] == (1, 1)
            if words:
                texts[column] = ""
            if words or text:
                some = a_word(g)[:5] if words else text
                one, height = (printed, 0.7 * plan.height) if words else (hand, plan.height)
                place(ink, plan, (row, column), some, one, height, str(aligned), g)


def place(
    ink: Sheet,
    plan: Plan,
    where: tuple[int, int],
    text: str,
    hand: Hand,
    height: float,
    aligned: str,
    g: Generator,
) -> None:
    """Write one text into its cell: smaller where it would not fit."""
    row, column, down, across = plan.spans[where]
    left, right = plan.xs[column], plan.xs[column + across]
    top, bottom = plan.ys[row], plan.ys[row + down]
    room = plan.height * g.uniform(0.25, 0.4)
    trial = np.zeros((int(FINE * 2 * height), int(FINE * (right - left) * 3)), np.uint8)
    state = g.bit_generator.state
    start, stop = write(trial, hand, text, (height, 0.3 * height), height, g)
    g.bit_generator.state = state
    height *= min(1.0, (right - left - 2 * room) / (stop - start + 0.3 * height))
    wide = (stop - start) * min(1.0, (right - left - 2 * room) / (stop - start + 0.3 * height))
    free = max(right - left - 2 * room - wide, 0)
    share = {"left": g.uniform(0, 0.3), "right": g.uniform(0.85, 1), "middle": g.uniform(0.4, 0.6)}[aligned]
    y = top + (bottom - top - height) * g.uniform(0.35, 0.65)
    write(ink, hand, text, (left + room + free * share, y), height, g)


def draw_rules(ink: Sheet, plan: Plan, g: Generator) -> None:
    """Draw the rules that the style has."""
    if plan.style == "unruled":
        return
    xs, ys = plan.xs, plan.ys
    thick, level = int(g.integers(1, 7)), int(g.integers(110, 256))
    outer = thick * int(g.choice([1, 2, 3], p=[0.6, 0.25, 0.15]))
    double = bool(g.random() < 0.1)
    half = "" if plan.style == "ruled" else str(g.choice(["across", "frame", "open"], p=[0.6, 0.2, 0.2]))
    sides = g.random() >= 0.12

    def line(x0: float, y0: float, x1: float, y1: float, wide: int) -> None:
        ends = [(round(FINE * x), round(FINE * y)) for x, y in ((x0, y0), (x1, y1))]
        cv2.line(ink, ends[0], ends[1], level, wide, cv2.LINE_AA)

    def edge(x0: float, y0: float, x1: float, y1: float) -> None:
        line(x0, y0, x1, y1, outer)
        if double:
            away = 0.12 * plan.height * np.array([x1 == x0, y1 == y0])
            line(x0 - away[0], y0 - away[1], x1 - away[0], y1 - away[1], max(1, outer // 2))

    if half != "open":
        edge(xs[0], ys[0], xs[-1], ys[0])
        edge(xs[0], ys[-1], xs[-1], ys[-1])
    if half == "frame" or (not half and sides):
        edge(xs[0], ys[0], xs[0], ys[-1])
        edge(xs[-1], ys[0], xs[-1], ys[-1])
    for row in range(1, len(ys) - 1):
        for column in range(len(xs) - 1):
            if plan.spans[row - 1, column] != plan.spans[row, column]:
                line(xs[column], ys[row], xs[column + 1], ys[row], thick)
    for column in range(1, len(xs) - 1) if not half else ():
        for row in range(len(ys) - 1):
            if plan.spans[row, column - 1] != plan.spans[row, column]:
                line(xs[column], ys[row], xs[column], ys[row + 1], thick)
