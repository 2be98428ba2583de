"""Teaching over HTTP: digits given, corrected, taught, offered as a model, and deleted."""

from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="the studio's packages are not installed: pip install '.[studio]'")

from fastapi.testclient import TestClient

from strange_hands import write
from zeronine.errors import DataError
from zeronine.teaching import yardstick
from zeronine.teaching.lesson import prepared
from zeronine.teaching.sheet import blank

HAND = "/api/hands/ann"


def _no_mnist(*_: object, **__: object) -> None:
    raise DataError("not here")


@pytest.fixture(scope="module", autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep hands in a folder of these tests, and judge by made hands alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZERONINE_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setattr(yardstick, "load", _no_mnist)
        patch.setattr(yardstick, "HELD", 1000)
        prepared.cache_clear()  # of tests that judge otherwise
        yield
    prepared.cache_clear()


def test_a_hand_is_given_taught_offered_and_deleted(server: TestClient) -> None:
    digits = write("mirror hooks", np.arange(30) % 10, seed=1)
    body = {"canvases": digits.images.reshape(30, -1).tolist(), "labels": digits.labels.tolist()}
    assert server.post(f"{HAND}/lessons", json=body).json()["labels"] == digits.labels.tolist()
    relabelled = {"canvases": body["canvases"][:1], "labels": [9]}
    assert server.post(f"{HAND}/lessons", json=relabelled).json()["labels"].count(9) == 4
    assert len(server.post(f"{HAND}/lessons", json=body).json()["labels"]) == 30
    made = server.post(f"{HAND}/teach", json={"fast": False}).json()
    assert made["kept"], made["report"]["reason"]
    assert made["report"]["own"]["after"]["right"] > made["report"]["own"]["before"]["right"]
    models = {one["name"]: one for one in server.get("/api/models").json()["models"]}
    assert models["ann"]["origin"] == "hand"
    assert made["model"] == models["ann"]["id"]
    assert made["read"][0] == 0 and made["read"] != made["labels"], "as the shipped model reads them"
    file = server.get(f"{HAND}/model")
    assert "ann.onnx" in file.headers["content-disposition"] and len(file.content) > 500_000
    asked = {"canvases": body["canvases"][:2], "model": models["ann"]["id"]}
    assert [one["value"] for one in server.post("/api/classify", json=asked).json()["answers"]] == [0, 1]
    assert server.delete(f"{HAND}/model").json()["kept"] is False
    assert server.delete(HAND).json() == {"deleted": "ann"}
    assert server.get("/api/hands").json() == {"hands": []}


def test_what_cannot_be_is_said(server: TestClient, bar: list[int]) -> None:
    assert server.get("/api/hands/..%2Fup").status_code in (404, 422)
    assert server.get("/api/hands/a b").status_code == 422
    uneven = server.post(f"{HAND}/lessons", json={"canvases": [bar], "labels": [1, 2]})
    assert "each needs the other" in uneven.json()["error"]["message"]
    assert "too few" in server.post("/api/hands/nobody/teach", json={}).json()["error"]["message"]
    assert server.delete("/api/hands/nobody").status_code == 422
    none = server.get("/api/hands/nobody/model")
    assert none.status_code == 404 and "teach it first" in none.json()["error"]["message"]
    queue = server.post("/api/hands/nobody/review")
    assert queue.status_code == 404 and "--review FOLDER" in queue.json()["error"]["message"]
    assert server.get("/api/hands/nobody").json()["read"] == []


def test_the_sheet_is_given_and_an_empty_one_is_refused(server: TestClient) -> None:
    assert server.get("/api/sheet.pdf").content.startswith(b"%PDF")
    import cv2

    png = cv2.imencode(".png", blank())[1].tobytes()
    said = server.post("/api/hands/sheeted/sheet", content=png)
    assert said.status_code == 422 and "empty" in said.json()["error"]["message"]


def test_a_sheet_may_be_as_large_as_a_picture(server: TestClient) -> None:
    """Limits of JSON, of size and of names, are none for a photograph's bytes."""
    answer = server.post("/api/hands/ann/sheet", content=b":" * (3 * 2**20))
    assert answer.status_code == 422
    assert "names" not in answer.text and "MiB" not in answer.text
