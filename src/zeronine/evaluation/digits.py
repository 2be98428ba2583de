"""A model and a labelled set -> a Report: accuracy with its interval, confusions, mistakes, calibration.

A model is always judged through its exported file, by the code that reads with it; nothing here trains.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine import metrics
from zeronine.data.digits import Digits, DigitsLike, as_digits
from zeronine.errors import DataError
from zeronine.models import Model
from zeronine.reading.classify import Answers, Classifier, classifier_of

SUSPICIOUS = 1000  #: from this many digits on, not one mistake is an alarm


@dataclass(frozen=True, slots=True)
class Mistake:
    """One digit that was answered wrongly."""

    index: int  #: in the set
    true: int
    predicted: int
    confidence: float
    image: npt.NDArray[np.uint8] = field(repr=False, compare=False)  #: (28, 28), ink = 255

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without the picture."""
        confidence = round(self.confidence, 4)
        return {
            "index": self.index,
            "true": self.true,
            "predicted": self.predicted,
            "confidence": confidence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a model did on a set; every figure stands beside its count."""

    name: str  #: of the set
    model: str  #: which file was judged
    count: int
    accuracy: float
    interval: tuple[float, float]  #: 95 %, Wilson
    loss: float  #: mean -log p(label), nats
    ece: float  #: expected calibration error, 15 bins
    confusion: metrics.Ints = field(repr=False, compare=False)  #: (10, 10) as [true, predicted]
    table: tuple[metrics.DigitScore, ...] = field(repr=False)
    bins: tuple[metrics.Bin, ...] = field(repr=False)  #: the reliability picture
    kept: tuple[metrics.Kept, ...] = field(repr=False)  #: abstaining at 1 % and 0.1 % errors
    mistakes: tuple[Mistake, ...] = field(repr=False)  #: most confident first
    alarms: tuple[str, ...] = ()  #: results too good or too alike to be true

    @property
    def errors(self) -> int:
        """How many answers were wrong."""
        return len(self.mistakes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without pictures."""
        return {
            "name": self.name,
            "model": self.model,
            "count": self.count,
            "errors": self.errors,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "loss": self.loss,
            "ece": self.ece,
            "confusion": self.confusion.tolist(),
            "digits": [score.to_dict() for score in self.table],
            "kept": [{"errors": one.errors, "share": one.share} for one in self.kept],
            "mistakes": [mistake.to_dict() for mistake in self.mistakes],
            "alarms": list(self.alarms),
        }


def evaluate(
    model: Model | Classifier, digits: DigitsLike, *, others: Sequence[Report] = (), threads: int = 1
) -> Report:
    """Return how a model does on labelled digits.

    A model is the path of a .onnx file or of a run's folder, "shipped", a Run, or a Classifier.
    `others` are reports of the same model on other sets: the same loss twice raises an alarm.
    Raises DataError for an empty set, ModelError for a model that is not there.
    """
    digits = as_digits(digits)
    classifier = classifier_of(model, threads=threads)
    return judge(classifier(digits.images), digits, model=str(classifier.path), others=others)


def judge(answers: Answers, digits: Digits, *, model: str, others: Sequence[Report] = ()) -> Report:
    """Return the report of answers that were given for labelled digits."""
    if not len(digits):
        raise DataError(f"{digits.name}: there are no digits to judge by: give a set with some")
    probabilities = answers.probabilities
    predictions = probabilities.argmax(axis=1)
    confidences = probabilities.max(axis=1)
    right = predictions == digits.labels
    matrix = metrics.confusion(digits.labels, predictions)
    bins = metrics.reliability(confidences, right)
    loss = metrics.log_loss(digits.labels, probabilities)
    return Report(
        name=digits.name,
        model=model,
        count=len(digits),
        accuracy=metrics.accuracy(digits.labels, predictions),
        interval=metrics.wilson(int(right.sum()), len(digits)),
        loss=loss,
        ece=metrics.calibration_error(bins),
        confusion=matrix,
        table=metrics.per_digit(matrix),
        bins=bins,
        kept=tuple(metrics.kept_at(confidences, right, errors=errors) for errors in (0.01, 0.001)),
        mistakes=_mistakes(digits, predictions, confidences),
        alarms=_alarms(len(digits), bool(right.all()), loss, digits.name, others),
    )


def _mistakes(digits: Digits, predictions: metrics.Ints, confidences: metrics.Floats) -> tuple[Mistake, ...]:
    wrong = np.flatnonzero(predictions != digits.labels)
    order = wrong[np.argsort(-confidences[wrong], kind="stable")]
    return tuple(
        Mistake(
            int(index),
            int(digits.labels[index]),
            int(predictions[index]),
            float(confidences[index]),
            digits.images[index],
        )
        for index in order
    )


def _alarms(count: int, faultless: bool, loss: float, name: str, others: Sequence[Report]) -> tuple[str, ...]:
    alarms = []
    if faultless and count >= SUSPICIOUS:
        alarms.append(
            f"not one mistake in {count} digits of {name}: look whether the model was trained on them"
        )
    alarms += [
        f"{name} and {other.name} have exactly the same loss ({loss:.6g}): look whether they are one set"
        for other in others
        if other.loss == loss
    ]
    return tuple(alarms)
