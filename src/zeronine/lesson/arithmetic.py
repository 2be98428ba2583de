"""Step four in numbers: one batch, the loss before, the gradient, one step, the loss after, by hand."""

from dataclasses import dataclass

import numpy as np
import torch

from zeronine.data.digits import Digits
from zeronine.network import by_hand
from zeronine.network.article import HIDDEN, FeedForward
from zeronine.network.contract import CLASSES

BATCH = 64
LEARNING_RATE = 0.1


@dataclass(frozen=True)
class OneStep:
    """What one learning step did."""

    probability: float  #: of the right digit, mean over the batch, before the step
    loss_before: float
    weight: float  #: one weight of the last layer, before
    slope: float  #: of the loss for that weight
    loss_after: float
    disagreement: float  #: largest difference between these slopes and autograd's


def one_step(digits: Digits) -> OneStep:
    """Take one step on the first 64 digits, in NumPy, and hold its gradient against autograd's."""
    inputs = by_hand.normalise(digits.images[:BATCH] / 255)  # (64, 784)
    labels = digits.labels[:BATCH]
    layers = by_hand.start((inputs.shape[1], *HIDDEN, CLASSES), np.random.default_rng(0))
    values = by_hand.forward(layers, inputs)  # (64, 784), (64, 128), (64, 64), (64, 10)
    slopes = by_hand.backward(layers, values, labels)
    after = by_hand.forward(by_hand.step(layers, slopes, LEARNING_RATE), inputs)
    place = np.unravel_index(np.abs(slopes[-1].weights).argmax(), slopes[-1].weights.shape)
    return OneStep(
        probability=float(by_hand.softmax(values[-1])[np.arange(BATCH), labels].mean()),
        loss_before=by_hand.loss(values[-1], labels),
        weight=float(layers[-1].weights[place]),
        slope=float(slopes[-1].weights[place]),
        loss_after=by_hand.loss(after[-1], labels),
        disagreement=disagreement(layers, digits[:BATCH]),
    )


def disagreement(layers: by_hand.Layers, digits: Digits) -> float:
    """Return the largest difference between slopes by hand and by PyTorch's autograd."""
    network = FeedForward().double()
    linear = [*(one for one in network.hidden if isinstance(one, torch.nn.Linear)), network.output]
    with torch.no_grad():
        for one, layer in zip(linear, layers, strict=True):
            one.weight.copy_(torch.from_numpy(layer.weights))
            one.bias.copy_(torch.from_numpy(layer.biases))
    canvases = torch.from_numpy(digits.images / 255)
    torch.nn.functional.cross_entropy(network(canvases).logits, torch.from_numpy(digits.labels)).backward()
    values = by_hand.forward(layers, by_hand.normalise(digits.images / 255))
    slopes = by_hand.backward(layers, values, digits.labels)
    return max(
        float(np.abs(found - wanted.grad.numpy()).max())
        for one, slope in zip(linear, slopes, strict=True)
        for found, wanted in ((slope.weights, one.weight), (slope.biases, one.bias))
        if wanted.grad is not None
    )
