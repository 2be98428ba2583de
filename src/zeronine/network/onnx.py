"""A trained network -> one complete model file, compared with PyTorch before anyone may use it.

The file's logits are divided by the card's temperature and its `digit_logit` has lost the card's
threshold already, so a reader needs only softmax and sigmoid.
"""

import contextlib
import copy
import io
import logging
import math
import warnings
from dataclasses import replace
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
from zeronine.onnx_file import digest_of

TOLERANCE = 1e-4  #: largest difference from PyTorch that an export may have, relative to the largest value


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

    The difference is relative to the largest value of an output, or absolute where that is below 1.
    Raises ModelError, and leaves no file, when the difference is above TOLERANCE or no number.
    """
    calibrated = _Calibrated(copy.deepcopy(network), card).cpu().float().eval()
    free = {0: torch.export.Dim("count", min=0)}
    example = torch.zeros(2, SIDE, SIDE)
    model = exported(calibrated, example, name="canvas", outputs=Outputs._fields, free=free)
    content = with_card(model, card)
    difference = _difference(calibrated, content)
    if not difference <= TOLERANCE:
        raise ModelError(
            f"{path}: the exported model differs from PyTorch by {difference:.2g}: not written", file=path
        )
    write_beside(path, content)
    return difference


def with_card(model: Any, card: Card) -> bytes:
    """Return the bytes of a model's file that carries the card, the digest of the model in it."""
    entry = model.metadata_props.add()
    entry.key = KEY
    entry.value = replace(card, digest=digest_of(model.SerializeToString())).to_json()
    return bytes(model.SerializeToString())


def exported(
    network: nn.Module, example: torch.Tensor, *, name: str, outputs: tuple[str, ...], free: Any
) -> Any:
    """Return a network as an ONNX model with one input, `name`, whose sides in `free` may have any size."""
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # the exporter warns about its own dependencies
            program = torch.onnx.export(
                network,
                (example,),
                input_names=[name],
                output_names=list(outputs),
                dynamic_shapes=(free,),
                dynamo=True,
            )
            assert program is not None
    finally:
        quiet.setLevel(level)
    return program.model_proto


def _difference(network: nn.Module, content: bytes) -> float:
    """Return the largest difference between PyTorch and ONNX Runtime, relative to each output's largest."""
    import onnxruntime

    canvases = np.random.default_rng(0).random((64, SIDE, SIDE), np.float32)
    canvases[32:] *= canvases[32:] > 0.8  # half of them mostly paper, as digits are
    with torch.inference_mode():
        expected = network(torch.from_numpy(canvases))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(list(Outputs._fields), {"canvas": canvases})
    pairs = [(one.numpy(), other) for one, other in zip(expected, found, strict=True)]
    if not all(np.isfinite(one).all() and np.isfinite(other).all() for one, other in pairs):
        return math.inf
    return max(float(np.abs(one - other).max() / max(1.0, np.abs(one).max())) for one, other in pairs)
