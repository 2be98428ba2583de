"""Model files that nobody should open: each class is a function from a good file to a bad one.

`benchmarks/attack.py` opens many of each; `test_hostile_models.py` opens one.
"""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Build = Callable[[Any, np.random.Generator], None]  #: changes a good model in place


def hostile(good: bytes, kind: str, generator: np.random.Generator) -> bytes:
    """Return a bad file of a kind; its digest is right, so that only what it says is wrong with it."""
    from zeronine.onnx_file import digest_of

    model = onnx.load_from_string(good)
    KINDS[kind](model, generator)
    for entry in model.metadata_props:
        card = json.loads(entry.value)
        card["digest"] = digest_of(model.SerializeToString())
        entry.value = json.dumps(card)
    return bytes(model.SerializeToString())


def changed_card(good: bytes, **entries: Any) -> bytes:
    """Return a good file with some entries of its card changed."""
    model = onnx.load_from_string(good)
    (entry,) = model.metadata_props
    entry.value = json.dumps({**json.loads(entry.value), **entries})
    return bytes(model.SerializeToString())


def _between(model: Any, kind: str, *constants: np.ndarray, **attributes: Any) -> None:
    """Put a step between the canvas and whatever takes it."""
    names = []
    for place, constant in enumerate(constants):
        names.append(f"bad_{place}")
        model.graph.initializer.append(numpy_helper.from_array(constant, names[-1]))
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            if name == "canvas":
                node.input[place] = "bad"
    model.graph.node.insert(0, helper.make_node(kind, ["canvas", *names], ["bad"], **attributes))


def _outer(model: Any, generator: np.random.Generator) -> None:
    """784 times 784 times 784: each step is allowed, together they are 2 GB a canvas."""
    for name, shape in (("row", [-1, 784, 1, 1]), ("column", [-1, 1, 784, 1]), ("plane", [-1, 1, 1, 784])):
        model.graph.initializer.append(numpy_helper.from_array(np.array(shape), f"{name}_shape"))
        model.graph.node.insert(0, helper.make_node("Reshape", ["canvas", f"{name}_shape"], [name]))
    model.graph.node.insert(3, helper.make_node("Mul", ["row", "column"], ["square"]))
    model.graph.node.insert(4, helper.make_node("Mul", ["square", "plane"], ["cube"]))


def _across(model: Any, generator: np.random.Generator) -> None:
    """All canvases times all canvases: what one costs grows with the others."""
    for name, shape in (("high", [-1, 1]), ("wide", [1, -1])):
        model.graph.initializer.append(numpy_helper.from_array(np.array(shape), f"{name}_shape"))
        model.graph.node.insert(0, helper.make_node("Reshape", ["canvas", f"{name}_shape"], [name]))
    model.graph.node.insert(2, helper.make_node("Mul", ["high", "wide"], ["all"]))


def _fill(model: Any, generator: np.random.Generator) -> None:
    """Ten thousand million numbers out of three."""
    size = np.array([10_000, 1000, int(generator.integers(500, 2000))])
    model.graph.initializer.append(numpy_helper.from_array(size, "size"))
    model.graph.node.insert(0, helper.make_node("ConstantOfShape", ["size"], ["filled"]))


def _loop(model: Any, generator: np.random.Generator) -> None:
    """A loop of 2**40 rounds in a graph of its own."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"])],
        "body",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
        ],
        [helper.make_tensor_value_info("go_on", TensorProto.BOOL, [])],
    )
    model.graph.initializer.append(numpy_helper.from_array(np.array(2**40), "rounds"))
    model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    model.graph.node.insert(0, helper.make_node("Loop", ["rounds", "yes"], [], body=body))


def _elsewhere(model: Any, generator: np.random.Generator) -> None:
    """The first constant lies in a file of the reader's machine."""
    constant = model.graph.initializer[0]
    constant.ClearField("raw_data")
    constant.data_location = TensorProto.EXTERNAL
    entry = constant.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def _function(model: Any, generator: np.random.Generator) -> None:
    """An operator of its own."""
    node = helper.make_node("Identity", ["x"], ["y"])
    opset = [helper.make_opsetid("", 18)]
    model.functions.append(helper.make_function("mine", "Deep", ["x"], ["y"], [node], opset))


def _domain(model: Any, generator: np.random.Generator) -> None:
    model.graph.node[0].domain = "com.microsoft"


def _nan(model: Any, generator: np.random.Generator) -> None:
    _in_weights(model, np.nan, generator)


