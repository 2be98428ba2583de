"""The exported page's operations against ONNX Runtime, one small model for each."""

import base64
import json
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Page

from zeronine.studio.export import bundle
from zeronine.studio.graph import OPERATIONS, graph_of

RANDOM = np.random.default_rng(5)
CANVAS = RANDOM.random((1, 28, 28), np.float32)
KERNEL = RANDOM.normal(0, 0.3, (4, 1, 3, 3)).astype(np.float32)
GROUPED = RANDOM.normal(0, 0.3, (4, 2, 3, 5)).astype(np.float32)
BIAS = RANDOM.normal(0, 1, 4).astype(np.float32)
ROW = RANDOM.random(28, np.float32) + np.float32(0.5)
MATRIX = RANDOM.normal(0, 0.2, (28, 6)).astype(np.float32)
AXES = np.array([2], np.int64)
END = np.iinfo(np.int64).max  #: of an axis, however long it is

Node = tuple[str, list[Any], str, dict[str, Any]]  #: operation, inputs, output, attributes


def places(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


# name -> nodes from "x" (1, 1, 28, 28), above 0, to "y": (operation, inputs, output, attributes)
CASES: dict[str, list[Node]] = {
    "arithmetic": [
        ("Add", ["x", ROW], "a", {}),
        ("Mul", ["a", ROW[:, None]], "b", {}),
        ("Sub", ["b", np.float32(0.7)], "c", {}),
        ("Div", ["c", "a"], "d", {}),
        ("Max", ["d", "x"], "e", {}),
        ("Min", ["e", "b"], "y", {}),
    ],
    "powers": [
        ("Exp", ["x"], "a", {}),
        ("Log", ["a"], "b", {}),
        ("Sqrt", ["b"], "c", {}),
        ("Pow", ["c", np.float32(3)], "d", {}),
        ("Reciprocal", ["a"], "e", {}),
        ("Add", ["d", "e"], "y", {}),
    ],
    "bends": [
        ("Sub", ["x", np.float32(0.5)], "m", {}),
        ("Relu", ["m"], "a", {}),
        ("LeakyRelu", ["m"], "b", {"alpha": 0.2}),
        ("Elu", ["m"], "c", {"alpha": 0.7}),
        ("Sigmoid", ["m"], "d", {}),
        ("HardSigmoid", ["m"], "e", {}),
        ("HardSwish", ["m"], "f", {}),
        ("Tanh", ["m"], "g", {}),
        ("Gelu", ["m"], "h", {}),
        ("Erf", ["m"], "i", {}),
        ("Abs", ["m"], "j", {}),
        ("Neg", ["j"], "k", {}),
        ("Clip", ["m", np.float32(-0.2), np.float32(0.3)], "l", {}),
        ("Concat", [*"abcdefghikl"], "y", {"axis": 1}),
    ],
    "convolutions": [
        ("Conv", ["x", KERNEL, BIAS], "a", {"pads": [1, 1, 1, 1], "strides": [2, 1]}),
        ("Conv", ["a", GROUPED], "y", {"group": 2, "dilations": [2, 1], "pads": [2, 0, 1, 3]}),
    ],
    "normalised": [
        ("Conv", ["x", KERNEL, BIAS], "a", {}),
        ("Relu", ["a"], "b", {}),
        ("BatchNormalization", ["b", BIAS, BIAS, BIAS, BIAS**2], "y", {"epsilon": 1e-3}),
    ],
    "pools": [
        ("MaxPool", ["x"], "a", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
        ("AveragePool", ["a"], "b", {"kernel_shape": [2, 3], "strides": [2, 1], "pads": [0, 1, 1, 1]}),
        ("AveragePool", ["b"], "c", {"kernel_shape": [2, 2], "count_include_pad": 1, "pads": [1, 1, 0, 0]}),
        ("MaxPool", ["c"], "y", {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}),
    ],
    "whole pools": [
        ("Conv", ["x", KERNEL, BIAS], "a", {}),
        ("GlobalAveragePool", ["a"], "b", {}),
        ("GlobalMaxPool", ["a"], "c", {}),
        ("Concat", ["b", "c"], "y", {"axis": 1}),
    ],
    "sums": [
        ("ReduceMean", ["x", AXES], "a", {"keepdims": 1}),
        ("ReduceSum", ["x", AXES], "b", {"keepdims": 1}),
        ("ReduceMax", ["x", AXES], "c", {"keepdims": 1}),
        ("ReduceL2", ["x", AXES], "d", {"keepdims": 1}),
        ("ReduceLogSumExp", ["x", AXES], "e", {"keepdims": 1}),
        ("Concat", [*"abcde"], "f", {"axis": 2}),
        ("ReduceMean", ["f", AXES], "y", {"keepdims": 0}),
    ],
    "shapes": [
        ("Transpose", ["x"], "a", {"perm": [0, 3, 1, 2]}),
        ("Squeeze", ["a", AXES], "b", {}),
        ("Unsqueeze", ["b", np.array([1], np.int64)], "c", {}),
        ("Reshape", ["c", np.array([1, 14, 2, -1], np.int64)], "d", {}),
        ("Reshape", ["d", np.array([0, 28, 28], np.int64)], "e", {}),
        ("MatMul", ["e", MATRIX], "f", {}),
        ("Softmax", ["f"], "g", {"axis": -1}),
        ("Softmax", ["g"], "y", {"axis": 1}),
    ],
    "slices": [
        ("Slice", ["x", places(2, 3), places(-2, END), places(2, 3)], "a", {}),
        ("Slice", ["a", places(0, 0, 1), places(1, 1, -1)], "b", {}),
        ("Slice", ["b", places(-20), places(-4), places(-1), places(1)], "y", {}),
    ],
}


def model_of(nodes: list[Node]) -> bytes:
    """Return a model file's bytes: the nodes, then a random matrix to ten logits."""
    constants, listed = [], [helper.make_node("Unsqueeze", ["canvas", "one"], ["x"])]
    constants.append(numpy_helper.from_array(np.array([1], np.int64), "one"))
    for operation, inputs, output, attributes in nodes:
        names = []
        for one in inputs:
            if not isinstance(one, str):
                constants.append(numpy_helper.from_array(np.asarray(one), f"constant{len(constants)}"))
                one = constants[-1].name
            names.append(one)
        listed.append(helper.make_node(operation, names, [output], **attributes))
    listed.append(helper.make_node("Flatten", ["y"], ["flat"], axis=1))
    listed.append(helper.make_node("Gemm", ["flat", "last"], ["logits"], alpha=0.5, transB=1))
    listed.append(helper.make_node("ReduceMax", ["logits", "one"], ["digit_logit"], keepdims=0))
    width = width_of(listed, constants)
    constants.append(numpy_helper.from_array(RANDOM.normal(0, 1, (10, width)).astype(np.float32), "last"))
    return file_of(listed, constants, ["logits", "digit_logit"])


def width_of(nodes: list[Any], constants: list[Any]) -> int:
    """Return how many values come out before the last matrix."""
    session = onnxruntime.InferenceSession(
        file_of(nodes[:-2], constants, ["flat"]), providers=["CPUExecutionProvider"]
    )
    width: int = session.run(["flat"], {"canvas": CANVAS})[0].shape[1]
    return width


def file_of(nodes: list[Any], constants: list[Any], outputs: list[str]) -> bytes:
    canvas = helper.make_tensor_value_info("canvas", TensorProto.FLOAT, ["count", 28, 28])
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    if len(ends) == 2:
        ends[0] = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["count", 10])
        ends[1] = helper.make_tensor_value_info("digit_logit", TensorProto.FLOAT, ["count"])
    graph = helper.make_graph(nodes, "case", [canvas], ends, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    content: bytes = model.SerializeToString()
    return content


@pytest.mark.parametrize("case", CASES)
def test_the_page_computes_what_onnx_runtime_computes(quiet_page: Page, case: str) -> None:
    model = model_of(CASES[case])
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    expected = session.run(["logits"], {"canvas": CANVAS})[0].ravel()
    graph = graph_of(model)
    source = bundle(("operations.js", "network.js")).removesuffix("})();\n")
    found = quiet_page.evaluate(
        f"([graph, weights, canvas]) => {source}"
        "return Array.from(run(load(JSON.parse(graph), fromBase64(weights)), canvas).logits); })()",
        [json.dumps(graph.description), base64.b64encode(graph.weights).decode(), CANVAS.ravel().tolist()],
    )
    assert np.abs(found - expected).max() < 2e-3 * max(1, np.abs(expected).max())  # weights in 16 bits


def test_every_operation_has_a_case() -> None:
    used = {operation for nodes in CASES.values() for operation, *_ in nodes}
    assert set(OPERATIONS.split()) - used <= {"Flatten", "Gemm", "Identity"}
