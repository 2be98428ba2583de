"""Which table there is on a page: rules say where rows and columns end, and writing where there are none."""

import numpy as np

from zeronine.documents.grid import (
    Floats,
    Grid,
    crossing_most,
    lines_in_order,
    merged,
    touching,
    with_open_sides,
)
from zeronine.documents.lanes import POINTS, lanes_of
from zeronine.documents.ruled import Rule, Rules

Short = tuple[tuple[Rule, ...], tuple[Rule, ...]]

APART = 0.55  #: heights of a digit between what stands in two columns, at least
SHRUNK = 0.25  #: of a box's height that is left out above and below, to tell rows
TALL = 0.5  #: heights: what is lower, a point or a dash, tells nothing of rows
BELOW = 0.2  #: heights between the middle halves of what stands in two rows
STRAY = 0.1  #: of the rows: so few may have something between two columns
ROOM = 0.4  #: heights from the outermost writing to the end of a table without rules
LONG = 0.2  #: of the longest line's length: shorter ones have to lead from rule to rule
FEW = 3  #: rules of one direction, side by side, that make a half-ruled table


def grid_of(rules: Rules, boxes: Floats, height: float) -> Grid | None:
    """Return the grid of the largest table; None where there is nothing to be put into one.

    `boxes` (n, 4) of what is written lie in the level frame, as do `height`, of a digit, and the rules.
    """
    level, upright = list(rules.level), list(rules.upright)
    some, others = crossing_most(level, upright, height)
    while len(some) == len(others) == 2:  # a frame, or the sheet itself
        level = [one for one in level if one not in some]
        upright = [one for one in upright if one not in others]
        boxes = _inside(boxes, some, others)
        some, others = crossing_most(level, upright, height)
    if min(len(some), len(others)) == 0 or max(len(some), len(others)) < FEW:
        some, others = _alike(level), _alike(upright)
        some, others = (some, []) if len(some) >= len(others) else ([], others)
        boxes = _near(boxes, some, others)
    short = rules.short
    if some and others:
        some, others, short = _long(some, others, short)
    across, down = lines_in_order(some, height), lines_in_order(others, height)
    if across and down:
        across, down = (
            touching(across, short[0], down, height),
            touching(down, short[1], across, height),
        )
        across, down = with_open_sides(across, down), with_open_sides(down, across)
    if (len(across) < FEW or len(down) < FEW) and len(boxes) and height > 0:
        across, down = _by_writing(across, down, boxes, height)
    if len(across) < 2 or len(down) < 2:
        return None
    return merged(Grid(tuple(across), tuple(down)), rules, height)


def _long(level: list[Rule], upright: list[Rule], short: Short) -> tuple[list[Rule], list[Rule], Short]:
    """Return the long lines of both families, and the others with the short ones.

    Strokes that stand under each other make short lines; those prove themselves by leading from rule to rule.
    """
    kept, rest = [], []
    for lines, own in zip((level, upright), short, strict=True):
        least = LONG * max(one.length for one in lines)
        kept.append([one for one in lines if one.length >= least])
        rest.append((*own, *(one for one in lines if one.length < least)))
    return kept[0], kept[1], (rest[0], rest[1])


def _inside(boxes: Floats, level: list[Rule], upright: list[Rule]) -> Floats:
    """Return the boxes whose middles lie between the outermost lines of both families."""
    x, y = (boxes[:, :2] + boxes[:, 2:]).T / 2
    keep = np.ones(len(boxes), np.bool_)
    for lines, along, across in ((level, x, y), (upright, y, x)):
        if len(lines) > 1:
            sides = np.sort([one.at(along) for one in lines], axis=0)
            keep &= (across > sides[0]) & (across < sides[-1])
    return boxes[keep]


def _alike(lines: list[Rule]) -> list[Rule]:
    """Return lines that run side by side for as far as the longest one does; none where they are few."""
    if len(lines) < FEW:
        return []
    longest = max(lines, key=lambda rule: rule.length)
    alike = [
        one for one in lines
        if min(one.stop, longest.stop) - max(one.start, longest.start) > 0.6 * longest.length
    ]  # fmt: skip
    return alike if len(alike) >= FEW else []


def _near(boxes: Floats, level: list[Rule], upright: list[Rule]) -> Floats:
    """Return the boxes between lines of one family, or a row's distance beyond the outermost."""
    keep = np.ones(len(boxes), np.bool_)
    x, y = (boxes[:, :2] + boxes[:, 2:]).T / 2
    for lines, along, across in ((level, x, y), (upright, y, x)):
        if not lines:
            continue
        places = np.sort([one.at(along) for one in lines], axis=0)  # (lines, n)
        pitch = np.median(np.diff(places, axis=0), axis=0)
        keep &= (across > places[0] - 1.2 * pitch) & (across < places[-1] + 1.2 * pitch)
        keep &= (along > min(one.start for one in lines)) & (along < max(one.stop for one in lines))
    return boxes[keep]


def _by_writing(
    across: list[Rule], down: list[Rule], boxes: Floats, height: float
) -> tuple[list[Rule], list[Rule]]:
    """Return rows and columns, those without rules of their own between from where writing leaves room."""
    if across and down:
        boxes = _inside(boxes, across, down)
    if len(boxes) == 0:
        return across, down
    flipped = boxes[:, [1, 0, 3, 2]]
    if len(across) < FEW or not down:
        tall = boxes[boxes[:, 3] - boxes[:, 1] > TALL * height]
        across = _with_lanes(across, tall, boxes, height, apart=BELOW, shrunk=SHRUNK, bowed=True)
    if len(down) < FEW:
        stray = STRAY * (len(across) - 1)
        down = _with_lanes(down, flipped, flipped, height, apart=APART, stray=stray)
    return across, down


def _span(boxes: Floats, axis: int, height: float) -> tuple[float, float]:
    return float(boxes[:, axis].min() - ROOM * height), float(boxes[:, axis + 2].max() + ROOM * height)


def _with_lanes(
    ruled: list[Rule], boxes: Floats, all_boxes: Floats, height: float, *, bowed: bool = False, **how: float
) -> list[Rule]:
    """Return rules and free lanes between writing in order, with a side at both ends."""
    along, ends = _span(all_boxes, 0, height), _span(all_boxes, 1, height)
    lines = list(ruled)
    if len(boxes):
        bend, free = lanes_of(boxes, height, ruled, bowed=bowed, **how)
        taken = [float(rule.at(bend.middle[0])) for rule in ruled]
        lines += [
            bend.line((start + stop) / 2, along)
            for start, stop in free
            if not any(start - 0.2 * height < one < stop + 0.2 * height for one in taken)
        ]
    lines.sort(key=lambda one: float(one.at(sum(along) / 2)))
    x, y = (all_boxes[:, :2] + all_boxes[:, 2:]).T / 2
    if not lines or (y < lines[0].at(x)).any():
        lines.insert(0, _side(lines[:1], along, ends[0]))
    if len(lines) < 2 or (y > lines[-1].at(x)).any():
        lines.append(_side(lines[-1:], along, ends[1]))
    return lines


def _side(beside: list[Rule], along: tuple[float, float], end: float) -> Rule:
    """Return the side of a table: a line like the one beside it, its middle at `end`."""
    places = np.linspace(*along, POINTS)
    there = beside[0].at(places) if beside else np.zeros(POINTS)
    return Rule(places, there + end - float(there.mean()), drawn=False)
