"""What every explanation starts from: one canvas, what the model answers, and what it nearly answered.

The quantity explained is the *margin*: the log-odds of the answer against its rival, that is the
difference of their two logits.  It is 0 where the model wavers, and unlike a probability it does not
flatten out where the model is sure.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.canvas import Canvases, as_canvases
from zeronine.errors import CanvasError
from zeronine.reading.classify import Answers, Classifier

Picture = npt.NDArray[np.float64]  #: (28, 28)


@dataclass(frozen=True, slots=True)
class Case:
    """One canvas and the two digits it is a question of."""

    canvas: npt.NDArray[np.float32]  #: (28, 28)
    answers: Answers  #: for this one canvas
    value: int  #: the answer
    rival: int  #: the second likeliest digit, or the one asked about

    @property
    def margin(self) -> float:
        """The log-odds of the answer against its rival."""
        return float(self.answers.logits[0, self.value] - self.answers.logits[0, self.rival])


def case_of(classifier: Classifier, canvas: npt.ArrayLike, *, rival: int | None = None) -> Case:
    """Return the case of one canvas; the rival is the second likeliest digit unless another is asked about.

    Raises CanvasError for anything but one canvas, and for a rival that is the answer itself.
    """
    canvases = as_canvases(canvas)
    if len(canvases) != 1:
        raise CanvasError(f"one canvas is explained at a time, these are {len(canvases)}: pick one")
    answers = classifier(canvases)
    order = np.argsort(-answers.logits[0], kind="stable")
    if rival is not None and (rival == order[0] or not 0 <= rival <= 9):
        raise CanvasError(f"the model answers {order[0]}, asked about {rival}: ask about another digit")
    return Case(canvases[0], answers, int(order[0]), int(order[1]) if rival is None else rival)


def margins(classifier: Classifier, canvases: Canvases, case: Case) -> npt.NDArray[np.float64]:
    """Return (N,) margins of the case's two digits for other canvases."""
    logits = classifier(canvases).logits
    return (logits[:, case.value] - logits[:, case.rival]).astype(np.float64)
