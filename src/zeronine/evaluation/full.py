"""Everything that is measured of a model for its card, as one list of figures with their protocols.

The yardstick (test digits, spoilt digits, other writers' digits, canvases without a digit) is made
once and holds for any number of models.  Temperature and conformal sets are fitted on validation
digits; the test digits are only counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine import metrics
from zeronine.canvas import Canvases
from zeronine.data.digits import Digits
from zeronine.evaluation.digits import Report, judge
from zeronine.evaluation.label_errors import relabelled
from zeronine.evaluation.robustness import Spoilt, corrupted, mean_accuracy, robustness
from zeronine.evaluation.strangers import scikit_digits
from zeronine.evaluation.unknown import not_digits
from zeronine.reading.classify import Answers, Classifier

COVERAGES = (0.99, 0.999)  #: promised by the conformal sets that are measured
STRICT = 0.01  #: share of validation digits that the stricter working point refuses


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it needs to be believed."""

    name: str
    value: float
    count: int  #: of digits or canvases behind it
    protocol: str
    interval: tuple[float, float] | None = None  #: 95 %, for shares

    @property
    def text(self) -> str:
        """The value as people read it: a share in per cent, an area or a size as a number."""
        return as_text(self, self.value)

    @property
    def interval_text(self) -> str:
        """The interval in the same way, empty where there is none."""
        if self.interval is None:
            return ""
        low, high = self.interval
        return f"{as_text(self, low)} to {as_text(self, high)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as a card keeps it under the figure's name."""
        interval = None if self.interval is None else list(self.interval)
        return {"value": self.value, "count": self.count, "interval": interval, "protocol": self.protocol}


def as_text(figure: Figure, value: float) -> str:
    """Return a value of the kind that a figure has, as people read it."""
    plain = figure.name.startswith("AUROC") or figure.name.endswith("size")
    return f"{value:.4f}" if plain else f"{value:.2%}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """Everything that a model is measured on."""

    validation: Digits
    test: Digits
    spoilt: dict[str, Digits] = field(repr=False)  #: the test digits in fifteen corruptions
    others: tuple[Digits, ...] = field(repr=False)  #: digits by other writers
    unknown: dict[str, Canvases] = field(repr=False)  #: canvases without a digit, by kind


def make_yardstick(
    validation: Digits, test: Digits, *, others: Sequence[Digits] = (), seed: int = 0
) -> Yardstick:
    """Return the yardstick for a release: about half a minute for 10,000 test digits, 120 MB."""
    return Yardstick(
        validation=validation,
        test=test,
        spoilt=corrupted(test, seed=seed),
        others=(scikit_digits(), *others),
        unknown=not_digits(test, seed=seed),
    )


def examine(classifier: Classifier, yardstick: Yardstick) -> list[Figure]:
    """Return every figure of a model; alarms are the business of the reports, see `digits.evaluate`."""
    validation, test = classifier(yardstick.validation.images), classifier(yardstick.test.images)
    report = judge(test, yardstick.test, model=str(classifier.path))
    return [
        *_accuracies(classifier, report, test, yardstick),
        *_spoilt(classifier, yardstick),
        *_confidence(report),
        *_promises(validation, test, yardstick),
        *_unknown(classifier, validation, test, yardstick),
    ]


def _share(name: str, right: int, count: int, protocol: str) -> Figure:
    return Figure(name, right / count, count, protocol, metrics.wilson(right, count))


def _of(report: Report, name: str, protocol: str) -> Figure:
    return Figure(name, report.accuracy, report.count, protocol, report.interval)


def _accuracies(classifier: Classifier, report: Report, test: Answers, yardstick: Yardstick) -> list[Figure]:
    """Return accuracy on the test digits, on those with mended labels, and on other writers' digits."""
    mended = judge(test, relabelled(yardstick.test), model=report.model)
    figures = [
        _of(report, report.name, "labels as published"),
        _of(mended, mended.name, "label errors found by our eyes, see docs/label-errors.md"),
    ]
    for digits in yardstick.others:
        other = judge(classifier(digits.images), digits, model=report.model)
        figures.append(_of(other, digits.name, "never trained on"))
    return figures


