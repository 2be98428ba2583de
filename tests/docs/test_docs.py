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
#: commands that are run as they stand by another test, or by .ci/run itself
RUN_ELSEWHERE = {
    "zeronine learn --quick": "tests/cli/test_learning.py",
    "zeronine studio": "tests/studio/page/conftest.py",
    "make learn": "Makefile",
    "make test": ".ci/run",
}


def blocks(language: str) -> list[tuple[str, str]]:
    """Return (where, text) of every fenced block of a language."""
    return [
        (f"{page.name}:{page.read_text()[: found.start()].count(chr(10)) + 1}", found[2])
        for page in PAGES
        for found in FENCE.finditer(page.read_text())
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
    assert len(commands()) >= 4 and len(blocks("python")) >= 3


@pytest.mark.parametrize(("where", "command", "shown"), commands(), ids=lambda value: str(value)[:40])
def test_a_command_prints_what_the_docs_show(where: str, command: str, shown: str, folder: Path) -> None:
    """Run it; its output is the text below it, if there is any."""
    if command in RUN_ELSEWHERE:
        last = command.split()[1]
        assert last in (ROOT / RUN_ELSEWHERE[command]).read_text(), f"{where}: nothing runs {command!r}"
        return
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
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} points at {target}"


def test_make_runs_the_lesson_and_the_suite() -> None:
    """What the README promises of its two commands is what the Makefile does."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed on this machine")
    said = subprocess.run(
        ["make", "-n", "learn", "test"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "zeronine learn" in said.stdout and "pytest" in said.stdout
