"""Digits by other writers than MNIST's, brought to the canvas: what a model must also read.

Here is only what comes with a package; folders of pictures are read by `data/own.py`.
"""

import numpy as np

from zeronine.data.digits import Digits
from zeronine.extras import need
from zeronine.reading.normalise import normalise

ENLARGED = 8  #: each of the 8 x 8 squares becomes this many pixels wide before normalising


def scikit_digits() -> Digits:
    """Return scikit-learn's 1,797 digits (Alpaydin and Kaynak, 1998), enlarged and brought to the canvas.

    They are 8 x 8 counts of ink, 0 to 16, by 13 Turkish writers; nobody trains on them here.
    """
    import cv2

    bunch = need("sklearn.datasets", extra="sklearn").load_digits()
    size = (8 * ENLARGED, 8 * ENLARGED)
    pictures = bunch.images.astype(np.float32) / np.float32(16)
    large = [cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC) for picture in pictures]
    canvases = normalise([np.asarray(ink.clip(0, 1), np.float32) for ink in large])
    images = np.rint(canvases * 255).astype(np.uint8)
    return Digits(images, bunch.target.astype(np.int64), "scikit-learn digits")
