"""Why a mark was taken for a digit, or not: parts that sum to the log-odds, and where was looked."""

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from zeronine.cli import app
from zeronine.errors import OptionError
from zeronine.explaining.marks import BIAS, LEAST, Looked, looked_at
from zeronine.reading.arithmetic import chance
from zeronine.reading.evidence import FEATURES
from zeronine.reading.reader import Reader


def picture() -> np.ndarray:
    grey = np.full((110, 300), 250, np.uint8)
    cv2.putText(grey, "203", (20, 82), cv2.FONT_HERSHEY_SIMPLEX, 2, 10, 6, cv2.LINE_AA)
    cv2.putText(grey, "wa", (180, 82), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 10, 4, cv2.LINE_AA)
    return grey


@pytest.fixture(scope="module", name="reader")
def _reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module", name="looked")
def _looked(reader: Reader) -> Looked:
    return looked_at(picture(), reader)


def test_the_parts_sum_to_the_log_odds(looked: Looked) -> None:
    assert looked.marks
    for mark in looked.marks:
        assert sum(added for _, added in mark.parts) == pytest.approx(mark.log_odds)
        assert mark.chance == pytest.approx(float(chance(np.array([mark.log_odds]))[0]))
        assert {name for name, _ in mark.parts} == {*FEATURES, BIAS}


def test_the_strongest_opinion_and_the_likeliest_mark_come_first(looked: Looked) -> None:
    odds = [mark.log_odds for mark in looked.marks]
    assert odds == sorted(odds, reverse=True)
    assert min(mark.chance for mark in looked.marks) >= LEAST
    strength = [abs(added) for _, added in looked.marks[0].parts]
    assert strength == sorted(strength, reverse=True)


def test_the_likeliest_marks_are_the_digits_that_are_read(looked: Looked, reader: Reader) -> None:
    digits = reader.read(picture()).digits
    assert {digit.value for digit in digits} <= {mark.digit for mark in looked.marks}
    assert not set(looked.without([digit.box for digit in digits])) & set(looked.marks[: len(digits)])


def test_a_sentence_names_place_chance_and_opinions(looked: Looked) -> None:
    mark = looked.marks[0]
    assert str(mark).startswith(f"x {mark.box.x}, y {mark.box.y}: perhaps a {mark.digit} (")
    assert f"{mark.parts[0][0]} {mark.parts[0][1]:+.1f}" in str(mark)


def test_it_is_said_how_often_and_how_large_the_picture_was_looked_at(looked: Looked) -> None:
    assert str(looked).startswith(f"The finder looked {len(looked.scales)} times, at 100%, ")
    assert str(Looked((), (1.0,), 0.0, 0)) == "The finder looked once, at 100% of the picture's size."
    turned = str(Looked((), (0.5,), 7.2, 2))
    assert turned.endswith("50% of the picture's size, turned by 180 degrees, lines levelled by 7 degrees.")


def test_a_blank_picture_has_nothing_to_say(reader: Reader) -> None:
    assert looked_at(np.full((60, 90), 255, np.uint8), reader).marks == ()


# ---- on the command line ----


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of the picture, as it is typed."""
    path = tmp_path_factory.mktemp("marks") / "page.png"
    cv2.imwrite(str(path), picture())
    return str(path)


def test_a_place_is_explained_opinion_by_opinion(page: str, looked: Looked, reader: Reader) -> None:
    """What was said there sums to the log-odds, and what was read there stands beside it."""
    digit = reader.read(picture()).digits[0]
    box = digit.box
    done = CliRunner().invoke(
        app, ["explain", page, "--at", f"{box.x + box.width // 2},{box.y + box.height // 2}"]
    )
    assert done.exit_code == 0, done.output
    first = done.stdout.split("\n\n")[1].splitlines()
    assert first[0].startswith(f"Read, as {digit.text}: x ")
    added = [float(line.split()[0]) for line in first[1:]]
    (mark,) = [one for one in looked.marks if first[0].endswith(one.sentence)]
    assert sum(added) == pytest.approx(mark.log_odds, abs=0.05 * len(added))


def test_where_nothing_is_nothing_is_said(page: str) -> None:
    done = CliRunner().invoke(app, ["explain", page, "--at", "2,2"])
    assert done.stdout.splitlines()[1] == "Nothing at this place looked like a digit."


@pytest.mark.parametrize("place", ["", "4", "4,5,6", "a,b", "300,0", "0,110", "-1,5"])
def test_a_place_that_is_none_is_refused(page: str, place: str) -> None:
    done = CliRunner().invoke(app, ["explain", page, f"--at={place}"])
    assert isinstance(done.exception, OptionError) and done.exception.field == "at"
