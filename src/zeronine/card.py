"""The card: what a model file says about itself, as JSON inside the file.

It is written by `network/`, read by `reading/`, and never holds a clock time, so that the same
training gives the same bytes.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from zeronine.canvas import CONTRACT
from zeronine.errors import ModelError

FORMAT = 1  #: the version of the model file that this package writes and reads
KEY = "zeronine"  #: the metadata key under which a file carries its card


@dataclass(frozen=True, kw_only=True)
class Card:
    """Format version, canvas contract, how the model was made, and how good it is."""

    format: int = FORMAT
    canvas: dict[str, Any] = field(default_factory=lambda: dict(CONTRACT))
    name: str = ""
    network: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)  #: every choice of the run, seed included
    temperature: float = 1.0  #: fitted on validation; the logits of a .onnx file are divided by it already
    not_a_digit: bool = False  #: whether `digit_logit` was trained with negatives
    digit_threshold: float = 0.0  #: likewise; subtracted from a .onnx file's `digit_logit` already
    figures: dict[str, Any] = field(default_factory=dict)  #: name -> {value, count, interval, protocol}
    versions: dict[str, str] = field(default_factory=dict)
    licence: str = "Apache-2.0"

    def to_json(self) -> str:
        """Return the card as JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True)


def card_from_json(text: str, *, where: str) -> Card:
    """Read a card; raise ModelError, naming the file `where`, for one that is not understood."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ModelError(f"{where}: the model's card is not JSON ({error}): export the model again") from None
    if not isinstance(data, dict) or "format" not in data:
        raise ModelError(f"{where}: the model's card has no format version: export the model again")
    if data["format"] != FORMAT:
        raise ModelError(
            f"{where}: the model file has format {data['format']!r}, this version reads format {FORMAT}: "
            "update zeronine, or export the model again with this version"
        )
    unknown = sorted(set(data) - {one.name for one in fields(Card)})
    if unknown:
        raise ModelError(f"{where}: the model's card has unknown entries {unknown}: update zeronine")
    card = Card(**data)
    if card.canvas != CONTRACT:
        raise ModelError(
            f"{where}: the model expects another canvas ({card.canvas}): export it again with this version"
        )
    return card
