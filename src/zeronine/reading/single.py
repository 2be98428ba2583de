"""A picture of one digit -> its canvas: the way of `read(one=True)` up to the classifier.

Own digits become training canvases here, so a network learns from exactly what it will be asked about.
"""

import numpy as np
import numpy.typing as npt

from zeronine.reading.find import cut, only_digit
from zeronine.reading.load import Picture, load
from zeronine.reading.look import look
from zeronine.reading.normalise import canvas_of


def canvas_of_picture(picture: Picture) -> npt.NDArray[np.float32] | None:
    """Return the canvas (28, 28) float32 in [0, 1] of a picture of one digit; None where there is no ink.

    Raises PictureError for what is no picture.
    """
    found = look(load(picture)).found
    pieces = only_digit(found.pieces, found.ink.shape)
    return canvas_of(cut(found.ink, pieces)) if len(pieces) else None
