"""What a job came to: how much was read and how surely, what to look at first, and what a million cost.

Reads the rows as they lie on disk, a batch at a time, so that it costs the same memory for any number.
"""

import csv
import heapq
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow.dataset as ds

from zeronine.answers import SURE, Box
from zeronine.bulk.inputs import is_address
from zeronine.bulk.job import Folder, Job
from zeronine.bulk.plan import Plan
from zeronine.bulk.progress import duration
from zeronine.documents.queue import Item, Queue
from zeronine.files import no_formula, write_beside

BINS = 20  #: of the histogram of confidences, each 1 / BINS wide
FIRST = 100  #: pictures in the review queue
KINDS = 10  #: kinds of errors that are named
BATCH = 16_384  #: rows in memory
PARTS = ("numbers", "fields", "cells")
COLUMNS = ("id", "text", "confidence", *PARTS, "unread", "pages", "error", "milliseconds")


@dataclass(frozen=True, slots=True, order=True)
class Doubtful:
    """A picture in which something may be wrong."""

    doubt: float  #: how many of its texts are expected to be wrong
    id: str
    text: str = field(compare=False)
    confidence: str = field(compare=False)
    parts: list[tuple[str, dict[str, Any]]] = field(compare=False)  #: numbers, fields and cells


@dataclass(slots=True)
class Figures:
    """What is counted over all rows."""

    rows: int = 0
    failed: int = 0  #: pictures with an error
    empty: int = 0  #: pictures without a number and without an error
    pages: int = 0
    numbers: int = 0  #: with the fields of forms and the cells of tables
    unread: int = 0  #: pictures with writing that was seen and not read
    expected_errors: float = (
        0.0  #: numbers that are wrong, if the confidences are true: sum of 1 - confidence
    )
    milliseconds: float = 0.0  #: of one core, over all pictures
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)
    errors: Counter[str] = field(default_factory=Counter)
    first: list["Doubtful"] = field(default_factory=list)  #: what to look at first

    def add(self, row: dict[str, Any]) -> None:
        """Count one row."""
        sure = [certainty(part) for kind in PARTS for part in row[kind] or ()]
        if row["numbers"] is None and row["confidence"] is not None:  # a canvas is its own number
            sure = [row["confidence"]]
        self.rows += 1
        self.pages += row["pages"] or 0
        self.numbers += len(sure)
        self.unread += bool(row["unread"])
        self.expected_errors += sum(1 - one for one in sure)
        self.milliseconds += row["milliseconds"] or 0.0
        for one in sure:
            self.histogram[min(int(one * BINS), BINS - 1)] += 1
        if row["error"] is not None:
            self.failed += 1
            self.errors[kind_of(row["error"])] += 1
        elif not sure:
            self.empty += 1
        self._queue(row, sure)

    def _queue(self, row: dict[str, Any], sure: list[float]) -> None:
        """Keep the pictures in which the most may be wrong; an unread place counts half a number."""
        doubt = sum(1 - one for one in sure) + 0.5 * len(row["unread"] or ())
        if row["error"] is not None or doubt == 0:
            return  # errors stand in a table of their own: there is nothing to look at
        sure_text = "" if row["confidence"] is None else f"{row['confidence']:.3f}"
        parts = [(kind, part) for kind in PARTS for part in row[kind] or ()]
        entry = Doubtful(doubt, row["id"], row["text"], sure_text, parts)
        (heapq.heappush if len(self.first) < FIRST else heapq.heappushpop)(self.first, entry)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "pictures": self.rows,
            "with an error": self.failed,
            "without a number": self.empty,
            "with writing not read": self.unread,
            "pages": self.pages,
            "numbers": self.numbers,
            "expected wrong numbers": round(self.expected_errors, 2),
            "confidences": [
                {"from": index / BINS, "to": (index + 1) / BINS, "numbers": count}
                for index, count in enumerate(self.histogram)
            ],
            "errors": dict(self.errors.most_common(KINDS)),
            "core hours a million": self.core_hours_a_million,
        }

    @property
    def core_hours_a_million(self) -> float | None:
        """Measured on these pictures, this machine and this day; None where nothing was timed."""
        if not self.milliseconds:
            return None
        return round(self.milliseconds / self.rows * 1e6 / 3.6e6, 2)


def write_report(folder: Folder, job: Job, *, seconds: float, rows: int, workers: int) -> Figures:
    """Write report.md, report.json, review.csv and the queue for people about all rows of a job.

    `seconds`, `rows` and `workers` are those of the last run, for what it costs.
    """
    figures = Figures()
    for row in _rows(folder):
        figures.add(row)
    figures.first.sort(key=lambda one: (-one.doubt, one.id))
    queue = Queue(folder.path)
    queue.add(items_of(figures.first, places_of({one.id for one in figures.first}, folder)))
    run = {"rows": rows, "seconds": round(seconds, 2), "workers": workers}
    content = {"job": job.to_dict(), "last run": run, **figures.to_dict()}
    write_beside(folder.path / "report.json", json.dumps(content, indent=2).encode())
    write_beside(folder.path / "review.csv", _review(figures))
    write_beside(folder.path / "report.md", _text(figures, job, run).encode())
    return figures


