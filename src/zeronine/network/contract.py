"""What every network of the package takes and gives, so that training and export need know no more.

A network is a `torch.nn.Module` called with canvases (N, 28, 28), float32 in [0, 1], ink = 1.
Mean and deviation are applied inside.
"""

from typing import NamedTuple

import torch

CLASSES = 10


class Outputs(NamedTuple):
    """The three answers of a network, in the order of the model file's outputs."""

    logits: torch.Tensor  #: (N, 10)
    embedding: torch.Tensor  #: (N, E), the last hidden layer
    digit_logit: torch.Tensor  #: (N,), log-odds that this is a digit at all


def parameter_count(network: torch.nn.Module) -> int:
    """Return how many numbers the network learns."""
    return sum(parameter.numel() for parameter in network.parameters())
