"""`zeronine learn`: the article, step by step; every number it says was just measured."""

import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from zeronine.data.digits import Digits
from zeronine.data.mnist import load_mnist
from zeronine.data.mnist_files import cache_folder
from zeronine.evaluation import drawing
from zeronine.evaluation.digits import Report, evaluate
from zeronine.evaluation.report import show, write_html
from zeronine.extras import here
from zeronine.lesson import own_hand
from zeronine.lesson.arithmetic import BATCH, LEARNING_RATE, one_step
from zeronine.lesson.faults import HEADINGS, REPAIRS, Row, measure
from zeronine.lesson.own_hand import Tried, try_pictures
from zeronine.lesson.pages import digits_png, faults_html
from zeronine.lesson.telling import Teller
from zeronine.network.article import FeedForward
from zeronine.network.contract import parameter_count
from zeronine.training.loop import train
from zeronine.training.recipe import RECIPES
from zeronine.training.run import Run, new_folder, prepare_folder
from zeronine.training.runlog import LiveLine

PARAMETERS = 109_386  #: of 784-128-64-10


def walk(
    *,
    seeds: int = 3,
    mnist: Path | None = None,
    offline: bool = False,
    folder: Path | None = None,
    pictures: Sequence[Path] = (),
    console: Console | None = None,
) -> Run:
    """Take the steps of the article one after the other, and keep the repaired run in a folder."""
    teller = Teller(console or Console())
    began = time.perf_counter()
    place = folder or new_folder(RECIPES["repaired"])
    prepare_folder(place)
    digits, validation, test = _data(teller, mnist, offline)
    _look(teller, digits, place)
    _network(teller)
    _loss(teller, digits)
    run = _training(teller, digits, validation, place)
    rows = _faults(teller, digits, test, seeds)
    reports = _how_good(teller, run, digits, test, rows)
    tried = _own_hand(teller, run, pictures)
    _keep(run, reports, rows, tried)
    _farewell(teller, run, time.perf_counter() - began)
    return run


def _data(teller: Teller, mnist: Path | None, offline: bool) -> tuple[Digits, Digits, Digits]:
    teller.step(1, "Data")
    teller.article("fetch MNIST, and shuffle it between training and testing.")
    sets = load_mnist(folder=mnist, offline=offline)
    digits, validation, test = sets
    teller.true(
        f"60,000 handwritten digits to learn from and {len(test):,} to be tested on, by other writers; they "
        "are never mixed. Whoever chooses by the test digits fools himself, so "
        f"{len(validation):,} of the 60,000 are held apart for choosing (validation)."
    )
    where = mnist or cache_folder()
    teller.seen(
        f"{len(digits):,} + {len(validation):,} + {len(test):,} digits, whole, from {escape(str(where))}"
    )
    return sets


def _look(teller: Teller, digits: Digits, place: Path) -> None:
    teller.step(2, "Look")
    teller.article("a picture is a grid of 28 x 28 numbers.")
    teller.true("ink is 1 and paper 0 here; the network sees these numbers and nothing else.")
    chosen = [int((digits.labels == value).argmax()) for value in (5, 0, 4)]
    teller.draw([digits.images[index] for index in chosen], [f"a {digits.labels[index]}" for index in chosen])
    digits_png(digits, place / "digits.png")
    teller.seen(f"more of them, as a picture: {escape(str(place / 'digits.png'))}")


def _network(teller: Teller) -> None:
    teller.step(3, "The network")
    teller.article("784 inputs, two hidden layers of 128 and 64 units, ten outputs.")
    teller.true(
        "each unit adds up everything that comes in, each input times a weight of its own; ReLU then turns "
        "what is negative into 0. The article's second hidden layer has no ReLU, though its comment names "
        "one: without it, two layers of sums in a row can do no more than one."
    )
    network = FeedForward()
    layers = [*network.hidden, network.output]
    table = Table("layer", "gives", "weights + biases")
    table.add_row("the picture", "784", "")
    for layer in layers:
        weights = parameter_count(layer)
        shape = tuple(layer.weight.shape) if weights else ()
        parts = f"{shape[1]} x {shape[0]} + {shape[0]} = {weights:,}" if weights else ""
        table.add_row(type(layer).__name__, str(shape[0]) if weights else "the same, no less than 0", parts)
    teller.console.print(table)
    count = parameter_count(network)
    assert count == PARAMETERS, count
    teller.seen(f"{count:,} numbers that training will change.")


def _loss(teller: Teller, digits: Digits) -> None:
    teller.step(4, "The loss, and how one step of learning works")
    teller.article("the loss says how far off the network is; backpropagation does the rest.")
    teller.true(
        "the loss is -log(probability of the right digit): 0 is perfect, 2.303 is guessing among ten. For "
        "every weight, backpropagation finds the slope: how the loss changes if that weight grows a little. "
        "Then every weight takes a small step downhill. All of it, in under a hundred lines of NumPy, is "
        "network/by_hand.py."
    )
    found = one_step(digits)
    table = Table("one step, by hand", "number")
    table.add_row(
        f"digits in the batch: {BATCH}; mean probability of the right one", f"{found.probability:.4f}"
    )
    table.add_row("loss before", f"{found.loss_before:.4f}")
    table.add_row("one weight of the last layer", f"{found.weight:+.4f}")
    table.add_row("its slope", f"{found.slope:+.4f}")
    table.add_row(
        f"the weight after: less {LEARNING_RATE} x slope",
        f"{found.weight - LEARNING_RATE * found.slope:+.4f}",
    )
    table.add_row("loss after, same digits", f"{found.loss_after:.4f}")
    teller.console.print(table)
    down = "fell" if found.loss_after < found.loss_before else "did not fall"
    teller.seen(
        f"the loss {down} by {abs(found.loss_before - found.loss_after):.4f}; PyTorch's gradient is the same "
        f"to {found.disagreement:.0e}."
    )


