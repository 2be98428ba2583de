"""The four MNIST files: what each is known by, where they are kept, and whether one is whole."""

import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from zeronine.errors import DataError


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
    from platformdirs import user_cache_path

    return user_cache_path("zeronine", appauthor=False) / "mnist"


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
        raise DataError(
            f"{file.name}: not gzip data, it begins with {packed[:24]!r} ({error})", file=file.name
        ) from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataError(
            f"{file.name}: not the MNIST file ({len(content)} bytes unpacked, SHA-256 differs)",
            file=file.name,
        )
    return content
