"""What the studio answers is what Python answers."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

import zeronine
from zeronine.models import MODEL_VERSION
from zeronine.reading.classify import Classifier
from zeronine.reading.load import load
from zeronine.studio.tiles import signed_tiles, tiles

PICTURES = Path(__file__).parents[1] / "pictures"
PAGE = PICTURES / "271828-french-hair-plain.png"


def unpacked(packed: dict[str, Any]) -> np.ndarray:
    """Return tiles as the page does."""
    values = np.frombuffer(base64.b64decode(packed["data"]), np.uint8).astype(np.float64)
    span = packed["high"] - packed["low"]
    unpacked: np.ndarray = (packed["low"] + values / 255 * span).reshape(packed["count"], 28, 28)
    return unpacked


def test_canvases_are_answered_as_in_python(server: TestClient, bar: list[int]) -> None:
    """Probabilities, digit probability and embedding are those of the model, canvas by canvas."""
    random = np.random.default_rng(0).integers(0, 256, 784).tolist()
    asked = {"canvases": [bar, random, [0] * 784], "embedding": True}
    answers = server.post("/api/classify", json=asked).json()["answers"]
    expected = Classifier()(np.array(asked["canvases"], np.uint8).reshape(-1, 28, 28))
    np.testing.assert_allclose([one["probabilities"] for one in answers], expected.probabilities, atol=1e-4)
    np.testing.assert_allclose([one["embedding"] for one in answers], expected.embedding, atol=1e-3)
    digit = [one["digit_probability"] for one in answers]
    np.testing.assert_allclose(digit, expected.digit_probability, atol=1e-4)
    assert [one["value"] for one in answers] == expected.probabilities.argmax(axis=1).tolist()
    assert answers[0]["value"] == 1


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"canvases": []}, "canvases"),
        ({"canvases": [[0] * 783]}, "canvases.0"),
        ({"canvases": [[0] * 783 + [256]]}, "canvases.0.783"),
        ({"canvases": [[0] * 783 + ["x"]]}, "canvases.0.783"),
        ({"canvases": [[0] * 784] * 257}, "canvases"),
        ({"canvases": [[0] * 784], "modle": "shipped"}, "modle"),
        ({}, "canvases"),
    ],
)
def test_what_is_no_canvas_is_named(server: TestClient, asked: dict[str, Any], place: str) -> None:
    """The error names the place in the request, in the one shape of errors."""
    answer = server.post("/api/classify", json=asked)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(f"body.{place}: ")


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'{"canvases": [[NaN]]}', b"\xff\xfe", b'"\\ud800"'])
def test_what_is_no_json_is_refused(server: TestClient, body: bytes) -> None:
    """Damaged JSON is the sender's mistake, said as JSON."""
    answer = server.post("/api/classify", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert set(answer.json()["error"]) == {"status", "message"}


def test_a_picture_is_read_as_in_python(server: TestClient) -> None:
    """Sent as bytes or in a form, the answer is the JSON of `Reading.to_dict()`."""
    expected = zeronine.read(PAGE).to_dict()
    assert expected["text"] == "271828"
    assert server.post("/api/read", content=PAGE.read_bytes()).json() == expected
    form = server.post("/api/read", files={"picture": ("x.png", PAGE.read_bytes(), "image/png")})
    assert form.json() == expected


def test_more_can_be_asked_of_a_picture(server: TestClient) -> None:
    """Canvases come as the network saw them; doubt, count and the steps follow the query."""
    query: dict[str, Any] = {"canvases": True, "steps": True, "expect": "6", "min_confidence": 1.0}
    answer = server.post("/api/read", params=query, content=PAGE.read_bytes()).json()
    reading = zeronine.read(PAGE, expect=6)
    seen = unpacked(answer["canvases"]) / 255
    np.testing.assert_allclose(seen, [digit.canvas for digit in reading.digits], atol=0.51 / 255)
    assert answer["text"] == "??????"
    steps = zeronine.read(PAGE, steps=True).steps
    assert [step["name"] for step in answer["steps"]] == list(steps)
    for step in answer["steps"]:
        kind, _, data = step["picture"].partition(",")
        shown = load(base64.b64decode(data))
        assert kind == "data:image/png;base64"
        assert (step["height"], step["width"]) == steps[step["name"]].shape[:2]
        assert shown.shape[1] == min(640, step["width"])


@pytest.mark.parametrize(
    ("content", "query", "said"),
    [
        (b"", {}, "empty"),
        (b"these are words", {}, "not a picture"),
        (PAGE.read_bytes()[:300], {}, ""),
        (PAGE.read_bytes(), {"page": 2}, "no page 2"),
        (PAGE.read_bytes(), {"min_confidence": 2}, "min_confidence"),
        (PAGE.read_bytes(), {"page": 0}, "page"),
    ],
)
def test_what_cannot_be_read_is_said(
    server: TestClient, content: bytes, query: dict[str, Any], said: str
) -> None:
    """A picture that is none is the sender's mistake, with a reason."""
    answer = server.post("/api/read", params=query, content=content)
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_a_form_without_the_picture_is_refused(server: TestClient) -> None:
    """A form has to hold a file in its field `picture`."""
    for files in ({"photo": b"x"}, {"picture": (None, "text")}):
        answer = server.post("/api/read", files=files)
        assert answer.status_code == 422
        assert "'picture'" in answer.json()["error"]["message"]


def test_paper_is_no_error(server: TestClient) -> None:
    """An empty page is read as nothing."""
    from zeronine.reading.overlay import as_png

    answer = server.post("/api/read", content=as_png(np.full((80, 120), 255, np.uint8)))
    assert answer.status_code == 200
    assert answer.json()["text"] == ""


def test_models_are_listed_with_their_cards(server: TestClient) -> None:
    """The shipped model is there, with figures and what can be seen of it."""
    (shipped,) = server.get("/api/models").json()["models"]
    assert shipped["id"] == "shipped"
    assert shipped["figures"]
    assert shipped["hidden"] == [64]
    assert shipped["index"]["state"] == "absent"
    assert shipped["feed_forward"] is False


def test_health_and_metrics(server: TestClient, bar: list[int]) -> None:
    """The studio says that it is well, and counts by route, never by what a client made up."""
    assert server.get("/healthz").json() == {
        "status": "ok",
        "version": zeronine.__version__,
        "model_version": MODEL_VERSION,
    }
    server.post("/api/classify", json={"canvases": [bar, bar]})
    server.get("/made-up-by-somebody")
    text = server.get("/metrics").text
    counted = {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if line[0] != "#"
    }
    assert counted["zeronine_canvases_total"] >= 2
    assert counted['zeronine_requests_total{route="/api/classify",method="POST",status="200"}'] >= 1
    assert counted['zeronine_request_seconds_bucket{route="/api/classify",le="+Inf"}'] >= 1
    assert "made-up" not in text


def test_rooms_have_addresses(server: TestClient) -> None:
    """Every room's address gives the one page."""
    pages = {server.get(room).text for room in ("/", "/draw", "/why", "/train", "/read")}
    assert len(pages) == 1
    assert "<html" in pages.pop()


@pytest.mark.parametrize("seed", range(3))
def test_tiles_keep_their_values(seed: int) -> None:
    """Packed and unpacked, pictures are within half a step of what they were, signs kept."""
    pictures = np.random.default_rng(seed).normal(0, 3, (4, 28, 28))
    packed = signed_tiles(pictures)
    step = (packed["high"] - packed["low"]) / 255
    assert packed["low"] == -packed["high"]
    assert np.abs(unpacked(packed) - pictures).max() <= step / 2 + 1e-9
    canvases = np.random.default_rng(seed).random((2, 28, 28))
    np.testing.assert_allclose(unpacked(tiles(canvases, shown_high=255)) / 255, canvases, atol=0.501 / 255)
    assert tiles(np.zeros((0, 28, 28)))["count"] == 0
