"""The metrics against scikit-learn, against closed forms, and at their edges."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics as reference

from zeronine import metrics


@pytest.fixture(name="answers")
def _answers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels (500,), probabilities (500, 10) that know something of them, and predictions."""
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 10, 500)
    logits = generator.normal(size=(500, 10))
    logits[np.arange(500), labels] += 2
    shares = np.exp(logits)
    probabilities = shares / shares.sum(axis=1, keepdims=True)
    return labels, probabilities, probabilities.argmax(axis=1)


def test_accuracy_confusion_and_loss_equal_scikit_learn(answers):
    labels, probabilities, predictions = answers
    assert metrics.accuracy(labels, predictions) == reference.accuracy_score(labels, predictions)
    np.testing.assert_array_equal(
        metrics.confusion(labels, predictions), reference.confusion_matrix(labels, predictions)
    )
    assert metrics.log_loss(labels, probabilities) == pytest.approx(reference.log_loss(labels, probabilities))


def test_recall_precision_and_f1_equal_scikit_learn(answers):
    labels, _, predictions = answers
    precision, recall, f1, counts = reference.precision_recall_fscore_support(labels, predictions)
    scores = metrics.per_digit(metrics.confusion(labels, predictions))
    np.testing.assert_allclose([one.recall for one in scores], recall)
    np.testing.assert_allclose([one.precision for one in scores], precision)
    np.testing.assert_allclose([one.f1 for one in scores], f1)
    np.testing.assert_array_equal([one.count for one in scores], counts)


def test_a_digit_that_never_occurs_has_no_recall_and_stays_json():
    scores = metrics.per_digit(metrics.confusion(np.array([1, 1]), np.array([1, 2])))
    assert math.isnan(scores[0].recall)
    assert math.isnan(scores[0].precision)
    assert scores[0].to_dict() == {"digit": 0, "count": 0, "recall": None, "precision": None}
    assert scores[0].f1 == 0
    assert (scores[1].recall, scores[1].precision) == (0.5, 1.0)


@pytest.mark.parametrize(("right", "count"), [(15, 50), (9975, 10_000), (0, 7), (7, 7)])
def test_wilson_equals_scipy(right, count):
    expected = binomtest(right, count).proportion_ci(method="wilson")
    assert metrics.wilson(right, count) == pytest.approx((expected.low, expected.high), abs=1e-7)


def test_wilson_keeps_to_its_ends():
    assert metrics.wilson(0, 10)[0] == 0
    assert metrics.wilson(10, 10)[1] == 1
    assert metrics.wilson(10, 10)[0] == pytest.approx(10 / (10 + metrics.Z95**2))
    assert metrics.wilson(0, 0) == (0, 1)


def test_auroc_equals_scikit_learn_with_ties():
    generator = np.random.default_rng(1)
    positives, negatives = generator.integers(2, 9, 300) / 3, generator.integers(0, 7, 200) / 3
    truth = np.r_[np.ones(300), np.zeros(200)]
    expected = reference.roc_auc_score(truth, np.r_[positives, negatives])
    assert metrics.auroc(positives, negatives) == pytest.approx(expected)
    assert metrics.auroc(positives, positives) == pytest.approx(0.5)
    assert math.isnan(metrics.auroc(positives, negatives[:0]))


def test_calibration_error_of_answers_that_keep_their_word_is_zero():
    confidences = np.repeat([0.75, 1.0], [400, 100])
    right = np.concatenate([np.arange(400) % 4 > 0, np.ones(100, bool)])
    assert metrics.calibration_error(metrics.reliability(confidences, right)) == pytest.approx(0)


def test_calibration_error_weighs_each_bin_by_its_count():
    confidences = np.array([0.9, 0.9, 0.9, 0.3])
    right = np.array([True, False, False, True])
    bins = metrics.reliability(confidences, right, bins=10)
    assert sum(one.count for one in bins) == 4
    assert metrics.calibration_error(bins) == pytest.approx(0.75 * (0.9 - 1 / 3) + 0.25 * 0.7)


def test_kept_at_finds_the_largest_share_with_few_enough_errors():
    confidences = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, True])
    assert metrics.kept_at(confidences, right, errors=0.0).share == 0.4
    assert metrics.kept_at(confidences, right, errors=0.2) == metrics.Kept(0.2, 1.0, 0.5)
    assert metrics.kept_at(confidences, ~right, errors=0.0) == metrics.Kept(0.0, 0.0, math.inf)


def test_kept_at_never_splits_answers_of_equal_confidence():
    kept = metrics.kept_at(np.full(4, 0.5), np.array([True, True, True, False]), errors=0.0)
    assert kept.share == 0


def test_over_seeds_gives_the_students_interval():
    spread = metrics.over_seeds([1.0, 2.0, 3.0, 4.0, 5.0])
    assert spread.mean == 3
    assert spread.deviation == pytest.approx(math.sqrt(2.5))
    half = 2.776 * math.sqrt(2.5) / math.sqrt(5)
    assert spread.interval == (pytest.approx(3 - half), pytest.approx(3 + half))
    assert math.isnan(metrics.over_seeds([1.0]).deviation)


def _logits(seed: int, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits (count, 10) and labels drawn from their softmax: calibrated by construction."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(scale=3, size=(count, 10))
    labels = (logits + generator.gumbel(size=logits.shape)).argmax(axis=1)
    return labels, logits


@pytest.mark.parametrize("wrong_by", [0.4, 1.0, 3.0])
def test_temperature_finds_the_factor_that_was_put_in(wrong_by):
    labels, logits = _logits(2)
    assert metrics.fit_temperature(labels, logits * wrong_by) == pytest.approx(wrong_by, rel=0.05)


def test_temperature_lowers_the_loss_as_far_as_any_other_does():
    labels, logits = _logits(5, 500)
    logits = (logits * 2.5).astype(np.float32)
    best = metrics.fit_temperature(labels, logits)
    losses = [reference.log_loss(labels, _softmax(logits / t)) for t in (best, best * 0.98, best * 1.02)]
    assert losses[0] < min(losses[1:])


def test_temperature_stays_finite_without_mistakes_and_without_digits():
    assert metrics.fit_temperature(np.array([1]), np.array([[0.0, 5.0]])) == pytest.approx(0.05)
    assert np.isfinite(metrics.fit_temperature(np.zeros(0, int), np.zeros((0, 10))))


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.99])
def test_conformal_sets_keep_their_coverage_on_other_digits(coverage):
    labels, logits = _logits(7)
    threshold = metrics.conformal_threshold(labels, _softmax(logits), coverage=coverage)
    others, fresh = _logits(8)
    measured = metrics.coverage_of(metrics.conformal_sets(_softmax(fresh), threshold), others)
    assert measured == pytest.approx(coverage, abs=0.015)


def test_conformal_coverage_on_its_own_digits_is_exact():
    labels, logits = _logits(9, 999)
    threshold = metrics.conformal_threshold(labels, _softmax(logits), coverage=0.9)
    sets = metrics.conformal_sets(_softmax(logits), threshold)
    assert metrics.coverage_of(sets, labels) == pytest.approx(900 / 999)


def test_too_few_digits_for_a_coverage_give_sets_of_all_ten():
    labels, logits = _logits(9, 20)
    threshold = metrics.conformal_threshold(labels, _softmax(logits), coverage=0.99)
    assert metrics.conformal_sets(_softmax(logits), threshold).all()


def _softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
