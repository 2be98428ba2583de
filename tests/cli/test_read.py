"""`zeronine read` and `zeronine doctor`: formats, many files, one bad one, drawings."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from zeronine.answers import Box, Digit, Number, Reading, Sign
from zeronine.cli import app
from zeronine.cli.app import main
from zeronine.cli.picture_files import find_pictures
from zeronine.cli.pictures import _progress
from zeronine.errors import PictureError
from zeronine.models import MODEL_VERSION, SHIPPED
from zeronine.reading.load import load
from zeronine.reading.reader import Reader

PICTURES = Path(__file__).parents[1] / "pictures"
GOOD = PICTURES / "10115-german-ball-plain.png"
SECOND = PICTURES / "90210-american-ball-plain.png"
ONE = PICTURES / "one-4_open-ball-plain.png"


def run(*words: object, code: int = 0, given: bytes | None = None) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words], input=given)
    assert result.exit_code == code, result.output
    return result.stdout


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_one_picture_gives_its_text_alone() -> None:
    assert run("read", GOOD) == "10115\n"
    assert run("read", ONE, "--one") == "4\n"


def test_several_pictures_give_their_names_too() -> None:
    assert run("read", GOOD, SECOND) == f"{GOOD}: 10115\n{SECOND}: 90210\n"


def test_standard_input_is_a_picture() -> None:
    assert run("read", "-", given=GOOD.read_bytes()) == "10115\n"


def test_json_is_one_object_a_line() -> None:
    lines = [json.loads(line) for line in run("read", GOOD, SECOND, "--format", "json").splitlines()]
    assert [line["text"] for line in lines] == ["10115", "90210"]
    assert [line["file"] for line in lines] == [str(GOOD), str(SECOND)]
    assert lines[0]["numbers"][0]["digits"][0]["value"] == 1


def test_csv_has_a_row_for_each_number_and_each_picture_without_one(tmp_path: Path) -> None:
    blank = tmp_path / "blank, white.png"
    Image.new("L", (60, 60), 255).save(blank)
    rows = list(csv.DictReader(io.StringIO(run("read", GOOD, blank, "--format", "csv"))))
    assert [(row["file"], row["text"], row["error"]) for row in rows] == [
        (str(GOOD), "10115", ""),
        (str(blank), "", ""),
    ]
    assert 0 < float(rows[0]["confidence"]) <= 1


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_bad_file_is_a_row_and_not_a_stop(form: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture at all")
    result = CliRunner().invoke(app, ["read", str(bad), str(GOOD), "--format", form])
    assert result.exit_code == 1
    assert "10115" in result.stdout
    assert "is not a picture" in (result.stderr if form == "text" else result.stdout)


def test_pages_are_read_one_by_one(tmp_path: Path) -> None:
    pages = [Image.fromarray(load(path)) for path in (GOOD, SECOND)]
    path = tmp_path / "pages.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert run("read", path) == f"{path}: 10115\n{path}, page 2: 90210\n"


def test_overlay_and_steps_are_written(tmp_path: Path) -> None:
    over, steps = tmp_path / "o" / "over.png", tmp_path / "steps"
    run("read", GOOD, SECOND, "--overlay", over, "--steps", steps)
    size = size_of(GOOD)
    assert size_of(over) == size
    assert (tmp_path / "o" / "over-2.png").is_file()
    names = sorted(path.name for path in steps.glob("*.png"))
    assert names[0] == "01-grey.png"
    assert names[-1].endswith("answers.png")
    assert size_of(steps / "01-grey.png") == size
    assert (steps / "2" / "01-grey.png").is_file()


def test_the_steps_show_where_the_finder_looked(tmp_path: Path) -> None:
    run("read", GOOD, "--steps", tmp_path)
    names = [path.name for path in sorted(tmp_path.glob("*.png"))]
    assert names == ["01-grey.png", "02-heat.png", "03-found.png", "04-canvases.png", "05-answers.png"]


def _reads(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every picture be read like this."""
    monkeypatch.setattr(Reader, "read", lambda reader, grey, **_: reading)


def number(text: str, *, confidence: float = 0.75) -> Number:
    box, canvas = Box(1, 2, 3, 4), np.zeros((28, 28), np.float32)
    marks = [
        Digit(int(one), 0.9, ((int(one), 0.9),), box, canvas) if one.isdigit() else Sign(one, 0.9, box)
        for one in text
    ]
    return Number(tuple(marks), box, 0, confidence)


