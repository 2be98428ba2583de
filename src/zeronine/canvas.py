"""The canvas contract: what one digit looks like when a network sees it.

A canvas is 28 x 28, float32, ink = 1 and paper = 0.
The digit's longest side is 20 pixels, its aspect is kept, and its centre of mass lies on the
centre of the picture (LeCun, Bottou, Bengio and Haffner, 1998).
Mean and deviation are applied inside the model, never by the caller.
This file only states and checks the contract; `reading/normalise.py` makes canvases from ink.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.errors import CanvasError

SIDE = 28  #: pixels on each side of a canvas
BOX = 20  #: pixels of the digit's longest side

CONTRACT: dict[str, Any] = {
    "version": 1,
    "side": SIDE,
    "box": BOX,
    "ink": 1.0,
    "paper": 0.0,
    "centre": "mass",
    "dtype": "float32",
}

Canvases = npt.NDArray[np.float32]  #: (N, 28, 28) in [0, 1], ink = 1


def as_canvases(array: npt.ArrayLike) -> Canvases:
    """Return the array as a checked batch of canvases, (N, 28, 28) float32 in [0, 1].

    Accepts one canvas (28, 28) or a batch (N, 28, 28); uint8 with ink = 255, or floats with ink = 1.
    Raises CanvasError for any other shape, type or range, and for values that are not finite.
    """
    values = np.asarray(array)
    if values.ndim == 2:
        values = values[None]
    if values.ndim != 3 or values.shape[1:] != (SIDE, SIDE):
        raise CanvasError(
            f"canvases have the shape (N, {SIDE}, {SIDE}), this is {np.shape(array)}: "
            "use zeronine.read() for pictures of any size"
        )
    if values.dtype == np.uint8:
        return values.astype(np.float32) / np.float32(255)
    if values.dtype == bool:
        return values.astype(np.float32)
    if not np.issubdtype(values.dtype, np.floating):
        raise CanvasError(f"canvases are uint8 or floats, this is {values.dtype}: convert them first")
    if values.size and not np.isfinite(values).all():
        raise CanvasError("canvases hold finite numbers, this has NaN or infinity: look at how it was made")
    if values.size and (values.min() < 0 or values.max() > 1):
        raise CanvasError(
            f"canvases lie in [0, 1], this in [{values.min():g}, {values.max():g}]: "
            "divide by 255, and leave mean and deviation to the model"
        )
    return values.astype(np.float32, copy=False)
