"""The article's network, backpropagation and gradient descent, in NumPy and nothing else.

Everything that PyTorch does for the article happens here in the open: forward, loss, the chain rule
backwards (Rumelhart, Hinton and Williams, 1986), one step downhill.  It agrees with autograd to 1e-5.
Only the plain case is here: ReLU, cross-entropy, gradient descent without momentum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Layer:
    """A linear layer: what comes in times the weights, plus the biases."""

    weights: Array  #: (out, in)
    biases: Array  #: (out,)


Layers = Sequence[Layer]


def start(sizes: Sequence[int], generator: np.random.Generator) -> list[Layer]:
    """Return random layers for sizes such as (784, 128, 64, 10), in the range that PyTorch uses."""
    layers = []
    for wide, narrow in pairwise(sizes):
        bound = 1 / np.sqrt(wide)
        weights = generator.uniform(-bound, bound, (narrow, wide))
        layers.append(Layer(weights, generator.uniform(-bound, bound, narrow)))
    return layers


def normalise(canvases: Array) -> Array:
    """Flatten canvases (N, 28, 28) in [0, 1] to (N, 784) in [-1, 1], as the article does."""
    return (canvases.reshape(len(canvases), -1) - 0.5) / 0.5


def forward(layers: Layers, inputs: Array) -> list[Array]:
    """Return what every layer gives: inputs (N, 784), then (N, 128), (N, 64), and the logits (N, 10)."""
    values = [inputs]
    for layer in layers[:-1]:
        values.append(np.maximum(values[-1] @ layer.weights.T + layer.biases, 0))  # ReLU
    values.append(values[-1] @ layers[-1].weights.T + layers[-1].biases)
    return values


def softmax(logits: Array) -> Array:
    """Return probabilities (N, 10): all positive, each row's sum 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def loss(logits: Array, labels: npt.NDArray[np.int64]) -> float:
    """Return the mean of -log(probability of the right digit): 0 is perfect, ln 10 = 2.303 is guessing."""
    return float(-np.log(softmax(logits)[np.arange(len(labels)), labels]).mean())


def backward(layers: Layers, values: Sequence[Array], labels: npt.NDArray[np.int64]) -> list[Layer]:
    """Return the slope of the loss for every weight and bias, by the chain rule from the end to the start."""
    wanted = np.eye(10)[labels]  # (N, 10): 1 at the right digit
    blame = (softmax(values[-1]) - wanted) / len(labels)  # (N, 10): slope of the loss for each logit
    slopes = []
    for layer, incoming in zip(reversed(layers), reversed(values[:-1]), strict=True):
        slopes.append(Layer(blame.T @ incoming, blame.sum(axis=0)))
        blame = (blame @ layer.weights) * (incoming > 0)  # through the weights, then through the ReLU
    return slopes[::-1]


def step(layers: Layers, slopes: Layers, learning_rate: float) -> list[Layer]:
    """Return the layers after one step downhill."""
    return [
        replace(
            layer,
            weights=layer.weights - learning_rate * slope.weights,
            biases=layer.biases - learning_rate * slope.biases,
        )
        for layer, slope in zip(layers, slopes, strict=True)
    ]


def learn(
    layers: Layers, inputs: Array, labels: npt.NDArray[np.int64], learning_rate: float
) -> tuple[list[Layer], float]:
    """Take one step on one batch; return the new layers and the loss before it."""
    values = forward(layers, inputs)
    return step(layers, backward(layers, values, labels), learning_rate), loss(values[-1], labels)
