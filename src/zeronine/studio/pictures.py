"""The route that reads a picture: bytes or a form in, the JSON of a reading out."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile

from zeronine.studio import reading
from zeronine.studio.answering import FAILURES
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import ModelId
from zeronine.studio.state import InStudio

FIELD = "picture"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "required": [FIELD],
        "properties": {FIELD: {"type": "string", "format": "binary"}},
    }
}
_BOX = {"x": 31, "y": 20, "width": 14, "height": 40}
_EXAMPLE = {
    "text": "7",
    "width": 200,
    "height": 80,
    "numbers": [
        {
            "text": "7",
            "line": 0,
            "box": _BOX,
            "digits": [
                {"value": 7, "confidence": 0.998, "alternatives": [[7, 0.998], [1, 0.001]], "box": _BOX}
            ],
        }
    ],
    "notes": [],
}  #: the JSON of a `Reading`; of the ten alternatives two
router = APIRouter(prefix="/api", responses=FAILURES)


@router.post(
    "/read",
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}},
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
    opened = await studio.models.get(model)
    wishes = reading.Wishes(
        one=one,
        expect=int(expect) if expect and expect.isascii() and expect.isdigit() else expect,
        min_confidence=min_confidence,
        page=page,
        steps=steps,
        canvases=canvases,
        max_megapixels=studio.settings.max_megapixels,
    )
    answer = await studio.readers.run(reading.read, opened.entry.path, opened.changed_ns, content, wishes)
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
