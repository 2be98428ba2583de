"""How much each pixel of ink added to the margin: ink times slope.

For a feed-forward network with ReLU the margin is a plain weighted sum of the ink as long as the
same units stay active, so these shares and the `rest` (what the biases add) sum up to the margin
exactly.  For other activations it is the first-order part only.  For convolutions it is not offered:
there the slope jumps from pixel to pixel, and the picture looks like noise.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE
from zeronine.explaining.case import Case, Picture
from zeronine.explaining.insight import SLOPES, Insight, Values

LINEAR = ("relu", "none")  #: activations that leave a sum a sum while the same units are active


@dataclass(frozen=True, slots=True)
class Contribution:
    """The margin, taken apart: `picture.sum() + rest == margin`."""

    picture: Picture  #: + spoke for the answer, - for its rival
    rest: float
    margin: float
    exact: bool  #: whether the sum holds for the whole region, not only to first order


def contribute(insight: Insight, case: Case) -> Contribution | None:
    """Return what each pixel of ink added to the margin; None for all but feed-forward networks."""
    if not insight.from_canvas:
        return None
    picture = slope_of(insight, case) * case.canvas
    exact = all(layer.activation in LINEAR for layer in insight.layers)
    return Contribution(picture, case.margin - float(picture.sum()), case.margin, exact)


def slope_of(insight: Insight, case: Case) -> Picture:
    """Return (28, 28), the margin's slope by each pixel, back through the layers."""
    values: Values = case.canvas.reshape(1, -1).astype(np.float64)
    sums = []
    for layer in insight.layers:
        sums.append(values @ layer.weights.T + layer.bias)
        values = layer(values)
    slope: npt.NDArray[np.float64] = np.zeros(10)
    slope[case.value], slope[case.rival] = 1, -1
    for layer, before in zip(insight.layers[::-1], sums[::-1], strict=True):
        slope = (slope * SLOPES[layer.activation](before[0])) @ layer.weights
    return slope.reshape(SIDE, SIDE)
