"""A trained finder or second opinion -> its model file: weights in 16 bits, compared with PyTorch."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from zeronine.card import Card
from zeronine.errors import ModelError
from zeronine.files import write_beside
from zeronine.network.context import GLIMPSE
from zeronine.network.finder import Finder, Found
from zeronine.network.onnx import exported, with_card

TOLERANCE = 0.05  #: largest difference of a logit that rounding the weights to 16 bits may make
PICTURES = ((1, 64, 128), (2, 96, 192), (1, 136, 72))  #: shapes that the finder is compared on
GLIMPSES = ((64, 2, GLIMPSE, GLIMPSE),)  #: and the second opinion
LEAST_ROUNDED = 256  #: weights of a tensor that is worth rounding


def export_page_network(network: nn.Module, card: Card, path: Path) -> float:
    """Write a model file and return its largest difference from PyTorch on made-up input.

    Raises ModelError, and leaves no file, when a logit differs by more than TOLERANCE from the network
    with rounded weights, or the answers by more than that allows.
    """
    whole = copy.deepcopy(network).cpu().float().eval()
    model = _export(whole)
    _halve(model)
    content = with_card(model, card)
    difference = _difference(whole, content)
    if not difference <= TOLERANCE:
        raise ModelError(
            f"{path}: the exported network differs from PyTorch by {difference:.2g}: not written", file=path
        )
    write_beside(path, content)
    return difference


def _export(network: nn.Module) -> Any:
    """Return the network as an ONNX model: the finder for pictures of any size, the other for any number."""
    count = torch.export.Dim("count", min=1)
    if not isinstance(network, Finder):
        example = torch.zeros(2, 2, GLIMPSE, GLIMPSE)
        return exported(network, example, name="glimpses", outputs=("logits",), free={0: count})
    eighth, columns = torch.export.Dim("rows", min=2), torch.export.Dim("columns", min=2)
    free = {0: count, 1: 8 * eighth, 2: 8 * columns}
    return exported(network, torch.zeros(2, 96, 192), name="picture", outputs=Found._fields, free=free)


def _halve(model: Any) -> None:
    """Keep large weights in 16 bits, each followed by a cast; ONNX Runtime undoes it once, at opening."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= LEAST_ROUNDED:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _difference(network: nn.Module, content: bytes) -> float:
    """Return the largest difference of a logit between PyTorch and ONNX Runtime, relative to its size."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    generator = np.random.default_rng(0)
    worst = 0.0
    for shape in PICTURES if isinstance(network, Finder) else GLIMPSES:
        made = generator.random(shape, np.float32)
        with torch.inference_mode():
            answers = network(torch.from_numpy(made))
        found = session.run(None, {session.get_inputs()[0].name: made})
        for one, other in zip(answers if isinstance(answers, Found) else [answers], found, strict=True):
            away = np.abs(one.numpy() - other) / (1 + np.abs(one.numpy()))
            worst = max(worst, float(away.max()))
    return worst
