"""Whether a model file may be opened at all: decided by looking at it, before anything runs.

A file is data that ONNX Runtime carries out, and an ONNX graph can say "make ten thousand million
numbers" in thirty bytes.  So a file is refused unless it is a plain chain of the few operators that this
package's own networks are made of, each of which answers every canvas by itself.  The shape of every
value is worked out by hand for two and for three canvases: what grows faster than the canvases, or
costs more than a large network does, is not opened.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zeronine.canvas import SIDE
from zeronine.errors import ModelError
from zeronine.onnx_file import Constant, Graph, Node, digest_of, read_graph

INPUT = "canvas"
OUTPUTS = ("logits", "embedding", "digit_logit")
MOST_NODES = 400  #: the largest network of a recipe has 60
MOST_VALUES = 2**19  #: of one value of one canvas, in numbers; 512 channels of 24 x 24 are 295,000
MOST_PRODUCTS = 2e9  #: multiplications a canvas: a tenth of a second of one core; the shipped one takes 5e6
EACH = 4  #: multiplications that any number on the way is taken to cost
MOST_REACH = 64  #: of a kernel, a stride, a padding or a dilation

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one canvas costs."""

    values: int  #: numbers in the largest value on the way
    products: float  #: multiplications


@dataclass(slots=True)
class _Way:
    """The values on the way through a graph, for so many canvases."""

    constants: dict[str, Constant]
    shapes: dict[str, Shape]
    products: float = 0.0

    def constant(self, node: Node, place: int) -> Constant:
        """Return an input that has to be a constant."""
        return self.constants[node.inputs[place]]

    def whole(self, node: Node, place: int) -> tuple[int, ...]:
        """Return an input that has to be a constant of a few whole numbers."""
        values = self.constant(node, place).reshape(-1)
        _require(len(values) <= 8 and bool(np.isfinite(values).all()), "a list of whole numbers")
        return tuple(int(value) for value in values)


def check_model(content: bytes, digest: str, *, where: str) -> Cost:
    """Return what a canvas costs; raise ModelError, naming the file `where`, for a file not to be opened.

    `digest` is the one on the file's card, empty in the files of older versions.
    """
    try:
        if digest and digest != digest_of(content):
            raise ModelError(
                f"{where}: the file is damaged (its digest is not that of its card): get it again", file=where
            )
        graph = read_graph(content)
        _check_parts(graph)
        two, three = (_ways(graph, count) for count in (2, 3))
        _check_shapes(two, three)
        return _cost(two)
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, ZeroDivisionError) as error:
        reason = (
            f"{error}"[:160] if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"[:160]
        )
        raise ModelError(
            f"{where}: not a model that is opened here ({reason}): "
            "give a .onnx file that `zeronine train` wrote",
            file=where,
        ) from None


def _check_parts(graph: Graph) -> None:
    """Raise ValueError for what none of the package's networks has."""
    _require(graph.inputs == (INPUT,), f"its inputs are {graph.inputs[:4]}")
    _require(graph.outputs == OUTPUTS, f"its outputs are {graph.outputs[:4]}")
    _require(len(graph.nodes) <= MOST_NODES, f"{len(graph.nodes)} steps")
    _require(not graph.foreign, f"it has {graph.foreign[:2]}")
    for node in graph.nodes:
        _require(node.kind in _OPERATORS, f"the operator {node.kind[:40]!r}")
        _require(not node.foreign, f"{node.kind} has {node.foreign[:2]}")
        _require(len(node.outputs) == 1, f"{node.kind} has {len(node.outputs)} outputs")
    for name, constant in graph.constants.items():
        _require(bool(np.isfinite(constant).all()), f"the constant {name[:40]!r} is not finite")


def _ways(graph: Graph, count: int) -> _Way:
    """Work out the shape of every value for so many canvases."""
    way = _Way(graph.constants, {INPUT: (count, SIDE, SIDE)})
    for node in graph.nodes:
        (name,) = node.outputs
        _require(name not in way.shapes and name not in way.constants, f"two values {name[:40]!r}")
        shape = _OPERATORS[node.kind](node, way)
        _require(all(side > 0 for side in shape), f"{node.kind} gives {shape}")
        way.shapes[name] = shape
        way.products += EACH * math.prod(shape)
    return way


