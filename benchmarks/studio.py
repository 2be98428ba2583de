"""The studio under load, from a second process on loopback; the last line of output is JSON.

    python benchmarks/studio.py --seconds 60

1. mixed: 64 clients, one in eight posts photographs, the others canvases, as fast as they are answered;
   before it the same with canvases alone, for the processor time that one costs (on a machine that is
   busy with other things, the figure that still means something);
2. calm: 8 clients post a canvas ten times a second each, nothing else happens;
3. training: the same while a training runs;
4. limits: requests that are too large, no picture, or not understood.
It ends with exit code 1 where a bar is missed: no 5xx, 300 canvas requests a second, p95 under 4 x.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

PICTURES = Path(__file__).parents[1] / "tests" / "pictures"
CLIENTS, PHOTO_CLIENTS = 64, 8
CALM_CLIENTS, CALM_EVERY_S = 8, 0.1
MOST_REQUESTS = 200_000


@dataclass
class Tally:
    """What came back: milliseconds of each request, and how often each status."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def summary(self, seconds: float) -> dict[str, Any]:
        """Return rate and percentiles."""
        percentiles = np.percentile(self.milliseconds or [float("nan")], [50, 95, 99])
        return {
            "requests": len(self.milliseconds),
            "a_second": round(len(self.milliseconds) / seconds, 1),
            **{
                f"p{name}_ms": round(float(value), 1)
                for name, value in zip((50, 95, 99), percentiles, strict=True)
            },
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
        }


def request(path: str, body: bytes, *, port: int, kind: str = "application/json") -> bytes:
    """Return a POST request as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {kind}\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def canvas_requests(port: int, *, count: int = 32) -> list[bytes]:
    """Return requests to classify one canvas of smooth strokes each."""
    random = np.random.default_rng(0)
    rows, columns = np.indices((28, 28))
    made = []
    for _ in range(count):
        slope, shift, bend = random.uniform(-0.6, 0.6), random.uniform(8, 20), random.uniform(-0.05, 0.05)
        distance = np.abs(columns - shift - slope * (rows - 14) - bend * (rows - 14) ** 2)
        ink = np.clip(255 * (2.2 - distance), 0, 255) * ((rows > 4) & (rows < 24))
        body = json.dumps({"canvases": [ink.astype(int).ravel().tolist()]}).encode()
        made.append(request("/api/classify", body, port=port))
    return made


def photo_requests(port: int) -> list[bytes]:
    """Return requests to read the test suite's photographs."""
    photos = sorted(PICTURES.glob("*.jpg"))[:8]
    assert photos, f"{PICTURES}: no pictures"
    return [request("/api/read", one.read_bytes(), port=port, kind="image/jpeg") for one in photos]


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> int:
    """Send one request, take in the whole answer, return its status."""
    writer.write(message)
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12])


async def client(
    port: int, messages: list[bytes], tally: Tally, until: float, *, every_s: float = 0.0, first: int = 0
) -> None:
    """Post messages one after the other until a moment; with `every_s`, at a steady pace."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number, due = first, time.monotonic()
    while time.monotonic() < until and len(tally.milliseconds) < MOST_REQUESTS:
        if every_s:
            due += every_s
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        began = time.perf_counter()
        status = await ask(reader, writer, messages[number % len(messages)])
        tally.milliseconds.append(1000 * (time.perf_counter() - began))
        tally.statuses[status] += 1
        number += 1
    writer.close()
    await writer.wait_closed()


async def mixed(port: int, seconds: float, *, photo_clients: int = PHOTO_CLIENTS) -> dict[str, Any]:
    """Measure canvases and photographs from many clients at once."""
    canvases, photos = Tally(), Tally()
    until = time.monotonic() + seconds
    plans = [(canvas_requests(port), canvases)] * (CLIENTS - photo_clients)
    plans += [(photo_requests(port), photos)] * photo_clients
    tasks = [
        client(port, messages, tally, until, first=place) for place, (messages, tally) in enumerate(plans)
    ]
    await asyncio.gather(*tasks)
    return {"canvases": canvases.summary(seconds), "photos": photos.summary(seconds)}


async def calm(port: int, seconds: float) -> dict[str, Any]:
    """Measure canvases at the pace of people who draw."""
    tally, until = Tally(), time.monotonic() + seconds
    messages = canvas_requests(port)
    tasks = [
        client(port, messages, tally, until, every_s=CALM_EVERY_S, first=place)
        for place in range(CALM_CLIENTS)
    ]
    await asyncio.gather(*tasks)
    return tally.summary(seconds)


async def post(port: int, path: str, body: bytes, *, kind: str = "application/json") -> int:
    """Post once on a connection of its own; return the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    status = await ask(reader, writer, request(path, body, port=port, kind=kind))
    writer.close()
    return status


