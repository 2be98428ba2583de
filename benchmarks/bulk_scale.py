"""What breaks first at ten million pictures?  Each part of a job tried at that size, and 200,000 rows read.

    python benchmarks/bulk_scale.py --count 10000000 --rows 200000

`--count` pictures are planned under made-up names, `--rows` rows are written and reported on, as many objects
are listed in a store that is kept in memory, and as many packed canvases are named by a whole job on every
core.  Seconds are processor time, of a job its workers' and the clock's, too.  The last lines are what all
that makes of ten million, multiplied, and JSON.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from zeronine import __version__
from zeronine.bulk.inputs import Item, items_of
from zeronine.bulk.job import Folder, Job, Kind
from zeronine.bulk.plan import Plan, write_plan
from zeronine.bulk.report import write_report
from zeronine.bulk.rows import row_of
from zeronine.bulk.run import bulk
from zeronine.bulk.tables import table_of, write_table
from zeronine.data.mnist import load
from zeronine.options import ReadOptions

SHARD = 500
CANVASES = 50_000  #: a shard
WHOLE = 10_000_000
Result = TypeVar("Result")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = scale(Folder(Path(folder)), chosen.count, chosen.rows)
    for line in arithmetic(told, chosen.count, chosen.rows):
        print(line)
    print(json.dumps({"measure": "scale", "pictures": chosen.count, "rows": chosen.rows, **told}))


def scale(folder: Folder, count: int, rows: int) -> dict[str, Any]:
    """Try every part of a job once."""
    told: dict[str, Any] = {"objects": listed(rows)}
    before = peak_mb()
    told["plan"], _ = timed(lambda: write_plan(names(count), folder.plan, shard_size=SHARD))
    told["plan"] |= {"MB": mb(folder.plan), "driver's peak grew, MB": round(peak_mb() - before)}
    told["sizes of all shards"], sizes = timed(Plan(folder.plan).sizes)
    told["pictures of one shard"], _ = timed(lambda: Plan(folder.plan).items(len(sizes) // 2))
    folder.rows.mkdir()
    for shard in range(0, len(sizes), 2):
        folder.part(shard).touch()
    told["what is missing, half being there"], left = timed(lambda: folder.missing(len(sizes)))
    assert len(left) == len(sizes) // 2
    for shard in range(0, len(sizes), 2):
        folder.part(shard).unlink()
    told["rows written"] = written(folder, rows)
    before = peak_mb()
    told["report"], _ = timed(lambda: write_report(folder, JOB, seconds=1, rows=rows, workers=1))
    told["report"]["driver's peak grew, MB"] = round(peak_mb() - before)
    told["canvases"] = named(folder.path / "named", rows)
    return told


def named(folder: Path, count: int) -> dict[str, Any]:
    """Name MNIST's validation digits, again and again, by a whole job of one worker a core."""
    folder.mkdir()
    digits = load("validation").images
    np.save(folder / "x.npy", np.resize(digits, (count, *digits.shape[1:])))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = bulk(str(folder / "x.npy"), folder / "out", shard_size=CANVASES)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.rows == count and not done.errors
    size = sum(path.stat().st_size for path in (folder / "out/rows").iterdir())
    return {
        "seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "seconds by the clock": round(done.seconds, 2),
        "workers": done.workers,
        "bytes a row": round(size / count, 1),
    }


def arithmetic(told: dict[str, Any], count: int, rows: int) -> list[str]:
    """Return what was measured as it would be of ten million."""
    of = {
        "plan, s of the driver": (told["plan"]["seconds"], count),
        "plan on disk, MB": (told["plan"]["MB"], count),
        "driver's memory while it lists, MB": (told["plan"]["driver's peak grew, MB"], count),
        "rows on disk, GB": (told["rows written"]["bytes a row"] * rows / 1e9, rows),
        "rows written, s": (told["rows written"]["seconds"], rows),
        "report, s": (told["report"]["seconds"], rows),
        "objects listed, s": (told["objects"]["seconds"], rows),
        "objects listed, MB": (told["objects"]["driver's peak grew, MB"], rows),
        "canvases, s of one core": (told["canvases"]["seconds"], rows),
        "canvases on disk, GB": (told["canvases"]["bytes a row"] * rows / 1e9, rows),
    }
    return [f"of ten million: {what} {value * WHOLE / base:,.1f}" for what, (value, base) in of.items()]


JOB = Job(
    input="scans",
    kind=Kind.pictures,
    model="shipped",
    model_name="made up",
    version=__version__,
    shard_size=SHARD,
    options=ReadOptions(),
    max_megapixels=50,
)


def names(count: int) -> Any:
    """Give pictures named as scanners name them."""
    for n in range(count):
        name = f"box-{n // 10_000:05d}/scan-{n:09d}.jpg"
        yield Item(id=name, place=f"/mnt/scans/{name}".encode())


def listed(count: int) -> dict[str, Any]:
    """List objects of a store that costs no network."""
    import fsspec
    from fsspec.implementations.memory import MemoryFile

    store = fsspec.filesystem("memory")
    for n in range(count):
        path = f"/scans/box-{n // 10_000:05d}/scan-{n:09d}.jpg"
        store.store[path] = MemoryFile(store, path, b"")  # its own way looks through all there are
    before = peak_mb()
    told, kept = timed(lambda: sum(1 for _ in items_of("memory://scans")))
    assert kept == count
    store.store.clear()
    return told | {"driver's peak grew, MB": round(peak_mb() - before)}


def written(folder: Folder, count: int) -> dict[str, Any]:
    """Write rows with one number of six digits each."""
    box = {"x": 10, "y": 20, "width": 30, "height": 40}
    digits = [{"value": n, "confidence": 0.99 - n / 100, "box": box} for n in range(6)]
    number = {"text": "012345", "value": "12345", "confidence": 0.9, "line": 0, "box": box, "digits": digits}
    reading = {"text": "012345", "numbers": [number], "unread": []}
    about = {"model": "made up", "version": __version__, "milliseconds": 10.0}
    start = time.process_time()
    for shard in range(count // SHARD):
        table = table_of([row_of(f"scan-{shard}-{n}.jpg", [reading]) | about for n in range(SHARD)])
        write_table(table, folder.part(shard))
    size = sum(path.stat().st_size for path in folder.rows.iterdir())
    return {
        "seconds": round(time.process_time() - start, 2),
        "bytes a row": round(size / count, 1),
        "KB a file": round(size / (count / SHARD) / 1024, 1),
    }


def timed(work: Callable[[], Result]) -> tuple[dict[str, Any], Result]:
    """Return the seconds of some work, and what came out."""
    start = time.process_time()
    result = work()
    return {"seconds": round(time.process_time() - start, 3)}, result


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def mb(path: Path) -> float:
    return round(path.stat().st_size / 2**20, 1)


if __name__ == "__main__":
    main()
