"""Every example runs as it stands, and says what it should."""

import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@lru_cache
def said_by(path: Path) -> str:
    """Run an example once in an empty folder and return what it printed."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, str(path)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_there_are_examples() -> None:
    assert {"article.py"} <= {path.name for path in EXAMPLES}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs(path: Path) -> None:
    """It ends well, is silent on stderr, and prints something."""
    assert said_by(path).strip()


def test_the_article_reaches_what_the_lesson_promises() -> None:
    """96 % of the test digits at least, and fewer than all: exactly 100 % would be an alarm."""
    (article,) = (path for path in EXAMPLES if path.name == "article.py")
    found = re.search(r"([\d.]+)% of 10,000 right", said_by(article))
    assert found and 96 < float(found[1]) < 100
