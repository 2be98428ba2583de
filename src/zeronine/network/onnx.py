"""A trained network -> one complete model file, compared with PyTorch before anyone may use it.

The file's logits are divided by the card's temperature and its `digit_logit` has lost the card's
threshold already, so a reader needs only softmax and sigmoid.
"""

import contextlib
import copy
import io
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from zeronine.canvas import SIDE
from zeronine.card import KEY, Card
from zeronine.errors import ModelError
from zeronine.files import write_beside
from zeronine.network.contract import Outputs

TOLERANCE = 1e-4  #: largest difference from PyTorch that an export may have


class _Calibrated(nn.Module):
    """The network as it is shipped: calibrated by what was fitted on validation."""

    def __init__(self, network: nn.Module, card: Card) -> None:
        super().__init__()
        self.network = network
        self.temperature = card.temperature
        self.threshold = card.digit_threshold

    def forward(self, canvas: torch.Tensor) -> Outputs:
        logits, embedding, digit_logit = self.network(canvas)
        return Outputs(logits / self.temperature, embedding, digit_logit - self.threshold)


def export_onnx(network: nn.Module, card: Card, path: Path) -> float:
    """Write the model file and return its largest difference from PyTorch, over 64 fixed canvases.

    Raises ModelError, and leaves no file, when the difference is above TOLERANCE.
    """
    calibrated = _Calibrated(copy.deepcopy(network), card).cpu().float().eval()
    model = _export(calibrated)
    entry = model.metadata_props.add()
    entry.key, entry.value = KEY, card.to_json()
    content = model.SerializeToString()
    difference = _difference(calibrated, content)
    if not difference <= TOLERANCE:
        raise ModelError(f"{path}: the exported model differs from PyTorch by {difference:.2g}: not written")
    write_beside(path, content)
    return difference


def _export(network: nn.Module) -> Any:
    """Return the network as an ONNX model, for any number of canvases."""
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # the exporter warns about its own dependencies
            program = torch.onnx.export(
                network,
                (torch.zeros(2, SIDE, SIDE),),
                input_names=["canvas"],
                output_names=list(Outputs._fields),
                dynamic_shapes=({0: torch.export.Dim("count", min=0)},),
                dynamo=True,
            )
            assert program is not None
    finally:
        quiet.setLevel(level)
    return program.model_proto


def _difference(network: nn.Module, content: bytes) -> float:
    """Return the largest absolute difference between PyTorch and ONNX Runtime."""
    import onnxruntime

    canvases = np.random.default_rng(0).random((64, SIDE, SIDE), np.float32)
    canvases[32:] *= canvases[32:] > 0.8  # half of them mostly paper, as digits are
    with torch.inference_mode():
        expected = network(torch.from_numpy(canvases))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(list(Outputs._fields), {"canvas": canvases})
    return max(float(np.abs(one.numpy() - other).max()) for one, other in zip(expected, found, strict=True))
