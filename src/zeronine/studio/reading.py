"""Pictures are read in processes of their own, so that a large one never keeps a drawing waiting.

This file is what such a process imports: it knows readers and pictures, and nothing of the web.
`readers.py` starts, asks and ends the processes.
"""

import base64
import contextlib
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.errors import PictureError, ZeronineError
from zeronine.options import ReadOptions
from zeronine.reading.load import Grey, load_pages
from zeronine.reading.overlay import as_png
from zeronine.reading.reader import Reader
from zeronine.studio.tiles import tiles

LOG = logging.getLogger(__name__)
NICE = 5  #: pictures come after drawings, and before trainings
STEP_PX = 640  #: width of the largest picture of a step that is sent
VIEW_ROOM = 2.0  #: heights of an item that are shown round it
VIEW_LEAST_PX = 120  #: of a picture round an item that are shown at least
READERS = 4  #: models kept open in each process
MEMORY_BYTES = 2**31  #: of addresses beyond those that a process has when its libraries are loaded
FAT_BYTES = 768 * 2**20  #: resident memory after a picture, at which a process is replaced

Answer = dict[str, Any]  #: plain data for JSON
Work = Callable[..., Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a request to read asks for."""

    options: ReadOptions
    page: int  #: from 1
    steps: bool
    canvases: bool
    max_megapixels: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWishes:
    """What a request to read a table asks for."""

    columns: tuple[str | None, ...]  #: what each column holds; empty where nothing is known
    min_confidence: float | None
    page: int  #: from 1
    max_megapixels: float


def warm(model: Path, changed_ns: int) -> Answer:
    """Open a model before it is asked for the first time; the answer is empty."""
    _reader(model, changed_ns)
    return {}


def read(model: Path, changed_ns: int, content: bytes, wishes: Wishes) -> Answer:
    """Read one picture with a model file (as it was at `changed_ns`) and return the answer's JSON."""
    grey = _page(content, wishes.page, wishes.max_megapixels)
    reading = _reader(model, changed_ns).read(grey, **wishes.options.to_dict(), steps=wishes.steps)
    answer = reading.to_dict()
    if wishes.options.wanted is not None:
        answer["shortfall"] = wishes.options.shortfall(reading)
    if wishes.canvases:
        answer["canvases"] = tiles([digit.canvas for digit in reading.digits], shown_high=255)
    if wishes.steps:
        answer["steps"] = [_step(name, picture) for name, picture in reading.steps.items()]
    return answer


def read_table(model: Path, changed_ns: int, content: bytes, wishes: TableWishes) -> Answer:
    """Read the table of one picture with a model file and return the answer's JSON."""
    from zeronine.documents.tables import read_table

    return read_table(
        _page(content, wishes.page, wishes.max_megapixels),
        reader=_reader(model, changed_ns),
        columns=wishes.columns or None,
        min_confidence=wishes.min_confidence,
    ).to_dict()


def read_form(model: Path, changed_ns: int, content: bytes, template: bytes, wishes: TableWishes) -> Answer:
    """Read a picture of a form whose template was sent beside it, and return the answers' JSON."""
    from zeronine.documents.templates import form_of

    grey = _page(content, wishes.page, wishes.max_megapixels)
    return form_of(template, "the template").read(grey, reader=_reader(model, changed_ns)).to_dict()


def view_of(file: str, page: int, box: dict[str, int], max_megapixels: float) -> Answer:
    """Return the part of a page round a box as a data URL, with its place and scale."""
    grey = next(islice(load_pages(Path(file), max_megapixels=max_megapixels), page - 1, None), None)
    if grey is None:
        raise PictureError(f"{file} has no page {page} any more")
    room = max(VIEW_ROOM * box["height"], VIEW_LEAST_PX / 2)
    left, top = (max(0, int(box[name] - room)) for name in ("x", "y"))
    right, bottom = int(box["x"] + box["width"] + room), int(box["y"] + box["height"] + room)
    part = grey[top:bottom, left:right]
    if part.size == 0:
        raise PictureError(f"{file} is {grey.shape[1]} x {grey.shape[0]}: {box} lies outside it")
    return _step("view", part) | {"x": left, "y": top, "across": part.shape[1], "down": part.shape[0]}


def _page(content: bytes, page: int, max_megapixels: float) -> Grey:
    grey = next(islice(load_pages(content, max_megapixels=max_megapixels), page - 1, None), None)
    if grey is None:
        raise PictureError(f"the document has no page {page}: ask for an earlier one")
    return grey


@lru_cache(maxsize=READERS)
def _reader(model: Path, changed_ns: int) -> Reader:
    return Reader(model)


def _step(name: str, picture: npt.NDArray[Any]) -> dict[str, Any]:
    """Return a step's picture as a data URL, at most STEP_PX wide."""
    height, width = picture.shape[:2]
    shown = picture
    if width > STEP_PX:
        size = (STEP_PX, max(1, round(height * STEP_PX / width)))
        shown = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    data = base64.b64encode(as_png(shown)).decode("ascii")
    return {"name": name, "width": width, "height": height, "picture": f"data:image/png;base64,{data}"}


# ---- in the process ----


def serve(channel: Connection, cpu_s: float) -> None:
    """Do one thing after the other, each in `cpu_s` of processor time, until nobody asks any more."""
    _settle()
    while True:
        try:
            work, given = channel.recv()
        except (EOFError, OSError):
            return
        _limit_time(cpu_s)
        channel.send_bytes(json.dumps(_said(work, given)).encode())


def _said(work: Work, given: tuple[Any, ...]) -> Answer:
    """Return what the work gives, or what went wrong; and whether the process has grown fat over it."""
    try:
        said: Answer = {"answer": work(*given)}
    except ZeronineError as error:
        said = {"error": error.to_dict()}
    except Exception as error:  # a bug, or no memory left: some libraries say so in words only
        short = isinstance(error, MemoryError) or "memory" in str(error).lower() or "alloc" in str(error)
        if short:
            said = {
                "error": PictureError("there is not enough memory to read this: send it smaller").to_dict()
            }
        else:
            LOG.exception("reading failed")
            said = {"fault": True}
        return said | {"fat": True}
    return said | {"fat": _resident() > FAT_BYTES}


def _settle() -> None:
    """Make the process a good neighbour: nice, one thread, deaf to Ctrl-C, bounded, gone with its parent."""
    import onnxruntime  # noqa: F401  loaded before memory is counted

    os.nice(NICE)
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if sys.platform.startswith("linux"):
        import resource

        addresses = _pages(0) + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(cpu_s: float) -> None:
    """Let the system end this process when the picture at hand has used up its processor time."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = usage.ru_utime + usage.ru_stime
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + cpu_s) + 1, most))


def _resident() -> int:
    """Return how many bytes of memory this process holds, 0 where the system does not tell."""
    return _pages(1)


def _pages(column: int) -> int:
    try:
        pages = Path("/proc/self/statm").read_text().split()[column]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)
