"""The MNIST digits (LeCun, Cortes and Burges, 1998): loaded whole, and split.

Their four files are described in `mnist_files.py`, and `fetch.py` brings them into the cache.
A validation split of 5,000 is cut from the 60,000 training digits, the same one always, so that
nothing is ever chosen on the test digits.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.data.digits import Digits
from zeronine.data.idx import read_idx
from zeronine.data.mnist_files import (
    FILES,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    File,
    cache_folder,
    read_whole,
)
from zeronine.errors import DataError

VALIDATION_SHARE = 12  #: every twelfth training digit of each class: 5,000 of 60,000
SPLITS = ("train", "validation", "test")


def load(split: str, *, folder: str | Path | None = None, offline: bool = False) -> Digits:
    """Return "train" (55,000), "validation" (5,000) or "test" (10,000) digits.

    `folder` holds the four files, packed or not; without it they come from the cache, and are
    fetched into it first unless `offline`.  Raises DataError when they cannot be had whole.
    """
    if split not in SPLITS:
        raise DataError(f"there is no split {split!r}: take one of {', '.join(SPLITS)}")
    if split == "test":
        contents = _contents((TEST_IMAGES, TEST_LABELS), folder, offline)
        return _digits(contents, "MNIST test")
    images, labels = _contents((TRAIN_IMAGES, TRAIN_LABELS), folder, offline)
    return _split(_digits((images, labels), f"MNIST {split}"), split)


def load_mnist(*, folder: str | Path | None = None, offline: bool = False) -> tuple[Digits, Digits, Digits]:
    """Return the train (55,000), validation (5,000) and test (10,000) digits."""
    contents = _contents(FILES, folder, offline)
    everything = _digits(contents[:2], "MNIST train")
    held_apart = _split(everything, "validation")
    validation = Digits(held_apart.images, held_apart.labels, "MNIST validation")
    return _split(everything, "train"), validation, _digits(contents[2:], "MNIST test")


def validation_indices(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the sorted places of the validation digits: a twelfth of every class, always the same."""
    shuffled = np.random.default_rng(1998).permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    return np.sort(by_class[::VALIDATION_SHARE])


def _contents(files: Sequence[File], folder: str | Path | None, offline: bool) -> list[bytes]:
    """Return the content of the files, fetched into the cache where they are not in it."""
    cache = cache_folder()
    found = [read_whole(cache / file.name, file) for file in files]
    if folder is not None or None in found:
        from zeronine.data.fetch import fetch_all

        fetch_all(files, cache, folder=Path(folder) if folder is not None else None, offline=offline)
        found = [read_whole(cache / file.name, file) for file in files]
    if None in found:
        missing = [file.name for file, content in zip(files, found, strict=True) if content is None]
        raise DataError(
            f"{cache}: {', '.join(missing)} cannot be kept there: set ZERONINE_CACHE to another folder",
            file=cache,
        )
    return [content for content in found if content is not None]


def _digits(contents: Sequence[bytes], name: str) -> Digits:
    images, labels = (read_idx(content, name=name) for content in contents)
    return Digits(images, labels.astype(np.int64), name)


def _split(everything: Digits, split: str) -> Digits:
    apart = validation_indices(everything.labels)
    if split == "validation":
        return everything[apart]
    return everything[np.setdiff1d(np.arange(len(everything)), apart, assume_unique=True)]
