"""Rules and marks of a page -> the grid of a table: where its rows and columns end, and which cells are one.

A ruled table is the group of crossing lines that covers most of the page.  Where lines run one way only,
or none are drawn, what is written is held against what stands above, below and beside it: rows are its
lines, and columns end where no row has anything.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from zeronine.documents.drawn import contrasts
from zeronine.documents.ruled import Rule, Rules, rule_through

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Slots = list[list[int]]  #: name of the cell of every row and column

CROSSED = 0.01  #: of the table's side: lines that miss each other by so little cross
SAME_LINE = 0.22  #: of the way to the next line: pieces of one line, double lines
RULED = 0.6  #: of a cell's side that is ruled: less, and it is one cell with its neighbour
FAINT = 0.45  #: of the usual contrast of rules: fainter is paper
TOUCHING = 0.15  #: heights within which a rule of one cell begins and ends at others
OPEN = 0.5  #: of a column: lines that go on so far beyond the last upright one end in another column
NARROW = 0.5  #: heights of a digit: nothing is written between lines so near to each other


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A table's lines in the level frame, and its cells: slots with the same name are one."""

    across: tuple[Rule, ...]  #: rows + 1, along x, from the top
    down: tuple[Rule, ...]  #: columns + 1, along y, from the left
    slots: Slots = field(default_factory=list)  #: rows of columns

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.across) - 1, len(self.down) - 1

    def place(self, points: Floats) -> tuple[Ints, Ints]:
        """Return the row and column of points (n, 2); -1 or the count where they lie outside."""
        rows = sum((line.at(points[:, 0]) < points[:, 1]).astype(np.intp) for line in self.across)
        columns = sum((line.at(points[:, 1]) < points[:, 0]).astype(np.intp) for line in self.down)
        return np.asarray(rows - 1, np.intp), np.asarray(columns - 1, np.intp)

    def corners(self, row: int, column: int) -> Floats:
        """Return the corners (4, 2) of a slot."""
        return np.array(
            [crossing(self.across[row + i], self.down[column + j]) for i in (0, 1) for j in (0, 1)]
        )


def crossing(level: Rule, upright: Rule) -> tuple[float, float]:
    """Return where two lines cross, x and y."""
    y = float(np.mean(level.across))
    for _ in range(4):
        x = float(upright.at(y))
        y = float(level.at(x))
    return x, y


def crossing_most(level: list[Rule], upright: list[Rule], height: float) -> tuple[list[Rule], list[Rule]]:
    """Return the lines of the group that hangs together by crossings and has the most area and lines."""
    names = np.arange(len(level) + len(upright))
    for i, one in enumerate(level):
        for j, other in enumerate(upright):
            if _cross(one, other, height):
                names[names == names[len(level) + j]] = names[i]
    best: tuple[float, list[Rule], list[Rule]] = (0.0, [], [])
    for name in np.unique(names):
        some = [one for one, own in zip(level, names[: len(level)], strict=True) if own == name]
        others = [one for one, own in zip(upright, names[len(level) :], strict=True) if own == name]
        area = max((one.length for one in some), default=0) * max((one.length for one in others), default=0)
        best = max(best, (area * (len(some) + len(others)), some, others), key=lambda group: group[0])
    return best[1], best[2]


def _cross(level: Rule, upright: Rule, height: float) -> bool:
    x, y = crossing(level, upright)
    room = CROSSED * max(level.length, upright.length) + 0.15 * height
    return level.start - room < x < level.stop + room and upright.start - room < y < upright.stop + room


def lines_in_order(rules: list[Rule], height: float) -> list[Rule]:
    """Return the lines in order, pieces of one line joined: each stands somewhere between long ones."""
    if not rules:
        return []
    narrow = NARROW * height
    longest = max(rule.length for rule in rules)
    long = sorted((r for r in rules if r.length >= 0.6 * longest), key=lambda r: float(np.mean(r.across)))
    middle = float(np.median([(r.start + r.stop) / 2 for r in long]))
    long.sort(key=lambda r: float(r.at(middle)))
    places = [_rank(rule, long) for rule in rules]
    order = np.argsort(places, kind="stable")
    groups: list[list[Rule]] = []
    last = -np.inf
    for index in order:
        rule = rules[index]
        where = (rule.start + rule.stop) / 2
        near = groups and (
            places[index] - last < SAME_LINE
            or abs(float(_joined(groups[-1]).at(where) - rule.at(where))) < narrow
        )
        if near:
            groups[-1].append(rule)
        else:
            groups.append([rule])
        last = places[index]
    return [_joined(group) for group in groups]


def _rank(rule: Rule, long: list[Rule]) -> float:
    """Return between which long lines a line lies: 1.5 is midway from the second to the third."""
    where = (rule.start + rule.stop) / 2
    heights = np.array([float(one.at(where)) for one in long])
    own = float(rule.at(where))
    if len(long) == 1:
        return float(np.sign(round((own - heights[0]) / 3)))
    steps = np.maximum(np.diff(heights), 1e-6)
    below = int(np.clip(np.searchsorted(heights, own) - 1, 0, len(long) - 2))
    return float(below + (own - heights[below]) / steps[below])


