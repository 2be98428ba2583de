"""The trainings of a studio: one runs, in a process of its own; the next ones wait in order.

A page may close, the training goes on; its run lands in the runs folder as `zeronine train` makes it.
Runs of earlier days are listed too, with what their metrics file tells.
"""

import asyncio
import hashlib
import json
import logging
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zeronine.studio.eventlog import EventLog
from zeronine.studio.models import Models
from zeronine.studio.problems import Problem
from zeronine.studio.settings import Settings

LOG = logging.getLogger(__name__)
FINAL = frozenset({"stopped", "done", "failed"})
LINE_BYTES = 8 * 2**20  #: the longest line a worker may say: the weight pictures of a wide layer
PATIENCE_S = 20.0  #: how long a worker may take to stop well before it is killed
MODEL = "model.onnx"


@dataclass
class Job:
    """One training, and what is known of it."""

    id: str
    name: str
    recipe: dict[str, Any]
    folder: Path
    state: str = "waiting"
    message: str = ""
    step: int = 0
    epoch: float = 0.0
    loss: float | None = None
    accuracy: float | None = None  #: on validation
    go_on: bool = False  #: whether the run's folder holds a beginning already
    log: EventLog = field(default_factory=EventLog)


class Trainings:
    """The queue, and the one process that trains; lives in one event loop."""

    def __init__(self, settings: Settings, models: Models) -> None:
        """Train into `settings.runs`; `models` knows the ids of what comes out."""
        self._settings = settings
        self._models = models
        self._jobs: dict[str, Job] = {}
        self._waiting: list[Job] = []
        self._process: Process | None = None
        self._worker: asyncio.Task[None] | None = None

    def open(self) -> None:
        """List the runs that are there already."""
        for job in earlier_runs(self._settings.runs):
            self._jobs[job.id] = job
            self._say_state(job)

    async def close(self) -> None:
        """Stop the training well, and forget those that wait."""
        for job in self._waiting:
            self._end(job, "stopped", "the studio was closed before it began")
        self._waiting.clear()
        if self._process is not None:
            await _stop_process(self._process)
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=PATIENCE_S)

    def hang_up(self) -> None:
        """Let every page that listens go, because the server ends."""
        for job in self._jobs.values():
            job.log.close()

    def all(self) -> list[dict[str, Any]]:
        """Return every training as plain data, the oldest first."""
        return [self.described(job) for job in self._jobs.values()]

    @property
    def active(self) -> int:
        """How many trainings wait or run."""
        return sum(job.state not in FINAL for job in self._jobs.values())

    def get(self, job_id: str) -> Job:
        """Return a training; raise Problem 404 for an unknown id."""
        if job_id not in self._jobs:
            raise Problem(404, f"there is no training {job_id[:80]!r}: GET /api/train lists those there are")
        return self._jobs[job_id]

    def begin(self, recipe: dict[str, Any], folder: Path, *, name: str) -> Job:
        """Put a fresh training into the queue."""
        self._check_queue()
        folder.mkdir(parents=True)  # taken from now on, so that the next training gets another
        job = Job(_id_of(folder), name, recipe, folder)
        self._jobs[job.id] = job
        self._queue(job)
        return job

    def go_on(self, job: Job, *, epochs: int, most: int) -> None:
        """Put a training that has ended into the queue again, for so many epochs more."""
        if job.state not in FINAL:
            raise Problem(409, f"this training is {job.state}: it can go on when it has ended")
        if not (job.folder / "checkpoint.safetensors").is_file():
            raise Problem(409, "this training has no checkpoint to go on from: begin a new one")
        total = int(job.epoch) + epochs
        if total > most:
            raise Problem(422, f"{total} epochs in all, the limit here is {most}: use `zeronine train`")
        self._check_queue()
        job.recipe = {**job.recipe, "epochs": total}
        job.go_on = True
        self._queue(job)

    async def stop(self, job: Job) -> None:
        """Stop a training well; what it learned is kept.  One that has ended stays as it is."""
        if job in self._waiting:
            self._waiting.remove(job)
            if not any(job.folder.iterdir()):
                job.folder.rmdir()
            self._end(job, "stopped", "taken out of the queue")
            self._say_positions()
        elif job.state == "running" and self._process is not None:
            job.state, job.message = "stopping", "keeping what was learned"
            self._say_state(job)
            _terminate(self._process)

    def described(self, job: Job) -> dict[str, Any]:
        """Return a training as plain data."""
        return {
            "id": job.id,
            "name": job.name,
            "recipe": job.recipe,
            "state": job.state,
            "position": self._waiting.index(job) + 1 if job in self._waiting else 0,
            "message": job.message,
            "epoch": job.epoch,
            "epochs": job.recipe.get("epochs", 0),
            "step": job.step,
            "loss": job.loss,
            "accuracy": job.accuracy,
            "run": job.folder.name,
            "model": self._models.of_path(job.folder / MODEL),
        }

    def _check_queue(self) -> None:
        most = self._settings.max_trainings_waiting
        if len(self._waiting) >= most:
            raise Problem(429, f"{most} trainings wait already: wait for one to end, or stop one")

    def _queue(self, job: Job) -> None:
        job.state, job.message = "waiting", ""
        self._waiting.append(job)
        self._say_state(job)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Train one after the other until nobody waits."""
        while self._waiting:
            job = self._waiting.pop(0)
            self._say_positions()
            job.state = "running"
            self._say_state(job)
            try:
                await self._train(job)
            except Exception:  # a bug: the page says so, the log says what
                LOG.exception("training %s failed", job.id)
                self._end(job, "failed", "the training could not be followed: see the log")
            finally:
                self._process = None

    async def _train(self, job: Job) -> None:
        """Run one training's process and repeat to the pages what it says."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "zeronine.studio.worker"),
            stdin=PIPE,
            stdout=PIPE,
            limit=LINE_BYTES,
            env={**os.environ, "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 2) - 1))},
            start_new_session=True,
        )
        self._process = process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(_task(job, self._settings)).encode() + b"\n")
        await process.stdin.drain()
        last = {"state": "failed", "message": "the training's process was killed: see the log"}
        async for line in process.stdout:
            said = json.loads(line)
            if said["kind"] == "end":
                last = said["data"]
            else:
                self._heard(job, said["kind"], said["data"])
        await process.wait()
        self._end(job, last["state"], last["message"])

    def _heard(self, job: Job, kind: str, data: dict[str, Any]) -> None:
        """Take in one thing that the process said on its way."""
        if kind == "message":
            job.message = data["message"]
            self._say_state(job)
        else:
            if kind == "step":
                job.step, job.epoch, job.loss = data["step"], data["epoch"], data["loss"]
            elif kind == "epoch":
                job.accuracy = data["validation"]["accuracy"]
            job.log.add(kind, data)

    def _end(self, job: Job, state: str, message: str) -> None:
        job.state, job.message = state, message
        self._say_state(job)

    def _say_state(self, job: Job) -> None:
        job.log.add("state", self.described(job))

    def _say_positions(self) -> None:
        for job in self._waiting:
            self._say_state(job)


