"""`zeronine train --digits`: a recipe of its own, and going on from a model that is there already."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from zeronine.data.writing.strokes import write
from zeronine.reading.classify import Classifier

SMALL = ("--channels", "4,8", "--embedding", "16", "--epochs", "1", "--augment", "none", "--strokes", "0")


def _zeronine(*arguments: object, folder: Path) -> str:
    """Run the command in a folder, check that it ends well, and return what it printed."""
    command = [sys.executable, "-m", "zeronine", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(name="digits", scope="module")
def _digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty digits of one's own as mine.npz."""
    path = tmp_path_factory.mktemp("own") / "mine.npz"
    labels = np.arange(20) % 10
    np.savez(path, images=write(labels, generator=np.random.default_rng(0)), labels=labels)
    return path


def test_twenty_digits_get_their_own_recipe_and_a_run_can_be_gone_on_from(
    tmp_path: Path, digits: Path
) -> None:
    said = _zeronine("train", "--digits", digits, *SMALL, "--folder", "first", folder=tmp_path)
    assert "validation:" in said and "of 300 right" in said
    first = Classifier(tmp_path / "first" / "model.onnx").card
    assert first.recipe["name"].startswith("own, channels 4,8, embedding 16")
    assert (first.recipe["channels"], first.not_a_digit) == ("4,8", True)
    _zeronine(
        "train",
        "--digits",
        digits,
        *("--start-from", "first", "--epochs", "1", "--augment", "none", "--folder", "second"),
        folder=tmp_path,
    )
    second = Classifier(tmp_path / "second" / "model.onnx").card
    assert (second.recipe["name"], second.recipe["channels"]) == ("own-on, epochs 1, augment none", "4,8")
    rows = [json.loads(line) for line in (tmp_path / "second" / "metrics.jsonl").read_text().splitlines()]
    assert len(rows) == 1 and rows[0]["validation_accuracy"] > 0.1
