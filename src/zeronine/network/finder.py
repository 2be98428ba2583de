"""The finder: a fully convolutional network that says where on a picture digits, signs and writing are.

It takes a grey picture of any size and polarity, evens out light and contrast itself, and answers for
every fourth pixel in each direction: log-odds that a character's middle is here (a centre point, Zhou,
Wang and Krähenbühl, 2019), which of the `MARKS` it would be, and its box.
Work is done at two scales: strokes at a fourth, what stands beside them at an eighth of the size.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

STRIDE = 4  #: pixels between two answers
CLASSES = 22  #: ten digits, eleven signs, other writing
BOX = (16.0, 32.0)  #: width and height in pixels of the box that the network calls (0, 0)
GROUND = 40  #: pixels over which light and contrast are evened out
FLOOR = 0.012  #: contrast, of 1, below which nothing is enlarged to writing


class Found(NamedTuple):
    """The finder's answers, in the order of the model file's outputs; h, w are a fourth of the picture's."""

    place: torch.Tensor  #: (N, h, w), log-odds that the middle of a character is here
    kind: torch.Tensor  #: (N, CLASSES, h, w), logits
    box: torch.Tensor  #: (N, 4, h, w): middle from the cell's in cells, log of width and height over BOX


class Finder(nn.Module):
    """From pictures (N, H, W) in [0, 1], H and W multiples of 8, to `Found`."""

    def __init__(
        self,
        *,
        stem: tuple[int, int, int] = (24, 40, 56),
        deep: int = 96,
        dilations: tuple[int, ...] = (1, 2, 4, 1),
        join: int = 64,
    ) -> None:
        """Build the layers; the defaults have about 480,000 parameters."""
        super().__init__()
        self.stem = nn.Sequential(
            _convolution(1, stem[0], 5, stride=2),
            _convolution(stem[0], stem[1], 3, stride=2),
            _convolution(stem[1], stem[2], 3),
        )
        self.down = _convolution(stem[2], deep, 3, stride=2)
        self.deep = nn.ModuleList(_convolution(deep, deep, 3, dilation=reach) for reach in dilations)
        self.up = nn.Conv2d(deep, stem[2], 1)
        self.join = nn.Sequential(_convolution(stem[2], join, 3), _convolution(join, join, 3))
        self.head = nn.Conv2d(join, 1 + CLASSES + 4, 1)
        bias = torch.zeros(1 + CLASSES + 4)
        bias[0] = -4.0  # characters are rare at first
        self.head.bias = nn.Parameter(bias)

    def forward(self, pictures: torch.Tensor) -> Found:
        """Return the answers for pictures (N, H, W) in [0, 1]."""
        even = evened(pictures.unsqueeze(1))  # (N, 1, H, W)
        strokes = self.stem(even)  # (N, 56, H/4, W/4)
        around = self.down(strokes)  # (N, 96, H/8, W/8)
        for layer in self.deep:
            around = around + layer(around)
        together = strokes + functional.interpolate(self.up(around), scale_factor=2.0, mode="nearest")
        answers = self.head(self.join(together))  # (N, 27, H/4, W/4)
        return Found(answers[:, 0], answers[:, 1 : 1 + CLASSES], answers[:, 1 + CLASSES :])


def evened(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (N, 1, H, W) without light, the contrast about 1 at every place."""
    pooled = functional.avg_pool2d(torch.cat([pictures, pictures * pictures], 1), 8)
    mean = functional.avg_pool2d(pooled, GROUND // 8, 1, GROUND // 16, count_include_pad=False)
    spread = (mean[:, 1:] - mean[:, :1] * mean[:, :1]).clamp_min(0).sqrt()
    ground = functional.interpolate(
        torch.cat([mean[:, :1], spread], 1), scale_factor=8.0, mode="bilinear", align_corners=False
    )
    return (pictures - ground[:, :1]) / (ground[:, 1:] + FLOOR)


def _convolution(came: int, channels: int, kernel: int, *, stride: int = 1, dilation: int = 1) -> nn.Module:
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(came, channels, kernel, stride, padding, dilation=dilation, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    )


class Targets(NamedTuple):
    """What the finder should have said of N crops; every map is (N, h, w) but `box`."""

    heat: torch.Tensor  #: 1 in the middle of a character, falling off round it
    watched: torch.Tensor  #: 0 where a character is cut by the edge and nothing is asked
    kind: torch.Tensor  #: int64, class of the nearest character
    box: torch.Tensor  #: (N, 4, h, w)
    near: torch.Tensor  #: how much class and box are asked here


def finder_loss(found: Found, targets: Targets, *, smoothing: float = 0.02) -> torch.Tensor:
    """Return the loss: focal for places (Law and Deng, 2018), cross-entropy for classes, distance for box."""
    log_yes, log_no = functional.logsigmoid(found.place), functional.logsigmoid(-found.place)
    chance = found.place.sigmoid()
    middle = targets.heat >= 1
    focal = torch.where(middle, (1 - chance) ** 2 * log_yes, (1 - targets.heat) ** 4 * chance**2 * log_no)
    count = middle.sum().clamp_min(1)
    place = -(focal * targets.watched).sum() / count
    weight = targets.near.sum().clamp_min(1)
    kind = functional.cross_entropy(found.kind, targets.kind, reduction="none", label_smoothing=smoothing)
    box = functional.smooth_l1_loss(found.box, targets.box, reduction="none", beta=0.3).sum(1)
    return place + ((kind + box) * targets.near).sum() / weight