def _spoilt(classifier: Classifier, yardstick: Yardstick) -> list[Figure]:
    """Return accuracy on each corruption, over all, and over those that training showed nothing like."""
    rows = robustness(classifier, yardstick.spoilt)
    fresh = tuple(row for row in rows if not row.resembled)
    means = [("mean of 15", rows)] + ([(f"mean of {len(fresh)} unlike training", fresh)] if fresh else [])
    return [
        *(
            Figure(
                f"MNIST-C, {name}", mean_accuracy(some), sum(row.count for row in some), "our own corruptions"
            )
            for name, some in means
        ),
        *(_share(f"MNIST-C {row.name}", row.right, row.count, _likeness(row)) for row in rows),
    ]


def _likeness(row: Spoilt) -> str:
    return f"training shows something like it: {row.resembled}" if row.resembled else "unlike training"


def _confidence(report: Report) -> list[Figure]:
    figures = [
        Figure("calibration error", report.ece, report.count, "ECE, 15 bins, temperature from validation")
    ]
    for one in report.kept:
        name = f"kept at {one.errors:.1%} errors"
        figures.append(Figure(name, one.share, report.count, "test digits, most confident first"))
    return figures


def _promises(validation: Answers, test: Answers, yardstick: Yardstick) -> list[Figure]:
    """Return how conformal sets, fitted on validation, keep their promise on test, and how large they are."""
    figures = []
    labels = yardstick.test.labels
    for promised in COVERAGES:
        threshold = metrics.conformal_threshold(
            yardstick.validation.labels, validation.probabilities, coverage=promised
        )
        sets = metrics.conformal_sets(test.probabilities, threshold)
        held = int(sets[np.arange(len(labels)), labels].sum())
        name = f"conformal sets at {promised:.1%}"
        sizes = sets.sum(axis=1)
        said = f"threshold {threshold:.4f} from {len(yardstick.validation):,} validation digits"
        figures.append(_share(f"{name}: coverage", held, len(labels), said))
        figures.append(Figure(f"{name}: mean size", float(sizes.mean()), len(labels), said))
        figures.append(_share(f"{name}: more than one digit", int((sizes > 1).sum()), len(labels), said))
        figures.append(_share(f"{name}: no digit", int((sizes == 0).sum()), len(labels), said))
    return figures


def _unknown(
    classifier: Classifier, validation: Answers, test: Answers, yardstick: Yardstick
) -> list[Figure]:
    """Return how well the digit evidence parts test digits from each kind of canvas without one.

    Beside the area there are two working points: the model's own (a probability of one half), and the
    stricter one that would refuse 1 % of the validation digits.
    """
    figures = []
    strict = float(np.quantile(validation.digit_logit, STRICT))
    for kind, canvases in yardstick.unknown.items():
        evidence = classifier(canvases).digit_logit
        said = f"digit evidence, {len(test.digit_logit):,} test digits against {len(canvases):,}"
        figures.append(
            Figure(f"AUROC against {kind}", metrics.auroc(test.digit_logit, evidence), len(canvases), said)
        )
        figures.append(_taken(kind, evidence, 0.0, "digit probability above one half"))
        figures.append(
            _taken(f"{kind}, strict", evidence, strict, "evidence above that of 1 % of validation digits")
        )
    for name, least in (("", 0.0), (", strict", strict)):
        refused = int((test.digit_logit <= least).sum())
        figures.append(
            _share(f"test digits not taken for one{name}", refused, len(test.digit_logit), "the same points")
        )
    return figures


def _taken(kind: str, evidence: npt.NDArray[np.float32], least: float, protocol: str) -> Figure:
    return _share(f"taken for a digit: {kind}", int((evidence > least).sum()), len(evidence), protocol)
