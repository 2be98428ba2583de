"""What is taught: the last two layers of a model file, on what the layers before them make of a canvas.

The layers before are run once by ONNX Runtime; the two that learn are NumPy's, and written back into the
file's bytes, so that a taught model is a model file like any other and no PyTorch is needed.
A convnet has a second pair that says whether there is a digit at all; it learns along, since a strange
hand's digits are also doubted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.canvas import Canvases
from zeronine.errors import ModelError
from zeronine.onnx_file import Graph, Node, read_graph, with_constants, with_output
from zeronine.reading.classify import BATCH, Classifier, open_session
from zeronine.reading.onnx_check import INPUT

Floats = npt.NDArray[np.floating[Any]]
WAYS = ("logits", "digit_logit")
SCALES = frozenset({"Div", "Mul", "Sub", "Add", "Squeeze", "Identity"})  #: steps after a head that may stand


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Two layers with a ReLU between: gain * (second @ relu(first @ features + bias) + bias) + shift."""

    first: Floats  #: (hidden, features)
    first_bias: Floats  #: (hidden,)
    second: Floats  #: (out, hidden)
    second_bias: Floats  #: (out,)
    gain: float = 1.0  #: the file's calibration, that stays as it is
    shift: float = 0.0

    def like(self, parts: Sequence[Floats]) -> "Head":
        """Return a head with other weights and the same calibration."""
        first, first_bias, second, second_bias = parts
        return Head(first, first_bias, second, second_bias, self.gain, self.shift)

    @property
    def parts(self) -> tuple[Floats, ...]:
        """What can be learnt, in order."""
        return self.first, self.first_bias, self.second, self.second_bias

    def hidden(self, features: Floats) -> Floats:
        """Return (N, hidden), the embedding, for features (N, F)."""
        return np.asarray(np.maximum(features @ self.first.T + self.first_bias, 0), np.float32)

    def __call__(self, features: Floats) -> Floats:
        """Return (N, out) for features (N, F)."""
        found = self.hidden(features) @ self.second.T + self.second_bias
        return np.asarray(found * np.float32(self.gain) + np.float32(self.shift), np.float32)

    def last(self) -> "Head":
        """Return the last layer alone, for what the first one says: its own first one changes nothing."""
        width = len(self.first_bias)
        return self.like((np.eye(width, dtype=np.float32), np.zeros(width, np.float32), *self.parts[2:]))

    def with_last(self, other: "Head") -> "Head":
        """Return this head with the last layer of another one."""
        return self.like((*self.parts[:2], *other.parts[2:]))

    def towards(self, other: "Head", share: float) -> "Head":
        """Return the head `share` of the way to another one, each weight by itself."""
        pairs = zip(self.parts, other.parts, strict=True)
        return self.like([one + np.float32(share) * (two - one) for one, two in pairs])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a head's weights stand in the file."""

    features: str
    names: tuple[str, str, str, str]
    transposed: tuple[bool, bool]
    gain: float
    shift: float


