"""The second opinion in context: what stands in a box that the finder marked, seen with its neighbours.

The finder sees a whole picture coarsely, the canvas network sees ink alone.  This one sees a glimpse, (2, 40,
40): the grey picture round a box, and the box itself as a second layer, so that touching digits, rules
and patterned paper are there to be understood instead of being cut away.
"""

import torch
from torch import nn

from zeronine.network.finder import CLASSES

GLIMPSE = 40  #: pixels of a glimpse's side
NOTHING = CLASSES  #: the last class: no character fills this box
ANSWERS = CLASSES + 1  #: the finder's classes, and NOTHING
FLOOR = 0.02  #: contrast, of 1, below which nothing is enlarged to writing


class Context(nn.Module):
    """From glimpses (N, 2, 40, 40) in [0, 1] to logits (N, 23); about 340,000 parameters."""

    def __init__(
        self, channels: tuple[int, int, int, int] = (24, 32, 64, 96), *, embedding: int = 96
    ) -> None:
        """Build the layers."""
        super().__init__()
        first, second, third, last = channels
        self.body = nn.Sequential(
            _convolution(2, first, 5, stride=2),  # (N, 24, 20, 20)
            _convolution(first, second, 3),
            _convolution(second, third, 3, stride=2),  # (N, 64, 10, 10)
            _convolution(third, third, 3),
            _convolution(third, last, 3, stride=2),  # (N, 96, 5, 5)
            _convolution(last, last, 3),
            nn.Flatten(),
            nn.Linear(25 * last, embedding),
            nn.ReLU(),
            nn.Linear(embedding, ANSWERS),
        )

    def forward(self, glimpses: torch.Tensor) -> torch.Tensor:
        """Return the logits of glimpses (N, 2, 40, 40) in [0, 1], whatever their light and contrast."""
        grey = glimpses[:, :1]
        grey = grey - grey.mean((2, 3), keepdim=True)
        spread = (grey * grey).mean((2, 3), keepdim=True).sqrt()
        answers: torch.Tensor = self.body(torch.cat([grey / (spread + FLOOR), glimpses[:, 1:]], 1))
        return answers


def _convolution(came: int, channels: int, kernel: int, *, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(came, channels, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    )
