"""The benchmark of bulk reading, a thin slice of it."""

from pathlib import Path

import pytest

import bulk as script
import bulk_kills as kills_script
import bulk_scale as scale_script
from zeronine.bulk.job import Folder


def test_a_damaged_picture_in_a_hundred_is_a_row_with_its_error(tmp_path: Path) -> None:
    told = script.damaged(tmp_path, 201)
    assert told["rows with an error"] == told["damaged"] == 3
    assert told["rows that say it wrongly"] == 0


def test_canvases_and_plans_are_measured(tmp_path: Path) -> None:
    for told in script.canvases(tmp_path, 200).values():
        assert told["a core second"] > 0
        assert sum(told["rows by model"].values()) == 200
    assert 0 < script.plan(tmp_path, 2000)["bytes a picture"] < 100


def test_the_time_beyond_the_reader_is_measured(scans: Path, tmp_path: Path) -> None:
    told = script.overhead(tmp_path, str(scans))
    assert told["pictures"] == 8
    assert told["share beyond Reader.read"] > -1


def test_every_part_of_a_large_job_is_tried(tmp_path: Path) -> None:
    told = scale_script.scale(Folder(tmp_path), 40_000, 1000)
    assert told["plan"]["MB"] > 0 and told["rows written"]["KB a file"] > 0
    assert (tmp_path / "report.md").is_file()
    assert told["canvases"]["seconds"] > 0
    told["plan"]["MB"] = 1.5
    lines = scale_script.arithmetic(told, 40_000, 1000)
    assert "of ten million: plan on disk, MB 375.0" in lines


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_a_killed_job_is_compared_with_an_undisturbed_one(tmp_path: Path) -> None:
    told = kills_script.kills(tmp_path, kills_script.Processes(), 1, 2000)
    assert sum(told["kills"].values()) == 1
    assert (told["jobs compared"], told["jobs that differ"]) == (1, 0)
