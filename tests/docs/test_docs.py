"""Every command and example in the docs is run, and prints what the docs show; every link leads somewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: commands that are not run here, where they are run, and the line there that runs them
RUN_ELSEWHERE = {
    "zeronine learn --quick": ("tests/cli/test_learning.py", 'done = zeronine("learn", "--quick", folder='),
    "zeronine studio": (
        "tests/studio/page/conftest.py",
        'command = [sys.executable, "-m", "zeronine", "studio",',
    ),
    "uvx --from . zeronine read tests/pictures/10115-german-ball-plain.png": (
        "tests/docs/test_first_minute.py",
        'command = "uvx --from . zeronine read tests/pictures/10115-german-ball-plain.png"',
    ),
    "make learn": ("Makefile", "learn: .venv/learn.stamp"),
    "make test": (".ci/run", "make test"),
}


def blocks(language: str) -> list[tuple[str, str]]:
    """Return (where, text) of every fenced block of a language."""
    return [
        (f"{page.name}:{page.read_text(encoding='utf-8')[: found.start()].count(chr(10)) + 1}", found[2])
        for page in PAGES
        for found in FENCE.finditer(page.read_text(encoding="utf-8"))
        if found[1] == language
    ]


def commands() -> list[tuple[str, str, str]]:
    """Return (where, command, output shown) of every `$` line."""
    found = []
    for where, text in blocks("console"):
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append((where, command.split("  #")[0].strip(), shown))
    return found


def run_here() -> list[tuple[str, str, str]]:
    """Return the commands that no other test runs."""
    return [one for one in commands() if one[1] not in RUN_ELSEWHERE]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that looks like the clone to a reader of the docs, with a few pictures of their own."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "src").symlink_to(ROOT / "src")
    (tmp_path / "scans").mkdir()
    (tmp_path / "more").mkdir()
    for name in ("photo.jpg", "a.jpg", "b.jpg", "scans/1.jpg", "more/2.jpg"):
        shutil.copy(ROOT / "tests/pictures/3926-american-chalk-board.jpg", tmp_path / name)
    return tmp_path


def test_there_are_commands_and_examples() -> None:
    assert len(run_here()) >= 4
    assert sum(bool(shown.strip()) for *_, shown in run_here()) >= 2, "nothing in the docs shows its output"
    assert len(blocks("python")) >= 3


@pytest.mark.parametrize("command", RUN_ELSEWHERE)
def test_what_is_not_run_here_is_run_elsewhere(command: str) -> None:
    place, line = RUN_ELSEWHERE[command]
    starts = [one.strip() for one in (ROOT / place).read_text(encoding="utf-8").splitlines()]
    assert any(one.startswith(line) for one in starts), f"nothing in {place} runs {command!r}"
    assert command in {one for _, one, _ in commands()}, f"no page shows {command!r} any more"


@pytest.mark.parametrize(("where", "command", "shown"), run_here(), ids=lambda value: str(value)[:40])
def test_a_command_prints_what_the_docs_show(where: str, command: str, shown: str, folder: Path) -> None:
    """Run it; its output is the text below it, if there is any."""
    assert command.startswith("zeronine "), f"{where}: no test knows how to run {command!r}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{where}: {done.stderr}"
    if shown.strip():
        assert done.stdout.rstrip() == shown.rstrip(), where


@pytest.mark.parametrize(("where", "code"), blocks("python"), ids=lambda value: str(value)[:40])
def test_an_example_of_the_docs_runs(where: str, code: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{where}: {done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links and pictures within the project exist."""
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ours = [target for target in targets if not target.startswith(("http://", "https://"))]
    assert [target for target in ours if not (page.parent / target).exists()] == []


def test_make_runs_the_lesson_and_the_suite() -> None:
    """What the README promises of its two commands is what the Makefile does."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed on this machine")
    said = subprocess.run(
        ["make", "-n", "learn", "test"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    done = [line.strip() for line in said.stdout.splitlines()]
    assert ".venv/bin/zeronine learn" in done
    assert any(line.startswith(".venv/bin/python -m pytest") for line in done)
