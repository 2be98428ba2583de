"""The card: what a model file says about itself, as JSON inside the file.

It is written by `network/`, read by `reading/`, and never holds a clock time, so that the same
training gives the same bytes.
"""

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeGuard

from zeronine.canvas import CONTRACT
from zeronine.errors import ModelError

FORMAT = 1  #: the version of the model file that this package writes and reads
KEY = "zeronine"  #: the metadata key under which a file carries its card
MOST_CHARACTERS = 2**18  #: of a card; the shipped one has 2,000
TAUGHT = ", taught a hand"  #: end of the name of a model that was
FIGURE = ("value", "count", "interval", "protocol")  #: what every figure has


@dataclass(frozen=True, kw_only=True)
class Card:
    """Format version, canvas contract, how the model was made, and how good it is."""

    format: int = FORMAT
    canvas: dict[str, Any] = field(default_factory=lambda: dict(CONTRACT))
    name: str = ""
    model_version: str = ""  #: counts the releases of its weights; empty where there was none
    network: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)  #: every choice of the run, seed included
    temperature: float = 1.0  #: fitted on validation; the logits of a .onnx file are divided by it already
    not_a_digit: bool = False  #: whether `digit_logit` was trained with negatives
    digit_threshold: float = 0.0  #: likewise; subtracted from a .onnx file's `digit_logit` already
    figures: dict[str, Any] = field(default_factory=dict)  #: name -> {value, count, interval, protocol}
    versions: dict[str, str] = field(default_factory=dict)
    digest: str = ""  #: of the .onnx file less its metadata (`onnx_file.py`); empty in a checkpoint's card
    licence: str = "Apache-2.0"

    @property
    def taught(self) -> bool:
        """Whether it is of a model that was taught a hand (`zeronine teach`)."""
        return self.name.endswith(TAUGHT)

    @property
    def title(self) -> str:
        """Name and version: "zeronine 3"."""
        return f"{self.name} {self.model_version}".strip()

    def to_json(self) -> str:
        """Return the card as JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True)


def card_from_json(text: str, *, where: str) -> Card:
    """Read a card; raise ModelError, naming the file `where`, for one that is not understood."""
    try:
        data = json.loads(text[:MOST_CHARACTERS])
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"{where}: the model's card is not JSON ({error}): export the model again", file=where
        ) from None
    if not isinstance(data, dict) or "format" not in data:
        raise ModelError(
            f"{where}: the model's card has no format version: export the model again", file=where
        )
    if type(data["format"]) is not int or data["format"] != FORMAT:
        raise ModelError(
            f"{where}: the model file has format {data['format']!r}, this version reads format {FORMAT}: "
            "update zeronine, or export the model again with this version",
            file=where,
        )
    unknown = sorted(set(data) - {one.name for one in fields(Card)})
    if unknown:
        raise ModelError(
            f"{where}: the model's card has unknown entries {unknown}: update zeronine", file=where
        )
    wrong = sorted(name for name, value in data.items() if not _fits(name, value))
    if wrong:
        raise ModelError(
            f"{where}: the model's card has no sense in {wrong}: export the model again", file=where
        )
    card = Card(**data)
    if card.canvas != CONTRACT:
        raise ModelError(
            f"{where}: the model expects another canvas ({card.canvas}): export it again with this version",
            file=where,
        )
    return card


def _fits(name: str, value: object) -> bool:
    """Return whether an entry of a card is of its kind, and every number in it one that can be used."""
    like = getattr(Card(), name)
    if not _is_finite(value):
        return False
    if isinstance(like, float):
        return _is_number(value) and (name != "temperature" or value > 0)
    if isinstance(value, dict) and name == "figures":
        return all(map(_is_figure, value.values()))
    if isinstance(value, dict) and name == "versions":
        return all(isinstance(one, str) for one in value.values())
    return type(value) is type(like)


def _is_figure(one: object) -> bool:
    if not isinstance(one, dict) or not set(FIGURE) <= one.keys():
        return False
    interval = one["interval"]
    numbers = [one["value"], one["count"], *(interval if isinstance(interval, list) else ())]
    return len(numbers) == 4 and all(map(_is_number, numbers)) and isinstance(one["protocol"], str)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_finite(value: object) -> bool:
    """Return whether no number in plain data is NaN, infinite, or too large to be written as one."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not _is_number(value) or (abs(value) < 2**63 and math.isfinite(value))
