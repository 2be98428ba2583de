"""Errors carry what they are about as data, and come through JSON and pickle whole."""

import json
import pickle
from typing import Any

import pytest

from zeronine import errors
from zeronine.errors import MissingExtraError, PictureError, StoppedError, TrainingError, ZeronineError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ZeronineError) and kind is not MissingExtraError
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_through_json_and_pickle(kind: type[ZeronineError]) -> None:
    error = kind("too big", file="a.png", field="width", value=[1, 2.5], limit=50)
    for again in (
        ZeronineError.from_dict(json.loads(json.dumps(error.to_dict()))),
        pickle.loads(pickle.dumps(error)),  # noqa: S301  ours
    ):
        assert type(again) is kind
        assert str(again) == "too big"
        assert (again.file, again.field, again.value, again.limit) == ("a.png", "width", [1, 2.5], 50)


def test_how_far_a_training_came_is_data() -> None:
    error = StoppedError("stopped", file="runs/a", epoch=3, step=17)
    again = TrainingError.from_dict(error.to_dict())
    assert (type(again), again.epoch, again.step, again.file) == (StoppedError, 3, 17, "runs/a")


def test_a_missing_extra_comes_through_json_and_pickle() -> None:
    error = MissingExtraError("studio", "fastapi", "uv pip install '.[studio]'")
    for again in (ZeronineError.from_dict(error.to_dict()), pickle.loads(pickle.dumps(error))):  # noqa: S301
        assert isinstance(again, MissingExtraError)
        assert (again.extra, again.missing, str(again)) == ("studio", "fastapi", str(error))


def test_what_is_not_known_is_not_in_the_dict() -> None:
    assert PictureError("empty").to_dict() == {"error": "PictureError", "message": "empty"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object, {"a": (1, float("nan"))}, 1 + 2j])
def test_any_value_can_be_told_in_json(value: object) -> None:
    told = json.loads(json.dumps(PictureError("odd", value=value).to_dict(), allow_nan=False))
    assert told["message"] == "odd" and told["value"]


@pytest.mark.parametrize("data", [{}, {"error": "KeyError", "message": "x"}, {"error": "PictureError"}])
def test_what_describes_no_error_of_ours_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="describes no"):
        ZeronineError.from_dict(data)


def test_a_class_makes_only_errors_below_itself() -> None:
    with pytest.raises(ValueError, match="describes no PictureError"):
        PictureError.from_dict(StoppedError("stopped").to_dict())
