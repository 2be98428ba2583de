"""What the files of an earlier run tell, whatever state they are in; no PyTorch, and nothing raised."""

import json
import os
from pathlib import Path
from typing import Any

from zeronine.models import CHECKPOINT, MODEL

METRICS = "metrics.jsonl"
FIGURES = ("loss", "accuracy", "validation_loss", "validation_accuracy")  #: of a line of METRICS
MOST_EPOCHS = 10**9
LARGEST = 1e300  #: a figure above it is none
MOST_BYTES = 8 * 2**20  #: of a metrics file; a thousand epochs have a fiftieth


def run_folders(runs: Path) -> list[Path]:
    """Return the folders in which something of a run lies, by name."""
    try:
        return sorted(one for one in runs.iterdir() if one.is_dir() and _is_run(one))
    except OSError:
        return []  # there are none yet


def _is_run(folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in (METRICS, CHECKPOINT, MODEL))


def epochs_of(folder: Path) -> tuple[list[dict[str, Any]], str]:
    """Return a run's epochs by its metrics file, and in words what is broken in it, if anything is."""
    path = folder / METRICS
    if not path.exists():
        return [], "this run is broken: its metrics.jsonl is missing"
    try:
        if path.stat().st_size > MOST_BYTES:
            return [], "this run is broken: its metrics.jsonl is too large"
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError as error:
        return [], f"this run is broken: its metrics.jsonl cannot be read ({error.strerror})"
    rows = [_line(line) for line in lines]
    cut = next((number for number, row in enumerate(rows, start=1) if row is None), 0)
    broken = f"this run is broken: line {cut} of its metrics.jsonl is not that of an epoch" if cut else ""
    return [row for row in rows if row is not None], broken


def _line(line: str) -> dict[str, Any] | None:
    """Return the figures of one line, None for those that are no numbers; None where it is no epoch's."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or type(row.get("epoch")) is not int or not 1 <= row["epoch"] <= MOST_EPOCHS:
        return None
    return {"epoch": row["epoch"]} | {name: _number(row.get(name)) for name in FIGURES}


def _number(value: object) -> float | None:
    """Return a number as JSON can say it, None for anything else (NaN, too: a run that exploded)."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST
    return float(value) if number and isinstance(value, int | float) else None
