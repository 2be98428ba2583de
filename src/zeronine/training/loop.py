"""The one training loop: digits and a recipe in, a finished run out.

It can be killed at any time: every epoch ends in a checkpoint, and everything random is drawn from
(seed, epoch, step), so going on gives the same bits as never having stopped.  Ctrl-C and SIGTERM are
heeded where a step ends, and that very step is kept.
"""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from zeronine.card import Card
from zeronine.data.augment import augment
from zeronine.data.batches import NO_DIGIT, Batch, Batches
from zeronine.data.digits import Digits, DigitsLike, as_digits
from zeronine.data.pages.batches import CropBatches
from zeronine.errors import DataError, RecipeError, RunError, TrainingError
from zeronine.models import CHECKPOINT, MODEL
from zeronine.network.checkpoint import read_checkpoint
from zeronine.training.averaging import follow
from zeronine.training.broken import Broke, broke_at, broke_in, mark, note
from zeronine.training.calibrate import validated
from zeronine.training.finding import counted, watch_pages
from zeronine.training.keeping import Keeper, finished_card, watched_crops
from zeronine.training.material import material
from zeronine.training.moments import epoch_moment, epoch_row, moment_of
from zeronine.training.optimizers import learning_rate_at
from zeronine.training.recipe import DEFAULT, PAGES, Recipe, recipe_from_dict, recipe_named
from zeronine.training.run import Run, locked, new_folder, prepare_folder
from zeronine.training.runlog import METRICS, MetricsFile, Moment, Watch
from zeronine.training.state import (
    Progress,
    State,
    check_same_data,
    data_of,
    fresh_state,
    restored_state,
)
from zeronine.training.stopping import AtBorder, Stop, heeded

WATCH_EVERY_S = 0.05  #: seconds between two calls of the watcher: more than ten a second


def train(
    digits: DigitsLike,
    recipe: str | Recipe = DEFAULT,
    *,
    validation: DigitsLike | None = None,
    folder: str | Path | None = None,
    initial: nn.Module | None = None,
    device: str = "cpu",
    watch: Watch | None = None,
) -> Run:
    """Train a network by a recipe and return the run, with its model file written and checked.

    `validation` digits are watched after each epoch and calibrate the confidence; they never change
    a weight.  `initial` is a network to go on from instead of a fresh one.  `watch` is called some
    ten times a second.  Raises RunError before training if the folder cannot keep the results or is
    being trained in, and StoppedError when Ctrl-C, SIGTERM or a KeyboardInterrupt of the watcher stopped
    it.  A network that exploded or died is a result: `run.broke` says when; where its values are no
    numbers any more there is no model file.
    """
    recipe = recipe_named(recipe)
    digits = as_digits(digits)
    validation = None if validation is None else as_digits(validation)
    _check(digits, device)
    place = Path(folder) if folder is not None else new_folder(recipe)
    prepare_folder(place)
    with locked(place):
        if (place / CHECKPOINT).exists():
            raise RunError(
                f"{place}: there is a run already: go on with --resume, or choose another folder", file=place
            )
        state = fresh_state(recipe, initial, device)
        return _run(state, digits, recipe, place, validation=validation, device=device, watch=watch)


def fit(
    digits: DigitsLike,
    recipe: str | Recipe = DEFAULT,
    *,
    initial: nn.Module | None = None,
    device: str = "cpu",
) -> tuple[nn.Module, list[dict[str, Any]]]:
    """Train as `train` does and return the network with its epochs' figures: no folder, nothing said."""
    recipe = recipe_named(recipe)
    digits = as_digits(digits)
    _check(digits, device)
    state = fresh_state(recipe, initial, device)
    rows = list(_epochs(state, material(digits, recipe, device=device), recipe, None, Stop()))
    return state.result.eval(), rows


