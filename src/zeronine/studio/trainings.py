"""Training in the studio: one run at a time, in a process of its own; the next ones wait in order.

A page may close, the run goes on; it lands in the runs folder as `zeronine train` makes it.
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

from zeronine.models import CHECKPOINT, MODEL, broken_note
from zeronine.studio.eventlog import EventLog
from zeronine.studio.models import Models
from zeronine.studio.problems import Problem
from zeronine.studio.run_files import epochs_of, run_folders
from zeronine.studio.settings import Settings

LOG = logging.getLogger(__name__)
FINAL = frozenset({"stopped", "done", "failed"})
LINE_BYTES = 8 * 2**20  #: the longest line a worker may say: the weight pictures of a wide layer
PATIENCE_S = 20.0  #: how long a worker may take to stop well before it is killed


@dataclass
class LiveRun:
    """One run, waiting, under way or ended, and what is known of it."""

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
        self._runs: dict[str, LiveRun] = {}
        self._waiting: list[LiveRun] = []
        self._process: Process | None = None
        self._worker: asyncio.Task[None] | None = None

    def open(self) -> None:
        """List the runs that are there already."""
        for run in earlier_runs(self._settings.runs):
            self._runs[run.id] = run
            self._say_state(run)

    async def close(self) -> None:
        """Stop the run that trains well, and forget those that wait."""
        for run in self._waiting:
            self._end(run, "stopped", "the studio was closed before it began")
        self._waiting.clear()
        if self._process is not None:
            await _stop_process(self._process)
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=PATIENCE_S)

    def hang_up(self) -> None:
        """Let every page that listens go, because the server ends."""
        for run in self._runs.values():
            run.log.close()

    def all(self) -> list[dict[str, Any]]:
        """Return every run as plain data, the oldest first."""
        return [self.described(run) for run in self._runs.values()]

    def owned(self, parent: Path) -> list[LiveRun]:
        """Return the runs whose folders lie in a folder, the oldest first."""
        return [run for run in self._runs.values() if run.folder.parent == parent]

    @property
    def active(self) -> int:
        """How many runs wait or train."""
        return sum(run.state not in FINAL for run in self._runs.values())

    def get(self, run_id: str) -> LiveRun:
        """Return a run; raise Problem 404 for an unknown id."""
        if run_id not in self._runs:
            raise Problem(404, f"there is no run {run_id[:80]!r}: GET /api/train lists those there are")
        return self._runs[run_id]

    def begin(self, recipe: dict[str, Any], folder: Path, *, name: str) -> LiveRun:
        """Put a fresh run into the queue; `folder` was made for it."""
        run = LiveRun(_id_of(folder), name, recipe, folder)
        self._runs[run.id] = run
        self._queue(run)
        return run

    def go_on(self, run: LiveRun, *, epochs: int, most: int) -> None:
        """Put a run that has ended into the queue again, for so many epochs more."""
        if run.state not in FINAL:
            raise Problem(409, f"this run is {run.state}: it can go on when it has ended")
        if not (run.folder / CHECKPOINT).is_file():
            raise Problem(409, "this run has no checkpoint to go on from: begin a new one")
        total = int(run.epoch) + epochs
        if total > most:
            raise Problem(422, f"{total} epochs in all, the limit here is {most}: use `zeronine train`")
        self.check_queue()
        run.recipe = {**run.recipe, "epochs": total}
        run.go_on = True
        self._queue(run)

    async def stop(self, run: LiveRun) -> None:
        """Stop a run well; what it learned is kept.  One that has ended stays as it is."""
        if run in self._waiting:
            self._waiting.remove(run)
            if not any(run.folder.iterdir()):
                run.folder.rmdir()
            self._end(run, "stopped", "taken out of the queue")
            self._say_positions()
        elif run.state == "running" and self._process is not None:
            run.state, run.message = "stopping", "keeping what was learned"
            self._say_state(run)
            _terminate(self._process)

    def described(self, run: LiveRun) -> dict[str, Any]:
        """Return a run as plain data."""
        return {
            "id": run.id,
            "name": run.name,
            "recipe": run.recipe,
            "state": run.state,
            "position": self._waiting.index(run) + 1 if run in self._waiting else 0,
            "message": run.message,
            "epoch": run.epoch,
            "epochs": run.recipe.get("epochs", 0),
            "step": run.step,
            "loss": run.loss,
            "accuracy": run.accuracy,
            "folder": run.folder.name,
            "model": self._models.of_path(run.folder / MODEL),
        }

    def check_queue(self) -> None:
        """Raise Problem 429 where no more runs may wait."""
        most = self._settings.max_runs_waiting
        if len(self._waiting) >= most:
            raise Problem(429, f"{most} runs wait already: wait for one to end, or stop one")

    def _queue(self, run: LiveRun) -> None:
        run.state, run.message = "waiting", ""
        self._waiting.append(run)
        self._say_state(run)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Train one after the other until nobody waits."""
        while self._waiting:
            run = self._waiting.pop(0)
            self._say_positions()
            run.state = "running"
            self._say_state(run)
            try:
                await self._train(run)
            except Exception:  # a bug: the page says so, the log says what
                LOG.exception("run %s failed", run.id)
                self._end(run, "failed", "the run could not be followed: see the log")
            finally:
                self._process = None

    async def _train(self, run: LiveRun) -> None:
        """Start one run's process and repeat to the pages what it says."""
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
        process.stdin.write(json.dumps(_task(run, self._settings)).encode() + b"\n")
        await process.stdin.drain()
        last = {"state": "failed", "message": "the run's process was killed: see the log"}
        async for line in process.stdout:
            said = json.loads(line)
            if said["kind"] == "end":
                last = said["data"]
            else:
                self._heard(run, said["kind"], said["data"])
        await process.wait()
        self._end(run, last["state"], last["message"])

    def _heard(self, run: LiveRun, kind: str, data: dict[str, Any]) -> None:
        """Take in one thing that the process said on its way."""
        if kind == "message":
            run.message = data["message"]
            self._say_state(run)
        else:
            if kind == "step":
                run.step, run.epoch, run.loss = data["step"], data["epoch"], data["loss"]
            elif kind == "epoch":
                run.accuracy = data["validation"]["accuracy"]
            run.log.add(kind, data)

    def _end(self, run: LiveRun, state: str, message: str) -> None:
        run.state, run.message = state, message
        self._say_state(run)

    def _say_state(self, run: LiveRun) -> None:
        run.log.add("state", self.described(run))

    def _say_positions(self) -> None:
        for run in self._waiting:
            self._say_state(run)


