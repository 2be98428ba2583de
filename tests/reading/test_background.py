"""Paper and ink are told apart: in shadow, on colour, in either polarity, and where there is no ink."""

import cv2
import numpy as np
import pytest

from zeronine.reading.background import (
    border_of,
    find_ink,
    fit_surface,
    follow_paper,
    ink_is_light,
    ink_level,
    otsu,
    paper_grain,
    pen_width,
    surface_terms,
)

INKED = np.zeros((120, 300), np.uint8)  #: where the ink of `page` is
cv2.putText(INKED, "2735", (30, 90), cv2.FONT_HERSHEY_DUPLEX, 2.6, 1, 6)
AWAY = cv2.dilate(INKED, np.ones((5, 5), np.uint8)) == 0  #: surely paper
DEEP = cv2.erode(INKED, np.ones((3, 3), np.uint8)) == 1  #: surely ink


def page(paper: float | np.ndarray = 230, ink: float = 0.3) -> np.ndarray:
    """Return (120, 300) uint8: four digits that let through this share of the paper's light."""
    light = np.where(INKED == 1, ink, 1.0) * paper
    return np.clip(light, 0, 255).astype(np.uint8)


def shadow() -> np.ndarray:
    """Return paper that is three times as bright on the left as on the right."""
    return np.broadcast_to(np.linspace(240, 80, 300), (120, 300))


@pytest.mark.parametrize("picture", [page(), page(120), page(shadow()), page(230, 0.75), 255 - page()])
def test_ink_is_1_and_paper_0_whatever_the_light(picture: np.ndarray) -> None:
    found = find_ink(picture)
    assert found.ink.shape == picture.shape
    assert found.ink.dtype == np.float32
    assert found.ink.min() == 0 and found.ink.max() == 1
    assert np.median(found.ink[DEEP]) > 0.9
    assert (found.ink[DEEP] > found.threshold).mean() > 0.97
    assert (found.ink[AWAY] > found.threshold).mean() < 0.001


@pytest.mark.parametrize("share", [0.2, 0.4, 0.7])
def test_the_level_is_the_share_of_light_that_ink_takes(share: float) -> None:
    assert find_ink(page(230, 1 - share)).level == pytest.approx(share, abs=0.03)


def test_light_ink_on_dark_paper_is_said() -> None:
    assert find_ink(255 - page()).turned
    assert not find_ink(page()).turned


@pytest.mark.parametrize("tone", [0, 128, 255])
def test_a_blank_picture_has_no_ink(tone: int) -> None:
    found = find_ink(np.full((80, 90), tone, np.uint8))
    assert found.level == 0
    assert not found.ink.any()
    assert found.threshold == found.faint == 1


def test_noise_has_no_ink() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200)).astype(np.uint8)
    assert not find_ink(noise).ink.any()


def test_grain_is_calmed_and_the_ink_kept() -> None:
    grain = np.random.default_rng(1).normal(0, 18, (120, 300))
    found = find_ink(np.clip(page(200, 0.35) + grain, 0, 255).astype(np.uint8))
    assert found.calmed
    assert (found.ink[DEEP] > found.threshold).mean() > 0.9
    assert (found.ink[AWAY] > found.threshold).mean() < 0.01
    assert not find_ink(page()).calmed


def test_a_lighter_pen_counts_where_the_paper_is_quiet() -> None:
    quiet = find_ink(page())
    assert quiet.faint == pytest.approx(0.2)
    assert quiet.faint < quiet.threshold


# ---- the paper ----


def test_a_bowl_of_light_is_fitted_and_ink_ignored() -> None:
    """The surface is quadratic, so a quadratic light is found whatever is written on it."""
    y, x = np.mgrid[-1:1:120j, -1:1:300j]
    light = 200 - 30 * x * x + 12 * y - 10 * x * y
    fitted = fit_surface(page(light, 0.4))
    assert fitted.shape == (120, 300)
    assert np.abs(fitted - light).max() < 8
    assert np.abs(fitted - light).mean() < 2


