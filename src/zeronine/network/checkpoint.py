"""Training state on disk: one safetensors file with a card, whole or not there.

It holds everything that going on needs (weights, the optimiser's memory, how far the run is) and
no clock time, so that the same training writes the same bytes.  No pickle is ever read.
"""

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn

from zeronine.card import KEY, Card, card_from_json
from zeronine.errors import ModelError, RunError
from zeronine.files import write_beside

NETWORK, AVERAGE, OPTIMIZER = "network.", "average.", "optimizer."


def save_checkpoint(
    path: Path,
    network: nn.Module,
    card: Card,
    *,
    average: nn.Module | None = None,
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write the state of a run beside the old file, then in its place; `average` is its mean network."""
    tensors = {NETWORK + name: value.contiguous() for name, value in network.state_dict().items()}
    if average is not None:
        tensors |= {AVERAGE + name: value.contiguous() for name, value in average.state_dict().items()}
    for place, memory in optimizer.state_dict()["state"].items():
        for name, value in memory.items():
            tensors[f"{OPTIMIZER}{place}.{name}"] = torch.as_tensor(value).contiguous()
    _write(path, tensors, card, progress)


def change_card(path: Path, card: Card) -> None:
    """Give a checkpoint another card (more epochs in its recipe), all else as it is."""
    tensors, _, progress = read_checkpoint(path)
    _write(path, tensors, card, progress)


def _write(path: Path, tensors: dict[str, torch.Tensor], card: Card, progress: dict[str, Any]) -> None:
    from safetensors.torch import save

    # One entry only: safetensors writes several in an order that differs from process to process.
    about = json.dumps({"card": card.to_json(), "progress": progress}, sort_keys=True)
    write_beside(path, save(tensors, {KEY: about}))


def read_checkpoint(path: Path) -> tuple[dict[str, torch.Tensor], Card, dict[str, Any]]:
    """Return tensors, card and progress of a checkpoint; raise RunError or ModelError where it is none."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise RunError(
            f"{path}: there is no checkpoint: give the folder of a run that `zeronine train` began"
        )
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: not a checkpoint that can be read ({error}): train again") from None
    if KEY not in metadata:
        raise ModelError(f"{path}: the checkpoint carries no card of this package: train again")
    try:
        about = json.loads(metadata[KEY])
        card, progress = about["card"], dict(about["progress"])
    except (ValueError, TypeError, KeyError):
        raise ModelError(f"{path}: the checkpoint's card is not understood: train again") from None
    return tensors, card_from_json(card, where=str(path)), progress


def load_network(
    network: nn.Module, tensors: dict[str, torch.Tensor], *, where: str, prefix: str = NETWORK
) -> None:
    """Put a checkpoint's weights into a network; missing and unexpected ones are named."""
    weights = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ModelError(f"{where}: the weights are not those of the network on its card ({error})") from None


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, torch.Tensor]) -> None:
    """Put a checkpoint's optimiser memory back, laid out in memory as the weights are.

    The fused optimisers walk weight and memory side by side, so that another layout (a file's are
    contiguous, a convolution's weights may not be) would pair the wrong numbers.
    """
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    memory: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(OPTIMIZER):
            place, _, part = name.removeprefix(OPTIMIZER).partition(".")
            weight = weights[int(place)]
            if value.shape == weight.shape:
                value = torch.empty_like(weight, dtype=value.dtype).copy_(value)
            memory.setdefault(int(place), {})[part] = value
    if memory:
        state = optimizer.state_dict()
        optimizer.load_state_dict({"state": memory, "param_groups": state["param_groups"]})
