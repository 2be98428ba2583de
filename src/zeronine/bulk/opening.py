"""Where a picture lies, opened: a file, a piece of a tar file, or an address that fsspec knows."""

import os
from pathlib import Path

from zeronine.bulk.inputs import Item, is_address
from zeronine.errors import PictureError
from zeronine.reading.limits import MAX_FILE_BYTES


def picture_of(item: Item) -> str | bytes | PictureError:
    """Return what `BatchReader` takes: a path, a file's bytes, or why there are none."""
    if item.error is not None:
        return PictureError(item.error)
    place = os.fsdecode(item.place)
    try:
        if item.offset is not None:
            return _piece(item, place)
        if is_address(place):
            return _fetched(place)
    except PictureError as error:
        return error
    except Exception as error:  # noqa: BLE001  every file system of fsspec has its own
        return PictureError(
            f"{place}: cannot be opened ({str(error)[:160] or type(error).__name__})", file=place
        )
    return place


def _piece(item: Item, place: str) -> bytes:
    size = item.size or 0
    if size > MAX_FILE_BYTES:
        raise PictureError(f"has {size} bytes, the limit of a picture is {MAX_FILE_BYTES}: save it smaller")
    with Path(place).open("rb") as file:
        file.seek(item.offset or 0)
        content = file.read(size)
    if len(content) < size:
        raise PictureError(f"ends after {len(content)} of {size} bytes: the tar file is cut short")
    return content


def _fetched(place: str) -> bytes:
    import fsspec

    with fsspec.open(place, "rb") as file:
        content: bytes = file.read(MAX_FILE_BYTES + 1)
    return content  # one byte too many is told by whoever decodes it
