"""A run folder: what is in it, whether it can be written, and a finished run as one object."""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from zeronine.card import Card
from zeronine.errors import RunError
from zeronine.training.recipe import Recipe

CHECKPOINT = "checkpoint.safetensors"
MODEL = "model.onnx"
NEEDED_BYTES = 50 * 2**20  #: free space that a run asks for before it begins


@dataclass(frozen=True, eq=False)
class Run:
    """A finished training: its folder, the network, and what was measured on the way."""

    folder: Path
    recipe: Recipe
    network: nn.Module
    card: Card
    rows: list[dict[str, Any]]  #: one for each epoch, as in metrics.jsonl

    @property
    def model_path(self) -> Path:
        """The model file: what `evaluate`, `Reader` and `classify` take."""
        return self.folder / MODEL


def new_folder(recipe: Recipe, *, parent: Path = Path("runs")) -> Path:
    """Return a folder's name that is not taken yet: `runs/<time>-<recipe>`."""
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{recipe.name}"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    return next(parent / name for name in names if not (parent / name).exists())


def prepare_folder(folder: Path) -> None:
    """Make the run's folder, and make sure before training that results can be kept in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise RunError(
            f"{folder}: cannot be written to ({reason}): choose another folder with --folder"
        ) from None
    if free < NEEDED_BYTES:
        raise RunError(
            f"{folder}: {free / 2**20:.0f} MB free, a run wants {NEEDED_BYTES / 2**20:.0f} MB: "
            "free some space, or choose another disk with --folder"
        )
