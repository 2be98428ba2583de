"""The whole data set in memory as uint8, handed out in shuffled batches.

Pictures become float a few batches at a time: one gather and one conversion for CHUNK batches
costs a fraction of what sixteen small ones do.
"""

from collections.abc import Iterator
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


class Batches:
    """A data set on a device, iterated an epoch at a time in an order that the generator decides."""

    def __init__(
        self,
        digits: Digits,
        batch_size: int,
        *,
        negatives: npt.NDArray[np.uint8] | None = None,
        device: str = "cpu",
    ) -> None:
        """Put the digits on the device, as uint8; `negatives` (M, 28, 28) are mixed in as NO_DIGIT."""
        images, labels = digits.images, digits.labels
        if negatives is not None:
            images = np.concatenate([images, negatives])
            labels = np.concatenate([labels, np.full(len(negatives), NO_DIGIT)])
        self.images = torch.from_numpy(images.copy()).to(device)  # (N, 28, 28) uint8
        self.labels = torch.from_numpy(labels.copy()).to(device)  # (N,) int64
        self.batch_size = batch_size
        self.device = device

    def __len__(self) -> int:
        """Return the number of batches in an epoch; the last may be smaller."""
        return -(-len(self.images) // self.batch_size)

    def epoch(self, generator: torch.Generator, *, start: int = 0) -> Iterator[Batch]:
        """Yield every digit once, in batches, beginning with batch `start` of the shuffled order."""
        order = torch.randperm(len(self.images), generator=generator).to(self.device)
        size = self.batch_size
        for first in range(start, len(self), CHUNK):
            indices = order[first * size : (first + CHUNK) * size]
            canvases = self.images[indices].float().div_(255)
            labels = self.labels[indices]
            parts = zip(*(torch.split(one, size) for one in (canvases, labels, indices)), strict=True)
            for offset, (some, theirs, places) in enumerate(parts):
                yield Batch(some, theirs, places, first + offset)
