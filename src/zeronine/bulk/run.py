"""A whole job: plan it or go on with it, run it on an engine, and report."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zeronine import __version__
from zeronine.bulk.batch_reader import model_name
from zeronine.bulk.inputs import items_of
from zeronine.bulk.job import Engine, Folder, Job, Kind, Precision, absolute, begin, forget, is_begun
from zeronine.bulk.pages import check_documents
from zeronine.bulk.progress import Progress
from zeronine.bulk.stopping import Stop
from zeronine.documents.forms import Form
from zeronine.errors import OptionError
from zeronine.models import SHIPPED, SHIPPED_NAME, Model, model_file
from zeronine.options import ReadOptions
from zeronine.reading.limits import MAX_MEGAPIXELS, Limits

SHARD = {Kind.pictures: 500, Kind.canvases: 50_000}
#: rows a file: what a kill costs at most (minutes), against how many files there are (20,000 for ten million)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a run ended."""

    folder: Path
    total: int  #: rows that the job has
    rows: int  #: of them, written in this run
    errors: int  #: of those, how many tell an error
    seconds: float
    workers: int  #: that read
    stopped: int | None  #: the signal that ended it early

    @property
    def message(self) -> str:
        """What to tell a person."""
        rate = f"{self.rows / self.seconds:,.1f} a second" if self.seconds else ""
        said = f"{self.rows:,} of {self.total:,} rows written ({rate}), {self.errors:,} with an error"
        if self.stopped is not None:
            return f"stopped: {said}; the same command goes on"
        return f"{self.folder / 'rows'}: {said}; look into {self.folder / 'report.md'}"


def bulk(
    source: str,
    out: str | Path,
    *,
    model: Model = None,
    options: ReadOptions | None = None,
    form: str | Path | None = None,
    table: bool = False,
    max_megapixels: float = MAX_MEGAPIXELS,
    workers: int | None = None,
    on: Engine = Engine.processes,
    shard_size: int | None = None,
    precision: Precision | None = None,
    fresh: bool = False,
) -> Done:
    """Read everything that `source` means into Parquet files below `out`, going on where a run was ended.

    With the template of a `form`, or with `table`, every page is read as one.
    `workers` processes read, as many as there are cores by default; on Ray, the cluster's.
    `precision` is for canvases: the shipped model names them in eight bits by default, others in float32.
    Raises DataError for an input, OptionError for options that differ from those the job began with, and
    RunError for a folder that cannot be used.  A picture that cannot be read is a row with its error.
    """
    if workers is not None and workers < 1:
        raise OptionError(f"{workers} workers read nothing: give 1 or more", field="workers", value=workers)
    if shard_size is not None and shard_size < 1:
        raise OptionError(f"a shard of {shard_size} rows holds nothing: give 1 or more", field="shard")
    folder = Folder(Path(out))
    Limits(max_megapixels=max_megapixels)  # which refuses what is no limit
    file, kind = model_file(model), _kind(source)
    shipped = file == SHIPPED
    template = None if form is None else Form.load(form)
    file = file if shipped else file.resolve()
    job = Job(
        input=absolute(source),
        kind=kind,
        model=SHIPPED_NAME if shipped else str(file),
        model_name=model_name(file),
        version=__version__,
        shard_size=shard_size or SHARD[kind],
        precision=_precision(precision, kind, shipped=shipped),
        options=options or ReadOptions(),
        form=None if template is None else digest_of(template),
        table=table,
        max_megapixels=max_megapixels,
    )
    check_documents(job.options, form=template is not None, table=table)
    if kind is Kind.canvases:
        _check_canvases(job)
    with folder.alone(), Stop() as stop:
        folder.sweep()
        if fresh:
            forget(folder)
        if not is_begun(job, folder):
            _plan(job, folder, template)
        done = _run(job, folder, on, workers, stop)
        if done.stopped is None:
            from zeronine.bulk.report import write_report

            write_report(folder, job, seconds=done.seconds, rows=done.rows, workers=done.workers)
    return done


def cores() -> int:
    """Return how many cores this process may use, which in a container are fewer than the host has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_canvases(job: Job) -> None:
    """Raise OptionError for what canvases leave without effect: nothing is looked for, nothing decoded."""
    usual = ReadOptions().to_dict()
    used = [name for name, value in job.options.to_dict().items() if value != usual[name]]
    used += ["form"] if job.form is not None else []
    used += ["table"] if job.table else []
    used += ["max_megapixels"] if job.max_megapixels != MAX_MEGAPIXELS else []
    for name in used:
        if name != "min_confidence":
            raise OptionError(
                f"{name} changes nothing here, canvases hold one digit each: leave it out", field=name
            )


def _kind(source: str) -> Kind:
    packed = PurePosixPath(source).suffix.lower() in (".npy", ".npz")
    return Kind.canvases if packed else Kind.pictures


def _precision(asked: Precision | None, kind: Kind, *, shipped: bool) -> Precision:
    """Return the arithmetic of a job; raise OptionError where there is no eight-bit file for it."""
    there = kind is Kind.canvases and shipped
    if asked is Precision.int8 and not there:
        raise OptionError(
            "eight bits are there for canvases (.npy, .npz) and the shipped model only: "
            "leave --precision out, or say float32",
            field="precision",
            value=asked.value,
        )
    return asked or (Precision.int8 if there else Precision.float32)


def digest_of(form: Form) -> str:
    """Return what tells a form from another: the beginning of the SHA-256 of its fields and its page."""
    fields = json.dumps([form.empty.shape, [one.to_dict() for one in form.fields]])
    return hashlib.sha256(fields.encode() + form.empty.tobytes()).hexdigest()[:12]


def _plan(job: Job, folder: Folder, template: Form | None) -> None:
    from zeronine.bulk import canvases
    from zeronine.bulk.plan import write_plan

    if job.kind is Kind.canvases:
        write_plan(canvases.items_of(job.input, shard_size=job.shard_size), folder.plan, shard_size=1)
    else:
        write_plan(items_of(job.input), folder.plan, shard_size=job.shard_size)
    if template is not None:
        template.save(folder.form)
    begin(job, folder)


def _run(job: Job, folder: Folder, on: Engine, workers: int | None, stop: Stop) -> Done:
    from zeronine.bulk.shards import weights

    sizes = weights(job, folder)
    todo = folder.missing(len(sizes))
    total = sum(sizes)
    progress = Progress(total, before=total - sum(sizes[shard] for shard in todo))
    try:
        used = _engine(on, job, folder, todo, workers)(progress, stop) if todo else 0
    finally:
        progress.end()
    return Done(
        folder=folder.path,
        total=total,
        rows=progress.rows,
        errors=progress.errors,
        seconds=progress.seconds,
        workers=used,
        stopped=stop.asked if folder.missing(len(sizes)) else None,
    )


def _engine(
    on: Engine, job: Job, folder: Folder, todo: list[int], workers: int | None
) -> Callable[[Progress, Stop], int]:
    """Return what reads the shards of a list, and says how many workers it had."""
    if on is Engine.ray:
        from zeronine.bulk.on_ray import Cluster

        return Cluster(job, folder, todo, workers=workers).run
    from zeronine.bulk.here import Crew

    return Crew(job, folder, todo, workers=workers or cores()).run