def _joined(group: list[Rule]) -> Rule:
    if len(group) == 1:
        return group[0]
    return rule_through(
        *(np.concatenate([getattr(one, name) for one in group]) for name in ("along", "across"))
    )


def touching(lines: list[Rule], short: tuple[Rule, ...], others: list[Rule], height: float) -> list[Rule]:
    """Return lines with those short ones that lead from one of the `others` to another: rules of one cell."""
    if not lines:
        return lines
    near = TOUCHING * height
    ends = [
        (
            one,
            [
                np.min([abs(one_end - crossing_along(one, other)) for other in others])
                for one_end in (one.start, one.stop)
            ],
        )
        for one in short
    ]
    found = [one for one, (start, stop) in ends if max(start, stop) < near and one.length > 2 * near]
    return lines_in_order([*lines, *found], height) if found else lines


def with_open_sides(lines: list[Rule], others: list[Rule]) -> list[Rule]:
    """Add a line at either side where the `others` go on beyond the outermost of the lines."""
    if not lines or len(others) < 2:
        return lines
    middle = others[len(others) // 2]
    places = [crossing_along(one, middle) for one in lines]
    pitch = float(np.median(np.diff(places))) if len(places) > 1 else middle.length / 2
    added = list(lines)
    for side in (0, -1):
        ends = np.array([one.start if side == 0 else one.stop for one in others])
        at = np.array([crossing_along(lines[side], one) for one in others])
        beyond = at - ends if side == 0 else ends - at
        if np.median(beyond) > OPEN * pitch:
            line = _through_ends(others, ends)
            added = [line, *added] if side == 0 else [*added, line]
    return added


def crossing_along(line: Rule, other: Rule) -> float:
    """Return how far along `other` a line of the other family crosses it."""
    along = float(np.mean(line.across))
    for _ in range(4):
        along = float(line.at(float(other.at(along))))
    return along


def _through_ends(others: list[Rule], ends: Floats) -> Rule:
    """Return the line through the ends of lines that cross it, straight."""
    along = np.array([float(one.at(end)) for one, end in zip(others, ends, strict=True)])
    slope, start = np.polyfit(along, np.full_like(along, np.median(ends)) * 0.5 + ends * 0.5, 1)
    places = np.array([along.min(), along.max()])
    return Rule(places, slope * places + start)


def merged(grid: Grid, rules: Rules, height: float) -> Grid:
    """Return the grid with cells of one name where no rule is drawn between them."""
    return Grid(grid.across, grid.down, _named(grid, _parted(grid, rules, height)))


def _parted(grid: Grid, rules: Rules, height: float) -> tuple[Mask, Mask]:
    """Return whether a rule stands right of each slot (r, c - 1), and below it (r - 1, c)."""
    rows, columns = grid.shape
    points = np.array(
        [[crossing(one, other) for other in grid.down] for one in grid.across]
    )  # (r + 1, c + 1, 2)
    right = np.stack([points[:-1, 1:-1], points[1:, 1:-1]], axis=2)  # (r, c - 1, 2, 2)
    below = np.stack([points[1:-1, :-1], points[1:-1, 1:]], axis=2)
    ways = np.concatenate([right.reshape(-1, 2, 2), below.reshape(-1, 2, 2)])
    if len(ways) == 0:
        return np.ones(right.shape[:2], np.bool_), np.ones(below.shape[:2], np.bool_)
    seen = contrasts(rules, ways, height)
    sure = np.concatenate(
        [np.repeat([[one.drawn for one in grid.down[1:-1]]], rows, axis=0).ravel(),
         np.repeat([one.drawn for one in grid.across[1:-1]], columns)]
    ).astype(np.bool_)  # fmt: skip
    usual = float(np.median(seen[sure])) if sure.any() else 0.0
    parted = ~sure | ((seen > FAINT * usual).mean(axis=1) >= RULED)
    cut = right.shape[0] * right.shape[1]
    return parted[:cut].reshape(right.shape[:2]), parted[cut:].reshape(below.shape[:2])


def _named(grid: Grid, parted: tuple[Mask, Mask]) -> Slots:
    """Name the slots: those that no rule parts are one cell, if they make a rectangle."""
    rows, columns = grid.shape
    names = np.arange(rows * columns).reshape(rows, columns)
    right, below = parted
    for row, column in np.argwhere(~right):
        names[names == names[row, column + 1]] = names[row, column]
    for row, column in np.argwhere(~below):
        names[names == names[row + 1, column]] = names[row, column]
    for name in np.unique(names):
        where = np.argwhere(names == name)
        sides = where.max(axis=0) - where.min(axis=0) + 1
        if sides.prod() != len(where) or len(where) == rows * columns:
            for row, column in where:
                names[row, column] = row * columns + column
    return [[int(name) for name in row] for row in names]
