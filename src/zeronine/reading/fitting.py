"""The likeliest way through marks that a kind accepts: which of them are characters, and which characters.

Viterbi's search (1967) over pairs of mark and state of the kind's automaton: a mark may be left out, be a
digit, any of the ten, or a sign; each is worth its log-odds, lowered by how much less likely its class is
than the likeliest.  The search keeps the best states of each mark, so long lists of them stay affordable.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.kinds import Kind
from zeronine.reading.finder import DIGITS, MARKS

Floats = npt.NDArray[np.float64]

BACK = 24  #: marks before one that it may follow
STATES = 250  #: kept of each mark
MARKS_MOST = 60  #: the likeliest marks that are looked at
FAINT = -5.0  #: log-odds below which a mark is never a character
UNLIKELY = -9.0  #: log-likelihood below that of the likeliest class at which a class is not tried
MOST_COST = 1.0  #: nats: beyond, made texts gained one right answer and many wrong ones (log 0110)


@dataclass(frozen=True, slots=True)
class Fit:
    """The likeliest text of a kind."""

    marks: tuple[int, ...]  #: which of the marks, in reading order
    kinds: tuple[int, ...]  #: 0 to 9, or the place of a sign in MARKS
    worth: float  #: sum of log-odds

    @property
    def text(self) -> str:
        """What is written."""
        return "".join(MARKS[kind] if kind >= DIGITS else str(kind) for kind in self.kinds)


class Anything:
    """Every text."""

    start = 0

    def step(self, state: int, character: str) -> int:
        """Go on with whatever there is."""
        return 0

    def ends(self, state: int) -> bool:
        """End anywhere."""
        return True

    def value(self, text: str) -> str:
        """Return the text."""
        return text


def worths_of(exists: Floats, classes: Floats, sign: Floats, signs: Floats) -> Floats:
    """Return the log-odds of each mark being each character, (n, 10 + signs).

    `exists` and `sign` (n,) are the log-odds of a digit and of a sign, `classes` (n, 10) and `signs`
    (n, 11) log-probabilities of which.
    """
    digits = exists[:, None] + classes - classes.max(axis=1, keepdims=True, initial=-np.inf)
    others = sign[:, None] + signs - signs.max(axis=1, keepdims=True, initial=-np.inf)
    return np.concatenate([digits, others], axis=1)


def worth_fitting(worths: Floats) -> npt.NDArray[np.intp]:
    """Return which marks are looked at, in their order, of those with `worths` (n, k): MARKS_MOST at most."""
    best = worths.max(axis=1, initial=-np.inf)
    return np.sort(np.argsort(-best, kind="stable")[:MARKS_MOST])


def fit(fits: npt.NDArray[np.bool_], worths: Floats, kind: Kind) -> Fit | None:
    """Return the likeliest characters among marks in reading order; None where there are none.

    `fits` (n, n) says which marks may be taken together, `worths` (n, k) are those of `worths_of`.
    """
    ways: list[dict[Any, _Way]] = []
    for place, own in enumerate(worths):
        ways.append(_longer(_before(ways, place, fits), place, own, kind))
    ended = [way for own in ways for state, way in own.items() if kind.ends(state)]
    if kind.ends(kind.start):
        ended.append(_Way(0.0, -1, -1, None))
    return _told(max(ended, key=lambda way: way.worth)) if ended else None


@dataclass(frozen=True, slots=True)
class _Way:
    """A way that ends with a mark, and the way before it."""

    worth: float
    place: int
    kind: int
    last: "_Way | None"


def _before(ways: "list[dict[Any, _Way]]", place: int, fits: npt.NDArray[np.bool_]) -> "dict[Any, _Way]":
    """Return the best way to each state among marks that share no ink with the one at `place`."""
    found: dict[Any, _Way] = {}
    for other in range(max(0, place - BACK), place):
        if not fits[other, place]:
            continue
        for state, way in ways[other].items():
            if way.last is not None and way.last.place >= 0 and not fits[way.last.place, place]:
                continue
            if state not in found or way.worth > found[state].worth:
                found[state] = way
    return found


def _longer(before: "dict[Any, _Way]", place: int, worths: Floats, kind: Kind) -> "dict[Any, _Way]":
    """Return the ways that go on with a mark, the best of each state, the best states only."""
    start = _Way(0.0, -1, -1, None)
    likely = np.flatnonzero(worths > max(float(worths.max()) + UNLIKELY, 3 * FAINT)).tolist()
    found: dict[Any, _Way] = {}
    for state, way in [(kind.start, start), *before.items()]:
        for one in likely:
            after = kind.step(state, str(one) if one < DIGITS else MARKS[one])
            if after is None:
                continue
            worth = way.worth + float(worths[one])
            if after not in found or worth > found[after].worth:
                found[after] = _Way(worth, place, one, way)
    best = sorted(found.items(), key=lambda item: -item[1].worth)[:STATES]
    return dict(best)


def _told(way: "_Way | None") -> Fit:
    """Return the characters of a way from its first to its last."""
    assert way is not None
    worth, marks, kinds = way.worth, [], []
    while way is not None and way.place >= 0:
        marks.append(way.place)
        kinds.append(way.kind)
        way = way.last
    return Fit(tuple(reversed(marks)), tuple(reversed(kinds)), worth)
