"""The same work on many tasks, by processes of this machine or on a Ray cluster: for sweeps of trainings.

For what gives a small result and keeps nothing; jobs that read pictures have engines of their own, which
write as they go.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

from zeronine.bulk.job import Engine
from zeronine.bulk.run import cores

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    on: Engine = Engine.processes,
    workers: int | None = None,
    cores_each: int = 1,
) -> Iterator[tuple[Task, Result]]:
    """Give every task with its result, as each is done; an error of `work` is raised here.

    `workers` processes take `cores_each` cores each, as many as there is room for by default; on Ray, the
    cluster's room.  `work` and the tasks go to other processes, so they can be pickled.
    """
    if on is Engine.ray:
        from zeronine.bulk.on_ray import spread_on_ray

        yield from spread_on_ray(work, tasks, workers=workers, cores_each=cores_each)
        return
    most = min(workers or max(1, cores() // cores_each), max(len(tasks), 1))
    with ProcessPoolExecutor(most, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = {pool.submit(work, task): task for task in tasks}
        try:
            for done in as_completed(running):
                yield running[done], done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
