"""`zeronine read --table`: pictures of tables in; rows as text, CSV or JSON out."""

import json
import sys
from typing import TYPE_CHECKING

from zeronine.cli.names import in_line
from zeronine.cli.picture_files import FilePage, pages_of
from zeronine.errors import PictureError

if TYPE_CHECKING:
    from zeronine.documents.tables import Table
    from zeronine.reading.reader import Reader


def print_tables(
    names: list[str], reader: "Reader", *, format: str, min_confidence: float | None, words: bool = False
) -> int:
    """Print the table of every page; return how many pages could not be read.

    Several tables as text or CSV have a line with the file before each; JSON is an object a page and line.
    """
    failed = 0
    several = len(names) > 1
    for name in names:
        for page in pages_of(name, max_megapixels=reader.max_megapixels):
            table, error = _table(page, reader, min_confidence, words=words)
            failed += table is None
            if format == "json":
                answer = {"error": error} if table is None else table.to_dict()
                print(json.dumps({"file": page.file, "page": page.page} | answer), flush=True)
            elif table is None:
                print(f"zeronine: {in_line(error)}", file=sys.stderr)
            else:
                _print(table, page, format, named=several or page.page > 1)
    return failed


def _table(
    page: FilePage, reader: "Reader", min_confidence: float | None, *, words: bool
) -> "tuple[Table | None, str]":
    from zeronine.documents.tables import read_table

    if page.grey is None:
        return None, page.error
    try:
        return read_table(page.grey, reader=reader, min_confidence=min_confidence, words=words), ""
    except PictureError as error:
        return None, f"{page.file}: {error}"


def _print(table: "Table", page: FilePage, format: str, *, named: bool) -> None:
    for note in table.notes:
        print(f"zeronine: {in_line(page.file)}: {note}", file=sys.stderr)
    if named:
        print(f"# {in_line(page.file)}, page {page.page}")
    print(table.to_csv() if format == "csv" else as_text(table), end="")


def as_text(table: "Table") -> str:
    """Return the rows with their columns under each other; an empty cell is a point."""
    texts = [[one.replace("\n", " ") or "." for one in row] for row in table.texts]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = ["  ".join(one.ljust(width) for one, width in zip(row, widths, strict=True)) for row in texts]
    return "".join(f"{line.rstrip()}\n" for line in lines)
