"""What one running studio keeps: its models, its queues, its indexes and its runs."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Annotated, cast

from fastapi import Depends, Request

from zeronine.studio.batching import Batcher
from zeronine.studio.classroom import MOST_PUPILS, Classroom, view_of
from zeronine.studio.indexes import Indexes
from zeronine.studio.limits import Workers
from zeronine.studio.metrics import Metrics
from zeronine.studio.models import Models
from zeronine.studio.readers import Readers
from zeronine.studio.reading import warm
from zeronine.studio.settings import Settings
from zeronine.studio.trainings import Trainings

MOST_LISTENERS = 64  #: pages that follow a run


class Studio:
    """Everything that lives as long as the server does."""

    def __init__(self, settings: Settings) -> None:
        """Make the parts; nothing is opened yet."""
        self.settings = settings
        self.metrics = Metrics()
        self.models = Models(settings.runs, settings.given)
        self.indexes = Indexes(settings.mnist)
        self.trainings = Trainings(settings, self.models)
        self.everybody = self.trainings  #: the one queue, also in a pupil's view of the studio
        self.classroom = Classroom(settings) if settings.teacher else None
        self.listeners = 0  #: pages that follow a run
        self.most_listeners = MOST_LISTENERS * (1 if self.classroom is None else MOST_PUPILS)
        self.network_thread = ThreadPoolExecutor(1, "network")
        self.batcher = Batcher(self.network_thread, max_waiting=settings.max_canvases_waiting)
        processes = partial(
            Readers, settings.workers, cpu_s=settings.picture_cpu_s, timeout_s=settings.answer_timeout_s
        )
        self.readers = _workers(processes, settings)
        self.thinkers = _workers(partial(ThreadPoolExecutor, settings.workers, "explain"), settings)

    def open(self) -> None:
        """Open the models once, before the first request."""
        for opened in self.models.all_opened()[:1]:
            for _ in range(self.settings.workers):
                self.readers.ahead(warm, opened.entry.path, opened.changed_ns)
        self.trainings.open()

    async def close(self) -> None:
        """Let go of threads and processes."""
        await self.trainings.close()
        await self.readers.close()
        await self.thinkers.close()
        self.indexes.close()
        self.network_thread.shutdown(wait=False, cancel_futures=True)


def _workers(start: Callable[[], Executor], settings: Settings) -> Workers:
    return Workers(
        start, settings.workers, max_waiting=settings.max_waiting, timeout_s=settings.answer_timeout_s
    )


async def _studio(request: Request) -> Studio:
    studio, pupil = cast(Studio, request.app.state.studio), request.scope.get("pupil")
    return studio if pupil is None else view_of(studio, pupil)


InStudio = Annotated[Studio, Depends(_studio)]
