"""Page, overlay and docs draw the line between sure and "look again" where Python draws it."""

import re
from pathlib import Path

import zeronine
from zeronine.answers import SURE

STATIC = Path(zeronine.__file__).parent / "studio" / "static"
DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_calls_a_digit_sure_from_the_same_confidence_on() -> None:
    (said,) = re.findall(r"^export const SURE = ([\d.]+);", (STATIC / "answer.js").read_text(), re.MULTILINE)
    assert float(said) == SURE


def test_no_other_file_of_the_page_has_a_line_of_its_own() -> None:
    for name in ("stage.js", "result.js"):
        assert re.search(r"import \{[^}]*\bSURE\b[^}]*\} from './answer.js'", (STATIC / name).read_text()), (
            name
        )


def test_the_docs_say_the_same() -> None:
    assert f"less than {SURE:.0%} sure".replace("%", " %") in (DOCS / "studio.md").read_text()
    assert f"from {SURE} on (`zeronine.answers.SURE`)" in (DOCS / "how-a-digit-is-read.md").read_text()
    assert f"({SURE} or more)" in (DOCS / "reading.md").read_text()
