"""Whole pictures with truth -> a PagesReport: digits found and right, numbers exactly right, false digits.

The pages come from `data/pages.py` and `data/wordless.py`, made of validation digits; a real page with
truth, given as a `Page`, is judged in the same way.
"""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from zeronine.answers import Box, Digit, Number, Reading
from zeronine.data.digits import Digits
from zeronine.data.pages.made import LOOKS, Page, TrueNumber, make_pages, touching_pairs
from zeronine.data.pages.wordless import wordless_pages
from zeronine.metrics import wilson

if TYPE_CHECKING:
    from rich.console import Console

SAME_PLACE = 0.3  #: intersection over union from which two boxes are the same digit
OVERLAPS = (0.0, 0.05, 0.10, 0.15)  #: of touching pairs, in shares of a digit's width
MISSES_KEPT = 200
HEADS = (
    "pages",
    "digits found",
    "digits right",
    "numbers right",
    "answered right",
    "false digits",
    "on pages",
)

Boxes = npt.NDArray[np.float32]  #: (N, 4): left, top, right, bottom


class Reads(Protocol):
    """Whatever reads a picture: a `Reader`, or something to compare it with."""

    def read(self, picture: npt.NDArray[np.uint8]) -> Reading:
        """Read one picture."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts over pages of one kind; they add up."""

    pages: int = 0
    digits: int = 0  #: that stand on the pages
    found: int = 0  #: of them, where a box was read
    right: int = 0  #: of them, with the right value answered
    false: int = 0  #: boxes answered with a digit where none stands
    spoilt: int = 0  #: pages with at least one of those
    numbers: int = 0  #: that stand on the pages
    numbers_right: int = 0  #: of them, read exactly
    answered: int = 0  #: boxes answered with a digit at all, above the reader's confidence
    answered_right: int = 0  #: of them, right

    def __add__(self, other: "Score") -> "Score":
        """Add the counts of other pages."""
        names = [one.name for one in fields(self)]
        return Score(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True)
class Miss:
    """A page that was not read exactly."""

    kind: str
    index: int  #: among the pages of its kind
    true: str
    read: str


