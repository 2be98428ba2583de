"""Pages of a PDF and pictures of a telephone (HEIC): what the extra `documents` adds to `load.py`."""

import io
import math
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.errors import PictureError
from zeronine.extras import need
from zeronine.reading import grey
from zeronine.reading.guard import guarded
from zeronine.reading.limits import Limits

Grey = npt.NDArray[np.uint8]

DPI = 200  #: a page is drawn with so many pixels an inch, fewer where the limit of pixels asks for it
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_PDFIUM = threading.Lock()  #: pdfium may be used by one thread at a time


def pdf_pages(content: bytes, limits: Limits, *, name: str) -> Iterator[Grey]:
    """Give the pages of a PDF as grey pictures, drawn one by one."""
    pypdfium2: Any = need("pypdfium2", extra="documents")
    with _PDFIUM:
        document = guarded(pypdfium2.PdfDocument, content, name=name)
        count = len(document)
    if not 1 <= count <= limits.max_pages:
        raise PictureError(
            f"{name} has {count} pages, between 1 and {limits.max_pages} can be read: split it"
        )
    for index in range(count):
        with _PDFIUM:
            page = guarded(_drawn, document, index, limits, name=f"{name}, page {index + 1}")
        yield page


def _drawn(document: Any, index: int, limits: Limits) -> Grey:
    page = document[index]
    width, height = page.get_size()  # points, 72 an inch
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise PictureError(f"page {index + 1} is {width} x {height} points: it has no size")
    pixels = limits.max_megapixels * 1e6
    scale = min(DPI / 72, 0.999 * math.sqrt(pixels / (width * height)), 30_000 / max(width, height))
    limits.check(math.ceil(width * scale), math.ceil(height * scale))
    return np.array(page.render(scale=scale, grayscale=True).to_numpy()).reshape(
        math.ceil(height * scale), math.ceil(width * scale)
    )


def heic(content: bytes, limits: Limits, *, name: str) -> Grey:
    """Return a HEIC picture as grey; its size is checked before its pixels are decoded."""
    pillow_heif: Any = need("pillow_heif", extra="documents")
    file = guarded(pillow_heif.open_heif, io.BytesIO(content), name=name)
    limits.check(*guarded(getattr, file, "size", name=name), name=name)
    image = guarded(file.to_pillow, name=name)
    return guarded(grey.from_image, image, name=name)  # type: ignore[no-any-return]
