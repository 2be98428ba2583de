"""Files that are either whole or not there: written beside, flushed, then renamed; and cells of CSV files."""

import contextlib
import os
import re
import secrets
from pathlib import Path

from zeronine.errors import RunError

_FORMULA = re.compile(r"[=@]|[+-](?![\d.,?' ]*$)")  #: with which a cell begins that is carried out
MODE = 0o666  #: less the user's umask, as for any other file


def write_beside(path: Path, content: bytes) -> None:
    """Write a file at once: a reader sees the old content or the new, never a part of it.

    Raises RunError when the folder cannot be written or the disk is full; the old file then stays.
    """
    beside = path.with_name(f".{secrets.token_hex(8)}.part")  # short: the name itself may be as long as any
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), MODE)
    except OSError as error:
        raise RunError(
            f"{path.parent}: cannot be written to ({error.strerror}): choose another folder", file=path.parent
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise RunError(
            f"{path}: cannot be written ({error.strerror}): free some space, or choose another folder",
            file=path,
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Let a rename survive a power cut, on the systems where folders can be flushed."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def no_formula(text: str) -> str:
    """Return a text for a cell of a CSV file that no spreadsheet carries out; a number stays a number."""
    return f"'{text}" if _FORMULA.match(text) else text
