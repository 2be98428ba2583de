"""What validation digits are for: watching a run, and fitting the confidence at its end."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from zeronine.card import Card
from zeronine.data.digits import Digits
from zeronine.metrics import fit_temperature, wilson
from zeronine.network.contract import Outputs

BATCH = 2048
KEPT = 0.99  #: share of validation digits that an untrained digit evidence must let pass


def answers(network: nn.Module, digits: Digits, *, device: str = "cpu") -> Outputs:
    """Return a network's outputs for all digits, as float32 on the CPU."""
    training = network.training
    network.eval()
    with torch.inference_mode():
        images = torch.from_numpy(digits.images).to(device)
        parts = [network(some.float().div_(255)) for some in torch.split(images, BATCH)]
    network.train(training)
    return Outputs(*(torch.cat(column).float().cpu() for column in zip(*parts, strict=True)))


def validate(network: nn.Module, digits: Digits, *, device: str = "cpu") -> dict[str, Any]:
    """Return mean cross-entropy and accuracy on validation digits."""
    return validated(network, digits, device=device)[0]


def validated(
    network: nn.Module, digits: Digits, *, device: str = "cpu"
) -> tuple[dict[str, Any], npt.NDArray[np.int64]]:
    """Return mean cross-entropy and accuracy on validation digits, and what each is taken for (N,)."""
    logits, labels = answers(network, digits, device=device).logits, torch.from_numpy(digits.labels)
    found = logits.argmax(1)
    row = {
        "validation_loss": float(functional.cross_entropy(logits, labels)),
        "validation_accuracy": float((found == labels).float().mean()),
    }
    return row, found.numpy()


def calibrated_card(card: Card, network: nn.Module, digits: Digits, *, device: str = "cpu") -> Card:
    """Return the card with the temperature, the digit threshold and the accuracy on validation."""
    outputs = answers(network, digits, device=device)
    logits = outputs.logits.numpy()
    right = int((logits.argmax(1) == digits.labels).sum())
    figure = {
        "value": right / len(digits),
        "count": len(digits),
        "interval": list(wilson(right, len(digits))),
        "protocol": f"{digits.name}, never trained on; calibrates the confidence",
    }
    threshold = 0.0 if card.not_a_digit else float(np.quantile(outputs.digit_logit.numpy(), 1 - KEPT))
    return replace(
        card,
        temperature=fit_temperature(digits.labels, logits),
        digit_threshold=threshold,
        figures={**card.figures, "validation accuracy": figure},
    )
