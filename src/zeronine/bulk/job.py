"""What a job is, and the folder in which it lies; a run goes on only with the job that began there.

OUT/job.json             what was asked: input, model, options
OUT/plan.parquet         every picture, a row group a shard
OUT/form.json            the template, where pages are read as a form
OUT/rows/*.parquet       the answer; nothing else lies there, so that any tool reads the whole folder
OUT/report.md, .json     what was read, and review.csv: what to look at first
OUT/review.sqlite        the same for `zeronine review OUT`, with what people decided: never removed
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from zeronine.bulk.inputs import is_address
from zeronine.errors import OptionError, RunError
from zeronine.files import write_beside
from zeronine.options import ReadOptions


class Engine(StrEnum):
    """What runs a job; its rows do not depend on it, so another may go on."""

    processes = "processes"
    ray = "ray"


class Kind(StrEnum):
    """What a job reads."""

    pictures = "pictures"
    canvases = "canvases"


class Precision(StrEnum):
    """Which arithmetic names canvases."""

    int8 = "int8"  #: eight bits, and float32 again where those are in doubt
    float32 = "float32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that the rows of a job depend on."""

    input: str
    kind: Kind
    model: str  #: the model file, or the word for the shipped one: other machines have it elsewhere
    model_name: str  #: its name and digest
    version: str  #: of this package
    shard_size: int  #: pictures a shard
    precision: Precision = Precision.float32
    options: ReadOptions
    form: str | None = None  #: the digest of the template, which lies in the job's folder
    table: bool = False
    max_megapixels: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    def to_json(self) -> bytes:
        """Return what lies in job.json."""
        return json.dumps(self.to_dict(), indent=2).encode()


@dataclass(frozen=True, slots=True)
class Folder:
    """The places in a job's folder."""

    path: Path

    @property
    def job(self) -> Path:
        """What was asked; written last, so that it is there only beside a whole plan."""
        return self.path / "job.json"

    @property
    def plan(self) -> Path:
        """Every picture."""
        return self.path / "plan.parquet"

    @property
    def form(self) -> Path:
        """The template of a form."""
        return self.path / "form.json"

    @property
    def rows(self) -> Path:
        """The folder of the answer."""
        return self.path / "rows"

    def part(self, shard: int) -> Path:
        """Return where the rows of a shard go."""
        return self.rows / f"part-{shard:06d}.parquet"

    def trace(self, shard: int) -> Path:
        """Return where is written which picture of a shard comes now, after a worker died at one."""
        return self.path / f".at-{shard:06d}"

    def missing(self, shards: int) -> list[int]:
        """Return the shards that have no rows yet."""
        there = {path.name for path in self.rows.glob("part-*.parquet")}
        return [shard for shard in range(shards) if self.part(shard).name not in there]

    def sweep(self) -> None:
        """Remove what a killed run left half written; call it with the lock only."""
        for path in [*self.rows.glob(".*"), *self.path.glob(".plan*"), *self.path.glob(".at-*")]:
            path.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from working on the same job; raise RunError where one does."""
        from filelock import FileLock, Timeout

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / ".lock", timeout=0):
                yield
        except Timeout:
            raise RunError(
                f"{self.path}: another run is at work here: wait for it, or stop it", file=self.path
            ) from None
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written to ({error.strerror}): choose another --out", file=self.path
            ) from None


def absolute(source: str) -> str:
    """Return INPUT in a form that does not depend on the folder from which a command is called."""
    return source if is_address(source) else os.path.abspath(source)  # noqa: PTH100  patterns are no paths


def is_begun(job: Job, folder: Folder) -> bool:
    """Whether this very job began in a folder; raise an error where another did, or it holds other things."""
    if not folder.job.is_file():
        strange = [
            path.name for path in folder.path.iterdir() if not path.name.startswith((".lock", ".plan"))
        ]
        if [
            name for name in strange if not name.startswith((folder.plan.name, "form.json", "review.sqlite"))
        ]:
            raise RunError(
                f"{folder.path}: holds {sorted(strange)[0]!r}, and no job: choose an empty folder for --out",
                file=folder.path,
            )
        return False
    try:
        before = json.loads(folder.job.read_text())
    except (ValueError, OSError) as error:
        raise RunError(
            f"{folder.job}: cannot be read ({error}): begin again with --fresh", file=folder.job
        ) from None
    now = json.loads(job.to_json())
    for name, value in _flat(now).items():
        old = _flat(before).get(name)
        if old != value:
            raise OptionError(
                f"{folder.path}: began with {name} {old!r}, now it is {value!r}: give another --out, "
                "or begin again with --fresh",
                field=name,
                value=value,
                limit=old,
                file=folder.path,
            )
    return True


def begin(job: Job, folder: Folder) -> None:
    """Write down what was asked, after the plan."""
    folder.rows.mkdir(exist_ok=True)
    write_beside(folder.job, job.to_json())


def forget(folder: Folder) -> None:
    """Remove a job and its rows, and nothing that is not a job's."""
    if not folder.job.is_file():
        return
    shutil.rmtree(folder.rows, ignore_errors=True)
    for name in ("job.json", "plan.parquet", "form.json", "report.md", "report.json", "review.csv"):
        (folder.path / name).unlink(missing_ok=True)


def _flat(job: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in job.items() if name != "options"}, **job.get("options", {})}
