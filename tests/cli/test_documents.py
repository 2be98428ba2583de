"""Tables, forms and the queue on the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from zeronine.answers import Box
from zeronine.cli.app import app
from zeronine.documents.queue import Item, Queue
from zeronine.errors import FormError, OptionError

PICTURES = Path(__file__).parents[1] / "documents" / "pictures"
TABLE = str(PICTURES / "table.png")


def run(*words: str, typed: str | None = None) -> str:
    """Return what a command prints; raise what it raises."""
    done = CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False)
    return done.stdout


def test_a_table_is_printed_as_csv_and_json() -> None:
    assert run("read", "--table", "--format", "csv", TABLE) == "12,305,\n7,48,961\n19,353,5\n"
    told = json.loads(run("read", "--table", "--format", "json", TABLE))
    assert (told["shape"], told["file"], told["rows"][1][2]) == ([3, 3], TABLE, "961")


def test_options_that_would_change_nothing_are_refused() -> None:
    with pytest.raises(OptionError, match="--expect changes nothing here"):
        run("read", "--table", "--expect", "4", TABLE)


def test_a_form_is_made_from_its_own_boxes(tmp_path: Path) -> None:
    shown = run("form", "make", str(PICTURES / "empty-form.png"), str(tmp_path / "form.json"))
    assert [line.split("\t")[:2] for line in shown.splitlines()] == [
        ["field1", "digits(5)"], ["field2", "anything"], ["field3", "anything"], ["field4", "anything"]
    ]  # fmt: skip


def test_a_picture_of_something_else_is_a_row_with_its_error(tmp_path: Path) -> None:
    template = str(tmp_path / "form.json")
    run("form", "make", str(PICTURES / "empty-form.png"), template)
    done = CliRunner().invoke(app, ["form", "read", template, TABLE])
    assert done.exit_code == 1
    assert "does not show this form" in done.stdout


def test_a_field_that_is_told_wrong_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="is not name:kind:x,y,width,height"):
        run("form", "make", str(PICTURES / "empty-form.png"), str(tmp_path / "f.json"), "--field", "zip")


def test_the_queue_is_worked_through_by_keyboard_and_exported(tmp_path: Path) -> None:
    Queue(tmp_path).add(
        Item(file="a.png", box=Box(index, 0, 9, 9), text=text, confidence=0.1 + 0.1 * index)
        for index, text in enumerate(["11", "22", "33", "44"])
    )
    shown = run("review", str(tmp_path), typed="\n27\n-\nq\n")
    assert "3 decided, 1 open" in shown
    lines = [json.loads(line) for line in run("review", str(tmp_path), "--export").splitlines()]
    assert [(one["text"], one["action"], one["decided"]) for one in lines] == [
        ("11", "keep", "11"), ("22", "change", "27"), ("33", "delete", "")
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_filled_forms_become_one_file(suffix: str, tmp_path: Path) -> None:
    template, out = str(tmp_path / "form.json"), tmp_path / f"answers.{suffix}"
    run("form", "make", str(PICTURES / "empty-form.png"), template)
    shown = run("form", "read", template, str(PICTURES / "filled-form.png"), "--out", str(out))
    assert shown == ""
    frame = pd.read_csv(out) if suffix == "csv" else pd.read_parquet(out)
    assert list(frame.columns) == ["file", "page", *(f"field{i}" for i in (1, 2, 3, 4)), "unsure", "error"]
    assert len(str(frame["field1"][0])) == 5


def test_an_output_of_another_kind_is_refused(tmp_path: Path) -> None:
    template = str(tmp_path / "form.json")
    run("form", "make", str(PICTURES / "empty-form.png"), template)
    with pytest.raises(OptionError, match=r"\.csv or \.parquet"):
        run("form", "read", template, TABLE, "--out", str(tmp_path / "answers.xlsx"))


def test_words_without_a_table_are_refused() -> None:
    with pytest.raises(OptionError, match="--words changes nothing here"):
        run("read", "--words", TABLE)
