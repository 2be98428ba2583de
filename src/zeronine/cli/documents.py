"""`zeronine form make`, `zeronine form read` and `zeronine review`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zeronine.cli.common import MODEL_HELP, Model, refuse_together
from zeronine.cli.names import in_line
from zeronine.errors import FormError, PictureError
from zeronine.models import SHIPPED_NAME

if TYPE_CHECKING:
    from zeronine.documents.forms import Field, Filled, Form
    from zeronine.documents.queue import Item, Queue
    from zeronine.reading.reader import Reader

form = typer.Typer(
    help="Read forms: make a template once, then read any number of filled ones.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    form.command("make")(make)
    form.command("read")(read)
    app.add_typer(form, name="form")
    app.command()(review)


def make(
    empty: Annotated[str, typer.Argument(help="A picture of the empty form.")],
    out: Annotated[Path, typer.Argument(help="The template to write, a .json file.")],
    field: Annotated[
        list[str] | None,
        typer.Option(help="name:kind:x,y,width,height in pixels, as zip:digits(5):40,60,200,50; repeat it."),
    ] = None,
) -> None:
    """Make a template of an empty form; without --field, its boxes and combs are found and numbered."""
    from zeronine.documents.forms import Form

    made = Form.make(empty, None if not field else [_field(one) for one in field])
    made.save(out)
    for one in made.fields:
        print(f"{in_line(one.name)}\t{one.kind or 'anything'}\t{','.join(map(str, one.to_dict()['box']))}")


def _field(text: str) -> "Field":
    from zeronine.answers import Box
    from zeronine.documents.forms import Field

    try:
        name, rest = text.split(":", 1)
        kind, box = rest.rsplit(":", 1)
        x, y, width, height = map(int, box.split(","))
    except ValueError:
        raise FormError(
            f"--field {text!r} is not name:kind:x,y,width,height, as zip:digits(5):40,60,200,50", value=text
        ) from None
    return Field(name, Box(x, y, width, height), kind)


def read(
    template: Annotated[Path, typer.Argument(help="The template that `form make` wrote.")],
    files: Annotated[list[str], typer.Argument(help="Pictures of filled forms, folders, patterns, or -.")],
    queue: Annotated[
        Path | None, typer.Option(help="Put what is unsure into the review queue of this folder.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a .parquet (extra bulk) or .csv file, not to the terminal.")
    ] = None,
    model: Model = SHIPPED_NAME,
    max_megapixels: Annotated[float, typer.Option(help="The largest picture that is decoded.")] = 50.0,
) -> None:
    """Read filled forms; a CSV row each, with a column for each field.

    The column `unsure` names the fields that a person should look at.  A picture that does not show the form
    has an error instead; the exit code is then 1.
    """
    from zeronine.cli.form_rows import FormRows
    from zeronine.cli.picture_files import find_pictures, pages_of
    from zeronine.documents.forms import Form
    from zeronine.documents.queue import Queue
    from zeronine.reading.reader import Reader

    known, reader = Form.load(template), Reader(model, max_megapixels=max_megapixels)
    kept = None if queue is None else Queue(queue)
    names = [one.name for one in known.fields]
    rows = FormRows(names, out)
    failed = 0
    for name in find_pictures(files):
        for page in pages_of(name, max_megapixels=max_megapixels):
            filled, error = _filled(known, page.grey, page.error, reader)
            failed += filled is None
            texts = [""] * len(names) if filled is None else [filled[one].text for one in names]
            unsure = [] if filled is None else [one.name for one in filled.answers if not one.sure]
            rows.write(page.file, page.page, texts, unsure, error)
            if kept is not None and filled is not None:
                kept.add(_items(filled, page.file, page.page))
    rows.close()
    if failed:
        raise typer.Exit(1)


def _filled(known: "Form", grey: object, error: str, reader: "Reader") -> "tuple[Filled | None, str]":
    if grey is None:
        return None, error
    try:
        return known.read(grey, reader=reader), ""  # type: ignore[arg-type]
    except (FormError, PictureError) as failure:
        return None, str(failure)


def _lasting(file: str) -> str:
    """Return a file's name that holds wherever the queue is worked through."""
    path = Path(file)
    return str(path.resolve()) if path.is_file() else file


def _items(filled: "Filled", file: str, page: int) -> "list[Item]":
    from zeronine.documents.queue import Item

    return [
        Item(
            file=_lasting(file),
            page=page,
            field=one.name,
            box=one.box,
            text=one.text,
            confidence=one.confidence * one.met,
        )
        for one in filled.answers
        if not one.sure
    ]


def review(
    folder: Annotated[Path, typer.Argument(help="The working folder; its queue is review.sqlite.")],
    add: Annotated[
        list[str] | None, typer.Option(help="Read these pictures first, and put in what is unsure.")
    ] = None,
    reviewer: Annotated[
        str | None, typer.Option(help="Who decides: each has items of their own [default: me].")
    ] = None,
    export: Annotated[bool, typer.Option("--export", help="Print every decision as a line of JSON.")] = False,
    model: Annotated[
        str | None, typer.Option(help=f"{MODEL_HELP}, to read with, for --add [default: shipped].")
    ] = None,
) -> None:
    """Look at what is unsure, the most useful first, and decide with the keyboard.

    Enter keeps the text, a new text replaces it, - deletes it, ? leaves it for later, q stops.
    """
    from zeronine.documents.queue import Queue

    if export:
        refuse_together("--export prints what everybody decided", {"--reviewer": reviewer is not None})
    if not add:
        refuse_together("nothing is read without --add", {"--model": model is not None})
    queue = Queue(folder)
    if add:
        print(f"{_added(queue, add, model or SHIPPED_NAME)} new items", file=sys.stderr)
    if export:
        print(queue.export(), end="")
        return
    reviewer = reviewer or "me"
    while (item := queue.next(reviewer)) is not None:
        counts = queue.counts()
        name = f"{in_line(item.file)}, page {item.page}, {in_line(item.field) or 'number'}"
        where = f"{name} at {item.box.x},{item.box.y}"
        print(f"{counts['open']} open, {counts['expected_errors']:.1f} errors expected; {where}")
        try:
            answer = input(f"{item.text} ({item.confidence:.2f})> ").strip()
        except EOFError:
            break
        if answer == "q":
            break
        action = {"": "keep", "-": "delete", "?": "skip"}.get(answer, "change")
        queue.decide(item.id, action, reviewer, answer if action == "change" else "")
    counts = queue.counts()
    print(
        f"{counts['decided']} decided, {counts['open']} open, {counts['expected_errors']:.1f} errors expected"
    )


def _added(queue: "Queue", files: list[str], model: str) -> int:
    """Read pictures and put their unsure numbers into the queue; return how many are new."""
    from zeronine.answers import SURE
    from zeronine.cli.picture_files import find_pictures, pages_of
    from zeronine.documents.queue import Item
    from zeronine.reading.reader import Reader

    reader, new = Reader(model), 0
    for name in find_pictures(files):
        for page in pages_of(name, max_megapixels=reader.max_megapixels):
            if page.grey is None:
                print(f"zeronine: {in_line(page.error)}", file=sys.stderr)
                continue
            new += queue.add(
                Item(
                    file=_lasting(page.file),
                    page=page.page,
                    box=one.box,
                    text=one.text,
                    confidence=one.confidence,
                )
                for one in reader.read(page.grey).numbers
                if one.confidence < SURE
            )
    return new
