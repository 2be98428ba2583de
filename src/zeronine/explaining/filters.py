"""The filters of a convnet that can be seen through: every number from the canvas to the logits.

As `insight.py` does for feed-forward networks: the numbers come from the model file, the arithmetic here is
NumPy's, and what does not answer as the model itself does is never shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zeronine.canvas import SIDE, Canvases
from zeronine.explaining.insight import (
    TOLERANCE,
    Layer,
    Values,
    layers_between,
    probes,
    scale_of,
    way_between,
)
from zeronine.onnx_file import Graph, Node, read_graph
from zeronine.reading.classify import Classifier

EPSILON = 1e-5  #: of batch normalisation: PyTorch's, of which a model file's reader sees whole numbers only


@dataclass(frozen=True, slots=True)
class Filters:
    """One convolution: relu(gain * (the largest of a window of kernels * patch + bias) + shift).

    A patch has the kernel's side and zeros beyond the map's edge.
    """

    kernels: Values  #: (out, channels, k, k)
    bias: Values  #: (out,)
    gain: Values  #: (out,), of batch normalisation; ones without
    shift: Values  #: (out,)
    pool: int  #: side of the window of which the largest counts; 1 without

    def __call__(self, maps: Values) -> Values:
        """Return (N, out, side / pool, side / pool) for maps (N, channels, side, side)."""
        side, reach = maps.shape[-1], self.kernels.shape[-1] // 2
        padded = np.pad(maps, ((0, 0), (0, 0), (reach, reach), (reach, reach)))
        found = np.zeros((len(maps), len(self.kernels), side**2)) + self.bias[:, None]
        for row, column in np.ndindex(self.kernels.shape[2:]):
            seen = padded[:, :, row : row + side, column : column + side]
            found += self.kernels[:, :, row, column] @ seen.reshape(*maps.shape[:2], side**2)
        small = side // self.pool
        windows = found.reshape(*found.shape[:2], small, self.pool, small, self.pool)
        pooled = windows.max(axis=(3, 5))
        said: Values = np.maximum(pooled * self.gain[:, None, None] + self.shift[:, None, None], 0)
        return said


@dataclass(frozen=True, slots=True)
class ConvInsight:
    """A convnet whole: gain * ink + shift within a margin, filters, then fully connected layers to logits."""

    margin: int  #: pixels around the canvas that are not looked at
    gain: float
    shift: float
    filters: tuple[Filters, ...]
    layers: tuple[Layer, ...]

    @property
    def sides(self) -> list[int]:
        """The side of the map that comes into each of the filters, and last of what comes out of them."""
        found = [SIDE - 2 * self.margin]
        for one in self.filters:
            found.append(found[-1] // one.pool)
        return found

    def logits(self, canvases: Canvases) -> Values:
        """Return (N, 10) logits for canvases (N, 28, 28)."""
        inner = canvases[:, self.margin : SIDE - self.margin, self.margin : SIDE - self.margin]
        values = inner[:, None].astype(np.float64) * self.gain + self.shift
        for one in self.filters:
            values = one(values)
        values = values.reshape(len(canvases), -1)
        for layer in self.layers:
            values = layer(values)
        return values


def look_through(classifier: Classifier) -> ConvInsight | None:
    """Return all numbers of a convnet, checked against the model itself; None for any other network."""
    try:
        seen = _seen(read_graph(classifier.path.read_bytes()))
        if seen is None:
            return None
        canvases = probes()[::4]
        wanted = classifier(canvases).logits
        apart = np.abs(seen.logits(canvases) - wanted).max()
    except (ValueError, IndexError, KeyError, OSError):  # shapes that do not fit: it is not what it seemed
        return None
    return seen if apart <= TOLERANCE * max(1.0, float(np.abs(wanted).max())) else None


def _seen(graph: Graph) -> ConvInsight | None:
    """Return the layers on the way from the canvas to the logits; None where others are among them."""
    way = way_between(graph, "canvas", "logits")
    places = [place for place, node in enumerate(way) if node.kind == "Conv"]
    flat = next((place for place, node in enumerate(way) if node.kind in ("Reshape", "Flatten")), None)
    if not places or flat is None:
        return None
    ends = [*places[1:], flat]
    filters = [
        _filters(graph, way[start:end]) for start, end in zip(places, ends, strict=True) if start < end
    ]
    layers = layers_between(graph, way[flat].outputs[0])
    found = tuple(one for one in filters if one is not None)
    if len(found) < len(places) or not layers or any(one.activation != "relu" for one in layers[:-1]):
        return None
    margin = next((int(graph.constants[one.inputs[1]][0]) for one in way if one.kind == "Slice"), 0)
    return ConvInsight(margin, *scale_of(graph, way[: places[0]]), found, layers)


def _filters(graph: Graph, steps: Sequence[Node]) -> Filters | None:
    """Return a convolution with the pooling, batch normalisation and ReLU after it; None for other steps."""
    kinds = [node.kind for node in steps]
    pooled, normed = "MaxPool" in kinds, "BatchNormalization" in kinds
    if kinds != ["Conv", *["MaxPool"] * pooled, *["BatchNormalization"] * normed, "Relu"]:
        return None
    kernels = graph.constants[steps[0].inputs[1]]
    out = len(kernels)
    bias = graph.constants[steps[0].inputs[2]] if len(steps[0].inputs) > 2 else np.zeros(out)
    gain, shift = np.ones(out), np.zeros(out)
    if normed:
        scale, offset, mean, variance = (graph.constants[name] for name in steps[-2].inputs[1:])
        gain = scale / np.sqrt(variance + EPSILON)
        shift = offset - mean * gain
    return Filters(kernels, bias, gain, shift, steps[1].numbers["kernel_shape"][0] if pooled else 1)
