"""The one training loop: it learns, it repeats, it can be killed, and it stops when it should."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from zeronine.data.batches import Batches
from zeronine.data.digits import Digits
from zeronine.errors import DataError, ModelError, RecipeError, RunError, StoppedError, TrainingError
from zeronine.models import BROKEN, CHECKPOINT, MODEL, model_file
from zeronine.network.build import build
from zeronine.training.loop import fit, resume, train
from zeronine.training.recipe import RECIPES, Recipe
from zeronine.training.runlog import Moment, read_metrics

SMALL = Recipe(hidden=(16,), epochs=3, batch_size=16)


def weights(network: torch.nn.Module) -> dict[str, bytes]:
    """Return a network's numbers as bytes."""
    return {name: value.numpy().tobytes() for name, value in network.state_dict().items()}


def test_it_overfits_32_digits(few: Digits) -> None:
    """A network that cannot learn 32 pictures by heart cannot learn."""
    network, rows = fit(few[:32], replace(RECIPES["repaired"], epochs=60, batch_size=8))
    assert rows[-1]["accuracy"] == 1.0
    assert rows[-1]["loss"] < 0.01
    with torch.inference_mode():
        answers = network(torch.from_numpy(few.images[:32]).float() / 255).logits.argmax(1)
    np.testing.assert_array_equal(answers.numpy(), few.labels[:32])


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(shapes: Digits) -> None:
    dropped = replace(SMALL, dropout=0.2)
    once, again = (weights(fit(shapes, dropped)[0]) for _ in range(2))
    assert once == again
    assert once != weights(fit(shapes, replace(dropped, seed=1))[0])


def test_every_picture_is_seen_once_an_epoch_in_another_order(shapes: Digits) -> None:
    batches = Batches(shapes, 16)
    orders = []
    for seed in (0, 1):
        generator = torch.Generator().manual_seed(seed)
        parts = list(batches.epoch(generator))
        assert [part.step for part in parts] == list(range(len(batches)))
        for part in parts:
            expected = torch.from_numpy(shapes.images)[part.indices].float() / 255
            torch.testing.assert_close(part.canvases, expected)
        orders.append(torch.cat([part.indices for part in parts]))
        assert sorted(orders[-1].tolist()) == list(range(len(shapes)))
    assert not torch.equal(*orders)


def test_a_run_leaves_its_files_and_figures(shapes: Digits, tmp_path: Path) -> None:
    moments: list[Moment] = []
    run = train(shapes, SMALL, validation=shapes[:50], folder=tmp_path / "run", watch=moments.append)
    assert {path.name for path in run.folder.iterdir()} >= {CHECKPOINT, MODEL, "metrics.jsonl"}
    assert run.rows == read_metrics(run.folder / "metrics.jsonl")
    assert [row["epoch"] for row in run.rows] == [1, 2, 3]
    assert run.rows[-1]["validation_accuracy"] > 0.9
    assert moments[-1].row == run.rows[-1] and moments[-1].step == moments[-1].steps
    figure = run.card.figures["validation accuracy"]
    assert figure["count"] == 50 and figure["interval"][0] < figure["value"] <= figure["interval"][1]


def test_a_run_never_overwrites_another(shapes: Digits, tmp_path: Path) -> None:
    train(shapes, SMALL, folder=tmp_path)
    before = (tmp_path / CHECKPOINT).read_bytes()
    with pytest.raises(RunError, match="there is a run already"):
        train(shapes, SMALL, folder=tmp_path)
    assert (tmp_path / CHECKPOINT).read_bytes() == before


LONG = Recipe(hidden=(16,), epochs=8, batch_size=4, dropout=0.1)
KILLED = """
import sys, time, numpy as np
import zeronine.training.loop as loop
from zeronine.data.digits import Digits
from zeronine.training.recipe import Recipe
loop.WATCH_EVERY_S = 0  # slow every step down, so that the kill lands within an epoch
saved = np.load(sys.argv[2])
digits = Digits(saved["images"], saved["labels"], "bars")
recipe = Recipe(hidden=(16,), epochs=8, batch_size=4, dropout=0.1)
loop.train(digits, recipe, folder=sys.argv[1], watch=lambda moment: time.sleep(0.01))
"""


def test_killed_and_resumed_is_bit_for_bit_uninterrupted(shapes: Digits, tmp_path: Path) -> None:
    """kill -9 somewhere in the middle; going on ends in the same file as never having stopped."""
    np.savez(tmp_path / "digits.npz", images=shapes.images, labels=shapes.labels)
    folder = tmp_path / "killed"
    command = [sys.executable, "-c", KILLED, str(folder), str(tmp_path / "digits.npz")]
    with subprocess.Popen(command) as process:
        wait_for_epochs(folder / "metrics.jsonl", 3)
        os.kill(process.pid, signal.SIGKILL)
    done = len(read_metrics(folder / "metrics.jsonl"))
    assert 3 <= done < LONG.epochs
    uninterrupted = train(shapes, LONG, folder=tmp_path / "whole")
    resumed = resume(folder, shapes)
    assert (folder / CHECKPOINT).read_bytes() == (tmp_path / "whole" / CHECKPOINT).read_bytes()
    assert weights(resumed.network) == weights(uninterrupted.network)
    assert [row["epoch"] for row in resumed.rows] == list(range(1, 9))


def wait_for_epochs(path: Path, count: int) -> None:
    """Wait until a run has written so many epochs."""
    deadline = time.monotonic() + 60
    while len(read_metrics(path)) < count:
        assert time.monotonic() < deadline, "the run did not begin"
        time.sleep(0.02)


