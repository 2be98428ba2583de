"""IDX bytes: write and read are inverse, and damage is named."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from zeronine.data.idx import read_idx, write_idx
from zeronine.errors import DataError


@given(stn.arrays(np.uint8, stn.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=6)))
def test_what_is_written_is_read(array: np.ndarray) -> None:
    found = read_idx(write_idx(array))
    assert found.shape == array.shape and found.flags.writeable
    np.testing.assert_array_equal(found, array)


@given(st.binary(max_size=64).filter(lambda content: not content.startswith(b"\0\0\x08")))
def test_any_other_bytes_end_in_a_clear_error(content: bytes) -> None:
    with pytest.raises(DataError, match="IDX data"):
        read_idx(content)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content[:-1], "header promises"),
        (lambda content: content + b"x", "header promises"),
        (lambda content: content[:6], "within the header"),
        (lambda content: b"<html>" + content, "not an IDX file"),
        (lambda content: b"\0\0\x0d" + content[3:], "type 0x0d"),
    ],
)
def test_damage_is_named(change: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_idx(change(write_idx(np.zeros((2, 3), np.uint8))))


def test_only_bytes_are_written() -> None:
    with pytest.raises(DataError, match="float64"):
        write_idx(np.zeros(3))  # type: ignore[arg-type]


def test_an_empty_array_of_endless_sides_is_refused() -> None:
    header = bytes([0, 0, 8, 3]) + (0).to_bytes(4) + 2 * (2**32 - 1).to_bytes(4)
    with pytest.raises(DataError, match="promises the shape"):
        read_idx(header)
