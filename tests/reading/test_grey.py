"""Pixels of every kind to grey, beyond what comes out of files (test_load.py)."""

import numpy as np
import pytest
from PIL import Image

from zeronine.errors import PictureError
from zeronine.reading import grey
from zeronine.reading.limits import Limits


def grey_of(array: np.ndarray) -> np.ndarray:
    return grey.from_array(array, Limits())


# ---- arrays ----


def test_bytes_are_taken_as_they_are_and_copied() -> None:
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    found = grey_of(array)
    np.testing.assert_array_equal(found, array)
    assert not np.shares_memory(found, array)
    assert found.flags.c_contiguous and found.flags.writeable


def test_colours_weigh_as_the_eye_sees_them() -> None:
    """ITU-R 601: green is brightest, blue darkest."""
    colours = np.zeros((1, 3, 3), np.uint8)
    colours[0, [0, 1, 2], [0, 1, 2]] = 255
    assert grey_of(colours)[0].tolist() == [76, 150, 29]


def test_a_single_channel_is_a_grey_picture() -> None:
    assert grey_of(np.full((2, 3, 1), 77, np.uint8)).tolist() == [[77] * 3] * 2


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[False, True]]), [0, 255]),
        (np.array([[0.0, 0.5, 1.0]]), [0, 128, 255]),
        (np.array([[-0.0005, 1.0005]]), [0, 255]),  # rounding of whoever made it
        (np.array([[0, 128, 255]], np.int32), [0, 128, 255]),
        (np.array([[0, 255]], np.uint16), [0, 255]),
        (np.array([[0, 256]], np.uint16), [0, 64]),  # 10 bits: 256 of 1023
        (np.array([[0, 1023]], np.uint16), [0, 255]),
        (np.array([[0, 1024]], np.uint16), [0, 64]),  # 12 bits
        (np.array([[0, 4096]], np.uint16), [0, 64]),  # 14 bits
        (np.array([[0, 16384]], np.uint16), [0, 64]),  # 16 bits
        (np.array([[0, 65535]], np.uint16), [0, 255]),
        (np.array([[0, 1024]], ">u2"), [0, 64]),  # as some scanners and old files have it
    ],
)
def test_every_type_is_scaled_to_bytes(array: np.ndarray, expected: list[int]) -> None:
    assert grey_of(array)[0].tolist() == expected


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros(5, np.uint8), r"this is \(5,\)$"),
        (np.zeros((3, 10, 10), np.uint8), r"this is \(3, 10, 10\): move the channels last"),
        (np.zeros((10, 10, 2), np.uint8), r"this is \(10, 10, 2\)$"),
        (np.zeros((2, 2), np.complex64), "this is complex64: convert it"),
        (np.full((2, 2), np.nan), "holds NaN or infinity"),
        (np.full((2, 2), np.inf), "holds NaN or infinity"),
        (np.full((2, 2), 1.01), r"lies in \[0, 1\], this in \[1.01, 1.01\]: divide by its largest value"),
        (np.full((2, 2), -0.01), r"lies in \[0, 1\], this in \[-0.01, -0.01\]"),
        (np.full((2, 2), 256), r"int64 lies in \[0, 255\], this in \[256, 256\]: convert it to uint8"),
        (np.full((2, 2), -1), r"lies in \[0, 255\], this in \[-1, -1\]"),
        (np.zeros((10_000, 6_000), np.uint8), "60 MP"),
    ],
)
def test_what_is_no_picture_is_named(array: np.ndarray, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        grey_of(array)


# ---- transparency ----


def transparent(ink: int, *, size: int = 10, drawn: int = 20, alpha: int = 255) -> np.ndarray:
    """Return (size, size, 4) with so many inked pixels on nothing."""
    picture = np.zeros((size, size, 4), np.uint8)
    picture.reshape(-1, 4)[:drawn] = (ink, ink, ink, alpha)
    return picture


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (127, 255), (128, 0), (255, 0)])
def test_paper_contrasts_with_the_ink_on_it(ink: int, paper: int) -> None:
    found = grey_of(transparent(ink))
    assert (found.flat[0], found.flat[-1]) == (ink, paper)


def test_faint_strokes_choose_the_paper_where_there_are_no_others() -> None:
    assert grey_of(transparent(255, alpha=100)).flat[-1] == 0
    assert grey_of(transparent(0, alpha=100)).flat[-1] == 255


def test_a_picture_without_anything_painted_is_white() -> None:
    assert (grey_of(transparent(9, drawn=0)) == 255).all()


def test_paint_over_half_of_it_with_light_and_dark_is_its_own_paper() -> None:
    """More than half painted, and tones further apart than 40: the middle tone goes on."""
    photo = transparent(200, drawn=60)
    photo.reshape(-1, 4)[:20, :3] = 100
    assert grey_of(photo).flat[-1] == 200
    photo.reshape(-1, 4)[50:60, 3] = 0  # exactly half
    assert grey_of(photo).flat[-1] == 0


@pytest.mark.parametrize(("dark", "paper"), [(159, 200), (160, 0)])
def test_paint_of_one_tone_is_ink(dark: int, paper: int) -> None:
    photo = transparent(200, drawn=80)
    photo.reshape(-1, 4)[:20, :3] = dark
    assert grey_of(photo).flat[-1] == paper


# ---- files' pixels ----


def test_floats_of_a_file_use_their_own_range() -> None:
    image = Image.fromarray(np.array([[-10, 0, 10]], np.float32))
    assert grey.from_image(image)[0].tolist() == [0, 128, 255]


def test_floats_of_a_file_between_0_and_1_are_shares() -> None:
    image = Image.fromarray(np.array([[0.2, 0.6]], np.float32))
    assert grey.from_image(image)[0].tolist() == [51, 153]


def test_a_file_of_one_value_is_no_division_by_zero() -> None:
    image = Image.fromarray(np.full((2, 2), -5, np.float32))
    assert grey.from_image(image).tolist() == [[0, 0], [0, 0]]


def test_nan_in_a_file_is_refused() -> None:
    image = Image.fromarray(np.array([[0, np.nan]], np.float32))
    with pytest.raises(PictureError, match="NaN or infinity"):
        grey.from_image(image)


@pytest.mark.parametrize("orientation", [0, 9, 77])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    image = Image.fromarray(np.array([[1, 2]], np.uint8))
    image.getexif()[grey.ORIENTATION] = orientation
    assert grey.from_image(image).tolist() == [[1, 2]]


def test_an_orientation_that_is_no_number_turns_nothing() -> None:
    image = Image.fromarray(np.array([[1, 2]], np.uint8))
    image.getexif()[grey.ORIENTATION] = "upside down"
    assert grey.from_image(image).tolist() == [[1, 2]]


def test_a_picture_beyond_all_decoding_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def bomb(*_: object, **__: object) -> None:
        raise Image.DecompressionBombError("Image size (400000000 pixels) exceeds limit")

    monkeypatch.setattr("zeronine.reading.grey.Image.open", bomb)
    with pytest.raises(PictureError, match="has 400 MP, far over what can be decoded"):
        grey.open_image(b"", "PNG")
