"""Small inputs for jobs: written digits in small pictures, a damaged one among them; and canvases."""

import os
from pathlib import Path

import numpy as np
import pytest

from jobs import picture

if os.environ.get("CI") != "true":
    pytest.importorskip("pyarrow", reason="the extra 'bulk' is not installed")


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Return a folder of 8 pictures, one of them damaged, and one file that is none."""
    folder = tmp_path / "scans"
    for number in range(7):
        picture(folder / ("b" if number % 2 else "a") / f"{number}.png", str(number))
    (folder / "bad.png").write_bytes(b"no picture at all")
    (folder / "notes.txt").write_text("not for us")
    return folder


@pytest.fixture
def canvases(tmp_path: Path) -> Path:
    """Return a file of 900 canvases, most of them noise."""
    path = tmp_path / "digits.npy"
    np.save(path, np.random.default_rng(0).integers(0, 255, (900, 28, 28), dtype=np.uint8))
    return path
