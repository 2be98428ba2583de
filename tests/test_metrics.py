"""The metrics against scikit-learn, against closed forms, and at their edges."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics as reference

from zeronine import metrics

Answers = tuple[np.ndarray, np.ndarray, np.ndarray]  #: labels, probabilities, predictions


@pytest.fixture(name="answers")
def _answers() -> Answers:
    """Labels (500,), probabilities (500, 10) that know something of them, and predictions."""
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 10, 500)
    logits = generator.normal(size=(500, 10))
    logits[np.arange(500), labels] += 2
    shares = np.exp(logits)
    probabilities = shares / shares.sum(axis=1, keepdims=True)
    return labels, probabilities, probabilities.argmax(axis=1)


def test_accuracy_confusion_and_loss_equal_scikit_learn(answers: Answers) -> None:
    labels, probabilities, predictions = answers
    assert metrics.accuracy(labels, predictions) == reference.accuracy_score(labels, predictions)
    np.testing.assert_array_equal(
        metrics.confusion(labels, predictions), reference.confusion_matrix(labels, predictions)
    )
    assert metrics.log_loss(labels, probabilities) == pytest.approx(reference.log_loss(labels, probabilities))


def test_recall_precision_and_f1_equal_scikit_learn(answers: Answers) -> None:
    labels, _, predictions = answers
    precision, recall, f1, counts = reference.precision_recall_fscore_support(labels, predictions)
    scores = metrics.per_digit(metrics.confusion(labels, predictions))
    np.testing.assert_allclose([one.recall for one in scores], recall)
    np.testing.assert_allclose([one.precision for one in scores], precision)
    np.testing.assert_allclose([one.f1 for one in scores], f1)
    np.testing.assert_array_equal([one.count for one in scores], counts)


def test_a_digit_that_never_occurs_has_no_recall_and_stays_json() -> None:
    scores = metrics.per_digit(metrics.confusion(np.array([1, 1]), np.array([1, 2])))
    assert math.isnan(scores[0].recall)
    assert math.isnan(scores[0].precision)
    assert scores[0].to_dict() == {"digit": 0, "count": 0, "recall": None, "precision": None}
    assert scores[0].f1 == 0
    assert (scores[1].recall, scores[1].precision) == (0.5, 1.0)


@pytest.mark.parametrize(("right", "count"), [(15, 50), (9975, 10_000), (0, 7), (7, 7)])
def test_wilson_equals_scipy(right: int, count: int) -> None:
    expected = binomtest(right, count).proportion_ci(method="wilson")
    assert metrics.wilson(right, count) == pytest.approx((expected.low, expected.high), abs=1e-7)


def test_wilson_keeps_to_its_ends() -> None:
    assert metrics.wilson(0, 10)[0] == 0
    assert metrics.wilson(10, 10)[1] == 1
    assert metrics.wilson(10, 10)[0] == pytest.approx(0.72246, abs=1e-5)  # 10 / (10 + 1.96²)
    assert metrics.wilson(0, 1_000_000)[0] == 0
    assert metrics.wilson(1, 10)[0] == pytest.approx(0.01788, abs=1e-5)
    assert metrics.wilson(0, 0) == (0, 1)


def test_auroc_equals_scikit_learn_with_ties() -> None:
    generator = np.random.default_rng(1)
    positives, negatives = generator.integers(2, 9, 300) / 3, generator.integers(0, 7, 200) / 3
    truth = np.r_[np.ones(300), np.zeros(200)]
    expected = reference.roc_auc_score(truth, np.r_[positives, negatives])
    assert metrics.auroc(positives, negatives) == pytest.approx(expected)
    assert metrics.auroc(positives, positives) == pytest.approx(0.5)
    assert math.isnan(metrics.auroc(positives, negatives[:0]))


def test_calibration_error_of_answers_that_keep_their_word_is_zero() -> None:
    confidences = np.repeat([0.75, 1.0], [400, 100])
    right = np.concatenate([np.arange(400) % 4 > 0, np.ones(100, bool)])
    assert metrics.calibration_error(metrics.reliability(confidences, right)) == pytest.approx(0)


def test_calibration_error_weighs_each_bin_by_its_count() -> None:
    confidences = np.array([0.9, 0.9, 0.9, 0.3])
    right = np.array([True, False, False, True])
    bins = metrics.reliability(confidences, right, bins=10)
    assert sum(one.count for one in bins) == 4
    assert metrics.calibration_error(bins) == pytest.approx(0.75 * (0.9 - 1 / 3) + 0.25 * 0.7)


def test_reliability_has_equal_steps_that_hold_their_upper_edge() -> None:
    confidences = np.array([0.0, 0.2, 0.5, 0.51, 1.0])
    right = np.array([False, True, True, False, True])
    low, high = metrics.reliability(confidences, right, bins=2)
    assert (low.low, low.high, low.count) == (0, 0.5, 3)
    assert low.confidence == pytest.approx(0.7 / 3)
    assert low.accuracy == pytest.approx(2 / 3)
    assert (high.low, high.high, high.count) == (0.5, 1, 2)
    assert high.confidence == pytest.approx(0.755)
    assert high.accuracy == 0.5


def test_reliability_has_fifteen_steps_and_empty_ones_are_nan() -> None:
    bins = metrics.reliability(np.array([0.99], np.float32), np.array([True]))
    assert len(bins) == 15
    assert [one.count for one in bins] == [0] * 14 + [1]
    assert math.isnan(bins[0].confidence) and math.isnan(bins[0].accuracy)


def test_reliability_adds_up_in_double_precision() -> None:
    confidences = np.full(200_000, 0.1, np.float32)
    (one,) = metrics.reliability(confidences, confidences > 0, bins=1)
    assert one.confidence == pytest.approx(float(np.float32(0.1)), abs=1e-12)


def test_nothing_to_count_is_nan() -> None:
    none = np.zeros(0, np.int64)
    assert math.isnan(metrics.accuracy(none, none))
    assert math.isnan(metrics.log_loss(none, np.zeros((0, 10))))
    assert math.isnan(metrics.calibration_error(metrics.reliability(none.astype(float), none == 1)))


def test_a_confusion_counts_labels_of_any_type() -> None:
    """Small unsigned numbers would overflow as 10 x label: 9 in eight signed bits is 90 + 9, 30 is 300."""
    labels = np.array([9, 9, 3], np.uint8)
    matrix = metrics.confusion(labels.astype(np.int64), np.array([9, 1, 3]))
    assert (matrix[9, 9], matrix[9, 1], matrix[3, 3], matrix.sum()) == (1, 1, 1, 3)
    assert matrix.dtype == np.int64


def test_kept_at_finds_the_largest_share_with_few_enough_errors() -> None:
    confidences = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, True])
    assert metrics.kept_at(confidences, right, errors=0.0).share == 0.4
    assert metrics.kept_at(confidences, right, errors=0.2) == metrics.Kept(0.2, 1.0, 0.5)
    assert metrics.kept_at(confidences, ~right, errors=0.0) == metrics.Kept(0.0, 0.0, math.inf)


def test_kept_at_never_splits_answers_of_equal_confidence() -> None:
    kept = metrics.kept_at(np.full(4, 0.5), np.array([True, True, True, False]), errors=0.0)
    assert kept.share == 0
    tied = metrics.kept_at(np.array([0.9, 0.5, 0.5]), np.array([True, True, False]), errors=0.0)
    assert (tied.share, tied.threshold) == (1 / 3, 0.9)


def test_a_score_as_data_keeps_its_shares_and_has_none_for_nothing() -> None:
    score = metrics.DigitScore(3, 4, 0.25, math.nan)
    assert score.to_dict() == {"digit": 3, "count": 4, "recall": 0.25, "precision": None}


def test_over_seeds_gives_the_students_interval() -> None:
    spread = metrics.over_seeds([1.0, 2.0, 3.0, 4.0, 5.0])
    assert spread.mean == 3
    assert spread.deviation == pytest.approx(math.sqrt(2.5))
    half = 2.776 * math.sqrt(2.5) / math.sqrt(5)
    assert spread.interval == pytest.approx((3 - half, 3 + half))


def test_one_run_has_a_mean_and_no_more() -> None:
    spread = metrics.over_seeds([0.5])
    assert (spread.values, spread.mean) == ((0.5,), 0.5)
    assert math.isnan(spread.deviation) and all(map(math.isnan, spread.interval))
    assert math.isnan(metrics.over_seeds([]).mean)


@pytest.mark.parametrize(("runs", "quantile"), [(2, 12.706), (3, 4.303), (15, 2.145), (16, 1.96), (40, 1.96)])
def test_the_interval_has_students_quantile_up_to_15_runs(runs: int, quantile: float) -> None:
    spread = metrics.over_seeds(range(runs))
    assert spread.values == tuple(range(runs))
    half = (spread.interval[1] - spread.interval[0]) / 2
    assert half == pytest.approx(quantile * spread.deviation / math.sqrt(runs), rel=1e-4)


def _logits(seed: int, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits (count, 10) and labels drawn from their softmax: calibrated by construction."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(scale=3, size=(count, 10))
    labels = (logits + generator.gumbel(size=logits.shape)).argmax(axis=1)
    return labels, logits


@pytest.mark.parametrize("wrong_by", [0.4, 1.0, 3.0])
def test_temperature_finds_the_factor_that_was_put_in(wrong_by: float) -> None:
    labels, logits = _logits(2)
    assert metrics.fit_temperature(labels, logits * wrong_by) == pytest.approx(wrong_by, rel=0.05)


def test_temperature_lowers_the_loss_as_far_as_any_other_does() -> None:
    labels, logits = _logits(5, 500)
    logits = (logits * 2.5).astype(np.float32)
    best = metrics.fit_temperature(labels, logits)
    losses = [reference.log_loss(labels, _softmax(logits / t)) for t in (best, best * 0.98, best * 1.02)]
    assert losses[0] < min(losses[1:])


def test_temperature_stays_finite_without_mistakes_and_without_digits() -> None:
    assert metrics.fit_temperature(np.array([1]), np.array([[0.0, 5.0]])) == pytest.approx(0.05)
    assert metrics.fit_temperature(np.zeros(0, int), np.zeros((0, 10))) == 1
    hopeless = np.array([[5.0, 0.0]])
    assert metrics.fit_temperature(np.array([1]), hopeless) == pytest.approx(20)
    assert metrics.fit_temperature(np.array([1]), hopeless, low=0.5, high=2) == pytest.approx(2)


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.99])
def test_conformal_sets_keep_their_coverage_on_other_digits(coverage: float) -> None:
    labels, logits = _logits(7)
    threshold = metrics.conformal_threshold(labels, _softmax(logits), coverage=coverage)
    others, fresh = _logits(8)
    measured = _coverage(metrics.conformal_sets(_softmax(fresh), threshold), others)
    assert measured == pytest.approx(coverage, abs=0.015)


def test_conformal_coverage_on_its_own_digits_is_exact() -> None:
    labels, logits = _logits(9, 999)
    threshold = metrics.conformal_threshold(labels, _softmax(logits), coverage=0.9)
    sets = metrics.conformal_sets(_softmax(logits), threshold)
    assert _coverage(sets, labels) == pytest.approx(900 / 999)


def test_too_few_digits_for_a_coverage_give_sets_of_all_ten() -> None:
    labels, logits = _logits(9, 20)
    threshold = metrics.conformal_threshold(labels, _softmax(logits), coverage=0.99)
    assert metrics.conformal_sets(_softmax(logits), threshold).all()


def test_the_lowest_score_is_the_threshold_where_all_but_none_are_needed() -> None:
    """Of nine digits, 90 % coverage needs all nine: the least sure of them sets the line."""
    probabilities = np.full((9, 10), 0.01)
    probabilities[:, 3] = np.linspace(0.3, 0.9, 9)
    labels = np.full(9, 3)
    assert metrics.conformal_threshold(labels, probabilities, coverage=0.9) == pytest.approx(0.3)
    assert metrics.conformal_threshold(labels, probabilities, coverage=0.91) == 0
    assert metrics.conformal_threshold(labels, probabilities, coverage=0.8) == pytest.approx(0.375)


def _coverage(sets: np.ndarray, labels: np.ndarray) -> float:
    return float(sets[np.arange(len(labels)), labels].mean())


def _softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
    return probabilities
