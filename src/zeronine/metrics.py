"""How good answers are, in numbers with their uncertainty: NumPy only, no model, no pictures.

Labels and predictions are whole numbers 0..9, probabilities and logits are (N, 10).
The last part is about confidence that can be trusted: temperature and conformal sets, both fitted on
validation digits and only measured on test digits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CLASSES = 10
Z95 = 1.959964  #: the normal quantile of a two-sided 95 % interval
#: Student's t, two-sided 95 %, for 1, 2, 3 ... degrees of freedom; the normal quantile after that
T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145)
TINY = 1e-12  #: a probability below this counts as this, so that a loss stays finite

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating]


def accuracy(labels: Ints, predictions: Ints) -> float:
    """Return the share of predictions that equal their label; NaN for none."""
    return float(np.mean(labels == predictions)) if len(labels) else math.nan


def wilson(right: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share `right / count` (Wilson, 1927); (0, 1) for count 0.

    It stays within [0, 1] and has a width even where every answer was right.
    """
    if count == 0:
        return 0.0, 1.0
    share, z2 = right / count, Z95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    low = 0.0 if right == 0 else centre - half
    high = 1.0 if right == count else centre + half
    return low, high


def confusion(labels: Ints, predictions: Ints) -> Ints:
    """Return how often each true digit was given each answer, (10, 10) as [true, predicted]."""
    pairs = np.asarray(labels, np.int64) * CLASSES + np.asarray(predictions, np.int64)
    return np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES).astype(np.int64)


@dataclass(frozen=True, slots=True)
class DigitScore:
    """How one digit fared; a share of nothing is NaN."""

    digit: int
    count: int  #: how many there were
    recall: float  #: share of them that was found
    precision: float  #: share of this answer that was right

    @property
    def f1(self) -> float:
        """The harmonic mean of recall and precision, 0 where either is 0 or NaN."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both > 0 else 0.0

    def to_dict(self) -> dict[str, float | None]:
        """Return plain data for JSON, which knows no NaN: None stands for a share of nothing."""
        shares = {"recall": self.recall, "precision": self.precision}
        plain = {name: None if math.isnan(share) else share for name, share in shares.items()}
        return {"digit": self.digit, "count": self.count, **plain}


def per_digit(matrix: Ints) -> tuple[DigitScore, ...]:
    """Return recall and precision of each digit from a confusion matrix (10, 10)."""
    counts, answers, hits = matrix.sum(axis=1), matrix.sum(axis=0), matrix.diagonal()
    return tuple(
        DigitScore(
            digit, int(counts[digit]), _share(hits[digit], counts[digit]), _share(hits[digit], answers[digit])
        )
        for digit in range(len(matrix))
    )


def _share(part: int, whole: int) -> float:
    return float(part) / float(whole) if whole else math.nan


def log_loss(labels: Ints, probabilities: Floats) -> float:
    """Return the mean of -log p(label), in nats; NaN for none."""
    if not len(labels):
        return math.nan
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(chosen, TINY)).mean())


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of similar confidence: what they promised and what they kept."""

    low: float
    high: float
    count: int
    confidence: float  #: mean of the answers in the bin, NaN when it is empty
    accuracy: float  #: NaN when it is empty


