"""`zeronine read` and `zeronine doctor`: pictures in, numbers out."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zeronine.cli.common import Model, refuse_together
from zeronine.cli.names import in_line
from zeronine.cli.read_flags import with_read_flags
from zeronine.errors import PictureError
from zeronine.models import SHIPPED_NAME
from zeronine.options import ReadOptions

if TYPE_CHECKING:
    from zeronine.answers import Reading
    from zeronine.cli.picture_files import FilePage
    from zeronine.cli.rows import Row, Rows
    from zeronine.reading.load import Grey
    from zeronine.reading.reader import Reader


class Format(StrEnum):
    """How `read` prints."""

    text = "text"
    json = "json"
    csv = "csv"


Files = Annotated[list[str], typer.Argument(help="Pictures, folders, patterns, or - for standard input.")]
Megapixels = Annotated[float, typer.Option(help="The largest picture that is decoded.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Where pictures of the reading are to be written."""

    overlay: Path | None
    steps: Path | None


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(with_read_flags(read))
    app.command()(with_read_flags(doctor, names=("one", "expect")))


def read(
    files: Files,
    asked: Mapping[str, Any],
    format: Annotated[Format, typer.Option(help="json: one object a page and line.")] = Format.text,
    model: Model = SHIPPED_NAME,
    overlay: Annotated[
        Path | None, typer.Option(help="Draw boxes and answers into this PNG; page 2 goes to NAME-2.png.")
    ] = None,
    steps: Annotated[
        Path | None, typer.Option(help="Write the picture after each step into this folder.")
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="Read the table of each picture, row by row.")
    ] = False,
    words: Annotated[
        bool, typer.Option("--words", help="Of a table: its headings and names, too (extra words).")
    ] = False,
    max_megapixels: Megapixels = 50.0,
) -> None:
    """Read the handwritten digits and numbers of pictures.

    A picture that cannot be read, or that does not hold what --expect says, is reported and the others go
    on; the exit code is then 1.
    """
    from zeronine.cli.picture_files import find_pictures, pages_of
    from zeronine.reading.limits import Limits
    from zeronine.reading.reader import Reader

    options = ReadOptions(**asked)
    Limits(max_megapixels=max_megapixels)  # which refuses what is no limit
    drawn = Drawn(overlay=overlay, steps=steps)
    names = find_pictures(files)
    reader = Reader(model, max_megapixels=max_megapixels)
    if table:
        _read_tables(names, reader, options, drawn, format, words=words)
        return
    refuse_together("words are read in tables, with --table", {"--words": words})
    failed = done = 0
    with _progress(names) as shown:
        rows = _rows(format, several=len(names) > 1)
        for name in shown:
            for page in pages_of(name, max_megapixels=max_megapixels):
                done += 1
                row = _read_page(page, reader, options, drawn, index=done)
                failed += row.failed
                rows.write(row)
        rows.close()
    if failed:
        raise typer.Exit(1)


def _read_tables(
    names: list[str], reader: "Reader", options: ReadOptions, drawn: Drawn, format: Format, *, words: bool
) -> None:
    from zeronine.cli.tables import print_tables

    used = {
        "--one": options.one,
        "--expect": options.expect is not None,
        "--digits-only": options.digits_only,
    }
    used |= {"--overlay": drawn.overlay is not None, "--steps": drawn.steps is not None}
    refuse_together("a table is read cell by cell", used)
    least = options.min_confidence
    if print_tables(names, reader, format=format.value, min_confidence=least, words=words):
        raise typer.Exit(1)


def _read_page(
    page: "FilePage", reader: "Reader", options: ReadOptions, drawn: Drawn, *, index: int
) -> "Row":
    from zeronine.cli.rows import Row

    if page.grey is None:
        return Row(file=page.file, page=page.page, error=page.error)
    try:
        reading = reader.read(page.grey, **options.to_dict(), steps=drawn.steps is not None)
    except PictureError as error:
        return Row(file=page.file, page=page.page, error=f"{page.file}: {error}")
    if drawn.overlay is not None or drawn.steps is not None:
        _draw(page.grey, reading, drawn, index)
    short = options.shortfall(reading)
    lacks = "" if short is None else f"{page.file}: {short}"
    return Row(file=page.file, page=page.page, reading=reading, error=lacks)


def _draw(grey: "Grey", reading: "Reading", drawn: Drawn, index: int) -> None:
    """Write the pictures that were asked for; the second page and later ones get a number."""
    from zeronine.files import write_beside
    from zeronine.reading import overlay

    if drawn.overlay is not None:
        path = drawn.overlay if index == 1 else drawn.overlay.with_stem(f"{drawn.overlay.stem}-{index}")
        write_beside(path, overlay.as_png(overlay.draw_overlay(grey, reading)))
    if drawn.steps is not None:
        folder = drawn.steps if index == 1 else drawn.steps / str(index)
        stages = overlay.draw_steps(grey, reading)
        for number, (name, picture) in enumerate(stages.items(), start=1):
            write_beside(folder / f"{number:02d}-{name}.png", overlay.as_png(picture))


def _rows(format: Format, *, several: bool) -> "Rows":
    from zeronine.cli.rows import CsvRows, JsonRows, TextRows

    if format is Format.json:
        return JsonRows(sys.stdout)
    if format is Format.csv:
        return CsvRows(sys.stdout)
    return TextRows(sys.stdout, several=several)


@contextmanager
def _progress(names: list[str]) -> Iterator[Iterable[str]]:
    """Give the names, with a bar on the standard error stream where a person looks at it."""
    if len(names) < 2 or not sys.stderr.isatty():
        yield names
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        yield bar.track(names)


def doctor(
    picture: Annotated[str, typer.Argument(help="A picture, or - for standard input.")],
    asked: Mapping[str, Any],
    model: Model = SHIPPED_NAME,
    max_megapixels: Megapixels = 50.0,
) -> None:
    """Say in words what is found in a picture, and what stands in the way of reading it.

    The exit code is 1 where a page cannot be read, or does not hold what --expect says.
    """
    from zeronine.cli.picture_files import pages_of
    from zeronine.reading.doctor import examine
    from zeronine.reading.reader import Reader

    options = ReadOptions(**asked)
    reader = Reader(model, max_megapixels=max_megapixels)
    failed = False
    for page in pages_of(picture, max_megapixels=max_megapixels):
        if page.grey is None:
            print(in_line(page.error))
            failed = True
            continue
        if page.page > 1:
            print(f"\npage {page.page}")
        reading = reader.read(page.grey, **options.to_dict())
        for finding in [*examine(page.grey, reading), *_looked(page.grey, reading, reader)]:
            print(finding)
        failed = failed or options.shortfall(reading) is not None
    if failed:
        raise typer.Exit(1)


def _looked(grey: "Grey", reading: "Reading", reader: "Reader") -> list[str]:
    """Return in words where the finder looked, why it took the rest for no digit, and which model read."""
    from zeronine.explaining.marks import looked_at
    from zeronine.models import SHIPPED

    found = looked_at(grey, reader)
    left = found.without([digit.box for digit in reading.digits])
    model = reader.classify
    where = "" if model.path == SHIPPED else f", {in_line(str(model.path))}"
    told = [str(found), *(f"Not read at {mark}." for mark in left)]
    return [*told, f"Read by {in_line(model.card.title) or 'a model without a name'}{where}."]
