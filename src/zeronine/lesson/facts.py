"""What the course shows of the digits, computed from them: counts, averages, and one step's landing.

NumPy only, so that the page's server needs no PyTorch for it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.data.digits import Digits
from zeronine.network import by_hand

SHOWN = 20  #: digits that are shown
BATCH = 64  #: digits of the one step
RATES = (0.001, 0.01, 0.1, 1.0, 10.0)  #: learning rates of the one step
SIZES = (784, 128, 64, 10)  #: the article's network
SWITCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "loss": ("the wrong loss: Softmax into NLLLoss", {"loss": "nll-of-softmax"}),
    "relu": ("no second ReLU", {"last_activation": False}),
    "step": (
        "the tiny step: 0.001, and nothing else",
        {"learning_rate": 0.001, "momentum": 0.0, "schedule": "constant"},
    ),
}  #: the article's faults: what they are called, and what puts each back into "repaired"

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Facts:
    """What the chapters on data, on looking and on the slope show."""

    counts: list[int]  #: of each digit among the training digits
    favourite: int  #: the commonest
    lazy: float  #: share of the test digits that the commonest is
    samples: Images  #: (20, 28, 28)
    labels: list[int]  #: of the samples
    averages: Images  #: (10, 28, 28), of the training digits of each class
    ordered: float  #: share of the test digits that are nearest to their own class's average
    shuffled: float  #: the same, all pixels in another order
    shuffled_samples: Images  #: (20, 28, 28)
    before: float  #: loss of an untrained network on 64 digits
    after: list[float]  #: after one step with each of RATES


def facts(train: Digits, test: Digits) -> Facts:
    """Compute it all: some two seconds of one core."""
    counts = np.bincount(train.labels, minlength=10)
    favourite = int(counts.argmax())
    order = np.random.default_rng(0).permutation(train.images[0].size)
    averages = average(train)
    before, after = one_step_each(train[:BATCH])
    return Facts(
        counts=counts.tolist(),
        favourite=favourite,
        lazy=float((test.labels == favourite).mean()),
        samples=train.images[:SHOWN],
        labels=train.labels[:SHOWN].tolist(),
        averages=np.rint(averages).astype(np.uint8),
        ordered=_nearest_share(averages, test),
        shuffled=_nearest_share(shuffle(averages, order), Digits(shuffle(test.images, order), test.labels)),
        shuffled_samples=shuffle(train.images[:SHOWN], order),
        before=before,
        after=after,
    )


def average(digits: Digits) -> npt.NDArray[np.float64]:
    """Return the mean picture of each class, (10, 28, 28) in 0..255."""
    return np.stack([digits.images[digits.labels == value].mean(axis=0) for value in range(10)])


def shuffle(pictures: npt.NDArray[Any], order: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Return pictures (N, 28, 28) with their pixels in another order."""
    return pictures.reshape(len(pictures), -1)[:, order].reshape(pictures.shape)


def one_step_each(digits: Digits) -> tuple[float, list[float]]:
    """Return the loss of an untrained network, and after one step from there with each learning rate."""
    inputs = by_hand.normalise(digits.images / 255)
    layers = by_hand.start(SIZES, np.random.default_rng(0))
    values = by_hand.forward(layers, inputs)
    slopes = by_hand.backward(layers, values, digits.labels)
    after = [
        by_hand.loss(by_hand.forward(by_hand.step(layers, slopes, rate), inputs)[-1], digits.labels)
        for rate in RATES
    ]
    return by_hand.loss(values[-1], digits.labels), after


def _nearest_share(averages: npt.NDArray[np.float64], digits: Digits) -> float:
    """Return the share of digits that are nearest to the average of their own class."""
    flat, asked = averages.reshape(10, -1) / 255, digits.images.reshape(len(digits), -1) / 255
    # Less the square of what is asked, the same for all ten; rounded, so that no order of adding decides.
    distances = ((flat**2).sum(axis=1) - 2 * asked @ flat.T).round(9)
    return float((distances.argmin(axis=1) == digits.labels).mean())
