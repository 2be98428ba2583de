"""Every choice in every recipe over HTTP: it arrives in the training, or 422 says which recipes take it."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from zeronine.studio.learning import LIMITS
from zeronine.studio.trainings import LiveRun, Trainings
from zeronine.training.recipe import CHOICES, FIELDS, PAGES, RECIPES, takers

OFFERED = [recipe for recipe in RECIPES if RECIPES[recipe].network not in PAGES]
TABLE = [(recipe, name) for recipe in OFFERED for name in FIELDS if name != "name"]


def other(name: str, value: Any) -> Any:
    """Return a value of a choice, as JSON has it, that is not the one it has."""
    words = [word for word in CHOICES[name].words if word not in PAGES]
    if words:
        return words[(words.index(value) + 1) % len(words)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, str | tuple):
        return "4,6" if isinstance(value, str) else [9]
    return value + 1 if isinstance(value, int) else 0.123


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the recipes that are put into the queue; nothing is trained."""
    recipes: list[dict[str, Any]] = []

    def begin(self: Trainings, recipe: dict[str, Any], folder: Path, *, name: str) -> LiveRun:
        recipes.append(recipe)
        return LiveRun("0" * 12, name, recipe, folder)

    monkeypatch.setattr(Trainings, "begin", begin)
    return recipes


@pytest.mark.parametrize(("recipe", "name"), TABLE)
def test_a_change_arrives_or_is_refused(
    recipe: str, name: str, server: TestClient, asked: list[dict[str, Any]]
) -> None:
    value = other(name, getattr(RECIPES[recipe], name))
    answer = server.post("/api/train", json={"recipe": recipe, "changes": {name: value}})
    if CHOICES[name].unmet(RECIPES[recipe].to_dict()) is None:
        assert answer.status_code == 202, answer.text
        assert asked[0][name] == value
    else:
        assert answer.status_code == 422 and not asked
        said = answer.json()["error"]["message"]
        assert said.startswith(f"{name} changes nothing here")
        assert all(taker in said for taker in takers(name))


@pytest.mark.parametrize("network", PAGES)
def test_what_learns_from_pages_is_not_offered_and_refused(
    network: str, server: TestClient, asked: list[dict[str, Any]]
) -> None:
    """The room shows curves of digits; a run of the finder has none, and takes hours."""
    assert set(server.get("/api/recipes").json()["recipes"]) == set(OFFERED)
    for body in ({"recipe": network}, {"recipe": "convnet", "changes": {"network": network}}):
        answer = server.post("/api/train", json=body)
        assert answer.status_code == 422 and not asked
        assert "zeronine train" in answer.json()["error"]["message"]


def test_a_run_is_named_by_what_it_is(server: TestClient, asked: list[dict[str, Any]]) -> None:
    run = server.post("/api/train", json={"changes": {"hidden": [256, 128], "epochs": 3}}).json()
    assert run["name"].endswith("-repaired,hidden-256-128,epochs-3")


def test_the_limits_here_are_of_fields_and_units() -> None:
    assert set(LIMITS) - set(FIELDS) == {"hidden_units", "hidden_layers"}
