"""Pictures without any digit: blank paper, textures, lines and scribbles.

Whatever is read in them is false.  They are for measuring; no digit is trained on them.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.data.pages.made import Page
from zeronine.data.pages.paper import Paper, Photo, as_levels, lay_on_paper, photograph

Ink = npt.NDArray[np.float32]  #: (H, W) in [0, 1], ink = 1
Generator = np.random.Generator

KINDS = ("blank", "rules", "texture", "lines", "scribble")


def wordless_pages(count: int, *, generator: Generator) -> Iterator[Page]:
    """Make `count` pages without digits, of every kind in turn, half of them photographed."""
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        shape = (int(generator.integers(160, 700)), int(generator.integers(160, 900)))
        picture = _picture(kind, shape, generator)
        if (index // len(KINDS)) % 2:
            picture, _ = photograph(picture, Photo(desk=bool(generator.random() < 0.2)), generator=generator)
        yield Page(picture, (), f"no digits: {kind}")


def _picture(kind: str, shape: tuple[int, int], generator: Generator) -> npt.NDArray[np.uint8]:
    paper = Paper(tone=(170, 255), ink=(0.4, 0.95))
    if kind == "texture":
        return texture(shape, generator)
    if kind == "blank":
        ink = np.zeros(shape, np.float32)
    elif kind == "rules":
        ink = np.zeros(shape, np.float32)
        squared = bool(generator.random() < 0.5)
        paper = Paper(tone=(170, 255), ruled=not squared, squared=squared)
    elif kind == "lines":
        ink = lines(shape, generator)
    else:
        ink = scribble(shape, generator)
    return lay_on_paper(ink, paper, line_px=generator.uniform(25, 80), generator=generator)


def texture(shape: tuple[int, int], generator: Generator) -> npt.NDArray[np.uint8]:
    """Return a texture (H, W): cloth, wood, plaster, chequers, or noise of some coarseness."""
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    grain = _noise(shape, float(generator.uniform(1, 30)), generator)
    turned = np.float32(generator.uniform(0, np.pi))
    along = np.cos(turned) * x + np.sin(turned) * y
    across = np.cos(turned) * y - np.sin(turned) * x
    pitch = float(generator.uniform(5, 60))
    choice = generator.integers(5)
    if choice == 0:
        values = grain
    elif choice == 1:  # wood: rings bent by noise
        values = np.sin(2 * np.pi * (across + 12 * grain) / pitch)
    elif choice == 2:  # cloth
        values = np.sin(2 * np.pi * along / pitch) * np.sin(2 * np.pi * across / pitch) + 0.3 * grain
    elif choice == 3:  # chequers
        values = np.sign(np.sin(2 * np.pi * along / pitch) * np.sin(2 * np.pi * across / pitch))
    else:  # plaster: noise at several scales
        values = sum(
            (_noise(shape, scale, generator) * np.float32(scale / 20) for scale in (2.0, 8.0, 30.0)),
            start=0 * grain,
        )
    return as_levels(generator.uniform(90, 180) + generator.uniform(8, 60) * values)


def _noise(shape: tuple[int, int], scale: float, generator: Generator) -> Ink:
    small = generator.normal(0, 1, (int(shape[0] / scale) + 3, int(shape[1] / scale) + 3)).astype(np.float32)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def lines(shape: tuple[int, int], generator: Generator) -> Ink:
    """Return straight lines (H, W) across most of the page: a frame, a table, a hatching or a tangle."""
    height, width = shape
    ink = np.zeros(shape, np.uint8)
    thick = int(generator.integers(1, 5))
    choice = generator.integers(4)
    if choice == 0:
        inset = int(generator.integers(5, min(shape) // 4))
        cv2.rectangle(ink, (inset, inset), (width - inset, height - inset), 255, thick, cv2.LINE_AA)
    elif choice == 1:
        for share in np.linspace(0.05, 0.95, int(generator.integers(3, 12))):
            cv2.line(
                ink, (10, int(share * height)), (width - 10, int(share * height)), 255, thick, cv2.LINE_AA
            )
            cv2.line(
                ink, (int(share * width), 10), (int(share * width), height - 10), 255, thick, cv2.LINE_AA
            )
    elif choice == 2:
        for offset in range(-height, width, int(generator.integers(8, 40))):
            cv2.line(ink, (offset, height), (offset + height, 0), 255, thick, cv2.LINE_AA)
    else:
        for _ in range(int(generator.integers(4, 15))):
            ends = generator.uniform(0, 1, (2, 2)) * [width, height]
            start, stop = (
                ends if np.ptp(ends[:, 0]) > width / 2 else np.array([[0, ends[0, 1]], [width, ends[1, 1]]])
            )
            cv2.line(ink, tuple(start.astype(int)), tuple(stop.astype(int)), 255, thick, cv2.LINE_AA)
    return ink.astype(np.float32) / np.float32(255)


def scribble(shape: tuple[int, int], generator: Generator) -> Ink:
    """Return one to three long wandering pen strokes (H, W), each with many turns and crossings."""
    height, width = shape
    ink = np.zeros(shape, np.uint8)
    for _ in range(int(generator.integers(1, 4))):
        knots = generator.uniform(0.08, 0.92, (int(generator.integers(12, 40)), 2)) * [width, height]
        if generator.random() < 0.5:  # to and fro, as one strikes out or shades
            knots[:, 0] = np.where(np.arange(len(knots)) % 2, 0.2, 0.8) * width + generator.normal(
                0, 12, len(knots)
            )
            knots[:, 1] = np.linspace(0.2, 0.8, len(knots)) * height
        path = _smooth(knots)
        cv2.polylines(ink, [path], False, 255, int(generator.integers(1, 6)), cv2.LINE_AA)
    return ink.astype(np.float32) / np.float32(255)


def _smooth(knots: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Return points (N, 2) of a smooth curve near the knots: corners cut off four times (Chaikin, 1974)."""
    points = knots
    for _ in range(4):
        ahead, behind = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.stack([ahead, behind], axis=1).reshape(-1, 2)
    return np.rint(points).astype(np.int32)
