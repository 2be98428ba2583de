"""`zeronine explain`: why a picture was read as it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zeronine.errors import PictureError

if TYPE_CHECKING:
    from rich.console import Console

    from zeronine.answers import Digit
    from zeronine.explaining.explanation import Explanation
    from zeronine.explaining.neighbours import Index
    from zeronine.reading.classify import Classifier

SHOWN = 5  #: pictures of one kind in the terminal


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(explain)


def explain(
    picture: Annotated[Path, typer.Argument(help="A picture with handwritten digits.")],
    digit: Annotated[int, typer.Option(min=1, help="Which digit of the picture, in reading order.")] = 1,
    toward: Annotated[
        int | None, typer.Option(min=0, max=9, help="Ask why it is not this digit [default: the runner-up].")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="A run folder or a .onnx file.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write the explanation as .png or .html.")] = None,
    mnist: Annotated[Path | None, typer.Option(help="A folder with the four MNIST files.")] = None,
    neighbours: Annotated[
        bool, typer.Option("--neighbours/--no-neighbours", help="Find the nearest MNIST digits.")
    ] = True,
) -> None:
    """Show why a digit was read so: what would change the answer, which ink counted, what is alike."""
    from rich.console import Console

    from zeronine.explaining.explanation import explain as find_out
    from zeronine.explaining.show import save as write
    from zeronine.reading.classify import Classifier

    console = Console()
    classifier = Classifier(model / "model.onnx" if model is not None and model.is_dir() else model)
    chosen = _digit_of(picture, digit, classifier)
    index = _index(classifier, mnist, console) if neighbours else None
    found = find_out(chosen, model=classifier, toward=toward, index=index)
    _print(found, console)
    if save is not None:
        write(found, save)
        console.print(f"written: {save}", highlight=False)


def _digit_of(picture: Path, number: int, classifier: "Classifier") -> "Digit":
    """Return one digit of the picture; raise PictureError when it has fewer."""
    from zeronine.reading.reader import Reader

    digits = Reader(model=classifier.path).read(picture).digits
    if len(digits) < number:
        raise PictureError(
            f"{picture}: {len(digits)} digits were found, there is no digit {number}: "
            "`zeronine read --save` shows where they are"
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
        typer.echo(f"no nearest digits: {error}", err=True)
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
