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


def is_tensor(value: object) -> bool:
    """Return whether a value is a PyTorch tensor, without importing PyTorch."""
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach")


def plain_array(values: Any) -> npt.NDArray[Any]:
    """Return anything like an array as one: lists, arrays, and PyTorch tensors of any device and kind.

    Raises CanvasError for lists whose parts differ in length.
    """
    if is_tensor(values):
        values = values.detach().cpu()
        values = values.float() if str(values.dtype) == "torch.bfloat16" else values  # NumPy has no such
        return np.asarray(values.numpy())
    try:
        return np.asarray(values)
    except ValueError as error:
        raise CanvasError(f"this is no array ({error}): look at how it was made") from None


def as_canvases(array: npt.ArrayLike) -> Canvases:
    """Return the array as a checked batch of canvases, (N, 28, 28) float32 in [0, 1].

    Accepts one canvas (28, 28) or a batch (N, 28, 28), as PyTorch has it also (N, 1, 28, 28); arrays, lists
    or tensors; uint8 with ink = 255, or floats with ink = 1.
    Raises CanvasError for any other shape, type or range, and for values that are not finite.
    """
    values = plain_array(array)
    if values.dtype.kind not in "biuf":
        raise CanvasError(
            f"a {type(array).__name__} is no canvas: give an array (N, {SIDE}, {SIDE}), "
            "and use zeronine.read() for pictures",
            field="canvases",
            value=type(array).__name__,
        )
    if is_tensor(array) and values.ndim == 4 and values.shape[1] == 1:
        values = values[:, 0]
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
