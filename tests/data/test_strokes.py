"""Written digits: they obey the canvas contract, follow from the generator, and look like digits."""

import numpy as np
import pytest

from zeronine.canvas import Canvases
from zeronine.data.writing import strokes
from zeronine.data.writing.no_digits import OTHERS
from zeronine.data.writing.shapes import HELD_APART, SHAPES
from zeronine.data.writing.strokes import Paths, Pens, draw, paths, shape_names, spline, write
from zeronine.errors import DataError

LABELS = np.arange(600) % 10


@pytest.fixture(scope="module")
def canvases() -> Canvases:
    return write(LABELS, generator=np.random.default_rng(0)).astype(np.float32) / np.float32(255)


def test_canvases_obey_the_contract(canvases: Canvases) -> None:
    """The longest side is 20 pixels and the centre of mass the centre, give or take a pixel."""
    assert canvases.shape == (600, 28, 28)
    sides, away = [], []
    for canvas in canvases:
        rows, columns = np.nonzero(canvas > 0.3 * canvas.max())
        sides.append(max(np.ptp(rows), np.ptp(columns)) + 1)
        total = canvas.sum()
        away.append([abs(canvas.sum(axis) @ np.arange(28) / total - 14) for axis in (0, 1)])
    assert np.max(away) < 1.5
    assert np.mean(np.array(away) < 1) > 0.95
    assert np.mean(np.abs(np.array(sides) - 20) <= 1) > 0.9


def test_the_generator_decides_everything() -> None:
    first = write(LABELS[:40], generator=np.random.default_rng(5))
    assert np.array_equal(first, write(LABELS[:40], generator=np.random.default_rng(5)))
    assert not np.array_equal(first, write(LABELS[:40], generator=np.random.default_rng(6)))


def test_no_two_hands_are_alike(canvases: Canvases) -> None:
    assert len(np.unique(canvases.reshape(600, -1), axis=0)) == 600


def test_written_digits_read_as_what_they_are(canvases: Canvases) -> None:
    """Each is nearest to the mean of its own shape's digits far more often than chance."""
    again = write(LABELS, generator=np.random.default_rng(1)).astype(np.float32) / 255
    distances = ((canvases[:, None] - again[None]) ** 2).sum((2, 3))
    nearest = LABELS[distances.argmin(1)]
    assert np.mean(nearest == LABELS) > 0.7


@pytest.mark.parametrize(("digit", "name"), shape_names(), ids=lambda one: str(one))
def test_every_shape_can_be_written(digit: int, name: str) -> None:
    shapes = [(digit, name)]
    written = paths([digit] * 3, generator=np.random.default_rng(0), shapes=shapes, wildness=0)
    assert np.isfinite(written.points).all()
    assert written.down.mean() > 0.9
    assert 0.8 < np.ptp(written.points[0, :, 1]) < 1.3


def test_every_other_sign_can_be_written() -> None:
    chosen = np.arange(len(OTHERS))
    written = strokes.bend(list(OTHERS.values()), chosen, generator=np.random.default_rng(0))
    assert strokes.on_canvases(written, generator=np.random.default_rng(0)).max((1, 2)).min() > 40


def test_held_apart_shapes_are_shapes_and_leave_some_to_learn_from() -> None:
    apart, known = set(shape_names(held_apart=True)), set(shape_names(held_apart=False))
    assert {(digit, name) for digit, names in HELD_APART.items() for name in names} == apart
    assert not apart & known
    assert apart | known == set(shape_names())
    assert {digit for digit, _ in known} == set(SHAPES)


def test_a_spline_passes_through_its_knots_and_keeps_straight_lines_straight() -> None:
    knots = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    path = spline(4, 10) @ knots
    np.testing.assert_allclose(path[::3], knots, atol=1e-6)
    np.testing.assert_allclose(path[:, 1], 2 * path[:, 0], atol=1e-6)


def test_a_drawn_line_has_its_pens_width_and_strength() -> None:
    points = np.stack([np.linspace(5, 35, strokes.POINTS), np.full(strokes.POINTS, 20)], 1)[None]
    down = np.ones((1, strokes.POINTS - 1), bool)
    pens = Pens(
        np.full((1, strokes.POINTS - 1), 3, np.float32), np.ones(1, np.float32), np.full(1, 0.8, np.float32)
    )
    ink = draw(Paths(points.astype(np.float32), down), pens, height=40, width=40)[0]
    assert ink.max() == pytest.approx(0.8)
    assert ink[:, 20].sum() / 0.8 == pytest.approx(6, abs=0.2)
    assert ink[20, 36:].sum() / 0.8 == pytest.approx(2.5, abs=0.7)
    lifted = draw(Paths(points.astype(np.float32), ~down), pens, height=40, width=40)
    assert lifted.max() == 0


@pytest.mark.parametrize("labels", [[10], [-1], [[1, 2]]])
def test_labels_that_are_no_digits_are_refused(labels: list[int]) -> None:
    with pytest.raises(DataError, match="labels are a list of digits"):
        write(labels, generator=np.random.default_rng(0))


def test_a_digit_without_a_shape_is_refused() -> None:
    with pytest.raises(DataError, match="no shape left for the digit 3"):
        write([3], generator=np.random.default_rng(0), shapes=[(4, "open")])


def test_no_labels_give_no_canvases() -> None:
    assert write([], generator=np.random.default_rng(0)).shape == (0, 28, 28)
