"""A sheet of thirty boxes to print and fill in, and a photograph of it -> thirty labelled digits.

Each box says which digit belongs into it, so nothing has to be typed; boxes left empty are passed over.
The photograph is laid on the sheet as forms are (`documents/align.py`).
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from zeronine.answers import Box
from zeronine.data.digits import Digits
from zeronine.data.own import load_own
from zeronine.documents.align import aligned, laid_flat
from zeronine.errors import DataError, FormError
from zeronine.files import write_beside
from zeronine.reading.load import Picture, load
from zeronine.reading.normalise import canvas_of
from zeronine.reading.one import all_ink

DPI = 150
WIDTH, HEIGHT = 1240, 1754  #: A4 at DPI; on Letter it prints a little smaller
COLUMNS, ROWS = 5, 6
BOX_PX = 150  #: 25 mm: as large as people write without thinking
PITCH_X, PITCH_Y = 210, 235
LEFT, TOP = 125, 260
ORDER = "012345678938059172646147238509"  #: not three times the same, or one writes without looking
INNER = 0.08  #: of a box: so far from its line nothing is looked at
FAINT = 0.18  #: how dark its darkest 1.5 % have to be, of paper to black, or a box counts as empty
TITLE = "zeronine: thirty digits of one hand"

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What was found on a photographed sheet."""

    digits: Digits  #: of the boxes that were filled in, in order
    places: tuple[int, ...]  #: their boxes, from 0
    empty: tuple[int, ...]  #: boxes with nothing in them


def boxes() -> list[Box]:
    """Return where the thirty boxes are on the sheet, in pixels, row by row."""
    return [
        Box(LEFT + PITCH_X * column, TOP + PITCH_Y * row, BOX_PX, BOX_PX)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


@lru_cache(maxsize=1)
def blank() -> Grey:
    """Return the empty sheet (1754, 1240) uint8."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    _text(page, TITLE, (LEFT, 120), 1.15)
    _text(page, "Write into each box the digit that stands above it,", (LEFT, 165), 0.7)
    _text(page, "as you always do, then photograph the whole sheet.", (LEFT, 195), 0.7)
    for digit, box in zip(ORDER, boxes(), strict=True):
        corner = (box.x + box.width, box.y + box.height)
        cv2.rectangle(page, (box.x, box.y), corner, 90, 2, cv2.LINE_AA)
        _text(page, digit, (box.x + 2, box.y - 12), 0.9)
    for x, y in ((40, 40), (WIDTH - 100, 40), (40, HEIGHT - 100), (WIDTH - 100, HEIGHT - 100)):
        cv2.rectangle(page, (x, y), (x + 60, y + 60), 0, -1)
        cv2.circle(page, (x + 20 + x % 7, y + 30 - y % 11), 12, 255, -1, cv2.LINE_AA)
    return page


def write_sheet(path: str | Path) -> None:
    """Write the sheet as a PDF or PNG, by the ending of its name; DataError for any other ending."""
    path = Path(path)
    if path.suffix.lower() not in (".pdf", ".png"):
        raise DataError(f"{path}: the sheet is written as .pdf or .png: choose one of them", file=path)
    write_beside(path, as_file(path.suffix.lower()[1:]))


def as_file(kind: str) -> bytes:
    """Return the sheet as the bytes of a "pdf" or "png"."""
    held = io.BytesIO()
    Image.fromarray(blank()).save(held, kind.upper(), resolution=DPI)
    return held.getvalue()


def read_sheet(picture: Picture) -> Written:
    """Return the digits of a photographed or scanned sheet, labelled by their boxes.

    Raises PictureError for what is no picture, FormError where it does not show the sheet, and DataError
    where every box is empty.
    """
    grey = load(picture)
    flat = _flat(grey)
    canvases, places, empty = [], [], []
    for place, box in enumerate(boxes()):
        canvas = _canvas(flat, box)
        if canvas is None:
            empty.append(place)
        else:
            canvases.append(np.rint(canvas * 255).astype(np.uint8))
            places.append(place)
    if not places:
        raise DataError("all boxes of the sheet are empty: write digits into them, dark enough to be seen")
    labels = np.array([int(ORDER[place]) for place in places], np.int64)
    return Written(Digits(np.stack(canvases), labels, "sheet"), tuple(places), tuple(empty))


def _flat(grey: Grey) -> Grey:
    """Return the photograph laid flat, (1754, 1240) uint8; however it was held."""
    problem: FormError | None = None
    for turn in range(4):
        turned = np.ascontiguousarray(np.rot90(grey, turn))
        try:
            matrix = aligned(blank(), turned)
        except FormError as error:
            problem = problem or error
            continue
        return laid_flat(turned, matrix, (WIDTH, HEIGHT))
    assert problem is not None
    raise FormError(f"{problem}; print one with `zeronine teach --sheet sheet.pdf`") from None


def _canvas(flat: Grey, box: Box) -> npt.NDArray[np.float32] | None:
    """Return the canvas of what stands in a box; None where it is empty."""
    margin = round(INNER * box.width)
    inside = flat[box.y + margin : box.y + box.height - margin, box.x + margin : box.x + box.width - margin]
    paper = float(np.percentile(inside, 80))
    dark = np.clip((paper - inside.astype(np.float32)) / max(paper, 1), 0, 1)
    if np.percentile(dark, 98.5) < FAINT:
        return None
    found = all_ink(inside)
    return None if found is None else canvas_of(found[0])


def _text(page: Grey, text: str, at: tuple[int, int], size: float) -> None:
    cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, 60, 2, cv2.LINE_AA)


def lessons_of(path: Path) -> Digits:
    """Return the digits of a photographed sheet, or those that `load_own` reads."""
    if path.is_dir() or path.suffix.lower() in (".csv", ".npz") or "idx" in path.name or not path.exists():
        return load_own(path)
    return read_sheet(path).digits
