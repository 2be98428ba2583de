"""What a model must not forget, and what tells whether it did: other people's digits, as features.

To be held to: MNIST training digits, digits in many written shapes, and pictures of no digit.  To be
judged by: MNIST validation digits and written shapes held apart, on which nothing here is learnt.
Where MNIST is not to be had, the written digits stand alone and the report says so.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.canvas import Canvases
from zeronine.data.digits import Digits
from zeronine.data.mnist import load
from zeronine.data.negatives import negatives
from zeronine.data.writing.strokes import shape_names, write
from zeronine.errors import DataError
from zeronine.teaching.heads import Floats, Head, Teachable

HELD = 6_000  #: MNIST digits whose answers are held to
WRITTEN = 500  #: written ones, and as many pictures of no digit
JUDGING = 500  #: written digits that judge
CHOOSING = 10_000  #: further MNIST digits, neither held to nor reported, that tell how far to go


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """Digits to count mistakes on."""

    features: Floats
    labels: npt.NDArray[np.int64]

    def right(self, head: Head) -> int:
        """Return how many a head answers right."""
        return int((head(self.features).argmax(axis=1) == self.labels).sum())

    def joined(self, other: "Judges") -> "Judges":
        """Return both."""
        features = np.concatenate([self.features, other.features])
        return Judges(features, np.concatenate([self.labels, other.labels]))

    def seen_by(self, head: Head) -> "Judges":
        """Return the same digits as the first layer of a head says them."""
        return Judges(head.hidden(self.features), self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Yardstick:
    """Features of other people's digits."""

    held: Floats  #: digits whose answers are held to
    doubted: Floats  #: those, and pictures of no digit, for the head that doubts
    mnist: Judges | None  #: 5,000 validation digits
    made: Judges
    choosing: Judges  #: those that tell how far to go: validation and further training digits, or `made`

    def seen_by(self, head: Head) -> "Yardstick":
        """Return it as the first layer of a head says it, for teaching the last; doubts stay as they are."""
        return Yardstick(
            head.hidden(self.held),
            self.doubted,
            None if self.mnist is None else self.mnist.seen_by(head),
            self.made.seen_by(head),
            self.choosing.seen_by(head),
        )


def yardstick(model: Teachable, *, mnist: Path | None = None, offline: bool = False) -> Yardstick:
    """Return what holds and judges a model; without MNIST where that cannot be had."""
    generator = np.random.default_rng(1998)
    train, validation = _mnist(mnist, offline)
    hands = _written(WRITTEN if train is not None else HELD, generator, held_apart=False)
    lent = hands.images if train is None else train.images[:2000]
    digits = [hands.images]
    made = _judges(model, _written(JUDGING, generator, held_apart=True))
    judges, choosing = None, made
    if train is not None and validation is not None:
        order = generator.permutation(len(train))
        digits.append(train.images[order[:HELD]])
        judges = _judges(model, validation)
        choosing = judges.joined(_judges(model, train[order[HELD : HELD + CHOOSING]]))
    held = model.features(_canvases(np.concatenate(digits)))
    none = held[:0]
    if model.knows_doubt:
        none = model.features(_canvases(negatives(lent, WRITTEN, generator=generator)))
    return Yardstick(held, np.concatenate([held, none]), judges, made, choosing)


def _mnist(folder: Path | None, offline: bool) -> tuple[Digits | None, Digits | None]:
    """Return MNIST's train and validation digits; neither where they are not to be had."""
    try:
        return load("train", folder=folder, offline=offline), load("validation", offline=True)
    except DataError:
        if folder is not None:
            raise  # who names a folder wants to know what is wrong with it
        return None, None


def _written(count: int, generator: np.random.Generator, *, held_apart: bool) -> Digits:
    labels = np.arange(count, dtype=np.int64) % 10
    shapes = shape_names(held_apart=held_apart)
    return Digits(write(labels, generator=generator, shapes=shapes), labels, "written digits")


def _judges(model: Teachable, digits: Digits) -> Judges:
    return Judges(model.features(_canvases(digits.images)), digits.labels)


def _canvases(images: npt.NDArray[np.uint8]) -> Canvases:
    return images.astype(np.float32) / np.float32(255)
