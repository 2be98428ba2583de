"""Grounds that writing stands on: guilloches, halftones, hatchings, cloth, soft light and grain.

They are made once, a bank of each, and every crop takes a window of some; making them anew for each
crop would cost more than the crop itself.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Generator = np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Grounds, each larger than a crop."""

    printed: Floats  #: (n, H, W) in [0, 1]: share of its light that a printed pattern takes away
    light: Floats  #: (n, H, W) in [0, 1]: slopes, shadows and folds
    cloud: Floats  #: (n, H, W), mean 0 and deviation 1: soft noise
    grain: Floats  #: (n, H, W), mean 0 and deviation 1: noise of single pixels

    def window(self, bank: Floats, shape: tuple[int, int], generator: Generator) -> Floats:
        """Return a window (h, w) of one of the bank's pictures, turned over by lot."""
        picture = bank[int(generator.integers(len(bank)))]
        y = int(generator.integers(picture.shape[0] - shape[0] + 1))
        x = int(generator.integers(picture.shape[1] - shape[1] + 1))
        part = picture[y : y + shape[0], x : x + shape[1]]
        flips = generator.random(2) < 0.5
        return np.asarray(part[:: -1 if flips[0] else 1, :: -1 if flips[1] else 1], np.float32)


def bank_of(generator: Generator, *, count: int = 96, shape: tuple[int, int] = (256, 448)) -> Bank:
    """Make a bank of `count` grounds of each sort."""
    g = generator
    grain = g.standard_normal((8, *shape)).astype(np.float32)
    return Bank(
        printed=np.stack([PRINTS[i % len(PRINTS)](shape, g) for i in range(count)]),
        light=np.stack([_light(shape, g) for _ in range(count)]),
        cloud=np.stack([_cloud(shape, float(np.exp(g.uniform(0.5, 3))), g) for _ in range(count // 2)]),
        grain=grain,
    )


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return y, x


def guilloche(shape: tuple[int, int], g: Generator) -> Floats:
    """Return families of thin waving lines that cross, as on cheques and certificates."""
    y, x = _grid(shape)
    ink = np.zeros(shape, np.float32)
    for _ in range(int(g.integers(1, 4))):
        turn = g.uniform(0, np.pi)
        along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
        wave = g.uniform(2, 22) * np.sin(along * 2 * np.pi / g.uniform(30, 220) + g.uniform(0, 6))
        wave += g.uniform(0, 6) * np.sin(along * 2 * np.pi / g.uniform(15, 60))
        if g.random() < 0.3:  # rosettes: lines round a point
            across = np.hypot(x - g.uniform(0, shape[1]), y - g.uniform(0, shape[0]))
        pitch = g.uniform(3.5, 16)
        away = np.abs((across + wave) % pitch - pitch / 2)
        ink = np.maximum(ink, np.clip(g.uniform(0.4, 1.3) + 0.5 - away, 0, 1) * g.uniform(0.4, 1))
    return np.asarray(ink, np.float32)


def halftone(shape: tuple[int, int], g: Generator) -> Floats:
    """Return a screen of dots or a weave, turned a little."""
    y, x = _grid(shape)
    turn, pitch = g.uniform(0, np.pi / 2), g.uniform(2.5, 9)
    a = np.cos(turn) * x + np.sin(turn) * y
    b = np.cos(turn) * y - np.sin(turn) * x
    wave = np.cos(2 * np.pi * a / pitch) * np.cos(2 * np.pi * b / (pitch * g.uniform(0.8, 1.6)))
    return np.asarray(np.clip(g.uniform(1, 4) * (wave - g.uniform(-0.2, 0.6)), 0, 1), np.float32)


def hatching(shape: tuple[int, int], g: Generator) -> Floats:
    """Return parallel lines, fine or coarse, level ones most often."""
    y, x = _grid(shape)
    turn = g.normal(0, 0.05) if g.random() < 0.5 else g.uniform(0, np.pi)
    across = np.cos(turn) * y - np.sin(turn) * x
    pitch = float(np.exp(g.uniform(1.1, 3.2)))
    away = np.abs(across % pitch - pitch / 2)
    return np.asarray(np.clip(min(0.3 * pitch, g.uniform(0.3, 1.5)) + 0.5 - away, 0, 1), np.float32)


def weave(shape: tuple[int, int], g: Generator) -> Floats:
    """Return cloth, wood or plaster: waves bent by noise."""
    y, x = _grid(shape)
    bent = g.uniform(1, 10) * _cloud(shape, float(g.uniform(8, 40)), g)
    turn, pitch = g.uniform(0, np.pi), g.uniform(4, 40)
    along = np.cos(turn) * x + np.sin(turn) * y + bent
    return np.asarray(0.5 + 0.5 * np.sin(2 * np.pi * along / pitch), np.float32)


def squares(shape: tuple[int, int], g: Generator) -> Floats:
    """Return squared or ruled paper, seen a little askew."""
    y, x = _grid(shape)
    turn, pitch = g.normal(0, 0.04), float(np.exp(g.uniform(2.3, 4.2)))
    thick = g.uniform(0.2, max(0.4, pitch / 30))
    across = np.cos(turn) * y - np.sin(turn) * x
    ink = np.clip(thick + 0.5 - np.abs(across % pitch - pitch / 2), 0, 1)
    if g.random() < 0.65:
        along = np.cos(turn) * x + np.sin(turn) * y
        ink = np.maximum(ink, np.clip(thick + 0.5 - np.abs(along % pitch - pitch / 2), 0, 1))
    return np.asarray(ink, np.float32)


PRINTS = (guilloche, guilloche, halftone, hatching, squares, squares, weave)


def _cloud(shape: tuple[int, int], scale: float, g: Generator) -> Floats:
    small = g.standard_normal((int(shape[0] / scale) + 3, int(shape[1] / scale) + 3)).astype(np.float32)
    large = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((large - large.mean()) / (large.std() + 1e-6), np.float32)


def _light(shape: tuple[int, int], g: Generator) -> Floats:
    """Return light in [0, 1]: a slope, and often the edge of a shadow, a fold or a lamp."""
    y, x = _grid(shape)
    half = np.float32(0.5)
    y, x = y / np.float32(shape[0]) - half, x / np.float32(shape[1]) - half
    turn = g.uniform(0, 2 * np.pi)
    light = 1 - g.uniform(0, 0.6) * (np.cos(turn) * x + np.sin(turn) * y + 0.7)
    for _ in range(int(g.integers(0, 3))):
        turn, soft = g.uniform(0, 2 * np.pi), float(np.exp(g.uniform(-5, -1.5)))
        along = np.cos(turn) * x + np.sin(turn) * y - g.uniform(-0.5, 0.5)
        along = along + g.uniform(-0.5, 0.5) * (np.cos(turn) * y - np.sin(turn) * x) ** 2
        light = light * (1 - g.uniform(0.05, 0.5) / (1 + np.exp(-np.clip(along / soft, -30, 30))))
    return np.asarray(np.clip(light, 0.05, 1), np.float32)
