"""What a worker of a cluster does: shards of one job, one after the other.  It knows no engine.

Where a worker dies, others only learn that it did.  So a shard at which one died is read with care the next
time: before each picture its number is written down, beside the job.  A picture that takes for ever ends
the process by a watchdog.
"""

import faulthandler
import platform
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from zeronine.bulk.here import PATIENCE_S
from zeronine.bulk.job import Folder, Job
from zeronine.bulk.shards import Counts, Worker, finish, worker_of
from zeronine.errors import RunError, ZeronineError


class Actor:
    """Reads shards of a job, and writes their rows where every node sees them."""

    def __init__(self, job: Job, folder: Path, *, patience_s: float = PATIENCE_S) -> None:
        """Remember the job; `open` opens its model.  A picture may take `patience_s`."""
        self.job, self.folder, self.patience_s = job, Folder(folder), patience_s
        self.worker: Worker | None = None

    def open(self) -> Counts:
        """Open the model; return {}, or the error that keeps this machine from working."""
        return told(self._open)

    def read(self, shard: int, deadly: Mapping[int, str], *, careful: bool) -> Counts:
        """Read a shard and write its rows; return their counts, or the error of the whole job."""
        try:
            return told(partial(self._finish, shard, deadly, careful=careful))
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _open(self) -> Counts:
        if not self.folder.plan.is_file():
            raise RunError(
                f"{self.folder.path}: cannot be seen from {platform.node()}: "
                "put --out on a file system that every node has",
                file=self.folder.path,
            )
        self.worker = worker_of(self.job, self.folder)
        return {}

    def _finish(self, shard: int, deadly: Mapping[int, str], *, careful: bool) -> Counts:
        assert self.worker is not None  # `open` comes first
        trace = self.folder.trace(shard)
        trace.unlink(missing_ok=True)
        note = partial(begin_picture, self.patience_s, trace if careful else None)
        counts = finish(self.worker, self.job, self.folder, shard, deadly, note)
        trace.unlink(missing_ok=True)
        return counts


def begin_picture(patience_s: float, trace: Path | None, index: int) -> None:
    """Set the watchdog for a picture, and write down which one it is."""
    faulthandler.dump_traceback_later(patience_s, exit=True)
    if trace is not None:
        trace.write_text(str(index))


def told(work: Callable[[], Counts]) -> Counts:
    """Return what some work returns, or its error as plain data: no class of ours need travel."""
    try:
        return work()
    except ZeronineError as error:
        return error.to_dict()
    except Exception as error:  # noqa: BLE001  a mistake of ours ends the job, not one worker after the other
        traceback.print_exc()
        mistake = RunError(f"our mistake, please report it: {type(error).__name__}: {error}")
        return mistake.to_dict()
