"""The routes of *Train*: recipes, the queue, what a run says, stop and go on."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from pydantic import Field

from zeronine.studio.answering import FAILURES
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import Asked
from zeronine.studio.state import InStudio
from zeronine.studio.trainings import FINAL

if TYPE_CHECKING:
    from zeronine.training.recipe import Recipe

LIMITS: dict[str, tuple[float, float]] = {
    "epochs": (1, 200),
    "batch_size": (1, 4096),
    "hidden_units": (1, 1024),
    "hidden_layers": (0, 6),
    "learning_rate": (1e-6, 10),
    "seed": (0, 2**31 - 1),
}  #: what the page may ask of this machine; `zeronine train` takes more
LARGEST, LONGEST = 2**31, 200  #: of a number, and of a text, in a recipe

Value = bool | int | float | str | list[int]  #: looked at closely in `changed`
Name = Annotated[str, Field(min_length=1, max_length=60)]
router = APIRouter(
    prefix="/api", responses=FAILURES | {409: {**FAILURES[404], "description": "not in this state"}}
)


class TrainAsked(Asked):
    """A recipe by its name, and what to change in it."""

    recipe: Name = "repaired"
    changes: Annotated[dict[str, Value], Field(max_length=40, default_factory=dict)]
    name: Name | None = None


class ContinueAsked(Asked):
    """How many epochs more."""

    epochs: Annotated[int, Field(ge=1, le=200)] = 1


@router.get("/recipes")
async def recipes() -> dict[str, Any]:
    """List the recipes that learn from digits, what a field may hold and where it applies, and the limits."""
    from zeronine.training.choices import choice_of
    from zeronine.training.recipe import DEFAULT, FIELDS, PAGES, RECIPES

    return {
        "recipes": {name: one.to_dict() for name, one in RECIPES.items() if one.network not in PAGES},
        "default": DEFAULT,
        "fields": {name: choice_of(one).to_dict(one.default) for name, one in FIELDS.items()},
        "limits": {name: list(bounds) for name, bounds in LIMITS.items()},
    }


@router.get("/train")
async def runs(studio: InStudio) -> dict[str, Any]:
    """List the runs: those that have ended, the one that trains, those that wait."""
    return {"runs": studio.trainings.all()}


@router.post("/train", status_code=202)
async def train(asked: TrainAsked, studio: InStudio) -> dict[str, Any]:
    """Put a run into the queue; it is the same that `zeronine train` does."""
    from zeronine.extras import check_installed

    check_installed(("torch", "safetensors", "filelock", "onnx", "onnxscript"), extra="learn")
    from zeronine.training.recipe import PAGES, recipe_named
    from zeronine.training.run import new_folder

    recipe = changed(recipe_named(asked.recipe), asked.changes)
    if recipe.network in PAGES:  # nothing here shows such a run: no curves of digits, no canvas to draw on
        raise Problem(
            422,
            f"{recipe.network} learns from pages, for hours: run `zeronine train --recipe {recipe.network}`",
        )
    studio.trainings.check_queue()
    folder = new_folder(recipe, parent=studio.settings.runs)
    run = studio.trainings.begin(recipe.to_dict(), folder, name=asked.name or folder.name)
    return studio.trainings.described(run)


@router.get("/train/{run_id}")
async def run_of(run_id: str, studio: InStudio) -> dict[str, Any]:
    """Say how far one run is."""
    return studio.trainings.described(studio.trainings.get(run_id))


@router.get("/train/{run_id}/events", response_class=StreamingResponse)
async def events(
    run_id: str, studio: InStudio, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Stream everything a run says as Server-Sent Events, from the beginning, until it ends."""
    run = studio.trainings.get(run_id)
    if studio.listeners >= studio.most_listeners:
        raise Problem(429, f"{studio.most_listeners} pages listen already: close one")
    number = (
        int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else 0
    )
    stream = _counted(studio, run.log.follow(number, final=FINAL))
    return StreamingResponse(stream, media_type="text/event-stream")


@router.post("/train/{run_id}/stop", status_code=202)
async def stop(run_id: str, studio: InStudio) -> dict[str, Any]:
    """Stop a run, or take it out of the queue; what it learned is kept and can be drawn with."""
    run = studio.trainings.get(run_id)
    await studio.trainings.stop(run)
    return studio.trainings.described(run)


@router.post("/train/{run_id}/continue", status_code=202)
async def go_on(run_id: str, asked: ContinueAsked, studio: InStudio) -> dict[str, Any]:
    """Give a run that has ended some epochs more."""
    run = studio.trainings.get(run_id)
    studio.trainings.go_on(run, epochs=asked.epochs, most=int(LIMITS["epochs"][1]))
    return studio.trainings.described(run)


def changed(recipe: "Recipe", changes: dict[str, Any]) -> "Recipe":
    """Return the recipe with some fields changed; raise Problem 422 for what is no field or no fit.

    What would change nothing is a RecipeError that names the recipes that take it.
    """
    known = recipe.to_dict()
    for name, value in changes.items():
        if name not in known or name == "name":
            raise Problem(422, f"a recipe has no choice {name[:80]!r}: GET /api/recipes lists them")
        if not _fits(value, known[name]):
            raise Problem(422, f"{name} is {str(value)[:80]}: it has to be like {known[name]!r}")
        _check_limits(name, value)
    return recipe.changed({name: type(known[name])(value) for name, value in changes.items()})


def _fits(value: Any, like: Any) -> bool:
    """Return whether a value of JSON has the kind of a recipe's field, and a size that makes sense."""
    if isinstance(like, bool) or isinstance(value, bool):
        return isinstance(like, bool) and isinstance(value, bool)
    if isinstance(value, int | float) and not abs(value) <= LARGEST:  # NaN, too, is no number to train by
        return False
    if isinstance(like, float):
        return isinstance(value, int | float)
    return isinstance(value, type(like)) and len(str(value)) <= LONGEST


def _check_limits(name: str, value: Any) -> None:
    bounds = LIMITS.get(name)
    if bounds and not bounds[0] <= value <= bounds[1]:
        raise Problem(422, f"{name} is {value}: here it lies in {bounds[0]:g}..{bounds[1]:g}")
    if isinstance(value, list):
        low, high = LIMITS["hidden_units"]
        if len(value) > LIMITS["hidden_layers"][1] or not all(low <= units <= high for units in value):
            raise Problem(422, f"{name} is {value}: here at most 6 layers of {low:g}..{high:g} units")


async def _counted(studio: Any, stream: AsyncIterator[str]) -> AsyncIterator[str]:
    """Pass a stream on, and count who listens."""
    studio.listeners += 1
    try:
        async for part in stream:
            yield part
    finally:
        studio.listeners -= 1
