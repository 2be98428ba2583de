"""What goes over the wire, as typed shapes that are checked before anything else sees them."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, FailFast, Field, create_model

from zeronine.canvas import SIDE, Canvases
from zeronine.options import LONGEST, OPTIONS, ReadOptions, kind_of
from zeronine.studio.tiles import PIXELS

MAX_CANVASES = 256  #: in one request

Ink = Annotated[float, Field(ge=0, le=255, allow_inf_nan=False)]
Canvas = Annotated[
    list[Ink],
    Field(min_length=PIXELS, max_length=PIXELS, description="28 x 28 ink values, row by row, 255 = ink"),
    FailFast(),  # one wrong number is reported, not two hundred thousand
]
ModelId = Annotated[str, Field(min_length=1, max_length=40, description="as listed by GET /api/models")]
DigitValue = Annotated[int, Field(ge=0, le=9)]
Kind = Literal["neighbours", "flip", "occlusion", "contribution", "hidden", "map"]
KINDS: tuple[Kind, ...] = ("neighbours", "flip", "occlusion", "contribution", "hidden", "map")
#: an upright stroke, the example of a canvas
STROKE: list[Any] = [
    255 if 4 <= place // SIDE < 24 and 13 <= place % SIDE < 15 else 0 for place in range(PIXELS)
]


class Asked(BaseModel):
    """A request: unknown fields are refused, so that a misspelt option is noticed."""

    model_config = ConfigDict(extra="forbid")


def _option(name: str) -> Any:
    """Return an option of reading as a query parameter: its type, default, help and bounds."""
    kind: Any = kind_of(name)
    said = OPTIONS[name].metadata
    bounds: dict[str, Any] = {"ge": said["least"], "le": said["most"]} if kind is float else {}
    if kind is float:
        bounds["allow_inf_nan"] = False
    if kind is str:
        bounds["max_length"] = LONGEST
    info = Field(OPTIONS[name].default, description=said["help"], **bounds)
    return (kind if kind is bool else kind | None, info)


_Options: Any = create_model("_Options", __base__=Asked, **{name: _option(name) for name in OPTIONS})


class ReadAsked(_Options):  # type: ignore[misc]  # its base is made of `ReadOptions`
    """The query of a request to read a picture; its options are those of `Reader.read`."""

    model: ModelId = "shipped"
    page: Annotated[int, Field(ge=1, le=1000, description="of a PDF or TIFF")] = 1
    steps: Annotated[bool, Field(description="add the picture after each step")] = False
    canvases: Annotated[bool, Field(description="add what the network saw")] = False

    def options(self) -> ReadOptions:
        """Return the options of reading; raise ExpectationError for what cannot be."""
        return ReadOptions(**{name: getattr(self, name) for name in OPTIONS})


class ClassifyAsked(Asked):
    """Canvases to classify."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"canvases": [STROKE], "model": "shipped", "embedding": False}]}
    )

    canvases: Annotated[list[Canvas], Field(min_length=1, max_length=MAX_CANVASES), FailFast()]
    model: ModelId = "shipped"
    embedding: bool = False


class ExplainAsked(Asked):
    """A canvas to explain."""

    canvas: Canvas
    model: ModelId = "shipped"
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=len(KINDS))] = list(KINDS)
    rival: DigitValue | None = None


class Off(Asked):
    """Units of one hidden layer to switch off."""

    layer: Annotated[int, Field(ge=0, le=31)]
    units: Annotated[list[Annotated[int, Field(ge=0, le=65535)]], Field(max_length=4096)] | Literal["all"]


class AblateAsked(Asked):
    """A canvas, and the units to switch off."""

    canvas: Canvas
    model: ModelId = "shipped"
    off: Annotated[list[Off], Field(max_length=32)]


class IndexAsked(Asked):
    """The model whose training digits are to be indexed."""

    model: ModelId = "shipped"


class ErrorDetail(BaseModel):
    """What happened, the value, and what to do next."""

    status: int
    message: str


class Failure(BaseModel):
    """The one shape of every error."""

    error: ErrorDetail


class Answer(BaseModel):
    """The answer for one canvas."""

    value: int
    confidence: float
    probabilities: list[float]
    digit_probability: float
    embedding: list[float] | None = None


class ClassifyAnswer(BaseModel):
    """The answers, in the order of the canvases."""

    model: str
    answers: list[Answer]


def canvases_of(lists: list[list[float]]) -> Canvases:
    """Return (N, 28, 28) float32 canvases in [0, 1] for lists of 784 values of 0..255."""
    return (np.asarray(lists, np.float32) / np.float32(255)).reshape(-1, SIDE, SIDE)
