"""Every flag beside every one or two others of its command: it changes what is done, or is refused.

The table is made from the commands themselves, so a new command or flag is in it; an argument that may be
left away counts as a flag.  What a command calls is replaced by something that notes what it was asked; a
flag changes something where the note, the output or what was written differs.  A refusal has exit code 2
and names a flag that was given.  Which choices of a recipe go with which recipe has a table of its own,
`training/test_recipes_and_choices.py`; what stands behind a command and refuses has tests beside it.
"""

import itertools
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import click
import numpy as np
import pytest
import typer.main
from click.testing import CliRunner

from zeronine.answers import Box, Digit, Number, Reading
from zeronine.card import Card
from zeronine.cli import app
from zeronine.errors import OptionError, ZeronineError
from zeronine.explaining.marks import Looked
from zeronine.options import ReadOptions
from zeronine.studio.settings import Settings
from zeronine.training.own import ARCHITECTURE
from zeronine.training.recipe import CHOICES, FIELDS, Recipe

CANVAS = np.zeros((28, 28), np.float32)
DIGITS = tuple(
    Digit(value, 0.95, ((value, 0.95),), Box(10 * value, 1, 8, 8), CANVAS) for value in (1, 2, 3, 4)
)
READING = Reading((Number(DIGITS, Box(1, 1, 40, 8), 0),), 60, 20, unread=(Box(50, 1, 5, 5),))
RUN = MagicMock(broke=None, rows=[], folder=Path("runs/new"), model_path=Path("none"))
RUN.card.figures = {}
LISTENER = MagicMock()
LISTENER.__enter__.return_value.getsockname.return_value = ("127.0.0.1", 8009)
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
    "zeronine.evaluation.pages.pages_html": "pages",
    "zeronine.evaluation.pages.standard_pages": "made",
    "zeronine.lesson.walk.walk": None,
    "zeronine.studio.export.export_page": 1000,
    "zeronine.bulk.run.bulk": MagicMock(message="done", stopped=None),
    "zeronine.training.own.begin": RUN,
    "zeronine.training.loop.resume": RUN,
    "zeronine.training.own.prepared": ("learning", "validation"),
    "zeronine.teaching.teach.teach": MagicMock(kept=False),
    "zeronine.teaching.sheet.write_sheet": None,
    "zeronine.teaching.sheet.lessons_of": "lessons",
    "zeronine.teaching.corrections.corrections_of": MagicMock(digits=(), left_out=0),
    "zeronine.data.digits.joined": "joined",
    "zeronine.documents.forms.Form.make": MagicMock(fields=()),
    "zeronine.documents.forms.Form.load": MagicMock(fields=()),
    "zeronine.documents.queue.Queue.add": 1,
    "zeronine.studio.serve.serve": None,
    "zeronine.cli.studio._listen": LISTENER,
    "zeronine.cli.mcp_server.server_of": MagicMock(),
}
#: what each command needs; every command of the app is here
COMMANDS = {
    "read": ["PICTURE"],
    "doctor": ["PICTURE"],
    "explain": ["PICTURE"],
    "evaluate": ["runs/a"],
    "export": [],
    "learn": [],
    "train": [],
    "teach": [],
    "bulk": ["scans", "--out", "job"],
    "studio": [],
    "mcp": [],
    "form make": ["EMPTY", "form.json"],
    "form read": ["form.json", "PICTURE"],
    "review": ["folder"],
    "data fetch": [],
}
FLAGLESS = {
    "data show",
    "data verify",
    "hands list",
    "hands export",
    "hands delete",
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
    "--recipe": "convnet",
    "--start-from": "runs/mine",
    "--resume": "runs/a",
    "--device": "cuda",
    "--from-review": "folder",
    "--sheet": "sheet.pdf",
    "--name": "ann",
    "--port": "8010",
    "--host": "localhost",
    "--token": "a-long-token",
    "--runs": "elsewhere",
    "--review": "folder",
    "--field": "zip:digits(5):1,2,3,4",
    "--queue": "folder",
    "--out": "rows.csv",
    "MODEL": "runs/mine",
    "RUN": "runs/mine",
    "LESSONS": "digits",
}


@cache
def group() -> click.Group:
    """Return the whole command line; it takes a while to be made."""
    made = typer.main.get_group(app)
    assert isinstance(made, click.Group)
    return made


