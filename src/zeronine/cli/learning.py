"""`zeronine learn`, `train`, `evaluate` and `data`: from the MNIST files to a judged recogniser."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zeronine.cli.recipe_flags import changed, with_recipe_flags
from zeronine.errors import DataError, RunError

if TYPE_CHECKING:
    from zeronine.data.digits import Digits
    from zeronine.training.run import Run

Mnist = Annotated[Path | None, typer.Option(help="A folder with the four MNIST files, packed or not.")]
Offline = Annotated[bool, typer.Option("--offline", help="Fetch nothing; use what is in the cache.")]
Folder = Annotated[Path | None, typer.Option(help="Where the run is kept [default: runs/<time>-<recipe>].")]


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
            help="A named recipe; the flags below change it [default: convnet, or one for --digits]."
        ),
    ] = None,
    digits: Annotated[
        Path | None, typer.Option(help="Your own digits: a folder per class, a .csv, a .npz or IDX file.")
    ] = None,
    start_from: Annotated[
        str | None, typer.Option(help="Go on from a model file, or from 'shipped', instead of from nothing.")
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="The folder of a run to go on with.")] = None,
    folder: Folder = None,
    device: Annotated[str, typer.Option(help="cpu, or cuda where there is one.")] = "cpu",
    mnist: Mnist = None,
    offline: Offline = False,
) -> None:
    """Train a network by a recipe; every choice of the recipe is a flag."""
    _need_learning()
    if resume is not None and (choices or folder or recipe or start_from):
        raise RunError("--resume goes on with the recipe and folder of the run: leave the other flags out")
    from zeronine.training.own import gone_on, own_recipe
    from zeronine.training.recipe import recipe_named

    plan = changed(recipe_named(recipe or "convnet"), choices)
    from rich.console import Console

    from zeronine.training.loop import resume as go_on
    from zeronine.training.loop import train as begin
    from zeronine.training.runlog import LiveLine

    learning, validation, count = _digits(digits, mnist, offline)
    if digits is not None and recipe is None:
        plan = changed(own_recipe(count, going_on=start_from is not None), choices)
    initial = None
    if start_from is not None:
        initial, plan = gone_on(start_from, learning, plan)
    console = Console()
    with LiveLine("training", console=console) as line:
        if resume is not None:
            run = go_on(resume, learning, validation=validation, device=device, watch=line)
        else:
            run = begin(
                learning,
                plan,
                validation=validation,
                folder=folder,
                initial=initial,
                device=device,
                watch=line,
            )
    _say_run(run, console)


def evaluate(
    model: Annotated[Path, typer.Argument(help="The folder of a run, a .onnx file, or 'shipped'.")],
    split: Annotated[Split, typer.Option(help="Which MNIST digits.")] = Split.test,
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
    each: Annotated[int, typer.Option(min=1, help="Pages of every kind, for --pages.")] = 20,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file, too.")] = None,
    mnist: Mnist = None,
    offline: Offline = False,
) -> None:
    """Judge a model: accuracy with its interval, every digit, the confusions."""
    from rich.console import Console

    from zeronine.data.mnist import load
    from zeronine.evaluation.digits import classifier_of
    from zeronine.evaluation.digits import evaluate as judge
    from zeronine.evaluation.report import figures_html, show, show_figures, write_html

    if full and digits is not None:
        raise DataError("--full measures on the MNIST test digits: leave --digits out")
    classifier = classifier_of(model)
    judged = _own(digits) if digits is not None else load(split, folder=mnist, offline=offline)
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
        from zeronine.evaluation.pages import evaluate_pages, show_pages, standard_pages
        from zeronine.reading.reader import Reader

        made = standard_pages(load("validation", folder=mnist, offline=offline), each=each)
        show_pages(evaluate_pages(Reader(classifier.path), made), Console())
    if html is not None:
        title = f"{model} on {judged.name}"
        write_html(
            html, title=title, card=classifier.card, reports=[report], rows=_rows(model), sections=sections
        )
        typer.echo(f"written: {html}")


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
        typer.echo("`zeronine data fetch` brings what is missing")
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


def _digits(own: Path | None, mnist: Path | None, offline: bool) -> "tuple[Digits, Digits, int]":
    """Return the digits to learn from, those that watch, and how many were given."""
    from zeronine.data.mnist import load

    if own is None:
        learning = load("train", folder=mnist, offline=offline)
        return learning, load("validation", folder=mnist, offline=offline), len(learning)
    from zeronine.training.own import prepared

    given = _own(own)
    return *prepared(given), len(given)


def _rows(model: Path) -> list[dict[str, Any]]:
    """Return what a run's folder tells of its epochs; nothing for a model file alone."""
    from zeronine.training.runlog import METRICS, read_metrics

    return read_metrics(model / METRICS)


def _own(path: Path) -> "Digits":
    from zeronine.data.own import load_own

    return load_own(path)


def _say_run(run: "Run", console: Any) -> None:
    last = run.rows[-1]
    figure = run.card.figures.get("validation accuracy")
    if figure:
        low, high = figure["interval"]
        share = f"{figure['value']:.2%} of {figure['count']:,} right"
        console.print(f"validation: {share} (95 % interval {low:.2%} to {high:.2%})")
    console.print(f"kept: {run.folder} (epoch {last['epoch']}, loss {last['loss']:.4f})", soft_wrap=True)
    console.print(f"next: zeronine evaluate {run.folder}", soft_wrap=True)
