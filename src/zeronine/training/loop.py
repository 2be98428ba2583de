"""The one training loop: digits and a recipe in, a finished run out.

It can be killed at any time: every epoch ends in a checkpoint, and everything random is drawn from
(seed, epoch, step), so going on gives the same bits as never having stopped.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from zeronine.card import Card
from zeronine.data.augment import augment
from zeronine.data.batches import NO_DIGIT, Batch, Batches
from zeronine.data.digits import Digits
from zeronine.errors import DataError, RecipeError, RunError, TrainingError
from zeronine.network.checkpoint import read_checkpoint
from zeronine.network.onnx import export_onnx
from zeronine.training.averaging import follow
from zeronine.training.calibrate import calibrated_card, validate
from zeronine.training.material import material
from zeronine.training.optimizers import learning_rate_at
from zeronine.training.recipe import Recipe, recipe_from_dict, recipe_named
from zeronine.training.run import CHECKPOINT, MODEL, Run, new_folder, prepare_folder
from zeronine.training.runlog import METRICS, MetricsFile, Moment, Watch
from zeronine.training.state import Progress, State, fresh_state, restored_state, save_state

WATCH_EVERY_S = 0.1  #: seconds between two calls of the watcher


def train(
    digits: Digits,
    recipe: str | Recipe = "repaired",
    *,
    validation: Digits | None = None,
    folder: str | Path | None = None,
    initial: nn.Module | None = None,
    device: str = "cpu",
    watch: Watch | None = None,
) -> Run:
    """Train a network by a recipe and return the run, with its model file written and checked.

    `validation` digits are watched after each epoch and calibrate the confidence; they never change
    a weight.  `initial` is a network to go on from instead of a fresh one.  `watch` is called some
    ten times a second.  Raises RunError before training if the folder cannot keep the results, and
    TrainingError when a loss is not finite.
    """
    recipe = recipe_named(recipe)
    place = Path(folder) if folder is not None else new_folder(recipe)
    _check(digits, device)
    prepare_folder(place)
    if (place / CHECKPOINT).exists():
        raise RunError(f"{place}: there is a run already: go on with --resume, or choose another folder")
    state = fresh_state(recipe, initial, device)
    return _run(state, digits, recipe, place, validation=validation, device=device, watch=watch)


def fit(
    digits: Digits,
    recipe: str | Recipe = "repaired",
    *,
    initial: nn.Module | None = None,
    device: str = "cpu",
) -> tuple[nn.Module, list[dict[str, Any]]]:
    """Train as `train` does and return the network with its epochs' figures: no folder, nothing said."""
    recipe = recipe_named(recipe)
    _check(digits, device)
    state = fresh_state(recipe, initial, device)
    rows = list(_epochs(state, material(digits, recipe, device=device), recipe))
    return state.result.eval(), rows


def resume(
    folder: str | Path,
    digits: Digits,
    *,
    validation: Digits | None = None,
    device: str = "cpu",
    watch: Watch | None = None,
) -> Run:
    """Go on with a run that was stopped or killed, with the same digits; the end is the same bit for bit."""
    place = Path(folder)
    tensors, card, progress = read_checkpoint(place / CHECKPOINT)
    recipe = recipe_from_dict(card.recipe, where=str(place))
    _check(digits, device)
    prepare_folder(place)
    state = restored_state(recipe, tensors, progress, device, where=str(place / CHECKPOINT))
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
        name=recipe.name,
        network=recipe.network,
        recipe=recipe.to_dict(),
        not_a_digit=recipe.negatives > 0,
        versions=_versions(),
    )
    metrics = MetricsFile(place / METRICS, keep=state.progress.epoch)
    with _stopped_well(state, card, place):
        save_state(state, card, place / CHECKPOINT)
        finished = state.progress.epoch == recipe.epochs
        batches = Batches(digits[:0], 1) if finished else material(digits, recipe, device=device)
        for row in _epochs(state, batches, recipe, watch):
            if validation is not None:
                row |= validate(state.result, validation, device=device)
            save_state(state, card, place / CHECKPOINT)
            metrics.add(row)
            if watch:
                watch(_epoch_moment(state, batches, recipe, row))
    if validation is not None:
        card = calibrated_card(card, state.result, validation, device=device)
    export_onnx(state.result, card, place / MODEL)
    return Run(place, recipe, state.result.eval(), card, metrics.rows)


