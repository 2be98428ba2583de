"""The routes of *Why*: explanations of one canvas, units switched off, the index and the map."""

import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from zeronine.explaining.case import Case, case_of
from zeronine.explaining.contribution import contribute
from zeronine.explaining.explanation import SENTENCES
from zeronine.explaining.flip import flip
from zeronine.explaining.hidden import look_at_units, switch_off
from zeronine.explaining.insight import Insight
from zeronine.explaining.neighbours import nearest
from zeronine.explaining.occlusion import PATCH, occlude
from zeronine.studio.answering import FAILURES
from zeronine.studio.indexes import Ready
from zeronine.studio.models import Opened
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import AblateAsked, ExplainAsked, IndexAsked, ModelId, canvases_of
from zeronine.studio.state import InStudio
from zeronine.studio.tiles import signed_tiles, tiles

DIGITS = 6  #: decimals of numbers in answers
router = APIRouter(prefix="/api", responses=FAILURES)
Model = Annotated[ModelId, Query()]


@router.post("/explain")
async def explain(asked: ExplainAsked, studio: InStudio) -> dict[str, Any]:
    """Say why the model answers what it answers for one canvas, in the kinds asked for."""
    opened = await studio.models.get(asked.model)
    found = await studio.thinkers.run(_explained, opened, studio.indexes.ready(opened), asked)
    if {"neighbours", "map"} & set(asked.kinds):
        found["index"] = studio.indexes.status(opened).to_dict()
    return found


@router.post("/ablate")
async def ablate(asked: AblateAsked, studio: InStudio) -> dict[str, Any]:
    """Say what the model would answer with some hidden units at zero."""
    opened = await studio.models.get(asked.model)
    return await studio.thinkers.run(_ablated, opened, asked)


@router.get("/weights")
async def weights(studio: InStudio, model: Model = "shipped") -> dict[str, Any]:
    """Give the weights of a feed-forward network's first layer as pictures; null for other networks."""
    opened = await studio.models.get(model)
    return {"weights": _first_weights(opened.insight)}


@router.get("/index")
async def index(studio: InStudio, model: Model = "shipped") -> dict[str, Any]:
    """Say how far a model's index of training digits is."""
    return studio.indexes.status(await studio.models.get(model)).to_dict()


@router.post("/index", status_code=202)
async def build_index(asked: IndexAsked, studio: InStudio) -> dict[str, Any]:
    """Begin to build a model's index; MNIST is fetched if it is not at hand."""
    opened = await studio.models.get(asked.model)
    return studio.indexes.begin(opened).to_dict()


@router.get("/map")
async def embedding_map(studio: InStudio, model: Model = "shipped") -> dict[str, Any]:
    """Give some two thousand training digits as points on a map of the model's embedding."""
    opened = await studio.models.get(model)
    ready = studio.indexes.ready(opened)
    points = share = None
    if ready is not None:
        spots = zip(ready.map.points.round(4).tolist(), ready.map.labels.tolist(), strict=True)
        points = [[x, y, label] for (x, y), label in spots]
        share = list(ready.map.share)
    return {"index": studio.indexes.status(opened).to_dict(), "points": points, "share": share}


def _explained(opened: Opened, ready: Ready | None, asked: ExplainAsked) -> dict[str, Any]:
    case = case_of(opened.classifier, canvases_of([asked.canvas])[0], rival=asked.rival)
    made: dict[str, Any] = {}
    took: dict[str, float] = {}
    for kind in asked.kinds:
        began = time.perf_counter()
        made[kind] = _KINDS[kind](opened, case, ready)
        took[kind] = round(1000 * (time.perf_counter() - began), 1)
    return {
        "model": asked.model,
        "value": case.value,
        "rival": case.rival,
        "probabilities": _rounded(case.answers.probabilities[0]),
        "digit_probability": round(float(case.answers.digit_probability[0]), DIGITS),
        "took_ms": took,
        "sentences": {kind: SENTENCES[kind] for kind in asked.kinds},
        **made,
    }


