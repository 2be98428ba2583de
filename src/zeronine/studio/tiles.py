"""Many small pictures packed for JSON: bytes in base64 with the range they stand for.

The page paints them in its own colours, so a signed picture stays a signed picture on the way.
"""

import base64
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE

PIXELS = SIDE * SIDE


def tiles(
    pictures: npt.ArrayLike, *, low: float = 0.0, high: float = 1.0, shown_high: float | None = None
) -> dict[str, Any]:
    """Return (N, 28, 28) pictures with values in [low, high] as tiles; values outside are clipped.

    `shown_high` scales the range that is written beside the bytes (255 for canvases over HTTP).
    """
    values = np.asarray(pictures, np.float64).reshape(-1, PIXELS)
    span = high - low or 1.0
    packed = np.clip(np.rint((values - low) / span * 255), 0, 255).astype(np.uint8)
    scale = 1.0 if shown_high is None else shown_high / high
    return {
        "count": len(values),
        "low": low * scale,
        "high": high * scale,
        "data": base64.b64encode(packed.tobytes()).decode("ascii"),
    }


def signed_tiles(pictures: npt.ArrayLike) -> dict[str, Any]:
    """Return pictures as tiles in a range that is the same on both sides of zero."""
    values = np.asarray(pictures, np.float64)
    bound = float(np.abs(values).max(initial=0.0)) or 1.0
    return tiles(values, low=-bound, high=bound)
