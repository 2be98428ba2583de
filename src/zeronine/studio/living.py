"""The routes of *Live*: every number of a network, and digits to train one with in the page."""

import asyncio
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response

from zeronine.explaining.filters import ConvInsight
from zeronine.explaining.insight import Insight, Values
from zeronine.studio.answering import FAILURES
from zeronine.studio.problems import Problem
from zeronine.studio.shapes import ModelId
from zeronine.studio.state import InStudio

LESSONS = 6_000  #: training digits that the page learns from: 4.7 MB
BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
router = APIRouter(prefix="/api", responses=FAILURES)


@router.get("/layers", response_class=Response, responses=BINARY)
async def layers(studio: InStudio, model: Annotated[ModelId, Query()] = "shipped") -> Response:
    """Give every number of a network.

    The bytes are a length (uint32), so many bytes of JSON, `{"layers": [...]}`, padded to four, and then
    float32: each layer's weights, a row a unit, and its bias; all little-endian.
    A layer is `{"into", "out", "relu"}`; one of filters has `"conv"`, too: the side of its kernels
    (`kernel`), of the maps that come in (`side`) and of the window of which the largest counts (`pool`),
    and on the first one what is done to the ink (`margin` pixels left out, `gain` and `shift`); its filters'
    gains and shifts, those of batch normalisation, follow its bias.
    Ink is in [0, 1]; the last layer gives the logits of the model file.
    """
    opened = await studio.models.get(model)
    if not opened.lives:
        raise Problem(422, "the layers of this model are of another kind: choose one that zeronine trained")
    return Response(packed(opened.filters or opened.insight), media_type="application/octet-stream")


@router.get("/lessons", response_class=Response, responses=BINARY)
async def lessons(studio: InStudio) -> Response:
    """Give 6,000 MNIST training digits: 784 bytes of ink each, 255 = ink, then one byte of label each."""
    content = await asyncio.to_thread(_lessons, studio.settings.mnist)
    return Response(content, media_type="application/octet-stream")


def packed(seen: Insight | ConvInsight) -> bytes:
    """Return the layers of a network as bytes, see `layers`."""
    described, parts = _filters(seen) if isinstance(seen, ConvInsight) else ([], [])
    for one in seen.layers:
        described.append(
            {"into": one.weights.shape[1], "out": len(one.bias), "relu": one.activation == "relu"}
        )
        parts += [one.weights, one.bias]
    head = json.dumps({"layers": described}).encode()
    head += b" " * (-len(head) % 4)
    numbers = [part.astype("<f4").tobytes() for part in parts]
    return b"".join([np.uint32(len(head)).astype("<u4").tobytes(), head, *numbers])


def _filters(seen: ConvInsight) -> tuple[list[dict[str, Any]], list[Values]]:
    """Return a convnet's filters described, and their numbers in order."""
    described: list[dict[str, Any]] = []
    parts: list[Values] = []
    ink = {"margin": seen.margin, "gain": seen.gain, "shift": seen.shift}
    for side, one in zip(seen.sides, seen.filters, strict=False):
        out, channels, kernel, _ = one.kernels.shape
        conv = {"kernel": kernel, "side": side, "pool": one.pool} | ({} if described else ink)
        described.append({"into": channels * kernel**2, "out": out, "relu": True, "conv": conv})
        parts += [one.kernels, one.bias, one.gain, one.shift]
    return described, parts


@lru_cache(maxsize=1)
def _lessons(mnist: Path | None) -> bytes:
    from zeronine.data.mnist import load

    digits = load("train", folder=mnist)[:LESSONS]
    return digits.images.tobytes() + digits.labels.astype(np.uint8).tobytes()
