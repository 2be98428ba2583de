"""The IDX format of the MNIST files (LeCun, 1998): bytes to array and back; no disk, no gzip.

Handles unsigned bytes only (type 0x08), which is what digit sets use.
"""

import math
import struct

import numpy as np
import numpy.typing as npt

from zeronine.errors import DataError

UNSIGNED_BYTE = 0x08
MAX_DIMENSIONS = 4


def read_idx(content: bytes, *, name: str = "IDX data") -> npt.NDArray[np.uint8]:
    """Return the array (writable) that the bytes of an IDX file hold; `name` stands in error messages."""
    if len(content) < 4 or content[:2] != b"\0\0":
        raise DataError(
            f"{name}: not an IDX file, it begins with {content[:16]!r}: fetch it again", file=name
        )
    kind, dimensions = content[2], content[3]
    if kind != UNSIGNED_BYTE or not 1 <= dimensions <= MAX_DIMENSIONS:
        raise DataError(
            f"{name}: an IDX file of type {kind:#04x} with {dimensions} dimensions is not read here",
            file=name,
        )
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise DataError(f"{name}: cut off within the header, {len(content)} bytes: fetch it again", file=name)
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    expected = start + math.prod(shape)
    if math.prod(max(side, 1) for side in shape) >= 2**63:  # an empty array, but of sides that NumPy refuses
        raise DataError(f"{name}: its header promises the shape {shape}: fetch it again", file=name)
    if len(content) != expected:
        raise DataError(
            f"{name}: {len(content)} bytes, its header promises {expected}: fetch it again", file=name
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()


def write_idx(array: npt.NDArray[np.uint8]) -> bytes:
    """Return the bytes of an IDX file that holds the array."""
    if array.dtype != np.uint8 or not 1 <= array.ndim <= MAX_DIMENSIONS:
        raise DataError(
            f"IDX files here hold uint8 of 1 to {MAX_DIMENSIONS} dimensions, not {array.dtype} {array.shape}"
        )
    return (
        bytes([0, 0, UNSIGNED_BYTE, array.ndim])
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.tobytes()
    )
