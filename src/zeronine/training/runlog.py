"""What a run says while it runs: a live line for people, a JSON line for machines."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from torch import nn

METRICS = "metrics.jsonl"
ENDING = "the last epoch is done: fitting the confidence, writing the model file and checking it"
#: what a run does in the seconds after its last step
LOG = logging.getLogger(__name__)
FIGURES = ("loss", "accuracy")  #: that every line has beside its epoch


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How far a run is; given to its watcher after some steps, and after each epoch with a `row`."""

    epoch: int  #: from 1
    epochs: int
    step: int  #: of all steps of the run, from 1
    steps: int
    loss: float  #: mean over the epoch so far
    accuracy: float  #: on the training pictures of the epoch so far
    pictures_a_second: float
    row: Mapping[str, Any] | None = None  #: the epoch's line of metrics.jsonl, at its end
    network: nn.Module
    found: npt.NDArray[np.int64] | None = None  #: what the validation digits are taken for, at an epoch's end


Watch = Callable[[Moment], None]


class MetricsFile:
    """`metrics.jsonl`: one line of JSON an epoch; lines of epochs that are done again are dropped."""

    def __init__(self, path: Path, *, keep: int) -> None:
        """Open the file, keeping the lines of its first `keep` epochs; those that are lost are logged."""
        self.path = path
        self.rows = [row for row in read_metrics(path) if row["epoch"] <= keep]
        lost = keep - len(self.rows)
        if lost:
            LOG.warning(
                "%s: the figures of %d of %d epochs are lost, their learning is not", path, lost, keep
            )
        self._write()

    def add(self, row: Mapping[str, Any]) -> None:
        """Add an epoch."""
        self.rows.append(dict(row))
        self._write()

    def _write(self) -> None:
        from zeronine.files import write_beside

        write_beside(self.path, "".join(json.dumps(row) + "\n" for row in self.rows).encode())


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a metrics file; none where there is no file.

    A line that was cut, or is none of an epoch, is left out, and that is logged.
    """
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        row = _row(line)
        if row is None or row["epoch"] in {one["epoch"] for one in rows}:
            LOG.warning("%s: line %d is not that of an epoch and is left out: %.60r", path, number, line)
        else:
            rows.append(row)
    return rows


def _row(line: str) -> dict[str, Any] | None:
    """Return an epoch's figures, or None where a line holds none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or type(row.get("epoch")) is not int or row["epoch"] < 1:
        return None
    there = all(_is_number(row.get(name)) for name in FIGURES)
    return row if there and all(_is_number(row[name]) for name in row if name.startswith("valid")) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class LiveLine:
    """A progress bar on the terminal: loss, accuracy on validation, pictures a second, time left."""

    def __init__(self, title: str, *, console: Any = None) -> None:
        """Prepare the line; it appears inside a `with` block."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[said]}"),
            TimeRemainingColumn(compact=True),
            console=console,
        )
        self._task = self._progress.add_task(title, total=None, said="")
        self._validation = ""

    def __enter__(self) -> Self:
        """Show the line."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the finished line on the terminal."""
        self._progress.stop()

    def __call__(self, moment: Moment) -> None:
        """Show how far the run is."""
        if moment.row is not None and "validation_accuracy" in moment.row:
            self._validation = f" · validation {moment.row['validation_accuracy']:.2%}"
        said = f"loss {moment.loss:.3f}{self._validation} · {moment.pictures_a_second:,.0f} pictures/s"
        if moment.row is not None and moment.epoch == moment.epochs:
            said = f"loss {moment.loss:.3f}{self._validation} · writing and checking the model file"
        self._progress.update(self._task, completed=moment.step, total=moment.steps, said=said)
