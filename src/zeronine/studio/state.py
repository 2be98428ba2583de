"""What one running studio keeps: its models, its queues, its indexes and its trainings."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Annotated, cast

from fastapi import Depends, Request

from zeronine.studio.batching import Batcher
from zeronine.studio.indexes import Indexes
from zeronine.studio.limits import Workers
from zeronine.studio.metrics import Metrics
from zeronine.studio.models import Models
from zeronine.studio.reading import start_processes, warm
from zeronine.studio.settings import Settings
from zeronine.studio.trainings import Trainings


class Studio:
    """Everything that lives as long as the server does."""

    def __init__(self, settings: Settings) -> None:
        """Make the parts; nothing is opened yet."""
        self.settings = settings
        self.metrics = Metrics()
        self.models = Models(settings.runs, settings.given)
        self.indexes = Indexes(settings.mnist)
        self.trainings = Trainings(settings, self.models)
        self.listeners = 0  #: pages that follow a training
        self.network_thread = ThreadPoolExecutor(1, "network")
        self.batcher = Batcher(self.network_thread, max_waiting=settings.max_canvases_waiting)
        self.readers = _workers(partial(start_processes, settings.workers), settings)
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
    return cast(Studio, request.app.state.studio)


InStudio = Annotated[Studio, Depends(_studio)]