@pytest.mark.parametrize(
    ("count", "said"), [(1, "writing at 1 place was seen"), (3, "writing at 3 places was seen")]
)
def test_writing_that_was_not_read_is_one_note(
    count: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _reads(Reading((number("12"),), 60, 60, unread=(Box(5, 5, 9, 9),) * count), monkeypatch)
    result = CliRunner().invoke(app, ["read", str(GOOD)])
    assert (result.exit_code, result.stdout) == (0, "12\n")
    assert result.stderr.splitlines() == [f"zeronine: {GOOD}: {said} and not read (--overlay shows where)"]


def test_where_all_was_read_there_is_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    _reads(Reading((number("12"),), 60, 60), monkeypatch)
    assert CliRunner().invoke(app, ["read", str(GOOD)]).stderr == ""


def test_csv_has_numbers_as_written_and_the_confidence_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    _reads(Reading((number("1,250.-"),), 60, 60), monkeypatch)
    (row,) = csv.DictReader(io.StringIO(run("read", GOOD, "--format", "csv")))
    assert (row["text"], row["confidence"], row["line"]) == ("1,250.-", "0.7500", "0")


def test_digits_only_reaches_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def read(reader: Reader, grey: np.ndarray, *, digits_only: bool, **_: object) -> Reading:
        asked.append(digits_only)
        return Reading((), 60, 60)

    monkeypatch.setattr(Reader, "read", read)
    run("read", GOOD)
    run("read", GOOD, "--digits-only")
    assert asked == [False, True]


def test_what_was_expected_and_is_not_there_ends_in_code_1() -> None:
    result = CliRunner().invoke(app, ["read", str(GOOD), "--expect", "40"])
    assert result.exit_code == 1
    assert "40 digits were expected, 5 could be made out" in result.stderr
    assert result.stdout == "10115\n"


def test_a_folder_and_a_pattern_are_sorted_and_only_pictures(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    both = [str(tmp_path / "a.JPG"), str(tmp_path / "b.png")]
    assert find_pictures([str(tmp_path)]) == both
    assert find_pictures([str(tmp_path / "*.[pJ]*")]) == both
    assert find_pictures(["-", "missing*.png"]) == ["-", "missing*.png"]
    odd = tmp_path / "odd[1].png"
    odd.write_bytes(b"x")
    assert find_pictures([str(odd)]) == [str(odd)]


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    """So is a pattern that matches nothing; what else was named is read all the same."""
    result = CliRunner().invoke(app, ["read", str(tmp_path), str(tmp_path / "*.png"), str(GOOD)])
    assert result.exit_code == 1
    assert "there is no picture in this folder, nor in those within it" in result.stderr
    assert "no file matches this pattern" in result.stderr
    assert "10115" in result.stdout


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_where_no_picture_was_named_at_all_it_is_a_mistake_of_usage(form: str, tmp_path: Path) -> None:
    """Alone, an empty folder and a pattern that matches nothing end with exit code 2 and nothing printed."""
    for names in ([tmp_path], [tmp_path / "*.png"], [tmp_path, tmp_path / "*.png"]):
        result = CliRunner().invoke(app, ["read", *map(str, names), "--format", form])
        assert isinstance(result.exception, PictureError) and result.exception.exit_code == 2
        assert result.exception.file == str(names[0]) and not result.stdout


def test_a_folder_means_those_within_it_too(tmp_path: Path) -> None:
    (tmp_path / "2026" / "november").mkdir(parents=True)
    for name in ("b.png", "2026/november/a.jpg", "2026/notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert find_pictures([str(tmp_path)]) == [
        str(tmp_path / name) for name in ("2026/november/a.jpg", "b.png")
    ]


def test_the_limit_of_megapixels_goes_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(app, ["read", str(GOOD), "--max-megapixels", "0.001"])
    assert result.exit_code == 1
    assert "--max-megapixels" in result.stderr
    monkeypatch.setattr("zeronine.reading.reader.Reader.read", _limit)
    assert run("read", GOOD, "--max-megapixels", "60") == "\n"


def _limit(reader: Reader, grey: np.ndarray, **_: object) -> Reading:
    assert reader.max_megapixels == 60
    return Reading((), grey.shape[1], grey.shape[0])


def test_a_mistake_ends_in_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["zeronine", "read", str(GOOD), "--model", "nowhere.onnx"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("zeronine: nowhere.onnx: there is no such model file")


def test_expect_and_min_confidence_reach_the_reader() -> None:
    assert run("read", GOOD, "--expect", "5") == "10115\n"
    assert run("read", GOOD, "--min-confidence", "1.0") == "?????\n"


def test_the_doctor_speaks_in_sentences(tmp_path: Path) -> None:
    text = run("doctor", GOOD)
    assert "5 digits in 1 number on 1 line" in text
    assert "10115" in text
    assert "The finder looked " in text
    assert text.endswith(f"\nRead by zeronine {MODEL_VERSION}.\n")
    other = tmp_path / "mine.onnx"
    shutil.copy(SHIPPED, other)
    assert run("doctor", GOOD, "--model", other).endswith(f"\nRead by zeronine {MODEL_VERSION}, {other}.\n")
    blank = tmp_path / "blank.png"
    Image.new("L", (60, 60), 255).save(blank)
    assert "0 digits: the picture is blank" in run("doctor", blank)
    assert "no such file" in run("doctor", tmp_path / "none.png", code=1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_reading_a_picture_loads_nothing_heavy() -> None:
    """A fresh process reads a picture without PyTorch, plots, servers or tables, within 200 MB."""
    script = (
        "import sys; from zeronine.cli.app import app; app(sys.argv[1:], standalone_mode=False);"
        "print(*sys.modules); print(*open('/proc/self/status'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "read", GOOD], capture_output=True, text=True, check=True
    )
    text, loaded, *status = done.stdout.split("\n")
    peak_kb = next(int(line.split()[1]) for line in status if line.strip().startswith("VmHWM:"))
    assert text == "10115"
    heavy = {
        "torch",
        "matplotlib",
        "scipy",
        "sklearn",
        "fastapi",
        "rich.table",
        "rich.progress",
        "ray",
        "pypdfium2",
    }
    assert not heavy & set(loaded.split())
    assert peak_kb < 200 * 1024


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("names", "terminal", "shown"), [("ab", True, True), ("a", True, False), ("ab", False, False)]
)
def test_a_bar_is_shown_on_a_terminal_only(
    names: str, terminal: bool, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    out = sys.stdout
    with _progress(list(names)) as given:
        assert list(given) == list(names)
        assert sys.stdout is out  # answers that go to a file do not pass through the bar
    assert ("reading" in stream.getvalue()) == shown