def reliability(confidences: Floats, right: Bools, *, bins: int = 15) -> tuple[Bin, ...]:
    """Return the reliability picture: `bins` equal steps of confidence over (0, 1]."""
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, bins - 1)
    found = []
    for index in range(bins):
        inside = place == index
        count = int(inside.sum())
        sure = float(np.mean(confidences[inside], dtype=np.float64)) if count else math.nan
        kept = float(np.mean(right[inside])) if count else math.nan
        found.append(Bin(float(edges[index]), float(edges[index + 1]), count, sure, kept))
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error of reliability bins, in [0, 1] (Naeini et al., 2015)."""
    count = sum(one.count for one in bins)
    gaps = sum(one.count * abs(one.confidence - one.accuracy) for one in bins if one.count)
    return gaps / count if count else math.nan


def auroc(positives: Floats, negatives: Floats) -> float:
    """Return the chance that a positive scores above a negative, ties counting half; NaN without both.

    This is the area under the ROC curve (Mann and Whitney, 1947).
    """
    count, others = len(positives), len(negatives)
    if not count or not others:
        return math.nan
    _, place, sizes = np.unique(
        np.concatenate([positives, negatives]), return_inverse=True, return_counts=True
    )
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[place]  # mean rank of each tie, from 1
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * others))


@dataclass(frozen=True, slots=True)
class Kept:
    """What abstaining buys: the share of answers kept at an allowed share of errors among them."""

    errors: float  #: allowed share of errors among the kept
    share: float  #: of all answers, kept
    threshold: float  #: answers at least this confident are kept; infinity when none may be


def kept_at(confidences: Floats, right: Bools, *, errors: float) -> Kept:
    """Return how many answers may be kept, most confident first, with at most `errors` wrong among them."""
    order = np.argsort(-confidences, kind="stable")
    wrong = np.cumsum(~right[order])
    ranked = confidences[order]
    allowed = wrong <= errors * np.arange(1, len(order) + 1)
    allowed[:-1] &= ranked[:-1] > ranked[1:]  # answers of equal confidence are kept or dropped together
    places = np.flatnonzero(allowed)
    if not len(places):
        return Kept(errors, 0.0, math.inf)
    last = int(places[-1])
    return Kept(errors, (last + 1) / len(order), float(ranked[last]))


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over several seeds."""

    values: tuple[float, ...]
    mean: float
    deviation: float  #: of a single run (n - 1); NaN for one run
    interval: tuple[float, float]  #: 95 % of the mean (Student, 1908); (NaN, NaN) for one run


def over_seeds(values: Sequence[float]) -> Spread:
    """Return mean, deviation and 95 % interval of one figure measured with several seeds."""
    numbers = tuple(float(value) for value in values)
    mean = sum(numbers) / len(numbers) if numbers else math.nan
    if len(numbers) < 2:
        return Spread(numbers, mean, math.nan, (math.nan, math.nan))
    deviation = float(np.std(numbers, ddof=1))
    freedom = len(numbers) - 1
    quantile = T95[freedom - 1] if freedom <= len(T95) else Z95
    half = quantile * deviation / math.sqrt(len(numbers))
    return Spread(numbers, mean, deviation, (mean - half, mean + half))


def fit_temperature(labels: Ints, logits: Floats, *, low: float = 0.05, high: float = 20.0) -> float:
    """Return the temperature to divide logits by, so that confidence matches accuracy (Guo et al., 2017).

    It minimises the log loss over validation digits.  The loss is convex in 1 / temperature, so the zero
    of its slope is found by halving an interval; a set without mistakes ends at `low`, no digits give 1.
    """
    if not len(labels):
        return 1.0
    values = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    chosen = float(values[np.arange(len(labels)), labels].mean())
    smallest, largest = math.log(1 / high), math.log(1 / low)  # of 1 / temperature, as logarithms
    for _ in range(40):
        middle = (smallest + largest) / 2
        shares = np.exp(values * math.exp(middle))
        expected = (shares * values).sum(axis=1) / shares.sum(axis=1)
        slope = float(expected.mean()) - chosen
        smallest, largest = (middle, largest) if slope < 0 else (smallest, middle)
    return math.exp(-(smallest + largest) / 2)


def conformal_threshold(labels: Ints, probabilities: Floats, *, coverage: float) -> float:
    """Return the probability that a digit needs to enter a conformal set (Sadinle, Lei and Wasserman, 2019).

    Fitted on digits that the model was not trained on, the sets hold the true digit with chance `coverage`
    on others like them, whatever the model.  Too few digits for that coverage give 0: every digit enters.
    """
    scores = np.sort(probabilities[np.arange(len(labels)), labels])
    drop = len(labels) - math.ceil((len(labels) + 1) * coverage)
    return float(scores[drop]) if drop >= 0 else 0.0


def conformal_sets(probabilities: Floats, threshold: float) -> Bools:
    """Return which digits each set holds, (N, 10): one, several ("3 or 5"), or none when all are unlikely."""
    return np.asarray(probabilities >= threshold)
