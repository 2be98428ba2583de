"""Lines that climb or fall: by how many degrees, and the picture turned so that they lie level.

A page held askew is read worse from some six degrees on, and hardly at all from fifteen.
The angle is the one at which the ink, projected on the side of the picture, falls into the sharpest
rows (Postl, 1986); rows of digits and ruled lines alike are sharpest when they lie level.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.find import Found

Grey = npt.NDArray[np.uint8]
Places = npt.NDArray[np.floating]
Matrix = npt.NDArray[np.float64]  #: (2, 3): x, y, 1 -> x, y

STEEPEST = 30.0  #: degrees: lines that climb more are not looked for
STEP = 1.0  #: degrees between two angles that are tried
LEAST = 4.0  #: degrees: what is nearer to level is read as it is
SHARPER = 1.5  #: times as sharp as now: less is no proof
FEWEST = 4  #: pieces about as tall as a digit: fewer make no line
ROWS = 5.0  #: rows to a digit's height
SAMPLE = 4_000  #: pixels of ink that are looked at


def tilt_of(found: Found) -> float:
    """Return by how many degrees the lines fall to the right (climb: below 0); 0 where they are level."""
    tall = found.pieces.boxes[:, 3]
    if np.count_nonzero((tall > 0.5 * found.height) & (tall < 2 * found.height)) < FEWEST:
        return 0.0
    rows, columns = np.nonzero(np.isin(found.pieces.labels, found.pieces.names))
    every = max(1, len(rows) // SAMPLE)
    y, x = (places[::every] * (ROWS / found.height) for places in (rows, columns))
    angles = np.arange(-STEEPEST, STEEPEST + STEP, STEP)
    sharp = np.array([_sharpness(y, x, math.radians(angle)) for angle in angles])
    best = int(sharp.argmax())
    level = sharp[len(angles) // 2]
    if abs(angles[best]) < LEAST or sharp[best] < SHARPER * level:
        return 0.0
    return float(angles[best])


def _sharpness(y: Places, x: Places, angle: float) -> float:
    """Return how suddenly the ink changes from row to row, seen at an angle in radians: squares, summed."""
    across = y * math.cos(angle) - x * math.sin(angle)
    rows = np.bincount((across - across.min()).astype(np.intp)).astype(np.float64)
    return float((np.diff(rows, prepend=0, append=0) ** 2).sum())


def turned(grey: Grey, tilt: float) -> tuple[Grey, Matrix]:
    """Return the picture with lines of this tilt made level, and the way back: its pixels to those given."""
    height, width = grey.shape
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    wide, tall = round(width * cos + height * abs(sin)), round(height * cos + width * abs(sin))
    back = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    back[:, 2] = np.array([width / 2, height / 2]) - back[:, :2] @ [wide / 2, tall / 2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    level = cv2.warpAffine(grey, back, (wide, tall), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(level, np.uint8), back
