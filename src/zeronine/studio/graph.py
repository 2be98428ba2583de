"""A model file -> a small description that the exported page runs by hand, and the bytes of its weights.

The file is first folded by ONNX Runtime for a single canvas (constants computed, batch normalisation
merged into convolutions), so that few and plain operations remain.  The operations that the page
knows are in `static/operations.js`; this file refuses a model with any other.
Weights are kept as float16, or as whole numbers of 8 bits with one scale for each output.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.errors import ModelError
from zeronine.extras import need

WANTED = ("logits", "digit_logit")  #: the embedding is not shown on the page
PLAIN = 64  #: arrays up to this many values are written out in full
#: what static/operations.js can do; a test compares the two lists
OPERATIONS = """
    Abs Add AveragePool BatchNormalization Clip Concat Conv Div Elu Erf Exp Flatten Gelu Gemm
    GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Identity LeakyRelu Log MatMul Max MaxPool Min Mul
    Neg Pow Reciprocal ReduceL2 ReduceLogSumExp ReduceMax ReduceMean ReduceSum Relu Reshape Sigmoid
    Slice Softmax Sqrt Squeeze Sub Tanh Transpose Unsqueeze
"""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """Operations in order, where each weight lies in the bytes, and which tensors are the answers."""

    description: dict[str, Any]  #: plain data for JSON
    weights: bytes


def graph_of(model: bytes, *, bits: int = 16) -> Graph:
    """Return the graph of a model file's bytes, its weights in 16 bits (float) or 8 (whole numbers).

    Raises ModelError for an operation that the page does not know, and MissingExtraError without onnx.
    """
    folded = _folded(model)
    nodes = _needed(folded.graph.node)
    unknown = sorted({node.op_type for node in nodes} - set(OPERATIONS.split()))
    if unknown:
        raise ModelError(
            f"the exported page cannot run {', '.join(unknown)}: train with one of the named recipes"
        )
    arrays = _arrays(folded)
    used = {name for node in nodes for name in node.input if name in arrays}
    axes = {node.input[1]: _output_axis(node) for node in nodes if node.op_type in ("Conv", "Gemm", "MatMul")}
    tensors, weights = {}, bytearray()
    for name in sorted(used):
        tensors[name] = _pack(arrays[name], weights, bits, axes.get(name, 0))
    return Graph(
        {
            "nodes": [_plain_node(node) for node in nodes],
            "tensors": tensors,
            "outputs": {name: name for name in WANTED},
        },
        bytes(weights),
    )


def _folded(model: bytes) -> Any:
    """Return the model for one canvas, with everything computed that does not depend on it."""
    import onnxruntime

    onnx: Any = need("onnx", extra="learn")

    single = onnx.load_from_string(model)
    for value in (*single.graph.input, *single.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    del single.graph.value_info[:]
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 4
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "folded.onnx"
        options.optimized_model_filepath = str(place)
        onnxruntime.InferenceSession(single.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return onnx.load_from_string(place.read_bytes())


def _needed(nodes: Any) -> list[Any]:
    """Return the nodes, in order, that the wanted outputs depend on."""
    wanted = set(WANTED)
    kept = []
    for node in reversed(nodes):
        if wanted & set(node.output):
            wanted |= set(node.input)
            kept.append(node)
    return kept[::-1]


def _arrays(model: Any) -> dict[str, Array]:
    """Return every constant of the model by name."""
    from onnx import numpy_helper

    arrays = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            arrays[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return arrays


def _output_axis(node: Any) -> int:
    """Return along which axis of its weight a layer's outputs lie."""
    if node.op_type == "Conv":
        return 0
    turned = node.op_type == "Gemm" and any(one.name == "transB" and one.i for one in node.attribute)
    return 0 if turned else 1


def _pack(array: Array, weights: bytearray, bits: int, axis: int) -> dict[str, Any]:
    """Append an array to the weights and return how to find it again; small ones are spelled out."""
    shape = list(array.shape)
    if array.size <= PLAIN:
        return {"kind": "plain", "shape": shape, "values": [float(value) for value in array.ravel()]}
    if bits == 16 or array.ndim < 2:
        if len(weights) % 2:
            weights.append(0)
        entry: dict[str, Any] = {"kind": "float16", "shape": shape, "at": len(weights)}
        weights += array.astype("<f2").tobytes()
        return entry
    others = tuple(other for other in range(array.ndim) if other != axis)
    scales = np.maximum(np.abs(array).max(axis=others), 1e-12) / 127
    spread = scales.reshape([-1 if one == axis else 1 for one in range(array.ndim)])
    entry = {"kind": "int8", "shape": shape, "at": len(weights), "axis": axis}
    entry["scales"] = [float(f"{scale:.6g}") for scale in scales]
    weights += np.rint(array / spread).astype(np.int8).tobytes()
    return entry


def _plain_node(node: Any) -> dict[str, Any]:
    """Return a node as plain data: its operation, its inputs and outputs, and its numbers."""
    from onnx import helper

    plain = {"op": node.op_type, "inputs": list(node.input), "outputs": list(node.output)}
    for attribute in node.attribute:
        value = helper.get_attribute_value(attribute)
        if isinstance(value, bytes):
            if attribute.name == "auto_pad" and value != b"NOTSET":
                raise ModelError(f"the exported page cannot run padding {value.decode()!r}: train it again")
        else:
            plain[attribute.name] = list(value) if hasattr(value, "__len__") else value
    return plain
