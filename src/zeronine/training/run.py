"""A run folder: what is in it, whether it can be written, and a finished run as one object."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from zeronine.card import Card
from zeronine.errors import RunError
from zeronine.models import MODEL
from zeronine.training.broken import Broke
from zeronine.training.recipe import Recipe

LOCK = ".lock"  #: held while a run is trained; an empty file that stays
MOST_BYTES = 100  #: of what a folder's name says of the run; file systems end at 255 bytes
NEEDED_BYTES = 50 * 2**20  #: free space that a run asks for before it begins


@dataclass(frozen=True, eq=False)
class Run:
    """A finished training: its folder, the network, and what was measured on the way."""

    folder: Path
    recipe: Recipe
    network: nn.Module
    card: Card
    rows: list[dict[str, Any]]  #: one for each epoch, as in metrics.jsonl
    broke: Broke | None = None  #: how the network exploded or died, if it did

    @property
    def model_path(self) -> Path:
        """The model file: what `evaluate`, `Reader` and `classify` take."""
        return self.folder / MODEL


def new_folder(recipe: Recipe, *, parent: Path = Path("runs")) -> Path:
    """Make a folder that nobody else has and return it: the time, the recipe, and what was changed in it.

    For example `runs/20261124-130501-repaired,hidden-256-128,epochs-5`.
    It is made here, empty, so that two runs that begin at once never share one.  Raises RunError where
    none can be made.
    """
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{_slug(recipe.title) or 'run'}"
    for name in (stem, *(f"{stem}-{number}" for number in range(2, 1000))):
        try:
            (parent / name).mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(parent, error) from None
        return parent / name
    raise RunError(
        f"{parent}: a thousand runs began in this second: choose a folder with --folder", file=parent
    )


def _slug(title: str) -> str:
    """Return a run's title as a part of a file's name, of letters that no shell minds."""
    what = re.sub(r"[^\w.,-]+", "-", title.replace(", ", ",")).strip("-.,")
    return what.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore")


def prepare_folder(folder: Path) -> None:
    """Make the run's folder, and make sure before training that results can be kept in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _unwritable(folder, error) from None
    if free < NEEDED_BYTES:
        raise RunError(
            f"{folder}: {free / 2**20:.0f} MB free, a run wants {NEEDED_BYTES / 2**20:.0f} MB: "
            "free some space, or choose another disk with --folder",
            file=folder,
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a run's folder to one training while the block lasts; raise RunError where another is under way.

    The system lets go of the lock when its holder ends, however it ends.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise RunError(
            f"{folder}: another training is under way in it: wait for its end, or choose another folder",
            file=folder,
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> RunError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return RunError(
        f"{folder}: cannot be written to ({reason}): choose another folder with --folder", file=folder
    )