class StopAt:
    """A watcher that presses Ctrl-C at a certain call."""

    def __init__(self, call: int) -> None:
        self.left = call

    def __call__(self, moment: Moment) -> None:
        """Count down, then interrupt."""
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_ctrl_c_in_mid_epoch_keeps_every_step(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops at the very step, says how to go on, and the end is the same bit for bit."""
    monkeypatch.setattr("zeronine.training.loop.WATCH_EVERY_S", 0.0)
    with pytest.raises(StoppedError, match=r"--resume .*stopped` goes on") as stopped:
        train(shapes, SMALL, folder=tmp_path / "stopped", watch=StopAt(19))
    assert "after epoch 1 and" in str(stopped.value)
    resumed = resume(tmp_path / "stopped", shapes)
    whole = train(shapes, SMALL, folder=tmp_path / "whole")
    assert (resumed.folder / CHECKPOINT).read_bytes() == (whole.folder / CHECKPOINT).read_bytes()
    exact = ("epoch", "loss", "accuracy", "pictures")
    assert [[row[name] for name in exact] for row in resumed.rows] == [
        [row[name] for name in exact] for row in whole.rows
    ]


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_loss_that_is_no_number_is_a_result_with_its_epoch_and_step(shapes: Digits, tmp_path: Path) -> None:
    """The run is kept and says when it broke; there is no model file, and whoever asks for one hears why."""
    wild = replace(SMALL, learning_rate=999.0, schedule="constant", hidden=(64, 64))
    run = train(shapes, wild, folder=tmp_path)
    assert run.broke is not None and run.broke.how == "exploded"
    assert run.broke.epoch == 1 and 1 <= (run.broke.step or 0) <= 13
    assert not (tmp_path / MODEL).exists() and (tmp_path / CHECKPOINT).exists()
    with pytest.raises(ModelError, match=r"there is no model: the network exploded in epoch 1, step \d+"):
        model_file(run)
    with pytest.raises(TrainingError, match=r"the loss is (nan|inf) in epoch 1, step \d+"):
        fit(shapes, wild)


@pytest.mark.parametrize("rate", [1.0, 10.0])
def test_a_high_learning_rate_ends_in_a_run_that_says_what_came_of_it(
    rate: float, shapes: Digits, tmp_path: Path
) -> None:
    """Never in an error: the network learned, exploded, or died."""
    run = train(shapes, replace(SMALL, learning_rate=rate), validation=shapes, folder=tmp_path)
    assert run.broke is not None or run.rows[-1]["validation_accuracy"] > 0.3
    assert (tmp_path / BROKEN).exists() == (run.broke is not None)


def test_a_network_whose_units_fell_silent_is_said_to_be_dead(shapes: Digits, tmp_path: Path) -> None:
    """It answers alike for ever; its model is written all the same, and the note goes with a mended run."""
    network = build(SMALL.to_dict())
    for name, weight in network.named_parameters():
        torch.nn.init.constant_(weight, -1.0 if name == "hidden.0.bias" else 0.0)
    calm = replace(SMALL, learning_rate=1e-6, epochs=2)
    run = train(shapes, calm, initial=network, folder=tmp_path)
    assert run.broke is not None and (run.broke.how, run.broke.epoch) == ("dead", 1)
    assert "died in epoch 1: it gives the same answer to every picture" in str(run.broke)
    assert [row["broke"] for row in run.rows] == ["dead", "dead"]
    assert (tmp_path / MODEL).exists() and (tmp_path / BROKEN).exists()


def test_a_network_that_learns_is_not_said_to_be_broken(shapes: Digits, tmp_path: Path) -> None:
    run = train(shapes, SMALL, folder=tmp_path)
    assert run.broke is None and not (tmp_path / BROKEN).exists()
    assert all("broke" not in row for row in run.rows)


def test_an_unwritable_place_is_said_before_training(shapes: Digits, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(RunError, match="choose another folder"):
        train(shapes, SMALL, folder=tmp_path / "taken" / "run", watch=StopAt(1))


def test_a_full_disk_is_said_before_training(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 2**20})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(RunError, match=r"1 MB free, a run wants 50 MB"):
        train(shapes, SMALL, folder=tmp_path / "run", watch=StopAt(1))


def test_no_digits_cannot_be_learnt_from(shapes: Digits, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no digits"):
        train(shapes[:0], SMALL, folder=tmp_path)


@pytest.mark.parametrize("device", ["cuda:99", "tpu", "cuda" if not torch.cuda.is_available() else "mps"])
def test_a_device_that_is_not_there_is_said(shapes: Digits, tmp_path: Path, device: str) -> None:
    if device == "cuda:99" and torch.cuda.is_available():
        pytest.skip("this machine has CUDA: PyTorch itself refuses the number")
    with pytest.raises(RecipeError, match=f"device is '{device}'.*take cpu"):
        train(shapes, SMALL, folder=tmp_path / "run", device=device)
    assert not (tmp_path / "run").exists()


def test_going_on_with_a_network_begins_at_its_weights(shapes: Digits) -> None:
    """`initial` is where learning starts: a small step moves it only a little."""
    learnt, _ = fit(shapes, SMALL)
    start = {name: value.clone() for name, value in learnt.state_dict().items()}
    gently = replace(SMALL, epochs=1, learning_rate=1e-6, momentum=0.0, schedule="constant")
    tuned, _ = fit(shapes, gently, initial=learnt)
    moved = max(float((value - start[name]).abs().max()) for name, value in tuned.state_dict().items())
    assert 0 < moved < 1e-3
