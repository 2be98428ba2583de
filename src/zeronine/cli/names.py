"""Names of files, as they may stand on a terminal or in a table: a name is a stranger's text, too."""

from zeronine.files import no_formula


def shown(text: str) -> str:
    """Return text that does nothing to a terminal: all but printable characters and line ends escaped.

    Escape sequences, marks that turn the direction of writing, and bytes that are no UTF-8 are written
    as Python writes them: `\\x1b`, `\\u202e`, `\\udcff`.
    """
    return "".join(one if one.isprintable() or one == "\n" else _escaped(one) for one in text)


def in_line(text: str) -> str:
    """Return text shown in one line."""
    return shown(text).replace("\n", "\\n")


def cell(text: str) -> str:
    """Return text for a cell of a table: shown, in one line, and never a formula."""
    return no_formula(shown(text).replace("\n", " "))


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")
