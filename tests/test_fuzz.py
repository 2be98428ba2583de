"""Coverage-guided fuzzing of everything that takes bytes from strangers: a few seconds of each."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fuzz
from zeronine.errors import PictureError

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"
SECONDS = 10  #: a target; all seven with their starts are two minutes

ATHERIS = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has wheels for Linux, and Python below 3.14"
)


@ATHERIS
@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_nothing_is_found_in_a_few_seconds(tmp_path: Path, target: str) -> None:
    """Each input ends in an answer or an error that a user can mend, and the fuzzer tried some thousand."""
    command = [sys.executable, str(SCRIPT), target, "--seconds", str(SECONDS)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "--corpus", str(tmp_path / "corpus")],
        capture_output=True,
        text=True,
        errors="replace",
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    tried = int(done.stderr.partition("stat::number_of_executed_units:")[2].split()[0])
    assert tried > len(fuzz.seeds(target))


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_the_seeds_pass_without_a_fuzzer(target: str) -> None:
    seeds = fuzz.seeds(target)
    for content in seeds:
        fuzz.guarded(fuzz.TARGETS[target], content)
    assert seeds


def test_a_fault_is_a_finding_and_a_users_mistake_is_none() -> None:
    """What the fuzzer would stop at, and what not."""

    def mistake(data: bytes) -> None:
        raise PictureError("no picture")

    def fault(data: bytes) -> None:
        raise ZeroDivisionError

    fuzz.guarded(mistake, b"")
    with pytest.raises(ZeroDivisionError):
        fuzz.guarded(fault, b"")