def _training(teller: Teller, digits: Digits, validation: Digits, place: Path) -> Run:
    teller.step(5, "Training")
    teller.article(
        "two epochs of SGD with learning rate 0.001; its notebook shows a loss of -0.910 and 92.05 %."
    )
    teller.true(
        "the article gives probabilities (Softmax) to a loss that expects their logarithms (NLLLoss), so its "
        "loss is negative and hardly slopes where the network is wrong."
    )
    runs = {}
    for name, where in (("as-printed", place / "as-printed"), ("repaired", place)):
        with LiveLine(f"{name:<10}", console=teller.console) as line:
            runs[name] = train(digits, name, validation=validation, folder=where, watch=line)
    for name, run in runs.items():
        last = run.rows[-1]
        teller.seen(
            f"{name}: loss {last['loss']:.3f} in the last epoch, {last['validation_accuracy']:.2%} of the "
            "validation digits right."
        )
    return runs["repaired"]


def _faults(teller: Teller, digits: Digits, test: Digits, seeds: int) -> list[Row]:
    teller.say(f"\nWhat does each fault cost? Each repaired alone, two epochs, {seeds} seed(s):")
    columns = (TextColumn("  {task.description:<31}"), BarColumn(bar_width=20), TimeRemainingColumn())
    quiet = not teller.console.is_terminal
    with Progress(*columns, console=teller.console, transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=seeds * len(REPAIRS))
        rows = measure(
            digits, test, seeds=seeds, done=lambda name: progress.update(task, description=name, advance=1)
        )
    table = Table(*HEADINGS)
    for row in rows:
        table.add_row(*row.cells())
    teller.console.print(table)
    best = max((row for row in rows[1:-1]), key=lambda row: sum(row.test))
    teller.seen(
        f"as printed {rows[0].cells()[-1]} %, everything repaired {rows[-1].cells()[-1]} % of the test "
        f"digits; of the others, '{best.repaired}' comes furthest, at a loss of {best.loss[0]:.3f}. "
        "The article's notebook shows -0.910 and 92.05 %: the printed code gives neither in two epochs."
    )
    return rows


def _how_good(teller: Teller, run: Run, digits: Digits, test: Digits, rows: Sequence[Row]) -> list[Report]:
    teller.step(6, "How good is it?")
    teller.article('"Model Accuracy" is counted over the training pictures, one at a time.')
    teller.true("what counts is digits that it has never seen; and all of them fit in a few batches.")
    on_train = evaluate(run, digits)
    on_test = evaluate(run, test, others=[on_train])
    show(on_test, teller.console)
    teller.say("\nThe mistakes it was surest of:")
    worst = on_test.mistakes[:3]
    teller.draw(
        [mistake.image for mistake in worst],
        [f"{mistake.true} read as {mistake.predicted}, {mistake.confidence:.0%}" for mistake in worst],
    )
    low, high = on_test.interval
    teller.seen(
        f"the article's way, on the training digits: {on_train.accuracy:.2%}. On the test digits: "
        f"{on_test.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%}); over all seeds of the table: "
        f"{rows[-1].cells()[-1]} %."
    )
    return [on_test, on_train]


def _own_hand(teller: Teller, run: Run, pictures: Sequence[Path]) -> list[Tried]:
    teller.step(7, "Your own handwriting")
    teller.article("(stops here.)")
    teller.true(
        "a photo or a drawing does not look like MNIST, and a network knows only what it was shown. Below, "
        "left what it sees if a picture is just squeezed to 28 x 28, right what it sees our way:"
    )
    tried = try_pictures(run.model_path, pictures)
    for one in sorted(tried, key=lambda one: one.answers[0] == one.answers[1])[:2]:
        teller.draw(
            [one.squeezed, one.canvas], [f"{one.path.name[:18]}: {one.answers[0]}", f"{one.answers[1]}"]
        )
    table = Table(*own_hand.HEADINGS)
    for one in tried:
        table.add_row(*one.cells())
    teller.console.print(table)
    teller.seen(own_hand.verdict(tried))
    return tried


def _keep(run: Run, reports: Sequence[Report], rows: Sequence[Row], tried: Sequence[Tried]) -> None:
    """Write the pictures and the report into the run's folder."""
    drawing.draw_curves(run.rows, run.folder / "curves.png")
    drawing.draw_confusion(reports[0], run.folder / "confusion.png")
    drawing.draw_mistakes(reports[0], run.folder / "mistakes.png")
    write_html(
        run.folder / "report.html",
        title="The article's network, repaired",
        card=run.card,
        reports=reports,
        rows=run.rows,
        sections=[
            ("What each fault costs", faults_html(rows)),
            ("Your own handwriting", own_hand.pictures_html(tried)),
        ],
    )


def _farewell(teller: Teller, run: Run, seconds: float) -> None:
    teller.step(8, "What next")
    teller.say(f"Everything is in {escape(str(run.folder))} ({seconds:.0f} s): open report.html there.")
    teller.say("Try:")
    for line in (
        "zeronine learn --my PICTURE",
        "zeronine train --hidden 256,128 --epochs 5",
        f"zeronine read --one --model {run.model_path} PICTURE",
    ):
        teller.command(here(line))
