"""The whole data set in memory as uint8, handed out in shuffled batches.

Pictures become float a few batches at a time: one gather and one conversion for CHUNK batches
costs a fraction of what sixteen small ones do.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from zeronine.data.digits import Digits

NO_DIGIT = -1  #: the label of a picture that holds no digit
CHUNK = 16  #: batches that are gathered and converted together


class Batch(NamedTuple):
    """A few digits, ready for the network."""

    canvases: torch.Tensor  #: (n, 28, 28) float32 in [0, 1], ink = 1
    labels: torch.Tensor  #: (n,) int64, NO_DIGIT where there is none
    indices: torch.Tensor  #: (n,) int64, their places in the data set
    step: int  #: which batch of the epoch, from 0


class Pool(NamedTuple):
    """Pictures of which every epoch shows a few, other ones each time."""

    images: npt.NDArray[np.uint8]  #: (M, 28, 28)
    labels: npt.NDArray[np.int64]  #: (M,), NO_DIGIT where there is none
    shown: int  #: how many of them in an epoch, at most M


class Batches:
    """A data set on a device, iterated an epoch at a time in an order that the generator decides."""

    def __init__(
        self, digits: Digits, batch_size: int, *, pools: Sequence[Pool] = (), device: str = "cpu"
    ) -> None:
        """Put the digits and the pools on the device, as uint8."""
        images = np.concatenate([digits.images, *(pool.images for pool in pools)])
        labels = np.concatenate([digits.labels, *(pool.labels for pool in pools)])
        self.images = torch.from_numpy(images).to(device)  # (N, 28, 28) uint8
        self.labels = torch.from_numpy(labels).to(device)  # (N,) int64
        self.digits = len(digits)  #: the first of the images, all of them shown in every epoch
        self.pools = [(len(pool.images), pool.shown) for pool in pools]  #: how many follow, how many shown
        self.batch_size = batch_size
        self.device = device

    def __len__(self) -> int:
        """Return the number of batches in an epoch; the last may be smaller."""
        return -(-(self.digits + sum(shown for _, shown in self.pools)) // self.batch_size)

    def epoch(self, generator: torch.Generator, *, start: int = 0) -> Iterator[Batch]:
        """Yield every digit once, in batches, beginning with batch `start` of the shuffled order."""
        order = self._order(generator).to(self.device)
        size = self.batch_size
        for first in range(start, len(self), CHUNK):
            indices = order[first * size : (first + CHUNK) * size]
            canvases = self.images[indices].float().div_(255)
            labels = self.labels[indices]
            parts = zip(*(torch.split(one, size) for one in (canvases, labels, indices)), strict=True)
            for offset, (some, theirs, places) in enumerate(parts):
                yield Batch(some, theirs, places, first + offset)

    def _order(self, generator: torch.Generator) -> torch.Tensor:
        """Shuffle the places of all digits, and of what this epoch draws from the pools."""
        places, first = [torch.arange(self.digits)], self.digits
        for size, shown in self.pools:
            places.append(first + torch.randperm(size, generator=generator)[:shown])
            first += size
        together = torch.cat(places)
        return together[torch.randperm(len(together), generator=generator)]
