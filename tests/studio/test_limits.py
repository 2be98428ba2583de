"""How much the studio takes at a time, and what it says to more."""

import asyncio
import time
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from common import slowness
from zeronine.reading.classify import Answers, Classifier
from zeronine.studio.app import create_app
from zeronine.studio.batching import Batcher
from zeronine.studio.limits import BodyLimit, Workers
from zeronine.studio.problems import Problem
from zeronine.studio.settings import Settings

HEAD = {"type": "http", "method": "POST", "headers": []}


class Recorder:
    """An application that keeps what it was asked and answers 200; and what was sent to its client."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.sent: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(dict(message))

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


class Parts:
    """A client that sends its request in parts, and then waits for ever."""

    def __init__(self, *parts: bytes, whole: bool = True) -> None:
        self.parts = list(parts)
        self.whole = whole

    async def __call__(self) -> dict[str, Any]:
        if not self.parts:
            await asyncio.sleep(3600)
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts) or not self.whole}


def ask(receive: Parts, *, path: str = "/api/classify", headers: Any = (), **limits: Any) -> Recorder:
    """Send a request through the limit of sizes; return what came of it."""
    recorder = Recorder()
    limit = BodyLimit(recorder, Settings(**limits))
    asyncio.run(limit({**HEAD, "path": path, "headers": list(headers)}, receive, recorder.send))
    return recorder


# ---- sizes ----


def test_a_request_in_parts_arrives_whole() -> None:
    """What a client sends piece by piece is put together."""
    assert ask(Parts(b"ab", b"", b"cd")).bodies == [b"abcd"]


@pytest.mark.parametrize("path", ["/api/classify", "/api/read"])
def test_a_request_at_the_limit_passes_and_one_byte_more_does_not(path: str) -> None:
    """The limit is exact, declared or not; the body of a refused request reaches nobody."""
    limits = {"max_json_bytes": 10, "max_picture_bytes": 10}
    assert ask(Parts(b"x" * 10), path=path, **limits).status == 200
    for headers in ([], [(b"content-length", b"11")]):
        refused = ask(Parts(b"x" * 6, b"x" * 5), path=path, headers=headers, **limits)
        assert refused.status == 413
        assert refused.bodies == []


def test_pictures_may_be_larger_than_json() -> None:
    """Each kind of request has its own limit."""
    limits = {"max_json_bytes": 5, "max_picture_bytes": 10}
    assert ask(Parts(b"x" * 10), path="/api/read", **limits).status == 200
    assert ask(Parts(b"x" * 10), path="/api/classify", **limits).status == 413


def test_a_declared_giant_is_refused_before_it_is_sent() -> None:
    """Nothing of it is read."""
    giant = Parts(b"")
    assert ask(giant, headers=[(b"content-length", b"99999999999")]).status == 413
    assert giant.parts == [b""]


def test_a_client_that_dawdles_is_given_up() -> None:
    """A request that does not arrive in time is answered 408."""
    assert ask(Parts(b"{", whole=False), body_timeout_s=0.05).status == 408


def test_too_much_at_a_time_is_refused() -> None:
    """Requests that are being answered may hold so much memory together, no more."""
    assert ask(Parts(b"x" * 11), max_bytes_waiting=10).status == 429


def test_refusals_say_when_to_come_again(tmp_path: Path) -> None:
    """A 413 and a 429 are JSON; a 429 says when."""
    settings = Settings(runs=tmp_path, max_json_bytes=100, max_bytes_waiting=50)
    client = TestClient(create_app(settings), base_url="http://127.0.0.1")
    large, many = (
        client.post("/api/classify", content=b"x" * 101),
        client.post("/api/classify", content=b"x" * 60),
    )
    assert (large.status_code, many.status_code) == (413, 429)
    assert large.json()["error"]["status"] == 413
    assert many.headers["Retry-After"] == "1"


# ---- junk ----


def test_a_hundred_thousand_names_are_refused_before_they_are_looked_at(tmp_path: Path) -> None:
    """Each would be a report of its own, and nobody else is answered while they are written."""
    client = TestClient(create_app(Settings(runs=tmp_path)), base_url="http://127.0.0.1")
    junk = b"{" + b",".join(b'"k%d": 1' % number for number in range(100_000)) + b"}"
    began = time.process_time()
    answer = client.post("/api/classify", content=junk, headers={"Content-Type": "application/json"})
    assert time.process_time() - began < 0.5 * slowness()
    assert answer.status_code == 422
    assert "over 512 names" in answer.json()["error"]["message"]


def test_two_hundred_thousand_wrong_numbers_are_one_report(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(runs=tmp_path)), base_url="http://127.0.0.1")
    began = time.process_time()
    answer = client.post("/api/classify", json={"canvases": [["x"] * 784] * 256})
    assert time.process_time() - began < slowness()
    assert answer.status_code == 422
    assert "canvases.0.0" in answer.json()["error"]["message"]


def test_a_fault_of_the_program_is_told_in_the_same_shape(tmp_path: Path) -> None:
    app = create_app(Settings(runs=tmp_path))

    async def fault() -> None:
        raise RuntimeError("a bug")

    app.add_api_route("/api/fault", fault)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = client.get("/api/fault")
    assert (answer.status_code, answer.json()["error"]["status"]) == (500, 500)


# ---- pictures ----


def picture_workers(*, max_waiting: int = 0, timeout_s: float = 5.0) -> Workers:
    return Workers(lambda: ThreadPoolExecutor(1), 1, max_waiting=max_waiting, timeout_s=timeout_s)


def test_a_full_queue_turns_away() -> None:
    """One is worked on, one may wait, the third is answered 429; after them there is room again."""

    async def crowd() -> list[Any]:
        workers, gate = picture_workers(max_waiting=1), Event()
        tasks = [asyncio.create_task(workers.run(gate.wait, 5)) for _ in range(3)]
        await asyncio.sleep(0.05)
        gate.set()
        found: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
        found.append(await workers.run(str, 7))
        await workers.close()
        return found

    first, second, third, later = asyncio.run(crowd())
    assert (first, second, later) == (True, True, "7")
    assert isinstance(third, Problem)
    assert third.status == 429


def test_work_that_takes_too_long_is_given_up() -> None:
    """The client is told 503 in time, and the queue forgets the work when it ends."""

    async def slow() -> int:
        workers, gate = picture_workers(timeout_s=0.05), Event()
        with pytest.raises(Problem) as caught:
            await workers.run(gate.wait, 5)
        gate.set()
        assert caught.value.status == 503
        async with asyncio.timeout(60):  # a busy machine takes its time to end the thread
            while workers.busy:
                await asyncio.sleep(0.01)
        await workers.close()
        return workers.busy

    assert asyncio.run(slow()) == 0


def test_an_error_of_the_work_is_the_clients() -> None:
    """What the work raises comes out, and the place in the queue is free again."""

    async def wrong() -> int:
        workers = picture_workers()
        with pytest.raises(ValueError, match="invalid literal"):
            await workers.run(int, "x")
        await workers.close()
        return workers.busy

    assert asyncio.run(wrong()) == 0


# ---- canvases ----


def lone(canvas: np.ndarray) -> np.ndarray:
    return Classifier()(canvas).logits


def test_canvases_of_many_clients_are_answered_to_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batched together or alone, everybody gets the answer for their own canvases, in few runs."""
    random = np.random.default_rng(0)
    asked = [random.random((1 + n % 5, 28, 28)).astype(np.float32) for n in range(60)]
    classifier, runs = Classifier(), list[int]()
    alone = Classifier.__call__

    def counted(self: Classifier, batch: np.ndarray) -> Answers:
        runs.append(len(batch))
        return alone(self, batch)

    async def crowd() -> list[Answers]:
        with ThreadPoolExecutor(1) as thread:
            batcher = Batcher(thread, max_waiting=1000)
            monkeypatch.setattr(
                Classifier,
                "__call__",
                counted,
            )
            found = await asyncio.gather(*[batcher.classify(classifier, one) for one in asked])
            assert batcher.waiting == 0
            return found

    answers = asyncio.run(crowd())
    monkeypatch.undo()
    for one, found in zip(asked, answers, strict=True):
        np.testing.assert_allclose(found.logits, lone(one), atol=1e-4)
    assert len(runs) < 10
    assert sum(runs) == sum(map(len, asked))


