"""Paper under ink, and a photograph of it: tone, rules, squares, light, shadow, perspective, grain, JPEG.

Effects are drawn by an explicit generator; the same generator state gives the same picture.
"""

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]  #: (H, W)
Floats = npt.NDArray[np.float32]
Generator = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The paper and the pen; ranges are (least, most)."""

    tone: tuple[int, int] = (255, 255)  #: of the paper; for light ink on dark ground, 255 minus the ground
    ink: tuple[float, float] = (0.75, 1.0)  #: share of the paper's light that full ink takes away
    ruled: bool = False
    squared: bool = False
    rule: tuple[float, float] = (0.12, 0.35)  #: share that a printed line takes away


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A hand-held photograph; ranges are (least, most)."""

    light: tuple[float, float] = (0.55, 0.95)  #: how bright the paper comes out
    fall: float = 0.35  #: how much darker it gets towards one side, at most
    shadow: float = 0.35  #: how much a shadow takes away, at most
    tilt: float = 0.05  #: how far a corner wanders, in sides of the picture, at most
    turn: float = 3.0  #: degrees, at most
    blur_px: tuple[float, float] = (0.4, 1.3)
    grain: tuple[float, float] = (1.0, 5.0)  #: deviation of the noise, levels
    mottle: tuple[float, float] = (0.5, 3.0)  #: deviation of the paper's own unevenness, levels
    jpeg: tuple[int, int] = (55, 92)  #: quality
    desk: bool = False  #: the desk shows round the paper


PLAIN = Paper()


def lay_on_paper(ink: Floats, paper: Paper, *, line_px: float, generator: Generator) -> Picture:
    """Return ink (H, W), ink = 1, on paper as a clean scan would show it; lines are `line_px` apart."""
    darkness = ink * np.float32(generator.uniform(*paper.ink))
    if paper.ruled or paper.squared:
        strength = np.float32(generator.uniform(*paper.rule))
        pitch = line_px if paper.ruled else line_px * generator.uniform(0.35, 0.6)
        printed = rules(ink.shape, pitch, upright=paper.squared, generator=generator) * strength
        darkness = 1 - (1 - darkness) * (1 - printed)
    tone = generator.uniform(*paper.tone)
    return as_levels(tone * (1 - darkness))


def rules(shape: tuple[int, ...], pitch: float, *, upright: bool, generator: Generator) -> Floats:
    """Return printed lines (H, W) in [0, 1], `pitch` pixels apart, across and, if asked, upright."""
    height, width = shape[:2]
    half = generator.uniform(0.5, max(0.55, pitch / 45))
    offset_y, offset_x = generator.uniform(0, pitch, 2)
    across = _comb(height, pitch, offset_y, half)[:, None]
    lines = np.broadcast_to(across, (height, width))
    if upright:
        lines = np.maximum(lines, _comb(width, pitch, offset_x, half)[None, :])
    return np.asarray(lines, np.float32)


def _comb(count: int, pitch: float, offset: float, half: float) -> Floats:
    """Return `count` values that are 1 on lines of half-width `half`, soft over one pixel."""
    away = np.abs((np.arange(count) - offset + pitch / 2) % pitch - pitch / 2)
    return np.asarray(np.clip(half + 0.5 - away, 0, 1), np.float32)


def photograph(
    picture: Picture, photo: Photo, *, generator: Generator
) -> tuple[Picture, npt.NDArray[np.float64]]:
    """Return the picture as a telephone would take it, and the (3, 3) matrix that moved its points."""
    seen, matrix = _from_a_hand(picture, photo, generator)  # (H', W') float32
    seen = seen * _lighting(seen.shape, photo, generator)
    blurred = cv2.GaussianBlur(seen, (0, 0), generator.uniform(*photo.blur_px))
    noisy = blurred + generator.normal(0, generator.uniform(*photo.grain), seen.shape).astype(np.float32)
    return through_jpeg(as_levels(noisy), int(generator.integers(photo.jpeg[0], photo.jpeg[1] + 1))), matrix


def _from_a_hand(
    picture: Picture, photo: Photo, generator: Generator
) -> tuple[Floats, npt.NDArray[np.float64]]:
    """Turn and tilt the paper; what lies outside it is more paper, or the desk."""
    height, width = picture.shape
    angle = np.radians(generator.uniform(-photo.turn, photo.turn))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    centre = np.array([width / 2, height / 2])
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (corners - centre) @ spin.T + centre
    moved += generator.uniform(-photo.tilt, photo.tilt, (4, 2)) * [
        min(width, 2 * height),
        min(height, 2 * width),
    ]
    moved -= moved.min(axis=0)
    edge = 0.12 * min(height, width) if photo.desk else 0.0
    size = np.ceil(moved.max(axis=0) + 2 * edge).astype(int)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), (moved + edge).astype(np.float32))
    uneven = _cloud((int(size[1]), int(size[0])), 1.0, generator) * generator.uniform(*photo.mottle)
    ground = float(generator.uniform(40, 110)) if photo.desk else float(np.median(picture))
    seen = cv2.warpPerspective(
        picture.astype(np.float32),
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=ground,
    )
    return np.asarray(seen + uneven, np.float32), np.asarray(matrix, np.float64)


def _lighting(shape: tuple[int, ...], photo: Photo, generator: Generator) -> Floats:
    """Return how much light falls on each point: a slope, a vignette, and often a soft shadow."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    angle = generator.uniform(0, 2 * np.pi)
    along = (np.cos(angle) * x + np.sin(angle) * y) / np.float32(1.5)
    light = 1 - np.float32(generator.uniform(0, photo.fall)) * (along + 1) / 2
    light = light * (1 - np.float32(generator.uniform(0, 0.12)) * (x * x + y * y) / 2)
    if generator.random() < 0.5:
        light = light * _shadow(x, y, photo, generator)
    return np.asarray(light * np.float32(generator.uniform(*photo.light)), np.float32)


def _shadow(x: Floats, y: Floats, photo: Photo, generator: Generator) -> Floats:
    """Return the shadow of a hand or telephone: dark beyond a slightly bent, soft edge."""
    angle, offset = generator.uniform(0, 2 * np.pi), generator.uniform(-0.5, 0.8)
    bend, softness = generator.uniform(-0.3, 0.3), generator.uniform(0.03, 0.25)
    along = np.cos(angle) * x + np.sin(angle) * y
    across = np.cos(angle) * y - np.sin(angle) * x
    inside = 1 / (1 + np.exp(-np.clip((along - offset - bend * across * across) / softness, -30, 30)))
    return np.asarray(1 - generator.uniform(0.1, photo.shadow) * inside, np.float32)


def _cloud(shape: tuple[int, int], strength: float, generator: Generator) -> Floats:
    """Return soft noise (H, W), mean 0: the unevenness of paper."""
    small = generator.normal(0, strength, (shape[0] // 8 + 2, shape[1] // 8 + 2)).astype(np.float32)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def through_jpeg(picture: Picture, quality: int) -> Picture:
    """Return the picture after it was saved as JPEG."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer), dtype=np.uint8)


def as_levels(values: npt.NDArray[Any]) -> Picture:
    """Return values in 0..255 as whole levels."""
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)
