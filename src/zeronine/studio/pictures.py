"""The route that reads a picture: bytes or a form in, the JSON of a reading out."""

import asyncio
import base64
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Annotated, Any

import cv2
import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile

from zeronine.errors import PictureError
from zeronine.reading.load import load_pages
from zeronine.reading.reader import Reader
from zeronine.studio.answering import FAILURES
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import ModelId, tiles
from zeronine.studio.state import InStudio

STEP_PX = 640  #: width of the largest picture of a step that is sent
FIELD = "picture"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "required": [FIELD],
        "properties": {FIELD: {"type": "string", "format": "binary"}},
    }
}
router = APIRouter(prefix="/api", responses=FAILURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the query of a request to read asks for."""

    one: bool
    expect: int | str | None
    min_confidence: float | None
    page: int
    steps: bool
    canvases: bool
    max_megapixels: float


@router.post(
    "/read",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": _BINARY, "multipart/form-data": _FORM},
        }
    },
)
async def read(
    request: Request,
    studio: InStudio,
    model: Annotated[ModelId, Query()] = "shipped",
    one: Annotated[bool, Query(description="the picture holds one digit")] = False,
    expect: Annotated[
        str | None, Query(max_length=64, description="what is known: a count such as 4, or dddd-dd")
    ] = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
    page: Annotated[int, Query(ge=1, le=1000, description="of a PDF or TIFF")] = 1,
    steps: Annotated[bool, Query(description="add the picture after each step")] = False,
    canvases: Annotated[bool, Query(description="add what the network saw")] = False,
) -> dict[str, Any]:
    """Read every digit and number of a picture: the JSON of `Reading.to_dict()`."""
    content = await _content(request)
    opened = await asyncio.to_thread(studio.models.open, model)
    wishes = Wishes(
        one=one,
        expect=int(expect) if expect and expect.isascii() and expect.isdigit() else expect,
        min_confidence=min_confidence,
        page=page,
        steps=steps,
        canvases=canvases,
        max_megapixels=studio.settings.max_megapixels,
    )
    answer = await studio.workers.run(partial(_read, opened.reader, content, wishes))
    studio.metrics.pictures += 1
    return answer


async def _content(request: Request) -> bytes:
    """Return the bytes of the picture, sent as they are or as a field of a form."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=8) as form:
        field = form.get(FIELD)
        if not isinstance(field, UploadFile):
            raise Problem(422, f"the form has no file in its field {FIELD!r}: send the picture there")
        return await field.read()


def _read(reader: Reader, content: bytes, wishes: Wishes) -> dict[str, Any]:
    pages = load_pages(content, max_megapixels=wishes.max_megapixels)
    grey = next(islice(pages, wishes.page - 1, None), None)
    if grey is None:
        raise PictureError(f"the document has no page {wishes.page}: ask for an earlier one")
    reading = reader.read(
        grey, one=wishes.one, expect=wishes.expect, min_confidence=wishes.min_confidence, steps=wishes.steps
    )
    answer = reading.to_dict()
    if wishes.canvases:
        answer["canvases"] = tiles([digit.canvas for digit in reading.digits], shown_high=255)
    if wishes.steps:
        answer["steps"] = [_step(name, picture) for name, picture in reading.steps.items()]
    return answer


def _step(name: str, picture: npt.NDArray[Any]) -> dict[str, Any]:
    """Return a step's picture as a data URL, at most STEP_PX wide."""
    shown = picture if picture.dtype == np.uint8 else np.rint(picture * 255).astype(np.uint8)
    height, width = shown.shape[:2]
    if width > STEP_PX:
        size = (STEP_PX, max(1, round(height * STEP_PX / width)))
        shown = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA))
    _, png = cv2.imencode(".png", shown)
    data = base64.b64encode(png.tobytes()).decode("ascii")
    return {"name": name, "width": width, "height": height, "picture": f"data:image/png;base64,{data}"}
