"""The canvas contract is checked in one place, and says what is wrong."""

from typing import Any

import numpy as np
import pytest

from zeronine.canvas import as_canvases
from zeronine.errors import CanvasError

NO_CANVAS = "is no canvas: give an array (N, 28, 28), and use zeronine.read() for pictures"
READ = "use zeronine.read() for pictures of any size"
DIVIDE = "divide by 255, and leave mean and deviation to the model"
FINITE = "canvases hold finite numbers, this has NaN or infinity: look at how it was made"


def test_bytes_become_ink_between_0_and_1() -> None:
    """uint8 is divided by 255; a single canvas becomes a batch of one."""
    canvas = np.zeros((28, 28), np.uint8)
    canvas[3, 4] = 255
    batch = as_canvases(canvas)
    assert batch.shape == (1, 28, 28) and batch.dtype == np.float32
    assert batch[0, 3, 4] == 1 and batch.sum() == 1


def test_an_empty_batch_is_a_batch() -> None:
    assert as_canvases(np.zeros((0, 28, 28))).shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((27, 28)), f"canvases have the shape (N, 28, 28), this is (27, 28): {READ}"),
        (np.zeros((1, 2, 28, 28)), f"canvases have the shape (N, 28, 28), this is (1, 2, 28, 28): {READ}"),
        (np.zeros((28, 28), np.int64), "canvases are uint8 or floats, this is int64: convert them first"),
        (np.full((28, 28), np.nan), FINITE),
        (np.full((28, 28), np.inf), FINITE),
        (np.full((28, 28), 2.0), f"canvases lie in [0, 1], this in [2, 2]: {DIVIDE}"),
        (np.full((28, 28), -0.5), f"canvases lie in [0, 1], this in [-0.5, -0.5]: {DIVIDE}"),
        ("nonsense", f"a str {NO_CANVAS}"),
        (None, f"a NoneType {NO_CANVAS}"),
        (object(), f"a object {NO_CANVAS}"),
    ],
)
def test_what_is_no_canvas_is_refused(array: Any, said: str) -> None:
    with pytest.raises(CanvasError) as error:
        as_canvases(array)
    assert str(error.value) == said


def test_floats_of_the_right_type_are_not_copied() -> None:
    batch = np.random.default_rng(0).random((3, 28, 28), np.float32)
    assert np.shares_memory(as_canvases(batch), batch)


@pytest.mark.parametrize("dtype", [bool, np.float16, np.float64])
def test_every_type_becomes_float32(dtype: type) -> None:
    batch = as_canvases(np.ones((2, 28, 28), dtype))
    assert batch.dtype == np.float32
    assert (batch == 1).all()


def test_lists_that_are_no_array_are_refused() -> None:
    with pytest.raises(CanvasError, match=r"^this is no array \(.*\): look at how it was made$"):
        as_canvases([[1.0, 2.0], [3.0]])