@dataclass(frozen=True, slots=True)
class PagesReport:
    """What reading did on pages, by kind of page."""

    scores: dict[str, Score]
    misses: tuple[Miss, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: counts, and shares with their 95 % interval."""
        return {kind: _plain(score) for kind, score in self.scores.items()}


def _plain(score: Score) -> dict[str, Any]:
    plain: dict[str, Any] = {one.name: getattr(score, one.name) for one in fields(score)}
    for name, (part, whole) in shares_of(score).items():
        if whole:
            plain[f"share_{name}"] = {"value": part / whole, "count": whole, "interval": wilson(part, whole)}
    return plain


def shares_of(score: Score) -> dict[str, tuple[int, int]]:
    """Return each share that is reported as (part, whole)."""
    return {
        "found": (score.found, score.digits),
        "right": (score.right, score.digits),
        "numbers_right": (score.numbers_right, score.numbers),
        "answered_right": (score.answered_right, score.answered),
    }


def evaluate_pages(reader: Reads, pages: Iterable[Page]) -> PagesReport:
    """Read all pages and compare with their truth."""
    scores: dict[str, Score] = {}
    misses: list[Miss] = []
    for page in pages:
        reading = reader.read(page.picture)
        before = scores.get(page.kind, Score())
        if reading.text != page.text and len(misses) < MISSES_KEPT:
            misses.append(Miss(page.kind, before.pages, page.text, reading.text))
        scores[page.kind] = before + score_page(page, reading)
    return PagesReport(scores, tuple(misses))


def score_page(page: Page, reading: Reading) -> Score:
    """Compare one reading with the truth of its page."""
    boxes = [box for number in page.numbers for box in number.boxes]
    values = [int(one) for number in page.numbers for one in number.text]
    partner = match(boxes, [digit.box for digit in reading.digits])  # for each true digit: read one, or -1
    pairs = [(values[i], reading.digits[j]) for i, j in enumerate(partner) if j >= 0]
    right = sum(digit.value == value for value, digit in pairs)
    answered = sum(digit.value is not None for digit in reading.digits)
    false = answered - sum(digit.value is not None for _, digit in pairs)
    return Score(
        pages=1,
        digits=len(boxes),
        found=len(pairs),
        right=right,
        false=false,
        spoilt=int(false > 0),
        numbers=len(page.numbers),
        numbers_right=_numbers_right(page.numbers, reading, partner),
        answered=answered,
        answered_right=right,
    )


def _numbers_right(numbers: Sequence[TrueNumber], reading: Reading, partner: Sequence[int]) -> int:
    """Count the numbers whose digits were all read, in order, as exactly one number."""
    read = {tuple(map(id, number.digits)): number for number in reading.numbers}
    digits: tuple[Digit, ...] = reading.digits
    start = count = 0
    for number in numbers:
        places = partner[start : start + len(number.text)]
        start += len(number.text)
        same: Number | None = read.get(tuple(id(digits[place]) for place in places if place >= 0))
        count += same is not None and same.text == number.text
    return count


def match(true: Sequence[Box], read: Sequence[Box]) -> list[int]:
    """Return, for each true box, the read box in the same place, or -1; the best pairs are taken first."""
    partner = [-1] * len(true)
    if not true or not read:
        return partner
    answers = _edges(read)  # (M, 4)
    candidates = []
    for index, box in enumerate(_edges(true)):
        overlap = _overlap(box, answers)
        candidates += [(-overlap[j], index, int(j)) for j in np.flatnonzero(overlap >= SAME_PLACE)]
    taken: set[int] = set()
    for _, index, j in sorted(candidates):
        if partner[index] < 0 and j not in taken:
            partner[index] = j
            taken.add(j)
    return partner


def _edges(boxes: Sequence[Box]) -> Boxes:
    return np.array([[b.x, b.y, b.x + b.width, b.y + b.height] for b in boxes], np.float32)


def _overlap(box: npt.NDArray[np.float32], others: Boxes) -> npt.NDArray[np.float32]:
    """Return intersection over union of one box with each of (M, 4)."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    inside = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(box[2:] - box[:2])
    return np.asarray(inside / np.maximum(areas - inside, 1e-6), np.float32)


# ---- the standard set ----


def standard_pages(digits: Digits, *, each: int = 50, seed: int = 0) -> Iterator[Page]:
    """Make the pages that are reported: `each` of every look and overlap, 4 x `each` without digits."""
    generator = np.random.default_rng(seed)
    for look in LOOKS:
        yield from make_pages(digits, look, each, generator=generator)
    for overlap in OVERLAPS:
        yield from touching_pairs(digits, each, overlap=overlap, generator=generator)
    yield from wordless_pages(4 * each, generator=generator)


def show_pages(report: PagesReport, console: "Console") -> None:
    """Print a table: one row for each kind of page."""
    from rich.table import Table

    table = Table(title="Pages", title_justify="left")
    table.add_column("kind")
    for name in HEADS:
        table.add_column(name, justify="right")
    for row in _cells(report):
        table.add_row(*row)
    console.print(table)


def pages_html(report: PagesReport) -> str:
    """Return the same table as HTML, to be put into a section of a page."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("kind", *HEADS))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(kind)}</th>'
        + "".join(f"<td>{one}</td>" for one in cells)
        + "</tr>"
        for kind, *cells in _cells(report)
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(report: PagesReport) -> Iterator[list[str]]:
    for kind, score in report.scores.items():
        shares = [
            f"{part}/{whole} {part / whole:.2%}" if whole else "" for part, whole in shares_of(score).values()
        ]
        yield [kind, str(score.pages), *shares, str(score.false), str(score.spoilt)]
