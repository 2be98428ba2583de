"""The README's way without an installation: uv builds the clone, runs it once, and keeps nothing of ours."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.network
def test_uvx_reads_a_picture_from_a_clone() -> None:
    command = "uvx --from . zeronine read tests/pictures/10115-german-ball-plain.png"
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        [bin_folder / "uvx", "--python", sys.executable, *command.split()[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "10115\n"), done.stderr
