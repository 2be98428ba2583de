"""Anything a user calls a picture in, one grey picture out: (H, W) uint8.

First stage of reading.  The kind of a file is told by its first bytes, never by its name; file size,
sides and pixels are checked against the limits before anything is decoded; whatever goes wrong ends in
one PictureError.  Nothing is said here about what is ink and what is paper: `find.py` decides that.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from zeronine.canvas import is_tensor, plain_array
from zeronine.errors import PictureError
from zeronine.reading import documents, grey
from zeronine.reading.guard import guarded
from zeronine.reading.limits import MAX_MEGAPIXELS, MAX_PAGES, MAX_SCANS, Limits

if TYPE_CHECKING:
    from PIL import Image

    Picture: TypeAlias = (
        str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | npt.NDArray[Any] | Image.Image
    )
else:
    Picture = Any

Grey = npt.NDArray[np.uint8]  #: (H, W), 0 = black

KINDS = "PNG, JPEG, WebP, BMP, GIF or TIFF, and PDF or HEIC with the extra `documents`"
CHANNELS = (1, 3, 4)  #: that a picture may have
JPEG_SCAN = b"\xff\xda"  #: begins each; cannot occur inside one
PAGED = ("TIFF", "GIF", "WEBP")  #: kinds whose frames are pages; a phone's MPO holds a depth map instead


def load(picture: Picture, *, max_megapixels: float = MAX_MEGAPIXELS) -> Grey:
    """Return the picture, or the first page of several, as grey (H, W) uint8, upright and on paper.

    `picture` is a path, the bytes of a file, an open binary file, a PIL image, or an array
    or PyTorch tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16, bool, or float in [0, 1];
    a tensor may have its channels first.
    Raises PictureError for what cannot be read or is over a limit, and MissingExtraError for a kind
    of file that needs the extra `documents`.
    """
    return next(load_pages(picture, max_megapixels=max_megapixels))


def load_pages(
    picture: Picture, *, max_megapixels: float = MAX_MEGAPIXELS, max_pages: int = MAX_PAGES
) -> Iterator[Grey]:
    """Give every page of a TIFF, a PDF or an animated GIF, one after the other; others have one.

    Pages are decoded as they are asked for; a page that cannot be read raises PictureError then.
    """
    limits = Limits(max_megapixels=max_megapixels, max_pages=max_pages)
    try:
        yield from _pages(picture, limits)
    except PictureError as error:
        if error.file is None and isinstance(picture, str | os.PathLike):
            error.file = str(picture)
        raise


def _pages(picture: Picture, limits: Limits) -> Iterator[Grey]:
    from PIL import Image

    if is_tensor(picture):
        picture = _of_tensor(picture)
    if isinstance(picture, np.ndarray):
        yield guarded(grey.from_array, picture, limits, name="picture")
    elif isinstance(picture, Image.Image):
        limits.check(*picture.size)
        yield guarded(grey.from_image, picture, name="picture")
    else:
        content, name = _content(picture, limits)
        kind = _kind(content, name)
        if kind == "PDF":
            yield from documents.pdf_pages(content, limits, name=name)
        elif kind == "HEIC":
            yield documents.heic(content, limits, name=name)
        else:
            yield from _decoded(content, kind, limits, name)


def _of_tensor(tensor: Any) -> npt.NDArray[Any]:
    """Return a PyTorch tensor as an array; channels first, as PyTorch has them, go last."""
    array = plain_array(tensor)
    channels_first = array.ndim == 3 and array.shape[0] in CHANNELS and array.shape[2] not in CHANNELS
    return np.moveaxis(array, 0, -1) if channels_first else array


# ---- bytes ----


def _content(picture: Any, limits: Limits) -> tuple[bytes, str]:
    """Return the bytes of a file, at most the limit, and the name that errors call it by."""
    if isinstance(picture, (bytes, bytearray, memoryview)):
        content, name = bytes(picture), "picture"
    elif isinstance(picture, (str, os.PathLike)):
        content, name = _file_bytes(picture, limits), str(picture)
    elif hasattr(picture, "read"):
        content, name = _stream_bytes(picture, limits)
    else:
        raise PictureError(
            f"a {type(picture).__name__} is not a picture: "
            "give a path, the bytes of a file, an open file, an array or a PIL image"
        )
    if not content:
        raise PictureError(f"{name} is empty (0 bytes): look at how it was saved or sent")
    _check_bytes(len(content), name, limits)
    return content, name


def _file_bytes(where: str | os.PathLike[str], limits: Limits) -> bytes:
    try:
        path = Path(where)
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            raise PictureError(f"{path} is a folder: give the pictures in it")
        if not (stat.S_ISREG(state.st_mode) or stat.S_ISFIFO(state.st_mode)):
            raise PictureError(f"{path} is a device, not a file: give a picture")
        _check_bytes(state.st_size, str(path), limits)
        with path.open("rb") as file:
            return file.read(limits.max_file_bytes + 1)
    except FileNotFoundError:
        raise PictureError(f"{where}: there is no such file: check the path") from None
    except PermissionError:
        raise PictureError(f"{where}: may not be read: give yourself the permission to read it") from None
    except (OSError, ValueError) as error:
        raise PictureError(f"{str(where)[:200]!r}: cannot be opened ({error}): check the path") from None


def _stream_bytes(stream: Any, limits: Limits) -> tuple[bytes, str]:
    name = str(getattr(stream, "name", "picture"))
    try:
        content = stream.read(limits.max_file_bytes + 1)
    except (OSError, ValueError) as error:
        raise PictureError(f"{name}: cannot be read ({error}): open it again") from None
    if not isinstance(content, bytes):
        raise PictureError(
            f"{name}: gives {type(content).__name__}, not bytes: open it in binary mode, open(path, 'rb')"
        )
    return content, name


def _check_bytes(count: int, name: str, limits: Limits) -> None:
    if count > limits.max_file_bytes:
        raise PictureError(
            f"{name} has over {limits.max_file_bytes / 2**20:.0f} MB, the limit of a file: "
            "save it smaller, for instance as PNG or JPEG"
        )


def _kind(content: bytes, name: str) -> str:
    """Tell the kind of a file by its first bytes."""
    head = content[:16]
    if head[4:8] == b"ftyp" and head[8:12] in documents.HEIC_BRANDS:
        return "HEIC"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    for start, kind in (
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"II+\0", "TIFF"),
        (b"MM\0+", "TIFF"),
    ):
        if head.startswith(start):
            return kind
    if b"%PDF-" in content[:1024]:
        return "PDF"
    raise PictureError(f"{name} is not a picture that can be read, it starts with {head!r}: give {KINDS}")


# ---- decoding ----


def _decoded(content: bytes, kind: str, limits: Limits, name: str) -> Iterator[Grey]:
    scans = content.count(JPEG_SCAN) if kind == "JPEG" else 0
    if scans > MAX_SCANS:
        raise PictureError(
            f"{name} has {scans} scans, the limit is {MAX_SCANS}: save it again, as PNG or JPEG"
        )
    image = guarded(grey.open_image, content, kind, name=name)
    index, where = 0, name
    while index == 0 or (kind in PAGED and guarded(_turn_to, image, index, name=where)):
        if index == limits.max_pages:
            raise PictureError(f"{name} has more than {limits.max_pages} pages, the limit: split it")
        limits.check(*image.size, name=where)
        yield guarded(grey.from_own_image, image, name=where)
        index += 1
        where = f"{name}, page {index + 1}"


def _turn_to(image: "Image.Image", index: int) -> bool:
    """Go to a page; False where there is none."""
    try:
        image.seek(index)
    except EOFError:
        return False
    return True
