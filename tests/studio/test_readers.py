"""Strangers' pictures are read in processes that are bounded, killed and replaced; nobody else notices."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

import nasty_work
from common import slowness
from zeronine.errors import PictureError
from zeronine.reading.overlay import as_png
from zeronine.studio import reading
from zeronine.studio.app import create_app
from zeronine.studio.problems import Problem
from zeronine.studio.readers import Readers
from zeronine.studio.settings import Settings

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limits are those of Linux")
WAIT_S = 300
CPU_S = 1.0


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """Return two processes."""
    readers = Readers(2, cpu_s=CPU_S, timeout_s=WAIT_S)
    yield readers
    readers.shutdown()


def pid_of(future: "Future[Any]") -> int:
    return int(future.result(WAIT_S)["pid"])


def problem_of(future: "Future[Any]") -> Problem:
    with pytest.raises(Problem) as caught:
        future.result(WAIT_S)
    return caught.value


@LINUX
@pytest.mark.parametrize(
    "work", [nasty_work.burn, nasty_work.crash, nasty_work.eat], ids=lambda one: one.__name__
)
def test_what_goes_wrong_in_one_process_is_not_noticed_in_the_other(readers: Readers, work: Any) -> None:
    """A reading beside it goes on, those after it find a process, and the cause is told."""
    beside = readers.submit(nasty_work.for_a_while, 3.0)
    wrong = readers.submit(work)
    with pytest.raises((Problem, PictureError)) as caught:
        wrong.result(WAIT_S)
    told = {
        "burn": "takes more than 1 s",
        "crash": "ended the process that read it",
        "eat": "not enough memory",
    }
    assert told[work.__name__] in str(caught.value)
    first = pid_of(beside)
    assert first in {pid_of(readers.submit(nasty_work.who)) for _ in range(4)}


@LINUX
def test_the_system_bounds_memory_and_writes_no_core(readers: Readers) -> None:
    found = readers.submit(nasty_work.limits).result(WAIT_S)
    assert 0 < found["RLIMIT_AS"] < 16 * 2**30
    assert found["RLIMIT_CORE"] == 0


@LINUX
def test_a_process_that_has_grown_fat_is_replaced() -> None:
    """What it held is free again; a lean one stays.  So much memory takes some time to fill."""
    readers = Readers(1, cpu_s=WAIT_S, timeout_s=WAIT_S)
    lean = [pid_of(readers.submit(nasty_work.grow, 1)) for _ in range(3)]
    fat = pid_of(readers.submit(nasty_work.grow, reading.FAT_BYTES // 2**20))
    assert len({*lean, fat}) == 1
    assert pid_of(readers.submit(nasty_work.who)) != fat
    readers.shutdown()


def test_errors_come_back_as_they_were(readers: Readers) -> None:
    """A user's mistake with its data; a bug as a fault that the log explains."""
    with pytest.raises(PictureError, match="it is no picture") as caught:
        readers.submit(nasty_work.refuse).result(WAIT_S)
    assert (caught.value.file, caught.value.value) == ("mine.png", 7)
    assert problem_of(readers.submit(nasty_work.fault)).status == 500


def test_who_sleeps_too_long_is_killed_and_replaced() -> None:
    """A lock that never opens takes no processor time, so the clock counts, too."""
    readers = Readers(1, cpu_s=CPU_S, timeout_s=WAIT_S)
    first = pid_of(readers.submit(nasty_work.who))
    readers._readers[0]._timeout_s = 0.2
    assert problem_of(readers.submit(nasty_work.for_a_while, WAIT_S)).status == 422
    readers._readers[0]._timeout_s = WAIT_S
    assert pid_of(readers.submit(nasty_work.who)) != first
    readers.shutdown()


def test_closing_ends_what_is_being_read_at_once() -> None:
    readers = Readers(1, cpu_s=CPU_S, timeout_s=WAIT_S)
    pid_of(readers.submit(nasty_work.who))
    threading.Timer(0.5, readers.shutdown).start()
    began = time.monotonic()
    assert problem_of(readers.submit(nasty_work.for_a_while, WAIT_S)).status == 503
    assert time.monotonic() - began < 60
    assert problem_of(readers._threads.__class__(1).submit(readers._do, nasty_work.who, ())).status == 503


@LINUX
def test_a_picture_that_never_ends_costs_others_nothing(tmp_path: Path) -> None:
    """Through the server: while one nasty picture burns its time, plain ones are answered 200."""
    plain = as_png(np.full((40, 40), 255, np.uint8))
    with TestClient(
        create_app(Settings(runs=tmp_path, picture_cpu_s=CPU_S * slowness(), answer_timeout_s=WAIT_S)),
        base_url="http://127.0.0.1",
    ) as client:
        assert client.post("/api/read", content=plain).status_code == 200
        studio = client.app.state.studio  # type: ignore[attr-defined]
        nasty = studio.readers._executor.submit(nasty_work.burn)
        statuses = [client.post("/api/read", content=plain).status_code for _ in range(3)]
        assert problem_of(nasty).status == 422
        statuses += [client.post("/api/read", content=plain).status_code for _ in range(2)]
    assert statuses == [200] * 5
