"""Training on own digits: what the recipe follows from, and going on from a finished model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from zeronine.card import Card
from zeronine.data.digits import Digits
from zeronine.data.writing.strokes import shape_names, write
from zeronine.errors import ModelError, RecipeError
from zeronine.evaluation.digits import evaluate
from zeronine.network.build import build
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier
from zeronine.training.own import gone_on, own_recipe, prepared, train_own, written
from zeronine.training.recipe import Recipe
from zeronine.training.restore import network_of
from zeronine.training.run import Run

SMALL = Recipe(name="small", network="convnet", channels="8,16+16", epochs=4, learning_rate=0.1)
CHANNELS = SMALL.channels


def _by_one_hand(count: int, seed: int) -> Digits:
    """Digits of one person: one shape for each digit, the same ones always."""
    first = {digit: (digit, name) for digit, name in reversed(shape_names(held_apart=False))}
    labels = np.arange(count, dtype=np.int64) % 10
    images = write(labels, generator=np.random.default_rng(seed), shapes=list(first.values()))
    return Digits(images, labels, "one hand")


@pytest.fixture(name="run", scope="module")
def _run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A small convnet, trained for four epochs on 1,080 digits of one hand."""
    return train_own(_by_one_hand(1200, 1), recipe=SMALL, folder=tmp_path_factory.mktemp("own") / "run")


def _pictures(digits: Digits) -> np.ndarray:
    return digits.images.astype(np.float32) / np.float32(255)


@pytest.mark.parametrize("going_on", [False, True])
def test_the_more_digits_there_are_the_less_is_mixed_in_and_the_fewer_epochs_they_take(
    going_on: bool,
) -> None:
    recipes = [own_recipe(count, going_on=going_on) for count in (20, 200, 2_000, 20_000)]
    assert [one.strokes for one in recipes] == [2.0, 1.0, 0.25, 0.25]
    epochs = [one.epochs for one in recipes]
    assert min(epochs) == epochs[-1] >= 6
    assert all(one.negatives > 0 for one in recipes)


def test_going_on_takes_smaller_and_fewer_steps() -> None:
    fresh, further = own_recipe(100, going_on=False), own_recipe(100, going_on=True)
    assert further.learning_rate < fresh.learning_rate
    assert further.epochs < fresh.epochs


def test_few_digits_are_repeated_and_watched_by_written_ones() -> None:
    digits = _by_one_hand(20, 1)
    learning, watching = prepared(digits, enough=100)
    assert len(learning) == 100
    np.testing.assert_array_equal(learning.images[20:40], digits.images)
    assert watching.name == "written digits"
    assert np.bincount(watching.labels).tolist() == [30] * 10


def test_many_digits_are_taken_once_and_every_tenth_is_held_apart() -> None:
    learning, watching = prepared(_by_one_hand(200, 1), enough=100)
    assert (len(learning), len(watching)) == (180, 20)
    assert watching.name == "one hand, held apart"


def test_a_run_on_own_digits_learns_and_ends_in_a_model_file(run: Run) -> None:
    assert run.card.figures["validation accuracy"]["count"] == 120
    assert evaluate(run, _by_one_hand(200, 2)).accuracy > 0.9


def test_a_network_is_restored_from_its_file_with_the_same_answers(run: Run) -> None:
    pictures = _pictures(written(64))
    network, card = network_of(run.model_path, pictures)
    with torch.inference_mode():
        logits = network(torch.from_numpy(pictures)).logits.numpy()
    np.testing.assert_allclose(
        logits / card.temperature, Classifier(run.model_path)(pictures).logits, atol=1e-3
    )
    assert card.recipe["channels"] == CHANNELS


def test_a_restored_normalisation_has_the_statistics_of_what_reaches_it(run: Run) -> None:
    """So a step in training mode sees nearly what evaluation sees."""
    pictures = _pictures(written(400))
    network, _ = network_of(run.model_path, pictures)
    with torch.inference_mode():
        settled = network(torch.from_numpy(pictures)).logits.argmax(1)
        training = network.train()(torch.from_numpy(pictures)).logits.argmax(1)
    assert (settled == training).float().mean() > 0.9


def test_the_articles_network_is_restored_too(tmp_path: Path) -> None:
    recipe = SMALL.changed({"network": "feedforward", "hidden": (16,)})
    torch.manual_seed(0)
    export_onnx(build(recipe.to_dict()).eval(), Card(recipe=recipe.to_dict()), tmp_path / "m.onnx")
    network, plan = gone_on(tmp_path / "m.onnx", _by_one_hand(20, 1), SMALL)
    assert (plan.network, plan.hidden, plan.name) == ("feedforward", (16,), "small")
    assert network(torch.zeros(1, 28, 28)).embedding.shape == (1, 16)


def test_a_choice_that_the_file_s_network_does_not_take_is_refused(tmp_path: Path) -> None:
    """A network without a hidden layer has no units to switch off."""
    flat = SMALL.changed({"network": "feedforward", "hidden": ()})
    export_onnx(build(flat.to_dict()).eval(), Card(recipe=flat.to_dict()), tmp_path / "m.onnx")
    with pytest.raises(RecipeError, match="dropout changes nothing here") as told:
        gone_on(tmp_path / "m.onnx", _by_one_hand(20, 1), replace(SMALL, dropout=0.2))
    assert told.value.field == "dropout"


def test_a_seed_beside_a_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="seed changes nothing here"):
        train_own(_by_one_hand(20, 1), recipe=SMALL, seed=3, folder=tmp_path / "run")


def test_going_on_keeps_the_files_sizes_and_learns_the_new_hand(run: Run, tmp_path: Path) -> None:
    mirrored = _by_one_hand(300, 5)
    mirrored = Digits(np.ascontiguousarray(mirrored.images[:, :, ::-1]), mirrored.labels, "mirrored")
    before = evaluate(run, mirrored).accuracy
    plan = replace(SMALL, channels="4,4", epochs=3, learning_rate=0.03)
    further = train_own(mirrored, start_from=run.model_path, recipe=plan, folder=tmp_path / "on")
    assert further.recipe.channels == CHANNELS
    assert evaluate(further, mirrored).accuracy > before + 0.2


def test_a_file_whose_card_does_not_tell_its_sizes_is_refused(tmp_path: Path) -> None:
    network = build(SMALL.to_dict()).eval()
    export_onnx(network, Card(), tmp_path / "mute.onnx")
    with pytest.raises(ModelError, match="does not say how the network is built"):
        network_of(tmp_path / "mute.onnx", _pictures(written(10)))


def test_a_file_whose_card_tells_other_sizes_is_refused(tmp_path: Path) -> None:
    lie = replace(SMALL, channels="8,32+16").to_dict()
    export_onnx(build(SMALL.to_dict()).eval(), Card(recipe=lie), tmp_path / "lie.onnx")
    with pytest.raises(ModelError, match="has the shape"):
        network_of(tmp_path / "lie.onnx", _pictures(written(10)))
