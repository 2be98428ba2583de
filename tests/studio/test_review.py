"""The review queue over HTTP: items come with their pictures, decisions are kept, and errors are told."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from zeronine.answers import Box
from zeronine.documents.queue import Item, Queue
from zeronine.studio.app import create_app
from zeronine.studio.settings import Settings

TABLE = Path(__file__).parents[1] / "documents" / "pictures" / "table.png"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a studio with two items to review."""
    folder = tmp_path_factory.mktemp("review")
    shutil.copy(TABLE, folder / "table.png")
    some = [Box(60, 50, 40, 30), Box(200, 50, 60, 30)]
    Queue(folder).add(
        Item(file=str(folder / "table.png"), box=box, text="12", confidence=0.3 + 0.1 * i)
        for i, box in enumerate(some)
    )
    settings = Settings(runs=folder / "runs", review=folder)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8009") as client:
        yield client


def test_an_item_comes_with_its_picture_and_is_decided(desk: TestClient) -> None:
    first = desk.post("/api/review/next", json={}).json()
    assert first["counts"] == {"queue": True, "open": 2, "decided": 0, "expected_errors": 1.3}
    assert first["item"]["box"]["x"] == 60
    assert first["view"]["picture"].startswith("data:image/png")
    assert first["view"]["x"] <= 60
    box = {"x": 300, "y": 50, "width": 20, "height": 30}
    added = desk.post("/api/review/add", json={"item": first["item"]["id"], "text": "5", "box": box})
    assert added.json()["decided"] == 1
    asked = {"item": first["item"]["id"], "action": "change", "text": "13", "quarters": 1}
    assert desk.post("/api/review/decide", json=asked).json()["open"] == 1
    again = desk.post("/api/review/decide", json=asked)
    assert (again.status_code, "decided before" in again.text) == (422, True)
    lines = [json.loads(line) for line in desk.get("/api/review/export").text.splitlines()]
    assert [(one["action"], one["decided"]) for one in lines] == [("add", "5"), ("change", "13")]


def test_a_studio_without_a_queue_says_how_to_start_one(server: TestClient) -> None:
    assert server.get("/api/review").json()["queue"] is False
    answer = server.post("/api/review/next", json={})
    assert answer.status_code == 404
    assert "--review FOLDER" in answer.text
