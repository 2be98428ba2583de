"""Whole jobs: read, killed anywhere and gone on with, refused where they cannot be what was meant."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs import rows_of
from zeronine.answers import Box
from zeronine.bulk import here
from zeronine.bulk.batch_reader import BatchReader
from zeronine.bulk.inputs import items_of
from zeronine.bulk.job import Folder, Precision
from zeronine.bulk.opening import picture_of
from zeronine.bulk.run import bulk
from zeronine.bulk.tables import table_of
from zeronine.documents.forms import Field, Form
from zeronine.errors import DataError, ModelError, OptionError, RunError
from zeronine.options import ReadOptions

KILLS = 3


def start(source: Path, out: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "zeronine", "bulk", str(source), "--out", str(out), *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Return the exit code and all that was said."""
    out, err = process.communicate(timeout=240)
    return process.returncode, out + err


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
    """Return the processes below another, without the one that watches over shared things."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = entry.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            command = entry.joinpath("cmdline").read_text()
        except OSError:  # it has ended meanwhile
            continue
        if int(parent) == process.pid and "spawn_main" in command:
            found.append(int(entry.name))
    return found


def test_a_folder_becomes_rows_that_are_what_one_reader_says(scans: Path, tmp_path: Path) -> None:
    done = bulk(str(scans), tmp_path / "out", workers=2, shard_size=3)
    assert (done.total, done.rows, done.errors, done.stopped) == (8, 8, 1, None)
    rows = [BatchReader().row(item.id, picture_of(item)) for item in items_of(str(scans))]
    alone = table_of(rows).drop(["milliseconds"]).to_pylist()
    assert rows_of(tmp_path / "out") == sorted(alone, key=lambda row: str(row["id"]))


def test_a_finished_job_reads_nothing_again_and_fresh_reads_it_all(canvases: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert bulk(str(canvases), out, workers=1, shard_size=300).rows == 900
    (out / "rows/part-000001.parquet").unlink()
    assert bulk(str(canvases), out, workers=1, shard_size=300).rows == 300
    assert bulk(str(canvases), out, workers=1, shard_size=300).rows == 0
    assert bulk(str(canvases), out, workers=1, shard_size=300, fresh=True).rows == 900


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("who", ["driver", "worker"])
def test_killed_at_random_moments_a_job_ends_as_if_nothing_had_been(
    who: str, canvases: Path, tmp_path: Path
) -> None:
    """No row is lost, doubled or different, wherever kill -9 falls."""
    bulk(str(canvases), tmp_path / "whole", workers=1, shard_size=50)
    dice = random.Random(who)
    out = tmp_path / "out"
    for _ in range(KILLS):
        running = start(canvases, out, "--workers", "2", "--shard", "50")
        time.sleep(dice.uniform(0.2, 4))
        for victim in [running.pid] if who == "driver" else workers_of(running)[:1]:
            os.kill(victim, signal.SIGKILL)
        code, said = ended(running)
        assert code in ((0, -signal.SIGKILL) if who == "driver" else (0,)), said
    code, said = ended(start(canvases, out, "--workers", "2", "--shard", "50"))
    assert code == 0, said
    assert rows_of(out) == rows_of(tmp_path / "whole")
    assert not list((out / "rows").glob(".*"))


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_whole_shards_and_says_how_to_go_on(
    asked: signal.Signals, scans: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    running = start(scans, out, "--workers", "1", "--shard", "1")
    while not list(out.glob("rows/part-*")):
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(asked)
    code, said = ended(running)
    assert code == 128 + asked, said
    assert "the same command goes on" in said
    assert len(rows_of(out)) < 8
    assert ended(start(scans, out, "--workers", "1", "--shard", "1"))[0] == 0
    assert len(rows_of(out)) == 8


def test_a_picture_that_kills_its_process_twice_is_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody writes into is never read to its end: whoever reads it is cut off, and named."""
    monkeypatch.setattr(here, "PATIENCE_S", 1.0)
    os.mkfifo(tmp_path / "never.png")
    (tmp_path / "list.csv").write_text("path\nnever.png\n")
    done = bulk(str(tmp_path / "list.csv"), tmp_path / "out", workers=1)
    assert (done.rows, done.errors) == (1, 1)
    assert "the process that read it ended 2 times" in rows_of(tmp_path / "out")[0]["error"]


