"""Which model file is meant: "shipped", a file, a run's folder, a taught hand by its name, or a `Run`.

The one place that decides it, for reading, evaluating, explaining, exporting, teaching and the studio.
The file that the package ships lies beside this one.  Nothing is opened here; `reading/classify.py` does.
"""

import json
import os
import re
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from zeronine.errors import ModelError

SHIPPED_NAME = "shipped"  #: the model that comes with the package; a file of that name is ./shipped
MODEL_VERSION = "3"  #: of the shipped weights, as their card has it: one more with each release of them
SHIPPED = Path(__file__).with_name("zeronine.onnx")
MODEL = "model.onnx"  #: what a run's folder calls its model
BROKEN = "broken.json"  #: what it calls the note that its network exploded or died
CHECKPOINT = "checkpoint.safetensors"  #: what it calls the state of its training
HAND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")  #: what a taught hand may be called


@runtime_checkable
class HasModel(Protocol):
    """Whatever knows where its model file lies, as a `Run` does."""

    @property
    def model_path(self) -> Path:
        """The model file."""


Model: TypeAlias = str | os.PathLike[str] | HasModel | None  #: what `model_file` understands


def model_file(model: Model) -> Path:
    """Return the model file that is meant; None means the shipped one.

    Raises ModelError, which says what to do, where there is no such file or a run has no model (yet).
    """
    if model is None or model == SHIPPED_NAME:
        return SHIPPED
    if isinstance(model, HasModel):
        return model_file(model.model_path)
    if not isinstance(model, str | os.PathLike):
        raise ModelError(
            f"a {type(model).__name__} is no model: give a .onnx file, a run's folder, a Run, or 'shipped'",
            field="model",
            value=type(model).__name__,
        )
    path = Path(model)
    return _of_run(path) if path.is_dir() else _of_file(path)


def hands_folder() -> Path:
    """Return the folder of the taught hands: `ZERONINE_DATA`, else the platform's folder of user data."""
    chosen = os.environ.get("ZERONINE_DATA")
    if chosen:
        return Path(chosen).expanduser() / "hands"
    from platformdirs import user_data_path

    return user_data_path("zeronine", appauthor=False) / "hands"


def hands() -> list[str]:
    """Return the names of the taught hands that have a model."""
    return sorted(one.parent.name for one in hands_folder().glob(f"*/{MODEL}"))


def _of_file(path: Path) -> Path:
    if path.is_file():
        return path
    taught = hands_folder() / path.name / MODEL
    if HAND.fullmatch(str(path)) and taught.is_file():
        return taught
    if path.name == MODEL and path.parent.is_dir():
        return _of_run(path.parent)  # which knows why it is not there
    raise ModelError(
        f"{path}: there is no such model file: give a .onnx file, the folder of a run, a taught hand "
        f"({', '.join(hands()) or 'there are none yet'}), or 'shipped'",
        file=path,
        field="model",
    )


def broken_note(folder: Path) -> str | None:
    """Return what a run's folder says of how its network broke, if it did."""
    try:
        note = json.loads((folder / BROKEN).read_bytes())
    except (OSError, ValueError):
        return None
    return str(note["message"]) if isinstance(note, dict) and "message" in note else None


def _of_run(folder: Path) -> Path:
    if (folder / MODEL).is_file():
        return folder / MODEL
    broken = broken_note(folder)
    if broken:
        raise ModelError(f"{folder}: there is no model: {broken}", file=folder, field="model")
    begun = (folder / CHECKPOINT).is_file()
    raise ModelError(
        f"{folder}: its training has not come to its end: `zeronine train --resume {folder}` goes on with it"
        if begun
        else f"{folder}: the folder holds no {MODEL}: train a model into it with "
        f"`zeronine train --folder {folder}`",
        file=folder,
        field="model",
    )
