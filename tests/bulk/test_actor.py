"""What a worker of a cluster does, without a cluster."""

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import pytest

from jobs import rows_of
from zeronine import __version__
from zeronine.bulk.actor import Actor
from zeronine.bulk.batch_reader import model_name
from zeronine.bulk.inputs import items_of
from zeronine.bulk.job import Folder, Job, Kind, begin
from zeronine.bulk.plan import write_plan
from zeronine.bulk.run import bulk
from zeronine.models import SHIPPED, SHIPPED_NAME
from zeronine.options import ReadOptions

SHARD = 4


def job_of(source: str, out: Path) -> Job:
    """Return a job that has begun in a folder, and of which nothing is read yet."""
    job = Job(
        input=source,
        kind=Kind.pictures,
        model=SHIPPED_NAME,
        model_name=model_name(SHIPPED),
        version=__version__,
        shard_size=SHARD,
        options=ReadOptions(),
        max_megapixels=50,
    )
    out.mkdir()
    write_plan(items_of(source), out / "plan.parquet", shard_size=SHARD)
    begin(job, Folder(out))
    return job


def test_its_rows_are_those_of_the_processes(scans: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    worker = Actor(job_of(str(scans), out), out)
    assert worker.open() == {}
    told = [worker.read(shard, {}, careful=bool(shard)) for shard in range(2)]
    assert [(one["rows"], one["errors"]) for one in told] == [(4, 0), (4, 1)]
    bulk(str(scans), tmp_path / "whole", workers=1, shard_size=SHARD)
    assert rows_of(out) == rows_of(tmp_path / "whole")
    assert not list(out.glob(".at-*"))


def test_a_deadly_picture_is_not_touched_again(scans: Path, tmp_path: Path) -> None:
    worker = Actor(job_of(str(scans), tmp_path / "out"), tmp_path / "out")
    worker.open()
    assert worker.read(0, {2: "it killed two"}, careful=True)["errors"] == 1
    assert [row["error"] for row in rows_of(tmp_path / "out")].count("it killed two") == 1


def test_a_folder_that_this_machine_does_not_see_is_named(scans: Path, tmp_path: Path) -> None:
    job = job_of(str(scans), tmp_path / "out")
    told = Actor(job, tmp_path / "elsewhere").open()
    assert told["error"] == "RunError"
    assert "put --out on a file system that every node has" in told["message"]


@pytest.mark.parametrize("other", [{"version": "0.0.1"}, {"model_name": "zeronine:000000000000"}])
def test_a_machine_with_another_version_or_model_is_refused(
    other: dict[str, str], scans: Path, tmp_path: Path
) -> None:
    job = replace(job_of(str(scans), tmp_path / "out"), **other)  # type: ignore[arg-type]
    told = Actor(job, tmp_path / "out").open()
    assert "install the same everywhere" in told["message"]
    assert next(iter(other.values())) in told["message"]


def test_rows_of_a_job_that_was_begun_again_are_not_written(scans: Path, tmp_path: Path) -> None:
    """A worker that outlives its driver does not mix its rows into those of the next job."""
    out = tmp_path / "out"
    job = job_of(str(scans), out)
    worker = Actor(job, out)
    worker.open()
    begin(replace(job, options=ReadOptions(min_confidence=0.9)), Folder(out))
    assert "begun again" in worker.read(0, {}, careful=False)["message"]
    assert not list((out / "rows").iterdir())


def read_first(job: Job, out: Path, patience_s: float) -> None:
    worker = Actor(job, out, patience_s=patience_s)
    worker.open()
    worker.read(0, {}, careful=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_picture_that_takes_for_ever_ends_the_process_and_is_written_down(tmp_path: Path) -> None:
    """Nobody ever writes into a pipe."""
    os.mkfifo(tmp_path / "never.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "list.csv").write_text("path\nbad.png\nnever.png\n")
    job = job_of(str(tmp_path / "list.csv"), tmp_path / "out")
    process = multiprocessing.get_context("spawn").Process(
        target=read_first, args=(job, tmp_path / "out", 0.5)
    )
    process.start()
    process.join(timeout=60)
    assert process.exitcode == 1
    assert (tmp_path / "out/.at-000000").read_text() == "1"
