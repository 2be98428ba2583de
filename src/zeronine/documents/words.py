"""Words beside the numbers: headings and names of a page, read by RapidOCR (the extra `words`).

It runs on the same ONNX Runtime, with weights from its own wheel, and fetches nothing.  Everything about
numbers works without it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from zeronine.answers import Box
from zeronine.documents.grid import Grid
from zeronine.documents.sheet import Sheet, moved
from zeronine.extras import need
from zeronine.reading.finder import Grey
from zeronine.reading.numbers import box_within
from zeronine.reading.page import Matrix, quarter_turn

LEAST = 0.6  #: what RapidOCR is less sure of is left out


@dataclass(frozen=True, slots=True)
class Words:
    """Some words that stand together."""

    text: str
    confidence: float  #: RapidOCR's own, in [0, 1]; not calibrated
    box: Box  #: in pixels of the picture


def is_named(text: str) -> bool:
    """Say whether a text is words rather than a number: more letters than digits, and at least two."""
    letters = sum(map(str.isalpha, text))
    return letters >= 2 and letters > sum(map(str.isdigit, text))


def words_of(grey: Grey) -> tuple[Words, ...]:
    """Return the words of a picture (H, W) uint8 that lies upright, as RapidOCR finds them.

    Raises MissingExtraError where it is not installed.
    """
    found = _engine()(np.repeat(grey[..., None], 3, axis=2))
    if found.boxes is None:
        return ()
    return tuple(
        Words(text, float(score), box_within(np.concatenate([c.min(axis=0), c.max(axis=0)]), grey.shape))
        for text, score, c in zip(found.txts, found.scores, np.asarray(found.boxes, np.float64), strict=True)
        if score >= LEAST
    )


def words_in(sheet: Sheet, grid: Grid, to_level: Matrix) -> dict[int, str]:
    """Return the words that stand in each cell of a grid, by the cell's name in `grid.slots`."""
    quarters = sheet.sight.quarters
    found = words_of(np.ascontiguousarray(np.rot90(sheet.grey, quarters)))
    if not found:
        return {}
    middles = np.array([[one.box.x + one.box.width / 2, one.box.y + one.box.height / 2] for one in found])
    there = moved(moved(middles, quarter_turn(sheet.grey.shape, quarters)), to_level)
    said: dict[int, list[str]] = {}
    for one, row, column in zip(found, *grid.place(there), strict=True):
        if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]:
            said.setdefault(grid.slots[row][column], []).append(one.text)
    return {name: " ".join(texts) for name, texts in said.items()}


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Return RapidOCR, opened once; it is quiet and takes one thread."""
    rapidocr: Any = need("rapidocr", extra="words")
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
