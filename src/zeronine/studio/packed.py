"""The reader's networks and evidence as the edition without a server carries them: one text, and its bytes.

Nothing is rounded: the model files hold half floats, and half floats are what is packed.
`alone/reader.js` unpacks and runs it; the convolutions run in the kernel that `kernel.py` writes.
"""

import base64
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from zeronine.reading import context, evidence, finder
from zeronine.studio.kernel import kernel_bytes


@dataclass
class Packing:
    """Weights one after the other, and where each lies."""

    content: bytearray = field(default_factory=bytearray)

    def add(self, weights: np.ndarray[Any, Any]) -> int:
        """Append weights as half floats and return where they begin; raise ValueError if that loses any."""
        halves = weights.astype("<f2")
        if not np.array_equal(halves.astype(np.float32), weights.astype(np.float32)):
            raise ValueError("a weight is no half float: pack it in another way")
        at = len(self.content)
        self.content += halves.tobytes()
        return at


def deflated(content: bytes) -> str:
    """Return bytes as the page unpacks them: deflated, in base64."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def packed_reader() -> dict[str, Any]:
    """Return what the page needs to read pictures: networks, evidence, kernel, and the weights in base64."""
    from zeronine.network import context as second
    from zeronine.network import finder as first

    packing = Packing()
    return {
        "finder": network_of(finder.SHIPPED, packing)
        | {"floor": first.FLOOR, "ground": first.GROUND, "classes": first.CLASSES, "box": list(first.BOX)},
        "context": network_of(context.SHIPPED, packing) | {"floor": second.FLOOR},
        "evidence": json.loads(evidence.SHIPPED.read_text()),
        "kernel": base64.b64encode(kernel_bytes()).decode(),
        "weights": deflated(bytes(packing.content)),
    }


def network_of(path: Path, packing: Packing) -> dict[str, Any]:
    """Return a network's convolutions and what comes after them, in order, their weights packed."""
    import onnx

    graph = onnx.load(str(path)).graph
    arrays = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]
    rectified = {node.input[0] for node in graph.node if node.op_type == "Relu"}
    layers, dense = [], []
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm"):
            continue
        weights, bias = arrays[node.input[1]], arrays[node.input[2]]
        layer: dict[str, Any] = {
            "name": node.input[1].removesuffix(".weight"),
            "shape": list(weights.shape),
            "at": packing.add(weights),
            "bias": [float(value) for value in bias],
        }
        if node.op_type == "Gemm":
            dense.append(layer)
            continue
        given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        layer |= {
            "stride": given["strides"][0],
            "gap": given["dilations"][0],
            "relu": node.output[0] in rectified,
        }
        layers.append(layer)
    return {"layers": layers, "dense": dense}
