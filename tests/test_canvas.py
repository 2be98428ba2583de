"""The canvas contract is checked in one place, and says what is wrong."""

import numpy as np
import pytest

from zeronine.canvas import as_canvases
from zeronine.errors import CanvasError


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
        (np.zeros((27, 28)), r"\(N, 28, 28\)"),
        (np.zeros((1, 2, 28, 28)), r"\(N, 28, 28\)"),
        (np.zeros((28, 28), np.int64), "int64"),
        (np.full((28, 28), np.nan), "NaN"),
        (np.full((28, 28), 2.0), r"\[0, 1\]"),
        (np.full((28, 28), -0.5), "divide by 255"),
        ("nonsense", r"\(N, 28, 28\)"),
    ],
)
def test_what_is_no_canvas_is_refused(array: object, said: str) -> None:
    with pytest.raises(CanvasError, match=said):
        as_canvases(array)
