"""A class in one studio: each pupil with runs of their own; nobody sees or breaks another's."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from common import studio_of
from zeronine.errors import StudioError
from zeronine.models import MODEL, SHIPPED
from zeronine.studio.app import create_app
from zeronine.studio.classroom import AT_ONCE, MOST_EPOCHS, MOST_PUPILS, view_of
from zeronine.studio.serve import address_of, class_address, qr_picture
from zeronine.studio.settings import Settings
from zeronine.studio.trainings import LiveRun

TOKEN, TEACHER = "the-class-token", "the-teachers-own"
RUN = "20261124-130501-repaired"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of a class that keeps no cookies of its own."""
    settings = Settings(host="0.0.0.0", token=TOKEN, teacher=TEACHER, runs=tmp_path / "runs")
    app = create_app(settings)
    with TestClient(app, base_url="http://192.168.1.7:8009", follow_redirects=False) as client:
        yield client


def enter(room: TestClient, token: str = TOKEN) -> dict[str, str]:
    """Open the printed address; return the cookies as a header, as a browser sends them."""
    answer = room.get("/", params={"token": token})
    assert answer.status_code == 303
    room.cookies.clear()
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in answer.cookies.items())}


def with_run(room: TestClient, number: int) -> LiveRun:
    """Give a pupil a run that has ended, with a model."""
    studio = studio_of(room)
    folder = studio.classroom.folder / f"pupil-{number:02}" / RUN
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED, folder / MODEL)
    run = LiveRun(f"run-of-{number}", RUN, {"name": "repaired", "epochs": 2}, folder, state="done")
    run.accuracy = 0.9 + number / 100
    studio.trainings._runs[run.id] = run
    return run


def test_two_pupils_are_two(room: TestClient) -> None:
    one, other = enter(room), enter(room)
    numbers = [room.get("/api/class", headers=who).json()["you"] for who in (one, other)]
    assert numbers == [1, 2]


def test_who_opens_the_address_again_is_still_the_same(room: TestClient) -> None:
    one = enter(room)
    answer = room.get("/", params={"token": TOKEN}, headers=one)
    assert answer.status_code == 200 and "zeronine_pupil" not in answer.cookies
    assert room.get("/api/class", headers=one).json()["pupils"] == 1


@pytest.mark.parametrize("path", ["/api/models", "/api/train", "/draw", "/static/main.js"])
def test_the_token_alone_is_nobody(room: TestClient, path: str) -> None:
    """Whoever has not come in by the door has no runs to be shown."""
    assert room.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401
    assert room.get(path).status_code == 401


def test_a_pupil_sees_own_runs_and_models_only(room: TestClient) -> None:
    one, other = enter(room), enter(room)
    with_run(room, 1)
    assert [run["id"] for run in room.get("/api/train", headers=one).json()["runs"]] == ["run-of-1"]
    assert room.get("/api/train", headers=other).json()["runs"] == []
    origins = [
        [model["origin"] for model in room.get("/api/models", headers=who).json()["models"]]
        for who in (one, other)
    ]
    assert origins == [["shipped", "run"], ["shipped"]]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/train/run-of-1", None),
        ("GET", "/api/train/run-of-1/events", None),
        ("POST", "/api/train/run-of-1/stop", {}),
        ("POST", "/api/train/run-of-1/continue", {"epochs": 1}),
    ],
)
def test_a_run_of_another_does_not_exist(room: TestClient, method: str, path: str, body: Any) -> None:
    enter(room)
    other = enter(room)
    with_run(room, 1)
    assert room.request(method, path, json=body, headers=other).status_code == 404


def test_a_model_of_another_does_not_exist(room: TestClient, bar: list[int]) -> None:
    """Also while its owner uses it, and by the very id."""
    one, other = enter(room), enter(room)
    run = with_run(room, 1)
    model = studio_of(room).models.of_path(run.folder / MODEL)
    asked = {"canvases": [bar], "model": model}
    assert room.post("/api/classify", json=asked, headers=one).status_code == 200
    assert room.post("/api/classify", json=asked, headers=other).status_code == 404


def test_the_board_has_figures_and_nothing_to_open(room: TestClient) -> None:
    one = enter(room)
    enter(room)
    with_run(room, 1)
    with_run(room, 2)
    said = room.get("/api/class", headers=one).json()
    assert [row["pupil"] for row in said["board"]] == [2, 1]
    assert set(said["board"][0]) == {"pupil", "recipe", "state", "epoch", "epochs", "accuracy"}
    assert "address" not in said


