"""How answers about pictures are scored, the same for every reader: text and confidence in, figures out.

A *number* in a text is a date (two groups of one or two digits and a year, parted twice by the same
`/`, `.` or `-`) or a run of digits with single `.` or `,` between digits; every other sign, letter or
space parts numbers, and a sign before a number does not belong to it.  So 3x+2=20 holds 3, 2 and 20, and
-3.75 holds 3.75.  F1 counts numbers as a multiset, picture by picture: an answer is right where the truth
still has a number with that text.  It is counted three times: *written* (the text with its marks),
*digits* (marks dropped: 12.50 is 1250, 11/21/2015 is 11212015), and *runs* (each run of digits is a number
of its own: 12.50 is 12 and 50).  A number with an unsure digit (`?`) is a wrong one; one of unsure digits
only was not answered at all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zeronine.metrics import calibration_error, kept_at, reliability, wilson

NUMBER = re.compile(r"[\d?]{1,2}([/.-])[\d?]{1,2}\1[\d?]{2,4}(?![\d?])|[\d?]+(?:[.,][\d?]+)*")
RUN = re.compile(r"[\d?]+")
WAYS = ("written", "digits", "runs")
BINS = 10  #: of the calibration error: fewer than usual, there are a hundred answers
DRAWS = 200  #: of a perfectly calibrated reader with the same confidences, to know the error of chance


def digits_in(text: str) -> str:
    """Keep the digits of a text."""
    return "".join(mark for mark in text if mark in "0123456789")


def numbers_of(text: str, way: str = "written") -> list[str]:
    """Return the numbers in a text, in one of WAYS."""
    found = [match[0] for match in (RUN if way == "runs" else NUMBER).finditer(text)]
    answered = [number for number in found if digits_in(number)]
    if way == "digits":
        return ["".join(mark for mark in number if mark not in "/.,-") for number in answered]
    return answered


def edits(first: Sequence[str], second: Sequence[str]) -> int:
    """Count insertions, deletions and substitutions between two texts (Levenshtein, 1966)."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(second, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def in_order(first: Sequence[str], second: Sequence[str]) -> int:
    """Count what two texts have in common in the same order (longest common subsequence)."""
    row = [0] * (len(second) + 1)
    for a in first:
        before = 0
        for j, b in enumerate(second, start=1):
            before, row[j] = row[j], before + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]


def share(right: int, count: int) -> dict[str, float | None]:
    """A share with its count and its 95 % interval."""
    low, high = wilson(right, count)
    part = round(right / count, 4) if count else None
    return {"right": right, "count": count, "share": part, "from": round(low, 4), "to": round(high, 4)}


def f1(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> dict[str, float | int]:
    """F1 over pictures, each the numbers (read, true)."""
    right = read = true = 0
    for answers, truths in pairs:
        right += sum((Counter(answers) & Counter(truths)).values())
        read, true = read + len(answers), true + len(truths)
    return f1_of(right, read, true)


def f1_of(right: int, read: int, true: int) -> dict[str, float | int]:
    """F1 of counts: the harmonic mean of precision and recall, 0 where nothing is right."""
    value = 2 * right / (read + true) if read + true else 0.0
    return {"f1": round(value, 4), "right": right, "read": read, "true": true}


def coverage(confidences: Sequence[float], right: Sequence[bool], *, precision: float) -> float:
    """Return the largest share of answers, surest first, of which at least `precision` are right."""
    kept = kept_at(np.array(confidences), np.array(right, bool), errors=1 - precision)
    return round(kept.share, 4)


def calibration(confidences: Sequence[float], right: Sequence[bool]) -> dict[str, float | int | None]:
    """Expected calibration error in BINS equal steps, and what chance alone would give.

    `by_chance` is the mean error of DRAWS readers whose answers are right exactly as often as these
    confidences promise: with few answers it is far from zero.
    """
    if not confidences:
        return {"error": None, "by_chance": None, "count": 0}
    sure, true = np.array(confidences, np.float64), np.array(right, bool)
    generator = np.random.default_rng(0)
    chance = [_error(sure, generator.random(len(sure)) < sure) for _ in range(DRAWS)]
    return {
        "error": round(_error(sure, true), 4),
        "by_chance": round(float(np.mean(chance)), 4),
        "count": len(sure),
    }


def _error(confidences: Any, right: Any) -> float:
    return calibration_error(reliability(confidences, right, bins=BINS))


# ---- what a reader answered ----


@dataclass(frozen=True, slots=True)
class Said:
    """One number of a reading."""

    text: str
    confidence: float
    line: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is scored of a reading."""

    numbers: tuple[Said, ...]
    digits: int = 0  #: answered ones, `?` not counted
    cpu_s: float = field(default=0.0, compare=False)

    @property
    def plain(self) -> str:
        """All digits, in reading order."""
        return digits_in("".join(number.text for number in self.numbers))

    @property
    def confidence(self) -> float:
        """That all of it is right: the product over its numbers, 0 without any."""
        return float(np.prod([number.confidence for number in self.numbers])) if self.numbers else 0.0

    def lines(self) -> list[tuple[str, float]]:
        """Return the digits of each line, and that all of them are right."""
        lines: dict[int, list[Said]] = {}
        for number in self.numbers:
            lines.setdefault(number.line, []).append(number)
        texts = [(digits_in("".join(n.text for n in line)), line) for line in lines.values()]
        return [(text, float(np.prod([n.confidence for n in line]))) for text, line in texts if text]

    def all_numbers(self, way: str) -> list[str]:
        """Return the numbers that the reading's texts hold, in one of WAYS."""
        return [found for number in self.numbers for found in numbers_of(number.text, way)]


def answer_of(reading: Any, cpu_s: float = 0.0) -> Answer:
    """Take from a reading (of any reader) what is scored."""
    numbers = tuple(Said(n.text, confidence_of(n), n.line) for n in reading.numbers)
    return Answer(numbers, sum(digit.value is not None for digit in reading.digits), cpu_s)


def confidence_of(number: Any) -> float:
    """Return `Number.confidence`, or the product over its digits for a reader that has none."""
    if hasattr(number, "confidence"):
        return float(number.confidence)
    return float(np.prod([digit.confidence for digit in number.digits]))