class Teachable:
    """A model file taken apart: the part that stays, and the heads that learn."""

    def __init__(self, classifier: Classifier) -> None:
        """Take the file of an open model apart; ModelError where its last layers are of another kind."""
        self.classifier = classifier
        self.content = classifier.path.read_bytes()
        graph = read_graph(self.content)
        places = {way: _place(graph, way) for way in WAYS}
        place = places["logits"]
        if place is None:
            raise ModelError(
                f"{classifier.path}: its last two layers are not ones that can be taught: "
                "teach the shipped model, or a run of one of the recipes",
                file=classifier.path,
            )
        doubt = places["digit_logit"]
        if doubt is not None and doubt.features != place.features:
            doubt = None
        self._places = [place] if doubt is None else [place, doubt]
        self.heads: tuple[Head, ...] = tuple(_head(graph, one) for one in self._places)
        self._features = place.features
        self._session = open_session(with_output(self.content, self._features), classifier.path, 1)
        self._check()

    @property
    def knows_doubt(self) -> bool:
        """Whether there is a head that says "this is no digit"."""
        return len(self.heads) > 1

    def features(self, canvases: Canvases) -> Floats:
        """Return what the heads get of canvases (N, 28, 28): (N, F)."""
        starts = range(0, max(len(canvases), 1), BATCH)
        parts = [self._session.run([self._features], {INPUT: canvases[at : at + BATCH]})[0] for at in starts]
        return np.asarray(np.concatenate(parts).reshape(len(canvases), -1), np.float32)

    def content_with(self, heads: Sequence[Head]) -> bytes:
        """Return the model file with other heads; its card is still that of the old ones."""
        values: dict[str, Floats] = {}
        for place, head in zip(self._places, heads, strict=True):
            turned = (
                head.first if place.transposed[0] else head.first.T,
                head.first_bias,
                head.second if place.transposed[1] else head.second.T,
                head.second_bias,
            )
            values |= dict(zip(place.names, turned, strict=True))
        return with_constants(self.content, values)

    def _check(self) -> None:
        """Raise ModelError unless the heads answer as the file does."""
        canvases = np.random.default_rng(9).random((16, 28, 28), np.float32)
        canvases[8:] *= canvases[8:] > 0.8
        answers, features = self.classifier(canvases), self.features(canvases)
        expected = (answers.logits, answers.digit_logit[:, None])
        for head, wanted in zip(self.heads, expected, strict=False):
            apart = float(np.abs(head(features) - wanted).max())
            if not apart <= 1e-3 * max(1.0, float(np.abs(wanted).max())):
                raise ModelError(
                    f"{self.classifier.path}: taken apart, the model answers otherwise (by {apart:.2g}): "
                    "it cannot be taught",
                    file=self.classifier.path,
                )


def _place(graph: Graph, target: str) -> _Place | None:
    """Return where the last two layers before an output stand; None where they are of another kind."""
    makers = {node.outputs[0]: node for node in graph.nodes}
    after: list[Node] = []
    node = makers.get(target)
    while node is not None and node.kind in SCALES:
        after.append(node)
        node = makers.get(node.inputs[0])
    between = makers.get(node.inputs[0]) if node is not None else None
    before = makers.get(between.inputs[0]) if between is not None else None
    if node is None or between is None or before is None:
        return None
    names = (*before.inputs[1:], *node.inputs[1:])
    kinds = (before.kind, between.kind, node.kind)
    if kinds != ("Gemm", "Relu", "Gemm") or len(names) != 4 or not set(names) <= set(graph.constants):
        return None
    scale = _scale(graph, after[::-1])
    return _Place(before.inputs[0], names, (before.transposed, node.transposed), *scale)


def _scale(graph: Graph, steps: Sequence[Node]) -> tuple[float, float]:
    """Return (gain, shift) of steps that multiply or shift by one number: value * gain + shift."""
    gain, shift = 1.0, 0.0
    for node in steps:
        numbers = [graph.constants[name] for name in node.inputs[1:] if name in graph.constants]
        if node.kind in ("Squeeze", "Identity") or not numbers:
            continue
        number = float(numbers[-1].reshape(-1)[0])
        factor = {"Div": 1 / number if number else np.nan, "Mul": number}.get(node.kind, 1.0)
        gain, shift = gain * factor, shift * factor + {"Sub": -number, "Add": number}.get(node.kind, 0.0)
    return gain, shift


def _head(graph: Graph, place: _Place) -> Head:
    """Return the weights of a head as the file has them."""
    first, first_bias, second, second_bias = (graph.constants[name] for name in place.names)
    first = first if place.transposed[0] else first.T
    second = second if place.transposed[1] else second.T
    as_floats = [np.asarray(one, np.float32) for one in (first, first_bias, second, second_bias)]
    return Head(as_floats[0], as_floats[1], as_floats[2], as_floats[3], place.gain, place.shift)
