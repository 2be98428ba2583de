"""What a person corrected is a lesson: decisions of a review queue -> labelled digits of one hand.

The part of the picture that a decision is about is read again, now with the number of digits known; where
as many are found as were typed, each is a lesson.  What was only kept, deleted or left for later is none.
"""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE
from zeronine.data.digits import Digits
from zeronine.documents.queue import FILE, Queue
from zeronine.errors import DataError, ZeronineError
from zeronine.reading.load import load_pages
from zeronine.reading.reader import Reader

CORRECTED = frozenset({"change", "add"})  #: decisions that say what the reader did not
ROOM = 0.25  #: of a box's height that is looked at around it: boxes cut close


@dataclass(frozen=True, slots=True, eq=False)
class Corrections:
    """The digits of corrections, and how many could not be parted into the digits that were typed."""

    digits: Digits
    left_out: int


def corrections_of(folder: str | Path, reader: Reader | None = None) -> Corrections:
    """Return the corrections of a working folder's review queue as lessons.

    Raises DataError where there is no queue.  A picture that is not there any more is left out.
    """
    if not (Path(folder) / FILE).is_file():
        raise DataError(
            f"{folder}: there is no review queue: `zeronine review FOLDER --add PICTURES` makes one",
            file=Path(folder),
        )
    corrected = [one for one in Queue(folder).decisions() if one["action"] in CORRECTED]
    reader = reader or Reader()
    canvases: list[npt.NDArray[np.uint8]] = []
    labels: list[int] = []
    left_out = 0
    for one in corrected:
        wanted = [int(character) for character in one["decided"] if character in "0123456789"]
        found = _digits(reader, one, len(wanted))
        if wanted and len(found) == len(wanted):
            canvases += found
            labels += wanted
        else:
            left_out += 1
    images = np.stack(canvases) if canvases else np.zeros((0, SIDE, SIDE), np.uint8)
    return Corrections(Digits(images, np.array(labels, np.int64), "corrections"), left_out)


def _digits(reader: Reader, decision: dict[str, Any], count: int) -> list[npt.NDArray[np.uint8]]:
    """Return the canvases of the digits that a decision is about, left to right; none if they are gone."""
    try:
        page = next(islice(load_pages(Path(decision["file"])), decision["page"] - 1, None), None)
    except ZeronineError:
        page = None
    if page is None or count == 0:
        return []
    box = decision["box"]
    room = round(ROOM * box["height"])
    left, top = max(0, box["x"] - room), max(0, box["y"] - room)
    part = page[top : box["y"] + box["height"] + room, left : box["x"] + box["width"] + room]
    if part.size == 0:
        return []
    upright = np.ascontiguousarray(np.rot90(part, decision["quarters"]))
    found = reader.read(upright, expect=count).digits
    return [np.rint(one.canvas * 255).astype(np.uint8) for one in found]
