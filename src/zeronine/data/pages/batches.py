"""Batches of crops for the finder, and of glimpses for the second opinion; a thread makes the next ones.

Every crop follows from (seed, epoch, step, its place in the batch) alone, so a run can be stopped and
gone on with anywhere.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch

from zeronine.data.batches import Batch
from zeronine.data.pages.crops import Desk
from zeronine.data.pages.glimpses import glimpses_in
from zeronine.data.pages.targets import maps_of
from zeronine.reading.finder import shipped_finder

STEPS = 500  #: batches in what a run of the finder calls an epoch
AHEAD = 4  #: batches that are made before they are asked for


class CropBatches:
    """Crops of a desk, `steps` batches (by default STEPS) an epoch; labels are maps, see `targets.py`."""

    def __init__(
        self, desk: Desk, batch_size: int, *, seed: int, steps: int | None = None, device: str = "cpu"
    ) -> None:
        """Keep what crops are made with."""
        self.desk, self.batch_size, self.seed = desk, batch_size, seed
        self.steps, self.device = STEPS if steps is None else steps, device

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self.steps

    def epoch(self, generator: torch.Generator, *, start: int = 0) -> Iterator[Batch]:
        """Yield the batches from `start` on; which epoch it is follows from the generator's seed."""
        name = generator.initial_seed()
        with ThreadPoolExecutor(1) as maker:
            waiting: deque[Future[Batch]] = deque()
            try:
                for step in range(start, self.steps):
                    waiting.append(maker.submit(self._batch, name, step))
                    if len(waiting) > AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for one in waiting:
                    one.cancel()

    def _generators(self, epoch: int, step: int) -> list[np.random.Generator]:
        return [np.random.default_rng([self.seed, epoch, step, index]) for index in range(self.batch_size)]

    def _batch(self, epoch: int, step: int) -> Batch:
        crops = [self.desk.crop(generator) for generator in self._generators(epoch, step)]
        pictures = torch.from_numpy(np.stack([crop.picture for crop in crops])).to(self.device)
        maps = torch.from_numpy(np.stack([maps_of(crop.marks) for crop in crops])).to(self.device)
        return Batch(pictures.float().div_(255), maps, torch.arange(self.batch_size), step)


class GlimpseBatches(CropBatches):
    """Glimpses of what the shipped finder marks in `batch_size` crops a batch; labels are classes (n,)."""

    def _batch(self, epoch: int, step: int) -> Batch:
        finder = shipped_finder()
        some = [glimpses_in(self.desk.crop(one), finder, one) for one in self._generators(epoch, step)]
        glimpses = torch.from_numpy(np.concatenate([glimpses for glimpses, _ in some])).to(self.device)
        labels = torch.from_numpy(np.concatenate([labels for _, labels in some])).to(self.device)
        return Batch(glimpses.float().div_(255), labels, torch.arange(len(labels)), step)
