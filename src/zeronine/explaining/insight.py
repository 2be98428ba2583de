"""The layers of a model that can be seen through: all of a feed-forward network, the last of any other.

The weights come from the model file's graph (`graph.py`), the arithmetic is NumPy's.  Whatever is
read is compared with the model itself on fixed canvases, and thrown away when it differs: so a
model whose layers are of another kind is never explained by the wrong numbers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, Canvases
from zeronine.onnx_file import Graph, Node, read_graph
from zeronine.reading.classify import Answers, Classifier

Values = npt.NDArray[np.float64]
Off = Mapping[int, Sequence[int] | None]  #: layer -> units switched off, None for all of them

TOLERANCE = 2e-3  #: largest difference of a logit, relative to the largest logit
PROBES = 16


@dataclass(frozen=True, slots=True)
class Layer:
    """One fully connected layer: activation(weights @ values + bias)."""

    name: str
    weights: Values  #: (out, in)
    bias: Values  #: (out,)
    activation: str  #: "relu", "tanh", "sigmoid", "gelu" or "none"

    def __call__(self, values: Values) -> Values:
        """Return (N, out) for (N, in)."""
        return ACTIVATIONS[self.activation](values @ self.weights.T + self.bias)


@dataclass(frozen=True, slots=True)
class Insight:
    """What can be seen of a model.

    `layers` end in the ten logits.  They begin at the canvas when `from_canvas`, else at the
    embedding; there are none when the model could not be seen through at all.
    """

    layers: tuple[Layer, ...]
    from_canvas: bool

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of the hidden layers whose units can be seen and switched off."""
        if not self.layers:
            return ()
        return tuple(layer.name for layer in self.layers[:-1]) if self.from_canvas else ("embedding",)

    @property
    def widths(self) -> tuple[int, ...]:
        """How many units each of those layers has."""
        return tuple(layer.weights.shape[1] for layer in self.layers[1 if self.from_canvas else 0 :])

    def start(self, canvases: Canvases, answers: Answers) -> Values:
        """Return the values that enter the layers: (N, 784) or (N, E)."""
        if self.from_canvas:
            return canvases.reshape(len(canvases), -1).astype(np.float64)
        return answers.embedding.astype(np.float64)

    def units(self, start: Values, off: Off | None = None) -> list[Values]:
        """Return the values of every hidden layer, (N, units) each, with some switched off."""
        if not self.from_canvas:
            return [_without(start, (off or {}).get(0, ()))]
        values, found = start, []
        for number, layer in enumerate(self.layers[:-1]):
            values = _without(layer(values), (off or {}).get(number, ()))
            found.append(values)
        return found

    def logits(self, start: Values, off: Off | None = None) -> Values:
        """Return (N, 10) logits, with units switched off."""
        found = self.units(start, off)
        return self.layers[-1](found[-1] if found else start)

    def logits_from(self, number: int, values: Values) -> Values:
        """Return (N, 10) logits out of the values of hidden layer `number`."""
        for layer in self.layers[number + 1 :] if self.from_canvas else self.layers:
            values = layer(values)
        return values


def look_into(classifier: Classifier) -> Insight:
    """Return what can be seen of a model, checked against the model itself."""
    try:
        graph = read_graph(classifier.path.read_bytes())
    except (ValueError, OSError):
        return Insight((), False)
    canvases = probes()
    answers = classifier(canvases)
    for source in ("canvas", "embedding"):
        insight = Insight(layers_between(graph, source), source == "canvas")
        if insight.layers and _agrees(insight, canvases, answers):
            return insight
    return Insight((), False)


def layers_between(graph: Graph, source: str) -> tuple[Layer, ...]:
    """Return the fully connected layers on the way from `source` to the logits; none if others are there."""
    way = way_between(graph, source, "logits")
    places = [place for place, node in enumerate(way) if node.kind == "Gemm"]
    if not places:
        return ()
    layers = []
    for number, place in enumerate(places):
        after = way[place + 1 : [*places, len(way)][number + 1]]
        layer = _layer(graph, way[place], number, after, last=number == len(places) - 1)
        if layer is None:
            return ()
        layers.append(layer)
    gain, shift = scale_of(graph, way[: places[0]])
    first = layers[0]
    layers[0] = Layer(
        first.name, first.weights * gain, first.bias + first.weights.sum(axis=1) * shift, first.activation
    )
    gain, shift = scale_of(graph, way[places[-1] + 1 :])
    last = layers[-1]
    layers[-1] = Layer("output", last.weights * gain, last.bias * gain + shift, "none")
    return tuple(layers)


