"""`zeronine explain`: why a picture was read as it was."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zeronine.cli.common import Mnist, Model, refuse_together
from zeronine.cli.names import shown
from zeronine.cli.read_flags import with_read_flags
from zeronine.errors import OptionError, PictureError
from zeronine.models import SHIPPED_NAME
from zeronine.options import ReadOptions

if TYPE_CHECKING:
    from rich.console import Console

    from zeronine.answers import Digit
    from zeronine.explaining.explanation import Explanation
    from zeronine.explaining.neighbours import Index
    from zeronine.reading.classify import Classifier

SHOWN = 5  #: pictures of one kind in the terminal


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(with_read_flags(explain, names=("one", "expect")))


def explain(
    picture: Annotated[Path, typer.Argument(help="A picture with handwritten digits.")],
    asked: Mapping[str, Any],
    digit: Annotated[
        int | None, typer.Option(min=1, help="Which digit of the picture, in reading order [default: 1].")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="X,Y", help="Ask of this pixel why a digit was found there, or why not."),
    ] = None,
    rival: Annotated[
        int | None,
        typer.Option(min=0, max=9, help="Ask why it is not this digit [default: the second likeliest]."),
    ] = None,
    model: Model = SHIPPED_NAME,
    save: Annotated[Path | None, typer.Option(help="Write the explanation as .png or .html.")] = None,
    mnist: Mnist = None,
    neighbours: Annotated[
        bool | None,
        typer.Option(
            "--neighbours/--no-neighbours", help="Find the nearest MNIST digits [default: neighbours]."
        ),
    ] = None,
) -> None:
    """Show why a digit was read so: what would change the answer, which ink counted, what is alike.

    With --at it shows instead why the finder and the canvas network took a place for a digit, or did not.
    """
    if at is not None:
        used = {"--digit": digit is not None, "--rival": rival is not None, "--save": save is not None}
        used |= {"--mnist": mnist is not None, "--neighbours/--no-neighbours": neighbours is not None}
        refuse_together("--at asks of a place, not of a digit", used)
        _explain_place(picture, _place(at), model, ReadOptions(**asked))
        return
    from rich.console import Console

    from zeronine.explaining.explanation import explain as find_out
    from zeronine.explaining.show import save as write
    from zeronine.reading.classify import Classifier

    if neighbours is False:
        refuse_together("with --no-neighbours no MNIST digits are looked for", {"--mnist": mnist is not None})
    console = Console()
    classifier = Classifier(model)
    chosen = _digit_of(picture, digit or 1, classifier, ReadOptions(**asked))
    index = None if neighbours is False else _index(classifier, mnist, console)
    found = find_out(chosen, model=classifier, rival=rival, index=index)
    _print(found, console)
    if save is not None:
        write(found, save)
        console.print(f"written: {shown(str(save))}", highlight=False, markup=False)


def _place(text: str) -> tuple[int, int]:
    """Return the pixel that --at names; raise OptionError for what is none."""
    try:
        x, y = map(int, text.split(","))
    except ValueError:
        raise OptionError(
            f"--at {text!r} is no place: give two whole numbers of pixels, from the left and from the top, "
            "as in 120,40",
            field="at",
            value=text,
        ) from None
    return x, y


def _explain_place(picture: Path, place: tuple[int, int], model: str, options: ReadOptions) -> None:
    """Print what was said for and against a digit at a place, opinion by opinion."""
    from zeronine.explaining.marks import looked_at
    from zeronine.reading.load import load
    from zeronine.reading.reader import Reader

    reader = Reader(model)
    grey = load(picture, max_megapixels=reader.max_megapixels)
    height, width = grey.shape
    if not (0 <= place[0] < width and 0 <= place[1] < height):
        raise OptionError(
            f"--at {place[0]},{place[1]} lies outside {picture}, which is {width} x {height} pixels",
            file=picture,
            field="at",
            value=list(place),
            limit=[width, height],
        )
    digits = reader.read(grey, **options.to_dict()).digits
    looked = looked_at(grey, reader)
    marks = looked.at(*place)[:SHOWN]
    print(looked)
    for mark in marks:
        read = next((digit.text for digit in digits if mark.lies_in(digit.box)), None)
        print(f"\n{'Not read' if read is None else f'Read, as {read}'}: {mark.sentence}")
        for name, added in mark.parts:
            print(f"  {added:+6.1f}  {name}")
    if not marks:
        print("Nothing at this place looked like a digit.")


def _digit_of(picture: Path, number: int, classifier: "Classifier", options: ReadOptions) -> "Digit":
    """Return one digit of the picture; raise PictureError when it has fewer."""
    from zeronine.reading.reader import Reader

    digits = Reader(classifier.path).read(picture, **options.to_dict()).digits
    if len(digits) < number:
        raise PictureError(
            f"{picture}: {len(digits)} digits were found, there is no digit {number}: "
            f"`zeronine read {picture} --overlay found.png` shows where they are",
            file=picture,
        )
    return digits[number - 1]


def _index(classifier: "Classifier", mnist: Path | None, console: "Console") -> "Index | None":
    """Return the index of MNIST's training digits; None, with a note, where they cannot be had."""
    import hashlib

    from rich.progress import Progress

    from zeronine.errors import ZeronineError
    from zeronine.explaining.neighbours import kept_index

    try:
        from zeronine.data.mnist import load
        from zeronine.data.mnist_files import cache_folder

        digits = load("train", folder=mnist)
    except ZeronineError as error:
        typer.echo(f"no nearest digits: {shown(str(error))}", err=True)
        return None
    digest = hashlib.sha256(classifier.path.read_bytes()).hexdigest()
    place = cache_folder().parent / "embeddings" / f"{digest}.npy"
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("looking at the training digits once", total=1.0)
        return kept_index(
            place,
            classifier,
            digits.images,
            digits.labels,
            progress=lambda share: bar.update(task, completed=share),
        )


def _print(found: "Explanation", console: "Console") -> None:
    """Print the explanation; the pictures are drawn where the terminal has colours."""
    from rich.columns import Columns
    from rich.padding import Padding
    from rich.text import Text

    from zeronine.explaining.explanation import SENTENCES
    from zeronine.explaining.show import blocks, headline, panels

    console.print(f"[bold]{headline(found)}[/bold]", highlight=False)
    for kind, title, pictures in panels(found):
        sentence = f"  [dim]{SENTENCES[kind]}[/dim]" if kind else ""
        console.print(f"\n[bold]{title}[/bold]{sentence}", highlight=False)
        if console.color_system is None:
            console.print("  " + " · ".join(label for label, _ in pictures if label), highlight=False)
            continue
        tiles = [Text.from_markup(f"{label}\n{blocks(picture)}") for label, picture in pictures[:SHOWN]]
        console.print(Padding(Columns(tiles, padding=(0, 3)), (0, 0, 0, 2)))
