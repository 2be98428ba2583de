"""The routes of *Teach*: digits of one hand given, corrected, taught, kept or thrown away.

What is given lies in the user's own data folder and leaves this machine by nobody's doing but the user's.
"""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response
from pydantic import Field

from zeronine.data.digits import Digits
from zeronine.models import HAND, SHIPPED
from zeronine.studio.answering import FAILURES
from zeronine.studio.models import Models
from zeronine.studio.pictures import content_of
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import Asked, Canvas, DigitValue, ModelId, canvases_of
from zeronine.studio.state import InStudio, Studio
from zeronine.studio.tiles import tiles

MOST = 100  #: lessons given in one request
_ONE = asyncio.Lock()  #: one hand is taught at a time; on a busy machine it may take longer than answers may
router = APIRouter(prefix="/api", responses=FAILURES)
Name = Annotated[str, InPath(max_length=40, pattern=f"^{HAND.pattern}$")]


class LessonsAsked(Asked):
    """Digits of a hand, with what they are."""

    canvases: Annotated[list[Canvas], Field(min_length=1, max_length=MOST)]
    labels: Annotated[list[DigitValue], Field(min_length=1, max_length=MOST)]


class TeachAsked(Asked):
    """What to teach, and how."""

    model: ModelId = "shipped"
    fast: bool = False


@router.get("/hands")
async def hands() -> dict[str, Any]:
    """List the hands: how many digits each was given, and whether it has a model."""
    return {"hands": await asyncio.to_thread(_all)}


@router.get("/hands/{name}")
async def hand(name: Name, studio: InStudio) -> dict[str, Any]:
    """Give a hand's lessons: pictures, what they are, how the shipped model reads them; and its model."""
    return await asyncio.to_thread(_described, name, studio.models)


@router.post("/hands/{name}/lessons")
async def give(name: Name, asked: LessonsAsked, studio: InStudio) -> dict[str, Any]:
    """Give digits; a picture that was given before takes its newest label."""
    if len(asked.canvases) != len(asked.labels):
        raise Problem(
            422, f"{len(asked.canvases)} canvases and {len(asked.labels)} labels: each needs the other"
        )
    studio.thinkers.ahead(_prepare, studio.settings.mnist)  # so that the first teaching need not wait for it
    return await asyncio.to_thread(_give, name, asked, studio.models)


@router.delete("/hands/{name}/lessons/{place}")
async def forget(
    name: Name, place: Annotated[int, InPath(ge=0, le=10_000)], studio: InStudio
) -> dict[str, Any]:
    """Forget one lesson by its place."""
    return await asyncio.to_thread(_forget, name, place, studio.models)


@router.post("/hands/{name}/review")
async def take_corrections(name: Name, studio: InStudio) -> dict[str, Any]:
    """Take the corrections of the studio's review queue; `left_out` could not be parted into their digits."""
    folder = studio.settings.review
    if folder is None:
        raise Problem(404, "this studio has no review queue: start it with --review FOLDER")
    async with _ONE:
        return await asyncio.to_thread(_take_corrections, name, folder, studio.models)


