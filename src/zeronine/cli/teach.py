"""`zeronine teach` and `hands`: teach a model your hand, and look after what was taught."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zeronine.cli.common import MODEL_HELP, Mnist, Offline, refuse_together
from zeronine.cli.names import shown
from zeronine.extras import here
from zeronine.models import SHIPPED_NAME

if TYPE_CHECKING:
    from zeronine.data.digits import Digits

MINE = "mine"  #: what a hand is called that was given no name
Known = Annotated[str, typer.Argument(help="The name of a hand, as `zeronine hands list` shows it.")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(teach)
    hands = typer.Typer(help="The hands that were taught: list, export, delete.", no_args_is_help=True)
    hands.command("list")(hands_list)
    hands.command("export")(hands_export)
    hands.command("delete")(hands_delete)
    app.add_typer(hands, name="hands")


def teach(
    lessons: Annotated[
        Path | None,
        typer.Argument(
            help="A photograph of the sheet, or labelled digits: a folder per class, a .csv or a .npz."
        ),
    ] = None,
    from_review: Annotated[
        Path | None,
        typer.Option(help="Take the corrections that were made in this folder's review queue as lessons."),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Write the sheet to print and fill in, a .pdf or .png, and stop.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help=f"What the hand is called, and its model after it [default: {MINE}]."),
    ] = None,
    start_from: Annotated[
        str | None, typer.Option(help=f"The model to teach. {MODEL_HELP} [default: {SHIPPED_NAME}].")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Teach the last layer alone, at once.")] = False,
    mnist: Mnist = None,
    offline: Offline = False,
) -> None:
    """Teach a model your hand from some thirty digits; it is kept only if it reads you better.

    It is judged on digits that it did not learn from, and on other people's.
    """
    from zeronine.errors import OptionError

    if sheet is not None:
        refuse_together(
            "--sheet only writes the sheet",
            {
                "--fast": fast,
                "--name": name is not None,
                "--start-from": start_from is not None,
                "--mnist": mnist is not None,
                "--offline": offline,
                "--from-review": from_review is not None,
                "LESSONS": lessons is not None,
            },
        )
        from zeronine.teaching.sheet import write_sheet

        write_sheet(sheet)
        typer.echo(
            f"written: {shown(str(sheet))}: print it, fill it in, then {here('zeronine teach')} PHOTOGRAPH"
        )
        return
    if lessons is None and from_review is None:
        raise OptionError(
            "there is nothing to learn from: give a photograph of the filled sheet, labelled digits, or "
            "--from-review FOLDER; `zeronine teach --sheet sheet.pdf` writes the sheet",
            field="lessons",
        )
    from zeronine.teaching.teach import teach as teach_hand

    made = teach_hand(
        _given(lessons, from_review),
        name=name or MINE,
        start_from=start_from or SHIPPED_NAME,
        fast=fast,
        mnist=mnist,
        offline=offline,
    )
    typer.echo(str(made))
    if made.kept:
        typer.echo(f"next: {here('zeronine read')} PICTURE --model {name or MINE}")


def _given(lessons: Path | None, from_review: Path | None) -> "Digits":
    """Return the digits of both; say what corrections came to."""
    from zeronine.data.digits import joined
    from zeronine.teaching.corrections import corrections_of
    from zeronine.teaching.sheet import lessons_of

    parts = [] if lessons is None else [lessons_of(lessons)]
    if from_review is not None:
        corrected = corrections_of(from_review)
        parts.append(corrected.digits)
        typer.echo(
            f"{len(corrected.digits)} digits of corrections; "
            f"{corrected.left_out} corrections could not be parted into their digits"
        )
    return joined(parts)


def hands_list() -> None:
    """List the hands, how many digits each was given, and whether it has a model."""
    from zeronine.teaching.shelf import all_hands

    known = all_hands()
    for hand in known:
        kept = "a model" if hand.model_path.is_file() else "no model"
        typer.echo(f"{hand.name}: {len(hand.lessons())} digits, {kept}")
    if not known:
        typer.echo("there are no hands yet: `zeronine teach` makes one")


def hands_export(
    name: Known,
    file: Annotated[Path, typer.Argument(help="Where the .onnx file goes.")],
) -> None:
    """Copy a hand's model to a file that works wherever a model file does."""
    from zeronine.files import write_beside
    from zeronine.models import model_file
    from zeronine.teaching.shelf import HandFolder

    write_beside(file, model_file(HandFolder(name).model_path).read_bytes())
    typer.echo(f"written: {shown(str(file))}")


def hands_delete(name: Known) -> None:
    """Delete a hand: every digit that was given, its model, and what was measured."""
    from zeronine.teaching.shelf import HandFolder

    HandFolder(name).delete()
    typer.echo(f"deleted: {name}, with all that was given for it")