def _check_shapes(two: _Way, three: _Way) -> None:
    """Raise ValueError unless every value belongs to the canvases one by one, and the outputs are ours."""
    for name, shape in two.shapes.items():
        _require(
            shape[:1] == (2,) and three.shapes[name] == (3, *shape[1:]),
            f"{name[:40]!r} is {shape} for two canvases and {three.shapes[name]} for three",
        )
        _require(math.prod(shape[1:]) <= MOST_VALUES, f"{name[:40]!r} is {shape}")
    logits, embedding, digit_logit = (two.shapes[name] for name in OUTPUTS)
    _require((logits, digit_logit) == ((2, 10), (2,)), f"logits are {logits}, digit_logit is {digit_logit}")
    _require(len(embedding) == 2, f"embedding is {embedding}")
    _require(two.products / 2 <= MOST_PRODUCTS, f"it takes {two.products / 2:.0e} multiplications a canvas")


def _cost(way: _Way) -> Cost:
    return Cost(max(math.prod(shape[1:]) for shape in way.shapes.values()), way.products / 2)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


# ---- what each operator gives ----


def _same(node: Node, way: _Way) -> Shape:
    return way.shapes[node.inputs[0]]


def _together(node: Node, way: _Way) -> Shape:
    """Two values, or a value and a constant, element by element."""
    sides = [way.shapes[name] if name in way.shapes else way.constants[name].shape for name in node.inputs]
    _require(len(sides) == 2 and any(name in way.shapes for name in node.inputs), f"{node.kind} of constants")
    return np.broadcast_shapes(*sides)


def _normalised(node: Node, way: _Way) -> Shape:
    shape = _same(node, way)
    _require(all(way.constant(node, place).shape == shape[1:2] for place in (1, 2, 3, 4)), "a normalisation")
    _require(node.numbers.get("training_mode", (0,)) == (0,), "a normalisation that learns")
    return shape


def _gemm(node: Node, way: _Way) -> Shape:
    count, came = way.shapes[node.inputs[0]]
    weight = way.constant(node, 1).shape
    wide, narrow = weight[::-1] if node.transposed else weight
    _require(wide == came and node.numbers.get("transA", (0,)) == (0,), f"a product of {came} and {weight}")
    if len(node.inputs) == 3:
        _require(way.constant(node, 2).shape in ((narrow,), (1, narrow)), "a bias of another length")
    way.products += count * wide * narrow
    return count, narrow


def _matmul(node: Node, way: _Way) -> Shape:
    shape = way.shapes[node.inputs[0]]
    wide, narrow = way.constant(node, 1).shape
    _require(len(shape) > 1 and shape[-1] == wide, f"a product of {shape} and {(wide, narrow)}")
    way.products += math.prod(shape) * narrow
    return *shape[:-1], narrow


def _convolution(node: Node, way: _Way) -> Shape:
    count, came, *sides = way.shapes[node.inputs[0]]
    channels, each, *kernel = way.constant(node, 1).shape
    (group,) = node.numbers.get("group", (1,))
    _require(
        group >= 1 and came == each * group and channels % group == 0, f"a convolution of {came} channels"
    )
    _require(node.numbers.get("kernel_shape", tuple(kernel)) == tuple(kernel), "a kernel of another size")
    if len(node.inputs) == 3:
        _require(way.constant(node, 2).shape == (channels,), "a bias of another length")
    shape = (count, channels, *_windows(node, sides, tuple(kernel)))
    way.products += math.prod(shape) * each * math.prod(kernel)
    return shape


def _pool(node: Node, way: _Way) -> Shape:
    count, channels, *sides = way.shapes[node.inputs[0]]
    kernel = node.numbers["kernel_shape"]
    shape = (count, channels, *_windows(node, sides, kernel))
    way.products += math.prod(shape) * math.prod(kernel)
    return shape


