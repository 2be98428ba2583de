"""A class under load: thirty pupils draw and train by turns; the last line of output is JSON.

    python benchmarks/classroom.py --seconds 300

Every pupil comes in by the address that was printed, draws strokes (a canvas ten times a second for a
second or two, then a rest), reads the board now and then, and puts a run of one epoch into the queue
when the last one has ended.  It ends with exit code 1 where a bar is missed: no 5xx, 95 of 100 answers
to a stroke within 150 ms, and no more memory at the end than a tenth above that after a fifth of the time.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio import Tally, canvas_requests

PUPILS = 30
STROKE_EVERY_S, STROKES, REST_S = 0.1, 15, 2.0  #: canvases while a pen is down, and the pause after it
BOARD_EVERY = 4  #: drawings between two looks at the board
SETTLED = 0.2  #: share of the time after which memory is measured first
BAR_MS, BAR_GROWTH = 150, 1.1


@dataclass
class Counts:
    """What came back from everybody: strokes, everything else, and how many runs were begun."""

    strokes: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)
    runs: int = 0


class Pupil:
    """One pupil's browser: a connection that is kept, and the cookies that the door gave."""

    def __init__(self, port: int) -> None:
        """Talk to a studio on this machine."""
        self.port = port
        self.cookies: dict[str, str] = {}

    async def connect(self) -> None:
        """Open the connection."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method: str, path: str, body: bytes = b"", tally: Tally | None = None) -> bytes:
        """Send one request and return the answer's body; count it."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        began = time.perf_counter()
        self.writer.write(head.encode() + body)
        await self.writer.drain()
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"content-length: (\d+)", answer, re.IGNORECASE)
        content = await self.reader.readexactly(int(length[1]) if length else 0)
        self.cookies |= dict(re.findall(r"set-cookie: (\w+)=([^;\r]+)", answer, re.IGNORECASE))
        if tally is not None:
            tally.milliseconds.append(1000 * (time.perf_counter() - began))
            tally.statuses[int(answer[9:12])] += 1
        return content


async def lesson(pupil: Pupil, token: str, counts: Counts, until: float, dice: random.Random) -> None:
    """Come in, and draw and train by turns until a moment."""
    await asyncio.sleep(dice.random() * 3)
    await pupil.connect()
    await pupil.ask("GET", f"/?token={token}", tally=counts.others)
    bodies = [message.partition(b"\r\n\r\n")[2] for message in canvas_requests(pupil.port)]
    drawings = 0
    while time.monotonic() < until:
        for _ in range(dice.randrange(5, STROKES)):
            await pupil.ask("POST", "/api/classify", dice.choice(bodies), counts.strokes)
            await asyncio.sleep(STROKE_EVERY_S)
        drawings += 1
        if drawings % BOARD_EVERY == 0:
            await pupil.ask("GET", "/api/class", tally=counts.others)
        runs = json.loads(await pupil.ask("GET", "/api/train", tally=counts.others))["runs"]
        if all(run["state"] in ("done", "stopped", "failed") for run in runs) and len(runs) < 15:
            plan = json.dumps({"recipe": dice.choice(("as-printed", "repaired")), "changes": {"epochs": 1}})
            await pupil.ask("POST", "/api/train", plan.encode(), counts.others)
            counts.runs += 1
        await asyncio.sleep(REST_S * dice.random())
    pupil.writer.close()


def server_mib(pid: int) -> float:
    """Return the resident memory of the server alone: trainings are processes that come and go."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


async def measure(port: int, token: str, pid: int, seconds: float) -> dict[str, Any]:
    """Run the lesson and return what was measured."""
    counts, until = Counts(), time.monotonic() + seconds
    pupils = [lesson(Pupil(port), token, counts, until, random.Random(seed)) for seed in range(PUPILS)]
    all_of_them = asyncio.gather(*pupils)
    await asyncio.sleep(SETTLED * seconds)
    settled = server_mib(pid)
    await all_of_them
    return {
        "strokes": counts.strokes.summary(seconds),
        "others": counts.others.summary(seconds),
        "runs_begun": counts.runs,
        "server_mib": {"settled": settled, "end": server_mib(pid)},
    }


def start(runs: Path) -> tuple[subprocess.Popen[str], int, str]:
    """Start a class on a free port of this machine; return its process, the port and the pupils' token."""
    command = [sys.executable, "-m", "zeronine", "studio", "--class", "--host", "127.0.0.1"]
    command += ["--no-browser", "--port", "0", "--runs", str(runs)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"}
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"Pupils open http://127\.0\.0\.1:(\d+)/\?token=(\S+)", line)
        if found:
            return process, int(found[1]), found[2]
    raise SystemExit("the studio did not start")


def misses(found: dict[str, Any]) -> list[str]:
    """Return the bars that were missed."""
    statuses = [*found["strokes"]["statuses"], *found["others"]["statuses"]]
    missed = [f"status {status}" for status in statuses if status.startswith("5")]
    if found["strokes"]["p95_ms"] >= BAR_MS:
        missed.append(f"p95 of a stroke is {BAR_MS} ms or more")
    memory = found["server_mib"]
    if memory["end"] > BAR_GROWTH * memory["settled"]:
        missed.append("memory grew by more than a tenth")
    return missed


def main() -> int:
    """Measure, print, and say by the exit code whether every bar was met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=300)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        process, port, token = start(Path(folder) / "runs")
        try:
            found = asyncio.run(measure(port, token, process.pid, seconds))
        finally:
            process.terminate()
            process.wait(30)
    found["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    found["load_average"] = [round(one, 1) for one in os.getloadavg()]
    found["missed"] = misses(found)
    print(json.dumps(found))
    return 1 if found["missed"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