def test_the_teacher_sees_all_and_the_way_in(room: TestClient) -> None:
    enter(room)
    with_run(room, 1)
    teacher = enter(room, TEACHER)
    said = room.get("/api/class", headers=teacher).json()
    assert said["you"] is None and said["pupils"] == 1
    assert TOKEN in said["address"] and TEACHER not in said["address"]
    assert said["qr"].startswith("data:image/svg+xml")
    assert [run["id"] for run in room.get("/api/train", headers=teacher).json()["runs"]] == ["run-of-1"]


def test_a_review_queue_is_the_teachers_alone(room: TestClient, tmp_path: Path) -> None:
    """What waits to be looked at may be anybody's papers."""
    studio = studio_of(room)
    studio.settings = replace(studio.settings, review=tmp_path)
    enter(room)
    (pupil,) = studio.classroom._pupils.values()
    assert view_of(studio, pupil).settings.review is None
    assert view_of(studio, pupil).settings.runs == pupil.folder


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/me"), ("GET", "/me/model"), ("POST", "/me/review"), ("DELETE", "/me")],
)
def test_the_hands_of_the_machine_are_no_pupils_business(room: TestClient, method: str, path: str) -> None:
    """They are the handwriting of whoever owns the laptop: not to be seen, used or thrown away."""
    one, teacher = enter(room), enter(room, TEACHER)
    assert room.request(method, f"/api/hands{path}", headers=one).status_code == 403
    assert room.get("/api/hands", headers=teacher).status_code == 200


def test_models_of_hands_are_not_offered_to_pupils(
    room: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data/hands/me"
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED, folder / MODEL)
    monkeypatch.setenv("ZERONINE_DATA", str(tmp_path / "data"))
    one, teacher = enter(room), enter(room, TEACHER)
    origins = [
        [model["origin"] for model in room.get("/api/models", headers=who).json()["models"]]
        for who in (one, teacher)
    ]
    assert origins == [["shipped"], ["shipped", "hand"]]


def test_a_full_class_says_so(room: TestClient) -> None:
    for _ in range(MOST_PUPILS):
        enter(room)
    answer = room.get("/", params={"token": TOKEN})
    assert answer.status_code == 429
    assert f"{MOST_PUPILS} pupils are in already" in answer.json()["error"]["message"]


def test_who_asks_too_much_at_once_waits_and_nobody_else(room: TestClient) -> None:
    one, other = enter(room), enter(room)
    (first, _) = studio_of(room).classroom._pupils.values()
    first.busy = AT_ONCE
    assert room.get("/api/models", headers=one).status_code == 429
    assert room.get("/api/models", headers=other).status_code == 200
    first.busy = 0
    assert room.get("/api/models", headers=one).status_code == 200
    assert first.busy == 0


@pytest.mark.parametrize(
    "asked", [{"changes": {"epochs": MOST_EPOCHS + 1}}, {"recipe": "best", "changes": {"epochs": 1}}]
)
def test_a_run_that_keeps_the_class_waiting_is_refused(room: TestClient, asked: dict[str, Any]) -> None:
    pytest.importorskip("torch")
    one = enter(room)
    answer = room.post("/api/train", json=asked, headers=one)
    assert answer.status_code == 422
    assert "in class a run is" in answer.json()["error"]["message"]
    assert not list(studio_of(room).classroom.folder.glob("*/*"))


def test_a_pupil_has_one_run_under_way(room: TestClient) -> None:
    pytest.importorskip("torch")
    one = enter(room)
    run = with_run(room, 1)
    run.state = "running"
    answer = room.post("/api/train", json={}, headers=one)
    assert answer.status_code == 429
    assert "your last run is still under way" in answer.json()["error"]["message"]


def test_a_studio_of_one_person_has_no_class(server: TestClient) -> None:
    assert server.get("/api/class").json() == {"class": False}


def test_a_class_without_a_token_is_refused() -> None:
    with pytest.raises(StudioError, match="a token for the pupils and another one for the teacher"):
        Settings(teacher=TEACHER)


def test_the_two_addresses_are_two() -> None:
    settings = Settings(host="0.0.0.0", token=TOKEN, teacher=TEACHER)
    assert address_of(settings) == f"http://127.0.0.1:8009/?token={TEACHER}"
    assert class_address(settings).endswith(f":8009/?token={TOKEN}")
    assert "0.0.0.0" not in class_address(settings)
    assert qr_picture(class_address(settings)) != qr_picture(address_of(settings))
