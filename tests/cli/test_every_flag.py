"""Every flag beside every other flag of its command: it changes what is done, or exit code 2 says why not.

The table is made from the commands themselves, so a new flag is in it.  What a command calls is replaced
by something that notes what it was asked; a flag changes something where the note, the output or what
was written differs.  Flags of recipes have a table of their own, `training/test_recipes_and_choices.py`.
"""

import itertools
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import click
import numpy as np
import pytest
import typer.main
from typer.testing import CliRunner

from zeronine.answers import Box, Digit, Number, Reading
from zeronine.card import Card
from zeronine.cli import app
from zeronine.errors import ZeronineError
from zeronine.explaining.marks import Looked
from zeronine.options import ReadOptions

CANVAS = np.zeros((28, 28), np.float32)
DIGITS = tuple(
    Digit(value, 0.95, ((value, 0.95),), Box(10 * value, 1, 8, 8), CANVAS) for value in (1, 2, 3, 4)
)
READING = Reading((Number(DIGITS, Box(1, 1, 40, 8), 0),), 60, 20, unread=(Box(50, 1, 5, 5),))
#: what stands behind each command: where it is, and what it gives back
BEHIND: dict[str, Any] = {
    "zeronine.reading.reader.Reader.__init__": None,
    "zeronine.reading.reader.Reader.read": READING,
    "zeronine.reading.load.load_pages": [np.full((20, 60), 255, np.uint8)],
    "zeronine.reading.load.load": np.full((20, 60), 255, np.uint8),
    "zeronine.reading.overlay.draw_overlay": np.zeros((4, 4, 3), np.uint8),
    "zeronine.reading.overlay.draw_steps": {"grey": np.zeros((4, 4), np.uint8)},
    "zeronine.reading.classify.classifier_of": MagicMock(path=Path("model.onnx")),
    "zeronine.reading.classify.Classifier": MagicMock(path=Path("model.onnx")),
    "zeronine.documents.tables.read_table": MagicMock(
        notes=(), texts=(("1",),), to_csv=lambda: "1\n", to_dict=lambda: {"rows": [["1"]]}
    ),
    "zeronine.documents.queue.Queue.next": None,
    "zeronine.documents.queue.Queue.export": "{}\n",
    "zeronine.explaining.explanation.explain": "explained",
    "zeronine.explaining.show.save": None,
    "zeronine.explaining.marks.looked_at": Looked((), (1.0,), 0.0, 0),
    "zeronine.cli.explain._index": "index",
    "zeronine.cli.explain._print": None,
    "zeronine.cli.learning._own": MagicMock(name="own"),
    "zeronine.data.mnist.load": MagicMock(),
    "zeronine.data.mnist.load_mnist": (),
    "zeronine.evaluation.digits.evaluate": "report",
    "zeronine.evaluation.report.show": None,
    "zeronine.evaluation.report.show_figures": None,
    "zeronine.evaluation.report.figures_html": "figures",
    "zeronine.evaluation.report.write_html": None,
    "zeronine.evaluation.full.examine": "figures",
    "zeronine.evaluation.full.make_yardstick": "yardstick",
    "zeronine.evaluation.pages.evaluate_pages": "pages",
    "zeronine.evaluation.pages.show_pages": None,
    "zeronine.evaluation.pages.standard_pages": "made",
    "zeronine.lesson.walk.walk": None,
    "zeronine.studio.export.export_page": 1000,
    "zeronine.bulk.run.bulk": MagicMock(message="done", stopped=None),
}
COMMANDS = {
    "read": ["PICTURE"],
    "doctor": ["PICTURE"],
    "explain": ["PICTURE"],
    "evaluate": ["runs/a"],
    "export": [],
    "learn": [],
    "bulk": ["scans", "--out", "job"],
    "data fetch": [],
    "review": ["folder"],
}
#: a value of each flag that needs one, other than its default
VALUES = {
    "--model": "runs/mine",
    "--expect": "dd-dd",
    "--min-confidence": "0.25",
    "--max-megapixels": "7",
    "--format": "json",
    "--overlay": "over.png",
    "--steps": "steps",
    "--digit": "2",
    "--at": "3,4",
    "--rival": "5",
    "--save": "why.png",
    "--mnist": "mnist",
    "--split": "train",
    "--digits": "own.npz",
    "--each": "3",
    "--html": "page.html",
    "--title": "Mine",
    "--folder": "runs/new",
    "--my": "seven.png",
    "--workers": "2",
    "--shard": "7",
    "--precision": "float32",
    "--on": "ray",
    "--form": "form.json",
    "--add": "PICTURE",
    "--reviewer": "bob",
}
NEEDED = {"bulk": {"--out"}}


