"""How readings are printed: as text, as JSON lines, or as CSV.  One page is one `Row`."""

import csv
import json
import sys
from dataclasses import dataclass
from typing import Protocol, TextIO

from zeronine.answers import Number, Reading
from zeronine.cli.names import cell, in_line

COLUMNS = ("file", "page", "line", "text", "confidence", "x", "y", "width", "height", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one page: a reading, or the reason why there is none, or why it falls short."""

    file: str
    page: int  #: from 1
    reading: Reading | None = None
    error: str = ""  #: also what a reading lacks of what was expected

    @property
    def failed(self) -> bool:
        """Whether the page could not be read, or not as expected."""
        return bool(self.error)


class Rows(Protocol):
    """Takes the rows one after the other, and is closed after the last."""

    def write(self, row: Row) -> None:
        """Take one row."""

    def close(self) -> None:
        """Print what was held back."""


class TextRows:
    """The text alone of a single page; when there are several, each line has its file before it.

    Errors go to the standard error stream.
    """

    def __init__(self, out: TextIO, *, several: bool) -> None:
        """Write to `out`; `several` says that more than one file comes."""
        self._out = out
        self._several = several
        self._held: Row | None = None

    def write(self, row: Row) -> None:
        """Print a row; the first of a single file waits until it is known whether a second page comes."""
        if not self._several and self._held is None:
            self._held = row
            return
        self._several = True
        if self._held is not None:
            self._print(self._held)
            self._held = None
        self._print(row)

    def close(self) -> None:
        """Print the row that waits."""
        if self._held is not None:
            self._print(self._held)

    def _print(self, row: Row) -> None:
        if row.error:
            print(f"zeronine: {in_line(row.error)}", file=sys.stderr)
        if row.reading is None:
            return
        name = in_line(row.file)
        if row.reading.unread:
            print(f"zeronine: {name}: {_unread(row.reading)}", file=sys.stderr)
        where = f"{name}, page {row.page}: " if row.page > 1 else f"{name}: "
        for line in row.reading.text.split("\n"):
            print(f"{where}{line}".rstrip() if self._several else line, file=self._out)


class JsonRows:
    """One JSON object a page, one line each, so that many pictures can be read as they come."""

    def __init__(self, out: TextIO) -> None:
        """Write to `out`."""
        self._out = out

    def write(self, row: Row) -> None:
        """Print a page as one line."""
        answer = {"error": row.error} if row.error else {}
        if row.reading is not None:
            answer |= row.reading.to_dict()
        print(json.dumps({"file": row.file, "page": row.page} | answer), file=self._out, flush=True)

    def close(self) -> None:
        """Do nothing: each line was complete."""


class CsvRows:
    """A header, then a row for each number; a page without any, or with an error, has one row too.

    Columns are called and counted as in JSON: pages from 1, lines from 0.
    """

    def __init__(self, out: TextIO) -> None:
        """Write the header to `out`."""
        self._csv = csv.writer(out, lineterminator="\n")
        self._csv.writerow(COLUMNS)

    def write(self, row: Row) -> None:
        """Print the numbers of a page."""
        if row.reading is None or not row.reading.numbers:
            self._csv.writerow([cell(row.file), row.page, *[""] * 7, cell(row.error)])
            return
        for number in row.reading.numbers:
            self._csv.writerow([cell(row.file), row.page, *_cells(number), cell(row.error)])

    def close(self) -> None:
        """Do nothing: each row was complete."""


def _cells(number: Number) -> list[object]:
    box = number.box
    sure = f"{number.confidence:.4f}"
    return [number.line, number.text, sure, box.x, box.y, box.width, box.height]


def _unread(reading: Reading) -> str:
    count = len(reading.unread)
    places = "1 place" if count == 1 else f"{count} places"
    return f"writing at {places} was seen and not read (--overlay shows where)"
