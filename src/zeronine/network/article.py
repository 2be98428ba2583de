"""The article's feed-forward network: 784-128(ReLU)-64(ReLU)-10, as printed and repaired.

As printed, the second hidden layer has no ReLU although its comment names one, so two linear maps
follow each other and are worth only one.  The article's Softmax belongs to its loss, see
`training/losses.py`: a network here always ends in logits.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from zeronine.canvas import SIDE
from zeronine.network.contract import CLASSES, Outputs

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
}
HIDDEN = (128, 64)  #: the article's hidden layers


class FeedForward(nn.Module):
    """Fully connected layers from 784 ink values to ten logits."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(
        self,
        hidden: Sequence[int] = HIDDEN,
        *,
        activation: str = "relu",
        last_activation: bool = True,
        dropout: float = 0.0,
        mean: float = 0.5,
        deviation: float = 0.5,
    ) -> None:
        """Build the layers; `last_activation=False` leaves out the last hidden one, as the article does."""
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))
        sizes = [SIDE * SIDE, *hidden]
        layers: list[nn.Module] = []
        for index, (wide, narrow) in enumerate(pairwise(sizes)):
            layers.append(nn.Linear(wide, narrow))
            if last_activation or index < len(hidden) - 1:
                layers.append(ACTIVATIONS[activation]())
            if dropout:
                layers.append(nn.Dropout(dropout))
        self.hidden = nn.Sequential(*layers)
        self.output = nn.Linear(sizes[-1], CLASSES)

    def forward(self, canvases: torch.Tensor) -> Outputs:
        """Return the outputs for canvases (N, 28, 28) in [0, 1].

        The network was never shown anything but digits, so its `digit_logit` is only the logarithm
        of the summed evidence (Liu et al., 2020), shifted at export; the card says it is untrained.
        """
        normalised = (canvases.flatten(1) - self.mean) / self.deviation  # (N, 784)
        embedding = self.hidden(normalised)  # (N, 64)
        logits = self.output(embedding)  # (N, 10)
        return Outputs(logits, embedding, torch.logsumexp(logits, dim=1))
