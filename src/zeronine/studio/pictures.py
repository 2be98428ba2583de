"""The routes that read a picture: bytes or a form in, the JSON of a reading or a table out."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile

from zeronine.options import described
from zeronine.studio import reading
from zeronine.studio.answering import FAILURES
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import ModelId, ReadAsked
from zeronine.studio.state import InStudio, Studio

FIELD, TEMPLATE = "picture", "template"
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
            "value": "7",
            "confidence": 0.993,
            "line": 0,
            "box": _BOX,
            "digits": [
                {"value": 7, "confidence": 0.998, "alternatives": [[7, 0.998], [1, 0.001]], "box": _BOX}
            ],
            "signs": [],
        }
    ],
    "signs": [],
    "unread": [],
    "met": True,
    "notes": [],
}  #: the JSON of a `Reading`; of the ten alternatives two
_CELL = {
    "text": "12.50",
    "words": "",
    "value": "12.50",
    "confidence": 0.97,
    "written": "unknown",
    "row": 0,
    "column": 0,
    "rows": 1,
    "columns": 1,
    "met": True,
    "cost": 0.0,
    "unread": [],
    "box": _BOX,
}
_TABLE = {"shape": [1, 1], "rows": [["12.50"]], "cells": [_CELL], "width": 200, "height": 80, "notes": []}
_ANSWERS = {
    "postcode": {"text": "10115", "value": "10115", "confidence": 0.96, "met": True, "cost": 0.0, "box": _BOX}
}  #: names to answers
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": _BINARY, "multipart/form-data": _FORM},
    }
}
_FILLED = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD, TEMPLATE],
                    "properties": {FIELD: _BINARY["schema"], TEMPLATE: _BINARY["schema"]},
                }
            }
        },
    }
}
router = APIRouter(prefix="/api", responses=FAILURES)


def _answers(example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": example}}}}


@router.get("/options")
async def options() -> dict[str, Any]:
    """List the options of reading with their kind, help, default and bounds: the query of `/api/read`."""
    return {"options": described()}


@router.post("/read", openapi_extra=_BODY, responses=_answers(_EXAMPLE))
async def read(request: Request, studio: InStudio, asked: Annotated[ReadAsked, Query()]) -> dict[str, Any]:
    """Read every digit and number of a picture: the JSON of `Reading.to_dict()`.

    Where `expect` is given and could not be met, `shortfall` says how.
    """
    wishes = reading.Wishes(
        options=asked.options(),
        page=asked.page,
        steps=asked.steps,
        canvases=asked.canvases,
        max_megapixels=studio.settings.max_megapixels,
    )
    content = await content_of(request)
    return await _by_a_reader(studio, asked.model, reading.read, content, wishes)


@router.post("/table", openapi_extra=_BODY, responses=_answers(_TABLE))
async def table(
    request: Request,
    studio: InStudio,
    model: Annotated[ModelId, Query()] = "shipped",
    columns: Annotated[
        str | None,
        Query(max_length=512, description="what each column holds, parted by ;, as date(order=dmy);;amount"),
    ] = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
    page: Annotated[int, Query(ge=1, le=1000, description="of a PDF or TIFF")] = 1,
) -> dict[str, Any]:
    """Read the table of a picture: the JSON of `Table.to_dict()`."""
    wishes = reading.TableWishes(
        columns=() if columns is None else tuple(one.strip() or None for one in columns.split(";")),
        min_confidence=min_confidence,
        page=page,
        max_megapixels=studio.settings.max_megapixels,
    )
    content = await content_of(request)
    return await _by_a_reader(studio, model, reading.read_table, content, wishes)


@router.post("/form", openapi_extra=_FILLED, responses=_answers(_ANSWERS))
async def form(
    request: Request,
    studio: InStudio,
    model: Annotated[ModelId, Query()] = "shipped",
    page: Annotated[int, Query(ge=1, le=1000, description="of a PDF or TIFF")] = 1,
) -> dict[str, Any]:
    """Read a filled form, sent with its template: names to answers, the JSON of `Filled.to_dict()`."""
    picture, template = await _fields(request, FIELD, TEMPLATE)
    wishes = reading.TableWishes(
        columns=(), min_confidence=None, page=page, max_megapixels=studio.settings.max_megapixels
    )
    return await _by_a_reader(studio, model, reading.read_form, picture, template, wishes)


async def _by_a_reader(
    studio: Studio, model: str, work: Callable[..., dict[str, Any]], *sent: object
) -> dict[str, Any]:
    """Let a disposable process do the work with a model, and count the picture."""
    opened = await studio.models.get(model)
    answer = await studio.readers.run(work, opened.entry.path, opened.changed_ns, *sent)
    studio.metrics.pictures += 1
    return answer


async def content_of(request: Request) -> bytes:
    """Return the bytes of the picture, sent as they are or as a field of a form."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await request.body()
    return (await _fields(request, FIELD))[0]


async def _fields(request: Request, *names: str) -> list[bytes]:
    """Return the bytes of some files of a form; Problem 422 where one is missing, or anything else there."""
    async with request.form(max_files=len(names) + 1, max_fields=8) as form:
        for name, _ in form.multi_items():
            if name not in names:
                known = " and ".join(map(repr, names))
                raise Problem(
                    422,
                    f"the form has a field {name[:80]!r}, and what is read is {known}: "
                    "options stand in the address, as in /api/read?expect=4",
                )
        found = []
        for name in names:
            field = form.get(name)
            if not isinstance(field, UploadFile):
                raise Problem(422, f"the form has no file in its field {name!r}: send it there")
            if len(form.getlist(name)) > 1:
                raise Problem(422, f"the form has two files in its field {name!r}: send one at a time")
            found.append(await field.read())
        return found
