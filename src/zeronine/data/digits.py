"""A set of labelled digits in memory: what every loader returns and every trainer takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE
from zeronine.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """N pictures of one digit each, with their labels."""

    images: npt.NDArray[np.uint8]  #: (N, 28, 28), ink = 255, paper = 0
    labels: npt.NDArray[np.int64]  #: (N,), 0..9
    name: str = "digits"

    def __post_init__(self) -> None:
        """Check shapes, types and range of the labels."""
        images, labels = self.images, self.labels
        if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
            raise DataError(
                f"{self.name}: images are uint8 (N, {SIDE}, {SIDE}), not {images.dtype} {images.shape}"
            )
        if labels.shape != (len(images),) or labels.dtype != np.int64:
            raise DataError(
                f"{self.name}: labels are int64 ({len(images)},), not {labels.dtype} {labels.shape}"
            )
        if len(labels) and not 0 <= labels.min() <= labels.max() <= 9:
            raise DataError(f"{self.name}: labels lie in 0..9, not in {labels.min()}..{labels.max()}")

    def __len__(self) -> int:
        """Return how many digits there are."""
        return len(self.images)

    def __getitem__(self, index: slice | npt.NDArray[np.int64]) -> "Digits":
        """Return some of the digits: a slice, or an array of indices."""
        return Digits(self.images[index], self.labels[index], self.name)

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8] | npt.NDArray[np.int64]]:
        """Unpack as `images, labels = digits`."""
        return iter((self.images, self.labels))
