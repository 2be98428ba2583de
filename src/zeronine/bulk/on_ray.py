"""The engine of a cluster: an actor a core takes shard after shard; the one file that imports ray.

Ray finds the cores, starts the actors there and tells when one has died; everything else is what it is on
one machine.  The plan says which shards there are, a shard's file of rows says that it is done, and an actor
writes it whole or not at all.  So no list of ids is kept in memory and nothing is asked of Ray's own
checkpoint: whatever is killed, a driver, an actor or a node, the shards without a file are what is left.
Pictures are opened by the actor that reads them; only numbers of shards travel.
The job's folder, and the pictures where INPUT names paths, lie where every node sees them.
"""

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from zeronine.bulk.actor import Actor
from zeronine.bulk.here import DEATHS, GRACE_S, TICK_S
from zeronine.bulk.job import Folder, Job
from zeronine.bulk.progress import Progress
from zeronine.bulk.stopping import Stop
from zeronine.errors import RunError, ZeronineError

NO_CORE_S = 600.0  #: without a single actor, after which a cluster has nothing to give
STILLBORN = 5  #: actors in a row that die before their first picture, after which it is our mistake
LOOK_S = 5.0  #: between two counts of the cluster's cores
RETRIES = 10  #: of a task whose node or process died
_CORE = {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0}  # the driver tries again, and knows why

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def connected() -> Iterator[None]:
    """Take the cluster that RAY_ADDRESS names or that runs here, else start a Ray of this machine."""
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a Ray of ours tells nobody
    ray.init(log_to_driver=False, configure_logging=False)
    try:
        yield
    finally:
        ray.shutdown()


@dataclass(slots=True)
class Hand:
    """An actor, as its driver sees it."""

    actor: Any
    shard: int | None = None  #: None while it starts, and between two shards
    ready: bool = False


class Cluster:
    """The actors of a job, and what is still to be done."""

    def __init__(self, job: Job, folder: Folder, todo: Sequence[int], *, workers: int | None) -> None:
        """Keep the plan of the work; `workers` actors read, or as many as the cluster has cores."""
        self.job, self.folder, self.asked = job, Folder(folder.path.resolve()), workers
        self.todo = deque(todo)
        self.hands: dict[Any, Hand] = {}  # by the answer that is waited for
        self.idle: list[Hand] = []
        self.deaths: Counter[tuple[int, int]] = Counter()
        self.deadly: dict[int, dict[int, str]] = {}
        self.careful: set[int] = set()  # shards at which an actor died
        self.most = self.stillborn = self.cores = 0
        self.looked = -LOOK_S
        self.alive = 0.0  #: when an actor was there the last time

    def run(self, progress: Progress, stop: Stop) -> int:
        """Work until everything is done, or a stop is asked for; return how many actors there were at most.

        Raises what an actor could not do.
        """
        with connected():
            stop.listen()  # Ray takes SIGTERM for itself
            self.alive = time.monotonic()
            try:
                while self._busy() or (self.todo and not stop.asked):
                    self._hand_out(stop)
                    self._listen(progress)
                    self._hurry(stop)
                    progress.at(0)
            finally:
                self._dismiss()
        return self.most

    def _busy(self) -> list[Hand]:
        return [hand for hand in self.hands.values() if hand.shard is not None]

    def _hand_out(self, stop: Stop) -> None:
        while self.idle and self.todo and not stop.asked:
            hand, hand.shard = self.idle.pop(), self.todo.popleft()
            shard = hand.shard
            self.hands[
                hand.actor.read.remote(shard, self.deadly.get(shard, {}), careful=shard in self.careful)
            ] = hand
        for _ in range(min(self._cores() - len(self.hands), len(self.todo))):
            actor = ray.remote(**_CORE)(Actor).remote(self.job, self.folder.path)
            self.hands[actor.open.remote()] = Hand(actor)

    def _cores(self) -> int:
        """Return how many actors there may be: nodes come and go."""
        if self.asked is None and time.monotonic() - self.looked > LOOK_S:
            self.looked = time.monotonic()
            self.cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
        return self.asked or self.cores

    def _listen(self, progress: Progress) -> None:
        for answer in ray.wait(list(self.hands), num_returns=1, timeout=TICK_S)[0]:
            hand = self.hands.pop(answer)
            try:
                told = ray.get(answer)
            except RayActorError as error:
                self._bury(hand, str(error))
                continue
            except RayError as error:
                raise RunError(f"our mistake, please report it: {str(error)[-500:]}") from None
            if "error" in told:
                raise ZeronineError.from_dict(told)
            if hand.shard is not None:
                progress.done(told["rows"], told["errors"])
                self.stillborn = 0
            hand.shard, hand.ready = None, True
            self.idle.append(hand)
        working = len(self.idle) + sum(hand.ready for hand in self.hands.values())
        self.most = max(self.most, working)
        self.alive = time.monotonic() if working else self.alive
        if time.monotonic() - self.alive > NO_CORE_S:
            raise RunError(f"the cluster had no free core for {NO_CORE_S:.0f} s: look at `ray status`")

    def _bury(self, hand: Hand, reason: str) -> None:
        """Put the shard of a dead actor back; leave out the picture that two died at."""
        index = None if hand.shard is None else self._died_at(hand.shard)
        if hand.shard is not None:
            self.todo.appendleft(hand.shard)
            self.careful.add(hand.shard)
        if hand.shard is None or index is None:
            self.stillborn += 1
            if self.stillborn == STILLBORN * self._cores():
                raise RunError(f"no worker lives until its first picture: {reason[-500:]}")
            return
        self.deaths[hand.shard, index] += 1
        if self.deaths[hand.shard, index] == DEATHS:
            self.deadly.setdefault(hand.shard, {})[index] = f"the process that read it ended {DEATHS} times"

    def _died_at(self, shard: int) -> int | None:
        """Return the picture that an actor was at, where it wrote that down."""
        trace = self.folder.trace(shard)
        written = trace.read_text() if trace.is_file() else ""
        return int(written) if written else None

    def _hurry(self, stop: Stop) -> None:
        """End the actors that a stop does not wait for any longer."""
        for hand in self._busy() if stop.overdue(GRACE_S) else ():
            ray.kill(hand.actor)

    def _dismiss(self) -> None:
        for hand in [*self.hands.values(), *self.idle]:
            ray.kill(hand.actor)


def spread_on_ray(
    work: Callable[[Task], Result], tasks: Sequence[Task], *, workers: int | None, cores_each: int
) -> Iterator[tuple[Task, Result]]:
    """Give every task with its result, as each is done, at most `workers` at a time; see `spread`."""
    with connected():
        there = ray.remote(num_cpus=cores_each, max_retries=RETRIES)(done_with)
        left, running = deque(tasks), dict[Any, Task]()
        while left or running:
            while left and (workers is None or len(running) < workers):
                task = left.popleft()
                running[there.remote(work, task)] = task
            for done in ray.wait(list(running), num_returns=1)[0]:
                try:
                    yield running.pop(done), ray.get(done)
                except RayTaskError as error:
                    raise error.cause from None


def done_with(work: Callable[[Task], Result], task: Task) -> Result:
    """Return what some work makes of a task; Ray takes plain functions only."""
    return work(task)
