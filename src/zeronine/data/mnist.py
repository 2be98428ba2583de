"""The MNIST digits: where they are kept, whether they are whole, and how they are split.

Four files, known by the SHA-256 of their unpacked content (LeCun, Cortes and Burges, 1998).
They live unpacked in one cache folder; `fetch.py` brings them there.
A validation split of 5,000 is cut from the 60,000 training digits, the same one always, so that
nothing is ever chosen on the test digits.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.data.digits import Digits
from zeronine.data.idx import read_idx
from zeronine.errors import DataError

VALIDATION_SHARE = 12  #: every twelfth training digit of each class: 5,000 of 60,000
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class File:
    """One of the four files."""

    name: str
    sha256: str  #: of the unpacked content
    gz_sha256: str  #: of the .gz as the mirrors serve it
    size: int  #: bytes, unpacked


TRAIN_IMAGES = File(
    "train-images-idx3-ubyte",
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    47_040_016,
)
TRAIN_LABELS = File(
    "train-labels-idx1-ubyte",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    60_008,
)
TEST_IMAGES = File(
    "t10k-images-idx3-ubyte",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    7_840_016,
)
TEST_LABELS = File(
    "t10k-labels-idx1-ubyte",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    10_008,
)
FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)


def cache_folder() -> Path:
    """Return the folder of the cached files: `ZERONINE_CACHE`, else the platform's user cache."""
    chosen = os.environ.get("ZERONINE_CACHE")
    if chosen:
        return Path(chosen).expanduser() / "mnist"
    from zeronine.extras import need

    return Path(str(need("pooch", extra="learn").os_cache("zeronine"))) / "mnist"


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


def read_whole(path: Path, file: File) -> bytes | None:
    """Return the unpacked content of a file (packed or not) if it is the true one, else None."""
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = unpack(content, file)
    except (OSError, DataError):
        return None
    return content if hashlib.sha256(content).hexdigest() == file.sha256 else None


def unpack(packed: bytes, file: File) -> bytes:
    """Return the content of a .gz, never more than the file's true size plus one byte."""
    try:
        content = zlib.decompressobj(wbits=31).decompress(packed, file.size + 1)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{file.name}: not gzip data, it begins with {packed[:24]!r} ({error})") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataError(f"{file.name}: not the MNIST file ({len(content)} bytes unpacked, SHA-256 differs)")
    return content


def _contents(files: Sequence[File], folder: str | Path | None, offline: bool) -> list[bytes]:
    """Return the content of the files, fetched into the cache where they are not in it."""
    cache = cache_folder()
    found = [read_whole(cache / file.name, file) for file in files]
    if folder is not None or None in found:
        from zeronine.data import fetch

        fetch.fetch_all(files, cache, folder=Path(folder) if folder is not None else None, offline=offline)
        found = [read_whole(cache / file.name, file) for file in files]
    if None in found:
        missing = [file.name for file, content in zip(files, found, strict=True) if content is None]
        raise DataError(
            f"{cache}: {', '.join(missing)} cannot be kept there: set ZERONINE_CACHE to another folder"
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
