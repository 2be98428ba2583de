"""The benchmark of many trainings, a thin slice of it, and what it stands on."""

from dataclasses import replace
from pathlib import Path

import pyarrow.dataset as ds
import pytest

import sweep as script
from zeronine.bulk.job import Engine
from zeronine.bulk.spread import spread
from zeronine.card import card_from_json
from zeronine.data.mnist import load_mnist
from zeronine.training.calibrate import validate
from zeronine.training.loop import fit

DIGITS = 600


def square(number: int) -> int:
    if number < 0:
        raise ValueError("no root")
    return number**2


def test_every_task_is_done_once() -> None:
    assert sorted(spread(square, range(5), workers=2)) == [(n, n**2) for n in range(5)]


def test_an_error_of_the_work_is_raised() -> None:
    with pytest.raises(ValueError, match="no root"):
        list(spread(square, [1, -1], workers=1))


def test_a_plan_is_every_combination() -> None:
    plan = script.recipes(["repaired"], ["epochs=1,2", "learning_rate=0.01,0.02"], seeds=3)
    assert len({(one.epochs, one.learning_rate, one.seed) for one in plan}) == len(plan) == 12


def test_a_sweep_trains_what_a_training_alone_does_and_goes_on(tmp_path: Path) -> None:
    """Figures and cards are those of one training after the other; what is there is not trained again."""
    plan = script.recipes(["repaired"], ["epochs=1"], seeds=2)
    first = script.sweep(plan, tmp_path, Engine.processes, 2, 1, DIGITS)
    assert first["trained"] == 2
    learning, validation, _ = load_mnist()
    network, _ = fit(learning[:DIGITS], replace(plan[1]))
    rows = {row["seed"]: row for row in ds.dataset(tmp_path).to_table().to_pylist()}
    assert rows[1]["validation"] == pytest.approx(validate(network, validation)["validation_accuracy"])
    card = card_from_json(rows[1]["card"], where="the sweep")
    assert (card.recipe["seed"], card.recipe["epochs"]) == (1, 1)
    script.place_of(plan[0], DIGITS, tmp_path).unlink()
    again = script.sweep(plan, tmp_path, Engine.processes, 2, 1, DIGITS)
    assert again["trained"] == 1
    assert again["recipes"][0]["validation_mean"] == first["recipes"][0]["validation_mean"]
