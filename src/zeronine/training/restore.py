"""A model file -> the PyTorch network it was made from, so that training can go on from it.

Exporting folds batch normalisations into the layers before them where it can.  They are unfolded
here: the file's answers stay the same, and each normalisation is given the mean and deviation that it
would have measured on some canvases, so that it goes on working in training.
"""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from zeronine.canvas import Canvases
from zeronine.card import Card
from zeronine.errors import ModelError
from zeronine.models import Model
from zeronine.network.build import build
from zeronine.network.contract import Outputs
from zeronine.reading.classify import Classifier
from zeronine.training.recipe import recipe_from_dict

PREFIX = "network."  #: of every weight in a file that `network/onnx.py` wrote
FOLDED = "weight_bias"  #: what the exporter calls the bias that a folded normalisation leaves behind
TOLERANCE = 1e-3  #: largest difference from the file's answers

Weights = dict[str, torch.Tensor]
Norm = nn.BatchNorm1d | nn.BatchNorm2d


def network_of(model: Model, canvases: Canvases) -> tuple[nn.Module, Card]:
    """Return the network of whatever `model_file` takes, in evaluation mode, and its card.

    `canvases` (N, 28, 28) are digits like those to go on with: they settle the normalisations.
    Raises ModelError for a file whose network cannot be built again, or then answers otherwise.
    """
    classifier = Classifier(model)
    card, where = classifier.card, str(classifier.path)
    if "network" not in card.recipe:
        raise ModelError(
            f"{where}: its card does not say how the network is built: train a new one instead", file=where
        )
    network = build(recipe_from_dict(card.recipe, where=where).to_dict()).eval()
    folded = _fill(network, _weights(classifier.path), where=where)
    pictures = torch.from_numpy(canvases)
    _settle(network, folded, pictures)
    with torch.inference_mode():
        outputs: Outputs = network(pictures)
    expected = classifier(canvases).logits * np.float32(card.temperature)
    difference = float(np.abs(outputs.logits.numpy() - expected).max())
    if not difference <= TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise ModelError(
            f"{where}: built again, its network answers otherwise (by {difference:.2g})", file=where
        )
    return network, card


def _weights(path: Path) -> Weights:
    """Return the weights in a model file by their names in PyTorch."""
    import onnx
    from onnx import numpy_helper

    stored = onnx.load_from_string(path.read_bytes()).graph.initializer
    arrays = {one.name: numpy_helper.to_array(one) for one in stored if one.name.startswith(PREFIX)}
    return {
        name.removeprefix(PREFIX): torch.from_numpy(np.array(array, np.float32))
        for name, array in arrays.items()
    }


def _fill(network: nn.Module, weights: Weights, *, where: str) -> list[Norm]:
    """Put a file's weights into a network; return the normalisations that were folded away in it.

    Those are made to change nothing but to add the bias that the layer before them was left with.
    Constants that the file stores once for several (the exporter does so) stay as they were built; that
    nothing was lost is seen by comparing answers.
    """
    folded: list[Norm] = []
    left = None  # the bias of the last layer, if it belongs to the normalisation that follows
    for name, module in network.named_modules():
        learned = dict(module.named_parameters(recurse=False))
        kept = learned | dict(module.named_buffers(recurse=False))
        found = {one: weights[_join(name, one)] for one in kept if _join(name, one) in weights}
        if isinstance(module, Norm) and not found:
            module.weight.data.fill_((1 + module.eps) ** 0.5)
            module.bias.data.copy_(torch.zeros_like(module.bias) if left is None else left)
            folded.append(module)
        elif not set(learned) <= set(found):
            raise ModelError(
                f"{where}: the weights {sorted(set(learned) - set(found))} of {name} are not in it",
                file=where,
            )
        for one, value in found.items():
            if kept[one].shape != value.shape:
                raise ModelError(
                    f"{where}: {_join(name, one)} has the shape {tuple(value.shape)}", file=where
                )
            kept[one].data.copy_(value)
        if kept:
            left = weights.get(_join(name, FOLDED))
    return folded


def _join(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name


def _settle(network: nn.Module, folded: list[Norm], canvases: torch.Tensor) -> None:
    """Give each folded normalisation the statistics of what reaches it; its answers stay as they are."""
    hooks = [module.register_forward_pre_hook(partial(_measure)) for module in folded]
    try:
        with torch.inference_mode():
            network(canvases)
    finally:
        for hook in hooks:
            hook.remove()


def _measure(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
    """Move mean and deviation of a normalisation's input from its answer's offset into its statistics."""
    assert isinstance(module, Norm) and module.running_mean is not None and module.running_var is not None
    values = inputs[0].flatten(2).transpose(0, 1).flatten(1) if inputs[0].ndim > 2 else inputs[0].T
    mean, variance = values.mean(1), values.var(1, unbiased=False)
    module.running_mean.copy_(mean)
    module.running_var.copy_(variance)
    module.weight.data.copy_((variance + module.eps).sqrt())
    module.bias.data.add_(mean)
