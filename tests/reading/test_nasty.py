"""Valid pictures that attacks found are read within the budget of their size, and never end in a crash.

The budget: a picture of up to 2 megapixels takes 3 s of processor time and 600 MB.
Documents are bounded where strangers' files are read, by `studio/readers.py`.
"""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from common import slowness
from nasty import DOCUMENTS, NASTY
from nasty_kinds import KINDS
from zeronine.models import SHIPPED
from zeronine.options import ReadOptions
from zeronine.studio.problems import Problem
from zeronine.studio.readers import Readers
from zeronine.studio.reading import Wishes, read

CPU_S, MEMORY_BYTES = 3, 600 * 2**20
SLACK = 1.5  #: a machine that does other things beside counts more processor time for the same work
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limits are those of Linux")

READ = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from nasty import NASTY
from zeronine.errors import ZeronineError
from zeronine.reading.overlay import draw_overlay
from zeronine.reading.load import load
from zeronine.reading.reader import Reader
picture, reader = NASTY[sys.argv[2]](), Reader()
reader.read(picture[:40, :40])  # everything is loaded
def pages(column):
    return int(open("/proc/self/statm").read().split()[column]) * resource.getpagesize()
usage = resource.getrusage(resource.RUSAGE_SELF)
used = int(usage.ru_utime + usage.ru_stime) + 1
resource.setrlimit(resource.RLIMIT_CPU, (used + int(sys.argv[3]), used + int(sys.argv[3])))
resource.setrlimit(resource.RLIMIT_AS, (pages(0) + int(sys.argv[4]), pages(0) + int(sys.argv[4])))
try:
    reading = reader.read(picture)
except ZeronineError as error:
    raise SystemExit(print("refused:", error))
for digit in reading.digits:
    box = digit.box
    assert box.width > 0 and box.height > 0, box
    assert 0 <= box.x and box.x + box.width <= reading.width, box
    assert 0 <= box.y and box.y + box.height <= reading.height, box
assert draw_overlay(load(picture), reading).size
print("read:", reading.text)
"""


@LINUX
@pytest.mark.parametrize("name", list(NASTY))
def test_a_nasty_picture_is_read_or_refused_within_its_budget(name: str) -> None:
    """Its boxes lie on the picture, and it can be drawn over."""
    tests = Path(__file__).parents[1]
    bounds = [str(math.ceil(CPU_S * slowness())), str(MEMORY_BYTES)]
    command = [sys.executable, "-c", READ, str(tests), name, *bounds]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    assert done.stdout.startswith(("read:", "refused:"))


@pytest.fixture(scope="module")
def reads() -> dict[str, dict[str, Any]]:
    """Read one picture of each of the thirty kinds, in one process; return how each ended, by kind."""
    script = Path(__file__).parents[1] / "nasty_reads.py"
    names = [f"{kind}:0" for kind in KINDS]
    done = subprocess.run([sys.executable, script, *names], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(KINDS), done.stderr[-2000:]
    return {line["kind"]: line for line in lines}


@LINUX
@pytest.mark.parametrize("kind", KINDS)
def test_one_of_each_of_thirty_kinds_is_read_or_refused(kind: str, reads: dict[str, dict[str, Any]]) -> None:
    """Within its budget, too; `benchmarks/attack.py pictures` reads many of each."""
    found = reads[kind]
    assert found["end"] in ("read", "refused")
    assert found["megapixels"] <= 2
    assert found["cpu_s"] <= SLACK * CPU_S * slowness() and found["peak_mb"] <= MEMORY_BYTES / 2**20


@LINUX
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_nasty_document_costs_its_reader_and_nobody_else(name: str) -> None:
    """It is answered or refused; the process is free or replaced, and the next picture is read."""
    wishes = Wishes(options=ReadOptions(), page=1, steps=False, canvases=False, max_megapixels=2.0)
    readers = Readers(1, cpu_s=CPU_S * slowness(), timeout_s=600)
    try:
        changed_ns = SHIPPED.stat().st_mtime_ns
        try:
            answer = readers.submit(read, SHIPPED, changed_ns, DOCUMENTS[name](), wishes).result(900)
            assert answer["width"] > 0
        except Problem as problem:
            assert problem.status == 422
        plain = next((Path(__file__).parents[1] / "pictures").glob("one-7_both*")).read_bytes()
        assert "text" in readers.submit(read, SHIPPED, changed_ns, plain, wishes).result(900)
    finally:
        readers.shutdown()
