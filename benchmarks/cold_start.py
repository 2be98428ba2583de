"""How long does `zeronine read one.png` take from a cold start, and how much memory?  The last line is JSON.

    python benchmarks/cold_start.py --runs 11

Whole processes, one after the other, the first two thrown away; wall clock and processor time are medians,
memory is the largest peak.  The floor beside it is the same interpreter importing numpy, cv2 and
onnxruntime only.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "tests" / "pictures" / "10115-german-ball-plain.png"
COMMANDS = {
    "read": [sys.executable, "-m", "zeronine", "read", str(PICTURE)],
    "floor": [sys.executable, "-c", "import numpy, cv2, onnxruntime"],
}


def run_once(command: list[str]) -> tuple[float, float, float]:
    """Run a command; return its wall clock and processor time in seconds, and its peak memory in MB."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    answer: dict[str, object] = {"runs": runs}
    for name, command in COMMANDS.items():
        measured = [run_once(command) for _ in range(runs + 2)][2:]
        wall, cpu, peak = zip(*measured, strict=True)
        answer[name] = {
            "wall_s": round(statistics.median(wall), 3),
            "cpu_s": round(statistics.median(cpu), 3),
            "peak_mb": round(max(peak)),
        }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
