"""Measuring beyond the test digits: spoilt pictures, other writers, no digits, doubtful labels."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common import Splits
from zeronine.canvas import as_canvases
from zeronine.data.corruptions import CORRUPTIONS
from zeronine.data.digits import Digits
from zeronine.errors import DataError, MissingExtraError
from zeronine.evaluation.digits import evaluate
from zeronine.evaluation.full import Yardstick, examine
from zeronine.evaluation.label_errors import DOUBTS, relabelled
from zeronine.evaluation.robustness import corrupted, mean_accuracy, robustness
from zeronine.evaluation.strangers import scikit_digits
from zeronine.evaluation.unknown import FASHION, LETTERS, not_digits
from zeronine.metrics import auroc
from zeronine.reading.classify import Classifier, shipped


@pytest.fixture(name="some", scope="module")
def _some(mnist: Splits) -> Digits:
    return mnist[1][:300]


@pytest.fixture(name="strangers", scope="module")
def _strangers() -> Digits:
    return scikit_digits()


def test_scikit_digits_fill_the_box_of_the_canvas(strangers: Digits) -> None:
    assert (len(strangers), strangers.name) == (1797, "scikit-learn digits")
    inked = strangers.images > 25
    heights = inked.any(axis=2).sum(axis=1)
    assert np.percentile(heights, [5, 95]).tolist() == [20, 20]


def test_the_shipped_model_reads_digits_of_other_writers(strangers: Digits) -> None:
    """The bar is 95 % of 1,797 digits that nobody trained on."""
    assert evaluate(shipped(), strangers).accuracy > 0.95


def test_without_scikit_learn_the_missing_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtraError, match=r"pip install .*\[sklearn\]'"):
        scikit_digits()


def test_every_corruption_is_measured_on_the_same_digits(some: Digits) -> None:
    spoilt = corrupted(some, seed=1)
    assert list(spoilt) == list(CORRUPTIONS)
    rows = robustness(shipped(), {"clean": some} | spoilt)
    assert rows[0].accuracy == evaluate(shipped(), some).accuracy
    assert {row.count for row in rows} == {300}
    assert mean_accuracy(rows[1:]) == pytest.approx(np.mean([row.accuracy for row in rows[1:]]))
    assert math.isnan(mean_accuracy(()))


@pytest.mark.parametrize(
    ("augment", "expected"), [("none", 0), ("shift", 1), ("affine", 4), ("full", 12), ("secret", 0)]
)
def test_what_training_resembles_is_read_from_the_card(some: Digits, augment: str, expected: int) -> None:
    classifier = Classifier()
    classifier.card = replace(classifier.card, recipe={"augment": augment})
    rows = robustness(classifier, dict.fromkeys(CORRUPTIONS, some))
    assert sum(bool(row.resembled) for row in rows) == expected


def test_no_digits_are_canvases_of_every_kind_and_follow_the_seed(some: Digits, tmp_path: Path) -> None:
    kinds, again, other = (not_digits(some, seed=seed, fashion=tmp_path) for seed in (0, 0, 1))
    assert list(kinds) == ["letters", "noise and blank", "fragments", "pairs"]
    for name, canvases in kinds.items():
        assert canvases.dtype == np.float32
        np.testing.assert_array_equal(as_canvases(canvases), canvases)
        np.testing.assert_array_equal(canvases, again[name])
    assert len(kinds["letters"]) % len(LETTERS) == 0 and len(kinds["letters"]) >= 5 * len(LETTERS)
    assert kinds["letters"].max(axis=(1, 2)).min() == 1
    assert (kinds["fragments"] != other["fragments"]).any()


@pytest.mark.skipif(not FASHION.is_file(), reason="Debian's dataset-fashion-mnist is not installed")
def test_clothes_are_read_where_they_are_installed(some: Digits) -> None:
    assert not_digits(some)["Fashion-MNIST"].shape == (10_000, 28, 28)


def test_the_shipped_model_tells_digits_from_noise_and_letters(mnist: Splits, tmp_path: Path) -> None:
    """The bars: 0.95 against letters, 0.999 against noise and blank, for all 10,000 test digits."""
    test = mnist[2]
    digits = shipped()(test.images).digit_logit
    kinds = not_digits(test, fashion=tmp_path)
    assert auroc(digits, shipped()(kinds["letters"]).digit_logit) > 0.95
    assert auroc(digits, shipped()(kinds["noise and blank"]).digit_logit) > 0.999


def test_seven_labels_are_mended_and_nothing_else(mnist: Splits) -> None:
    test = mnist[2]
    mended = relabelled(test)
    changed = np.flatnonzero(mended.labels != test.labels)
    assert changed.tolist() == sorted(doubt.index for doubt in DOUBTS if doubt.seen is not None)
    assert len(changed) == 7
    assert mended.images is test.images


def test_labels_of_other_digits_are_not_mended(some: Digits) -> None:
    with pytest.raises(DataError, match="whole test set only"):
        relabelled(some)


def test_a_whole_examination_gives_figures_fit_for_a_card(mnist: Splits, some: Digits) -> None:
    yardstick = Yardstick(
        validation=mnist[1],
        test=mnist[2],
        spoilt={"stripe": some},
        others=(some,),
        unknown={"blank": np.zeros((4, 28, 28), np.float32)},
    )
    figures = examine(shipped(), yardstick)
    card = {figure.name: figure.to_dict() for figure in figures}
    assert len(card) == len(figures)
    json.dumps(card, allow_nan=False)
    assert card["MNIST test"]["value"] == evaluate(shipped(), mnist[2]).accuracy
    assert card["AUROC against blank"]["value"] > 0.999
    assert 0.98 < card["conformal sets at 99.0%: coverage"]["value"] < 0.999
    assert all(0 <= figure.value <= 1 for figure in figures if figure.interval)


def test_the_page_about_labels_tells_the_same_as_the_list() -> None:
    page = (Path(__file__).parents[2] / "docs" / "label-errors.md").read_text()
    for doubt in DOUBTS:
        seen = "undecided" if doubt.seen is None else doubt.seen
        assert f"| {doubt.index} | {doubt.published} | {seen} | {doubt.why} |" in page
    assert page.count("\n| ") == len(DOUBTS) + 1