async def limits(port: int) -> dict[str, int]:
    """Return the statuses of requests that must be refused."""
    short = json.dumps({"canvases": [[0] * 783]}).encode()
    return {
        "json of 3 MiB": await post(port, "/api/classify", b" " * (3 * 2**20)),
        "canvas of 783": await post(port, "/api/classify", short),
        "no picture": await post(port, "/api/read", b"these are words", kind="text/plain"),
    }


def family(pid: int) -> list[int]:
    """Return a process and those it started, where the system tells."""
    stats = [one.read_text().rpartition(")") for one in Path("/proc").glob("[0-9]*/stat")]
    parents = {int(name.partition(" ")[0]): int(rest.split()[1]) for name, _, rest in stats}
    return [one for one in parents if one == pid or parents[one] == pid]


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process and those it started, where the system tells."""
    total = 0.0
    for one in family(pid):
        lines = Path(f"/proc/{one}/status").read_text().splitlines()
        total += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    return round(total, 1)


def cpu_seconds(pid: int) -> float:
    """Return the processor time so far of a process and those it started, where the system tells."""
    ticks = 0
    for one in family(pid):
        user, system = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def start(runs: Path) -> tuple[subprocess.Popen[str], int]:
    """Start a studio on a free port; return its process and the port."""
    command = [sys.executable, "-m", "zeronine", "studio", "--no-browser", "--port", "0", "--runs", str(runs)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"}
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, int(line.partition("127.0.0.1:")[2].partition("/")[0])


async def measure(port: int, pid: int, seconds: float) -> dict[str, Any]:
    """Run the four parts."""
    await mixed(port, 4)  # warm-up, thrown away: the processes that read pictures start
    before, cpu = resident_mib(pid), cpu_seconds(pid)
    alone = await mixed(port, max(seconds / 4, 4), photo_clients=0)
    spent = 1000 * (cpu_seconds(pid) - cpu) / alone["canvases"]["requests"]
    found: dict[str, Any] = {"canvases_alone": alone["canvases"], "cpu_ms_a_canvas": round(spent, 2)}
    found["mixed"] = await mixed(port, seconds)
    found["memory_mib"] = {"before": before, "after": resident_mib(pid)}
    quiet = await calm(port, max(seconds / 4, 5))
    plan = json.dumps({"recipe": "repaired", "changes": {"epochs": 200}}).encode()
    begun = await post(port, "/api/train", plan)
    assert begun == 202, f"the training was not taken: {begun}"
    await asyncio.sleep(8)  # the process has started and learns
    found |= {"calm": quiet, "training": await calm(port, max(seconds / 4, 5)), "limits": await limits(port)}
    return found


def misses(found: dict[str, Any]) -> list[str]:
    """Return the bars that were missed."""
    missed = []
    for part in (found["mixed"]["canvases"], found["mixed"]["photos"], found["calm"], found["training"]):
        missed += [f"status {status}" for status in part["statuses"] if status.startswith("5")]
    if found["mixed"]["canvases"]["a_second"] < 300:
        missed.append("fewer than 300 canvas requests a second")
    if found["p95_while_training"] >= 4:
        missed.append("p95 while training is 4 x that without, or more")
    if list(found["limits"].values()) != [413, 422, 422]:
        missed.append("limits")
    return missed


def main() -> int:
    """Measure, print, and say by the exit code whether every bar was met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        process, port = start(Path(folder) / "runs")
        try:
            found = asyncio.run(measure(port, process.pid, seconds))
        finally:
            process.terminate()
            process.wait(30)
    found["p95_while_training"] = round(found["training"]["p95_ms"] / found["calm"]["p95_ms"], 2)
    found["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    found["load_average"] = [round(one, 1) for one in os.getloadavg()]
    found["missed"] = misses(found)
    print(json.dumps(found))
    return 1 if found["missed"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
