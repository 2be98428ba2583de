"""`zeronine read` and `zeronine doctor`: pictures in, numbers out."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zeronine.errors import PictureError

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
Model = Annotated[Path | None, typer.Option(help="A .onnx file that `zeronine train` wrote.")]
One = Annotated[bool, typer.Option("--one", help="Every picture holds one digit.")]
Megapixels = Annotated[float, typer.Option(help="The largest picture that is decoded.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the options of `read` ask for."""

    one: bool
    expect: int | str | None
    min_confidence: float | None
    overlay: Path | None
    steps: Path | None


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(read)
    app.command()(doctor)


def read(
    files: Files,
    format: Annotated[Format, typer.Option(help="json: one object a page and line.")] = Format.text,
    one: One = False,
    expect: Annotated[
        str | None, typer.Option(help="What is known: a count such as 4, or a pattern such as dddd-dd.")
    ] = None,
    min_confidence: Annotated[
        float | None, typer.Option(help="Digits less sure than this (0 to 1) are printed as ?.")
    ] = None,
    model: Model = None,
    overlay: Annotated[
        Path | None, typer.Option(help="Draw boxes and answers into this PNG; page 2 goes to NAME-2.png.")
    ] = None,
    steps: Annotated[
        Path | None, typer.Option(help="Write the picture after each step into this folder.")
    ] = None,
    max_megapixels: Megapixels = 50.0,
) -> None:
    """Read the handwritten digits and numbers of pictures.

    A picture that cannot be read is reported and the others go on; the exit code is then 1.
    """
    from zeronine.cli.picture_files import find_pictures, pages_of
    from zeronine.reading.reader import Reader

    wishes = Wishes(
        one=one,
        expect=int(expect) if expect is not None and expect.isdigit() else expect,
        min_confidence=min_confidence,
        overlay=overlay,
        steps=steps,
    )
    names = find_pictures(files)
    reader = Reader(model=model, max_megapixels=max_megapixels)
    failed = done = 0
    with _progress(names) as shown:
        rows = _rows(format, several=len(names) > 1)
        for name in shown:
            for page in pages_of(name, max_megapixels=max_megapixels):
                done += 1
                row = _read_page(page, reader, wishes, index=done)
                failed += row.reading is None
                rows.write(row)
        rows.close()
    if failed:
        raise typer.Exit(1)


def _read_page(page: "FilePage", reader: "Reader", wishes: Wishes, *, index: int) -> "Row":
    from zeronine.cli.rows import Row

    if page.grey is None:
        return Row(file=page.file, page=page.page, error=page.error)
    try:
        reading = reader.read(
            page.grey,
            one=wishes.one,
            expect=wishes.expect,
            min_confidence=wishes.min_confidence,
            steps=wishes.steps is not None,
        )
    except PictureError as error:
        return Row(file=page.file, page=page.page, error=f"{page.file}: {error}")
    if wishes.overlay is not None or wishes.steps is not None:
        _draw(page.grey, reading, wishes, index)
    return Row(file=page.file, page=page.page, reading=reading)


def _draw(grey: "Grey", reading: "Reading", wishes: Wishes, index: int) -> None:
    """Write the pictures that were asked for; the second page and later ones get a number."""
    from zeronine.files import write_beside
    from zeronine.reading import overlay

    if wishes.overlay is not None:
        path = wishes.overlay if index == 1 else wishes.overlay.with_stem(f"{wishes.overlay.stem}-{index}")
        write_beside(path, overlay.as_png(overlay.draw_overlay(grey, reading)))
    if wishes.steps is not None:
        folder = wishes.steps if index == 1 else wishes.steps / str(index)
        drawn = overlay.draw_steps(grey, reading)
        for number, (name, picture) in enumerate(drawn.items(), start=1):
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
    one: One = False,
    model: Model = None,
    max_megapixels: Megapixels = 50.0,
) -> None:
    """Say in words what is found in a picture, and what stands in the way of reading it."""
    from zeronine.cli.picture_files import pages_of
    from zeronine.reading.doctor import examine
    from zeronine.reading.reader import Reader

    reader = Reader(model=model, max_megapixels=max_megapixels)
    failed = False
    for page in pages_of(picture, max_megapixels=max_megapixels):
        if page.grey is None:
            print(page.error)
            failed = True
            continue
        if page.page > 1:
            print(f"\npage {page.page}")
        for finding in examine(page.grey, reader.read(page.grey, one=one)):
            print(finding)
    if failed:
        raise typer.Exit(1)
