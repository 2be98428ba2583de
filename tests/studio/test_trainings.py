"""Training from the page: in order, in a process of its own, told live, stopped and continued."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from common import Splits, studio_of
from zeronine.reading.classify import Classifier
from zeronine.studio.app import create_app
from zeronine.studio.eventlog import LATEST, MOST_EVENTS, EventLog
from zeronine.studio.learning import LIMITS
from zeronine.studio.settings import Settings
from zeronine.studio.trainings import FINAL, earlier_runs

WAIT_S = 240


@pytest.fixture(scope="module")
def school(mnist: Splits, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a studio that may train; `mnist` makes sure that the digits are cached."""
    settings = Settings(runs=tmp_path_factory.mktemp("school") / "runs", max_runs_waiting=2)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def begin(school: TestClient, **changes: Any) -> dict[str, Any]:
    """Put a small training into the queue."""
    small = {"hidden": [8], "batch_size": 1024, "epochs": 1}
    answer = school.post("/api/train", json={"recipe": "repaired", "changes": {**small, **changes}})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def state(school: TestClient, run: dict[str, Any]) -> dict[str, Any]:
    return dict(school.get(f"/api/train/{run['id']}").json())


def wait(school: TestClient, run: dict[str, Any], states: frozenset[str]) -> dict[str, Any]:
    """Wait until a training has come to one of some states."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        found = state(school, run)
        if found["state"] in states:
            return found
        time.sleep(0.05)
    pytest.fail(f"the training is still {found}")


def wait_for_a_step(school: TestClient, run: dict[str, Any]) -> None:
    """Wait until a training has learned something."""
    end = time.monotonic() + WAIT_S
    while not (found := state(school, run))["step"]:
        assert found["state"] not in FINAL, found
        assert time.monotonic() < end, found
        time.sleep(0.05)


def told(school: TestClient, run: dict[str, Any], **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """Return everything that an ended training tells who listens now."""
    text = school.get(f"/api/train/{run['id']}/events", headers=headers).text
    events = [
        dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")
    ]
    return [(event["event"], json.loads(event["data"])) for event in events if event]


@pytest.fixture(scope="module")
def done(school: TestClient) -> dict[str, Any]:
    """Return a training of two epochs that has ended."""
    return wait(school, begin(school, epochs=2), FINAL)


# ---- one training ----


def test_a_training_ends_in_a_model_that_can_be_drawn_with(
    school: TestClient, done: dict[str, Any], bar: list[int]
) -> None:
    """The run lies in the runs folder as `zeronine train` makes it, and its model answers at once."""
    assert done["state"] == "done"
    assert done["epoch"] == 2
    folder = studio_of(school).settings.runs / done["folder"]
    assert {path.name for path in folder.iterdir()} == {
        ".lock",
        "checkpoint.safetensors",
        "metrics.jsonl",
        "model.onnx",
    }
    answer = school.post("/api/classify", json={"canvases": [bar], "model": done["model"]}).json()["answers"][
        0
    ]
    expected = Classifier(folder / "model.onnx")(np.array(bar, np.uint8).reshape(28, 28))
    np.testing.assert_allclose(answer["probabilities"], expected.probabilities[0], atol=1e-4)
    listed = {one["id"]: one for one in school.get("/api/models").json()["models"]}
    assert listed[done["model"]]["feed_forward"]
    assert listed[done["model"]]["hidden"] == [8]


def test_it_tells_its_whole_story_to_whoever_comes_later(school: TestClient, done: dict[str, Any]) -> None:
    """States, steps, epochs with confusion and misread digits, and the last weight pictures, in order."""
    story = told(school, done)
    kinds = [kind for kind, _ in story]
    assert kinds.count("epoch") == 2
    assert kinds.count("weights") == 1
    assert kinds.count("step") >= 2
    states = [data["state"] for kind, data in story if kind == "state"]
    assert (states[0], states[-1]) == ("waiting", "done")
    last = [data for kind, data in story if kind == "epoch"][-1]
    assert np.sum(last["confusion"]) == 5000
    assert np.sum(last["confusion"]) - np.trace(last["confusion"]) == last["misread"]["count"]
    assert 1 - last["misread"]["count"] / 5000 == pytest.approx(last["validation"]["accuracy"])
    assert last["misread"]["pictures"]["count"] == len(last["misread"]["truth"]) == 24
    assert all(
        truth != answer
        for truth, answer in zip(last["misread"]["truth"], last["misread"]["answers"], strict=True)
    )
    weights = next(data for kind, data in story if kind == "weights")
    assert weights["weights"]["count"] == 8


def test_a_page_that_was_away_is_told_only_what_it_missed(school: TestClient, done: dict[str, Any]) -> None:
    """`Last-Event-ID` is heeded; nonsense in it begins at the beginning."""
    whole = told(school, done)
    assert told(school, done, **{"Last-Event-ID": "3"}) == whole[3:]
    assert told(school, done, **{"Last-Event-ID": "x"}) == whole


def test_it_goes_on_where_it_ended(school: TestClient, done: dict[str, Any]) -> None:
    """One more epoch is learned on top, in the same run, under the same id."""
    answer = school.post(f"/api/train/{done['id']}/continue", json={"epochs": 1})
    assert answer.status_code == 202
    longer = wait(school, done, FINAL)
    assert (longer["state"], longer["epoch"], longer["epochs"], longer["folder"]) == (
        "done",
        3,
        3,
        done["folder"],
    )
    rows = (studio_of(school).settings.runs / done["folder"] / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(row)["epoch"] for row in rows] == [1, 2, 3]


# ---- the queue ----


def test_one_at_a_time_and_the_next_waits_visibly(school: TestClient, bar: list[int]) -> None:
    """The next wait in order; answers still come; stopped, killed and continued, the queue goes on."""
    first = begin(school, epochs=200)
    wait(school, first, frozenset({"running"}))
    second, third = begin(school, epochs=200), begin(school)
    assert (second["state"], second["position"]) == ("waiting", 1)
    assert state(school, third)["position"] == 2
    assert school.post("/api/train", json={}).status_code == 429, "the queue is full"
    assert school.post(f"/api/train/{first['id']}/continue", json={}).status_code == 409, "it runs"
    assert school.post("/api/classify", json={"canvases": [bar]}).status_code == 200
    assert school.post(f"/api/train/{third['id']}/stop").json()["state"] == "stopped"
    assert not (studio_of(school).settings.runs / third["folder"]).exists()

    wait_for_a_step(school, first)
    assert school.post(f"/api/train/{first['id']}/stop").json()["state"] == "stopping"
    stopped = wait(school, first, FINAL)
    assert stopped["state"] == "stopped"
    assert stopped["model"], "what was learned can be drawn with"

    wait(school, second, frozenset({"running"}))
    assert school.post(f"/api/train/{first['id']}/continue", json={"epochs": 1}).status_code == 202
    os.kill(studio_of(school).trainings._process.pid, signal.SIGKILL)
    assert wait(school, second, FINAL)["state"] == "failed"
    done = wait(school, first, FINAL)
    assert (done["state"], done["epoch"]) == ("done", int(stopped["epoch"]) + 1)


@pytest.mark.parametrize("action", ["stop", "continue"])
def test_only_what_makes_sense_can_be_done(school: TestClient, action: str) -> None:
    """An unknown training is 404."""
    assert school.post(f"/api/train/nothing/{action}", json={}).status_code == 404
    assert school.get("/api/train/nothing").status_code == 404
    assert school.get("/api/train/nothing/events").status_code == 404


def test_there_is_a_limit_to_the_epochs_in_all(school: TestClient, done: dict[str, Any]) -> None:
    """An ended training cannot be continued for ever."""
    answer = school.post(f"/api/train/{done['id']}/continue", json={"epochs": 199})
    assert answer.status_code == 422
    assert "the limit here is 200" in answer.json()["error"]["message"]


# ---- what is asked ----


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"recipe": "nope"}, "no recipe 'nope'"),
        ({"changes": {"epochs": "3"}}, "epochs is 3"),
        ({"changes": {"epochs": True}}, "epochs"),
        ({"changes": {"epochs": 0}}, "epochs is 0"),
        ({"changes": {"epochs": 100000}}, "1..200"),
        ({"changes": {"learning_rate": 1e308}}, "learning_rate"),
        ({"changes": {"weight_decay": 10**400}}, "weight_decay"),
        ({"changes": {"hidden": [0]}}, "1..1024 units"),
        ({"changes": {"hidden": [8] * 7}}, "at most 6 layers"),
        ({"changes": {"name": "../../x"}}, "no choice 'name'"),
        ({"changes": {"folder": "/"}}, "no choice 'folder'"),
        ({"changes": {"activation": "swish"}}, "take one of"),
        ({"name": ""}, "name"),
    ],
)
def test_impossible_recipes_are_refused(school: TestClient, asked: dict[str, Any], said: str) -> None:
    """What cannot be trained is said before anything starts."""
    answer = school.post("/api/train", json=asked)
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_recipes_are_listed_with_their_limits(school: TestClient) -> None:
    """The page learns from the server what can be chosen."""
    answer = school.get("/api/recipes").json()
    assert {"as-printed", "repaired", "convnet"} <= set(answer["recipes"])
    activation = answer["fields"]["activation"]
    assert "relu" in activation["words"] and activation["needs"]["network"] == ["feedforward"]
    assert answer["default"] in answer["recipes"]
    assert answer["limits"]["epochs"] == list(LIMITS["epochs"])


# ---- earlier runs ----


def test_runs_of_earlier_days_are_listed(tmp_path: Path) -> None:
    """Their epochs come from the metrics file."""
    (tmp_path / "20260101-000000-repaired").mkdir()
    (tmp_path / "20260101-000000-repaired" / "metrics.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    (run,) = earlier_runs(tmp_path)
    assert (run.state, run.epoch, run.accuracy, run.recipe["name"]) == ("stopped", 2, 0.8, "repaired")
    assert [event.data["train"]["loss"] for event in run.log.after(0)] == [1, 0.5]


ROWS = [
    {"epoch": n, "loss": 1 / n, "accuracy": 0.9, "validation_accuracy": 0.8, "seconds": 1} for n in (1, 2)
]
BROKEN = {
    "cut": json.dumps(ROWS[0]) + '\n{"epoch": 2, "lo',
    "no-json": "{",
    "no-epoch": "[1]",
    "deep": "[" * 100_000,
    "no-number": '{"epoch": "two", "loss": 1, "accuracy": 1}',
    "huge": '{"epoch": 1' + "0" * 4000 + ', "loss": 1, "accuracy": 1}',
}


@pytest.mark.parametrize("name", [*BROKEN, "missing", "folder", "no-link"])
def test_a_broken_run_is_listed_as_broken_and_stops_nobody(tmp_path: Path, name: str) -> None:
    """The studio starts and says of the run that it is broken; the runs beside it are as they were."""
    (tmp_path / name).mkdir()
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "metrics.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    metrics = tmp_path / name / "metrics.jsonl"
    (tmp_path / name / "checkpoint.safetensors").write_bytes(b"cut")
    (tmp_path / name / "model.onnx").write_bytes(b"cut")
    if name in BROKEN:
        metrics.write_text(BROKEN[name])
    elif name == "folder":
        metrics.mkdir()
    elif name == "no-link":
        metrics.symlink_to(metrics)
    with TestClient(create_app(Settings(runs=tmp_path)), base_url="http://127.0.0.1") as client:
        runs = {run["name"]: run for run in client.get("/api/train").json()["runs"]}
        assert client.get("/api/models").status_code == 200
    assert runs["good"]["state"] == "stopped"
    assert runs[name]["state"] == "failed"
    assert "this run is broken" in runs[name]["message"]


def test_figures_that_are_no_numbers_are_told_as_none(tmp_path: Path) -> None:
    """A run that exploded is listed, and its answer is JSON that a page can read."""
    (tmp_path / "wild").mkdir()
    (tmp_path / "wild" / "metrics.jsonl").write_text('{"epoch": 1, "loss": NaN, "accuracy": 0.1}')
    with TestClient(create_app(Settings(runs=tmp_path)), base_url="http://127.0.0.1") as client:
        (run,) = client.get("/api/train").json()["runs"]
    assert (run["state"], run["epoch"], run["loss"]) == ("stopped", 1, None)


# ---- the log ----


def test_the_log_is_bounded_and_keeps_its_shape() -> None:
    """Of many steps the older ones are kept evenly, the latest all; nothing else is dropped."""
    log = EventLog()
    for step in range(1, 10 * MOST_EVENTS + 1):
        log.add("step", {"step": step})
        if step % 1000 == 0:
            log.add("epoch", {"epoch": step // 1000})
    events = log.after(0)
    kept = [event.data["step"] for event in events if event.kind == "step"]
    assert len(events) <= MOST_EVENTS
    assert sum(event.kind == "epoch" for event in events) == MOST_EVENTS // 100
    assert kept[-LATEST:] == list(range(10 * MOST_EVENTS + 1 - LATEST, 10 * MOST_EVENTS + 1))
    assert kept[0] < 100
    assert np.diff(kept).max() < 100


def test_listeners_hear_what_is_said_while_they_listen() -> None:
    """Two listeners, one of them late, hear the same story; both are let go at its end."""

    async def listen(log: EventLog, final: frozenset[str] = FINAL) -> list[str]:
        return [part async for part in log.follow(0, final=final)]

    async def story() -> tuple[list[str], list[str]]:
        log = EventLog()
        early = asyncio.create_task(listen(log))
        log.add("state", {"state": "running"})
        await asyncio.sleep(0.01)
        log.add("step", {"step": 1})
        late = asyncio.create_task(listen(log))
        await asyncio.sleep(0.01)
        log.add("state", {"state": "done"})
        return await asyncio.wait_for(early, 60), await asyncio.wait_for(late, 60)

    early, late = asyncio.run(story())
    assert early == late
    assert [part.splitlines()[1] for part in early] == ["event: state", "event: step", "event: state"]


def test_closing_lets_listeners_go() -> None:
    """A server that ends does not wait for pages that listen."""

    async def close() -> list[str]:
        log = EventLog()
        log.add("state", {"state": "running"})
        stream = log.follow(0, final=FINAL)
        task = asyncio.create_task(_all(stream))
        await asyncio.sleep(0.01)
        log.close()
        return await asyncio.wait_for(task, 60)

    assert len(asyncio.run(close())) == 1


async def _all(stream: Any) -> list[str]:
    return [part async for part in stream]