def test_too_many_canvases_are_turned_away() -> None:
    """More than may wait are answered 429, those before them all the same."""

    async def crowd() -> list[Any]:
        with ThreadPoolExecutor(1) as thread:
            batcher, classifier = Batcher(thread, max_waiting=5), Classifier()
            canvases = np.zeros((2, 28, 28), np.float32)
            tasks = [batcher.classify(classifier, canvases) for _ in range(3)]
            return list(await asyncio.gather(*tasks, return_exceptions=True))

    first, second, third = asyncio.run(crowd())
    assert isinstance(first, Answers)
    assert isinstance(second, Answers)
    assert isinstance(third, Problem)
    assert third.status == 429


def test_a_failing_batch_fails_for_all_in_it_and_for_nobody_else() -> None:
    """An error of the network is handed to those who waited; the next batch works."""

    async def crowd() -> tuple[list[Any], Answers]:
        with ThreadPoolExecutor(1) as thread:
            batcher, classifier = Batcher(thread, max_waiting=50), Classifier()
            wrong = [batcher.classify(classifier, np.full((1, 28, 28), 2, np.float32)) for _ in range(2)]
            failed = list(await asyncio.gather(*wrong, return_exceptions=True))
            return failed, await batcher.classify(classifier, np.zeros((1, 28, 28), np.float32))

    failed, after = asyncio.run(crowd())
    assert [type(one).__name__ for one in failed] == ["CanvasError", "CanvasError"]
    assert after.logits.shape == (1, 10)
