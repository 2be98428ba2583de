"""Many small requests, one run of the network: canvases that arrive together are classified together.

While the network works on one batch, what arrives meanwhile becomes the next one, so a lone request
never waits for company and a crowd is answered in few runs.
"""

import asyncio
from collections import deque
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from zeronine.canvas import Canvases
from zeronine.reading.classify import Answers, Classifier
from zeronine.studio.problems import Problem

BATCH = 256  #: canvases in one run


@dataclass(frozen=True, slots=True)
class _Waiting:
    classifier: Classifier
    canvases: Canvases
    answer: "asyncio.Future[Answers]"


class Batcher:
    """The queue before the network; lives in one event loop."""

    def __init__(self, executor: Executor, *, max_waiting: int) -> None:
        """Run batches in `executor`, and let at most `max_waiting` canvases wait."""
        self._executor = executor
        self._max_waiting = max_waiting
        self._queue: deque[_Waiting] = deque()
        self._waiting = 0
        self._worker: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many canvases wait or are being classified."""
        return self._waiting

    async def classify(self, classifier: Classifier, canvases: Canvases) -> Answers:
        """Return the answers for some canvases; raises Problem 429 when too many wait already."""
        if self._waiting + len(canvases) > self._max_waiting:
            raise Problem(429, f"{self._waiting} canvases wait already: send them again in a second")
        waiting = _Waiting(classifier, canvases, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._waiting += len(canvases)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await waiting.answer

    async def _work(self) -> None:
        """Run batch after batch until nobody waits."""
        loop = asyncio.get_running_loop()
        while self._queue:
            batch = self._next_batch()
            canvases = np.concatenate([one.canvases for one in batch])
            try:
                answers = await loop.run_in_executor(self._executor, batch[0].classifier, canvases)
            except Exception as error:  # noqa: BLE001  it belongs to those who wait, whatever it is
                _hand_out_error(batch, error)
            else:
                _hand_out(batch, answers)
            self._waiting -= len(canvases)

    def _next_batch(self) -> list[_Waiting]:
        """Take what waits for the same model as the first in the queue, up to a full batch."""
        first = self._queue.popleft()
        batch, size = [first], len(first.canvases)
        while self._queue and self._queue[0].classifier is first.classifier and size < BATCH:
            batch.append(self._queue.popleft())
            size += len(batch[-1].canvases)
        return batch


def _hand_out(batch: list[_Waiting], answers: Answers) -> None:
    start = 0
    for one in batch:
        part = slice(start, start + len(one.canvases))
        start = part.stop
        if not one.answer.done():  # its client may have gone
            one.answer.set_result(
                Answers(answers.logits[part], answers.embedding[part], answers.digit_logit[part])
            )


def _hand_out_error(batch: list[_Waiting], error: Exception) -> None:
    for one in batch:
        if not one.answer.done():
            one.answer.set_exception(error)
