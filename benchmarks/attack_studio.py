"""Attacks on a studio: one client after the other, silent ones, a crowd, and somebody's nasty pictures.

`attack.py` calls them; each starts a studio in a process of its own.
"""

import concurrent.futures
import contextlib
import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
CROWD = 64  #: clients that ask at once
TURN_S = 10  #: seconds with nasty pictures beside, then as many without
WHICH = {"alone": False, "beside": True}  #: whether nasty pictures are read at the same time
MOST_DELAY_MS = 300  #: at the 95th percentile
MOST_REFUSED_S = 2.0  #: for which reading may answer 503, one time after the other


def keep_alive(count: int, seed: int) -> dict[str, Any]:
    """Classify one canvas after the other on one connection; the median is below 2 ms on an idle machine."""
    with served() as port, socket.create_connection(("127.0.0.1", port)) as client:
        times = [1000 * asked(client) for _ in range(count + 20)][20:]
    median = statistics.median(times)
    machine = {"load_average": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}
    best = sorted(times)[len(times) // 20]
    return {"p50_ms": round(median, 2), "p5_ms": round(best, 2), **machine, "held": best < 2}


def idle(count: int, seed: int) -> dict[str, Any]:
    """Open silent connections beside one that asks; it is answered all the time, and so are new ones."""
    with served() as port:
        silent = []
        with socket.create_connection(("127.0.0.1", port)) as busy:
            alone = statistics.median(asked(busy) for _ in range(50))
            for _ in range(count):
                silent.append(socket.create_connection(("127.0.0.1", port)))
            beside = statistics.median(asked(busy) for _ in range(50))
            with socket.create_connection(("127.0.0.1", port)) as newcomer:
                asked(newcomer)
        for one in silent:
            one.close()
    return {
        "silent": count,
        "alone_ms": round(1000 * alone, 2),
        "beside_ms": round(1000 * beside, 2),
        "held": True,
    }


def crowd(count: int, seed: int) -> dict[str, Any]:
    """Let 64 clients ask for so many seconds beside 1,000 that are silent; all are served, memory is flat."""
    studio = served()
    with studio as port, contextlib.ExitStack() as open_ones:
        for _ in range(1000):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
        end = time.monotonic() + count
        held_mb: list[float] = []
        with concurrent.futures.ThreadPoolExecutor(CROWD) as pool:
            clients = [pool.submit(ask_until, port, end) for _ in range(CROWD)]
            while time.monotonic() < end:
                time.sleep(min(5, count / 10))
                held_mb.append(memory_mb(studio.process))
            times = [one for client in clients for one in client.result()]
        served_each = [len(client.result()) for client in clients]
    third = len(held_mb) // 3 + 1  # the first third warms up
    grown = max(held_mb[-third:]) / max(held_mb[third : 2 * third] or held_mb)
    return {
        "seconds": count,
        "answers": len(times),
        "fewest and most of a client": [min(served_each), max(served_each)],
        "p50_ms": round(1000 * statistics.median(times), 1),
        "p99_ms": round(1000 * sorted(times)[int(0.99 * len(times))], 1),
        "memory_mb": [round(held_mb[0]), round(held_mb[-1])],
        "grown": round(grown, 3),
        "held": min(served_each) > 0 and grown < 1.1,
    }


def ask_until(port: int, end: float) -> list[float]:
    """Classify one canvas after the other until a time; return how long each took, in seconds."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as client:
        while time.monotonic() < end:
            times.append(asked(client))
    return times


def memory_mb(process: int) -> float:
    """Return the resident memory of a process, as Linux tells it."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def beside(count: int, seed: int) -> dict[str, Any]:
    """Read a plain picture again and again, for so many seconds, half of them beside somebody's nasty ones.

    With and without take turns, so that what else the machine does falls on both alike.
    """
    plain = next((TESTS / "pictures").glob("one-7_both*")).read_bytes()
    nasty = itertools.cycle(nasty_bodies())
    times: dict[bool, list[float]] = {False: [], True: []}
    ends: list[tuple[float, int]] = []
    answers = 0
    with served() as port:
        read_once(port, plain)
        turn_s = min(TURN_S, count / 2)
        for turn in range(2 * round(count / 2 / turn_s)):
            over, attacked = threading.Event(), turn % 2 == 1
            with concurrent.futures.ThreadPoolExecutor(1) as other:
                attack = other.submit(ask_with, port, nasty, over) if attacked else None
                end = time.monotonic() + turn_s
                while time.monotonic() < end:
                    began = time.perf_counter()
                    status = read_once(port, plain)
                    times[attacked].append(time.perf_counter() - began)
                    ends.append((time.monotonic(), status))
                over.set()
                answers += 0 if attack is None else attack.result()
    p95 = {attacked: 1000 * statistics.quantiles(some, n=20)[-1] for attacked, some in times.items()}
    refused = longest_refusal(ends)
    return {
        "seconds": count,
        "plain pictures read": {"alone": len(times[False]), "beside": len(times[True])},
        "nasty pictures answered": answers,
        "p50_ms": {name: round(1000 * statistics.median(times[which])) for name, which in WHICH.items()},
        "p95_ms": {name: round(p95[which]) for name, which in WHICH.items()},
        "delay_p95_ms": round(p95[True] - p95[False]),
        "statuses": sorted({status for _, status in ends}),
        "refused_for_s": round(refused, 2),
        "load_average": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "held": p95[True] - p95[False] <= MOST_DELAY_MS and refused <= MOST_REFUSED_S and answers > 0,
    }


def nasty_bodies() -> list[bytes]:
    """Return the nasty pictures and documents that the tests keep, and crowded ones, as files' bytes."""
    sys.path.insert(0, str(TESTS))
    from nasty import DOCUMENTS, NASTY
    from nasty_kinds import picture_of
    from zeronine.reading.overlay import as_png

    crowded = [picture_of(kind, 0) for kind in ("wall_of_digits", "wall_of_text", "grid", "comb")]
    drawn = [as_png(one) for one in (*(draw() for draw in NASTY.values()), *crowded)]
    return [*drawn, *(write() for write in DOCUMENTS.values())]


def ask_with(port: int, bodies: Any, over: threading.Event) -> int:
    """Have one nasty picture after the other read until it is over; return how many were answered."""
    answered = 0
    while not over.is_set():
        read_once(port, next(bodies))
        answered += 1
    return answered


def read_once(port: int, body: bytes) -> int:
    """Have a picture read; return the status of the answer."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        client.request("POST", "/api/read", body, {"Content-Type": "application/octet-stream"})
        answer = client.getresponse()
        answer.read()
        return answer.status
    finally:
        client.close()


def longest_refusal(ends: list[tuple[float, int]]) -> float:
    """Return the seconds of the longest spell in which every answer was a 503."""
    longest, since = 0.0, ends[0][0]
    for when, status in ends:
        if status == 503:
            longest = max(longest, when - since)
        else:
            since = when
    return longest


class served:  # noqa: N801  it is used as a function
    """A studio in a process of its own, while a block lasts; gives its port."""

    def __enter__(self) -> int:
        self._scratch = tempfile.TemporaryDirectory()
        command = [sys.executable, "-m", "zeronine", "studio", "--no-browser", "--port", "0"]
        environment = {**os.environ, "COLUMNS": "200"}
        self._process = subprocess.Popen(
            [*command, "--runs", self._scratch.name], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout is not None
        self.process = self._process.pid
        return int(self._process.stdout.readline().partition("127.0.0.1:")[2].partition("/")[0])

    def __exit__(self, *given: object) -> None:
        self._process.terminate()
        self._process.wait(60)
        self._scratch.cleanup()


def asked(client: socket.socket) -> float:
    """Classify one canvas on a connection; return the seconds until it was answered."""
    body = json.dumps({"canvases": [[0] * 784]}).encode()
    head = f"POST /api/classify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    began = time.perf_counter()
    client.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
    got = b""
    while b"\r\n\r\n" not in got or len(got.partition(b"\r\n\r\n")[2]) < length_of(got):
        part = client.recv(65536)
        assert part, "the connection was closed"
        got += part
    assert got.startswith(b"HTTP/1.1 200"), got[:200]
    return time.perf_counter() - began


def length_of(got: bytes) -> int:
    return int(got.lower().partition(b"content-length:")[2].split()[0])
