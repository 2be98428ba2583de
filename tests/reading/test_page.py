"""At which scale a picture is looked at, how its lines lie, and how boxes find their way back."""

import numpy as np
import pytest

from zeronine.reading.finder import MARKS, STRIDE, Grey, Maps, shipped_finder
from zeronine.reading.limits import FIRST_MP, HELP_MP, SECOND_MP
from zeronine.reading.looks import resized
from zeronine.reading.marks import IDEAL_PX, Marks
from zeronine.reading.page import (
    BESIDE,
    LARGEST,
    Sight,
    chained,
    first_looks,
    look,
    nearer_looks,
    quarter_turn,
    scaling,
    shift,
    tilt_of,
    turned_level,
    usual_height,
)


class Blind:
    """A finder that sees nothing, and keeps the shapes of what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, ...]] = []

    def __call__(self, grey: Grey) -> Maps:
        self.shown.append(grey.shape)
        height, width = (-(-side // STRIDE) for side in grey.shape)
        return Maps(
            np.full((height, width), -9, np.float32),
            np.zeros((len(MARKS), height, width), np.float32),
            np.zeros((4, height, width), np.float32),
        )


class Sees(Blind):
    """A finder that sees the digit 3 wherever there is ink, in a box of the ink's height."""

    def __call__(self, grey: Grey) -> Maps:
        maps = super().__call__(grey)
        rows, columns = np.nonzero(grey < 100)
        if len(rows):
            height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
            at = int(rows.mean() // STRIDE), int(columns.mean() // STRIDE)
            maps.place[at], maps.kind[(3, *at)] = 6, 9
            maps.box[:, at[0], at[1]] = (0, 0, np.log(width / 16), np.log(height / 32))
        return maps


def marks_at(*middles: tuple[float, float], height: float = 30.0) -> Marks:
    """Return certain digits of this height round these middles."""
    x, y = np.array(middles, np.float64).T
    boxes = np.stack([x - 8, y - height / 2, x + 8, y + height / 2], axis=1)
    kinds = np.full((len(x), len(MARKS)), -20.0)
    kinds[:, 3] = 0
    return Marks(boxes, np.full(len(x), 6.0), kinds, np.full(len(x), height))


def blot(height: int, shape: tuple[int, int] = (400, 600)) -> Grey:
    """Return paper with one dark box of this height, half as wide, at (100, 80)."""
    grey = np.full(shape, 240, np.uint8)
    grey[80 : 80 + height, 100 : 100 + height // 2] = 20
    return grey


def pixels_of(shape: tuple[int, ...]) -> int:
    return shape[0] * shape[1]


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (300, 400), (3000, 4000)])
def test_no_look_costs_more_pixels_than_the_limits_say(shape: tuple[int, int]) -> None:
    finder = Blind()
    look(np.full(shape, 200, np.uint8), finder)  # type: ignore[arg-type]
    assert pixels_of(finder.shown[0]) <= 1.02 * FIRST_MP * 1e6
    assert max(map(pixels_of, finder.shown)) <= 1.02 * max(FIRST_MP, SECOND_MP) * 1e6


def test_a_small_blank_picture_is_enlarged_once_more_and_not_without_end() -> None:
    finder = Blind()
    look(np.full((40, 60), 200, np.uint8), finder)  # type: ignore[arg-type]
    assert finder.shown[-1] == (40 * LARGEST, 60 * LARGEST)


@pytest.mark.parametrize("height", [9, 16, 100])
def test_what_is_low_or_high_is_looked_at_again_at_the_ideal_height(height: int) -> None:
    finder = Sees()
    looks = first_looks(blot(height), finder)  # type: ignore[arg-type]
    nearer = nearer_looks(blot(height), looks, finder)  # type: ignore[arg-type]
    seen = max(looks + nearer, key=lambda one: -abs(np.log(one.scale * height / IDEAL_PX)))
    assert seen.scale * height == pytest.approx(IDEAL_PX, rel=0.31)


def test_what_has_the_ideal_height_is_only_looked_at_again_from_beside() -> None:
    finder = Sees()
    looks = first_looks(blot(32), finder)  # type: ignore[arg-type]
    nearer = nearer_looks(blot(32), looks, finder)  # type: ignore[arg-type]
    assert [one.scale for one in nearer] == pytest.approx(list(BESIDE))