def commands(among: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    """Give each command with its whole name."""
    for name, one in among.commands.items():
        if isinstance(one, click.Group):
            yield from commands(one, *before, name)
        else:
            yield " ".join((*before, name)), one


@cache
def flags_of(name: str) -> dict[str, list[str]]:
    """Return what may be given to a command, and how it is typed; of `--a/--no-a` what is not the default.

    The choices of a recipe are left out.
    """
    found = {}
    left_out = {"help", *(CHOICES if name == "train" else ())}
    for one in dict(commands(group()))[name].params:
        if isinstance(one, click.Argument) and not one.required:
            word = (one.name or "").upper()
            found[word] = [VALUES[word]]
        elif isinstance(one, click.Option) and not one.required and one.name not in left_out:
            flag = one.secondary_opts[0] if one.secondary_opts else one.opts[0]
            found[flag] = [flag] if one.is_flag else [flag, VALUES[flag]]
    return found


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """Replace what stands behind the commands; return the list of what it was asked."""
    notes: list[str] = []

    def token(size: int) -> str:
        notes.append("token")
        return f"token-{len(notes)}-that-was-made"

    for place in BEHIND:
        pkgutil.resolve_name(place)  # all is loaded before anything of it is replaced
    for place, given in BEHIND.items():
        monkeypatch.setattr(place, noting(place, given, notes))
    monkeypatch.setattr("zeronine.reading.reader.Reader.max_megapixels", 50.0, raising=False)
    model = MagicMock(path=Path("model.onnx"), card=Card(name="mine"))
    monkeypatch.setattr("zeronine.reading.reader.Reader.classify", model, raising=False)
    monkeypatch.setattr("zeronine.cli.studio.token_urlsafe", token)
    monkeypatch.delenv("ZERONINE_TOKEN", raising=False)
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
    plain = (str, int, float, bool, Path, type(None), tuple, list, dict, Digit, ReadOptions, Recipe, Settings)
    return repr(value) if isinstance(value, plain) and "0x" not in repr(value) else type(value).__name__


def done(words: list[str], notes: list[str], folder: Path) -> tuple[object, ...]:
    """Run a command line and return all that it did, or the error that it ended in."""
    notes.clear()
    ended = CliRunner().invoke(group(), words)
    if ended.exception is not None and not isinstance(ended.exception, SystemExit | ZeronineError):
        raise ended.exception
    assert ended.exit_code != 2, ended.output  # click has not understood
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    for path in written:
        (folder / path).unlink()
    error = ended.exception if isinstance(ended.exception, ZeronineError) else None
    return ended.exit_code, ended.output, str(error), [*notes], written, error


@pytest.mark.parametrize(("name", "flag"), [(name, flag) for name in COMMANDS for flag in flags_of(name)])
def test_a_flag_changes_something_or_is_refused(
    name: str, flag: str, noted: list[str], tmp_path: Path
) -> None:
    """Alone, beside each of the others, and beside each two of them that go together."""
    flags = flags_of(name)
    others = [other for other in flags if other != flag]
    beside = [chosen for count in range(3) for chosen in itertools.combinations(others, count)]
    taken: list[tuple[str, ...]] = []
    ignored: list[tuple[str, ...]] = []
    for chosen in beside:
        given = [*name.split(), *COMMANDS[name], *(word for other in chosen for word in flags[other])]
        *before, refused = done(given, noted, tmp_path)
        *after, error = done([*given, *flags[flag]], noted, tmp_path)
        if refused is not None and (len(chosen) == 2 or str(error) == str(refused)):
            continue  # two that do not go together, or something that is needed is not there
        if isinstance(error, ZeronineError):
            assert error.exit_code == 2
            named = [one for word in (flag, *chosen) for one in (word, word[2:].replace("-", "_"))]
            assert any(one in str(error) for one in named if one), error
        else:
            (ignored if after == before else taken).append(chosen)
    assert taken, f"{flag} is never taken"
    assert not ignored, f"{flag} is silently ignored beside these"


def test_every_command_is_in_the_table() -> None:
    known = dict(commands(group()))
    assert set(known) == set(COMMANDS) | FLAGLESS
    assert not any(flags_of(name) for name in FLAGLESS)


def test_every_flag_has_a_value_to_try() -> None:
    """And no value is left over from a flag that is gone."""
    tried = [(flag, words) for name in COMMANDS for flag, words in flags_of(name).items()]
    assert {flag for flag, words in tried if words != [flag]} == set(VALUES)


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_beside_a_run_or_a_model_to_go_on_from(name: str, noted: list[str], tmp_path: Path) -> None:
    """A run goes on as it began, and a network stays as it was built."""
    words = typed_choice(name)
    *_, error = done(["train", "--resume", "runs/a", *words], noted, tmp_path)
    assert isinstance(error, OptionError) and f"{words[0].replace('--no-', '--')} changes" in str(error)
    going_on = ["train", "--start-from", "runs/mine"]
    *before, _ = done(going_on, noted, tmp_path)
    *after, error = done([*going_on, *words], noted, tmp_path)
    assert after != before
    assert name not in ARCHITECTURE or isinstance(error, OptionError)
    assert error is None or f"{name} changes nothing" in str(error).replace("--", "").replace("-", "_")


def typed_choice(name: str) -> list[str]:
    """Return a choice of a recipe as it is typed, with another value than its default."""
    flag, one = f"--{name.replace('_', '-')}", FIELDS[name]
    if one.default is True:
        return [f"--no-{name.replace('_', '-')}"]
    words = [word for word in CHOICES[name].words if word != one.default]
    number = "0.3" if isinstance(one.default, float) else "7"
    return [flag, words[0] if words else {"channels": "4,6", "name": "another"}.get(name, number)]