def _epochs(
    state: State, batches: Batches, recipe: Recipe, watch: Watch | None = None
) -> Iterator[dict[str, Any]]:
    """Train every epoch that the run still lacks, and yield a line of metrics after each."""
    while state.progress.epoch < recipe.epochs:
        began = time.perf_counter()
        _train_epoch(state, batches, recipe, watch)
        row = _epoch_row(state.progress, time.perf_counter() - began)
        state.progress = Progress(epoch=state.progress.epoch + 1)
        yield row


def _train_epoch(state: State, batches: Batches, recipe: Recipe, watch: Watch | None) -> None:
    """Take every step that the epoch still lacks."""
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
            watch(_moment(state, batches, recipe, speed=pictures / (now - began)))


def _learn(state: State, batch: Batch, recipe: Recipe, learning_rate: float) -> None:
    """Take one step: forward, loss, gradient, weights; and count."""
    progress = state.progress
    if recipe.dropout:
        torch.manual_seed(_seed(recipe, progress.epoch, batch.step))
    loss, logits = state.step.forward(batch.canvases, batch.labels)
    value = loss.item()
    if not math.isfinite(value):
        raise TrainingError(
            f"the loss is {value} in epoch {progress.epoch + 1}, step {batch.step + 1}, pictures "
            f"{batch.indices[:8].tolist()}...: look at them, or lower learning_rate ({recipe.learning_rate})"
        )
    state.step.update(learning_rate)
    progress.step = batch.step + 1
    progress.loss_sum += value * len(batch.labels)
    progress.right += int((logits.argmax(1) == batch.labels).sum())
    progress.seen += int((batch.labels != NO_DIGIT).sum()) if recipe.negatives else len(batch.labels)


def _varied(batch: Batch, recipe: Recipe, epoch: int) -> Batch:
    """Return the batch with its canvases varied by the recipe; the work is done on the CPU."""
    if recipe.augment == "none":
        return batch
    generator = torch.Generator().manual_seed(_seed(recipe, epoch, batch.step, 1))
    device = batch.canvases.device
    varied = augment(batch.canvases.cpu(), recipe.augment, generator=generator)
    return batch._replace(canvases=varied.to(device))


@contextmanager
def _stopped_well(state: State, card: Card, place: Path) -> Iterator[None]:
    """Save the very step at which Ctrl-C came, and say how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        save_state(state, card, place / CHECKPOINT)
        progress = state.progress
        raise RunError(
            f"stopped after epoch {progress.epoch} and {progress.step} steps, everything is kept: "
            f"`zeronine train --resume {place}` goes on"
        ) from None


def _seed(recipe: Recipe, *where: int) -> int:
    """Return a seed of 63 bits for a place in the run."""
    return int(np.random.SeedSequence([recipe.seed, *where]).generate_state(1, np.uint64)[0] >> 1)


def _check(digits: Digits, device: str) -> None:
    """Raise for what cannot be learnt from, or learnt on, before anything is written."""
    if not len(digits):
        raise DataError(f"{digits.name}: there are no digits to learn from")
    if device != "cpu" and not (device.startswith("cuda") and torch.cuda.is_available()):
        raise RecipeError(f"device is {device!r}, this machine has no such device for PyTorch: take cpu")


def _epoch_row(progress: Progress, seconds: float) -> dict[str, Any]:
    return {
        "epoch": progress.epoch + 1,
        "loss": progress.loss_sum / progress.seen,
        "accuracy": progress.right / progress.seen,
        "seconds": round(seconds, 3),
        "pictures": progress.seen,
    }


def _moment(state: State, batches: Batches, recipe: Recipe, *, speed: float) -> Moment:
    progress = state.progress
    return Moment(
        epoch=progress.epoch + 1,
        epochs=recipe.epochs,
        step=progress.epoch * len(batches) + progress.step,
        steps=recipe.epochs * len(batches),
        loss=progress.loss_sum / progress.seen,
        accuracy=progress.right / progress.seen,
        pictures_a_second=speed,
        network=state.network,
    )


def _epoch_moment(state: State, batches: Batches, recipe: Recipe, row: dict[str, Any]) -> Moment:
    return Moment(
        epoch=row["epoch"],
        epochs=recipe.epochs,
        step=row["epoch"] * len(batches),
        steps=recipe.epochs * len(batches),
        loss=row["loss"],
        accuracy=row["accuracy"],
        pictures_a_second=row["pictures"] / max(row["seconds"], 1e-9),
        row=row,
        network=state.result,
    )


def _versions() -> dict[str, str]:
    from zeronine import __version__

    return {"zeronine": __version__, "torch": torch.__version__, "numpy": np.__version__}