def resume(
    folder: str | Path,
    digits: DigitsLike,
    *,
    validation: DigitsLike | None = None,
    device: str = "cpu",
    watch: Watch | None = None,
) -> Run:
    """Go on with a run that was stopped or killed; the end is the same bit for bit.

    Raises RunError where the digits are not those that the run began with, or it is being trained in.
    """
    place = Path(folder)
    digits = as_digits(digits)
    validation = None if validation is None else as_digits(validation)
    read_checkpoint(place / CHECKPOINT)  # a folder without a run is said before anything is written there
    _check(digits, device)
    prepare_folder(place)
    with locked(place):
        kept = read_checkpoint(place / CHECKPOINT)
        recipe = recipe_from_dict(kept.card.recipe, where=str(place))
        check_same_data(kept.data, data_of(digits, validation), where=str(place))
        state = restored_state(recipe, kept, device, where=str(place / CHECKPOINT))
        return _run(state, digits, recipe, place, validation=validation, device=device, watch=watch)


def _run(
    state: State,
    digits: Digits,
    recipe: Recipe,
    place: Path,
    *,
    validation: Digits | None,
    device: str,
    watch: Watch | None,
) -> Run:
    """Train what is left, an epoch at a time; then calibrate and export."""
    card = Card(
        name=recipe.title,
        network=recipe.network,
        recipe=recipe.to_dict(),
        not_a_digit=recipe.negatives > 0,
        versions=_versions(),
    )
    note(place, None)
    broke: Broke | None = None
    metrics = MetricsFile(place / METRICS, keep=state.progress.epoch)
    keeper = Keeper(state, card, place / CHECKPOINT, data_of(digits, validation))
    with heeded() as stop:
        try:
            keeper.save()
            finished = state.progress.epoch == recipe.epochs
            batches: Batches | CropBatches = (
                Batches(digits[:0], 1) if finished else material(digits, recipe, device=device)
            )
            watched = watched_crops(validation, recipe)
            stop.learning = True
            found = None
            for row in _epochs(state, batches, recipe, watch, stop):
                if watched is not None:
                    row |= watch_pages(state.result, watched)
                elif validation is not None:
                    figures, found = validated(state.result, validation, device=device)
                    row |= figures
                    _check_finite(row["validation_loss"], recipe, epoch=row["epoch"])
                if watched is None and recipe.network not in PAGES:
                    mark(row, state.result, validation or digits, device=device)
                metrics.add(row)  # first, so that no finished epoch is ever without its line
                keeper.save()
                _tell(watch, epoch_moment(state, batches, recipe, row, found), stop)
            stop.border()
            stop.learning = False
            broke = broke_in(metrics.rows, recipe)
            card = finished_card(state.result, card, place / MODEL, validation, device=device, broke=broke)
        except TrainingError as error:
            broke = broke_at(error, recipe)
            (place / MODEL).unlink(missing_ok=True)  # of an earlier end: it is not this network
        except AtBorder:
            keeper.save()
            raise keeper.stopped(stop) from None
        except KeyboardInterrupt:  # not at a border: what is on the disk is the last one
            raise keeper.stopped(stop) from None
    note(place, broke)
    return Run(place, recipe, state.result.eval(), card, metrics.rows, broke)


def _epochs(
    state: State, batches: Batches | CropBatches, recipe: Recipe, watch: Watch | None, stop: Stop
) -> Iterator[dict[str, Any]]:
    """Train every epoch that the run still lacks, and yield a line of metrics after each."""
    while state.progress.epoch < recipe.epochs:
        began = time.perf_counter()
        _train_epoch(state, batches, recipe, watch, stop)
        row = epoch_row(state.progress, time.perf_counter() - began)
        state.progress = Progress(epoch=state.progress.epoch + 1)
        yield row


