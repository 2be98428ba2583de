"""Judging: what a report says of known answers, what raises an alarm, and what counts as a model."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zeronine.data.digits import Digits
from zeronine.errors import DataError, ModelError
from zeronine.evaluation.digits import Report, evaluate, judge
from zeronine.models import SHIPPED
from zeronine.reading.classify import Answers, Classifier


def _digits(labels: list[int], name: str = "made up") -> Digits:
    images = np.arange(len(labels), dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8)
    return Digits(images, np.array(labels, np.int64), name)


def _answers(said: list[int], sure: list[float]) -> Answers:
    """Answers that give `said` the probability `sure`, and the rest in equal parts to the others."""
    shares = np.repeat((1 - np.array(sure))[:, None] / 9, 10, axis=1)
    shares[np.arange(len(said)), said] = sure
    return Answers(
        np.log(shares).astype(np.float32), shares.astype(np.float32), np.zeros(len(said), np.float32)
    )


@pytest.fixture(name="report")
def _report() -> Report:
    """Five digits, two of them wrong: number 1 surely, number 4 hardly."""
    answers = _answers([0, 7, 2, 3, 9], [0.9, 0.99, 0.8, 0.7, 0.4])
    return judge(answers, _digits([0, 1, 2, 3, 4]), model="m.onnx")


def test_a_report_counts_right_and_wrong(report: Report) -> None:
    assert (report.count, report.errors, report.accuracy) == (5, 2, 0.6)
    assert report.interval[0] < 0.6 < report.interval[1]
    assert report.confusion[1, 7] == report.confusion[4, 9] == 1
    assert report.confusion.sum() == 5
    assert report.loss == pytest.approx(-np.log([0.9, 0.01 / 9, 0.8, 0.7, 0.6 / 9]).mean(), rel=1e-5)


def test_mistakes_come_most_confident_first_with_their_pictures(report: Report) -> None:
    assert [(one.index, one.true, one.predicted) for one in report.mistakes] == [(1, 1, 7), (4, 4, 9)]
    assert report.mistakes[0].confidence == pytest.approx(0.99)
    assert (report.mistakes[1].image == 4).all()


def test_a_report_is_plain_json(report: Report) -> None:
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["accuracy"] == 0.6
    assert data["mistakes"][0] == {"index": 1, "true": 1, "predicted": 7, "confidence": 0.99}
    assert data["digits"][5] == {"digit": 5, "count": 0, "recall": None, "precision": None}


def test_not_one_mistake_in_a_thousand_is_an_alarm() -> None:
    labels = list(range(10)) * 100
    perfect = judge(_answers(labels, [0.9] * 1000), _digits(labels, "test"), model="m")
    assert "not one mistake in 1000" in perfect.alarms[0]
    assert judge(_answers(labels[:999], [0.9] * 999), _digits(labels[:999]), model="m").alarms == ()


def test_the_same_loss_on_two_sets_is_an_alarm(report: Report) -> None:
    answers = _answers([0, 7, 2, 3, 9], [0.9, 0.99, 0.8, 0.7, 0.4])
    again = judge(answers, _digits([0, 1, 2, 3, 4], "another"), model="m", others=[report])
    assert again.alarms == (
        f"another and made up have exactly the same loss ({report.loss:.6g}): look whether they are one set",
    )


def test_no_digits_cannot_be_judged_by() -> None:
    with pytest.raises(DataError, match="nothing: there are no digits"):
        judge(_answers([], []), _digits([], "nothing"), model="m")


def test_a_model_is_a_file_a_folder_a_run_or_an_open_classifier(tmp_path: Path, few: Digits) -> None:
    (tmp_path / "model.onnx").write_bytes(SHIPPED.read_bytes())
    forms: list[Any] = [
        SHIPPED,
        str(SHIPPED),
        "shipped",
        tmp_path,
        Classifier(SHIPPED),
        SimpleNamespace(model_path=tmp_path / "model.onnx"),
    ]
    assert len({evaluate(form, few).loss for form in forms}) == 1


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path, few: Digits) -> None:
    with pytest.raises(ModelError, match=r"holds no model\.onnx"):
        evaluate(tmp_path, few)
