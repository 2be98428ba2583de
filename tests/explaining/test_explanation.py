"""An explanation as a person meets it: in Python, in a notebook, in a file, in the terminal."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import zeronine
from zeronine.cli.app import app
from zeronine.errors import PictureError
from zeronine.explaining.explanation import Explanation, explain
from zeronine.explaining.neighbours import index_of
from zeronine.explaining.show import save, signed

PICTURES = Path(__file__).parents[1] / "pictures"
SEVEN = PICTURES / "one-7_crossed-ball-plain.png"


@pytest.fixture(scope="module")
def seven() -> Explanation:
    """Return why a crossed seven was read so, with made-up neighbours."""
    digit = zeronine.read(SEVEN, one=True).digits[0]
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (50, 28, 28)).astype(np.uint8)
    embedding = random.normal(size=(50, 64)).astype(np.float32)
    return explain(digit, index=index_of(embedding, images, np.arange(50) % 10))


def test_a_digit_of_a_reading_is_explained(seven: Explanation) -> None:
    """The public name takes a digit and answers for the digit that was read."""
    assert seven.case.value == 7
    assert seven.flip.rival == seven.case.rival
    assert seven.neighbours is not None
    assert len(seven.neighbours.labels) == 10
    assert zeronine.explain is explain


def test_another_question_can_be_asked(seven: Explanation) -> None:
    """`rival` asks why it is not that digit."""
    assert explain(seven.case.canvas, rival=2).flip.rival == 2


@pytest.mark.parametrize("ink", [0.0, 1.0, 0.01])
def test_paper_and_solid_ink_are_explained_too(ink: float) -> None:
    """A canvas without a digit has an answer and so an explanation: no error, nothing that is not finite."""
    found = explain(np.full((28, 28), ink, np.float32))
    assert np.isfinite(found.occlusion).all()
    assert np.isfinite(found.flip.change).all()
    assert found.occlusion.any() == (ink > 0)
    assert "<img" in found._repr_html_()


def test_a_notebook_shows_it_without_anything_from_elsewhere(seven: Explanation) -> None:
    """The HTML holds every picture in itself, has a text for each, and no script."""
    page = seven._repr_html_()
    sources = re.findall(r'src="([^"]*)"', page)
    assert len(sources) == 14  # the canvas, ten neighbours, two of the flip, occlusion
    assert all(one.startswith("data:image/png;base64,") for one in sources)
    assert "<script" not in page
    assert "http" not in page
    assert page.count("alt=") == len(sources)


def test_it_is_saved_as_a_picture(seven: Explanation, tmp_path: Path) -> None:
    """It can be opened again, and holds more than paper: the middle tones of many small pictures."""
    save(seven, tmp_path / "why.png")
    with Image.open(tmp_path / "why.png") as picture:
        assert picture.width > 800
        assert len(set(picture.convert("L").resize((50, 50)).tobytes())) > 20


def test_it_is_saved_as_a_page(seven: Explanation, tmp_path: Path) -> None:
    """The page is the notebook's, with everything inside."""
    save(seven, tmp_path / "why.html")
    page = (tmp_path / "why.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count('src="data:image/png;base64,') == seven._repr_html_().count("<img")


def test_other_endings_are_refused(seven: Explanation, tmp_path: Path) -> None:
    """An ending that is not understood is named."""
    with pytest.raises(PictureError, match=r"\.bmp"):
        save(seven, tmp_path / "why.bmp")


def test_signs_are_blue_and_orange() -> None:
    """+ is bluer than red, - redder than blue, and 0 is white."""
    colours = signed(np.array([[1.0, -1.0, 0.0]])).astype(int)[0]
    assert colours[0, 2] > colours[0, 0] + 100
    assert colours[1, 0] > colours[1, 2] + 100
    assert (colours[2] == 255).all()


def test_the_command_line_tells_it(tmp_path: Path) -> None:
    """`zeronine explain` prints the answer and what would change it, and writes the file."""
    page = tmp_path / "why.html"
    result = CliRunner().invoke(app, ["explain", str(SEVEN), "--no-neighbours", "--save", str(page)])
    assert result.exit_code == 0, result.output
    assert result.output.lstrip().startswith("7 (")
    assert "What would make it a" in result.output
    assert page.is_file()


def test_the_command_line_says_what_is_not_there(tmp_path: Path) -> None:
    """A digit that the picture does not have ends in the count of those it has."""
    blank = tmp_path / "blank.png"
    Image.new("L", (60, 60), 255).save(blank)
    result = CliRunner().invoke(app, ["explain", str(blank)])
    assert isinstance(result.exception, PictureError)
    assert "0 digits were found" in str(result.exception)
