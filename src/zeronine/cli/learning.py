"""`zeronine learn`, `train`, `evaluate` and `data`: from the MNIST files to a judged recogniser."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zeronine.cli.common import MODEL_HELP, Mnist, Offline, refuse_together
from zeronine.cli.names import in_line, shown
from zeronine.cli.recipe_flags import flag_of, parsed, with_recipe_flags
from zeronine.extras import here

if TYPE_CHECKING:
    from zeronine.data.digits import Digits
    from zeronine.training.recipe import Recipe
    from zeronine.training.run import Run

Folder = Annotated[Path | None, typer.Option(help="Where the run is kept [default: runs/<time>-<recipe>].")]


EACH = 20  #: pages of every kind that are read, where no number is given


class Split(StrEnum):
    """Which MNIST digits to judge by."""

    train = "train"
    validation = "validation"
    test = "test"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(learn)
    app.command()(with_recipe_flags(train))
    app.command()(evaluate)
    data = typer.Typer(help="Where the MNIST digits are: show, verify, fetch.", no_args_is_help=True)
    data.command("show")(data_show)
    data.command("verify")(data_verify)
    data.command("fetch")(data_fetch)
    app.add_typer(data, name="data")


def learn(
    quick: Annotated[bool, typer.Option("--quick", help="One seed instead of three.")] = False,
    mnist: Mnist = None,
    offline: Offline = False,
    folder: Folder = None,
    my: Annotated[
        list[Path] | None, typer.Option(help="A picture of one digit of your own, for the seventh step.")
    ] = None,
) -> None:
    """Walk through the article: data, look, network, loss, training, test, and your own handwriting."""
    _need_learning()
    from zeronine.lesson.walk import walk

    walk(seeds=1 if quick else 3, mnist=mnist, offline=offline, folder=folder, pictures=tuple(my or ()))


def train(
    choices: Mapping[str, Any],
    recipe: Annotated[
        str | None,
        typer.Option(
            help="A named recipe; the flags below change it [default: repaired, or one for --digits]."
        ),
    ] = None,
    digits: Annotated[
        Path | None, typer.Option(help="Your own digits: a folder per class, a .csv, a .npz or IDX file.")
    ] = None,
    start_from: Annotated[
        str | None, typer.Option(help=f"Go on from a model instead of from nothing. {MODEL_HELP}.")
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="The folder of a run to go on with.")] = None,
    folder: Folder = None,
    device: Annotated[str, typer.Option(help="cpu, or cuda where there is one.")] = "cpu",
    mnist: Mnist = None,
    offline: Offline = False,
) -> None:
    """Train a network by a recipe; every choice of the recipe is a flag.

    A flag that would change nothing in the chosen recipe is refused, with the recipes that take it.
    """
    _need_learning()
    from rich.console import Console

    from zeronine.training.runlog import LiveLine

    if resume is not None:
        used = {"recipe": recipe, "folder": folder, "start_from": start_from, **choices}
        refuse_together(
            "--resume goes on with the recipe and the folder of the run",
            {flag_of(name): value is not None for name, value in used.items()},
        )
    if digits is not None:
        why = "--digits trains on your own digits, not on MNIST"
        refuse_together(why, {"--mnist": mnist is not None, "--offline": offline})
    plan = _plan(recipe, choices, own=digits, start_from=start_from)
    learning, validation = _digits(digits, mnist, offline)
    console = Console()
    with LiveLine("training", console=console) as line:
        if resume is not None:
            from zeronine.training.loop import resume as go_on

            run = go_on(resume, learning, validation=validation, device=device, watch=line)
        else:
            from zeronine.training.own import begin

            run = begin(
                learning,
                plan,
                validation=validation,
                start_from=start_from,
                folder=folder,
                device=device,
                watch=line,
            )
    _say_run(run, console)


def evaluate(
    model: Annotated[str, typer.Argument(help=f"{MODEL_HELP}.")],
    split: Annotated[Split | None, typer.Option(help="Which MNIST digits [default: test].")] = None,
    digits: Annotated[Path | None, typer.Option(help="Your own digits instead of MNIST.")] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="Also fifteen corruptions, other writers, no digits, promises: a minute."
        ),
    ] = False,
    pages: Annotated[
        bool, typer.Option("--pages", help="Also read made-up pages of validation digits, with truth.")
    ] = False,
    each: Annotated[
        int | None, typer.Option(min=1, help="Pages of every kind, for --pages [default: 20].")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file, too.")] = None,
    mnist: Mnist = None,
    offline: Offline = False,
) -> None:
    """Judge a model: accuracy with its interval, every digit, the confusions."""
    from rich.console import Console

    from zeronine.data.mnist import load
    from zeronine.evaluation.digits import evaluate as judge
    from zeronine.evaluation.report import figures_html, show, show_figures, write_html
    from zeronine.reading.classify import classifier_of

    if digits is not None:
        reason = "--digits judges by your own digits, not by MNIST's"
        refuse_together(reason, {"--full": full, "--split": split is not None})
        refuse_together(reason, {"--mnist": bool(mnist) and not pages, "--offline": offline and not pages})
    if not pages:
        refuse_together("it is a number of pages, and --pages is not there", {"--each": each is not None})
    classifier = classifier_of(model)
    judged = _own(digits) if digits is not None else load(split or Split.test, folder=mnist, offline=offline)
    report = judge(classifier, judged)
    show(report, Console())
    sections = []
    if full:
        from zeronine.evaluation.full import examine, make_yardstick

        validation = load("validation", folder=mnist, offline=offline)
        test = load("test", folder=mnist, offline=offline)
        figures = examine(classifier, make_yardstick(validation, test))
        show_figures(figures, Console())
        sections.append(("Beyond the test digits", figures_html(figures)))
    if pages:
        from zeronine.evaluation.pages import evaluate_pages, pages_html, show_pages, standard_pages
        from zeronine.reading.reader import Reader

        made = standard_pages(load("validation", folder=mnist, offline=offline), each=each or EACH)
        read = evaluate_pages(Reader(classifier.path), made)
        show_pages(read, Console())
        sections.append(("Made-up pages", pages_html(read)))
    if html is not None:
        title = f"{model} on {judged.name}"
        write_html(
            html, title=title, card=classifier.card, reports=[report], rows=_rows(model), sections=sections
        )
        typer.echo(f"written: {shown(str(html))}")


def data_show() -> None:
    """Say where the digits are kept and which of the four files are there."""
    from zeronine.data.mnist_files import FILES, cache_folder

    folder = cache_folder()
    typer.echo(str(folder))
    for file in FILES:
        there = (folder / file.name).is_file()
        typer.echo(f"  {file.name:<26} {f'{file.size:,} bytes' if there else 'not there'}")


def data_verify() -> None:
    """Check the SHA-256 of the four files; exit code 1 when one is missing or damaged."""
    from zeronine.data.mnist_files import FILES, cache_folder, read_whole

    folder = cache_folder()
    bad = [file for file in FILES if read_whole(folder / file.name, file) is None]
    for file in FILES:
        state = "missing or damaged" if file in bad else "whole"
        typer.echo(f"  {file.name:<26} {state}")
    if bad:
        typer.echo(f"`{here('zeronine data fetch')}` brings what is missing")
        raise typer.Exit(1)


def data_fetch(mnist: Mnist = None, offline: Offline = False) -> None:
    """Bring the four files into the cache, where they are not there yet."""
    from zeronine.data.mnist import load_mnist
    from zeronine.data.mnist_files import cache_folder

    sets = load_mnist(folder=mnist, offline=offline)
    typer.echo(f"{cache_folder()}: " + ", ".join(f"{digits.name} {len(digits):,}" for digits in sets))


def _need_learning() -> None:
    """Say which extra is missing before anything begins."""
    from zeronine.extras import check_installed

    check_installed(("torch", "safetensors", "onnx", "onnxscript", "matplotlib"), extra="learn")


def _plan(
    recipe: str | None, choices: Mapping[str, Any], *, own: Path | None, start_from: str | None
) -> "Recipe":
    """Return the recipe with the choices that were given as flags; raise RecipeError for one that is idle."""
    from zeronine.training.own import ARCHITECTURE, own_recipe
    from zeronine.training.recipe import DEFAULT, recipe_named

    if start_from is not None:
        sizes = {flag_of(name): name in choices for name in ARCHITECTURE}
        refuse_together("--start-from goes on with a network as it was built", sizes)
    if own is not None and recipe is None:
        named = own_recipe(len(_own(own)), going_on=start_from is not None)
    else:
        named = recipe_named(recipe or DEFAULT)
    return named.changed(parsed(choices))


def _digits(own: Path | None, mnist: Path | None, offline: bool) -> "tuple[Digits, Digits]":
    """Return the digits to learn from, and those that watch."""
    from zeronine.data.mnist import load

    if own is None:
        learning = load("train", folder=mnist, offline=offline)
        return learning, load("validation", folder=mnist, offline=offline)
    from zeronine.training.own import prepared

    return prepared(_own(own))


def _rows(model: str) -> list[dict[str, Any]]:
    """Return what a run's folder tells of its epochs; nothing for a model file alone."""
    from zeronine.training.runlog import METRICS, read_metrics

    return read_metrics(Path(model) / METRICS)


@lru_cache(maxsize=1)
def _own(path: Path) -> "Digits":
    """Return a user's own digits, read once; their name, a file's, does nothing to a terminal."""
    from zeronine.data.own import load_own

    found = load_own(path)
    return replace(found, name=in_line(found.name))


def _say_run(run: "Run", console: Any) -> None:
    from rich.markup import escape

    figure = run.card.figures.get("validation accuracy")
    if figure:
        low, high = figure["interval"]
        share = f"{figure['value']:.2%} of {figure['count']:,} right"
        console.print(f"validation: {share} (95 % interval {low:.2%} to {high:.2%})")
    if run.broke is not None:
        console.print(str(run.broke), soft_wrap=True)
    lost = 0 if run.broke is not None else run.recipe.epochs  # what was learnt where no figures are kept
    where = f"epoch {run.rows[-1]['epoch']}, loss {run.rows[-1]['loss']:.4f}" if run.rows else f"epoch {lost}"
    folder = escape(shown(str(run.folder)))
    console.print(f"kept: {folder} ({where})", soft_wrap=True)
    if run.model_path.is_file():
        console.print(f"next: {escape(here('zeronine evaluate'))} {folder}", soft_wrap=True)
