"""What stands in a model file: its steps and its numbers, read without the onnx package.

An ONNX file is a Protocol Buffers message; only the few fields that hold nodes, constants and their
names are read (the wire format and the field numbers are those of onnx.proto, version 1.x).
Nothing here runs a model or trusts a file: whoever uses the numbers compares with the session.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype("<f4"),
    7: np.dtype("<i8"),
    11: np.dtype("<f8"),
}  #: TensorProto.data_type
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the graph."""

    kind: str  #: "Gemm", "Relu", ...
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    transposed: bool  #: Gemm's transB: the weight is (out, in)


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps in order, and the constants by name."""

    nodes: tuple[Node, ...]
    constants: dict[str, npt.NDArray[np.float64]]


def read_graph(content: bytes) -> Graph:
    """Return the graph of an ONNX file; raises ValueError where the bytes are not one."""
    (graph,) = [value for number, value in _fields(content) if number == 7]
    nodes, constants = [], {}
    for number, value in _fields(_bytes(graph)):
        if number == 1:
            nodes.append(_node(_bytes(value)))
        elif number == 5:
            name, constant = _constant(_bytes(value))
            if constant is not None:
                constants[name] = constant
    return Graph(tuple(nodes), constants)


def _node(content: bytes) -> Node:
    inputs, outputs, kind, transposed = [], [], "", False
    for number, value in _fields(content):
        if number == 1:
            inputs.append(_bytes(value).decode())
        elif number == 2:
            outputs.append(_bytes(value).decode())
        elif number == 4:
            kind = _bytes(value).decode()
        elif number == 5:
            attribute = dict(_fields(_bytes(value)))
            transposed |= attribute.get(1) == b"transB" and attribute.get(3, 0) == 1
    return Node(kind, tuple(inputs), tuple(outputs), transposed)


def _constant(content: bytes) -> tuple[str, npt.NDArray[np.float64] | None]:
    """Return a constant and its name; None for types that hold no weights."""
    dims: list[int] = []
    name, kind, raw = "", 0, b""
    for number, value in _fields(content):
        if number == 1:
            dims += [value] if isinstance(value, int) else list(_varints(value))
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8:
            name = _bytes(value).decode()
        elif number in (4, 9):  # float_data is packed, so both are the plain bytes
            raw = _bytes(value)
    if kind not in _TYPES:
        return name, None
    values = np.frombuffer(raw, _TYPES[kind])
    return name, values.reshape(dims).astype(np.float64)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field of a message."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        wire = key & 7
        if wire == _VARINT:
            value, place = _varint(content, place)
            yield key >> 3, value
            continue
        if wire == _BYTES:
            size, place = _varint(content, place)
        elif wire in (_FIXED32, _FIXED64):
            size = 4 if wire == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {wire} at byte {place}")
        if place + size > len(content):
            raise ValueError(f"a field of {size} bytes at byte {place} of {len(content)}")
        yield key >> 3, content[place : place + size]
        place += size


def _varint(content: bytes, place: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        if place >= len(content) or shift > 63:
            raise ValueError(f"a number without end at byte {place}")
        byte = content[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def _varints(content: bytes) -> Iterator[int]:
    place = 0
    while place < len(content):
        value, place = _varint(content, place)
        yield value


def _bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError(f"a message was expected, not the number {value}")
    return value
