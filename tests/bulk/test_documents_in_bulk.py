"""Forms and tables in bulk: what one call says of a picture is what stands in its row."""

import json
from pathlib import Path
from shutil import copy

import pytest

import zeronine as zn
from jobs import picture, rows_of
from zeronine.answers import Box
from zeronine.bulk.run import bulk
from zeronine.documents.forms import Field, Form
from zeronine.documents.queue import Queue
from zeronine.errors import OptionError
from zeronine.options import ReadOptions

PICTURES = Path(__file__).parents[1] / "documents/pictures"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return the template of a form with two fields."""
    fields = [
        Field("postcode", Box(60, 210, 230, 56), "digits(5)"),
        Field("paid", Box(60, 550, 330, 56), "amount"),
    ]
    Form.make(str(PICTURES / "empty-form.png"), fields).save(tmp_path / "form.json")
    return tmp_path / "form.json"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return a folder with a filled form, and a picture that does not show the form."""
    picture(tmp_path / "in/other.png", "12")
    copy(PICTURES / "filled-form.png", tmp_path / "in/filled.png")
    return tmp_path / "in"


def test_a_form_s_fields_stand_in_its_row(filled: Path, template: Path, tmp_path: Path) -> None:
    done = bulk(str(filled), tmp_path / "out", form=template, workers=1)
    assert (done.rows, done.errors) == (2, 1)
    row, other = rows_of(tmp_path / "out")
    known = Form.load(template).read(str(filled / "filled.png")).to_dict()
    assert [(one["name"], one["text"], one["value"], one["met"]) for one in row["fields"]] == [
        (name, one["text"], one["value"], one["met"]) for name, one in known.items()
    ]
    assert row["confidence"] == pytest.approx(min(one["confidence"] for one in known.values()))
    assert row["cells"] is None and other["error"] is not None and not other["fields"]


def test_a_job_goes_on_with_its_own_template_only(filled: Path, template: Path, tmp_path: Path) -> None:
    """The template lies in the job's folder, and one that has changed since is refused."""
    bulk(str(filled), tmp_path / "out", form=template, workers=1)
    assert bulk(str(filled), tmp_path / "out", form=template, workers=1).rows == 0
    data = json.loads(template.read_text(encoding="utf-8"))
    data["fields"][0]["kind"] = "digits(4)"
    template.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(OptionError, match="began with form"):
        bulk(str(filled), tmp_path / "out", form=template, workers=1)


def test_a_table_s_cells_stand_in_its_row(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    copy(PICTURES / "table.png", tmp_path / "in/table.png")
    bulk(str(tmp_path / "in"), tmp_path / "out", table=True, workers=1)
    (row,) = rows_of(tmp_path / "out")
    known = zn.read_table(str(PICTURES / "table.png"))
    assert row["text"] == known.to_csv()
    assert [(one["row"], one["column"], one["text"]) for one in row["cells"]] == [
        (one.row, one.column, one.text) for one in known.cells
    ]
    assert row["fields"] is None


@pytest.mark.parametrize("options", [ReadOptions(expect=4), ReadOptions(digits_only=True)])
def test_options_that_a_table_leaves_without_effect_are_refused(
    options: ReadOptions, filled: Path, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="changes nothing here"):
        bulk(str(filled), tmp_path / "out", table=True, options=options)


def test_what_is_unsure_comes_before_people(scans: Path, tmp_path: Path) -> None:
    """The job's folder is a folder to review: each doubtful number with the file that it stands in."""
    out = tmp_path / "out"
    copy(PICTURES.parents[1] / "pictures/1171-german-ball-squared.png", scans / "a/squared.png")
    bulk(str(scans), out, workers=1)
    doubtful = [
        (row["id"], number["text"])
        for row in rows_of(out)
        for number in row["numbers"]
        if number["confidence"] < 0.9
    ]
    queue, found = Queue(out), []
    while (item := queue.next("me")) is not None:
        assert Path(item.file).is_file()
        found.append((str(Path(item.file).relative_to(scans)), item.text))
        queue.decide(item.id, "keep", "me")
    assert sorted(found) == sorted(doubtful)
    assert found, "nothing was in doubt, so nothing was tested"
