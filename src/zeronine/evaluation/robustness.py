"""How much of its accuracy a model keeps when pictures are spoilt in fifteen ways (MNIST-C)."""

from dataclasses import dataclass

import numpy as np

from zeronine import metrics
from zeronine.data.corruptions import CORRUPTIONS, corrupt
from zeronine.data.digits import Digits
from zeronine.reading.classify import Classifier

#: Which corruptions the shipped recipes' augmentation resembles, and what it does that is like them:
#: these figures say how well a model learnt what it was shown; the others say how it generalises.
RESEMBLED = {
    "impulse_noise": "specks",
    "motion_blur": "blur",
    "shear": "slant",
    "scale": "stretch",
    "rotate": "turn",
    "brightness": "grey background",
    "translate": "shift",
    "dotted_line": "line fragments",
}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Accuracy on one kind of corruption."""

    name: str
    count: int
    right: int
    resembled: str  #: what augmentation does that is like it, "" for nothing

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.count


def corrupted(digits: Digits, *, seed: int = 0) -> dict[str, Digits]:
    """Return the digits in each of the fifteen corruptions, by name; 15 x 784 bytes for every digit."""
    return {
        name: Digits(
            corrupt(digits.images, name, generator=np.random.default_rng([seed, place])),
            digits.labels,
            f"{digits.name}, {name}",
        )
        for place, name in enumerate(CORRUPTIONS)
    }


def robustness(classifier: Classifier, spoilt: dict[str, Digits]) -> tuple[Spoilt, ...]:
    """Return the accuracy on each corruption, in the given order."""
    rows = []
    for name, digits in spoilt.items():
        predictions = classifier(digits.images).logits.argmax(axis=1)
        right = int((predictions == digits.labels).sum())
        rows.append(Spoilt(name, len(digits), right, RESEMBLED.get(name, "")))
    return tuple(rows)


def mean_accuracy(rows: tuple[Spoilt, ...]) -> float:
    """Return the mean over the corruptions, each counting the same; NaN for none."""
    return metrics.over_seeds([row.accuracy for row in rows]).mean