def _infinite(model: Any, generator: np.random.Generator) -> None:
    _in_weights(model, np.inf, generator)


def _overflowing(model: Any, generator: np.random.Generator) -> None:
    """Every number is finite, the answers are not."""
    for constant in model.graph.initializer:
        if constant.data_type == TensorProto.FLOAT and len(constant.dims) > 1:
            huge = np.full(tuple(constant.dims), 1e38, np.float32)
            constant.CopyFrom(numpy_helper.from_array(huge, constant.name))


def _in_weights(model: Any, value: float, generator: np.random.Generator) -> None:
    weights = [one for one in model.graph.initializer if len(one.dims) > 1]
    constant = weights[int(generator.integers(len(weights)))]
    array = numpy_helper.to_array(constant).copy()
    array.reshape(-1)[int(generator.integers(array.size))] = value
    constant.CopyFrom(numpy_helper.from_array(array, constant.name))


def _short(model: Any, generator: np.random.Generator) -> None:
    """A constant promises more numbers than it has."""
    model.graph.initializer[0].dims[0] = 2**40


def _eleven(model: Any, generator: np.random.Generator) -> None:
    """Eleven digits."""
    for constant in model.graph.initializer:
        if list(constant.dims)[:1] == [10]:
            array = numpy_helper.to_array(constant)
            more = np.concatenate([array, array[:1]])
            constant.CopyFrom(numpy_helper.from_array(more, constant.name))
    for out in model.graph.output:
        if out.name == "logits":
            out.type.tensor_type.shape.dim[1].dim_value = 11


def _no_input(model: Any, generator: np.random.Generator) -> None:
    model.graph.input[0].name = "picture"


def _two_inputs(model: Any, generator: np.random.Generator) -> None:
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))


def _fewer_outputs(model: Any, generator: np.random.Generator) -> None:
    del model.graph.output[-1]


def _first_only(model: Any, generator: np.random.Generator) -> None:
    """Answers for the first canvas only."""
    one, zero = np.array([1]), np.array([0])
    _between(model, "Slice", zero, one, zero, one)


def _many(model: Any, generator: np.random.Generator) -> None:
    """Ten thousand steps."""
    for number in range(10_000):
        model.graph.node.append(helper.make_node("Relu", ["canvas"], [f"more_{number}"]))


def _deep(model: Any, generator: np.random.Generator) -> None:
    """Convolutions that are each allowed, and too many multiplications together."""
    model.graph.initializer.append(numpy_helper.from_array(np.array([1]), "axis"))
    wide = np.zeros((256, 1, 1, 1), np.float32)
    full = np.zeros((256, 256, 9, 9), np.float32)
    model.graph.initializer.append(numpy_helper.from_array(wide, "wide"))
    model.graph.initializer.append(numpy_helper.from_array(full, "full"))
    nodes = [
        helper.make_node("Unsqueeze", ["canvas", "axis"], ["deep_a"]),
        helper.make_node("Conv", ["deep_a", "wide"], ["deep_0"]),
    ]
    for number in range(40):
        given = [f"deep_{number}", "full"]
        nodes.append(helper.make_node("Conv", given, [f"deep_{number + 1}"], pads=[4, 4, 4, 4]))
    for node in reversed(nodes):
        model.graph.node.insert(0, node)


KINDS: dict[str, Build] = {
    "tile": lambda model, generator: _between(model, "Tile", np.array([1, 10_000, 10_000])),
    "expand": lambda model, generator: _between(model, "Expand", np.array([100_000, 28, 28])),
    "pad": lambda model, generator: _between(
        model, "Pad", np.array([0, 0, 0, 0, 2**20, int(generator.integers(1, 2**20))])
    ),
    "resize": lambda model, generator: _between(
        model, "Resize", np.zeros(0, np.float32), np.array([1, 1e4, 1e4], np.float32)
    ),
    "string": lambda model, generator: _between(model, "StringNormalizer"),
    "outer product": _outer,
    "across canvases": _across,
    "constant of shape": _fill,
    "loop": _loop,
    "external data": _elsewhere,
    "function": _function,
    "domain": _domain,
    "NaN": _nan,
    "infinite": _infinite,
    "overflowing": _overflowing,
    "short constant": _short,
    "eleven digits": _eleven,
    "no input": _no_input,
    "two inputs": _two_inputs,
    "fewer outputs": _fewer_outputs,
    "first canvas only": _first_only,
    "ten thousand steps": _many,
    "deep": _deep,
}
