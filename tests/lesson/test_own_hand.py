"""The seventh step: the same network, shown a picture in two ways."""

import re
from pathlib import Path

import numpy as np
import pytest

from common import Splits
from zeronine.errors import PictureError
from zeronine.lesson.own_hand import PICTURES, pictures_html, squeeze, try_pictures, verdict
from zeronine.training.loop import train


@pytest.fixture(scope="module")
def model(mnist: Splits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the article's network, repaired, as the lesson trains it."""
    return train(mnist[0], "repaired", folder=tmp_path_factory.mktemp("run")).model_path


def test_the_way_to_28_by_28_makes_the_difference(model: Path) -> None:
    """Measured: 3 of 10 squeezed, 10 of 10 our way and by the shipped model; asked: a wide gap."""
    tried = try_pictures(model, ())
    squeezed, ours, best = (sum(one.answers[way] == one.truth for one in tried) for way in range(3))
    assert len(tried) == 10 and squeezed <= 6
    assert ours >= 8 and best >= 9
    said = verdict(tried)
    assert f"squeezed {squeezed} of 10 right, through our way {ours}" in said
    page = pictures_html(tried)
    assert page.count("<img") == 40 and page.count("wrong") >= 10 - squeezed
    assert not re.search(r'src="(?!data:)', page)


def test_pictures_of_the_reader_s_own_need_no_truth(model: Path) -> None:
    """With --my nothing is marked right or wrong."""
    tried = try_pictures(model, sorted(PICTURES.iterdir())[3:5])
    assert [one.truth for one in tried] == [None, None]
    assert all("wrong" not in cell for one in tried for cell in one.cells())
    assert "of 2 answers" in verdict(tried)


def test_squeezing_does_nothing_else() -> None:
    """Dark ink stays dark: the mean tone of the picture is kept."""
    path = next(path for path in PICTURES.iterdir() if "plain" in path.name)
    small = squeeze(path)
    assert small.shape == (28, 28) and np.median(small) > 128


def test_a_blank_picture_is_said(model: Path, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (60, 60), 255).save(tmp_path / "blank.png")
    with pytest.raises(PictureError, match=r"blank\.png: there is no ink"):
        try_pictures(model, [tmp_path / "blank.png"])


def test_the_lesson_s_pictures_are_those_of_the_tests() -> None:
    """They are drawn by one program; the package carries copies."""
    drawn = Path(__file__).parents[1] / "pictures"
    for path in PICTURES.iterdir():
        assert path.read_bytes() == (drawn / f"one-{path.name}").read_bytes()
