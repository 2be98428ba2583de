"""What stands in a model file: its steps and its numbers, read without the onnx package.

An ONNX file is a Protocol Buffers message; only the few fields that hold nodes, constants and their
names are read (the wire format and the field numbers are those of onnx.proto, version 1.x).
Nothing here runs a model or trusts a file: whatever is not understood is a ValueError, in a time that
grows with the file and no faster.  `reading/onnx_check.py` judges what was read.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype("<f4"),
    7: np.dtype("<i8"),
    11: np.dtype("<f8"),
}  #: TensorProto.data_type
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_METADATA = 14  #: of the model: where the card is
MOST_FIELDS = 20_000  #: of one message; the shipped model's largest has 120
MOST_NUMBERS = 64  #: of a shape, or of an attribute

Constant = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the graph."""

    kind: str  #: "Gemm", "Relu", ...
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: dict[str, tuple[int, ...]] = field(default_factory=dict)  #: attributes of whole numbers
    foreign: tuple[str, ...] = ()  #: what a plain step does not have: another domain, a graph within, ...

    @property
    def transposed(self) -> bool:
        """Gemm's transB: the weight is (out, in)."""
        return self.numbers.get("transB") == (1,)


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps in order, the constants by name, and what goes in and comes out."""

    nodes: tuple[Node, ...]
    constants: dict[str, Constant]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    foreign: tuple[str, ...] = ()  #: what a plain model does not have: functions, data elsewhere, ...


def read_graph(content: bytes) -> Graph:
    """Return the graph of an ONNX file; raises ValueError where the bytes are not one."""
    parts = list(_fields(content))
    graphs = [value for number, value in parts if number == 7]
    if len(graphs) != 1:
        raise ValueError(f"{len(graphs)} graphs where there is to be one")
    foreign = [name for number, name in ((20, "training"), (25, "functions")) if number in dict(parts)]
    nodes, constants, inputs, outputs = [], {}, [], []
    for number, value in _fields(_bytes(graphs[0])):
        if number == 1:
            nodes.append(_node(_bytes(value)))
        elif number == 5:
            name, constant = _constant(_bytes(value))
            if constant is None:
                foreign.append(f"the constant {name[:40]!r}")
            else:
                constants[name] = constant
        elif number == 11:
            inputs.append(_name(value))
        elif number == 12:
            outputs.append(_name(value))
        elif number == 15:
            foreign.append("a sparse constant")
    return Graph(tuple(nodes), constants, tuple(inputs), tuple(outputs), tuple(foreign))


def metadata_of(content: bytes) -> dict[str, str]:
    """Return what a model file says about itself; raises ValueError where the bytes are no such file."""
    entries = [dict(_fields(_bytes(value))) for number, value in _fields(content) if number == _METADATA]
    return {_bytes(one.get(1, b"")).decode(): _bytes(one.get(2, b"")).decode() for one in entries}


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a model file less its metadata, where the card with this digest stands.

    Raises ValueError where the bytes are no such file.
    """
    digest = hashlib.sha256()
    for number, value in _fields(content):
        if number != _METADATA:
            part = value if isinstance(value, bytes) else str(value).encode()
            digest.update(b"%d %d " % (number, len(part)))
            digest.update(part)
    return digest.hexdigest()


def with_metadata(content: bytes, key: str, text: str) -> bytes:
    """Return the model file with one entry of its metadata set; everything else keeps its bytes."""
    kept = [part for number, value, part in _parts(content) if number != _METADATA or _key(value) != key]
    return b"".join(kept) + _field(_METADATA, _field(1, key.encode()) + _field(2, text.encode()))


