"""Bulk reading on a real Ray cluster of two nodes of this machine: drivers, actors and a node killed."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs import rows_of
from zeronine.bulk.job import Engine
from zeronine.bulk.run import bulk
from zeronine.bulk.spread import spread

STORE_BYTES = 100 * 2**20  #: of Ray's objects a node; ours hold numbers only
SLOW_S = 120  #: until something must have happened, on a machine that has other work
SHARD = 100
CANVASES = 20_000

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Ray has clusters of several nodes on Linux alone"),
    pytest.mark.skipif(
        importlib.util.find_spec("ray") is None and os.environ.get("CI") != "true",
        reason="the extra 'cluster' is not installed",
    ),
    pytest.mark.filterwarnings("ignore"),  # Ray's own
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Return a cluster with a head of one core, named to whoever asks; nothing of it is left afterwards."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_raylet_start_wait_time_s", str(SLOW_S))
        import ray
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 1, "object_store_memory": STORE_BYTES, "include_dashboard": False}
        made = Cluster(initialize_head=True, head_node_args=head)
        patch.setenv("RAY_ADDRESS", made.address)
        try:
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return canvases enough for a job of a few seconds."""
    path = tmp_path / "many.npy"
    np.save(path, np.random.default_rng(0).integers(0, 255, (CANVASES, 28, 28), dtype=np.uint8))
    return path


def start(source: Path, out: Path, shard: int = SHARD) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "zeronine", "bulk", str(source), "--out", str(out)]
    command += ["--on", "ray", "--shard", str(shard)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def written(out: Path) -> int:
    return len(list((out / "rows").glob("part-*")))


def wait_until(true: Callable[[], bool], running: "subprocess.Popen[str]") -> None:
    """Wait until something is so while a job runs."""
    until = time.monotonic() + SLOW_S
    while not true():
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.02)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def actors_of(cluster: Any, at: str = "") -> list[int]:
    """Return the processes that read on the nodes of a cluster, or are at one of their methods."""
    raylets = {each.process.pid for node in cluster.list_all_nodes() for each in node.all_processes["raylet"]}
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            command = entry.joinpath("cmdline").read_text()
        except OSError:  # it has ended meanwhile
            continue
        if parent in raylets and command.startswith(f"ray::Actor.{at}" if at else "ray::Actor"):
            found.append(int(entry.name))
    return found


def test_killed_drivers_actors_and_nodes_leave_the_rows_of_an_uninterrupted_run(
    cluster: Any, many: Path, tmp_path: Path
) -> None:
    """A driver is killed, the job gone on with, an actor and a node killed under it: no row is lost."""
    node = cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES)
    out, shards = tmp_path / "out", CANVASES // SHARD
    first = start(many, out)
    wait_until(lambda: written(out) >= 5, first)
    first.kill()
    first.communicate()
    second = start(many, out)
    before = written(out)
    wait_until(lambda: written(out) >= before + 5, second)
    kill(actors_of(cluster)[0])
    before = written(out)
    wait_until(lambda: written(out) >= before + 5, second)
    cluster.remove_node(node, allow_graceful=False)
    assert written(out) < shards, "the job was over before the node was killed"
    said, _ = second.communicate(timeout=SLOW_S)
    assert second.returncode == 0, said
    bulk(str(many), tmp_path / "whole", workers=1)
    assert rows_of(out) == rows_of(tmp_path / "whole")


def test_a_picture_at_which_actors_die_is_a_row(cluster: Any, tmp_path: Path) -> None:
    """Nobody ever writes into a pipe: the actor that reads it is killed here, until it is left alone."""
    os.mkfifo(tmp_path / "never.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "list.csv").write_text("path\nbad.png\nnever.png\n")
    out = tmp_path / "out"
    running = start(tmp_path / "list.csv", out)
    wait_until(lambda: actors_of(cluster, "read") != [], running)
    kill(actors_of(cluster)[0])
    for _ in range(2):  # the shard is read with care from now on
        since = time.time_ns()
        wait_until(partial(is_at, out / ".at-000000", "1", since), running)
        kill(actors_of(cluster)[0])
    said, _ = running.communicate(timeout=SLOW_S)
    assert running.returncode == 0, said
    errors = {row["id"]: row["error"] for row in rows_of(out)}
    assert errors["never.png"] == "the process that read it ended 2 times"
    assert "bad.png" in errors and "process" not in errors["bad.png"]
    assert not list(out.glob(".at-*"))


def is_at(trace: Path, picture: str, since_ns: int) -> bool:
    """Whether an actor wrote down, after a moment, that it is at a picture."""
    try:
        return trace.stat().st_mtime_ns > since_ns and trace.read_text(encoding="utf-8") == picture
    except FileNotFoundError:
        return False


def test_a_stop_is_heard_and_the_same_command_goes_on(cluster: Any, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = start(many, out, shard=1000)
    wait_until(lambda: written(out) >= 1, running)
    running.send_signal(signal.SIGTERM)
    said, _ = running.communicate(timeout=SLOW_S)
    assert running.returncode == 128 + signal.SIGTERM, said
    assert "the same command goes on" in said
    assert written(out) < CANVASES // 1000
    assert len(rows_of(out)) == 1000 * written(out)


def test_a_job_goes_on_from_ray_with_processes(cluster: Any, tmp_path: Path, scans: Path) -> None:
    """Rows do not depend on the engine, so a stopped job may change it."""
    done = bulk(str(scans), tmp_path / "out", on=Engine.ray, shard_size=3)
    assert (done.rows, done.errors, done.workers) == (8, 1, 1)
    whole = rows_of(tmp_path / "out")
    (tmp_path / "out/rows/part-000001.parquet").unlink()
    assert bulk(str(scans), tmp_path / "out", workers=1, shard_size=3).rows == 3
    assert rows_of(tmp_path / "out") == whole


def test_tasks_are_spread_over_the_cluster(cluster: Any) -> None:
    assert sorted(spread(float, ["1", "2", "3"], on=Engine.ray)) == [("1", 1.0), ("2", 2.0), ("3", 3.0)]
    with pytest.raises(ValueError, match="could not convert"):
        list(spread(float, ["one"], on=Engine.ray, workers=1))
