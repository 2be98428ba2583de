"""A run's folder: one training at a time, its own digits, and cut files that are mended with a word."""

import json
import logging
import multiprocessing
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zeronine.data.digits import Digits
from zeronine.errors import RunError
from zeronine.models import CHECKPOINT
from zeronine.network.checkpoint import read_checkpoint
from zeronine.training.loop import resume, train
from zeronine.training.recipe import Recipe
from zeronine.training.run import LOCK, locked, new_folder
from zeronine.training.runlog import read_metrics

SMALL = Recipe(hidden=(8,), epochs=2, batch_size=32)


@pytest.fixture(scope="module")
def run(shapes: Digits, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a finished run by their names."""
    folder = tmp_path_factory.mktemp("run")
    train(shapes, SMALL, folder=folder, validation=shapes[:40])
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(run: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a copy of that run."""
    for name, content in run.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


# ---- one at a time ----


def _hold(folder: Path, told: Any, gate: Any) -> None:
    with locked(folder):
        told.set()
        gate.wait(60)


def test_a_second_training_in_the_same_folder_is_refused(shapes: Digits, tmp_path: Path) -> None:
    """Also a training that goes on, and also between processes; when the first ends, the next may begin."""
    context = multiprocessing.get_context("spawn")
    told, gate = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, told, gate))
    process.start()
    assert told.wait(60)
    try:
        with pytest.raises(RunError, match="another training is under way in it"):
            train(shapes, SMALL, folder=tmp_path)
    finally:
        gate.set()
        process.join(60)
    train(shapes, SMALL, folder=tmp_path)
    with locked(tmp_path), pytest.raises(RunError, match="another training is under way in it"):
        resume(tmp_path, shapes)


def test_a_killed_training_leaves_no_lock(tmp_path: Path) -> None:
    """The file stays and holds nobody up."""
    context = multiprocessing.get_context("spawn")
    told, gate = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, told, gate))
    process.start()
    assert told.wait(60)
    process.kill()
    process.join(60)
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path):
        assert process.exitcode == -9


def test_runs_that_begin_at_once_never_share_a_folder(tmp_path: Path) -> None:
    with ThreadPoolExecutor(40) as threads:
        made = list(threads.map(lambda _: new_folder(SMALL, parent=tmp_path / "runs"), range(200)))
    assert len(set(made)) == 200
    assert all(path.is_dir() for path in made)


def test_a_place_where_no_folder_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(RunError, match="cannot be written to"):
        new_folder(SMALL, parent=tmp_path / "runs")


# ---- its own digits ----


def test_a_run_does_not_go_on_with_other_digits(folder: Path, shapes: Digits) -> None:
    """Not even a finished one, whose confidence they would fit anew."""
    other = Digits(shapes.images[::-1].copy(), shapes.labels[::-1].copy(), "others")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(
        RunError, match=r"learnt from 200 digits .*not 200 digits .*the digits it\s+began with"
    ):
        resume(folder, other, validation=shapes[:40])
    for validation in (shapes[:30], None):
        with pytest.raises(RunError, match=r"is watched by 40 digits .*--digits FILE"):
            resume(folder, shapes, validation=validation)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_digits_are_known_by_their_content_and_order() -> None:
    images = np.random.default_rng(0).integers(0, 255, (3, 28, 28)).astype(np.uint8)
    digits = Digits(images, np.array([1, 2, 3]), "some")
    assert digits.digest() == Digits(images.copy(), np.array([1, 2, 3]), "renamed").digest()
    others = (
        digits[:2],
        digits[::-1],
        Digits(images, np.array([1, 2, 4])),
        Digits(images // 2, digits.labels),
    )
    assert len({digits.digest(), *(other.digest() for other in others)}) == 5


def test_the_checkpoint_says_which_digits(folder: Path, shapes: Digits) -> None:
    assert read_checkpoint(folder / CHECKPOINT).data == {
        "digits": {"count": 200, "sha256": shapes.digest()},
        "validation": {"count": 40, "sha256": shapes[:40].digest()},
    }


# ---- figures that were cut ----


def cut(lines: list[str]) -> str:
    return "\n".join([lines[0], lines[1][:20]])


DAMAGES: dict[str, Callable[[list[str]], str]] = {
    "cut in the last line": cut,
    "the first line gone": lambda lines: lines[1] + "\n",
    "not JSON": lambda lines: "{]\n" + lines[1] + "\n",
    "another shape": lambda lines: "[1, 2]\n" + lines[1] + "\n",
    "words for numbers": lambda lines: lines[0].replace('"loss": ', '"loss": "x", "y": ') + "\n" + lines[1],
    "deeper than Python goes": lambda lines: "[" * 100_000 + "\n" + lines[1],
    "no text": lambda lines: "\ud800\n".encode("utf-8", "surrogatepass").decode("latin-1") + lines[1],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_metrics_file_is_mended_with_a_word(
    folder: Path, shapes: Digits, caplog: pytest.LogCaptureFixture, damage: Callable[[list[str]], str]
) -> None:
    """What can be read of it is kept, what is lost is said, and the weights are what they were."""
    path, before = folder / "metrics.jsonl", (folder / CHECKPOINT).read_bytes()
    path.write_text(damage(path.read_text().splitlines()))
    with caplog.at_level(logging.WARNING):
        resumed = resume(folder, shapes, validation=shapes[:40])
    assert len(resumed.rows) == 1
    assert "the figures of 1 of 2 epochs are lost, their learning is not" in caplog.text
    assert [json.loads(line) for line in path.read_text().splitlines()] == resumed.rows
    assert (folder / CHECKPOINT).read_bytes() == before


def test_a_missing_metrics_file_is_no_obstacle(
    folder: Path, shapes: Digits, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "metrics.jsonl").unlink()
    with caplog.at_level(logging.WARNING):
        assert resume(folder, shapes, validation=shapes[:40]).rows == []
    assert "the figures of 2 of 2 epochs are lost" in caplog.text
    assert read_metrics(folder / "metrics.jsonl") == []


def test_the_command_mends_and_reports_a_cut_run(
    folder: Path, shapes: Digits, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`train --resume` and `evaluate --html` end well on a run whose figures are gone."""
    from zeronine.cli.app import app

    monkeypatch.chdir(folder)
    np.savez("mine.npz", images=shapes.images, labels=shapes.labels)
    begun = ["--recipe", "repaired", "--hidden", "8", "--digits", "mine.npz", "--folder", "own"]
    app(["train", *begun], standalone_mode=False)
    Path("own/metrics.jsonl").write_text('{"epoch": 1, "lo', encoding="utf-8")
    app(["train", "--resume", "own", "--digits", "mine.npz"], standalone_mode=False)
    app(["evaluate", "own", "--digits", "mine.npz", "--html", "report.html"], standalone_mode=False)
    said = capfd.readouterr().out
    assert re.findall(r"kept: own \(epoch 2(, loss)?", said) == [", loss", ""]
    assert Path("report.html").is_file()