def test_canvases_are_named_as_the_classifier_names_them(canvases: Path, tmp_path: Path) -> None:
    from zeronine.reading.classify import Classifier

    bulk(str(canvases), tmp_path / "out", workers=1, shard_size=250, precision=Precision.float32)
    rows = {row["id"]: row for row in rows_of(tmp_path / "out")}
    answers = Classifier()(np.load(canvases))
    assert len(rows) == 900
    for index in (0, 251, 899):
        row = rows[f"digits.npy#{index}"]
        assert row["confidence"] == pytest.approx(float(answers.certainty[index]))
        assert row["value"] == (str(answers.logits[index].argmax()) if row["confidence"] >= 0.5 else None)


def test_what_is_no_canvas_is_a_row_with_its_error(tmp_path: Path) -> None:
    array = np.zeros((3, 28, 28), np.float32)
    array[1, 0, 0] = np.nan
    np.savez(tmp_path / "x.npz", canvases=array, labels=np.zeros(3))
    bulk(str(tmp_path / "x.npz"), tmp_path / "out", workers=1)
    assert [row["error"] is None for row in rows_of(tmp_path / "out")] == [True, False, True]


@pytest.mark.parametrize("array", [np.zeros((2, 27, 28), np.uint8), np.zeros((2, 28, 28), np.int64)])
def test_an_array_that_holds_no_canvases_is_refused(array: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(DataError, match="canvases are"):
        bulk(str(tmp_path / "x.npy"), tmp_path / "out")


@pytest.mark.parametrize(
    "given",
    [
        {"options": ReadOptions(one=True)},
        {"options": ReadOptions(expect=4)},
        {"options": ReadOptions(digits_only=True)},
        {"max_megapixels": 7.0},
        {"table": True},
        {"form": "form.json"},
    ],
)
def test_what_canvases_leave_without_effect_is_refused(
    given: dict[str, Any], canvases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Form(np.full((20, 20), 255, np.uint8), (Field("a", Box(1, 1, 9, 9), ""),)).save(Path("form.json"))
    with pytest.raises(OptionError, match="changes nothing here, canvases hold one digit each") as told:
        bulk(str(canvases), tmp_path / "out", **given)
    assert told.value.field in (*ReadOptions().to_dict(), *given)
    assert not (tmp_path / "out").exists()


def test_other_options_than_it_began_with_are_refused_by_name(canvases: Path, tmp_path: Path) -> None:
    bulk(str(canvases), tmp_path / "out", workers=1)
    with pytest.raises(OptionError, match=r"began with min_confidence None, now it is 0\.9") as told:
        bulk(str(canvases), tmp_path / "out", options=ReadOptions(min_confidence=0.9))
    assert told.value.field == "min_confidence"


def test_a_folder_with_other_things_is_left_alone(canvases: Path, tmp_path: Path) -> None:
    for fresh in (False, True):
        with pytest.raises(RunError, match=r"holds 'digits\.npy', and no job"):
            bulk(str(canvases), tmp_path, fresh=fresh)
    assert canvases.exists()


def test_two_runs_do_not_work_at_one_job(canvases: Path, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out")
    with folder.alone(), pytest.raises(RunError, match="another run is at work here"):
        bulk(str(canvases), tmp_path / "out")


def test_a_model_that_cannot_be_opened_ends_the_job_with_its_sentence(scans: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"bad\.onnx"):
        bulk(str(scans), tmp_path / "out", model=tmp_path / "bad.onnx", workers=1)


def test_the_report_counts_what_the_rows_say(scans: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    bulk(str(scans), out, workers=1)
    told = json.loads((out / "report.json").read_text())
    numbers = [number for row in rows_of(out) for number in row["numbers"]]
    assert (told["pictures"], told["with an error"], told["numbers"]) == (8, 1, len(numbers))
    assert told["expected wrong numbers"] == pytest.approx(
        sum(1 - one["confidence"] for one in numbers), abs=0.01
    )
    assert sum(bin["numbers"] for bin in told["confidences"]) == len(numbers)
    assert told["core hours a million"] > 0
    text = (out / "report.md").read_text()
    assert "8 pictures" in text and "A million like these take" in text
    assert (out / "review.csv").read_text().startswith("id,text,confidence,expected wrong\n")