def _windows(node: Node, sides: list[int], kernel: Shape) -> Shape:
    """Return how often a kernel fits along each side."""
    n = len(sides)
    strides, dilations = (node.numbers.get(name, (1,) * n) for name in ("strides", "dilations"))
    pads = node.numbers.get("pads", (0,) * (2 * n))
    _require(
        (len(kernel), len(strides), len(dilations), len(pads)) == (n, n, n, 2 * n) and n == 2, "a kernel"
    )
    _require(
        all(1 <= one <= MOST_REACH for one in (*kernel, *strides, *dilations)), "a kernel out of proportion"
    )
    _require(all(0 <= one <= MOST_REACH for one in pads), "a padding out of proportion")
    up = node.numbers.get("ceil_mode", (0,)) != (0,)
    lengths = []
    for place, side in enumerate(sides):
        room = side + pads[place] + pads[place + n] - dilations[place] * (kernel[place] - 1) - 1
        _require(room >= 0, "a kernel larger than its picture")
        lengths.append((room + (strides[place] - 1 if up else 0)) // strides[place] + 1)
    return tuple(lengths)


def _reshaped(node: Node, way: _Way) -> Shape:
    shape, wanted = _same(node, way), list(way.whole(node, 1))
    if node.numbers.get("allowzero", (0,)) == (0,):
        wanted = [shape[place] if side == 0 else side for place, side in enumerate(wanted)]
    _require(all(side > 0 or side == -1 for side in wanted) and wanted.count(-1) <= 1, f"a shape {wanted}")
    if -1 in wanted:
        known = -math.prod(wanted)
        wanted[wanted.index(-1)] = math.prod(shape) // known
    _require(math.prod(wanted) == math.prod(shape), f"{shape} as {wanted}")
    return tuple(wanted)


def _flat(node: Node, way: _Way) -> Shape:
    shape = _same(node, way)
    _require(node.numbers.get("axis", (1,)) == (1,), "another axis")
    return shape[0], math.prod(shape[1:])


def _slice(node: Node, way: _Way) -> Shape:
    shape = list(_same(node, way))
    starts, ends = way.whole(node, 1), way.whole(node, 2)
    axes = way.whole(node, 3) if len(node.inputs) > 3 else tuple(range(len(starts)))
    steps = way.whole(node, 4) if len(node.inputs) > 4 else (1,) * len(starts)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        shape[axis] = len(range(shape[axis])[start:end:step])
    return tuple(shape)


def _unsqueezed(node: Node, way: _Way) -> Shape:
    shape = list(_same(node, way))
    axes = way.whole(node, 1)
    _require(all(0 < axis <= len(shape) for axis in axes), "an axis before the canvases")
    for axis in sorted(axes):
        shape.insert(axis, 1)
    return tuple(shape)


def _squeezed(node: Node, way: _Way) -> Shape:
    shape = _same(node, way)
    axes = {axis % len(shape) for axis in way.whole(node, 1)}
    _require(all(shape[axis] == 1 for axis in axes), f"{shape} without {axes}")
    return tuple(side for place, side in enumerate(shape) if place not in axes)


def _reduced(node: Node, way: _Way) -> Shape:
    shape = _same(node, way)
    axes = {axis % len(shape) for axis in way.whole(node, 1)}
    _require(bool(axes) and 0 not in axes, f"a sum of {shape} over {axes}")
    keep = node.numbers.get("keepdims", (1,)) != (0,)
    sides = [1 if place in axes else side for place, side in enumerate(shape) if keep or place not in axes]
    return tuple(sides)


_OPERATORS: dict[str, Callable[[Node, _Way], Shape]] = {
    **dict.fromkeys(("Relu", "Tanh", "Sigmoid", "Gelu", "Erf", "Identity"), _same),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _together),
    **dict.fromkeys(("MaxPool", "AveragePool"), _pool),
    **dict.fromkeys(("ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceSum"), _reduced),
    "BatchNormalization": _normalised,
    "Conv": _convolution,
    "Flatten": _flat,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Reshape": _reshaped,
    "Slice": _slice,
    "Squeeze": _squeezed,
    "Unsqueeze": _unsqueezed,
}
