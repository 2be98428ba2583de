"""What the docs say cannot be read is read as said, and what is said to help does."""

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from unreadable import PICTURES
from zeronine.answers import SURE, Reading
from zeronine.options import ReadOptions
from zeronine.reading.reader import Reader

PAGE = Path(__file__).parents[2] / "docs" / "failures.md"
CHANGED = "the reader changed: mend the row of docs/failures.md, or take it out"


def rows() -> list[list[str]]:
    """Return the cells of each row of the page's table."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


ROWS = {row[0].strip("`"): row for row in rows()}


@lru_cache(maxsize=1)
def reader() -> Reader:
    return Reader()


def read(name: str, **options: Any) -> Reading:
    return reader().read(PICTURES[name](), **options)


@pytest.mark.parametrize("name", ROWS)
def test_a_picture_is_read_as_the_docs_say(name: str) -> None:
    _, _, said, sure, why, _, _ = ROWS[name]
    reading = read(name)
    assert reading.text == said.strip("`"), CHANGED
    certain = all(digit.confidence >= SURE for digit in reading.digits)
    assert (sure, len(why) > 10) == ("yes" if certain else "no", True), CHANGED


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row[5]])
def test_what_is_said_to_help_does(name: str) -> None:
    *_, asked, then = ROWS[name]
    call = ast.parse(f"read({asked.strip('`')})", mode="eval").body
    assert isinstance(call, ast.Call)
    options = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    reading = read(name, **options)
    if missing := re.fullmatch(r"(\d+) missing", then):
        assert len(reading.digits) + int(missing[1]) == options["expect"], CHANGED
        then = "`" + reading.text + "`" if ReadOptions(**options).shortfall(reading) else "nothing is said"
    assert f"`{reading.text}`" == then, CHANGED


def test_each_picture_has_a_row_and_each_row_a_picture() -> None:
    assert set(ROWS) == set(PICTURES)
