"""Training state on disk: one safetensors file with a card, whole or not there.

It holds everything that going on needs (weights, the optimiser's memory, how far the run is, which
digits it learns from) and no clock time, so that the same training writes the same bytes.  A digest
of all of it tells damage.  No pickle is ever read.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from zeronine.card import KEY, Card, card_from_json
from zeronine.errors import ModelError, RunError
from zeronine.files import write_beside

NETWORK, AVERAGE, OPTIMIZER = "network.", "average.", "optimizer."
MEMORY: dict[type[torch.optim.Optimizer], tuple[str, ...]] = {
    torch.optim.SGD: ("momentum_buffer",),
    torch.optim.Adam: ("step", "exp_avg", "exp_avg_sq"),
    torch.optim.AdamW: ("step", "exp_avg", "exp_avg_sq"),
}  #: what each remembers of a weight
PARTS = {"card", "progress", "data", "digest"}  #: of the metadata; older versions wrote the first two

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a checkpoint holds."""

    tensors: Tensors  #: by name, each name beginning with NETWORK, AVERAGE or OPTIMIZER
    card: Card
    progress: dict[str, Any]  #: see training/state.py, which checks it
    data: dict[str, Any] | None  #: digests of the digits; None in the files of older versions


def save_checkpoint(
    path: Path,
    network: nn.Module,
    card: Card,
    *,
    average: nn.Module | None = None,
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
    data: dict[str, Any] | None,
) -> None:
    """Write the state of a run beside the old file, then in its place; `average` is its mean network."""
    tensors = {NETWORK + name: value.contiguous() for name, value in network.state_dict().items()}
    if average is not None:
        tensors |= {AVERAGE + name: value.contiguous() for name, value in average.state_dict().items()}
    for place, memory in optimizer.state_dict()["state"].items():
        for name, value in memory.items():
            tensors[f"{OPTIMIZER}{place}.{name}"] = torch.as_tensor(value).contiguous()
    _write(path, Checkpoint(tensors=tensors, card=card, progress=progress, data=data))


def change_card(path: Path, card: Card) -> None:
    """Give a checkpoint another card (more epochs in its recipe), all else as it is."""
    _write(path, replace(read_checkpoint(path), card=card))


def _write(path: Path, kept: Checkpoint) -> None:
    from safetensors.torch import save

    about = {"card": kept.card.to_json(), "progress": kept.progress, "data": kept.data}
    about["digest"] = _digest(kept.tensors, about)
    # One entry only: safetensors writes several in an order that differs from process to process.
    write_beside(path, save(kept.tensors, {KEY: json.dumps(about, sort_keys=True)}))


def _digest(tensors: Tensors, about: Mapping[str, Any]) -> str:
    """Return the SHA-256 of every tensor's name, type, shape and bytes, and of what is said about them."""
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, value in sorted(tensors.items()):
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def read_checkpoint(path: Path) -> Checkpoint:
    """Return what a checkpoint holds; raise RunError where there is none, ModelError where it is damaged."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise RunError(
            f"{path}: there is no checkpoint: give the folder of a run that `zeronine train` began", file=path
        )
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
    except (SafetensorError, OSError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        raise ModelError(
            f"{path}: not a checkpoint that can be read ({error}): train again", file=path
        ) from None
    if KEY not in metadata:
        raise ModelError(f"{path}: the checkpoint carries no card of this package: train again", file=path)
    about = _about(metadata[KEY], where=str(path))
    digest = about.pop("digest", None)
    if digest is not None and digest != _digest(tensors, about):
        raise ModelError(
            f"{path}: the checkpoint is damaged (its digest is not that of its content): train again",
            file=path,
        )
    card = card_from_json(about["card"], where=str(path))
    return Checkpoint(tensors=tensors, card=card, progress=about["progress"], data=about.get("data"))


def _about(text: str, *, where: str) -> dict[str, Any]:
    """Return a checkpoint's metadata, each part of its kind."""
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        about = None
    if (
        not isinstance(about, dict)
        or not {"card", "progress"} <= about.keys() <= PARTS
        or not (isinstance(about["card"], str) and isinstance(about["progress"], dict))
        or not _is_of_data(about.get("data"))
    ):
        raise ModelError(f"{where}: the checkpoint's card is not understood: train again", file=where)
    return about


def _is_of_data(data: object) -> bool:
    """Return whether this can be what a checkpoint says of its digits."""
    if not isinstance(data, dict):
        return data is None
    parts = [one for one in data.values() if one is not None]
    whole = data.keys() == {"digits", "validation"} and data["digits"] is not None
    return whole and all(isinstance(one, dict) and one.keys() == {"count", "sha256"} for one in parts)


def load_network(network: nn.Module, tensors: Tensors, *, where: str, prefix: str = NETWORK) -> None:
    """Put a checkpoint's weights into a network; missing, unexpected and broken ones are named."""
    weights = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    broken = [name for name, value in weights.items() if not _is_finite(value)]
    if broken:
        raise ModelError(f"{where}: the weights {broken[:4]} are not finite numbers: train again", file=where)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ModelError(
            f"{where}: the weights are not those of the network on its card ({error})", file=where
        ) from None


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: Tensors, *, where: str) -> None:
    """Put a checkpoint's optimiser memory back, laid out in memory as the weights are.

    The fused optimisers walk weight and memory side by side, so that another layout (a file's are
    contiguous, a convolution's weights may not be) would pair the wrong numbers.
    Raises ModelError for a memory that is not one of this optimiser and these weights.
    """
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    parts = MEMORY[type(optimizer)]
    found = {name for name in tensors if name.startswith(OPTIMIZER)}
    memory: dict[int, dict[str, torch.Tensor]] = {}
    for place, weight in enumerate(weights):
        names = {part: f"{OPTIMIZER}{place}.{part}" for part in parts}
        if not found & set(names.values()):
            continue  # a weight that the loss does not reach
        values = {part: tensors.get(name) for part, name in names.items()}
        memory[place] = {part: _memory(value, weight, part, where=where) for part, value in values.items()}
        found -= set(names.values())
    if found:
        raise ModelError(
            f"{where}: {sorted(found)[:4]} is not of the recipe's optimiser: train again", file=where
        )
    if memory:
        state = optimizer.state_dict()
        optimizer.load_state_dict({"state": memory, "param_groups": state["param_groups"]})


def _memory(value: torch.Tensor | None, weight: torch.Tensor, part: str, *, where: str) -> torch.Tensor:
    """Return one part of what an optimiser remembers of a weight, checked and laid out as the weight is."""
    shape = torch.Size() if part == "step" else weight.shape
    if value is None or value.shape != shape or value.dtype != torch.float32 or not _is_finite(value):
        raise ModelError(
            f"{where}: the optimiser's {part} of a weight is missing or broken: train again", file=where
        )
    return value if part == "step" else torch.empty_like(weight, dtype=value.dtype).copy_(value)


def _is_finite(value: torch.Tensor) -> bool:
    return bool(torch.isfinite(value).all())
