"""Pictures are read in processes of their own, so that a large one never keeps a drawing waiting.

This file is what such a process imports: it knows readers and pictures, and nothing of the web.
"""

import base64
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.errors import PictureError
from zeronine.reading.load import load_pages
from zeronine.reading.overlay import as_png
from zeronine.reading.reader import Reader
from zeronine.studio.tiles import tiles

NICE = 5  #: pictures come after drawings, and before trainings
STEP_PX = 640  #: width of the largest picture of a step that is sent
READERS = 4  #: models kept open in each process


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a request to read asks for."""

    one: bool
    expect: int | str | None
    min_confidence: float | None
    page: int  #: from 1
    steps: bool
    canvases: bool
    max_megapixels: float


def start_processes(count: int) -> Executor:
    """Return `count` processes that read pictures; each starts when it is first needed."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_settle)


def warm(model: Path, changed_ns: int) -> None:
    """Open a model before it is asked for the first time."""
    _reader(model, changed_ns)


def read(model: Path, changed_ns: int, content: bytes, wishes: Wishes) -> dict[str, Any]:
    """Read one picture with a model file (as it was at `changed_ns`) and return the answer's JSON."""
    pages = load_pages(content, max_megapixels=wishes.max_megapixels)
    grey = next(islice(pages, wishes.page - 1, None), None)
    if grey is None:
        raise PictureError(f"the document has no page {wishes.page}: ask for an earlier one")
    reading = _reader(model, changed_ns).read(
        grey, one=wishes.one, expect=wishes.expect, min_confidence=wishes.min_confidence, steps=wishes.steps
    )
    answer = reading.to_dict()
    if wishes.canvases:
        answer["canvases"] = tiles([digit.canvas for digit in reading.digits], shown_high=255)
    if wishes.steps:
        answer["steps"] = [_step(name, picture) for name, picture in reading.steps.items()]
    return answer


@lru_cache(maxsize=READERS)
def _reader(model: Path, changed_ns: int) -> Reader:
    return Reader(model)


def _settle() -> None:
    """Make the process a good neighbour: nice, one thread, deaf to Ctrl-C, gone with its parent."""
    os.nice(NICE)
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)


def _step(name: str, picture: npt.NDArray[Any]) -> dict[str, Any]:
    """Return a step's picture as a data URL, at most STEP_PX wide."""
    height, width = picture.shape[:2]
    shown = picture
    if width > STEP_PX:
        size = (STEP_PX, max(1, round(height * STEP_PX / width)))
        shown = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    data = base64.b64encode(as_png(shown)).decode("ascii")
    return {"name": name, "width": width, "height": height, "picture": f"data:image/png;base64,{data}"}
