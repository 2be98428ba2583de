"""The scikit-learn estimator: scikit-learn's own checks, its digits, and what its rows may be."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from zeronine.estimator import DigitClassifier
from zeronine.training.recipe import RECIPES

Parts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  #: pictures and truths: X, X, y, y
STEADY = replace(RECIPES["repaired"], learning_rate=0.02)  # fast, and calm on pictures with much ink


@parametrize_with_checks([DigitClassifier("repaired", epochs=30)])  # type: ignore[untyped-decorator]
def test_it_passes_scikit_learns_own_check(estimator: object, check: Callable[[object], None]) -> None:
    check(estimator)


@pytest.fixture(name="parts", scope="module")
def _parts() -> Parts:
    """scikit-learn's 8 x 8 digits, cut into training and test: X, X, y, y."""
    rows, truth = load_digits(return_X_y=True)
    learn, test, labels, answers = train_test_split(rows, truth, random_state=0, stratify=truth)
    return learn, test, labels, answers


def test_it_reads_scikit_learns_digits(parts: Parts) -> None:
    learn, test, labels, truth = parts
    classifier = DigitClassifier(STEADY, random_state=0).fit(learn, labels)
    assert classifier.score(test, truth) > 0.95
    assert classifier.predict_proba(test).shape == (len(test), 10)
    assert len(classifier.history_) >= 18


def test_the_same_random_state_gives_the_same_answers(parts: Parts) -> None:
    learn, test, labels, _ = parts
    first, again = (
        DigitClassifier(STEADY, epochs=1, random_state=3).fit(learn[:200], labels[:200]).predict_proba(test)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, again)


def test_it_works_in_a_pipeline_and_in_cross_validation(parts: Parts) -> None:
    learn, _, labels, _ = parts
    pipeline = make_pipeline(MinMaxScaler(), DigitClassifier(STEADY, epochs=8, random_state=0))
    assert cross_val_score(pipeline, learn[:600], labels[:600], cv=2).min() > 0.6


def test_classes_may_have_any_name_and_pictures_two_sides() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 64)
    pictures = generator.random((64, 28, 28)) * 0.2
    pictures[labels == 1, 4:24, 12:16] = 1
    pictures[labels == 0, 12:16, 4:24] = 1
    names = np.array(["dash", "bar"])[labels]
    classifier = DigitClassifier(STEADY, epochs=20, random_state=0).fit(pictures, names)
    assert classifier.classes_.tolist() == ["bar", "dash"]
    assert (classifier.predict(pictures.reshape(64, -1)) == names).all()


def test_more_than_ten_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="11 classes"):
        DigitClassifier().fit(np.random.default_rng(0).random((22, 64)), np.arange(22) % 11)


def test_a_clone_has_the_same_choices_and_no_network() -> None:
    copy = clone(DigitClassifier("quick", epochs=2, random_state=1))
    assert copy.get_params() == {"recipe": "quick", "epochs": 2, "random_state": 1, "device": "cpu"}
    assert not hasattr(copy, "network_")
