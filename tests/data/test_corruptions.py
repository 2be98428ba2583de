"""The corruptions against their descriptions: what each must change, and what it must leave alone."""

import numpy as np
import pytest

from zeronine.data.corruptions import CORRUPTIONS, corrupt
from zeronine.errors import DataError


@pytest.fixture(name="bars", scope="module")
def _bars() -> np.ndarray:
    """64 pictures of one upright bar: 4 wide, 20 high, in the middle."""
    images = np.zeros((64, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    return images


def _corrupt(images: np.ndarray, name: str, seed: int = 0) -> np.ndarray:
    return corrupt(images, name, generator=np.random.default_rng(seed))


def _middle(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The centre of mass of each picture, as row and column."""
    ink = images.astype(float)
    total = ink.sum(axis=(1, 2))
    return ink.sum(axis=2) @ np.arange(28) / total, ink.sum(axis=1) @ np.arange(28) / total


def test_there_are_the_fifteen() -> None:
    assert len(CORRUPTIONS) == 15


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_same_generator_gives_the_same_pictures_and_leaves_the_input_alone(
    bars: np.ndarray, name: str
) -> None:
    before = bars.copy()
    once, again = _corrupt(bars, name), _corrupt(bars, name)
    assert once.shape == bars.shape
    assert once.dtype == np.uint8
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(bars, before)
    assert (once != bars).any(axis=(1, 2)).all()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_no_pictures_stay_no_pictures(name: str) -> None:
    assert _corrupt(np.zeros((0, 28, 28), np.uint8), name).shape == (0, 28, 28)


@pytest.mark.parametrize("name", sorted(set(CORRUPTIONS) - {"scale", "brightness", "stripe", "canny_edges"}))
def test_another_seed_gives_other_pictures(bars: np.ndarray, name: str) -> None:
    assert (_corrupt(bars, name, 1) != _corrupt(bars, name, 2)).any()


def test_shot_noise_counts_thirds_and_keeps_bare_paper(bars: np.ndarray) -> None:
    shot = _corrupt(bars, "shot_noise")
    assert set(np.unique(shot)) == {0, 85, 170, 255}
    assert shot[bars == 0].max() == 0


def test_impulse_noise_strikes_17_percent_half_of_them_visibly(bars: np.ndarray) -> None:
    assert (_corrupt(bars, "impulse_noise") != bars).mean() == pytest.approx(0.17 / 2, abs=0.005)


def test_glass_blur_keeps_the_amount_of_ink(bars: np.ndarray) -> None:
    assert _corrupt(bars, "glass_blur").mean() == pytest.approx(bars.mean(), rel=0.02)


def test_motion_blur_spreads_across_and_keeps_the_ink_in_the_middle(bars: np.ndarray) -> None:
    moved = _corrupt(bars, "motion_blur")
    assert moved.mean() == pytest.approx(bars.mean(), rel=0.02)
    assert moved.max() < 240
    assert (_middle(moved)[1] < _middle(bars)[1]).all()


def test_shear_leans_both_ways_by_its_angle(bars: np.ndarray) -> None:
    leant = _corrupt(bars, "shear").astype(float)
    rows = np.arange(28)
    tops, feet = leant[:, 6] @ rows / leant[:, 6].sum(1), leant[:, 21] @ rows / leant[:, 21].sum(1)
    np.testing.assert_allclose(np.abs(tops - feet), 15 * np.tan(0.4), atol=0.05)
    assert 10 < (tops > feet).sum() < 54


def test_scale_leaves_half_of_the_ink(bars: np.ndarray) -> None:
    assert _corrupt(bars, "scale").mean() == pytest.approx(0.49 * bars.mean(), rel=0.05)


def test_rotate_turns_both_ways_by_its_angle(bars: np.ndarray) -> None:
    turned = _corrupt(bars, "rotate").astype(float)
    y, x = np.mgrid[:28, :28] - 13.5
    total = turned.sum(axis=(1, 2))
    xx, yy, xy = ((turned * part).sum(axis=(1, 2)) / total for part in (x * x, y * y, x * y))
    angles = 0.5 * np.arctan2(2 * xy, yy - xx)
    np.testing.assert_allclose(np.abs(angles), 0.4, atol=0.02)
    assert 10 < (angles > 0).sum() < 54


def test_brightness_adds_half(bars: np.ndarray) -> None:
    assert set(np.unique(_corrupt(bars, "brightness"))) == {127, 255}


def test_translate_moves_by_three_in_all_four_ways(bars: np.ndarray) -> None:
    down, across = (
        moved - still
        for moved, still in zip(_middle(_corrupt(bars, "translate")), _middle(bars), strict=True)
    )
    steps = {(round(y), round(x)) for y, x in zip(down, across, strict=True)}
    assert steps == {(-3, -3), (-3, 3), (3, -3), (3, 3)}


def test_stripe_turns_the_outer_columns_round(bars: np.ndarray) -> None:
    striped = _corrupt(bars, "stripe")
    np.testing.assert_array_equal(striped[:, :, 7:21], bars[:, :, 7:21])
    np.testing.assert_array_equal(striped[:, :, :7], 255 - bars[:, :, :7])
    np.testing.assert_array_equal(striped[:, :, 21:], 255 - bars[:, :, 21:])


def test_fog_leaves_a_quarter_of_the_contrast_and_varies(bars: np.ndarray) -> None:
    foggy = _corrupt(bars, "fog").astype(float)
    step = foggy[:, 10:18, 12].mean() - foggy[:, 10:18, 11].mean()
    assert step == pytest.approx(255 / 4, abs=6)
    assert foggy[:, :, :12].std(axis=(1, 2)).min() > 3


def test_spatter_paints_grey_blobs_over_ink_and_paper(bars: np.ndarray) -> None:
    muddy = _corrupt(bars, "spatter")
    assert muddy[bars == 0].max() <= 63
    assert muddy[bars == 255].min() <= 63
    assert 0.02 < (muddy != bars).mean() < 0.5


def test_dotted_line_only_adds_ink_in_every_second_pair_of_columns(bars: np.ndarray) -> None:
    added = _corrupt(bars, "dotted_line").astype(int) - bars
    assert added.min() == 0
    assert added[:, :, np.arange(28) % 4 < 2].max() == 0
    assert (added[:, :, 2:4].max(axis=(1, 2)) > 60).all()


def test_zigzag_only_adds_ink_between_columns_2_and_25(bars: np.ndarray) -> None:
    added = _corrupt(bars, "zigzag").astype(int) - bars
    assert added.min() == 0
    assert added[:, :, [0, 1, 26, 27]].max() == 0
    assert (added.max(axis=(1, 2)) > 60).all()


def test_canny_edges_outline_the_bar_with_full_ink(bars: np.ndarray) -> None:
    edges = _corrupt(bars, "canny_edges")
    assert set(np.unique(edges)) == {0, 255}
    assert edges[:, 8:20, 13:15].max() == 0
    assert (edges[:, 14] > 0).sum(axis=1).tolist() == [2] * 64


def test_an_unknown_corruption_is_named_with_the_known_ones(bars: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"'smoke'.*fog"):
        _corrupt(bars, "smoke")
