"""Digits of one hand and what must not be forgotten, as features: some are learnt, many times over.

The last layer alone (`Plan.last_only`) is learnt on what the layer before it says, computed once: then eleven
times over takes well under a second.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.canvas import Canvases
from zeronine.data.digits import Digits
from zeronine.reading.classify import classifier_of
from zeronine.teaching.heads import Floats, Head, Teachable
from zeronine.teaching.learning import Ints, Plan, learn
from zeronine.teaching.vary import varied
from zeronine.teaching.yardstick import Yardstick, yardstick

FOLDS = 10  #: times that a part of your digits is kept out of learning
TIMES, FAST_TIMES = 32, 12  #: versions of every digit that is learnt, carefully and fast
MOST_VERSIONS = 6_000  #: of all digits together, so that many digits cost no more than few
#: of the digits that tell how far to go: what may be forgotten; less than is allowed in the end, for what is
#: chosen by digits looks better on them than it is
AIMED = 0.0002
STRENGTHS = (1.0, 0.7, 0.5, 0.3, 0.15)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Digits to learn, for a head of a model, and what must not be forgotten."""

    old: Head  #: that says which digit it is, before
    own: Floats  #: (N, F): features of the digits
    versions: Floats  #: (N, T, F): features of their versions
    labels: Ints
    measure: Yardstick
    right_before: int  #: of the digits that tell how far to go

    def last_layer(self) -> "Lesson":
        """Return the same for the last layer alone: features are what the first one says, computed once."""
        hidden = self.old.hidden
        versions = hidden(self.versions.reshape(-1, self.versions.shape[2]))
        return Lesson(
            self.old.last(),
            hidden(self.own),
            versions.reshape(*self.versions.shape[:2], -1),
            self.labels,
            self.measure.seen_by(self.old),
            self.right_before,
        )

    def learnt(self, which: Ints, plan: Plan) -> tuple[Head, float]:
        """Return the head after learning some of the digits, and how far it went."""
        generator = np.random.default_rng(which.tolist())
        own, labels = self._some(which)
        head = learn(self.old, own, labels, self.measure.held, plan, generator)
        strength = self._strength(head)
        return self.old.towards(head, strength), strength

    def doubting(self, head: Head, plan: Plan, strength: float) -> Head:
        """Return a head that says whether there is a digit, after learning that all of these are."""
        own, labels = self._some(np.arange(len(self.labels)))
        yes, generator = np.ones_like(labels), np.random.default_rng(len(labels))
        return head.towards(learn(head, own, yes, self.measure.doubted, plan, generator), strength)

    def _some(self, which: Ints) -> tuple[Floats, Ints]:
        """Return the features and labels of some digits in all their versions."""
        times = self.versions.shape[1]
        return self.versions[which].reshape(len(which) * times, -1), np.repeat(self.labels[which], times)

    def _strength(self, head: Head) -> float:
        """Return the largest share of the way on which no more is forgotten than may be."""
        judges = self.measure.choosing
        least = self.right_before - AIMED * len(judges.labels)
        for share in STRENGTHS:
            if judges.right(self.old.towards(head, share)) >= least:
                return share
        return STRENGTHS[-1]

    def cross_validated(self, plan: Plan) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return which digits are right before, and after by a model that did not learn them."""
        before = self.old(self.own).argmax(axis=1) == self.labels
        after = np.zeros(len(self.labels), np.bool_)
        for apart in folds(self.labels):
            rest = np.setdiff1d(np.arange(len(self.labels)), apart)
            head, _ = self.learnt(rest, plan)
            after[apart] = head(self.own[apart]).argmax(axis=1) == self.labels[apart]
        return np.asarray(before, np.bool_), after


def folds(labels: Ints, count: int = FOLDS) -> Iterator[Ints]:
    """Give the places of the digits that are kept apart together: the same digit is spread over the folds."""
    order = np.random.default_rng(0).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    for fold in range(min(count, len(labels))):
        yield np.sort(order[fold :: min(count, len(labels))])


def lesson_of(model: Teachable, measure: Yardstick, digits: Digits, *, fast: bool) -> Lesson:
    """Return digits as a lesson for a model: their features, in many versions of each."""
    times = int(np.clip(MOST_VERSIONS // len(digits), 2, FAST_TIMES if fast else TIMES))
    canvases: Canvases = digits.images.astype(np.float32) / np.float32(255)
    versions = model.features(varied(canvases, times, np.random.default_rng(30)))
    by_digit = versions.reshape(times, len(digits), -1).swapaxes(0, 1)
    own = model.features(canvases)
    old = model.heads[0]
    right = measure.choosing.right(old)
    return Lesson(old, own, np.ascontiguousarray(by_digit), digits.labels, measure, right)


@lru_cache(maxsize=2)
def prepared(path: Path, changed_ns: int, mnist: Path | None, offline: bool) -> tuple[Teachable, Yardstick]:
    """Return a model taken apart and its yardstick, kept for the next time."""
    model = Teachable(classifier_of(path))
    return model, yardstick(model, mnist=mnist, offline=offline)
