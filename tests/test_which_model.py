"""One resolver: every face takes "shipped", a file, a run's folder and a Run, and refuses the rest alike."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import zeronine
from zeronine.cli import app
from zeronine.data.digits import Digits
from zeronine.errors import ModelError
from zeronine.models import CHECKPOINT, MODEL, SHIPPED, SHIPPED_NAME, model_file
from zeronine.reading.classify import Classifier, classifier_of
from zeronine.studio.export import export_page
from zeronine.studio.models import Models
from zeronine.training.own import gone_on, own_recipe

SOURCE = Path(zeronine.__file__).parent
PICTURE = Path(__file__).parent / "pictures" / "one-7_crossed-ball-plain.png"
CANVAS = np.zeros((1, 28, 28), np.float32)
CANVAS[0, 4:24, 13:16] = 1
DIGITS = Digits(np.repeat(np.uint8(255 * CANVAS), 10, axis=0), np.arange(10), "ten strokes")

#: every way into the package that takes a model
FACES: dict[str, Callable[[Any, Path], Any]] = {
    "Reader": lambda model, folder: zeronine.Reader(model).classify.path,
    "classify": lambda model, folder: zeronine.classify(CANVAS, model=model),
    "evaluate": lambda model, folder: zeronine.evaluate(model, DIGITS),
    "explain": lambda model, folder: zeronine.explain(CANVAS[0], model=model),
    "export": lambda model, folder: export_page(model, folder / "page.html"),
    "studio": lambda model, folder: Models(folder / "runs", (model,)).entries(),
    "teach": lambda model, folder: gone_on(model, DIGITS, own_recipe(10, going_on=True)),
}
COMMANDS: dict[str, list[str]] = {
    "read": ["read", str(PICTURE), "--model", "{model}"],
    "doctor": ["doctor", str(PICTURE), "--model", "{model}"],
    "explain": ["explain", str(PICTURE), "--no-neighbours", "--model", "{model}"],
    "export": ["export", "{model}", "--html", "page.html"],
    "evaluate": ["evaluate", "{model}", "--digits", "digits.npz"],
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run's folder with the shipped model in it."""
    folder = tmp_path / "runs" / "mine"
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED, folder / MODEL)
    return folder


def forms(run: Path) -> dict[str, Any]:
    """Return every form that a model can be given in."""
    return {
        "nothing": None,
        "shipped": SHIPPED_NAME,
        "file": run / MODEL,
        "file's name": str(run / MODEL),
        "folder": run,
        "folder's name": str(run),
        "Run": SimpleNamespace(model_path=run / MODEL),
    }


@pytest.mark.parametrize("face", FACES)
def test_every_face_takes_every_form(face: str, run: Path, tmp_path: Path) -> None:
    for form in forms(run).values():
        assert FACES[face](form, tmp_path) is not None


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("wrong", [7, object(), "no/such/model.onnx", b"bytes"])
def test_every_face_refuses_what_is_no_model(face: str, wrong: object, tmp_path: Path) -> None:
    """The error is a ModelError and says what to give instead."""
    with pytest.raises(ModelError, match="or 'shipped'") as refused:
        FACES[face](wrong, tmp_path)
    assert refused.value.field == "model"


@pytest.mark.parametrize("face", FACES)
def test_every_face_says_of_a_folder_that_it_holds_no_model(face: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no model\.onnx") as refused:
        FACES[face](tmp_path, tmp_path)
    assert refused.value.file == str(tmp_path)


def test_a_run_that_is_not_at_its_end_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT).touch()
    with pytest.raises(ModelError, match="has not come to its end: `zeronine train --resume"):
        model_file(tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("form", ["shipped", "file's name", "folder's name"])
def test_every_command_takes_every_form(
    command: str, form: str, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("digits.npz", images=DIGITS.images, labels=DIGITS.labels)
    words = [word.replace("{model}", str(forms(run)[form])) for word in COMMANDS[command]]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_a_file_that_is_called_shipped_can_be_meant(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run)
    (run / MODEL).rename(SHIPPED_NAME)
    assert model_file(f"./{SHIPPED_NAME}") == Path(SHIPPED_NAME)
    assert model_file(SHIPPED_NAME) == SHIPPED


def test_an_open_classifier_is_taken_as_it_is(run: Path) -> None:
    classifier = Classifier(run)
    assert classifier_of(classifier) is classifier
    assert classifier_of(None) is classifier_of(SHIPPED_NAME)


def test_only_one_file_knows_what_a_run_calls_its_model() -> None:
    """Whoever writes the name out is about to resolve a model a second way."""
    knowing = [path for path in SOURCE.rglob("*.py") if f'"{MODEL}"' in path.read_text(encoding="utf-8")]
    assert knowing == [SOURCE / "models" / "__init__.py"]