def certainty(part: Mapping[str, Any]) -> float:
    """Return how sure a text is right; one that is not of its kind is not."""
    return float(part["confidence"]) * bool(part.get("met", True))


def places_of(names: set[str], folder: Folder) -> dict[str, str]:
    """Return the paths of some pictures that are files of their own; others cannot be shown to people."""
    plan, found = Plan(folder.plan), {}
    for shard in range(len(plan.sizes()) if names else 0):
        for item in plan.items(shard):
            place = os.fsdecode(item.place)
            if item.id in names and item.offset is None and not is_address(place):
                found[item.id] = place
    return found


def items_of(first: Sequence[Doubtful], places: Mapping[str, str]) -> Iterator[Item]:
    """Give what is unsure in some pictures, as the queue takes it."""
    for one in first:
        for kind, part in one.parts if one.id in places else ():
            if certainty(part) < SURE:
                yield Item(
                    file=places[one.id],
                    page=part["page"],
                    field=part["name"] if kind == "fields" else _cell_name(part) if kind == "cells" else "",
                    box=Box(part["x"], part["y"], part["width"], part["height"]),
                    text=part["text"],
                    confidence=certainty(part),
                )


def _cell_name(cell: Mapping[str, Any]) -> str:
    return f"row {cell['row'] + 1}, column {cell['column'] + 1}"


def kind_of(error: str) -> str:
    """Return an error without what is particular to one picture: its name, bytes and numbers."""
    known = re.sub(r"b?'[^']*'|b?\"[^\"]*\"", "…", error)
    known = re.sub(r"\S*[/\\]\S*", "…", known)
    return re.sub(r"\d[\d.,]*", "…", known)[:160]


def _rows(folder: Folder) -> Iterator[dict[str, Any]]:
    batches = ds.dataset(folder.rows, format="parquet").to_batches(
        columns=list(COLUMNS), batch_size=BATCH, batch_readahead=1, fragment_readahead=1
    )
    for batch in batches:
        yield from batch.to_pylist()


def _review(figures: Figures) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["id", "text", "confidence", "expected wrong"])
    writer.writerows(
        [no_formula(one.id), no_formula(one.text), one.confidence, f"{one.doubt:.3f}"]
        for one in figures.first
    )
    return lines.getvalue().encode("utf-8", "backslashreplace")


def _text(figures: Figures, job: Job, run: dict[str, Any]) -> str:
    """Return the report as Markdown."""
    parts = [
        f"# What was read in {job.input}",
        f"{figures.rows:,} pictures with {figures.pages:,} pages: {figures.numbers:,} numbers.\n"
        f"{figures.failed:,} pictures have an error, {figures.empty:,} hold no number, "
        f"{figures.unread:,} hold writing that was seen and not read.",
        f"If the confidences are true, {figures.expected_errors:,.1f} numbers are wrong "
        f"({figures.expected_errors / max(figures.numbers, 1):.2%}): the sum of 1 - confidence.",
        "## How sure",
        _histogram(figures.histogram),
        "## Look at these first",
        _first(figures),
        "## Errors",
        _table(("pictures", "error"), [(f"{n:,}", what) for what, n in figures.errors.most_common(KINDS)])
        if figures.errors
        else "None.",
        "## What it costs",
        _cost(figures, run),
        f"Read by {job.model_name}, zeronine {job.version}.",
    ]
    return "\n\n".join(parts) + "\n"


def _histogram(counts: list[int]) -> str:
    most = max(max(counts), 1)
    rows = [
        (f"{index / BINS:.2f} to {(index + 1) / BINS:.2f}", f"{count:,}", "█" * round(30 * count / most))
        for index, count in enumerate(counts)
        if count
    ]
    return _table(("confidence", "numbers", ""), rows) if rows else "No number was read."


def _first(figures: Figures) -> str:
    if not figures.first:
        return "Nothing is in doubt."
    rows = [(f"`{one.id}`", f"`{one.text}`", one.confidence) for one in figures.first[:10]]
    return (
        f"The first of {len(figures.first)} in `review.csv`; `zeronine review` with the job's folder shows "
        "what is unsure in them, and keeps what you decide.\n\n"
    ) + _table(("picture", "text", "confidence"), rows)


def _cost(figures: Figures, run: dict[str, Any]) -> str:
    if figures.core_hours_a_million is None or not run["rows"]:
        return "This run read nothing new, so there is nothing to count."
    wall = 1e6 * run["seconds"] / run["rows"]
    return (
        f"The last run read {run['rows']:,} pictures in {run['seconds']:,.1f} s "
        f"with {run['workers']} workers.\n"
        f"A million like these take {figures.core_hours_a_million:,.1f} hours of one core by the time within "
        f"the workers, and {duration(wall)} the way this run went."
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
