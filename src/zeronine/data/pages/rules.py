"""What is drawn round writing: rules, frames, tables, scribbles; none of it is to be read."""

import cv2
import numpy as np

from zeronine.data.writing.hands import Matrix, Placed, Sheet

Generator = np.random.Generator


def rule(rules: Sheet, x: float, y: float, turn: float, g: Generator) -> None:
    """Draw a rule across the sheet, or only under what is written."""
    left, right = (0.0, float(rules.shape[1])) if g.random() < 0.6 else (x, x + g.uniform(100, 400))
    ends = [(int(at), int(y + (at - x) * turn)) for at in (left, right)]
    thick = int(np.exp(g.uniform(0, 2.0)))
    if g.random() < 0.15:  # dotted
        for at in np.arange(left, right, g.uniform(5, 14)):
            cv2.circle(rules, (int(at), int(y + (at - x) * turn)), max(1, thick // 2), 255, -1, cv2.LINE_AA)
        return
    cv2.line(rules, ends[0], ends[1], 255, thick, cv2.LINE_AA)


def upright(rules: Sheet, g: Generator) -> None:
    """Draw an upright rule through the sheet, leaning a little."""
    x = g.uniform(0, rules.shape[1])
    lean = g.normal(0, 6)
    cv2.line(rules, (int(x), 0), (int(x + lean), rules.shape[0]), 255, int(g.integers(1, 6)), cv2.LINE_AA)


def frame(rules: Sheet, one: Placed, height: float, g: Generator) -> None:
    """Draw a frame round a character, an underline that may touch it, or some of its sides."""
    left, top, right, bottom = one.box
    away = height * g.uniform(-0.02, 0.5, 4)
    low, high = (int(left - away[0]), int(top - away[1])), (int(right + away[2]), int(bottom + away[3]))
    thick = max(1, int(height * np.exp(g.uniform(-4.2, -2.3))))
    if g.random() < 0.6:
        cv2.rectangle(rules, low, high, 255, thick, cv2.LINE_AA)
        return
    corners = [low, (high[0], low[1]), high, (low[0], high[1])]
    for side in range(4):
        if g.random() < 0.45:
            cv2.line(rules, corners[side], corners[(side + 1) % 4], 255, thick, cv2.LINE_AA)


def table(
    rules: Sheet,
    start: Matrix,
    cell: tuple[float, float],
    many: tuple[int, int],
    rows: list[int],
    thick: int,
    g: Generator,
) -> None:
    """Draw the lines of a table: all, only across, boxes apart, or thicker ones now and then."""
    style = g.random()
    wide, high = cell
    apart = 0.06 * wide if style > 0.8 else 0.0
    heavy = int(g.integers(2, 5)) if g.random() < 0.3 else 0

    def point(x: float, y: float) -> tuple[int, int]:
        place = start @ np.array([x, y, 1.0])
        return int(place[0]), int(place[1])

    for row in [*rows, rows[-1] + 1]:
        if row == rows[-1] + 1 or style < 0.93:
            width = 2 * thick if heavy and row % heavy == 0 else thick
            cv2.line(rules, point(0, row * high), point(many[1] * wide, row * high), 255, width, cv2.LINE_AA)
    if style > 0.15:
        top = (rows[0] + (0.5 if len(rows) == 1 and g.random() < 0.3 else 0)) * high
        for column in range(many[1] + 1):
            width = 2 * thick if heavy and column % heavy == 0 else thick
            for x in {column * wide - apart, column * wide + apart}:
                cv2.line(rules, point(x, top), point(x, (rows[-1] + 1) * high), 255, width, cv2.LINE_AA)


def scribbles(sheet: Sheet, g: Generator) -> None:
    """Draw what is no writing: tangles, arcs, lines, blots, specks."""
    for _ in range(int(g.integers(1, 5))):
        knots = g.uniform(-0.1, 1.1, (int(g.integers(2, 14)), 2)) * [sheet.shape[1], sheet.shape[0]]
        kind = g.random()
        thick = int(np.exp(g.uniform(0, 2.6)))
        if kind < 0.35:
            curve = np.rint(knots).astype(np.int32).reshape(-1, 1, 2)
            cv2.polylines(sheet, [curve], bool(g.random() < 0.3), 255, thick, cv2.LINE_AA)
        elif kind < 0.7:
            sizes = np.maximum(2, np.exp(g.uniform(1, 4.7, 2))).astype(int)
            middle = tuple(int(v) for v in knots[0])
            stop = float(g.uniform(60, 360))
            cv2.ellipse(sheet, middle, (int(sizes[0]), int(sizes[1])), float(g.uniform(0, 180)), 0, stop, 255,
                        thick if g.random() < 0.8 else -1, cv2.LINE_AA)  # fmt: skip
        else:
            for x, y in g.uniform(0, 1, (int(g.integers(3, 60)), 2)) * [sheet.shape[1], sheet.shape[0]]:
                cv2.circle(sheet, (int(x), int(y)), int(g.integers(1, 5)), 255, -1, cv2.LINE_AA)
