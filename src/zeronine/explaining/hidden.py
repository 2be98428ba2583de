"""What the hidden units said, and what the answer would be without them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.explaining.case import Case
from zeronine.explaining.insight import Insight, Off
from zeronine.reading.classify import Floats


@dataclass(frozen=True, slots=True)
class HiddenLayer:
    """One hidden layer on one canvas."""

    name: str
    values: npt.NDArray[np.float64]  #: (units,), after the activation
    effect: npt.NDArray[np.float64]  #: (units,), how far the margin falls without that unit


def look_at_units(insight: Insight, case: Case) -> tuple[HiddenLayer, ...]:
    """Return every hidden layer that can be seen, with each unit switched off in turn."""
    start = insight.start(case.canvas[None], case.answers)
    layers = []
    for number, values in enumerate(insight.units(start) if insight.layers else ()):
        switched = np.repeat(values, values.shape[1] + 1, axis=0)  # (units + 1, units)
        np.fill_diagonal(switched, 0)  # the last row stays whole
        logits = insight.logits_from(number, switched)
        found = logits[:, case.value] - logits[:, case.rival]
        layers.append(HiddenLayer(insight.hidden[number], values[0], found[-1] - found[:-1]))
    return tuple(layers)


@dataclass(frozen=True, slots=True)
class Ablated:
    """The answer with units switched off."""

    probabilities: Floats  #: (10,)
    margin: float
    layers: tuple[npt.NDArray[np.float64], ...]  #: the values of each hidden layer then


def switch_off(insight: Insight, case: Case, off: Off) -> Ablated:
    """Return what the model answers with some units, or whole layers (None), at zero.

    Raises IndexError for a layer or a unit that is not there.
    """
    start = insight.start(case.canvas[None], case.answers)
    values = insight.units(start, off)
    logits = insight.logits_from(len(values) - 1, values[-1])[0]
    shares = np.exp(logits - logits.max())
    return Ablated(
        np.asarray(shares / shares.sum(), np.float32),
        float(logits[case.value] - logits[case.rival]),
        tuple(one[0] for one in values),
    )