def _layer(graph: Graph, node: Node, number: int, after: Sequence[Node], *, last: bool) -> Layer | None:
    """Return one layer, or None where the steps after it are no known activation."""
    weights, bias = graph.constants.get(node.inputs[1]), graph.constants.get(node.inputs[-1])
    if weights is None or bias is None or len(node.inputs) != 3:
        return None
    activation = "none" if last else _activation(after)
    if activation is None:
        return None
    return Layer(f"hidden {number + 1}", weights if node.transposed else weights.T, bias, activation)


def _activation(steps: Sequence[Node]) -> str | None:
    kinds = {node.kind for node in steps} - {"Reshape", "Flatten", "Identity"}
    if "Erf" in kinds or "Gelu" in kinds:
        return "gelu"
    if not kinds:
        return "none"
    return (
        {"Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid"}.get(kinds.pop()) if len(kinds) == 1 else None
    )


def way_between(graph: Graph, source: str, target: str) -> list[Node]:
    """Return the steps between two tensors, in the order of the file."""
    reached, forward = {source}, []
    for node in graph.nodes:
        if reached & set(node.inputs):
            reached |= set(node.outputs)
            forward.append(node)
    needed, way = {target}, []
    for node in reversed(forward):
        if needed & set(node.outputs):
            needed |= set(node.inputs)
            way.append(node)
    return way[::-1]


def scale_of(graph: Graph, steps: Sequence[Node]) -> tuple[float, float]:
    """Return (gain, shift) of steps that multiply or shift by one number: value * gain + shift."""
    gain, shift = 1.0, 0.0
    for node in steps:
        numbers = [graph.constants[name] for name in node.inputs if name in graph.constants]
        if node.kind in ("Sub", "Add", "Div", "Mul") and numbers and numbers[-1].size == 1:
            number = float(numbers[-1].reshape(()))
            factor = {"Div": 1 / number if number else np.nan, "Mul": number}.get(node.kind, 1.0)
            gain, shift = gain * factor, shift * factor + {"Sub": -number, "Add": number}.get(node.kind, 0.0)
    return gain, shift


def _agrees(insight: Insight, canvases: Canvases, answers: Answers) -> bool:
    with np.errstate(all="ignore"):
        try:
            found = insight.logits(insight.start(canvases, answers))
        except ValueError:  # shapes that do not fit: the layers are not what they seemed
            return False
        difference = np.abs(found - answers.logits).max()
    return bool(difference <= TOLERANCE * max(1.0, float(np.abs(answers.logits).max())))


def probes() -> Canvases:
    """Return fixed canvases, half of them mostly paper as digits are."""
    canvases = np.random.default_rng(9).random((PROBES, SIDE, SIDE), np.float32)
    canvases[PROBES // 2 :] *= canvases[PROBES // 2 :] > 0.8
    return canvases


def _without(values: Values, units: Sequence[int] | None) -> Values:
    """Return the values with some units, or all of them (None), at zero."""
    if units is not None and len(units) == 0:
        return values
    values = values.copy()
    values[:, slice(None) if units is None else list(units)] = 0
    return values


def _relu(values: Values) -> Values:
    return np.maximum(values, 0)


def _sigmoid(values: Values) -> Values:
    return np.asarray(0.5 * (1 + np.tanh(values / 2)))


def _gelu(values: Values) -> Values:
    return values * _normal(values)


def _none(values: Values) -> Values:
    return values


def _relu_slope(values: Values) -> Values:
    return (values > 0).astype(np.float64)


def _tanh_slope(values: Values) -> Values:
    return np.asarray(1 - np.tanh(values) ** 2)


def _sigmoid_slope(values: Values) -> Values:
    return _sigmoid(values) * (1 - _sigmoid(values))


def _gelu_slope(values: Values) -> Values:
    density = np.exp(-(values**2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray(_normal(values) + values * density)


def _normal(values: Values) -> Values:
    """Return the standard normal distribution function."""
    return np.asarray(0.5 * (1 + np.vectorize(math.erf, otypes=[np.float64])(values / math.sqrt(2))))


ACTIVATIONS: dict[str, Callable[[Values], Values]] = {
    "relu": _relu,
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "gelu": _gelu,
    "none": _none,
}
SLOPES: dict[str, Callable[[Values], Values]] = {
    "relu": _relu_slope,
    "tanh": _tanh_slope,
    "sigmoid": _sigmoid_slope,
    "gelu": _gelu_slope,
    "none": np.ones_like,
}
