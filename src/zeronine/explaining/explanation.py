"""Why the model answered that: every explanation of one digit in one object.

`explain(digit)` asks the model some hundred times on changed canvases, in batches; a page or a
notebook shows what comes back (`show.py`).
"""

from dataclasses import dataclass

import numpy.typing as npt

from zeronine.answers import Digit
from zeronine.explaining.case import Case, Picture, case_of
from zeronine.explaining.contribution import Contribution, contribute
from zeronine.explaining.flip import Flip, flip
from zeronine.explaining.hidden import HiddenLayer, look_at_units
from zeronine.explaining.insight import look_into
from zeronine.explaining.neighbours import Index, Neighbours, nearest
from zeronine.explaining.occlusion import occlude
from zeronine.models import Model
from zeronine.reading.classify import Classifier, classifier_of

SENTENCES: dict[str, str] = {
    "neighbours": "These training digits are nearest to yours inside the network; "
    "that they look alike to it does not mean that it compared them.",
    "flip": "So little ink changes the answer; "
    "the search is greedy, so a still smaller change may exist, and a person may still read the old digit.",
    "occlusion": "Blue ink spoke for the answer, orange for its rival: each spot was covered and the "
    "network asked again; parts that only matter together are not seen this way.",
    "contribution": "Ink times slope: for this feed-forward network the shares and the biases' rest sum up "
    "to the answer's lead; what missing ink meant is not in the picture.",
    "hidden": "What the hidden units said, and how far the answer's lead falls without each of them; "
    "a unit alone seldom has a meaning that words can name.",
    "map": "The plane that parts the ten digits best, out of many dimensions; "
    "points that touch here may be far apart in the others.",
}  #: one honest sentence each: what it shows, and what it does not


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that was found out about one answer."""

    case: Case
    flip: Flip
    occlusion: Picture  #: + ink there spoke for the answer
    contribution: Contribution | None  #: feed-forward networks only
    layers: tuple[HiddenLayer, ...]
    neighbours: Neighbours | None  #: None without an index of training digits

    def _repr_html_(self) -> str:
        """Show the explanation in a notebook."""
        from zeronine.explaining.show import as_html

        return as_html(self)


def explain(
    digit: Digit | npt.ArrayLike,
    *,
    model: Model | Classifier = None,
    rival: int | None = None,
    index: Index | None = None,
) -> Explanation:
    """Explain the answer for one digit of a reading, or for one canvas (28, 28).

    `rival` asks why it is not that digit (by default the second likeliest).  The `index` of training
    digits (`explaining.neighbours.build_index`, for the same model) adds the nearest ones.
    Raises CanvasError for what is not one canvas, and ModelError for a damaged model file.
    """
    classifier = classifier_of(model)
    insight = look_into(classifier)
    case = case_of(classifier, digit.canvas if isinstance(digit, Digit) else digit, rival=rival)
    return Explanation(
        case,
        flip(classifier, case),
        occlude(classifier, case),
        contribute(insight, case),
        look_at_units(insight, case),
        None if index is None else nearest(index, case.answers.embedding[0]),
    )
