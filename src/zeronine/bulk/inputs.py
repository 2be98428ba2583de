"""What INPUT means: a folder, a manifest, tar shards, or an address that fsspec knows; item after item.

Listing streams: a folder costs the names of one directory, a manifest a line at a time.
Nothing is opened that need not be: pictures are opened by the workers, `opening.py`.
"""

import csv
import glob
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from zeronine.errors import DataError

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pdf", ".heic", ".heif")
COLUMNS = ("path", "url", "picture", "file")  #: of a manifest: the first of these is where a picture lies
RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")  #: as WebDataset writes many shards: part-{000..127}.tar


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One picture of a job: its id and where it lies."""

    id: str
    place: bytes  #: a path as the system has it, or an address
    offset: int | None = None  #: of the first byte inside a tar file; None for a file of its own
    size: int | None = None  #: bytes, inside a tar file
    error: str | None = None  #: why it is known already that there is no picture


def is_address(place: str) -> bool:
    """Whether a place is an address such as s3://bucket/key and not a path."""
    return re.match(r"[a-z][a-z0-9+.-]+://", place) is not None


def items_of(source: str) -> Iterator[Item]:
    """Give every picture of INPUT, in an order that does not depend on the machine.

    Raises DataError where there is no such input, or a manifest names no column of places.
    """
    suffix = PurePosixPath(source).suffix.lower()
    if suffix in (".csv", ".parquet"):
        yield from _of_manifest(source, suffix)
    elif is_address(source):
        yield from _of_address(source)
    elif Path(source).is_dir():
        yield from _of_folder(Path(source), Path(source))
    else:
        for file in matching(source):
            yield from _of_file(file, readable(file.name))


def matching(source: str) -> list[Path]:
    """Return the files that a name, a pattern or a range of shards stands for."""
    files = [Path(name) for one in _expanded(source) for name in sorted(glob.glob(one)) or [one]]  # noqa: PTH207
    for file in files:
        if not file.is_file():
            raise DataError(
                f"{file}: there is no such folder, manifest or tar file: check INPUT",
                file=file,
                field="input",
            )
    return files


def _expanded(source: str) -> list[str]:
    found = RANGE.search(source)
    if found is None:
        return [source]
    first, last = found[1], found[2]
    numbers = [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
    return [source[: found.start()] + number + source[found.end() :] for number in numbers]


def _of_folder(root: Path, folder: Path) -> Iterator[Item]:
    """Give the pictures and the tar files' members below a folder, by name; not through links to folders."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise DataError(
            f"{folder}: cannot be looked into ({error.strerror}): check its rights", file=folder
        ) from None
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _of_folder(root, path)
        elif entry.is_file():
            yield from _of_file(path, readable(str(path.relative_to(root))), known=True)


def _of_file(path: Path, name: str, *, known: bool = False) -> Iterator[Item]:
    """Give a picture, or the pictures in a tar file; with `known` other files are passed over."""
    suffix = path.suffix.lower()
    if suffix == ".tar":
        yield from _of_tar(path, name)
    elif suffix in PICTURES or not known:
        yield Item(id=name, place=os.fsencode(path))


def _of_tar(path: Path, name: str) -> Iterator[Item]:
    """Give the pictures in a tar file; one that is cut short has what is there, and an item with the error.

    Only the headers are read.  A tar that is packed cannot be opened in the middle, so it is refused.
    """
    place = os.fsencode(path)
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                if member.isfile() and PurePosixPath(member.name).suffix.lower() in PICTURES:
                    inside = readable(member.name)
                    yield Item(
                        id=f"{name}/{inside}", place=place, offset=member.offset_data, size=member.size
                    )
                tar.members = []  # type: ignore[attr-defined]  # it would remember every header
    except (tarfile.TarError, OSError, EOFError) as error:
        what = f"{name} is no tar file, or cut short ({error}): make it again, not packed"
        yield Item(id=name, place=place, error=what)


def _of_manifest(source: str, suffix: str) -> Iterator[Item]:
    """Give the pictures that a table names; their ids are its column `id`, or the places as written."""
    base = source.rpartition("/")[0]
    for line, entry in enumerate(_csv_rows(source) if suffix == ".csv" else _parquet_rows(source), start=1):
        column = next((name for name in COLUMNS if name in entry), None)
        if column is None:
            raise DataError(
                f"{source}: has the columns {', '.join(map(str, entry))}, none of which says where a picture "
                f"lies: name one of them {COLUMNS[0]!r}",
                file=source,
                field="input",
            )
        place = str(entry[column] or "")
        name = readable(str(entry.get("id") or place or f"row {line}"))
        error = None if place else f"row {line} of the manifest names no picture"
        yield Item(id=name, place=os.fsencode(_beside(base, place)), error=error)


def _beside(base: str, place: str) -> str:
    """Return a place that may be written relative to the folder of its manifest."""
    if not base or is_address(place) or place.startswith("/"):
        return place
    return f"{base}/{place}"


def _csv_rows(source: str) -> Iterator[dict[str, Any]]:
    with _opened(source, "r", newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
        try:
            yield from csv.DictReader(file)
        except csv.Error as error:
            raise DataError(f"{source}: is no CSV file ({error}): save it again", file=source) from None


def _parquet_rows(source: str) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _opened(source, "rb") as file:
        try:
            table = pq.ParquetFile(file)
            columns = [name for name in table.schema_arrow.names if name in (*COLUMNS, "id")]
            for batch in table.iter_batches(columns=columns or None):
                yield from batch.to_pylist()
        except pa.ArrowException as error:
            raise DataError(
                f"{source}: is no Parquet file ({str(error)[:120]}): save it again", file=source
            ) from None


def _opened(source: str, mode: str, **how: Any) -> Any:
    """Open a path or an address; raise DataError where that cannot be done."""
    try:
        if not is_address(source):
            return Path(source).open(mode, **how)
        import fsspec

        return fsspec.open(source, mode, **how).open()
    except (OSError, ValueError, ImportError) as error:
        raise DataError(f"{source}: cannot be opened ({error}): check INPUT", file=source) from None


def _of_address(source: str) -> Iterator[Item]:
    """Give the pictures below an address, by name; one listing, held in memory."""
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(source)
        found = sorted(system.find(root))
    except (OSError, ValueError, ImportError) as error:
        raise DataError(f"{source}: cannot be listed ({error}): check INPUT", file=source) from None
    if not found:
        raise DataError(f"{source}: nothing is there: check INPUT", file=source, field="input")
    for path in found:
        if PurePosixPath(path).suffix.lower() in PICTURES:
            name = path.removeprefix(root).lstrip("/") or PurePosixPath(path).name
            yield Item(id=name, place=system.unstrip_protocol(path).encode())


def readable(name: str) -> str:
    """Return a name as text that any file can hold; bytes that are no UTF-8 are written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
