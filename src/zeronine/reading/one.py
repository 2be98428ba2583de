"""A picture that holds one digit: several hypotheses of where it is, and the likeliest of their answers.

All ink of the picture, whichever of light and dark it is; and the strongest marks of the finder, each in
its own box.  Where there is any ink there is an answer, and doubt is a low confidence.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, Canvases
from zeronine.reading.arithmetic import FAR, chance, clipped, log_odds, log_softmax
from zeronine.reading.background import find_ink
from zeronine.reading.boxes import shared_of
from zeronine.reading.classify import Classifier
from zeronine.reading.context import Context
from zeronine.reading.evidence import Evidence, Floats, Shares
from zeronine.reading.finder import DIGITS, Grey
from zeronine.reading.glimpses import glimpses_of
from zeronine.reading.load import Picture, load
from zeronine.reading.marks import Marks
from zeronine.reading.normalise import Ink, canvas_of, normalise, trim
from zeronine.reading.numbers import Chosen
from zeronine.reading.page import Sight
from zeronine.reading.windows import canvases_of

TRIED = 4  #: marks whose boxes are tried, the strongest first


@dataclass(frozen=True, slots=True, eq=False)
class Hypotheses:
    """Where the digit may be, k ways; the first `whole` of them are all ink of the picture."""

    whole: int
    boxes: Floats  #: (k, 4): of all ink in pixels of the picture, of marks in those of the working picture
    canvases: Canvases  #: (k, 28, 28)
    finder: Floats  #: (k, 10): log-probabilities of the strongest mark, or of the mark itself
    seen: Floats  #: (k, 23): log-probabilities of the second opinion
    canvas: Floats  #: (k, 10): log-probabilities of the canvas network
    digit_logit: Floats  #: (k,): that the canvas holds a digit
    place: Floats  #: (k,): the finder's log-odds that a character is there
    share: Floats  #: (k,), in [0, 1]: how well all ink and the strongest mark agree; 1 for marks

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.boxes)

    def classes(self, shares: Shares) -> Floats:
        """Return what the networks say together, log-probabilities (k, 10)."""
        return shares.joint(self.finder, log_softmax(self.seen[:, :DIGITS]), self.canvas, self.digit_logit)

    def features(self, shares: Shares) -> Floats:
        """Return ONE_FEATURES (k, len(ONE_FEATURES))."""
        number = np.arange(len(self))
        joint, context = self.classes(shares), log_softmax(self.seen[:, :DIGITS])
        return np.stack(
            [
                log_odds(np.exp(self.seen[:, :DIGITS]).sum(axis=1)),
                log_odds(np.exp(context.max(axis=1, initial=-FAR))),
                log_odds(np.exp(self.canvas.max(axis=1, initial=-FAR))),
                clipped(self.digit_logit),
                (context.argmax(axis=1) == self.canvas.argmax(axis=1)).astype(np.float64),
                log_odds(np.exp(joint.max(axis=1, initial=-FAR))),
                clipped(self.place),
                (number < self.whole).astype(np.float64),
                ((number < self.whole) & (number > 0)).astype(np.float64),
                self.share,
            ],
            axis=1,
        )


def canvas_of_picture(picture: Picture) -> npt.NDArray[np.float32] | None:
    """Return the canvas (28, 28) float32 in [0, 1] of all ink of a picture; None where there is no ink.

    Raises PictureError for what is no picture.
    """
    found = all_ink(load(picture))
    return None if found is None else canvas_of(found[0])


def all_ink(grey: Grey, *, against: bool = False) -> tuple[Ink, Floats] | None:
    """Return the ink of a picture, cut to where it is, and that box (4,); None where there is none.

    `against` takes light for ink where darkness seems to be, and the other way round.
    """
    inked = find_ink(grey, against=against)
    ink = np.where(inked.ink > 0.5 * inked.threshold, inked.ink, np.float32(0))
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if len(rows) == 0 or inked.level <= 0:
        return None
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float64)
    return trim(ink), box


def likeliest(tried: Hypotheses, sight: Sight, evidence: Evidence) -> Chosen:
    """Return the likeliest of the hypotheses, as the one that is chosen; none where there are none."""
    if len(tried) == 0:
        return none_chosen()
    classes = tried.classes(evidence.singles)
    odds = evidence.one(tried.features(evidence.singles))
    best = int(odds.argmax())
    box = tried.boxes[best : best + 1]
    return Chosen(
        boxes=box,
        in_picture=box if best < tried.whole else sight.in_picture(box),
        kind=np.array([int(classes[best].argmax())]),
        lines=np.zeros(1, np.intp),
        confidence=chance(odds[best : best + 1]),
        classes=classes[best : best + 1],
        canvases=tried.canvases[best : best + 1],
        there=odds[best : best + 1],
        letters=np.zeros(1),
        doubt=np.full(1, -FAR),
        walls=np.zeros(1),
        through=np.zeros(1),
        stacked=np.zeros(1),
    )


def hypotheses(
    grey: Grey, sight: Sight, exists: Floats, classify: Classifier, context: Context
) -> Hypotheses:
    """Return all ink, of either polarity, and the strongest marks as hypotheses.

    `exists` (n,) are the log-odds that each of the marks is a digit.
    """
    marks = sight.marks.keep(np.argsort(-exists, kind="stable")[:TRIED])
    found = [one for against in (False, True) if (one := all_ink(grey, against=against)) is not None]
    inks, whole = [ink for ink, _ in found], len(found)
    around = np.array([box for _, box in found]).reshape(-1, 4)
    canvases = np.concatenate([normalise(inks), canvases_of(sight.grey, marks.boxes)])
    glimpses = np.concatenate([glimpses_of(grey, around), glimpses_of(sight.grey, marks.boxes)])
    answers = classify(canvases)
    finder, place = _held_against(marks, whole)
    agreement = _agreement(sight, around, marks)
    return Hypotheses(
        whole=whole,
        boxes=np.concatenate([around, marks.boxes]),
        canvases=canvases,
        finder=finder,
        seen=context(glimpses),
        canvas=log_softmax(answers.logits.astype(np.float64)),
        digit_logit=answers.digit_logit.astype(np.float64),
        place=place,
        share=np.concatenate([np.full(whole, agreement), np.ones(len(marks))]),
    )


def _held_against(marks: Marks, whole: int) -> tuple[Floats, Floats]:
    """Return the finder's classes (k, 10) and places (k,): all ink is held against the strongest mark."""
    if len(marks) == 0:
        return np.full((whole, DIGITS), np.log(1 / DIGITS)), np.full(whole, -FAR)
    kinds = log_softmax(marks.kinds[:, :DIGITS])
    which = np.concatenate([np.zeros(whole, np.intp), np.arange(len(marks))])
    return kinds[which], marks.place[which]


def _agreement(sight: Sight, around: Floats, marks: Marks) -> float:
    """Return how well the strongest mark's box and the box round all ink agree, in [0, 1]."""
    if len(around) == 0 or len(marks) == 0:
        return 0.0
    box, there = around[:1], sight.in_picture(marks.boxes[:1])
    area = max(float(np.prod(box[:, 2:] - box[:, :2])), 1.0)
    mark = max(float(np.prod(np.maximum(there[:, 2:] - there[:, :2], 1))), 1.0)
    return float(shared_of(there, box)[0, 0]) * min(mark / area, area / mark)


def none_chosen() -> Chosen:
    """Return the choice of no digit."""
    no, none = np.zeros(0), np.zeros(0, np.intp)
    canvases = np.zeros((0, SIDE, SIDE), np.float32)
    return Chosen(
        np.zeros((0, 4)),
        np.zeros((0, 4)),
        none,
        none,
        no,
        np.zeros((0, DIGITS)),
        canvases,
        *[no] * 6,
    )
