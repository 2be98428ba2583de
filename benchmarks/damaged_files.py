"""How does reading end for thousands of damaged files?  The last line is JSON.

    python benchmarks/damaged_files.py --count 6000 --seed 1

Each file is read by `Reader.read` in a child process; anything but a Reading or a ZeronineError, a
warning, a file that takes over 5 s of processor time or a process over 1 GB is a failure and is shown.
"""

import argparse
import base64
import json
import multiprocessing
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

CHUNK = 500
SECONDS = 5.0
MEGABYTES = 1024


def read_chunk(kinds: list[str], seed: int) -> dict[str, Any]:
    """Read damaged files of some kinds; return how they ended, the slowest, and the memory's peak."""
    from damage import SEEDS, damaged
    from zeronine.errors import ZeronineError
    from zeronine.reading.reader import Reader

    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, too_slow)
    reader, rng = Reader(), np.random.default_rng(seed)
    ends: Counter[str] = Counter()
    failures, slowest = [], (0.0, "")
    for kind in kinds:
        content = damaged(SEEDS[kind], rng)
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, 2 * SECONDS)  # processor time: a busy machine fails nobody
        try:
            reader.read(content)
            end = "reading"
        except ZeronineError as error:
            end = type(error).__name__
        except BaseException as error:  # noqa: BLE001  whatever else comes is what is looked for
            end = "failure"
            failures.append(
                {"kind": kind, "error": repr(error)[:300], "file": base64.b64encode(content).decode()}
            )
        signal.setitimer(signal.ITIMER_PROF, 0)
        ends[end] += 1
        slowest = max(slowest, (time.process_time() - start, kind))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ends": ends, "failures": failures, "slowest": slowest, "peak_mb": peak}


def too_slow(*_: object) -> None:
    raise TimeoutError(f"over {2 * SECONDS} s of processor time")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    from damage import SEEDS

    names = [list(SEEDS)[i % len(SEEDS)] for i in range(chosen.count)]
    chunks = [(names[i : i + CHUNK], chosen.seed * 1000 + i) for i in range(0, len(names), CHUNK)]
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        results = [pool.apply_async(read_chunk, chunk) for chunk in chunks]
        done = [result.get() for result in results]
    ends: Counter[str] = sum((result["ends"] for result in done), Counter())
    failures = [failure for result in done for failure in result["failures"]]
    slowest = max(result["slowest"] for result in done)
    peak = max(result["peak_mb"] for result in done)
    for failure in failures[:5]:
        print(failure)
    bad = bool(failures) or slowest[0] > SECONDS or peak > MEGABYTES
    answer = {
        "count": chosen.count,
        "kinds": len(SEEDS),
        "ends": dict(ends),
        "slowest_s": round(slowest[0], 3),
    }
    print(json.dumps({**answer, "slowest_kind": slowest[1], "peak_mb": round(peak), "passed": not bad}))
    return int(bad)


if __name__ == "__main__":
    raise SystemExit(main())
