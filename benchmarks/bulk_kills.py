"""Does a job that is killed again and again end with an undisturbed one's rows?  The last line is JSON.

    python benchmarks/bulk_kills.py --count 50                  drivers and workers, on this machine
    python benchmarks/bulk_kills.py --count 50 --on ray         drivers, actors and a node of two, on Ray

Every kill is -9, of who is drawn, at a moment drawn from as long as an undisturbed run takes, its start and
its end included.  After a driver's end the same command goes on.  After `--a-job` kills a job is left alone;
when it ends it is compared row for row with an undisturbed one, and another begins.  The exit code is 1 where
one differs.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

CANVASES, SHARD = 100_000, 250
WORKERS = 2
A_JOB = 5  #: kills of one job
PATIENCE_S = "300"  #: for a node to begin, on a machine that has other work
STORE_BYTES = 100 * 2**20  #: of Ray's objects a node; ours hold numbers only


class Processes:
    """This machine: a driver and its workers."""

    on = "processes"
    victims: tuple[str, ...] = ("driver", "worker")

    def kill(self, victim: str, driver: int) -> bool:
        """Kill one of the processes; return whether there was one."""
        found = [driver] if victim == "driver" else self.workers(driver)
        return bool(found) and ended(found[0])

    def workers(self, driver: int) -> list[int]:
        return [pid for pid in children_of({driver}) if "spawn_main" in command_of(pid)]

    def close(self) -> None:
        """Leave nothing behind: nothing was made."""


class Ray(Processes):
    """A Ray of two nodes here: a driver, its actors, and the second node, which comes back."""

    on = "ray"
    victims = ("driver", "worker", "node")

    def __init__(self) -> None:
        os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_raylet_start_wait_time_s": PATIENCE_S}
        from ray.cluster_utils import Cluster

        self.one = {"num_cpus": 1, "object_store_memory": STORE_BYTES}
        self.cluster = Cluster(initialize_head=True, head_node_args={**self.one, "include_dashboard": False})
        os.environ["RAY_ADDRESS"] = self.cluster.address
        self.second = self.cluster.add_node(**self.one)

    def kill(self, victim: str, driver: int) -> bool:
        if victim != "node":
            return super().kill(victim, driver)
        self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = self.cluster.add_node(**self.one)
        return True

    def workers(self, driver: int) -> list[int]:
        nodes = self.cluster.list_all_nodes()
        raylets = {each.process.pid for node in nodes for each in node.all_processes["raylet"]}
        return [pid for pid in children_of(raylets) if command_of(pid).startswith("ray::Actor")]

    def close(self) -> None:
        self.cluster.shutdown()


def kills(folder: Path, machine: Processes, count: int, canvases: int, a_job: int = A_JOB) -> dict[str, Any]:
    """Kill `count` times, and compare every job that came to its end."""
    made, out, dice = folder / "canvases.npy", folder / "out", random.Random(1)
    np.save(made, np.random.default_rng(0).integers(0, 255, (canvases, 28, 28), dtype=np.uint8))
    began = time.monotonic()
    end_of(start(made, folder / "whole", machine))
    longest_s = time.monotonic() - began
    whole, done, compared, differ = rows_of(folder / "whole"), Counter[str](), 0, 0
    while done.total() < count:
        killed, took_s = disturbed(made, out, machine, dice, longest_s, min(a_job, count - done.total()))
        done, longest_s = done + killed, min(longest_s, took_s)
        compared, differ = compared + 1, differ + (not rows_of(out).equals(whole))
        print(dict(done), f"{compared} jobs compared, {differ} differ", flush=True)
        shutil.rmtree(out)
    return {
        "an undisturbed run, s": round(longest_s, 1),
        "kills": dict(sorted(done.items())),
        "jobs compared": compared,
        "jobs that differ": differ,
    }


def disturbed(
    made: Path, out: Path, machine: Processes, dice: random.Random, longest_s: float, most: int
) -> tuple[Counter[str], float]:
    """Run one job to its end, with at most so many kills; return who was killed when, and how often.

    And how long it took where nothing was killed, which a machine that has become quiet does faster.
    """
    done: Counter[str] = Counter()
    while True:
        driver, before, began = start(made, out, machine), parts_of(out), time.monotonic()
        while driver.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                driver.wait(dice.uniform(0, longest_s) if done.total() < most else None)
            victim, reads = dice.choice(machine.victims), parts_of(out) > before
            if driver.poll() is None and machine.kill(victim, driver.pid):
                done[f"{victim} while {'reading' if reads else 'starting'}"] += 1
        if end_of(driver) == 0:
            return done, longest_s if done else time.monotonic() - began


def end_of(driver: "subprocess.Popen[str]") -> int:
    """Wait for a driver and return its exit code, which is 0 or that of a kill."""
    said = driver.communicate()[0]
    if driver.returncode not in (0, -signal.SIGKILL):
        raise SystemExit(f"the job ended with code {driver.returncode}: {said}")
    return driver.returncode


def parts_of(out: Path) -> int:
    """Return how many shards a job has written."""
    return len(list((out / "rows").glob("part-*")))


def start(made: Path, out: Path, machine: Processes) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "zeronine", "bulk", str(made), "--out", str(out), "--on", machine.on]
    command += ["--workers", str(WORKERS), "--shard", str(SHARD)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def rows_of(out: Path) -> Any:
    """Return the rows of a job by id, without the times."""
    import pyarrow.dataset as ds

    return ds.dataset(out / "rows", format="parquet").to_table().drop(["milliseconds"]).sort_by("id")


def ended(process: int) -> bool:
    """Kill a process; return whether it was there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        return True
    return False


def children_of(parents: set[int]) -> list[int]:
    """Return the processes below others, from /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1]) in parents:
                found.append(int(entry.name))
    return found


def command_of(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--on", choices=("processes", "ray"), default="processes")
    parser.add_argument("--canvases", type=int, default=CANVASES)
    parser.add_argument("--a-job", type=int, default=A_JOB, help="kills of one job")
    chosen = parser.parse_args()
    machine = Ray() if chosen.on == "ray" else Processes()
    try:
        with tempfile.TemporaryDirectory() as folder:
            told = kills(Path(folder), machine, chosen.count, chosen.canvases, chosen.a_job)
    finally:
        machine.close()
    print(json.dumps({"measure": "kills", "on": chosen.on, **told}))
    sys.exit(1 if told["jobs that differ"] else 0)


if __name__ == "__main__":
    main()
