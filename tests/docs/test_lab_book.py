"""The lab book: a page a question, each with all of its parts, each number once, and in the index."""

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "benchmarks/log"
PAGES = sorted(BOOK.glob("[0-9]*.md"))
INDEX = (BOOK / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| \[(\d{4})\]\((\S+)\) \| (\S+) \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_no_number_is_given_twice() -> None:
    numbers = [page.name[:5] for page in PAGES]
    assert len(set(numbers)) == len(numbers) and all(re.fullmatch(r"\d{4}-", one) for one in numbers)


def test_the_index_names_every_page_once_and_in_order() -> None:
    assert [name for _, name, *_ in ROW.findall(INDEX)] == [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name[:4])
def test_a_page_has_date_machine_command_numbers_and_verdict(page: Path) -> None:
    found = re.match(
        r"# (?P<question>.+\?)\n\n\*\*Date:\*\* (?P<date>\d{4}-\d\d-\d\d)\n\n\*\*Machine:\*\* .+\n\n"
        r"\*\*Command:\*\* .+\n\n## Numbers\n\n.+\n\n## Verdict\n\n(?P<verdict>.+)",
        page.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found, f"{page.name} lacks a part, or has them in another order"
    row = next(row for row in ROW.findall(INDEX) if row[1] == page.name)
    verdict = found["verdict"].splitlines()[0]
    assert row == (page.name[:4], page.name, found["date"], found["question"], verdict)
