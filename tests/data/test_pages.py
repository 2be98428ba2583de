"""Made pages say what stands on them, and where."""

import numpy as np
import pytest

from zeronine.data.digits import Digits
from zeronine.data.pages.made import INKED, LOOKS, Look, glyph, make_page, make_pages, touching_pairs
from zeronine.data.pages.paper import Paper, Photo, lay_on_paper, photograph, rules
from zeronine.data.pages.wordless import wordless_pages
from zeronine.errors import DataError


@pytest.fixture(scope="module")
def written() -> Digits:
    """Ten plain shapes, one for each digit: a bar as wide as its label, so that truth can be checked."""
    images = np.zeros((10, 28, 28), np.uint8)
    for label in range(10):
        images[label, 4:24, 4 : 6 + 2 * label] = 255
    return Digits(images, np.arange(10), "bars")


@pytest.mark.parametrize("look", LOOKS)
def test_boxes_hold_the_ink(look: str, written: Digits) -> None:
    """Inside the true boxes the picture differs from its paper, more than anywhere else."""
    page = next(make_pages(written, look, 1, generator=np.random.default_rng(3)))
    assert page.kind == look
    inside = np.zeros(page.picture.shape, bool)
    for number in page.numbers:
        assert len(number.text) == len(number.boxes)
        for box in number.boxes:
            assert 0 <= box.x < box.x + box.width <= page.picture.shape[1]
            assert 0 <= box.y < box.y + box.height <= page.picture.shape[0]
            inside[box.y : box.y + box.height, box.x : box.x + box.width] = True
    paper = np.median(page.picture)
    away = np.abs(page.picture.astype(float) - paper)
    limit = 0.6 * np.percentile(away[inside], 80)
    assert (away[inside] > limit).mean() > 0.5
    if "desk" not in look:
        assert (away[~inside] > limit).mean() < 0.1


def test_reading_order_is_lines_then_left_to_right(written: Digits) -> None:
    look = Look(lines=(3, 3), numbers=(2, 2), length=(2, 4))
    page = make_page(written, look, generator=np.random.default_rng(0))
    assert [number.line for number in page.numbers] == [0, 0, 1, 1, 2, 2]
    assert [len(line.split(" ")) for line in page.text.split("\n")] == [2, 2, 2]
    for left, right in zip(page.numbers[::2], page.numbers[1::2], strict=True):
        assert left.boxes[-1].x + left.boxes[-1].width < right.boxes[0].x
    for upper, lower in zip(page.numbers[:-2:2], page.numbers[2::2], strict=True):
        assert upper.boxes[0].y + upper.boxes[0].height <= lower.boxes[0].y


@pytest.mark.parametrize("look", ["row", "photographed on a desk"])
def test_the_same_generator_makes_the_same_page(look: str, written: Digits) -> None:
    first, second = (next(make_pages(written, look, 1, generator=np.random.default_rng(5))) for _ in range(2))
    assert (first.picture == second.picture).all()
    assert first.numbers == second.numbers


@pytest.mark.parametrize("overlap", [0.0, 0.1, 0.15])
def test_touching_pairs_touch_and_overlap_as_asked(overlap: float, written: Digits) -> None:
    for page in touching_pairs(written, 5, overlap=overlap, generator=np.random.default_rng(1)):
        left, right = page.numbers[0].boxes
        shared = left.x + left.width - right.x
        assert abs(shared - overlap * (left.width + right.width) / 2) <= 1
        ink = page.picture[:, left.x : right.x + right.width] < 128
        assert ink.any(axis=0).all()


def test_pairs_that_never_touch_are_an_error() -> None:
    slope = np.zeros((1, 28, 28), np.uint8)
    slope[0, 4:24, 4:24] = 255 * (np.eye(20) + np.eye(20, k=1)).astype(np.uint8)  # ends low, begins high
    slim = Digits(slope, np.array([1]), "slopes")
    with pytest.raises(DataError, match="no two digits touch"):
        next(touching_pairs(slim, 1, overlap=0.0, generator=np.random.default_rng(0)))
    with pytest.raises(DataError, match="share of the width"):
        next(touching_pairs(slim, 1, overlap=0.6, generator=np.random.default_rng(0)))


@pytest.mark.parametrize("height", [10, 20, 40, 90])
def test_glyphs_have_the_height_asked_for(height: int, written: Digits) -> None:
    ink = glyph(written.images[3], height)
    assert abs(ink.shape[0] - height) <= 1
    assert (ink > INKED).mean() > 0.8
    with pytest.raises(DataError, match="empty"):
        glyph(np.zeros((28, 28), np.uint8), 20)


def test_wrong_wishes_are_said(written: Digits) -> None:
    with pytest.raises(DataError, match="choose one of row"):
        next(make_pages(written, "nothing", 1, generator=np.random.default_rng(0)))
    with pytest.raises(DataError, match="there is none"):
        next(make_pages(written[:0], "row", 1, generator=np.random.default_rng(0)))
    with pytest.raises(DataError, match="lines"):
        Look(lines=(0, 1))


def test_a_photograph_without_effects_is_the_picture() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 80)).astype(np.uint8)
    still = Photo(
        light=(1, 1), fall=0, shadow=0.1, tilt=0, turn=0, blur_px=(0.01, 0.01), grain=(0, 0), jpeg=(95, 95)
    )
    taken, matrix = photograph(picture, still, generator=np.random.default_rng(4))
    assert taken.shape == picture.shape
    assert np.allclose(matrix / matrix[2, 2], np.eye(3), atol=1e-6)


def test_rules_are_as_far_apart_as_asked() -> None:
    lines = rules((200, 100), 25, upright=False, generator=np.random.default_rng(0))
    rows = np.flatnonzero((lines[:, 0] > 0.5) & ~(np.roll(lines[:, 0], 1) > 0.5))
    assert set(np.diff(rows)) == {25}
    assert (lines == lines[:, :1]).all()


def test_plain_paper_is_white_and_full_ink_dark() -> None:
    ink = np.zeros((9, 9), np.float32)
    ink[4] = 1
    picture = lay_on_paper(ink, Paper(ink=(1, 1)), line_px=9, generator=np.random.default_rng(0))
    assert (picture[0] == 255).all()
    assert (picture[4] == 0).all()


def test_wordless_pages_come_in_every_kind() -> None:
    pages = list(wordless_pages(10, generator=np.random.default_rng(0)))
    assert len({page.kind for page in pages}) == 5
    assert all(page.numbers == () and page.picture.dtype == np.uint8 for page in pages)