def test_no_look_from_beside_is_dear() -> None:
    finder = Sees()
    large = blot(32, (700, 900))
    looks = first_looks(large, finder)  # type: ignore[arg-type]
    large[600:632, 800:816] = 20  # far away: the window is nearly the whole picture
    nearer = nearer_looks(large, first_looks(large, finder), finder)  # type: ignore[arg-type]
    assert looks and all(one.grey.size <= 1.1 * HELP_MP * 1e6 for one in nearer[1:])


@pytest.mark.parametrize("height", [9, 32, 100])
def test_boxes_come_back_in_the_pictures_pixels(height: int) -> None:
    sight = look(blot(height), Sees())  # type: ignore[arg-type]
    best = sight.marks.boxes[sight.marks.place.argmax()]
    left, top, right, bottom = sight.in_picture(best[None])[0]
    assert [left, right] == pytest.approx([100, 100 + height // 2], abs=0.25 * height + 4)
    assert [top, bottom] == pytest.approx([80, 80 + height], abs=0.25 * height + 4)


def test_the_usual_height_is_that_of_most_likely_characters() -> None:
    tall, low = marks_at((10, 50), height=90), marks_at((50, 50), (90, 50), (130, 50), height=30)
    both = Marks(
        *(
            np.concatenate([getattr(one, name) for one in (tall, low)])
            for name in ("boxes", "place", "kinds", "seen_px")
        )
    )
    assert usual_height(both) == 30
    assert usual_height(both.keep(np.zeros(4, np.bool_))) == 0


@pytest.mark.parametrize("degrees", [-20, -6, 0, 3, 12, 30])
def test_the_tilt_of_a_line_is_measured(degrees: int) -> None:
    turn = np.radians(degrees)
    line = [(200 + 35 * i * np.cos(turn), 200 + 35 * i * np.sin(turn)) for i in range(6)]
    assert tilt_of(marks_at(*line)) == pytest.approx(degrees, abs=0.01)


def test_two_characters_are_no_line() -> None:
    assert tilt_of(marks_at((0, 0), (30, 20))) == 0


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_quarter_turn_there_and_back_is_where_it_was(quarters: int) -> None:
    grey = np.zeros((40, 70), np.uint8)
    grey[5:9, 60:66] = 1
    rows, columns = np.nonzero(np.rot90(grey, quarters))
    box = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float64)
    sight = Sight(grey, marks_at((0, 0)), quarter_turn(grey.shape, quarters))
    assert sight.in_picture(box).tolist() == [[60, 5, 66, 9]]


@pytest.mark.parametrize("tilt", [-25.0, -7.0, 7.0, 25.0])
def test_a_point_of_a_picture_turned_level_is_led_back(tilt: float) -> None:
    grey = np.full((200, 300), 255, np.uint8)
    grey[50:61, 220:231] = 0
    level, back = turned_level(grey, tilt)
    rows, columns = np.nonzero(level < 100)
    x, y = back[:, :2] @ [columns.mean(), rows.mean()] + back[:, 2]
    assert [x, y] == pytest.approx([225, 55], abs=1)


def test_a_line_that_falls_is_turned_level() -> None:
    grey = np.full((200, 300), 255, np.uint8)
    for i in range(200):
        grey[60 + i // 4 : 64 + i // 4, 50 + i] = 0  # falls by 14 degrees
    level, _ = turned_level(grey, float(np.degrees(np.arctan(0.25))))
    assert np.ptp(np.nonzero(level < 100)[0]) < 12


def test_matrices_are_chained_from_the_inner_to_the_outer() -> None:
    both = chained(shift(10, 20), scaling(3))
    assert (both @ [1, 2, 1]).tolist() == [13, 26]


def test_a_picture_at_its_own_scale_is_itself_and_never_vanishes() -> None:
    grey = blot(32)
    assert resized(grey, 1) is grey
    assert resized(grey, 0.5).shape == (200, 300)
    assert resized(np.zeros((1, 900), np.uint8), 0.1).shape == (1, 90)


def test_the_shipped_finder_keeps_each_looks_heat_with_its_place() -> None:
    sight = look(blot(100), shipped_finder())
    assert len(sight.heats) >= 2
    for maps, place in sight.heats:
        corner = place[:, :2] @ [STRIDE * maps.place.shape[1], STRIDE * maps.place.shape[0]] + place[:, 2]
        assert (corner <= np.array([600, 400]) + 4 * STRIDE / 0.15).all()
