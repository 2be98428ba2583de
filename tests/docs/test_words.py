"""One word for one thing, in Python, commands, HTTP, the page and the docs; and the field's own terms."""

import re
from pathlib import Path

import pytest

import zeronine

ROOT = Path(__file__).parents[2]
SOURCE = Path(zeronine.__file__).parent
TEXTS = {
    path: path.read_text("utf-8")
    for path in (*SOURCE.rglob("*.py"), *(SOURCE / "studio" / "static").iterdir(), *ROOT.glob("docs/*.md"))
    if path.suffix in (".py", ".js", ".html", ".md")
}
#: a word that was given up, the one that stands for it, and where it has another meaning
ONE_WORD = [
    (r"\brunner[ _-]up\b", "rival", ()),
    (r"\btoward\b", "rival", ()),
    (r"\bjobs?\b", "run", ("bulk", "scale.md")),
]


@pytest.mark.parametrize(("old", "word", "elsewhere"), ONE_WORD)
def test_a_word_that_was_given_up_is_gone(old: str, word: str, elsewhere: tuple[str, ...]) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path, text in TEXTS.items()
        if re.search(old, text, re.IGNORECASE)
        and not any(part.removesuffix(".py") in elsewhere for part in path.parts)
    ]
    assert found == [], f"say {word}"


@pytest.mark.parametrize("term", ["deskew", "binarise", "Viterbi", "non-maximum suppression"])
def test_a_term_of_the_field_is_found_in_the_code_that_does_it_and_in_the_docs(term: str) -> None:
    reading = [path for path, text in TEXTS.items() if path.parent.name == "reading" and term in spaced(text)]
    assert reading
    assert term in spaced(TEXTS[ROOT / "docs" / "how-a-digit-is-read.md"])


def spaced(text: str) -> str:
    """Return text with every line break as a space, so that a term may stand across one."""
    return re.sub(r"\s+", " ", text)