def test_terms_are_those_of_a_quadratic() -> None:
    terms = surface_terms(3, 5)
    assert terms.shape == (15, 6)
    np.testing.assert_allclose(terms[0], [1, -1, -1, 1, 1, 1])  # the corner x = y = -1
    np.testing.assert_allclose(terms[7], [1, 0, 0, 0, 0, 0])  # the middle
    np.testing.assert_allclose(terms[14], [1, 1, 1, 1, 1, 1])


def test_the_border_is_the_outermost_tenth() -> None:
    picture = np.zeros((40, 60))
    picture[4:-4, 4:-4] = 1
    assert border_of(picture).size == 40 * 60 - 32 * 52
    assert not border_of(picture).any()
    assert border_of(np.ones((2, 9))).size == 18  # nothing lies inside


@pytest.mark.parametrize("tiny", [(1, 1), (1, 50), (50, 1), (2, 2)])
def test_tiny_pictures_have_paper(tiny: tuple[int, int]) -> None:
    assert find_ink(np.full(tiny, 200, np.uint8)).ink.shape == tiny


def test_more_light_than_dark_above_the_paper_is_light_ink() -> None:
    paper = np.full((4, 4), 100, np.float32)
    picture = paper.astype(np.uint8)
    picture[0, 0] = 130
    picture[0, 1] = 80
    assert ink_is_light(picture, paper)
    picture[0, 1] = 60
    assert not ink_is_light(picture, paper)


@pytest.mark.parametrize("pen", [3, 6, 12])
def test_the_pen_is_as_wide_as_its_strokes(pen: int) -> None:
    picture = np.full((200, 300), 220, np.float32)
    for left in range(20, 280, 60):
        picture[20:180, left : left + pen] = 60
    assert pen_width(picture, np.full_like(picture, 220)) == pytest.approx(pen, rel=0.15)


def test_without_strokes_a_pen_is_assumed() -> None:
    paper = np.full((50, 50), 200, np.float32)
    assert pen_width(paper, paper) == 3.0


def test_the_paper_goes_on_under_the_ink() -> None:
    picture = page(shadow()).astype(np.float32)
    _, paper = follow_paper(picture, shadow().astype(np.float32))
    assert np.abs(paper - shadow())[:, 20:-20].max() < 12


def test_of_a_large_picture_the_pen_is_in_its_own_pixels() -> None:
    large = cv2.resize(page(), None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST).astype(np.float32)
    paper = np.full_like(large, 230)
    small = page().astype(np.float32)
    assert follow_paper(large, paper)[0] == pytest.approx(
        5 * follow_paper(small, np.full_like(small, 230))[0], rel=0.2
    )


# ---- levels ----


def test_grain_is_the_median_and_three_deviations() -> None:
    """Of a normal distribution, whatever of it is cut off above by ink."""
    darkness = np.random.default_rng(0).normal(0.1, 0.01, 40_000).astype(np.float32)
    assert paper_grain(darkness) == pytest.approx(0.13, abs=0.001)
    darkness[:4000] = 0.9
    assert paper_grain(darkness) == pytest.approx(0.13, abs=0.006)


def test_otsu_parts_two_groups_between_them() -> None:
    values = np.concatenate([np.full(900, 0.2), np.full(100, 0.8)]).astype(np.float32)
    assert 0.2 <= otsu(values) <= 0.8
    assert otsu(np.full(10, 0.5, np.float32)) == pytest.approx(0, abs=1 / 256)


def test_full_ink_is_the_darker_group() -> None:
    darkness = np.concatenate([np.full(500, 0.01), np.full(90, 0.3), np.full(60, 0.9)]).astype(np.float32)
    assert ink_level(darkness) == pytest.approx(0.9)
    assert ink_level(np.full(10, 0.05, np.float32)) == 0
