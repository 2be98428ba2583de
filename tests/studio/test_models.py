"""Which models the studio offers, and by what names."""

import shutil
from pathlib import Path

import pytest

from zeronine.errors import ModelError
from zeronine.models import SHIPPED
from zeronine.studio.models import LISTED_RUNS, Models
from zeronine.studio.problems import Problem


def run(runs: Path, name: str) -> Path:
    """Return a run folder with the shipped model in it."""
    (runs / name).mkdir(parents=True)
    return Path(shutil.copy(SHIPPED, runs / name / "model.onnx"))


def test_shipped_given_and_runs_are_offered(tmp_path: Path) -> None:
    """The order is shipped, given, then runs, the newest first; a given run is not listed twice."""
    run(tmp_path / "runs", "first")
    given = run(tmp_path / "runs", "given")
    models = Models(tmp_path / "runs", (given.parent,))
    assert [(one.name, one.origin) for one in models.entries()] == [
        ("zeronine", "shipped"),
        ("given", "given"),
        ("first", "run"),
    ]


def test_a_run_that_appears_is_offered_at_once(tmp_path: Path) -> None:
    """No restart is needed, and the id is known before and after."""
    models = Models(tmp_path)
    assert len(models.entries()) == 1
    path = tmp_path / "new" / "model.onnx"
    assert models.of_path(path) is None
    run(tmp_path, "new")
    assert models.open(str(models.of_path(path))).entry.name == "new"


def test_a_model_that_changes_is_opened_anew(tmp_path: Path) -> None:
    """A training that goes on writes its file again; an unchanged file stays open."""
    path = run(tmp_path, "one")
    models = Models(tmp_path)
    model_id = str(models.of_path(path))
    first = models.open(model_id)
    assert models.open(model_id) is first
    path.write_bytes(path.read_bytes())
    assert models.open(model_id) is not first


def test_a_damaged_model_is_not_offered(tmp_path: Path) -> None:
    """It is left out of the list; asked for by its id, the reason is said."""
    path = run(tmp_path, "bad")
    path.write_bytes(b"no model")
    models = Models(tmp_path)
    assert [one.entry.id for one in models.all_opened()] == ["shipped"]
    with pytest.raises(ModelError, match="not a model file"):
        models.open(str(models.of_path(path)))


def test_many_runs_do_not_make_the_list_slow(tmp_path: Path) -> None:
    """Only the newest are opened for the list; the oldest still has its id."""
    for number in range(LISTED_RUNS + 3):
        run(tmp_path, f"{number:03}")
    models = Models(tmp_path)
    assert len(models.all_opened()) == 1 + LISTED_RUNS
    oldest = models.entries()[-1]
    assert models.open(oldest.id).entry == oldest


@pytest.mark.parametrize("model_id", ["", "..", "/etc/passwd", "shipped/"])
def test_unknown_ids_are_not_found(tmp_path: Path, model_id: str) -> None:
    """An id that is not listed is 404, whatever it looks like."""
    with pytest.raises(Problem) as caught:
        Models(tmp_path).open(model_id)
    assert caught.value.status == 404


def test_what_is_no_model_is_refused_at_the_start(tmp_path: Path) -> None:
    """A path given on the command line has to be a model or a run."""
    with pytest.raises(ModelError, match="there is no such model file"):
        Models(tmp_path, (tmp_path / "nothing",))
