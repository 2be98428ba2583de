"""Ink and rules on a sheet -> a grey picture, as a camera, a scanner or a drawing program gives it."""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.data.pages.patterns import Bank
from zeronine.data.writing.hands import Sheet

FINE = 2  #: the sheet is drawn this many times finer than the picture

Floats = npt.NDArray[np.float32]
Levels = npt.NDArray[np.uint8]  #: (H, W)
Generator = np.random.Generator


def plain(writing: Sheet, rules: Sheet, g: Generator) -> Levels:
    """Return ink on clean paper, either way round."""
    ink = np.maximum(writing, rules)
    small = cv2.resize(ink, (ink.shape[1] // FINE, ink.shape[0] // FINE), interpolation=cv2.INTER_AREA)
    return np.asarray(small if g.random() < 0.5 else 255 - small, np.uint8)


def good_scan(writing: Sheet, rules: Sheet, bank: Bank, g: Generator) -> Levels:
    """Return the crop as most people's pictures are: good ink, even paper, some light and noise."""
    shape = (writing.shape[0] // FINE, writing.shape[1] // FINE)
    size = (shape[1], shape[0])
    ink = cv2.resize(writing, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ruled = cv2.resize(rules, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    dark = np.maximum(np.float32(g.uniform(0.55, 1)) * ink, np.float32(g.uniform(0.2, 0.9)) * ruled)
    seen: Floats = np.asarray(np.float32(g.uniform(0.6, 1)) * (1 - dark), np.float32)
    if g.random() < 0.25:
        seen = seen * (1 - np.float32(g.uniform(0.03, 0.25)) * bank.window(bank.printed, shape, g))
    if g.random() < 0.5:
        seen = seen * (0.6 + 0.4 * bank.window(bank.light, shape, g))
    if g.random() < 0.5:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), g.uniform(0.3, 0.9)), np.float32)
    noisy = seen + np.float32(g.uniform(0, 0.02)) * bank.window(bank.grain, shape, g)
    levels = np.clip(noisy * 255, 0, 255).astype(np.uint8)
    return levels if g.random() < 0.9 else np.asarray(255 - levels, np.uint8)


def on_paper(writing: Sheet, rules: Sheet, bank: Bank, g: Generator) -> Levels:
    """Return the crop as a camera, a scanner or a drawing program gives it."""
    if g.random() < 0.1:
        return _drawn_by_mouse(writing, rules, g)
    shape = (writing.shape[0] // FINE, writing.shape[1] // FINE)
    size = (shape[1], shape[0])
    ink = cv2.resize(writing, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ruled = cv2.resize(rules, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    strength = np.float32(g.uniform(0.35, 1.0))
    if g.random() < 0.3:  # pencil, a dry pen
        patchy = bank.window(bank.cloud if g.random() < 0.5 else bank.grain, shape, g)
        ink = ink * np.clip(1 - g.uniform(0.05, 0.35) * (1 + patchy), 0, 1)
    dark = 1 - (1 - strength * ink) * (1 - np.float32(g.uniform(0.15, 1.0)) * strength * ruled)
    if g.random() < 0.06:
        dark = np.maximum(dark, np.float32(0.25 * strength) * ink[::-1, ::-1])
    paper: Floats = np.full(shape, g.uniform(0.45, 1.0), np.float32)
    if g.random() < 0.45:
        printed = bank.window(bank.printed, shape, g)
        paper = paper * (1 - np.float32(g.uniform(0.03, 0.5) * strength) * printed)
    seen = paper * (1 - dark * np.float32(g.uniform(0.75, 1.0)))
    if g.random() < 0.5:
        seen = seen * bank.window(bank.light, shape, g)
    return _through_a_lens(np.asarray(seen, np.float32), bank, g)


def _through_a_lens(seen: Floats, bank: Bank, g: Generator) -> Levels:
    """Blur, fade, add grain and noise, pass through JPEG, turn light and dark."""
    if g.random() < 0.6:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), g.uniform(0.3, 1.5)), np.float32)
    if g.random() < 0.15:
        fade = np.float32(g.uniform(0.08, 0.5))
        seen = fade * seen + (1 - fade) * np.float32(g.uniform(0.2, 1))
    if g.random() < 0.5:
        level = np.float32(np.exp(g.uniform(-6, -2.6)) * max(0.15, float(seen.std()) * 4))
        noise = bank.window(bank.grain, (seen.shape[0], seen.shape[1]), g)
        seen = seen + level * (noise if g.random() < 0.7 else cv2.GaussianBlur(noise, (0, 0), 0.8) * 2)
    if g.random() < 0.16:
        seen = 1 - seen
    levels = np.clip(seen * 255, 0, 255).astype(np.uint8)
    if g.random() < 0.3:
        _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(g.integers(20, 92))])
        levels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return levels


def _drawn_by_mouse(writing: Sheet, rules: Sheet, g: Generator) -> Levels:
    """Return two levels only, coarse pixels or fine ones, dark on light or light on dark."""
    ink = np.maximum(writing, rules if g.random() < 0.5 else (rules * 0.5).astype(np.uint8))
    coarse = float(g.uniform(1, 3))
    height, width = writing.shape[0] // FINE, writing.shape[1] // FINE
    size = (int(width / coarse), int(height / coarse))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    two = np.where(small > g.uniform(40, 130), 255, 0).astype(np.uint8) if g.random() < 0.7 else small
    smooth = cv2.INTER_NEAREST if g.random() < 0.6 else cv2.INTER_LINEAR
    large = cv2.resize(two, (width, height), interpolation=smooth)
    return np.asarray(large if g.random() < 0.4 else 255 - large, np.uint8)