def with_constants(content: bytes, values: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    """Return the model file with other numbers in some constants of float32; their shapes stay.

    Raises ValueError for a constant that is not there, or has another shape or type.
    """
    there = set(read_graph(content).constants)
    if not set(values) <= there:
        raise ValueError(f"there are no constants {sorted(set(values) - there)}")
    return _with_graph(
        content, lambda graph: b"".join(_changed(*one, values=values) for one in _parts(graph))
    )


def _changed(
    number: int, value: int | bytes, part: bytes, *, values: Mapping[str, npt.NDArray[np.float32]]
) -> bytes:
    """Return a field of the graph as it is, or with other numbers if it is one of those constants."""
    name, found = _constant(_bytes(value)) if number == 5 else ("", None)
    if name not in values:
        return part
    new = np.ascontiguousarray(values[name], "<f4")
    if found is None or found.shape != new.shape:
        raise ValueError(f"the constant {name!r} cannot become {new.shape}")
    dims = b"".join(_as_varint(1 << 3 | _VARINT) + _as_varint(side) for side in new.shape)
    return _field(5, dims + b"\x10\x01" + _field(8, name.encode()) + _field(9, new.tobytes()))


def with_output(content: bytes, name: str) -> bytes:
    """Return the model file with one more output: a value of float32 on the way, by its name."""
    kind = _field(2, _field(1, b"\x08\x01"))  # TypeProto: a tensor of float32 of any shape
    return _with_graph(content, lambda graph: graph + _field(12, _field(1, name.encode()) + kind))


def _with_graph(content: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    """Return the model file with its graph changed; everything else keeps its bytes."""
    parts = [
        _field(number, edit(_bytes(value))) if number == 7 else part
        for number, value, part in _parts(content)
    ]
    return b"".join(parts)


def _field(number: int, value: bytes) -> bytes:
    """Return a field of bytes as it stands in a message."""
    return _as_varint(number << 3 | _BYTES) + _as_varint(len(value)) + value


def _as_varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(written) + bytes([value])


def _key(value: int | bytes) -> str:
    return _bytes(dict(_fields(_bytes(value))).get(1, b"")).decode()


def _name(value: int | bytes) -> str:
    """Return the name of an input or output."""
    return _bytes(dict(_fields(_bytes(value))).get(1, b"")).decode()


def _node(content: bytes) -> Node:
    inputs, outputs, kind = [], [], ""
    numbers: dict[str, tuple[int, ...]] = {}
    foreign = []
    for number, value in _fields(content):
        if number == 1:
            inputs.append(_bytes(value).decode())
        elif number == 2:
            outputs.append(_bytes(value).decode())
        elif number == 4:
            kind = _bytes(value).decode()
        elif number == 5:
            name, found = _attribute(_bytes(value))
            if found is None:
                foreign.append(f"the attribute {name[:40]!r}")
            elif found:
                numbers[name] = found
        elif number == 7 and _bytes(value) not in (b"", b"ai.onnx"):
            foreign.append("another domain")
        elif number == 8:
            foreign.append("an overload")
    return Node(kind, tuple(inputs), tuple(outputs), numbers, tuple(foreign))


def _attribute(content: bytes) -> tuple[str, tuple[int, ...] | None]:
    """Return an attribute and its whole numbers, none for a fraction or a plain word; None for any other."""
    name, found, text = "", [], b""
    for number, value in _fields(content):
        if number == 1:
            name = _bytes(value).decode()
        elif number in (3, 8):
            found += [value] if isinstance(value, int) else list(_varints(value))
        elif number == 4:
            text = _bytes(value)
        elif number not in (2, 13, 20):  # a fraction, a remark, the type
            return name, None
    if len(found) > MOST_NUMBERS:
        raise ValueError(f"{len(found)} numbers in the attribute {name[:40]!r}")
    if text not in (b"", b"NOTSET", b"none", b"tanh"):
        return name, None
    return name, tuple(_signed(value) for value in found)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _constant(content: bytes) -> tuple[str, Constant | None]:
    """Return a constant and its name; None for one that holds no plain numbers in the file itself."""
    dims: list[int] = []
    name, kind, raw, plain = "", 0, b"", True
    for number, value in _fields(content):
        if number == 1:
            dims += [value] if isinstance(value, int) else list(_varints(value))
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8:
            name = _bytes(value).decode()
        elif number == 9 or (number == 4 and isinstance(value, bytes)):  # float_data is packed: plain bytes
            raw = _bytes(value)
        elif number in (3, 13) or (number == 14 and value != 0):  # a segment, data elsewhere
            plain = False
    if kind not in _TYPES or not plain:
        return name, None
    if len(dims) > 8 or math.prod(dims) * _TYPES[kind].itemsize != len(raw):
        raise ValueError(f"the constant {name[:40]!r} is {dims[:8]} with {len(raw)} bytes")
    return name, np.frombuffer(raw, _TYPES[kind]).reshape(dims).astype(np.float64)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field of a message."""
    for number, value, _ in _parts(content):
        yield number, value


def _parts(content: bytes) -> Iterator[tuple[int, int | bytes, bytes]]:
    """Yield the number, the value and all bytes of each field of a message; joined, they are the message."""
    place = count = 0
    while place < len(content):
        count += 1
        if count > MOST_FIELDS:
            raise ValueError(f"over {MOST_FIELDS} fields in a message")
        began = place
        key, place = _varint(content, place)
        wire = key & 7
        if wire == _VARINT:
            value, place = _varint(content, place)
            yield key >> 3, value, content[began:place]
            continue
        if wire == _BYTES:
            size, place = _varint(content, place)
        elif wire in (_FIXED32, _FIXED64):
            size = 4 if wire == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {wire} at byte {place}")
        if place + size > len(content):
            raise ValueError(f"a field of {size} bytes at byte {place} of {len(content)}")
        yield key >> 3, content[place : place + size], content[began : place + size]
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
    if len(content) > 10 * MOST_NUMBERS:
        raise ValueError(f"a list of numbers has {len(content)} bytes")
    place = 0
    while place < len(content):
        value, place = _varint(content, place)
        yield value


def _bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError(f"a message was expected, not the number {value}")
    return value
