"""The routes of the review queue: the next item with its picture, what was decided, what was missed."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import Field

from zeronine.answers import Box
from zeronine.documents.queue import Queue
from zeronine.studio import reading
from zeronine.studio.answering import FAILURES
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import Asked
from zeronine.studio.state import InStudio, Studio

router = APIRouter(prefix="/api/review", responses=FAILURES)

Side = Annotated[int, Field(ge=0, le=100_000)]
Reviewer = Annotated[str, Field(min_length=1, max_length=40, description="who decides")]
Text = Annotated[str, Field(max_length=200)]
Id = Annotated[int, Field(ge=1, le=2**62)]
Quarters = Annotated[int, Field(ge=0, le=3, description="of a turn, counterclockwise, that bring it upright")]
T = TypeVar("T")


class Place(Asked):
    """A box in pixels of the picture."""

    x: Side
    y: Side
    width: Annotated[int, Field(ge=1, le=100_000)]
    height: Annotated[int, Field(ge=1, le=100_000)]

    def box(self) -> Box:
        """Return it as a box."""
        return Box(self.x, self.y, self.width, self.height)


class NextAsked(Asked):
    """Who asks for an item."""

    reviewer: Reviewer = "me"


class Decided(Asked):
    """What a person decided about an item."""

    item: Id
    action: Literal["keep", "change", "delete", "skip"]
    text: Text = ""
    reviewer: Reviewer = "me"
    box: Place | None = None
    quarters: Quarters = 0


class Missed(Asked):
    """A text that stands in the picture of an item, and was missed."""

    item: Id
    text: Text
    reviewer: Reviewer = "me"
    box: Place
    quarters: Quarters = 0


@router.get("")
async def counts(studio: InStudio) -> dict[str, Any]:
    """Say whether there is a queue, how many items are open and decided, and how many errors to expect."""
    if studio.settings.review is None:
        return {"queue": False, "open": 0, "decided": 0, "expected_errors": 0.0}
    return {"queue": True} | await _do(studio, Queue.counts)


@router.post("/next")
async def next_item(asked: NextAsked, studio: InStudio) -> dict[str, Any]:
    """Lend the item whose look saves most errors a second, with its picture; null where none is left."""
    item = await _do(studio, lambda queue: queue.next(asked.reviewer))
    said: dict[str, Any] = {"item": None, "view": None, "counts": await counts(studio)}
    if item is None:
        return said
    view = await studio.readers.run(
        reading.view_of, item.file, item.page, item.box.to_dict(), studio.settings.max_megapixels
    )
    return said | {"item": item.to_dict(), "view": view}


@router.post("/decide")
async def decide(asked: Decided, studio: InStudio) -> dict[str, Any]:
    """Keep a decision; return the counts."""
    box = None if asked.box is None else asked.box.box()
    await _do(
        studio,
        lambda queue: queue.decide(
            asked.item, asked.action, asked.reviewer, asked.text, box=box, quarters=asked.quarters
        ),
    )
    return await counts(studio)


@router.post("/add")
async def add(asked: Missed, studio: InStudio) -> dict[str, Any]:
    """Keep a text that was missed beside an item; return the counts."""

    def kept(queue: Queue) -> int:
        beside = queue.item(asked.item)
        return queue.add_missed(
            beside.file, beside.page, asked.box.box(), asked.text, asked.reviewer, quarters=asked.quarters
        )

    await _do(studio, kept)
    return await counts(studio)


@router.get("/export", response_class=PlainTextResponse)
async def export(studio: InStudio) -> PlainTextResponse:
    """Give every decision as a line of JSON."""
    return PlainTextResponse(await _do(studio, Queue.export), media_type="application/jsonl")


async def _do(studio: Studio, work: Callable[[Queue], T]) -> T:
    """Do something with the queue in a thread of its own; Problem 404 where the studio has none."""
    folder = studio.settings.review
    if folder is None:
        raise Problem(404, "this studio has no review queue: start it with --review FOLDER")
    return await asyncio.to_thread(lambda: work(Queue(folder)))
