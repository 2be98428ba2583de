"""Drawings for the page's tests: pen paths of the ten digits, bent at random, as strokes and as ink."""

import cv2
import numpy as np
from playwright.sync_api import FloatRect, Locator, Page

# Points in the unit square, y down, in the order in which a hand would pass them.
PATHS = {
    0: [
        [
            (0.52, 0.1),
            (0.3, 0.18),
            (0.2, 0.5),
            (0.3, 0.84),
            (0.52, 0.92),
            (0.72, 0.8),
            (0.8, 0.48),
            (0.7, 0.18),
            (0.5, 0.1),
        ]
    ],
    1: [[(0.36, 0.28), (0.52, 0.1), (0.52, 0.5), (0.52, 0.9)]],
    2: [
        [
            (0.24, 0.3),
            (0.34, 0.14),
            (0.56, 0.1),
            (0.72, 0.24),
            (0.66, 0.46),
            (0.44, 0.7),
            (0.24, 0.88),
            (0.5, 0.88),
            (0.8, 0.88),
        ]
    ],
    3: [
        [
            (0.26, 0.18),
            (0.5, 0.1),
            (0.7, 0.22),
            (0.64, 0.4),
            (0.44, 0.48),
            (0.66, 0.54),
            (0.74, 0.72),
            (0.56, 0.9),
            (0.26, 0.84),
        ]
    ],
    4: [
        [(0.4, 0.1), (0.3, 0.34), (0.24, 0.56), (0.5, 0.56), (0.8, 0.54)],
        [(0.66, 0.14), (0.64, 0.5), (0.62, 0.92)],
    ],
    5: [
        [
            (0.74, 0.12),
            (0.52, 0.12),
            (0.32, 0.13),
            (0.3, 0.28),
            (0.28, 0.44),
            (0.5, 0.42),
            (0.72, 0.56),
            (0.68, 0.8),
            (0.46, 0.9),
            (0.24, 0.84),
        ]
    ],
    6: [
        [
            (0.62, 0.08),
            (0.4, 0.26),
            (0.28, 0.56),
            (0.34, 0.84),
            (0.54, 0.92),
            (0.72, 0.78),
            (0.64, 0.58),
            (0.44, 0.58),
            (0.3, 0.7),
        ]
    ],
    7: [[(0.22, 0.14), (0.5, 0.13), (0.78, 0.12), (0.66, 0.38), (0.54, 0.64), (0.44, 0.92)]],
    8: [
        [
            (0.66, 0.2),
            (0.46, 0.1),
            (0.3, 0.26),
            (0.48, 0.46),
            (0.68, 0.68),
            (0.52, 0.9),
            (0.3, 0.76),
            (0.46, 0.52),
            (0.66, 0.34),
            (0.66, 0.2),
        ]
    ],
    9: [
        [
            (0.7, 0.3),
            (0.52, 0.12),
            (0.32, 0.26),
            (0.38, 0.46),
            (0.58, 0.46),
            (0.7, 0.28),
            (0.68, 0.6),
            (0.62, 0.92),
        ]
    ],
}


def strokes(digit: int, rng: np.random.Generator | None = None) -> list[np.ndarray]:
    """Return a digit's strokes, each (n, 2) in the unit square; bent a little when `rng` is given."""
    drawn = [smooth(np.array(path, float)) for path in PATHS[digit]]
    if rng is None:
        return drawn
    bend = np.eye(2) + rng.normal(0, 0.1, (2, 2))
    middle = 0.5 + rng.normal(0, 0.03, 2)
    return [
        (path - 0.5) @ bend + middle + smooth(rng.normal(0, 0.012, (len(path) // 6, 2)), len(path))
        for path in drawn
    ]


def smooth(points: np.ndarray, count: int = 60) -> np.ndarray:
    """Return `count` points along a curve through the given ones (Catmull and Rom, 1974)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    place = np.linspace(0, len(points) - 1 - 1e-9, count)
    first = place.astype(int)
    t = (place - first)[:, None]
    a, b, c, d = (padded[first + step] for step in range(4))
    curve: np.ndarray = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return curve


def ink(paths: list[np.ndarray], height: int, width: int, thickness: int) -> np.ndarray:
    """Return strokes as ink, (height, width) float32 in [0, 1] with 256 steps, edges softened."""
    picture = np.zeros((height, width), np.uint8)
    scale = np.array([width, height]) * 2.0**4
    for path in paths:
        cv2.polylines(
            picture, [np.rint(path * scale).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4
        )
    return picture.astype(np.float32) / np.float32(255)


def drawings(count: int, seed: int = 9) -> list[tuple[int, np.ndarray]]:
    """Return `count` drawings as (digit, ink): sizes, thicknesses and places as people choose them."""
    rng = np.random.default_rng(seed)
    found = []
    for index in range(count):
        height, width = (int(side) for side in rng.integers(60, 420, 2))
        size = rng.uniform(0.3, 0.95)
        place = rng.uniform(0, 1 - size, 2)
        paths = [np.clip(path, 0, 1) * size + place for path in strokes(index % 10, rng)]
        thickest = max(3, min(height, width) * size / 5)
        found.append((index % 10, ink(paths, height, width, int(rng.uniform(1, thickest)))))
    return found


def box_of(part: Locator) -> FloatRect:
    """Return where a visible part of the page lies: x, y, width and height in CSS pixels."""
    box = part.bounding_box()
    assert box is not None
    return box


def draw(
    page: Page,
    digit: int,
    *,
    left: float = 0.25,
    top: float = 0.12,
    width: float = 0.5,
    height: float = 0.76,
    pad: str = "#pad",
) -> None:
    """Draw a digit with the mouse into a part of the pad, given in shares of its sides."""
    box = box_of(page.locator(pad))
    for path in strokes(digit):
        for index, (x, y) in enumerate(path[::3]):
            place = (
                box["x"] + box["width"] * (left + x * width),
                box["y"] + box["height"] * (top + y * height),
            )
            page.mouse.move(*place)
            if index == 0:
                page.mouse.down()
        page.mouse.up()
