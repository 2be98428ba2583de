"""What does bulk reading cost, and what does it survive?  The last line is JSON.

    python benchmarks/bulk.py plan --count 1000000         bytes and memory of a plan, without a picture
    python benchmarks/bulk.py canvases --count 100000      canvases a second of one core's time
    python benchmarks/bulk.py overhead PICTURES            the time beyond `Reader.read`, on the same pictures
    python benchmarks/bulk.py scaling PICTURES             two workers against one
    python benchmarks/bulk.py damaged --count 100000       1 % damaged: rows with errors, memory of workers

PICTURES is a folder.  `overhead` and `canvases` count processor time, which other work on the machine does
not change much; `scaling` counts the clock's, less what workers waited for a core.  `damaged` ends with exit
code 1 where a damaged picture has no error, a good one has, or a worker's memory grows by more than a tenth
after the first tenth of the pictures.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from zeronine.bulk.batch_reader import BatchReader
from zeronine.bulk.canvases import AT_ONCE, CanvasReader
from zeronine.bulk.inputs import Item, items_of
from zeronine.bulk.job import Precision
from zeronine.bulk.opening import picture_of
from zeronine.bulk.plan import write_plan
from zeronine.bulk.run import bulk, cores
from zeronine.bulk.tables import table_of, write_table
from zeronine.data.mnist import load
from zeronine.errors import ZeronineError
from zeronine.reading.load import load_pages

SHARD = 500
EVERY = 100  #: one damaged picture among so many
PICTURES = 100  #: that differ, of `damaged`
MOST_GROWN = 0.1  #: of a worker's memory
QUIET = 0.03  #: share of the cores that others may take while a clock is believed


def peak_mb(who: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def plan(folder: Path, count: int) -> dict[str, Any]:
    """Write the plan of pictures that are not there, named as scanners name them."""
    before = peak_mb()
    items = (
        Item(
            id=f"box-{n // 10_000:05d}/scan-{n:09d}.jpg",
            place=f"/mnt/scans/box-{n // 10_000:05d}/scan-{n:09d}.jpg".encode(),
        )
        for n in range(count)
    )
    write_plan(items, folder / "plan.parquet", shard_size=SHARD)
    size = (folder / "plan.parquet").stat().st_size
    return {
        "bytes a picture": round(size / count, 2),
        "memory a picture, bytes": round((peak_mb() - before) * 2**20 / count, 1),
    }


def canvases(folder: Path, count: int) -> dict[str, Any]:
    """Name MNIST's validation digits, again and again, in one thread, and write their rows; in both ways."""
    digits = load("validation").images
    np.save(folder / "x.npy", np.resize(digits, (count, *digits.shape[1:])))
    item = Item(id="x", place=os.fsencode(folder / "x.npy"), offset=0, size=count)
    return {precision.value: named(item, precision, folder) for precision in Precision}


def named(item: Item, precision: Precision, folder: Path) -> dict[str, Any]:
    """Return how many canvases a second of processor time are named and written, and by the network alone."""
    reader, count = CanvasReader(precision=precision, threads=1), item.size or 0
    name, images = reader.quick or reader.classify, np.load(folder / "x.npy")
    reader.table(replace(item, size=1))  # the first call is slower
    start = time.process_time()
    table = reader.table(item)
    write_table(table, folder / "rows.parquet")
    whole = time.process_time() - start
    start = time.process_time()
    for first in range(0, count, AT_ONCE):
        name(images[first : first + AT_ONCE])
    alone = time.process_time() - start
    return {
        "a core second": round(count / whole),
        "by the network alone": round(count / alone),
        "rows by model": Counter(table["model"].to_pylist()),
    }


def overhead(folder: Path, pictures: str) -> dict[str, Any]:
    """Read the same pictures with the reader alone and into a file of rows, in turn.

    What a process does once, on its first picture and its first table, is done before.
    """
    batch, items = BatchReader(), list(items_of(pictures))
    write_table(table_of([batch.row(items[0].id, picture_of(items[0]))]), folder / "rows.parquet")
    alone = inside = 0.0
    rows = []
    for item in items:
        start = time.process_time()
        read_alone(batch, item)
        alone += time.process_time() - start
        start = time.process_time()
        rows.append(batch.row(item.id, picture_of(item)))
        inside += time.process_time() - start
    start = time.process_time()
    write_table(table_of(rows), folder / "rows.parquet")
    inside += time.process_time() - start
    return {"pictures": len(items), "share beyond Reader.read": round(inside / alone - 1, 4)}


def read_alone(batch: BatchReader, item: Item) -> None:
    """Read a picture as bulk does, but make nothing of it."""
    picture = picture_of(item)
    with contextlib.suppress(ZeronineError):
        for page in load_pages(b"" if isinstance(picture, ZeronineError) else picture):
            batch.reader.read(page)