def _neighbours(opened: Opened, case: Case, ready: Ready | None) -> dict[str, Any] | None:
    if ready is None:
        return None
    found = nearest(ready.index, case.answers.embedding[0])
    return {
        "labels": found.labels.tolist(),
        "distances": _rounded(found.distances),
        "pictures": tiles(found.images / 255, shown_high=255),
    }


def _flip(opened: Opened, case: Case, ready: Ready | None) -> dict[str, Any]:
    found = flip(opened.classifier, case)
    return {
        "rival": found.rival,
        "flipped": found.flipped,
        "canvas": tiles(found.canvas, shown_high=255),
        "change": signed_tiles(found.change),
        "added": round(found.added, 2),
        "removed": round(found.removed, 2),
        "pixels": int((abs(found.change) > 0.5 / 255).sum()),
        "probabilities": _rounded(found.probabilities),
    }


def _occlusion(opened: Opened, case: Case, ready: Ready | None) -> dict[str, Any]:
    return {"picture": signed_tiles(occlude(opened.classifier, case)), "patch": PATCH}


def _contribution(opened: Opened, case: Case, ready: Ready | None) -> dict[str, Any] | None:
    found = contribute(opened.insight, case)
    if found is None:
        return None
    return {
        "picture": signed_tiles(found.picture),
        "exact": found.exact,
        "rest": round(found.rest, DIGITS),
        "margin": round(found.margin, DIGITS),
    }


def _hidden(opened: Opened, case: Case, ready: Ready | None) -> dict[str, Any]:
    layers = [
        {"name": layer.name, "values": _rounded(layer.values), "effect": _rounded(layer.effect)}
        for layer in look_at_units(opened.insight, case)
    ]
    return {"layers": layers, "weights": _first_weights(opened.insight)}


def _map(opened: Opened, case: Case, ready: Ready | None) -> dict[str, Any] | None:
    return None if ready is None else {"position": list(ready.map.place(case.answers.embedding[0]))}


_KINDS: dict[str, Callable[[Opened, Case, Ready | None], dict[str, Any] | None]] = {
    "neighbours": _neighbours,
    "flip": _flip,
    "occlusion": _occlusion,
    "contribution": _contribution,
    "hidden": _hidden,
    "map": _map,
}


def _ablated(opened: Opened, asked: AblateAsked) -> dict[str, Any]:
    insight = opened.insight
    if not insight.hidden:
        raise Problem(422, "this model's hidden units cannot be seen: choose one that zeronine trained")
    case = case_of(opened.classifier, canvases_of([asked.canvas])[0])
    off: dict[int, list[int] | None] = {}
    for one in asked.off:
        _check_units(insight, one.layer, [] if one.units == "all" else one.units)
        before = off.get(one.layer, [])
        off[one.layer] = None if one.units == "all" or before is None else [*before, *one.units]
    found = switch_off(insight, case, off)
    return {
        "value": int(found.probabilities.argmax()),
        "probabilities": _rounded(found.probabilities),
        "margin": round(found.margin, DIGITS),
        "layers": [
            {"name": name, "values": _rounded(values)}
            for name, values in zip(insight.hidden, found.layers, strict=True)
        ],
    }


def _check_units(insight: Insight, layer: int, units: list[int]) -> None:
    if layer >= len(insight.hidden):
        raise Problem(422, f"there is no hidden layer {layer}: this model has {len(insight.hidden)}, from 0")
    width = insight.widths[layer]
    wrong = [unit for unit in units if unit >= width]
    if wrong:
        raise Problem(422, f"{insight.hidden[layer]} has no unit {wrong[0]}: it has {width}, from 0")


def _first_weights(insight: Insight) -> dict[str, Any] | None:
    """Return a feed-forward network's first weights as tiles, one for each unit."""
    return signed_tiles(insight.layers[0].weights) if insight.from_canvas and insight.hidden else None


def _rounded(values: Any) -> list[float]:
    return [round(float(value), DIGITS) for value in values]
