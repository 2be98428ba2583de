"""The routes that answer: which models there are, canvases to digits, a picture to a reading."""

import asyncio
from typing import Any

import numpy as np
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from zeronine.explaining.insight import Insight
from zeronine.reading.classify import Answers
from zeronine.studio.models import Opened
from zeronine.studio.shapes import ClassifyAnswer, ClassifyAsked, Failure, canvases_of
from zeronine.studio.state import InStudio

FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": Failure, "description": about}
    for status, about in (
        (404, "no such model"),
        (413, "too large"),
        (422, "not understood"),
        (429, "too many wait"),
        (503, "not in time"),
    )
}
router = APIRouter(prefix="/api", responses=FAILURES)


@router.get("/models")
async def models(studio: InStudio) -> dict[str, Any]:
    """List the models: the shipped one, those given at the start, and every run's."""
    opened = await asyncio.to_thread(studio.models.all_opened)
    return {"models": [_described(one) | {"index": studio.indexes.status(one).to_dict()} for one in opened]}


@router.post("/classify", response_model=ClassifyAnswer, response_model_exclude_none=True)
async def classify(asked: ClassifyAsked, studio: InStudio) -> Any:
    """Say which digit each canvas holds."""
    opened = await studio.models.get(asked.model)
    canvases = canvases_of(asked.canvases)
    answers = await studio.batcher.classify(opened.classifier, canvases)
    studio.metrics.canvases += len(canvases)
    data = answers_as_data(answers, embedding=asked.embedding)
    return JSONResponse({"model": asked.model, "answers": data})  # as it is: this is the busiest route


def answers_as_data(answers: Answers, *, embedding: bool = False) -> list[dict[str, Any]]:
    """Return the answers as plain data for JSON."""
    shares = answers.probabilities.astype(np.float64).round(6)
    rows = zip(shares.argmax(axis=1).tolist(), shares.tolist(), strict=True)
    data = [
        {"value": value, "confidence": row[value], "probabilities": row, "digit_probability": digit}
        for (value, row), digit in zip(
            rows, answers.digit_probability.astype(np.float64).round(6).tolist(), strict=True
        )
    ]
    if embedding:
        for one, place in zip(data, answers.embedding.tolist(), strict=True):
            one["embedding"] = place
    return data


def _described(opened: Opened) -> dict[str, Any]:
    entry, card, insight = opened.entry, opened.classifier.card, opened.insight
    return {
        "id": entry.id,
        "name": entry.name,
        "origin": entry.origin,
        "version": card.model_version,
        "network": card.network,
        "feed_forward": insight.from_canvas,
        "live": opened.lives,
        "hidden": list(insight.widths),
        "not_a_digit": card.not_a_digit,
        "figures": card.figures,
        "recipe": card.recipe,
        "temperature": card.temperature,
        "parameters": _parameters(insight),
    }


def _parameters(insight: Insight) -> int | None:
    if not insight.from_canvas:
        return None
    return sum(layer.weights.size + layer.bias.size for layer in insight.layers)
