"""*Why* over HTTP: the same explanations as in Python, and the index in the background."""

import base64
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from common import studio_of
from zeronine.data.digits import Digits
from zeronine.explaining.explanation import explain
from zeronine.explaining.neighbours import nearest
from zeronine.reading.classify import Classifier
from zeronine.studio.indexes import Indexes, Status
from zeronine.studio.shapes import KINDS


def as_canvas(flat: list[int]) -> np.ndarray:
    return np.array(flat, np.uint8).reshape(28, 28)


def test_the_explanation_is_pythons(
    server: TestClient, bar: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind that needs no index comes with its sentence, and says what `explain` says."""
    monkeypatch.setattr(studio_of(server), "indexes", Indexes(None))  # whichever test came before
    answer = server.post("/api/explain", json={"canvas": bar}).json()
    expected = explain(as_canvas(bar))
    assert set(answer["sentences"]) == set(answer["took_ms"]) == set(KINDS)
    assert (answer["value"], answer["rival"]) == (expected.case.value, expected.case.rival)
    assert answer["flip"]["flipped"] == expected.flip.flipped
    assert answer["flip"]["added"] == pytest.approx(expected.flip.added, abs=0.01)
    assert answer["occlusion"]["picture"]["high"] == pytest.approx(np.abs(expected.occlusion).max(), abs=1e-6)
    effects = answer["hidden"]["layers"][0]["effect"]
    np.testing.assert_allclose(effects, expected.layers[0].effect, atol=1e-5)
    assert answer["contribution"] is None
    assert answer["neighbours"] is None
    assert answer["index"]["state"] == "absent"


def test_the_flip_that_is_shown_flips(server: TestClient, bar: list[int]) -> None:
    """The flipped picture, sent back as it came, is answered with the digit that was asked for."""
    for rival in (4, 7):
        asked = {"canvas": bar, "kinds": ["flip"], "rival": rival}
        found = server.post("/api/explain", json=asked).json()["flip"]
        assert found["flipped"], f"rival {rival}"
        canvas = list(base64.b64decode(found["canvas"]["data"]))
        (answer,) = server.post("/api/classify", json={"canvases": [canvas]}).json()["answers"]
        assert answer["value"] == rival


def test_only_what_was_asked_is_worked_out(server: TestClient, bar: list[int]) -> None:
    """One kind asked, one kind answered."""
    answer = server.post("/api/explain", json={"canvas": bar, "kinds": ["occlusion"]}).json()
    assert set(KINDS) & set(answer) == {"occlusion"}
    assert "index" not in answer


def test_units_are_switched_off(server: TestClient, bar: list[int]) -> None:
    """Nothing off is the model's answer; everything off is the bias alone; the unit asked for is 0."""
    whole = server.post("/api/ablate", json={"canvas": bar, "off": []}).json()
    expected = Classifier()(as_canvas(bar)).probabilities[0]
    np.testing.assert_allclose(whole["probabilities"], expected, atol=1e-4)
    off = {"canvas": bar, "off": [{"layer": 0, "units": [1, 2]}, {"layer": 0, "units": [3]}]}
    assert server.post("/api/ablate", json=off).json()["layers"][0]["values"][1:4] == [0, 0, 0]
    nothing = server.post("/api/ablate", json={"canvas": bar, "off": [{"layer": 0, "units": "all"}]}).json()
    assert not any(nothing["layers"][0]["values"])


@pytest.mark.parametrize(
    ("off", "said"),
    [
        ({"layer": 1, "units": []}, "no hidden layer 1"),
        ({"layer": 0, "units": [64]}, "no unit 64"),
        ({"layer": -1, "units": []}, "layer"),
        ({"layer": 0, "units": [-1]}, "units"),
    ],
)
def test_units_that_are_not_there_are_named(
    server: TestClient, bar: list[int], off: dict[str, Any], said: str
) -> None:
    """The error says what the model has."""
    answer = server.post("/api/ablate", json={"canvas": bar, "off": [off]})
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_asking_why_it_is_what_it_is(server: TestClient, bar: list[int]) -> None:
    """`rival` the answer itself is refused with a reason."""
    answer = server.post("/api/explain", json={"canvas": bar, "rival": 1})
    assert answer.status_code == 422
    assert "another digit" in answer.json()["error"]["message"]


def test_the_index_is_built_in_the_background(
    server: TestClient, bar: list[int], shapes: Digits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asked to build, the studio says how far it is; then neighbours and map are answered."""
    monkeypatch.setenv("ZERONINE_CACHE", str(tmp_path))
    monkeypatch.setattr("zeronine.data.mnist.load", lambda split, folder: shapes)
    assert server.get("/api/map").json()["points"] is None
    assert server.post("/api/index", json={}).status_code == 202
    for _ in range(600):
        status = server.get("/api/index").json()
        if status["state"] != "building":
            break
        time.sleep(0.1)
    assert status["state"] == "ready", status
    asked = {"canvas": bar, "kinds": ["neighbours", "map"]}
    answer = server.post("/api/explain", json=asked).json()
    opened = studio_of(server).models.open("shipped")
    index = studio_of(server).indexes.ready(opened).index
    expected = nearest(index, Classifier()(as_canvas(bar)).embedding[0])
    assert answer["neighbours"]["labels"] == expected.labels.tolist()
    np.testing.assert_allclose(answer["neighbours"]["distances"], expected.distances, atol=1e-3)
    assert len(answer["map"]["position"]) == 2
    seen = server.get("/api/map").json()
    assert len(seen["points"]) == len(shapes)
    assert list((tmp_path / "embeddings").iterdir()), "the embeddings are kept beside MNIST's cache"


def test_an_index_that_cannot_be_built_says_why(server: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without MNIST the state is failed, with the reason; asking again tries again."""
    from zeronine.errors import DataError

    def no_digits(split: str, folder: object) -> None:
        raise DataError("no mirror could be reached")

    monkeypatch.setattr("zeronine.data.mnist.load", no_digits)
    indexes = Indexes(None)
    opened = studio_of(server).models.open("shipped")
    assert indexes.begin(opened).state == "building"
    for _ in range(100):
        if indexes.status(opened).state != "building":
            break
        time.sleep(0.05)
    assert indexes.status(opened) == Status("failed", 0.0, "no mirror could be reached")
    assert indexes.begin(opened).state == "building"
    indexes.close()