def _id_of(folder: Path) -> str:
    """Return an id that a run keeps for as long as its folder, and that says nothing about it."""
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]


def earlier_runs(runs: Path) -> list[LiveRun]:
    """Return the runs of a folder as ended ones, with the epochs of their metrics files.

    A run whose files cannot be understood is listed as failed, with the reason.
    """
    return [_earlier(folder) for folder in run_folders(runs)]


def _earlier(folder: Path) -> LiveRun:
    done = (folder / MODEL).is_file()
    rows, broken = epochs_of(folder)
    recipe = {"name": re.sub(r"^[0-9]{8}-[0-9]{6}-", "", folder.name), "epochs": len(rows)}
    state = "failed" if broken else "done" if done else "stopped"
    note = broken_note(folder)  # of a network that exploded or died: a result
    state = "done" if note and not broken else state
    run = LiveRun(_id_of(folder), folder.name, recipe, folder, state, broken or note or "")
    for row in rows:
        data: dict[str, Any] = {
            "epoch": row["epoch"],
            "step": None,
            "train": {"loss": row["loss"], "accuracy": row["accuracy"]},
            "validation": {"loss": row["validation_loss"], "accuracy": row["validation_accuracy"]},
            "confusion": None,
            "misread": None,
        }
        run.epoch, run.loss = float(row["epoch"]), row["loss"]
        run.accuracy = row["validation_accuracy"]
        run.log.add("epoch", data)
    return run


def _task(run: LiveRun, settings: Settings) -> dict[str, Any]:
    mnist = str(settings.mnist) if settings.mnist else None
    return {"folder": str(run.folder), "recipe": run.recipe, "mnist": mnist, "go_on": run.go_on}


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
