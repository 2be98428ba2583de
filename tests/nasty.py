"""Small, valid pictures that cost a reader minutes, gigabytes or its life; kept from attacks.

Each is a function that gives a picture as `Reader.read` takes it.  `reading/test_nasty.py` reads each in a
process of its own, with the budget of its size.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

PICTURES = Path(__file__).with_name("pictures")


def paper(height: int, width: int) -> Any:
    return np.full((height, width), 255, np.uint8)


def line_of_one_pixel() -> Any:
    """A separator, as every screenshot of a form has one."""
    picture = paper(400, 1400)
    picture[200, 50:1350] = 0
    return picture


def upright_line() -> Any:
    picture = paper(1400, 400)
    picture[50:1350, 200] = 0
    return picture


def thin_circle() -> Any:
    """One pixel thin, 900 wide."""
    return cv2.circle(paper(1000, 1000), (500, 500), 450, 0, 1)


def hatching() -> Any:
    """Lines at 45 degrees, four pixels wide and forty apart: 38 s and 9 GB, once."""
    rows, columns = np.mgrid[:1400, :1400]
    return np.where((rows + columns) % 40 < 4, 0, 255).astype(np.uint8)


def fine_hatching() -> Any:
    """The same, twelve apart."""
    rows, columns = np.mgrid[:1400, :1400]
    return np.where((rows + columns) % 12 < 4, 0, 255).astype(np.uint8)


def chequerboard() -> Any:
    rows, columns = np.mgrid[:1000, :1000]
    return np.where((rows // 8 + columns // 8) % 2 == 0, 0, 255).astype(np.uint8)


def dots() -> Any:
    """A raster of dots, as a printer makes grey."""
    rows, columns = np.mgrid[:1200, :1200]
    return np.where((rows % 10 < 4) & (columns % 10 < 4), 0, 255).astype(np.uint8)


def strip_of_digits() -> Any:
    """Six hundred digits in one line, 62 pixels high and 32,000 wide."""
    picture = paper(62, 32_000)
    for place in range(600):
        cv2.putText(picture, str(place % 10), (20 + 53 * place, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 3)
    return picture


def noise() -> Any:
    return np.random.default_rng(0).integers(0, 256, (1000, 1000)).astype(np.uint8)


def specks() -> Any:
    """Forty thousand specks of ink."""
    return np.where(np.random.default_rng(1).random((1400, 1400)) < 0.02, 0, 255).astype(np.uint8)


def maze() -> Any:
    """Walls on a grid, each there or not."""
    cells = np.random.default_rng(2).random((100, 100, 2)) < 0.5
    picture = paper(1000, 1000)
    for row, column in np.argwhere(cells[..., 0]):
        picture[10 * row, 10 * column : 10 * column + 10] = 0
    for row, column in np.argwhere(cells[..., 1]):
        picture[10 * row : 10 * row + 10, 10 * column] = 0
    return picture


def turned_page() -> Any:
    """A page of the suite turned by 17 degrees: there were digits without a height."""
    path = next(PICTURES.glob("7301_88-9946*"))
    return np.asarray(Image.open(path).convert("L").rotate(17, expand=True, fillcolor=255))


def tiling_pdf() -> bytes:
    """A page that is filled with a pattern of a hundredth of a point: 640 bytes that never end."""
    pattern = b"<</Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .01/YStep .01"
    pattern += b"/Resources<<>>/Length 12>>stream\n0 0 1 1 re f\nendstream"
    drawn = b"/Pattern cs /P scn 0 0 9999 9999 re f"
    return pdf(pattern, b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))


def nested_forms_pdf() -> bytes:
    """Each form draws the next ten times: ten thousand million rectangles in 3 kB."""
    forms = []
    for level in range(10):
        drawn = b"/F Do " * 10 if level < 9 else b"0 0 1 1 re f"
        inner = b"/Resources<</XObject<</F %d 0 R>>>>" % (level + 5) if level < 9 else b"/Resources<<>>"
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 99 99]" + inner + b"/Length %d>>" % len(drawn)
        forms.append(head + b"stream\n" + drawn + b"\nendstream")
    drawn = b"/P Do"
    return pdf(
        forms[0], b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn), *forms[1:], kind=b"XObject"
    )


def pdf(resource: bytes, content: bytes, *more: bytes, kind: bytes = b"Pattern") -> bytes:
    """Return a PDF of one page: object 3 is the resource /P, object 4 what is drawn, others from 5 on."""
    page = (
        b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 500 500]/Contents 4 0 R/Resources<</%s<</P 3 0 R>>>>>>"
        % kind
    )
    parts = [b"<</Type/Pages/Count 1/Kids[2 0 R]>>", page, resource, content, *more]
    catalogue = b"<</Type/Catalog/Pages 1 0 R>>"
    file = io.BytesIO()
    file.write(b"%PDF-1.4\n")
    places = []
    for number, part in enumerate([*parts, catalogue], start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    file.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    file.write(b"trailer<</Size %d/Root %d 0 R>>\n" % (len(places) + 1, len(places)))
    file.write(b"startxref\n%d\n%%%%EOF" % start)
    return file.getvalue()


NASTY: dict[str, Callable[[], Any]] = {
    one.__name__: one
    for one in (
        line_of_one_pixel,
        upright_line,
        thin_circle,
        hatching,
        fine_hatching,
        chequerboard,
        dots,
        strip_of_digits,
        noise,
        specks,
        maze,
        turned_page,
    )
}
DOCUMENTS: dict[str, Callable[[], bytes]] = {one.__name__: one for one in (tiling_pdf, nested_forms_pdf)}
