"""What breaks first at ten million pictures?  Each part of a job tried at that size, without a picture.

    python benchmarks/bulk_scale.py --count 10000000 --rows 200000

`--count` pictures are planned under made-up names, `--rows` rows are written and reported on, and as many
objects are listed in a store that is kept in memory.  Seconds are processor time.  The last line is JSON.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from zeronine import __version__
from zeronine.bulk.inputs import Item, items_of
from zeronine.bulk.job import Folder, Job, Kind
from zeronine.bulk.plan import Plan, write_plan
from zeronine.bulk.report import write_report
from zeronine.bulk.rows import row_of
from zeronine.bulk.tables import table_of, write_table
from zeronine.options import ReadOptions

SHARD = 500
Result = TypeVar("Result")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = scale(Folder(Path(folder)), chosen.count, chosen.rows)
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
    return told


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
