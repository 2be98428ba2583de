"""One shard, from the plan to its rows: the step that every engine runs in its workers."""

import platform
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pyarrow.compute as pc

from zeronine import __version__
from zeronine.bulk.batch_reader import BatchReader
from zeronine.bulk.canvases import CanvasReader
from zeronine.bulk.inputs import Item
from zeronine.bulk.job import Folder, Job, Kind
from zeronine.bulk.opening import picture_of
from zeronine.bulk.plan import Plan
from zeronine.bulk.tables import Table, table_of, write_table
from zeronine.documents.forms import Form
from zeronine.errors import DataError, PictureError, RunError

Counts = dict[str, Any]  #: {"rows", "errors"}, or an error as `ZeronineError.to_dict` has it
Note = Callable[[int], None]  #: is told which picture of the shard comes now


class Worker(Protocol):
    """Makes the rows of a shard."""

    def __call__(self, items: list[Item], deadly: Mapping[int, str], note: Note) -> Table:
        """Return the rows of pictures; `deadly` ones are not touched again, and say why."""


def worker_of(job: Job, folder: Folder) -> Worker:
    """Return what reads the shards of a job, its model opened; one that is another here is refused."""
    one_thread()
    worker = Canvases(job) if job.kind is Kind.canvases else Pictures(job, folder)
    if (worker.reader.model, __version__) != (job.model_name, job.version):
        raise RunError(
            f"{platform.node()}: has zeronine {__version__} and the model {worker.reader.model}, the job "
            f"began with {job.version} and {job.model_name}: install the same everywhere"
        )
    return worker


def one_thread() -> None:
    """Keep OpenCV and Arrow to one thread: there are as many workers as cores are wanted."""
    import cv2
    import pyarrow as pa

    cv2.setNumThreads(1)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def finish(
    read: Worker, job: Job, folder: Folder, shard: int, deadly: Mapping[int, str], note: Note
) -> Counts:
    """Read a shard, write its rows at once, and count them.

    Raises RunError where another job has begun in the folder meanwhile: a worker may outlive its driver.
    """
    table = read(Plan(folder.plan).items(shard), deadly, note)
    if not folder.job.is_file() or folder.job.read_bytes() != job.to_json():
        raise RunError(f"{folder.path}: the job was begun again meanwhile", file=folder.path)
    write_table(table, folder.part(shard))
    return {"rows": len(table), "errors": pc.sum(table["error"].is_valid()).as_py() or 0}


class Pictures:
    """Reads pictures one by one."""

    def __init__(self, job: Job, folder: Folder) -> None:
        """Open the job's model for one thread: there are as many workers as cores are wanted."""
        self.reader = BatchReader(
            job.model,
            options=job.options,
            form=None if job.form is None else Form.load(folder.form),
            table=job.table,
            max_megapixels=job.max_megapixels,
            threads=1,
        )

    def __call__(self, items: list[Item], deadly: Mapping[int, str], note: Note) -> Table:
        """Return a row for each picture."""
        rows = []
        for index, item in enumerate(items):
            note(index)
            picture = PictureError(deadly[index]) if index in deadly else picture_of(item)
            rows.append(self.reader.row(item.id, picture))
        return table_of(rows)


class Canvases:
    """Names canvases, a run at a time."""

    def __init__(self, job: Job) -> None:
        """Open the job's model for one thread."""
        self.reader = CanvasReader(job.model, options=job.options, precision=job.precision, threads=1)

    def __call__(self, items: list[Item], deadly: Mapping[int, str], note: Note) -> Table:
        """Return a row for each canvas; a run that kills its process ends the job."""
        if deadly:
            raise DataError(f"{items[0].id}: {deadly[0]}: look at the file", file=items[0].id)
        note(0)
        return self.reader.table(items[0])


def weights(job: Job, folder: Folder) -> list[int]:
    """Return how many rows each shard will have."""
    plan = Plan(folder.plan)
    if job.kind is Kind.pictures:
        return plan.sizes()
    return [sum(item.size or 0 for item in plan.items(shard)) for shard in range(len(plan.sizes()))]