def _train_epoch(
    state: State, batches: Batches | CropBatches, recipe: Recipe, watch: Watch | None, stop: Stop
) -> None:
    """Take every step that the epoch still lacks; raise AtBorder after one if somebody asked to stop."""
    progress, network = state.progress, state.network
    generator = torch.Generator().manual_seed(_seed(recipe, progress.epoch))
    steps = recipe.epochs * len(batches)
    began = watched = time.perf_counter()
    pictures = 0
    network.train()
    for batch in batches.epoch(generator, start=progress.step):
        step = progress.epoch * len(batches) + batch.step
        batch = _varied(batch, recipe, progress.epoch)
        _learn(state, batch, recipe, learning_rate_at(recipe, step, steps))
        if state.average is not None:
            follow(state.average, network, decay=recipe.average, step=step)
        pictures += len(batch.labels)
        now = time.perf_counter()
        if watch and now - watched > WATCH_EVERY_S:
            watched = now
            _tell(watch, moment_of(state, batches, recipe, speed=pictures / (now - began)), stop)
        stop.border()


def _tell(watch: Watch | None, now: Moment, stop: Stop) -> None:
    """Call the watcher; a KeyboardInterrupt of it asks to stop, as the signal does."""
    try:
        if watch:
            watch(now)
    except KeyboardInterrupt:
        stop.ask()


def _learn(state: State, batch: Batch, recipe: Recipe, learning_rate: float) -> None:
    """Take one step: forward, loss, gradient, weights; and count."""
    progress = state.progress
    if recipe.dropout:
        torch.manual_seed(_seed(recipe, progress.epoch, batch.step))
    loss, logits = state.step.forward(batch.canvases, batch.labels)
    value = loss.item()
    _check_finite(value, recipe, epoch=progress.epoch + 1, step=batch.step + 1)
    state.step.update(learning_rate)
    progress.step = batch.step + 1
    right, seen = _counted(logits, batch.labels, recipe)
    progress.loss_sum += value * seen
    progress.right += right
    progress.seen += seen


def _counted(logits: torch.Tensor, labels: torch.Tensor, recipe: Recipe) -> tuple[int, int]:
    """Return how many answers are right, and of how many."""
    if recipe.network in PAGES:
        return counted(logits, labels)
    right = int((logits.argmax(1) == labels).sum())
    return right, int((labels != NO_DIGIT).sum()) if recipe.negatives else len(labels)


def _check_finite(loss: float, recipe: Recipe, *, epoch: int, step: int | None = None) -> None:
    """Raise TrainingError for a loss that is no number, with the place in the run."""
    if not math.isfinite(loss):
        where = f"epoch {epoch}" + (f", step {step}" if step else "")
        raise TrainingError(
            f"the loss is {loss} in {where}: lower learning_rate ({recipe.learning_rate:g})",
            field="loss",
            value=loss,
            epoch=epoch,
            step=step,
        )


def _varied(batch: Batch, recipe: Recipe, epoch: int) -> Batch:
    """Return the batch with its canvases varied by the recipe; the work is done on the CPU."""
    if recipe.augment == "none":
        return batch
    generator = torch.Generator().manual_seed(_seed(recipe, epoch, batch.step, 1))
    device = batch.canvases.device
    varied = augment(batch.canvases.cpu(), recipe.augment, generator=generator)
    return batch._replace(canvases=varied.to(device))


def _seed(recipe: Recipe, *where: int) -> int:
    """Return a seed of 63 bits for a place in the run."""
    return int(np.random.SeedSequence([recipe.seed, *where]).generate_state(1, np.uint64)[0] >> 1)


def _check(digits: Digits, device: str) -> None:
    """Raise for what cannot be learnt from, or learnt on, before anything is written."""
    if not len(digits):
        raise DataError(f"{digits.name}: there are no digits to learn from")
    if device != "cpu" and not (device.startswith("cuda") and torch.cuda.is_available()):
        raise RecipeError(f"device is {device!r}, this machine has no such device for PyTorch: take cpu")


def _versions() -> dict[str, str]:
    from zeronine import __version__

    return {"zeronine": __version__, "torch": torch.__version__, "numpy": np.__version__}
