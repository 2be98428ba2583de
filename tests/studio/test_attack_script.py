"""`benchmarks/attack.py` runs: it tells what it finds as JSON, and by its exit code whether all held."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "attack.py"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what it counts is told by Linux")


def attacked(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and what was found."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_hostile_models_are_opened_by_the_number() -> None:
    _, found = attacked("models", "--count", "27")
    assert found["files"] == 27
    assert set(found["ends"]) <= {"refused", "right"}


@LINUX
def test_plain_pictures_are_read_beside_nasty_ones() -> None:
    """Each is answered 200; how long that takes is for the bar, and for a quiet machine."""
    code, found = attacked("beside", "--count", "4")
    assert found["statuses"] == [200]
    assert min(found["plain pictures read"].values()) > 0
    assert code == (0 if found["held"] else 1)


@LINUX
def test_trainings_that_are_killed_go_on_to_the_same_bytes() -> None:
    """Three ways to be ended, two networks, one moment each."""
    code, found = attacked("kills", "--count", "1")
    ends = {name: counts for name, counts in found.items() if ", SIG" in name}
    assert len(ends) == 6
    assert all(set(counts) <= {"identical", "too late"} for counts in ends.values())
    assert code == (0 if found["held"] else 1)
