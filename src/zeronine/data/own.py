"""Your own digits, from a folder per class, a table, a .npz or IDX files.

Every picture goes the way that reading goes, so polarity, size and place need no care.
All problems of a set are reported at once, each with its file's name; nothing is left out silently.
"""

import csv
import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.data.digits import Digits
from zeronine.data.idx import read_idx
from zeronine.errors import DataError, PictureError
from zeronine.reading.one import canvas_of_picture

SHOWN = 20  #: problems that a message names one by one
VALIDATION_SHARE = 10  #: every tenth digit of each class is held apart
MAX_IDX_BYTES = 2**30
MAX_UNPACKED_BYTES = 2**30  #: of all arrays of a .npz; MNIST's 60,000 have a twentieth
_BROKEN = (ValueError, OSError, EOFError, OverflowError, NotImplementedError, zlib.error, zipfile.BadZipFile)
FORMS = "a folder with subfolders 0 to 9, a .csv with the columns file and label, a .npz, or IDX files"

Item = tuple[str, Any, Any]  #: (what it is called in a message, picture, label as it was written)


def load_own(path: str | Path) -> Digits:
    """Return your digits as canvases.

    `path` is a folder with a subfolder of pictures for each class (`0` to `9`), a `.csv` with the
    columns `file` (relative to the .csv) and `label`, a `.npz` with `images` (N, H, W) or (N, H, W, C)
    and `labels` (N,), or an IDX file of images with its labels beside it (gzipped or not).
    Raises DataError that names every file with a problem, and what the problem is.
    """
    if not isinstance(path, str | os.PathLike):
        raise DataError(f"a {type(path).__name__} is no path: give {FORMS}", field="path")
    path = Path(path)
    problems: list[str] = []
    images, labels = [], []
    for name, picture, label in _reader_for(path)(path, problems):
        value, canvas = _label(label), None
        try:
            canvas = canvas_of_picture(picture)
        except PictureError as error:
            problems.append(f"{name}: {error}")
            continue
        if value is None:
            problems.append(f"{name}: the label is {str(label)[:20]!r}, it has to be one of 0 to 9")
        elif canvas is None:
            problems.append(f"{name}: there is no ink in it")
        else:
            images.append(np.rint(canvas * 255).astype(np.uint8))
            labels.append(value)
    if problems:
        raise DataError(_report(path, problems))
    if not images:
        raise DataError(f"{path}: there are no digits in it: give {FORMS}", file=path)
    return Digits(np.stack(images), np.array(labels, np.int64), path.name)


def cut_validation(digits: Digits) -> tuple[Digits, Digits | None]:
    """Return the digits to learn from, and every tenth of each class held apart (None where that is none)."""
    places = [
        np.flatnonzero(digits.labels == value)[VALIDATION_SHARE - 1 :: VALIDATION_SHARE]
        for value in range(10)
    ]
    apart = np.sort(np.concatenate(places))
    if not len(apart):
        return digits, None
    rest = np.setdiff1d(np.arange(len(digits)), apart, assume_unique=True)
    return digits[rest], Digits(digits.images[apart], digits.labels[apart], f"{digits.name}, held apart")


def _reader_for(path: Path) -> Callable[[Path, list[str]], Iterable[Item]]:
    """Choose how a path is read, by what it is."""
    if path.is_dir():
        return _from_folder
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder: give {FORMS}", file=path)
    if path.suffix == ".csv":
        return _from_csv
    if path.suffix == ".npz":
        return _from_npz
    if "idx" in path.name:
        return _from_idx
    raise DataError(f"{path}: not a form of digits that is read here: give {FORMS}", file=path)


def _from_folder(folder: Path, problems: list[str]) -> Iterator[Item]:
    """Give the pictures of the subfolders 0 to 9; hidden files are passed over."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            problems.append(f"{entry.name}: lies beside the class folders: move it into one of 0 to 9")
            continue
        if _label(entry.name) is None:
            problems.append(f"{entry.name}/: the folder's name is the label, it has to be one of 0 to 9")
            continue
        for file in sorted(entry.iterdir()):
            if not file.name.startswith("."):
                yield f"{entry.name}/{file.name}", file, entry.name


def _from_csv(path: Path, problems: list[str]) -> Iterator[Item]:
    """Give the pictures that a table names."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            if not {"file", "label"} <= set(table.fieldnames or ()):
                raise DataError(
                    f"{path}: its columns are {table.fieldnames}, it needs file and label", file=path
                )
            for row in table:
                name = row["file"] or ""
                if not (path.parent / name).is_file():
                    problems.append(f"line {table.line_num}: {name!r} is not there")
                    continue
                yield f"line {table.line_num}, {name}", path.parent / name, row["label"]
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise DataError(f"{path}: not a table that can be read ({error})", file=path) from None


def _from_npz(path: Path, problems: list[str]) -> Iterator[Item]:
    """Give the pictures of an archive of arrays; pickled objects are refused."""
    try:
        _check_unpacked(path)
        with np.load(path, allow_pickle=False) as arrays:
            missing = {"images", "labels"} - set(arrays.files)
            if missing:
                raise DataError(f"{path}: it holds {arrays.files}, it needs images and labels", file=path)
            images, labels = arrays["images"], arrays["labels"]
    except (*_BROKEN, MemoryError) as error:
        raise DataError(f"{path}: not a .npz of plain arrays ({error})", file=path) from None
    return _pairs(images, labels, str(path))


def _check_unpacked(path: Path) -> None:
    """Raise DataError for an archive that would fill the memory: a megabyte can hold a thousand."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(one.file_size for one in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        raise DataError(
            f"{path}: {unpacked / 2**20:,.0f} MB unpacked, the limit is "
            f"{MAX_UNPACKED_BYTES / 2**20:,.0f} MB: cut it into parts",
            file=path,
        )


def _from_idx(path: Path, problems: list[str]) -> Iterator[Item]:
    """Give the pictures of an IDX file, with the labels of the file beside it."""
    beside = path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1"))
    if beside == path or not beside.is_file():
        raise DataError(f"{path}: its labels are looked for in {beside.name}, which is not there", file=path)
    return _pairs(_idx(path), _idx(beside), str(path))


def _idx(path: Path) -> npt.NDArray[np.uint8]:
    try:
        with (
            path.open("rb") as file,
            gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file as unpacked,
        ):
            content = unpacked.read(MAX_IDX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise DataError(f"{path}: cannot be read ({error})", file=path) from None
    if len(content) > MAX_IDX_BYTES:
        raise DataError(f"{path}: more than {MAX_IDX_BYTES:,} bytes: cut it into parts", file=path)
    return read_idx(content, name=str(path))


def _pairs(images: npt.NDArray[Any], labels: npt.NDArray[Any], where: str) -> Iterator[Item]:
    if images.ndim not in (3, 4) or labels.shape != images.shape[:1]:
        raise DataError(
            f"{where}: images are {images.shape} and labels {labels.shape}, "
            "they have to be (N, H, W) and (N,)",
            file=where,
        )
    return ((f"picture {place}", images[place], labels[place]) for place in range(len(images)))


def _label(written: Any) -> int | None:
    """Return the digit that a label means, None where it is none."""
    text = str(written).strip()
    return int(text) if text in tuple("0123456789") else None


def _report(path: Path, problems: list[str]) -> str:
    lines = problems[:SHOWN]
    if len(problems) > SHOWN:
        lines.append(f"and {len(problems) - SHOWN} more")
    return f"{path}: {len(problems)} problem(s), nothing was loaded:\n  " + "\n  ".join(lines)
