"""The engine of one machine: processes that take shard after shard, and are replaced when they die.

A shard's rows are written by whoever read it, whole or not at all, under a name that only depends on the
shard: whatever is killed, and whenever, nothing is lost and nothing is there twice.
A worker tells which picture it is at in shared memory.  So a picture that kills its process twice is known
and gets a row that says so, and one that takes for ever is cut off.
"""

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from zeronine.bulk.job import Folder, Job
from zeronine.bulk.progress import Progress
from zeronine.bulk.stopping import Stop
from zeronine.errors import RunError, ZeronineError

PATIENCE_S = 300.0  #: for one picture; the slowest legal ones take seconds
GRACE_S = 20.0  #: for the shards under way after SIGTERM; Kubernetes kills after 30
TICK_S = 0.2  #: how often is looked round while nothing happens
DEATHS = 2  #: of processes at the same picture, after which it is left out
BIRTHS = 3  #: workers in a row that die before their first picture, after which it is our mistake

_SPAWN = multiprocessing.get_context("spawn")  # a fork copies locks of libraries that run threads


@dataclass(slots=True)
class Hand:
    """A worker process, as its driver sees it."""

    process: Any
    line: Connection
    at: Any  #: shared: which picture of its shard it is at, -1 before the first
    shard: int | None = None
    seen: int = -1  #: the last value of `at`
    since: float = field(default_factory=time.monotonic)  #: when `at` changed


class Crew:
    """The workers of a job, and what is still to be done."""

    def __init__(self, job: Job, folder: Folder, todo: Sequence[int], *, workers: int) -> None:
        """Keep the plan of the work; `run` starts it."""
        self.job, self.folder, self.workers = job, folder, min(workers, len(todo))
        self.todo = deque(todo)
        self.hands: list[Hand] = []
        self.deaths: Counter[tuple[int, int]] = Counter()
        self.deadly: dict[int, dict[int, str]] = {}
        self.stillborn = 0

    def run(self, progress: Progress, stop: Stop) -> int:
        """Work until everything is done, or a stop is asked for; return how many workers there were.

        Raises what a worker could not do.
        """
        try:
            while self._busy() or (self.todo and not stop.asked):
                self._hand_out(stop)
                self._listen(progress)
                self._hurry(stop)
                progress.at(sum(max(hand.at.value, 0) for hand in self._busy()))
        finally:
            self._dismiss()
        return self.workers

    def _busy(self) -> list[Hand]:
        return [hand for hand in self.hands if hand.shard is not None]

    def _hand_out(self, stop: Stop) -> None:
        while self.todo and not stop.asked:
            hand = next((hand for hand in self.hands if hand.shard is None), None)
            if hand is None and len(self.hands) == self.workers:
                return
            hand = hand or self._hire()
            hand.shard = self.todo.popleft()
            hand.at.value, hand.seen, hand.since = -1, -1, time.monotonic()
            try:
                hand.line.send((hand.shard, self.deadly.get(hand.shard, {})))
            except OSError:  # it died meanwhile
                self._bury(hand)

    def _hire(self) -> Hand:
        here, there = _SPAWN.Pipe()
        at = _SPAWN.Value("q", -1, lock=False)
        process = _SPAWN.Process(target=work, args=(self.job, self.folder.path, there, at), daemon=True)
        process.start()
        there.close()
        self.hands.append(Hand(process, here, at))
        return self.hands[-1]

    def _listen(self, progress: Progress) -> None:
        lines = {hand.line: hand for hand in self._busy()}
        for line in wait(list(lines), timeout=TICK_S):
            hand = lines[line]  # type: ignore[index]
            try:
                answer = hand.line.recv()
            except (EOFError, OSError):
                self._bury(hand)
                continue
            if "error" in answer:
                raise ZeronineError.from_dict(answer)
            self.stillborn = 0
            hand.shard = None
            progress.done(answer["rows"], answer["errors"])

    def _bury(self, hand: Hand) -> None:
        """Put the shard of a dead worker back; leave out the picture that killed two."""
        hand.process.join()
        self.hands.remove(hand)
        shard, index, code = hand.shard, hand.at.value, hand.process.exitcode
        if shard is None:
            return
        self.todo.appendleft(shard)
        if index < 0:
            self.stillborn += 1
            if self.stillborn == BIRTHS:
                raise RunError(
                    f"{BIRTHS} workers ended (exit code {code}) before they read anything: see above"
                )
            return
        self.deaths[shard, index] += 1
        if self.deaths[shard, index] == DEATHS:
            self.deadly.setdefault(shard, {})[index] = (
                f"the process that read it ended {DEATHS} times ({code})"
            )

    def _hurry(self, stop: Stop) -> None:
        """End workers that are at one picture for too long, or that a stop does not wait for any longer."""
        for hand in self._busy():
            if hand.at.value != hand.seen:
                hand.seen, hand.since = hand.at.value, time.monotonic()
            slow = hand.seen >= 0 and time.monotonic() - hand.since > PATIENCE_S
            if slow or stop.overdue(GRACE_S):
                hand.process.kill()  # its line then ends, and `_listen` hears it

    def _dismiss(self) -> None:
        for hand in self.hands:
            hand.line.close()
            if hand.shard is not None:
                hand.process.kill()
        for hand in self.hands:
            hand.process.join(timeout=5)


def work(job: Job, folder: Path, line: Connection, at: Any) -> None:
    """Take shards until the driver is gone: the whole life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the driver decides
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        _work(job, Folder(folder), line, at)
    except ZeronineError as error:
        line.send(error.to_dict())
    except (EOFError, OSError):
        return  # nobody listens any more
    except Exception as error:  # noqa: BLE001  a mistake of ours ends the job, not one worker after the other
        traceback.print_exc()
        mistake = RunError(f"our mistake, please report it: {type(error).__name__}: {error}")
        line.send(mistake.to_dict())


def _work(job: Job, folder: Folder, line: Connection, at: Any) -> None:
    from zeronine.bulk.shards import finish, worker_of

    def note(index: int) -> None:
        at.value = index

    read = worker_of(job, folder)
    while True:
        shard, deadly = line.recv()
        line.send(finish(read, job, folder, shard, deadly, note))


def end_with_parent() -> None:
    """End this process when its parent has ended, however that was: nobody would hear what it reads."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