def scaling(folder: Path, pictures: str, rounds: int = 3) -> dict[str, Any]:
    """Run the same job with one worker and with two, in turn; say how much of the cores others took.

    What others take, a clock counts as ours: only rounds with next to nothing of that mean something.  Less
    the time in which workers were ready and others had their cores, every round does; the driver may be late
    for the same reason, so that is a lower bound.
    """
    told = []
    for number in range(rounds):
        one, two = (timed(pictures, folder / f"{number}-{workers}", workers) for workers in (1, 2))
        told.append(
            {
                "by the clock": round(one.seconds / two.seconds, 3),
                "less waiting for a core": round(
                    (one.seconds - one.waited_s) / (two.seconds - two.waited_s), 3
                ),
                "others": round(max(one.others, two.others), 3),
            }
        )
    quiet = [one["by the clock"] for one in told if one["others"] < QUIET]
    return {
        "two workers against one": statistics.median(quiet) if quiet else None,
        "less waiting for a core": statistics.median(one["less waiting for a core"] for one in told),
        "rounds": told,
    }


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a job took."""

    seconds: float
    waited_s: float  #: of that, how long a worker was ready to run and others ran; the mean over workers
    others: float  #: share of the cores' time that other processes took


def timed(pictures: str, out: Path, workers: int) -> Timed:
    """Run a job and watch its workers."""
    before, start, over = busy_s() - own_s(), time.monotonic(), threading.Event()
    waited: dict[int, float] = {}
    watch = threading.Thread(target=watched, args=(waited, over))
    watch.start()
    seconds = bulk(pictures, out, workers=workers, shard_size=20).seconds
    over.set()
    watch.join()
    taken = busy_s() - own_s() - before
    mean = sum(waited.values()) / max(len(waited), 1)
    return Timed(seconds, mean, taken / (cores() * (time.monotonic() - start)))


def watched(waited: dict[int, float], over: threading.Event) -> None:
    """Keep how long each worker of this process has waited for a core; from /proc, which knows no past."""
    while not over.wait(0.1):
        for child in multiprocessing.active_children():
            with contextlib.suppress(OSError):
                delay_ns = Path(f"/proc/{child.pid}/schedstat").read_text().split()[1]
                waited[child.pid or 0] = int(delay_ns) / 1e9


def busy_s() -> float:
    """Return the seconds that all processes of this machine have worked; from /proc."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Return the seconds that this process and its children that ended have worked."""
    return sum(os.times()[:4])


def damaged(folder: Path, count: int) -> dict[str, Any]:
    """Read small pictures of two digits, one in a hundred damaged, as a job of a worker a core."""
    good, bad = small_pictures(folder)
    with (folder / "list.csv").open("w") as file:
        file.write("id,path\n")
        for n in range(count):
            path = good[n % len(good)] if n % EVERY else bad[n // EVERY % len(bad)]
            file.write(f"{'' if n % EVERY else 'bad-'}{n},{path}\n")
    shard = max(1, min(SHARD, count // 40))  # each worker writes rows, which takes memory, in the first tenth
    seen: list[tuple[int, float]] = []
    over = threading.Event()
    watch = threading.Thread(target=memories, args=(folder / "out/rows", seen, over))
    watch.start()
    done = bulk(str(folder / "list.csv"), folder / "out", shard_size=shard)
    over.set()
    watch.join()
    early = max(memory for written, memory in seen if written * shard <= count / 10)
    late = max(memory for _, memory in seen)
    wrong = wrong_errors(folder / "out")
    return {
        "damaged": -(-count // EVERY),
        "rows with an error": done.errors,
        "rows that say it wrongly": wrong,
        "rows a second": round(done.rows / done.seconds, 1),
        "largest worker, MB": round(late),
        "grown since a tenth of the rows": round(late / early - 1, 4),
        "failed": bool(wrong) or done.rows != count or late / early - 1 > MOST_GROWN,
    }


def small_pictures(folder: Path) -> tuple[list[Path], list[Path]]:
    """Write pictures of two digits, black on white, and files that are damaged in each their own way."""
    from PIL import Image

    digits = load("validation").images
    good = [folder / f"{n}.png" for n in range(PICTURES)]
    for n, path in enumerate(good):
        paper = np.full((40, 68), 255, np.uint8)
        paper[6:34, 6:62] -= np.hstack([digits[2 * n], digits[2 * n + 1]])
        Image.fromarray(paper).save(path)
    whole = good[0].read_bytes()
    contents = {"cut": whole[: len(whole) // 2], "empty": b"", "text": b"no picture", "head": whole[:20]}
    bad = [folder / f"{name}.png" for name in contents]
    for path, content in zip(bad, contents.values(), strict=True):
        path.write_bytes(content)
    return good, bad


def memories(rows: Path, seen: list[tuple[int, float]], over: threading.Event) -> None:
    """Note how many shards are written and the largest memory of a worker of this process, in MB."""
    while not over.wait(0.2):
        now, written = [], len(list(rows.glob("part-*")))
        for child in multiprocessing.active_children():
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{child.pid}/status").read_text()
                now.append(int(status.partition("VmRSS:")[2].split()[0]) / 1024)
        if now:
            seen.append((written, max(now)))


def wrong_errors(out: Path) -> int:
    """Return how many rows have an error and should have none, or the other way round."""
    import pyarrow.dataset as ds

    rows = ds.dataset(out / "rows", format="parquet").to_table(columns=["id", "error"]).to_pylist()
    return sum((row["error"] is None) == row["id"].startswith("bad-") for row in rows)


MEASURES = {"plan": plan, "canvases": canvases, "damaged": damaged}
OF_PICTURES = {"overhead": overhead, "scaling": scaling}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("measure", choices=[*MEASURES, *OF_PICTURES])
    parser.add_argument("pictures", nargs="?", help="a folder, for overhead and scaling")
    parser.add_argument("--count", type=int, default=1000)
    chosen = parser.parse_args()
    if chosen.measure in OF_PICTURES and chosen.pictures is None:
        parser.error(f"{chosen.measure} needs a folder of pictures")
    with tempfile.TemporaryDirectory() as folder:
        if chosen.measure in MEASURES:
            told = {"count": chosen.count, **MEASURES[chosen.measure](Path(folder), chosen.count)}
        else:
            told = OF_PICTURES[chosen.measure](Path(folder), chosen.pictures)
    print(json.dumps({"measure": chosen.measure, **told}))
    sys.exit(1 if told.get("failed") else 0)


if __name__ == "__main__":
    main()
