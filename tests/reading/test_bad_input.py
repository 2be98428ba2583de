"""Whatever is given ends in a Reading or a ZeronineError, soon and without a warning."""

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from common import slowness
from damage import SEEDS, damaged
from zeronine.answers import Reading
from zeronine.errors import PictureError, ZeronineError
from zeronine.reading.load import load
from zeronine.reading.reader import Reader

MUTANTS = 400  #: in the suite; benchmarks/damaged_files.py runs all of them
SECONDS = 5


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "damaged or cut short"),
        (b"hello, world", "not a picture"),
        (b"\xff\xd8\xff\xe0 and no more", "damaged or cut short"),
        ("nowhere.png", "no such file"),
        ("nul\0byte.png", "cannot be opened"),
        ("x" * 5000, "cannot be opened"),
        (None, "NoneType is not a picture"),
        (7, "int is not a picture"),
        ([[0, 1], [1, 0]], "list is not a picture"),
        (io.StringIO("text"), "not bytes"),
        (np.zeros((0, 5)), "no pixels"),
        (np.zeros((5, 0, 3)), "no pixels"),
        (np.zeros(9), "shape"),
        (np.zeros((3, 30, 30)), "channels last"),
        (np.zeros((5, 5, 2)), "shape"),
        (np.zeros((2, 2, 2, 2)), "shape"),
        (np.full((5, 5), np.nan), "NaN"),
        (np.full((5, 5), np.inf), "NaN or infinity"),
        (np.full((5, 5), 200.0), r"lies in \[0, 1\]"),
        (np.full((5, 5), -1), r"lies in \[0, 255\]"),
        (np.zeros((5, 5), complex), "complex128"),
        (np.zeros((5, 5), object), "object"),
        (np.zeros((5, 5), "datetime64[s]"), "datetime64"),
        (np.full((5, 5), "a"), "convert it"),
    ],
)
def test_what_is_no_picture_is_said(picture: Any, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        load(picture)


def test_folders_devices_and_locked_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(PictureError, match="is a device"):
        load("/dev/zero")


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = tmp_path / "locked.png"
    locked.write_bytes(png(np.zeros((5, 5), np.uint8)))
    monkeypatch.setattr(Path, "open", _refuse)  # who runs as root may read everything
    with pytest.raises(PictureError, match="may not be read"):
        load(locked)


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_closed_file_and_a_closed_image_are_said() -> None:
    stream = io.BytesIO(png(np.zeros((5, 5), np.uint8)))
    image = Image.open(stream)
    stream.close()
    for source in (stream, image):
        with pytest.raises(PictureError):
            load(source)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP"])
def test_cut_files_are_said_to_be_cut(kind: str) -> None:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (80, 80), np.uint8)
    Image.fromarray(noise).save(buffer, kind)
    for share in (0.1, 0.5):
        content = buffer.getvalue()[: int(len(buffer.getvalue()) * share)]
        with pytest.raises(PictureError, match="damaged or cut short"):
            load(content)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((1, 1), np.uint8),
        np.zeros((1, 30_000), np.uint8),
        np.zeros((30_000, 1), np.uint8),
        np.zeros((400, 400), np.uint8),
        np.full((400, 400), 255, np.uint8),
        np.tile(np.array([0, 255], np.uint8), (2, 200)),
        np.eye(300, dtype=bool),
    ],
    ids=lambda picture: f"{picture.shape}",
)
@pytest.mark.parametrize("one", [False, True])
def test_odd_pictures_end_in_a_reading(reader: Reader, picture: np.ndarray, one: bool) -> None:
    reading = reader.read(picture, one=one)
    assert (reading.height, reading.width) == picture.shape
    assert len(reading.digits) <= 1  # the diagonal may be taken for a digit, nothing else


@pytest.mark.parametrize("coarse", [1, 3, 8])
def test_noise_ends_in_bounded_time(reader: Reader, coarse: int) -> None:
    """Thousands of pieces: within 5 s of processor time, and in a reading or a clear error."""
    rng = np.random.default_rng(0)
    noise = np.kron(
        rng.integers(0, 256, (1600 // coarse, 1600 // coarse), np.uint8), np.ones((coarse, coarse), np.uint8)
    )
    start = time.process_time()
    try:
        assert isinstance(reader.read(noise), Reading)
    except PictureError as error:
        assert str(error)
    assert time.process_time() - start < SECONDS * slowness()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_any_array_ends_in_a_reading_or_a_picture_error(data: st.DataObject) -> None:
    dtype = data.draw(
        st.sampled_from(
            [np.uint8, np.uint16, np.int32, np.float32, np.float64, np.bool_, np.int8, np.complex64]
        )
    )
    shape = data.draw(arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=40))
    picture = data.draw(arrays.arrays(dtype, shape))
    one = data.draw(st.booleans())
    try:
        assert isinstance(_shared_reader().read(picture, one=one), Reading)
    except PictureError as error:
        assert str(error)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(shape=st.tuples(st.integers(1, 60), st.integers(1, 60)), seed=st.integers(0, 2**32 - 1))
def test_any_grey_picture_ends_in_a_reading(shape: tuple[int, int], seed: int) -> None:
    """Boxes lie inside the picture, confidences in [0, 1], alternatives are the ten digits."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, shape).astype(np.uint8)
    picture[rng.random(shape) < rng.random()] = rng.integers(0, 256)
    _check_digits(_shared_reader().read(picture), shape)


def test_digits_that_are_cut_by_the_border_lie_inside_the_picture(reader: Reader) -> None:
    """The same of pictures in which there is something to be found, shifted out of sight little by little."""
    known = load(Path(__file__).parents[1] / "pictures" / "8001-swiss-ball-plain.png")
    seen = 0
    for away in range(0, 90, 6):
        picture = np.ascontiguousarray(known[away:, : known.shape[1] - away])
        reading = reader.read(picture)
        _check_digits(reading, picture.shape)
        seen += len(reading.digits)
    assert seen > 20


def _check_digits(reading: Reading, shape: tuple[int, ...]) -> None:
    for digit in reading.digits:
        assert 0 <= digit.box.x < digit.box.x + digit.box.width <= shape[1]
        assert 0 <= digit.box.y < digit.box.y + digit.box.height <= shape[0]
        assert 0 <= digit.confidence <= 1
        assert sorted(value for value, _ in digit.alternatives) == list(range(10))


@pytest.mark.parametrize("kind", SEEDS)
def test_damaged_files_end_in_a_reading_or_an_error(reader: Reader, kind: str) -> None:
    """A seeded part of the damaged files of benchmarks/damaged_files.py; warnings are errors here."""
    rng = np.random.default_rng(9)
    for _ in range(MUTANTS // len(SEEDS)):
        content = damaged(SEEDS[kind], rng)
        start = time.process_time()
        try:
            assert isinstance(reader.read(content), Reading)
        except ZeronineError as error:
            assert str(error)
        assert time.process_time() - start < SECONDS * slowness()


_READERS: list[Reader] = []


def _shared_reader() -> Reader:
    if not _READERS:
        _READERS.append(Reader())
    return _READERS[0]
