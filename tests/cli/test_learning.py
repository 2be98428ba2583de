"""`zeronine learn`, `train`, `evaluate`, `data` and a user's mistakes, as a user meets them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from zeronine.models import CHECKPOINT, MODEL_VERSION

ROOT = Path(__file__).parents[2]


def zeronine(
    *arguments: object, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    command = [sys.executable, "-m", "zeronine", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "100", **(env or {})}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return a .npz of 300 digits, as a user might have them."""
    import numpy as np

    few = request.getfixturevalue("few")
    path = tmp_path_factory.mktemp("own") / "mine.npz"
    np.savez(path, images=few.images[:300], labels=few.labels[:300])
    return path


def test_the_lesson_from_the_first_step_to_the_last(tmp_path: Path) -> None:
    """`zeronine learn --quick` as it stands: steps in order, figures in range, the run folder whole."""
    done = zeronine("learn", "--quick", folder=tmp_path, env={"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stderr
    steps = [int(number) for number in re.findall(r"^(\d)\. ", done.stdout, re.MULTILINE)]
    assert steps == sorted(steps) and {1, 2, 3, 4, 5, 6} <= set(steps)
    assert "109,386" in done.stdout
    found = re.search(r"everything repaired\s+│\s+([-\d.]+)\s+│\s+([\d.]+)\s+│\s+([\d.]+)", done.stdout)
    assert found, done.stdout
    assert 96 < float(found[3]) < 99.5
    printed = re.search(r"as printed\s+│\s+(-[\d.]+)\s+│\s+[\d.]+\s+│\s+([\d.]+)", done.stdout)
    assert printed and float(printed[2]) < 30
    (run,) = (tmp_path / "runs").iterdir()
    wanted = {CHECKPOINT, "model.onnx", "metrics.jsonl", "curves.png", "confusion.png", "mistakes.png"}
    assert wanted | {"report.html", "digits.png"} <= {path.name for path in run.iterdir()}
    page = (run / "report.html").read_text()
    assert "What each fault costs" in page and not re.search(r'(src|href)="https?:', page)
    # a command is never broken, however long the way to `zeronine` is
    prose = [line for line in done.stdout.splitlines() if not line.startswith("    /")]
    assert max(map(len, prose)) <= 100


def test_train_evaluate_and_go_on_with_own_digits(tmp_path: Path, digits: Path) -> None:
    """A recipe's field as a flag, the run judged, and a finished run resumed without harm."""
    done = zeronine(
        *("train", "--digits", digits, "--recipe", "repaired", "--hidden", "32", "--epochs", "3"),
        *("--folder", "run"),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "zeronine evaluate run" in done.stdout
    before = (tmp_path / "run" / CHECKPOINT).read_bytes()
    judged = zeronine("evaluate", "run", "--digits", digits, "--html", "report.html", folder=tmp_path)
    assert judged.returncode == 0, judged.stderr
    assert re.search(r"mine\.npz: [\d.]+% of 300 right", judged.stdout)
    assert (tmp_path / "report.html").is_file()
    again = zeronine("train", "--digits", digits, "--resume", "run", folder=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "run" / CHECKPOINT).read_bytes() == before
    rows = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in rows] == [1, 2, 3]


def test_pages_are_judged_on_request(tmp_path: Path, digits: Path) -> None:
    """`--pages` adds a row for each kind of made-up page to the report, also to the one that is written."""
    arguments = ("evaluate", "shipped", "--digits", digits, "--pages", "--each", "1", "--html", "page.html")
    done = zeronine(*arguments, folder=tmp_path, env={"COLUMNS": "160"})
    assert done.returncode == 0, done.stderr
    assert "numbers right" in done.stdout and "photographed" in done.stdout
    page = (tmp_path / "page.html").read_text()
    assert "numbers right" in page and "photographed" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "--recipe", "secret"), "there is no recipe 'secret'"),
        (("train", "--epochs", "0"), "epochs is 0"),
        (("train", "--hidden", "a,b"), "whole numbers with commas"),
        (("train", "--resume", "nowhere"), "no checkpoint"),
        (
            ("train", "--resume", "nowhere", "--epochs", "3"),
            "--epochs changes nothing here: --resume",
        ),
        (("train", "--digits", "nowhere"), "no such file or folder"),
        (("evaluate", "nowhere.onnx"), "no such model file"),
        (
            ("evaluate", "nowhere.onnx", "--full", "--digits", "mine.npz"),
            "--full changes nothing here",
        ),
        (("learn", "--mnist", "."), "four files"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = zeronine(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("runs/*/model.onnx"))


def test_a_wrong_flag_is_exit_code_2(tmp_path: Path) -> None:
    assert zeronine("train", "--no-such-flag", folder=tmp_path).returncode == 2


def test_offline_with_an_empty_cache_says_what_to_do(tmp_path: Path) -> None:
    done = zeronine("data", "fetch", "--offline", folder=tmp_path, env={"ZERONINE_CACHE": str(tmp_path)})
    assert done.returncode == 2 and "run `zeronine data fetch` once with a network" in done.stderr


def test_the_data_are_shown_and_verified(tmp_path: Path) -> None:
    shown = zeronine("data", "show", folder=tmp_path)
    assert shown.returncode == 0 and "train-images-idx3-ubyte" in shown.stdout
    assert zeronine("data", "verify", folder=tmp_path).stdout.count("whole") == 4
    empty = zeronine("data", "verify", folder=tmp_path, env={"ZERONINE_CACHE": str(tmp_path)})
    assert empty.returncode == 1 and empty.stdout.count("missing or damaged") == 4


def test_a_missing_extra_is_named_with_its_line_of_pip(tmp_path: Path) -> None:
    """Without PyTorch, `zeronine learn` says which one line adds it, exit code 2."""
    hide = (
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'torch' else find(name, *more)\n"
    )
    (tmp_path / "sitecustomize.py").write_text(hide)
    paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    done = zeronine("learn", folder=tmp_path, env={"PYTHONPATH": os.pathsep.join(filter(None, paths))})
    assert done.returncode == 2
    assert f"pip install -e '{ROOT}[learn]' adds it" in done.stderr


def test_help_names_every_field_of_a_recipe(tmp_path: Path) -> None:
    from dataclasses import fields

    from zeronine.training.recipe import Recipe

    said = zeronine("train", "--help", folder=tmp_path, env={"COLUMNS": "200"}).stdout
    for field in fields(Recipe):
        assert f"--{field.name.replace('_', '-')}" in said


def test_version(tmp_path: Path) -> None:
    import zeronine as package

    assert (
        zeronine("--version", folder=tmp_path).stdout
        == f"zeronine {package.__version__}, model {MODEL_VERSION}\n"
    )
