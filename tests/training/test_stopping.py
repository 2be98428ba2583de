"""Ctrl-C and SIGTERM stop a run where a step ends, and going on gives the bits of never having stopped."""

import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zeronine.data.digits import Digits
from zeronine.errors import StoppedError
from zeronine.models import CHECKPOINT
from zeronine.training import steps
from zeronine.training.loop import resume, train
from zeronine.training.recipe import Recipe
from zeronine.training.runlog import read_metrics
from zeronine.training.stopping import AtBorder, Stop, heeded

FEEDFORWARD = Recipe(hidden=(16,), epochs=3, batch_size=16)
CONVNET = Recipe(
    network="convnet", channels="2,4", embedding=8, epochs=2, batch_size=32, optimizer="adamw", average=0.9
)
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def test_the_two_ways_of_stepping_are_what_is_interrupted_below(shapes: Digits) -> None:
    """The feed-forward network steps in place and the convnet by autograd, so both are tried."""
    from zeronine.training.state import fresh_state

    assert isinstance(fresh_state(FEEDFORWARD, None, "cpu").step, steps.InPlaceStep)
    assert isinstance(fresh_state(CONVNET, None, "cpu").step, steps.AutogradStep)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("recipe", [FEEDFORWARD, CONVNET], ids=["feedforward", "convnet"])
def test_a_signal_within_a_step_waits_for_its_end(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe, number: int
) -> None:
    """It comes when the weights have moved and the step is not counted yet: the worst of moments."""
    kind = steps.InPlaceStep if recipe is FEEDFORWARD else steps.AutogradStep
    update, calls = kind.update, []

    def signalled(self: Any, learning_rate: float) -> None:
        update(self, learning_rate)
        calls.append(learning_rate)
        if len(calls) == 5:
            signal.raise_signal(number)

    monkeypatch.setattr(kind, "update", signalled)
    with pytest.raises(
        StoppedError, match=r"after epoch 0 and 5 steps.*--resume .*stopped` goes on"
    ) as stopped:
        train(shapes, recipe, folder=tmp_path / "stopped")
    assert (stopped.value.epoch, stopped.value.step, stopped.value.exit_code) == (0, 5, 128 + number)
    assert len(calls) == 5
    resume(tmp_path / "stopped", shapes)
    train(shapes, recipe, folder=tmp_path / "whole")
    assert (tmp_path / "stopped" / CHECKPOINT).read_bytes() == (tmp_path / "whole" / CHECKPOINT).read_bytes()


@pytest.mark.parametrize(
    "moment", ["loop.validated", "keeping.save_state", "loop.MetricsFile.add", "loop.epoch_moment"]
)
def test_a_signal_between_epochs_loses_no_line_of_metrics(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """While an epoch is judged, kept or told, too: after going on every epoch has its line, once."""
    home, _, name = f"zeronine.training.{moment}".rpartition(".")
    real, calls = getattr(pkgutil.resolve_name(home), name), []

    def signalled(*given: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == 2:
            signal.raise_signal(signal.SIGINT)
        return real(*given, **named)

    monkeypatch.setattr(f"{home}.{name}", signalled)
    with pytest.raises(StoppedError):
        train(shapes, FEEDFORWARD, folder=tmp_path / "run", validation=shapes[:50])
    monkeypatch.undo()
    resume(tmp_path / "run", shapes, validation=shapes[:50])
    whole = train(shapes, FEEDFORWARD, folder=tmp_path / "whole", validation=shapes[:50])
    kept, wanted = read_metrics(tmp_path / "run" / "metrics.jsonl"), whole.rows
    assert [without_time(row) for row in kept] == [without_time(row) for row in wanted]
    assert (tmp_path / "run" / CHECKPOINT).read_bytes() == (whole.folder / CHECKPOINT).read_bytes()


def without_time(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "seconds"}


def test_killed_between_line_and_checkpoint_the_epoch_is_done_again(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is written first, so that no kept epoch lacks it; going on writes it once."""
    from zeronine.training.keeping import Keeper

    saved, calls = Keeper.save, []

    def dies(self: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit("the process is killed here")
        saved(self)

    monkeypatch.setattr(Keeper, "save", dies)
    with pytest.raises(SystemExit):
        train(shapes, FEEDFORWARD, folder=tmp_path)
    assert len(read_metrics(tmp_path / "metrics.jsonl")) == 2
    monkeypatch.undo()
    assert [row["epoch"] for row in resume(tmp_path, shapes).rows] == [1, 2, 3]


def test_before_the_first_step_a_signal_stops_at_once(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits until other hands and noise are made."""

    def makes(*given: Any, **named: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the signal was only remembered")

    monkeypatch.setattr("zeronine.training.loop.material", makes)
    with pytest.raises(StoppedError, match="after epoch 0, everything is kept"):
        train(shapes, FEEDFORWARD, folder=tmp_path)
    monkeypatch.undo()
    assert [row["epoch"] for row in resume(tmp_path, shapes).rows] == [1, 2, 3]


def test_the_handlers_are_as_they_were(shapes: Digits, tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    train(shapes, replace(FEEDFORWARD, epochs=1), folder=tmp_path)
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_programs_own_handler_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    try:
        with heeded() as stop:
            signal.raise_signal(signal.SIGTERM)
            assert (heard, stop.asked) == ([signal.SIGTERM], None)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_inner_block_has_the_outer_ones_stop() -> None:
    with heeded() as outer, heeded() as inner:
        assert inner is outer


def test_in_another_thread_nothing_is_changed() -> None:
    found: list[Any] = []

    def look() -> None:
        with heeded():
            found.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [before]


def test_whoever_asks_twice_is_not_kept_waiting_and_one_press_that_arrives_twice_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop, now = Stop(), [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    stop.learning = True
    stop(signal.SIGINT, None)
    stop(signal.SIGINT, None)
    with pytest.raises(AtBorder):
        stop.border()
    now[0] += 2
    with pytest.raises(KeyboardInterrupt):
        stop(signal.SIGINT, None)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_command_leaves_as_a_stopped_program_does(shapes: Digits, tmp_path: Path, number: int) -> None:
    """One line that says how to go on, and 130 or 143: being interrupted is not being wrong."""
    np.savez(tmp_path / "mine.npz", images=shapes.images, labels=shapes.labels)
    command = [sys.executable, "-m", "zeronine", "train", "--digits", "mine.npz", "--recipe", "repaired"]
    command += ["--hidden", "8", "--epochs", "5000", "--batch-size", "8", "--folder", "run"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        wait_for(tmp_path / "run" / "metrics.jsonl", process)
        os.kill(process.pid, number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert b"everything is kept: `zeronine train --resume run` goes on" in said
    assert b"Traceback" not in said


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a run has an epoch behind it."""
    deadline = time.monotonic() + 120
    while not (path.is_file() and path.stat().st_size):
        assert process.poll() is None and time.monotonic() < deadline, "the run did not begin"
        time.sleep(0.02)
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["epoch"] == 1
