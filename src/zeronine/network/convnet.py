"""The recogniser that ships: a small convolutional network that also says when there is no digit.

A canvas's empty margin is left out, which saves a quarter of the work and no digit;
three poolings take 24 x 24 down to 3 x 3; what is left goes through one hidden layer,
the embedding, to ten logits.  A second, separate hidden layer weighs whether the canvas holds a digit
at all, so that learning what is *not* a digit does not bend what tells digits apart.
Sizes are chosen for one CPU core: see benchmarks/log/0028-which-network.md.
"""

from collections.abc import Sequence

import torch
from torch import nn

from zeronine.canvas import SIDE
from zeronine.errors import RecipeError
from zeronine.network.contract import CLASSES, Outputs

MEAN, DEVIATION = 0.1307, 0.3081  #: of the ink in MNIST's training digits
MARGIN = 2  #: pixels around a canvas that are not looked at; a digit has 20 of the 28


class ConvNet(nn.Module):
    """Convolutions from a canvas to ten logits, an embedding, and evidence for a digit.

    `stages` lists the channels of each convolution; a new tuple begins after each pooling.
    The defaults have 117,000 parameters and cost 2.9 million multiplications a canvas.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(
        self,
        stages: Sequence[Sequence[int]] = ((16,), (32,), (64, 64)),
        *,
        embedding: int = 64,
        doubt: int = 32,
        dropout: float = 0.0,
        mean: float = MEAN,
        deviation: float = DEVIATION,
    ) -> None:
        """Build the layers; `doubt` is the hidden width of the head that says *not a digit*."""
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))
        layers: list[nn.Module] = []
        came, side, kernel = 1, SIDE - 2 * MARGIN, 5
        for stage in stages:
            for place, channels in enumerate(stage, 1):
                layers += _convolution(came, channels, kernel, pool=place == len(stage))
                came, kernel = channels, 3
            side //= 2
        features = came * side * side
        self.features = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(dropout))
        self.embed = nn.Sequential(nn.Linear(features, embedding), nn.BatchNorm1d(embedding), nn.ReLU())
        self.output = nn.Linear(embedding, CLASSES)
        self.doubt = nn.Sequential(nn.Linear(features, doubt), nn.ReLU(), nn.Linear(doubt, 1))

    def forward(self, canvases: torch.Tensor) -> Outputs:
        """Return the outputs for canvases (N, 28, 28) in [0, 1]."""
        inner = canvases[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        normalised = ((inner - self.mean) / self.deviation).unsqueeze(1)  # (N, 1, 24, 24)
        features = self.features(normalised)  # (N, 576)
        embedding = self.embed(features)  # (N, 64)
        return Outputs(self.output(embedding), embedding, self.doubt(features).squeeze(1))


def stages_of(text: str) -> tuple[tuple[int, ...], ...]:
    """Read a recipe's channels: "16,32,64+64" is four convolutions, the first two pooled at once.

    Raises RecipeError where that is not what the text says, or the network would be out of proportion.
    """
    try:
        stages = tuple(tuple(int(channels) for channels in stage.split("+")) for stage in text.split(","))
    except ValueError:
        stages = ()
    if not 1 <= len(stages) <= 4 or not all(1 <= one <= 512 for stage in stages for one in stage):
        raise RecipeError(
            f"channels is {text!r}: write up to four stages with commas, as in 16,32,64+64, of at most 512"
        )
    return stages


def _convolution(came: int, channels: int, kernel: int, *, pool: bool) -> list[nn.Module]:
    """Return a convolution that keeps the side, batch normalisation (Ioffe and Szegedy, 2015) and ReLU.

    Pooling, where asked for, comes straight after the convolution: what follows has a quarter of the
    pixels to work on, and a training step takes two thirds of the time.
    """
    convolution = nn.Conv2d(came, channels, kernel, padding=kernel // 2, bias=False)
    pooling = [nn.MaxPool2d(2)] if pool else []
    return [convolution, *pooling, nn.BatchNorm2d(channels), nn.ReLU()]
