"""How much of its accuracy a model keeps when pictures are spoilt in fifteen ways (MNIST-C)."""

from dataclasses import dataclass

import numpy as np

from zeronine import metrics
from zeronine.data.corruptions import CORRUPTIONS, corrupt
from zeronine.data.digits import Digits
from zeronine.reading.classify import Classifier

#: Which corruptions each kind of augmentation resembles, and what it does that is like them: there the
#: figures say how well a model learnt what it was shown, elsewhere how it generalises.
_MOVED = {"shear": "slant", "scale": "stretch", "rotate": "turn", "translate": "shift"}
RESEMBLED: dict[str, dict[str, str]] = {
    "shift": {"translate": "shift"},
    "affine": _MOVED,
    "elastic": _MOVED,
    "full": _MOVED
    | {
        "shot_noise": "grain",
        "impulse_noise": "specks",
        "motion_blur": "smear",
        "brightness": "grey paper",
        "stripe": "dark margins",
        "fog": "clouds",
        "dotted_line": "ruled lines, dashed ones too",
        "canny_edges": "outlines",
    },
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
    resembled = RESEMBLED.get(classifier.card.recipe.get("augment", "none"), {})
    rows = []
    for name, digits in spoilt.items():
        predictions = classifier(digits.images).logits.argmax(axis=1)
        right = int((predictions == digits.labels).sum())
        rows.append(Spoilt(name, len(digits), right, resembled.get(name, "")))
    return tuple(rows)


def mean_accuracy(rows: tuple[Spoilt, ...]) -> float:
    """Return the mean over the corruptions, each counting the same; NaN for none."""
    return metrics.over_seeds([row.accuracy for row in rows]).mean