def _id_of(folder: Path) -> str:
    """Return an id that a run keeps for as long as its folder, and that says nothing about it."""
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]


def earlier_runs(runs: Path) -> list[Job]:
    """Return the runs of a folder as ended trainings, with the epochs of their metrics files."""
    jobs = []
    for path in sorted(runs.glob("*/metrics.jsonl"), key=lambda one: one.parent.name):
        try:
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            jobs.append(_earlier(path.parent, rows))
        except (OSError, ValueError, KeyError, TypeError) as error:
            LOG.warning("%s is not understood and left out: %s", path, error)
    return jobs


def _earlier(folder: Path, rows: list[dict[str, Any]]) -> Job:
    done = (folder / MODEL).is_file()
    recipe = {"name": re.sub(r"^[0-9]{8}-[0-9]{6}-", "", folder.name), "epochs": len(rows)}
    job = Job(_id_of(folder), folder.name, recipe, folder, "done" if done else "stopped")
    for row in rows:
        data: dict[str, Any] = {
            "epoch": int(row["epoch"]),
            "step": None,
            "train": {"loss": float(row["loss"]), "accuracy": float(row["accuracy"])},
            "validation": {
                "loss": row.get("validation_loss"),
                "accuracy": row.get("validation_accuracy"),
            },
            "confusion": None,
            "misread": None,
        }
        job.epoch, job.loss = float(row["epoch"]), data["train"]["loss"]
        job.accuracy = row.get("validation_accuracy")
        job.log.add("epoch", data)
    return job


def _task(job: Job, settings: Settings) -> dict[str, Any]:
    mnist = str(settings.mnist) if settings.mnist else None
    return {"folder": str(job.folder), "recipe": job.recipe, "mnist": mnist, "go_on": job.go_on}


def _terminate(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)


async def _stop_process(process: Process) -> None:
    """Ask a process to stop well; kill it when it does not."""
    _terminate(process)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
