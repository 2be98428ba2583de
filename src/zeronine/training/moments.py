"""How far a run is, as its watchers and its metrics file are told."""

from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.data.batches import Batches
from zeronine.data.pages.batches import CropBatches
from zeronine.training.recipe import Recipe
from zeronine.training.runlog import Moment
from zeronine.training.state import Progress, State


def epoch_row(progress: Progress, seconds: float) -> dict[str, Any]:
    """Return the line of metrics of an epoch that took so many seconds."""
    return {
        "epoch": progress.epoch + 1,
        "loss": progress.loss_sum / max(progress.seen, 1),
        "accuracy": progress.right / max(progress.seen, 1),
        "seconds": round(seconds, 3),
        "pictures": progress.seen,
    }


def moment_of(state: State, batches: Batches | CropBatches, recipe: Recipe, *, speed: float) -> Moment:
    """Return how far an epoch under way is."""
    progress = state.progress
    return Moment(
        epoch=progress.epoch + 1,
        epochs=recipe.epochs,
        step=progress.epoch * len(batches) + progress.step,
        steps=recipe.epochs * len(batches),
        loss=progress.loss_sum / max(progress.seen, 1),
        accuracy=progress.right / max(progress.seen, 1),  # a first step may have shown no digit at all
        pictures_a_second=speed,
        network=state.network,
    )


def epoch_moment(
    state: State,
    batches: Batches | CropBatches,
    recipe: Recipe,
    row: dict[str, Any],
    found: npt.NDArray[np.int64] | None,
) -> Moment:
    """Return the end of an epoch, with its line of metrics."""
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
        found=found,
    )
