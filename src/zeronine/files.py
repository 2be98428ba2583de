"""Files that are either whole or not there: written beside, flushed, then renamed."""

import os
import tempfile
from pathlib import Path

from zeronine.errors import RunError


def write_beside(path: Path, content: bytes) -> None:
    """Write a file at once: a reader sees the old content or the new, never a part of it.

    Raises RunError when the folder cannot be written or the disk is full; the old file then stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise RunError(
            f"{path.parent}: cannot be written to ({error.strerror}): choose another folder"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as error:
        raise RunError(
            f"{path}: cannot be written ({error.strerror}): free some space, or choose another folder"
        ) from None
    finally:
        Path(beside).unlink(missing_ok=True)