@router.post(
    "/hands/{name}/sheet",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def read_the_sheet(name: Name, request: Request, studio: InStudio) -> dict[str, Any]:
    """Take the digits of a photographed sheet; its boxes say what they are."""
    content = await content_of(request)
    return await studio.thinkers.run(_take_sheet, name, content, studio.models)


@router.post("/hands/{name}/teach")
async def teach(name: Name, asked: TeachAsked, studio: InStudio) -> dict[str, Any]:
    """Teach a model the hand; keep it if it is better, say why not otherwise."""
    opened = await studio.models.get(asked.model)
    async with _ONE:
        return await asyncio.to_thread(_teach, name, opened.entry.path, asked.fast, studio)


@router.get("/hands/{name}/model", response_class=FileResponse)
async def export(name: Name) -> FileResponse:
    """Give a hand's model as a file that works wherever a model file does."""
    from zeronine.teaching.shelf import HandFolder

    path = HandFolder(name).model_path
    if not path.is_file():
        raise Problem(404, f"the hand {name!r} has no model: teach it first")
    return FileResponse(path, media_type="application/octet-stream", filename=f"{name}.onnx")


@router.delete("/hands/{name}/model")
async def discard(name: Name, studio: InStudio) -> dict[str, Any]:
    """Throw a hand's model away; its lessons stay."""
    return await asyncio.to_thread(_discard, name, studio.models)


@router.delete("/hands/{name}")
async def delete(name: Name) -> dict[str, Any]:
    """Delete a hand with everything that was given for it."""
    await asyncio.to_thread(_delete, name)
    return {"deleted": name}


@router.get(
    "/sheet.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def sheet() -> Response:
    """Give the sheet of thirty boxes to print."""
    from zeronine.teaching.sheet import as_file

    content = await asyncio.to_thread(as_file, "pdf")
    return Response(content, media_type="application/pdf")


def _all() -> list[dict[str, Any]]:
    from zeronine.teaching.shelf import all_hands

    return [
        {"name": one.name, "lessons": len(one.lessons()), "kept": one.model_path.is_file()}
        for one in all_hands()
    ]


def _described(name: str, models: Models) -> dict[str, Any]:
    from zeronine.reading.classify import classifier_of
    from zeronine.teaching.shelf import HandFolder

    folder = HandFolder(name)
    lessons = folder.lessons()
    report = folder.report()
    if report is not None:
        report.pop("path", None)
    return {
        "name": name,
        "lessons": tiles(lessons.images, high=255),
        "labels": lessons.labels.tolist(),
        "read": classifier_of(SHIPPED)(lessons.images).probabilities.argmax(axis=1).tolist(),
        "kept": folder.model_path.is_file(),
        "model": models.of_path(folder.model_path),
        "report": report,
    }


def _give(name: str, asked: LessonsAsked, models: Models) -> dict[str, Any]:
    import numpy as np

    from zeronine.teaching.shelf import HandFolder

    canvases = np.rint(canvases_of(asked.canvases) * 255).astype(np.uint8)
    HandFolder(name).add(Digits(canvases, np.array(asked.labels, np.int64), name))
    return _described(name, models)


def _prepare(mnist: Path | None) -> None:
    from zeronine.teaching.lesson import prepared

    prepared(SHIPPED, SHIPPED.stat().st_mtime_ns, mnist, False)


def _forget(name: str, place: int, models: Models) -> dict[str, Any]:
    from zeronine.teaching.shelf import HandFolder

    HandFolder(name).remove(place)
    return _described(name, models)


def _take_sheet(name: str, content: bytes, models: Models) -> dict[str, Any]:
    from zeronine.teaching.sheet import read_sheet
    from zeronine.teaching.shelf import HandFolder

    written = read_sheet(content)
    HandFolder(name).add(written.digits)
    return {**_described(name, models), "empty": list(written.empty)}


def _take_corrections(name: str, folder: Path, models: Models) -> dict[str, Any]:
    from zeronine.teaching.corrections import corrections_of
    from zeronine.teaching.shelf import HandFolder

    found = corrections_of(folder)
    HandFolder(name).add(found.digits)
    return {**_described(name, models), "taken": len(found.digits), "left_out": found.left_out}


def _teach(name: str, start: Path, fast: bool, studio: Studio) -> dict[str, Any]:
    from zeronine.teaching.shelf import HandFolder
    from zeronine.teaching.teach import teach as teach_hand

    lessons = HandFolder(name).lessons()
    made = teach_hand(lessons, name=name, start_from=start, fast=fast, mnist=studio.settings.mnist)
    report = made.to_dict()
    report.pop("path", None)
    return {**_described(name, studio.models), "report": report}


def _discard(name: str, models: Models) -> dict[str, Any]:
    from zeronine.teaching.shelf import HandFolder

    HandFolder(name).discard_model()
    return _described(name, models)


def _delete(name: str) -> None:
    from zeronine.teaching.shelf import HandFolder

    HandFolder(name).delete()
