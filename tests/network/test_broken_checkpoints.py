"""A checkpoint that was damaged, cut or made up is refused with a word, whatever is wrong with it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from zeronine.card import KEY
from zeronine.data.digits import Digits
from zeronine.errors import ModelError, RecipeError, RunError, ZeronineError
from zeronine.models import CHECKPOINT
from zeronine.network.checkpoint import Checkpoint, _digest, read_checkpoint
from zeronine.training.loop import resume, train
from zeronine.training.recipe import Recipe

RECIPES = {
    "sgd": Recipe(hidden=(4,), epochs=2, batch_size=64),
    "adamw": Recipe(hidden=(4,), epochs=2, batch_size=64, optimizer="adamw", average=0.9),
}


@pytest.fixture(scope="module", params=list(RECIPES))
def good(request: pytest.FixtureRequest, shapes: Digits, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a good checkpoint of a run that could go on, once of each optimiser."""
    folder = tmp_path_factory.mktemp("good")

    def stop(moment: Any) -> None:
        if moment.row is not None:
            raise KeyboardInterrupt

    with pytest.raises(ZeronineError):
        train(shapes, RECIPES[request.param], folder=folder, watch=stop)
    return (folder / CHECKPOINT).read_bytes()


def made_up(good: bytes, folder: Path, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """Write the checkpoint with tensors or words changed, its digest right: only its sense is wrong."""
    path = folder / CHECKPOINT
    path.write_bytes(good)
    kept: Checkpoint = read_checkpoint(path)
    tensors = dict(kept.tensors)
    about: dict[str, Any] = {"card": kept.card.to_json(), "progress": dict(kept.progress), "data": kept.data}
    change(tensors, about)
    about["digest"] = _digest(tensors, about)
    path.write_bytes(save(tensors, {KEY: json.dumps(about)}))


def in_card(**entries: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    """Change entries of the card."""

    def change(tensors: dict[str, Any], about: dict[str, Any]) -> None:
        about["card"] = json.dumps({**json.loads(about["card"]), **entries})

    return change


def in_recipe(**entries: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    """Change entries of the card's recipe."""

    def change(tensors: dict[str, Any], about: dict[str, Any]) -> None:
        card = json.loads(about["card"])
        about["card"] = json.dumps({**card, "recipe": {**card["recipe"], **entries}})

    return change


def other_optimizer(tensors: dict[str, Any], about: dict[str, Any]) -> None:
    """Let the recipe name an optimiser that remembers other things."""
    was_sgd = '"optimizer": "sgd"' in about["card"]
    in_recipe(optimizer="adam" if was_sgd else "sgd")(tensors, about)


def in_progress(**entries: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    """Change entries of the progress."""
    return lambda tensors, about: about["progress"].update(entries)


def first(tensors: dict[str, Any], start: str) -> str:
    return next(name for name in sorted(tensors) if name.startswith(start))


def replaced(start: str, make: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Any, Any], None]:
    """Put another tensor in the place of the first whose name begins so."""
    return lambda tensors, about: tensors.update(
        {first(tensors, start): make(tensors[first(tensors, start)]).contiguous()}
    )


WRONG: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "no card": lambda tensors, about: about.pop("card"),
    "card is a list": lambda tensors, about: about.update(card=[]),
    "card of another format": in_card(format=9),
    "card with a word for a number": in_card(temperature="warm"),
    "recipe of nothing": in_card(recipe={}),
    "recipe with a list": in_card(recipe=[]),
    "recipe with None": in_recipe(hidden=None),
    "recipe with words": in_recipe(hidden=["a"]),
    "recipe with a fraction": in_recipe(batch_size=1.5),
    "recipe of no sense": in_recipe(batch_size=0),
    "recipe with a huge number": in_recipe(epochs=10**30),
    "recipe with an unknown network": in_recipe(network="transformer"),
    "recipe with other sizes": in_recipe(hidden=[5]),
    "recipe with another optimiser": other_optimizer,
    "recipe with an unknown entry": in_recipe(magic=1),
    "progress is a list": lambda tensors, about: about.update(progress=[]),
    "progress without a step": lambda tensors, about: about["progress"].pop("step"),
    "progress with more": in_progress(more=1),
    "progress with a word": in_progress(epoch="one"),
    "progress with a fraction": in_progress(epoch=0.5),
    "progress below nothing": in_progress(step=-1),
    "progress beyond the end": in_progress(epoch=99),
    "progress without an end": in_progress(loss_sum=float("inf")),
    "progress with more right than seen": in_progress(right=5, seen=4, step=1),
    "digits of no kind": lambda tensors, about: about.update(data=7),
    "digits without a count": lambda tensors, about: about["data"]["digits"].pop("count"),
    "unknown words": lambda tensors, about: about.update(more=1),
    "a weight missing": lambda tensors, about: tensors.pop(first(tensors, "network.")),
    "a weight too many": lambda tensors, about: tensors.update({"network.more": torch.ones(1)}),
    "a weight of another shape": replaced("network.", lambda value: torch.ones(3, 3)),
    "a weight that is NaN": replaced("network.", lambda value: value * float("nan")),
    "memory by another name": lambda tensors, about: tensors.update(
        {"optimizer.0.other": tensors.pop(first(tensors, "optimizer.0."))}
    ),
    "memory of another weight": lambda tensors, about: tensors.update({"optimizer.99.step": torch.ones(())}),
    "memory of no weight": lambda tensors, about: tensors.update({"optimizer.x.y": torch.ones(1)}),
    "memory of another shape": replaced("optimizer.0.", lambda value: torch.ones(3, 3)),
    "memory of another type": replaced("optimizer.0.", lambda value: value.to(torch.int32)),
    "memory without an end": replaced("optimizer.0.", lambda value: value + float("inf")),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_made_up_checkpoint_is_refused(good: bytes, shapes: Digits, tmp_path: Path, kind: str) -> None:
    made_up(good, tmp_path, WRONG[kind])
    before = (tmp_path / CHECKPOINT).read_bytes()
    with pytest.raises((ModelError, RunError, RecipeError)):
        resume(tmp_path, shapes)
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_unchanged_it_goes_on(good: bytes, shapes: Digits, tmp_path: Path) -> None:
    """What is refused above is refused for what was done to it."""
    made_up(good, tmp_path, lambda tensors, about: None)
    assert resume(tmp_path, shapes).rows[-1]["epoch"] == 2


def test_a_checkpoint_of_an_older_version_goes_on(good: bytes, shapes: Digits, tmp_path: Path) -> None:
    """It has no digest and says nothing of its digits."""
    path = tmp_path / CHECKPOINT
    path.write_bytes(good)
    kept = read_checkpoint(path)
    about = {"card": kept.card.to_json(), "progress": kept.progress}
    path.write_bytes(save(kept.tensors, {KEY: json.dumps(about)}))
    assert read_checkpoint(path).data is None
    assert resume(tmp_path, shapes).rows[-1]["epoch"] == 2


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_noticed(good: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """A changed byte, a cut or more at the end: refused before a weight of it is used."""
    content = bytearray(good)
    kind = data.draw(st.sampled_from(["byte", "cut", "more"]))
    place = data.draw(st.integers(0, len(content) - 1))
    if kind == "byte":
        content[place] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del content[place:]
    else:
        content += b"x" * (1 + place % 9)
    path = tmp_path / CHECKPOINT
    path.write_bytes(content)
    with pytest.raises(ModelError, match=CHECKPOINT):
        read_checkpoint(path)
