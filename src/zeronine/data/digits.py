"""A set of labelled digits in memory: what every loader returns and every trainer takes."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, plain_array
from zeronine.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """N pictures of one digit each, with their labels: arrays or PyTorch tensors, kept as arrays."""

    images: npt.NDArray[np.uint8]  #: (N, 28, 28), ink = 255, paper = 0
    labels: npt.NDArray[np.int64]  #: (N,), 0..9
    name: str = "digits"

    def __post_init__(self) -> None:
        """Check shapes, types and range of the labels."""
        for name in ("images", "labels"):
            object.__setattr__(self, name, plain_array(getattr(self, name)))
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

    def digest(self) -> str:
        """Return the SHA-256 of pictures and labels: equal for equal digits, whatever they are called."""
        digest = hashlib.sha256(len(self).to_bytes(8, "little"))
        digest.update(self.images.tobytes())
        digest.update(self.labels.astype("<i8").tobytes())
        return digest.hexdigest()

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8] | npt.NDArray[np.int64]]:
        """Unpack as `images, labels = digits`."""
        return iter((self.images, self.labels))


def joined(parts: Sequence[Digits]) -> Digits:
    """Return several sets, at least one, as one under the first one's name."""
    images = np.concatenate([one.images for one in parts])
    return Digits(images, np.concatenate([one.labels for one in parts]), parts[0].name)


DigitsLike = Digits | tuple[Any, Any]  #: a set, or its images and labels as arrays or tensors


def as_digits(value: DigitsLike) -> Digits:
    """Return digits as they are, or those of a pair (images, labels); raise DataError for anything else."""
    if isinstance(value, Digits):
        return value
    if isinstance(value, tuple | list) and len(value) == 2:
        return Digits(value[0], value[1])
    raise DataError(
        f"a {type(value).__name__} is no set of digits: give what load_mnist or load_own returns, or "
        "zeronine.Digits(images, labels)",
        field="digits",
        value=type(value).__name__,
    )
