"""A few digits of one hand, seen many times otherwise: turned, slanted, stretched, moved, bent, other pens.

As `data/augment.py` does for training, but gently, since one hand strays less than ten thousand people do,
and in NumPy and OpenCV, so that teaching needs no PyTorch.
"""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, Canvases

TURN, SLANT, SIZE, ASPECT, MOVE = 0.14, 0.18, 0.12, 0.10, 1.3  #: radians, -, logarithms, and pixels
BEND = 0.9  #: pixels that a place strays on a coarse field
PEN = 0.5  #: share that is written with a thinner or a thicker pen


def varied(canvases: Canvases, times: int, generator: np.random.Generator) -> Canvases:
    """Return each canvas `times` times (N * times, 28, 28), the first time as it is."""
    made = [canvases]
    for _ in range(times - 1):
        made.append(np.stack([_other(one, generator) for one in canvases]))
    return np.concatenate(made) if len(canvases) else canvases


def _other(canvas: npt.NDArray[np.float32], g: np.random.Generator) -> npt.NDArray[np.float32]:
    """Return one canvas seen otherwise, resampled once."""
    turn, slant = g.uniform(-TURN, TURN), g.uniform(-SLANT, SLANT)
    size, aspect = np.exp(g.uniform(-SIZE, SIZE)), np.exp(g.uniform(-ASPECT, ASPECT))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array(
        [[size * aspect, slant], [0, size / aspect]]
    )
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32) - (SIDE - 1) / 2
    middle = (SIDE - 1) / 2 + g.uniform(-MOVE, MOVE, 2)
    x = matrix[0, 0] * columns + matrix[0, 1] * rows + middle[0]
    y = matrix[1, 0] * columns + matrix[1, 1] * rows + middle[1]
    arrows = g.normal(0, BEND, (5, 5, 2)).astype(np.float32)
    field = cv2.resize(arrows, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    seen = cv2.remap(
        canvas,
        (x + field[..., 0]).astype(np.float32),
        (y + field[..., 1]).astype(np.float32),
        cv2.INTER_LINEAR,
    )
    return _pen(np.asarray(seen, np.float32), g) if g.random() < PEN else np.asarray(seen, np.float32)


def _pen(canvas: npt.NDArray[np.float32], g: np.random.Generator) -> npt.NDArray[np.float32]:
    """Return the canvas with a somewhat thinner or thicker stroke."""
    other = (cv2.dilate if g.random() < 0.5 else cv2.erode)(canvas, np.ones((2, 2), np.uint8))
    share = np.float32(g.uniform(0.2, 0.8))
    return np.asarray((1 - share) * canvas + share * other, np.float32)
