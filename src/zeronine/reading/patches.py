"""A place on a grey picture -> a patch of a fixed size: averaged where smaller, smooth where larger."""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.finder import Grey

Patch = npt.NDArray[np.uint8]  #: (h, w)
SMALLER = 0.7  #: factor below which single pixels would leave gaps, so the window is averaged down first


def patch_of(
    grey: Grey, middle: tuple[float, float], scale: float, size: tuple[int, int], *, beyond: float
) -> Patch:
    """Return the patch round a point (x, y), `scale` of its pixels for one of the picture.

    `size` is its width and height; `beyond` is the tone of what lies outside the picture.
    """
    width, height = size
    x, y = middle
    if scale < SMALLER:
        corner = np.floor([x - width / scale, y - height / scale]).astype(int)
        corner = np.clip(corner, 0, [grey.shape[1] - 1, grey.shape[0] - 1])
        stop = np.maximum(np.ceil([x + width / scale, y + height / scale]).astype(int), corner) + 1
        window = grey[corner[1] : stop[1], corner[0] : stop[0]]
        shrunk = [max(1, round(side * scale)) for side in (window.shape[1], window.shape[0])]
        grey = np.asarray(cv2.resize(window, shrunk, interpolation=cv2.INTER_AREA), np.uint8)
        ratio = np.array([shrunk[0] / window.shape[1], shrunk[1] / window.shape[0]])
        x, y = (np.array([x, y]) - corner) * ratio
        factors = scale / ratio
    else:
        factors = np.array([scale, scale])
    matrix = np.array(
        [[factors[0], 0, width / 2 - factors[0] * x], [0, factors[1], height / 2 - factors[1] * y]]
    )
    patch = cv2.warpAffine(
        grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=beyond
    )
    return np.asarray(patch, np.uint8)
