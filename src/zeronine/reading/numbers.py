"""Chosen marks -> digits, signs and numbers with boxes in the picture's own pixels.

Where one number ends and the next begins is weighed by how wide the gap is (`Evidence.part`); signs that
stand between terms (`+ = x ( )`) are no part of a number, those within one (`. , / : -`) are.
"""

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from zeronine.answers import Box, Digit, Number, Sign
from zeronine.canvas import Canvases
from zeronine.reading.arithmetic import FAR, chance, clipped
from zeronine.reading.evidence import Evidence, Floats, Logistic
from zeronine.reading.finder import DIGITS, MARKS
from zeronine.reading.lines import runs_of

OPERATORS = "+=x()%"  #: signs that stand between numbers
WITHIN = ".,/:-"  #: signs that may stand within one
LEADING = "+-"  #: signs that may begin one
WIDEST = 4.0  #: heights: wider gaps are no wider
EVEN = 0.15  #: heights: gaps narrower than this hardly differ


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The marks that were taken for characters, in reading order."""

    boxes: Floats  #: (n, 4), in pixels of the working picture
    in_picture: Floats  #: (n, 4), in pixels of the picture
    kind: npt.NDArray[np.intp]  #: (n,): 0 to 9, or the place of a sign in MARKS
    lines: npt.NDArray[np.intp]  #: (n,)
    confidence: Floats  #: (n,), in [0, 1]
    classes: Floats  #: (n, 10): log-probabilities of the digits
    canvases: Canvases  #: (n, 28, 28)
    there: Floats  #: (n,): log-odds that a digit, or a sign, stands here
    letters: Floats  #: (n,), in [0, 1]: how much of what stands beside it is writing that is not read
    doubt: Floats  #: (n,): log-odds of the likeliest mark nearby that was left out
    walls: Floats  #: (n,), in [0, 1]: how much an upright rule stands between it and the one before it
    through: Floats  #: (n,), in [0, 1]: how much an upright rule runs through it, as on squared paper
    stacked: Floats  #: (n,): 1 where another character stands straight above or below it, as in a table

    @property
    def digit(self) -> npt.NDArray[np.bool_]:
        """(n,): whether it is a digit, and no sign."""
        return np.asarray(self.kind < DIGITS)

    def keep(self, which: npt.NDArray[np.bool_]) -> "Chosen":
        """Return some of them."""
        return Chosen(*(getattr(self, one.name)[which] for one in fields(self)))


def gap_features(chosen: Chosen, start: int, stop: int) -> Floats:
    """Return GAP_FEATURES of the gaps between characters of a line, (stop - start - 1, k)."""
    boxes, digit = chosen.boxes[start:stop], chosen.digit[start:stop]
    tall = boxes[digit] if digit.any() else boxes
    height = max(float(np.median(tall[:, 3] - tall[:, 1])), 1.0)
    reach = np.maximum.accumulate(boxes[:, 2])
    gaps = np.clip((boxes[1:, 0] - reach[:-1]) / height, -1, WIDEST)
    usual = float(np.sort(gaps)[(len(gaps) - 1) // 2]) if len(gaps) else 0.0
    ratio = np.log((np.maximum(gaps, 0) + EVEN) / (max(usual, 0) + EVEN))
    walls, stacked = chosen.walls[start + 1 : stop], chosen.stacked[start + 1 : stop]
    through = np.full(len(gaps), float(np.median(chosen.through[start:stop])) if len(gaps) else 0.0)
    sign = (~digit[1:] | ~digit[:-1]).astype(np.float64)
    usual_gap = np.full(len(gaps), max(usual, 0))
    columns = [gaps, ratio, usual_gap, sign, walls, stacked, walls * stacked, walls * through]
    return np.stack(columns, axis=1)


def part_odds(chosen: Chosen, part: Logistic) -> Floats:
    """Return the log-odds that a new number begins with each character, (n,); FAR for a line's first."""
    odds = np.full(len(chosen.kind), FAR)
    for start, stop in runs_of(chosen.lines):
        odds[start + 1 : stop] = part(gap_features(chosen, start, stop))
    return clipped(odds)


def believed(chosen: Chosen, evidence: Evidence) -> Chosen:
    """Return the characters without those of numbers that are likelier none: words, patterns, grain."""
    kept = np.ones(len(chosen.kind), np.bool_)
    for where in spans_of(chosen, part_odds(chosen, evidence.part)):
        if chosen.digit[where].any():
            kept[where] = evidence.stands(stands_features(chosen, where)[None])[0] > 0
    return chosen.keep(kept)


def stands_features(chosen: Chosen, where: slice) -> Floats:
    """Return STANDS_FEATURES of the characters in a slice, (k,)."""
    digit = chosen.digit[where]
    there, right = clipped(chosen.there[where][digit]), chosen.confidence[where][digit]
    letters = float(chosen.letters[where][digit].mean())
    return np.array([np.log(1 + len(there)), there.mean(), there.max(), right.mean(), right.max(), letters])


