"""What a run says while it runs: a live line for people, a JSON line for machines."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from torch import nn

METRICS = "metrics.jsonl"


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


Watch = Callable[[Moment], None]


class MetricsFile:
    """`metrics.jsonl`: one line of JSON an epoch; lines of epochs that are done again are dropped."""

    def __init__(self, path: Path, *, keep: int) -> None:
        """Open the file, keeping its first `keep` epochs."""
        self.path = path
        self.rows = read_metrics(path)[:keep]
        self._write()

    def add(self, row: Mapping[str, Any]) -> None:
        """Add an epoch."""
        self.rows.append(dict(row))
        self._write()

    def _write(self) -> None:
        from zeronine.files import write_beside

        write_beside(self.path, "".join(json.dumps(row) + "\n" for row in self.rows).encode())


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a metrics file; none where there is no file."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


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
        self._progress.update(self._task, completed=moment.step, total=moment.steps, said=said)