def flags_of(name: str) -> list[str]:
    """Return the flags of a command that are not needed; of `--a/--no-a` the one that is not the default."""
    command: Any = typer.main.get_group(app)
    for word in name.split():
        command = command.commands[word]
    options = [one for one in command.params if isinstance(one, click.Option) and one.name != "help"]
    return [
        one.secondary_opts[0] if one.secondary_opts else one.opts[0]
        for one in options
        if one.opts[0] not in NEEDED.get(name, ())
    ]


def typed(name: str, flag: str) -> list[str]:
    """Return a flag as it is typed."""
    command: Any = typer.main.get_group(app)
    for word in name.split():
        command = command.commands[word]
    (option,) = [one for one in command.params if flag in (*one.opts, *one.secondary_opts)]
    return [flag] if option.is_flag else [flag, VALUES[flag]]


PAIRS = [
    (name, flag, other)
    for name in COMMANDS
    for flag, other in itertools.permutations([*flags_of(name), ""], 2)
    if flag
]


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """Replace what stands behind the commands; return the list of what it was asked."""
    notes: list[str] = []
    for place in BEHIND:
        pkgutil.resolve_name(place)  # all is loaded before anything of it is replaced
    for place, given in BEHIND.items():
        monkeypatch.setattr(place, noting(place, given, notes))
    monkeypatch.setattr("zeronine.reading.reader.Reader.max_megapixels", 50.0, raising=False)
    model = MagicMock(path=Path("model.onnx"), card=Card(name="mine"))
    monkeypatch.setattr("zeronine.reading.reader.Reader.classify", model, raising=False)
    monkeypatch.chdir(tmp_path)
    yield notes


def noting(place: str, given: Any, notes: list[str]) -> Any:
    """Return a function that notes its name and arguments, and gives back `given`."""

    def called(*values: object, **named: object) -> Any:
        notes.append(f"{place}{tuple(map(told, values))}{ {name: told(one) for name, one in named.items()} }")
        return given

    return called


def told(value: object) -> str:
    """Return a value in words; of what is no plain data, its kind."""
    plain = (str, int, float, bool, Path, type(None), tuple, list, dict, Digit, ReadOptions)
    return repr(value) if isinstance(value, plain) and "0x" not in repr(value) else type(value).__name__


def done(words: list[str], notes: list[str], folder: Path) -> tuple[object, ...]:
    """Run a command line and return all that it did, or the error that it ended in."""
    notes.clear()
    ended = CliRunner().invoke(app, words)
    if ended.exception is not None and not isinstance(ended.exception, SystemExit | ZeronineError):
        raise ended.exception
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    for path in written:
        (folder / path).unlink()
    error = ended.exception if isinstance(ended.exception, ZeronineError) else None
    return ended.exit_code, ended.output, str(error), [*notes], written, error


@pytest.mark.parametrize(("name", "flag", "other"), PAIRS)
def test_a_flag_changes_something_or_is_refused(
    name: str, flag: str, other: str, noted: list[str], tmp_path: Path
) -> None:
    """Beside each of the other flags, and alone."""
    given = [*name.split(), *COMMANDS[name], *(typed(name, other) if other else [])]
    *before, _ = done(given, noted, tmp_path)
    *after, error = done([*given, *typed(name, flag)], noted, tmp_path)
    if isinstance(error, ZeronineError):
        assert error.exit_code == 2
        named = (flag, other, flag[2:].replace("-", "_"))
        assert any(one and one in str(error) for one in named), error
    else:
        assert after != before, f"{flag} is silently ignored"


def test_every_flag_has_a_value_to_try() -> None:
    """And no value is left over from a flag that is gone."""
    tried = {flag for name in COMMANDS for flag in flags_of(name) if len(typed(name, flag)) == 2}
    assert tried == set(VALUES)
