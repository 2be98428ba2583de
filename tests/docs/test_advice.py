"""Advice is true: every command and flag that a message, a help text or a page of the docs names exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

import zeronine
from zeronine.cli import app

ROOT = Path(__file__).parents[2]
SOURCE = Path(zeronine.__file__).parent
TOP = typer.main.get_group(app)

COMMAND = re.compile(r"\bzeronine +((?:[a-z-]+|--[a-z-]+)\b(?:(?!\bzeronine )[^`\n|;])*)")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
FOREIGN = re.compile(
    r"pip |uv |uvx |pipx |git |python |npm |make |chromium|pytest|apt|curl |docker|ruff|--hash="
)
#: words after `zeronine` in a sentence of prose or a line of code that is no command line
PROSE = {"import", "reads", "that", "trained", "has", "here", "is", "in", "as", "and", "comes", "with", "for"}


def commands() -> dict[str, click.Command]:
    """Return every command by the words that call it."""
    found: dict[str, click.Command] = {}
    for name, one in TOP.commands.items():
        found[name] = one
        if isinstance(one, click.Group):
            found |= {f"{name} {sub}": command for sub, command in one.commands.items()}
    return found


COMMANDS = commands()
TOP_FLAGS = {"--help", "--version"}
FLAGS = TOP_FLAGS | {
    flag
    for command in COMMANDS.values()
    for one in command.params
    for flag in (*one.opts, *one.secondary_opts)
    if flag.startswith("--")
}


def flags_of(words: str) -> set[str]:
    """Return the flags of the command that a command line begins with."""
    return TOP_FLAGS | {
        flag for one in COMMANDS[words].params for flag in (*one.opts, *one.secondary_opts) if "--" in flag
    }


def problem_of(line: str) -> str | None:
    """Return what is wrong with a command line (without `zeronine`); None where it could be typed."""
    words = line.split()
    if words[0].startswith("--"):
        return None if words[0] in TOP_FLAGS else f"there is no flag {words[0]}"
    name = next((one for one in (" ".join(words[:2]), words[0]) if one in COMMANDS), None)
    if name is None:
        return f"there is no command {words[0]!r}"
    unknown = set(FLAG.findall(line)) - flags_of(name)
    return f"`zeronine {name}` has no flag {', '.join(sorted(unknown))}" if unknown else None


def strings_of(path: Path) -> Iterator[tuple[str, str]]:
    """Give (where, text) of every string of a Python file, f-strings with X for what is filled in."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "X" for one in node.values]
            yield f"{path.name}:{node.lineno}", "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield f"{path.name}:{node.lineno}", node.value


def texts() -> list[tuple[str, str]]:
    """Return (where, text) of everything in which a user may find advice."""
    found = [pair for path in sorted(SOURCE.rglob("*.py")) for pair in strings_of(path)]
    page = [path for path in sorted((SOURCE / "studio" / "static").iterdir()) if path.suffix != ".svg"]
    docs = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("Makefile"),
        *(ROOT / "examples").glob("*"),
    ]
    for path in (*page, *docs):
        if path.is_file() and path.suffix != ".ipynb":
            lines = path.read_text("utf-8").splitlines()
            found += [(f"{path.name}:{number}", line) for number, line in enumerate(lines, 1)]
    return found


TEXTS = texts()
ADVICE = [
    (where, found[1].split("  #")[0].strip())
    for where, text in TEXTS
    for found in COMMAND.finditer(text)
    if not FOREIGN.search(text[: found.start()].rpartition("`")[2]) and found[1].split()[0] not in PROSE
]


def test_advice_is_found_where_it_is_given() -> None:
    """The harvest has grown no hole: it knows a message, a hint, a help text, the page, and the docs."""
    places = {where.partition(":")[0] for where, _ in ADVICE}
    assert {"explain.py", "keeping.py", "walk.py", "api.js", "README.md", "reading.md", "studio.md"} <= places
    assert len(ADVICE) > 40


@pytest.mark.parametrize(("where", "line"), sorted(set(ADVICE)), ids=lambda one: str(one)[:60])
def test_a_command_line_can_be_typed(where: str, line: str) -> None:
    problem = problem_of(line)
    assert problem is None, f"{where}: zeronine {line}: {problem}"


def test_a_flag_that_is_named_alone_exists() -> None:
    """As in `raise it with --max-megapixels`: some command has it."""
    wrong = {
        (where, flag)
        for where, text in TEXTS
        if ".py:" in where and " " in text.strip() and not FOREIGN.search(text)  # a sentence
        for flag in FLAG.findall(text)
        if flag not in FLAGS
    }
    assert wrong == set()


def test_flags_in_code_of_the_docs_exist() -> None:
    """A flag that the docs set as code is one of ours, or of a script in benchmarks/."""
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "benchmarks").glob("*.py"))
    ours = FLAGS | set(re.findall(r"[\"'](--[a-z-]+)[\"']", scripts))
    wrong = {
        (where, flag)
        for where, text in TEXTS
        if ".md:" in where and not FOREIGN.search(text)
        for code in re.findall(r"`([^`]+)`", text)
        for flag in FLAG.findall(code)
        if flag not in ours
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("read --save", "has no flag --save"),
        ("reed PICTURE", "there is no command 'reed'"),
        ("train --hidden 256,128 --epochs 5", None),
        ("data verify", None),
        ("data verify --mnist X", "has no flag --mnist"),
        ("--version", None),
    ],
)
def test_wrong_advice_would_be_noticed(line: str, said: str | None) -> None:
    problem = problem_of(line)
    assert problem is None if said is None else said in str(problem)