def numbers_of(
    chosen: Chosen,
    evidence: Evidence,
    shape: tuple[int, ...],
    *,
    least: float,
    digits_only: bool,
    groups: tuple[int, ...] = (),
    whole: bool = False,
) -> tuple[tuple[Number, ...], tuple[tuple[int, Sign], ...]]:
    """Put characters into numbers; return them, and the signs that belong to none, with their lines.

    `shape` is that of the picture, (H, W).  Digits less sure than `least` have no value.  `groups`, where
    given, says how many digits each number has; `whole` takes everything for one number.
    """
    marks = _marks(chosen, shape, least)
    numbers: list[Number] = []
    signs: list[tuple[int, Sign]] = []
    names = {line: place for place, line in enumerate(dict.fromkeys(chosen.lines.tolist()))}
    parts = part_odds(chosen, evidence.part)
    spans = spans_of(chosen, parts, digits_only=digits_only, groups=groups)
    for where in [slice(0, len(marks))] if whole and marks else spans:
        run, line = marks[where], names[int(chosen.lines[where.start])]
        if any(isinstance(mark, Digit) for mark in run):
            sure = float(chance(evidence.number(number_features(chosen, where, parts)[None]))[0])
            numbers.append(_number(run, line, sure, digits_only=digits_only))
        elif not digits_only:
            signs += [(line, mark) for mark in run if isinstance(mark, Sign)]
    return tuple(numbers), tuple(signs)


def spans_of(
    chosen: Chosen, parts: Floats, *, digits_only: bool = False, groups: tuple[int, ...] = ()
) -> list[slice]:
    """Return where each number, and each run of signs between numbers, begins and ends among the chosen."""
    texts = [MARKS[kind] if kind >= DIGITS else "0" for kind in chosen.kind.tolist()]
    return [
        slice(start + one.start, start + one.stop)
        for start, stop in _runs(chosen, parts, groups)
        for one in _parted("".join(texts[start:stop]), digits_only=digits_only)
    ]


def _marks(chosen: Chosen, shape: tuple[int, ...], least: float) -> list[Digit | Sign]:
    """Return every character as an answer with its box inside the picture."""
    shares = np.exp(chosen.classes)
    ranks = np.argsort(-shares, axis=1, kind="stable")
    marks: list[Digit | Sign] = []
    for index, kind in enumerate(chosen.kind.tolist()):
        box = box_within(chosen.in_picture[index], shape)
        confidence = float(chosen.confidence[index])
        if kind >= DIGITS:
            marks.append(Sign(MARKS[kind], confidence, box))
            continue
        order = [kind, *(one for one in ranks[index].tolist() if one != kind)]
        alternatives = tuple((one, float(shares[index, one])) for one in order)
        value = kind if confidence >= least else None
        marks.append(Digit(value, confidence, alternatives, box, chosen.canvases[index]))
    return marks


def box_within(box: Floats, shape: tuple[int, ...]) -> Box:
    """Return a box, left, top, right, bottom, in whole pixels of the picture (H, W), at least one wide."""
    left, top = (int(np.clip(np.floor(box[i]), 0, shape[1 - i] - 1)) for i in (0, 1))
    right, bottom = (int(np.clip(np.ceil(box[i]), (left, top)[i - 2] + 1, shape[3 - i])) for i in (2, 3))
    return Box(left, top, right - left, bottom - top)


def _runs(chosen: Chosen, parts: Floats, groups: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return (start, stop) of the characters that stand together."""
    count = len(chosen.kind)
    if count == 0:
        return []
    if sum(groups) == int(chosen.digit.sum()) and len(groups) > 1:
        ends = np.flatnonzero(np.isin(np.cumsum(chosen.digit), np.cumsum(groups)[:-1]) & chosen.digit) + 1
        return list(pairwise([0, *ends.tolist(), count]))
    return list(pairwise([*np.flatnonzero(parts > 0).tolist(), count]))


def _parted(text: str, *, digits_only: bool) -> list[slice]:
    """Part what stands together, digits written as 0, into numbers and the signs between them."""
    between = OPERATORS
    if digits_only:
        between += "/:-"
    elif any(one in "+=x(" for one in text.lstrip(LEADING)):
        between += "-/:"  # a sum: its minus and its slash are signs of calculation
    parts: list[slice] = []
    start = 0
    for index, one in enumerate(text):
        leads = (
            one in LEADING
            and text[index + 1 : index + 2] == "0"
            and (index == 0 or text[index - 1] in between)
        )
        if one in between and (digits_only or not leads):
            parts += [slice(start, index), slice(index, index + 1)]
            start = index + 1
    parts.append(slice(start, len(text)))
    return [one for one in parts if one.stop > one.start]


def _number(run: list[Digit | Sign], line: int, sure: float, *, digits_only: bool) -> Number:
    marks = tuple(mark for mark in run if isinstance(mark, Digit) or not digits_only)
    left = min(mark.box.x for mark in marks)
    top = min(mark.box.y for mark in marks)
    right = max(mark.box.x + mark.box.width for mark in marks)
    bottom = max(mark.box.y + mark.box.height for mark in marks)
    return Number(marks, Box(left, top, right - left, bottom - top), line, sure)


def number_features(chosen: Chosen, where: slice, parts: Floats) -> Floats:
    """Return NUMBER_FEATURES of the characters in a slice, (k,); `parts` (n,) are those of `part_odds`."""
    digit = chosen.digit[where]
    confidence = np.clip(chosen.confidence[where][digit], 1e-4, 1 - 1e-4)
    several = where.stop - where.start > 1
    gaps = gap_features(chosen, where.start, where.stop)[:, 0] if several else np.zeros(1)
    ends = np.append(parts, FAR)[[where.start, where.stop]]
    return np.array(
        [
            np.log(1 + len(confidence)),
            np.log(confidence).sum(),
            np.log(confidence.min() / (1 - confidence.min())),
            float(chosen.doubt[where].max(initial=-8)),
            float(np.ptp(gaps)),
            float(parts[where.start + 1 : where.stop].max(initial=-FAR)),
            float(ends.min()),
        ]
    )
