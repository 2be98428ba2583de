"""What every opinion says of a mark -> one calibrated chance.

The finder's place and class, the canvas network's class and doubt, the mark's size beside the others',
its rivals and its neighbours are about a dozen features.  Logistic models weigh them, fitted on made
pages by `make reader` and kept in `reader.json` beside the networks; there is no other threshold of
sureness anywhere.
"""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.errors import ModelError
from zeronine.reading.arithmetic import FAR, clipped, log_odds, log_softmax
from zeronine.reading.classify import Answers
from zeronine.reading.finder import DIGITS, MARKS, OTHER
from zeronine.reading.marks import IDEAL_PX, Marks
from zeronine.reading.surroundings import surroundings

Floats = npt.NDArray[np.float64]

SHIPPED = Path(__file__).parents[1] / "models" / "reader.json"
FORMAT = 1
WELL_SEEN = 0.6  #: log of a height over the ideal one within which the finder sees as well (training's core)
NEVER_FIRST = tuple("/:%)=x")  #: signs that something stands before

FEATURES = (
    "place",  # the finder: a character's middle is here
    "digit",  # the finder: it is a digit, if it is a character
    "finder class",  # the finder: how sure of which
    "context digit",  # the second opinion, with the neighbours in sight: it is a digit
    "context class",  # the second opinion: how sure of which
    "canvas class",  # the canvas network: how sure of which
    "canvas digit",  # the canvas network: it is a digit at all
    "agreement",  # finder and second opinion name the same digit
    "joint class",  # all together: how sure of which
    "size",  # log of its height over the usual one
    "odd size",  # the same, without sign
    "odd shape",  # log of width over height, beside what is usual for the digit that it is read as
    "odd scale",  # how far beyond half or twice the ideal height it was seen
    "rival",  # the likeliest other mark on the same ink
    "letters",  # how much of what stands beside it is writing that is not read
    "crowd",  # log of how many marks stand beside it, however faint: grain and patterns are full of them
    "left",  # the likeliest digit close on its left
    "right",  # and on its right
)


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """Log-odds as a weighted sum of features."""

    weights: Floats  #: (k,)
    bias: float

    def __call__(self, features: Floats) -> Floats:
        """Return log-odds (n,) for features (n, k)."""
        return np.asarray(features @ self.weights + self.bias, np.float64)


@dataclass(frozen=True, slots=True)
class Shares:
    """How much the classes of the finder, of the second opinion and of the canvas network count.

    What the canvas network says counts more where it is sure that there is a digit: elsewhere a
    neighbour's ink reaches in, or the box is no digit's.
    """

    finder: float
    context: float
    canvas: float
    clear: float  #: added to `canvas` where the canvas surely holds a digit

    def joint(self, finder: Floats, context: Floats, canvas: Floats, digit_logit: Floats) -> Floats:
        """Return log-probabilities (n, 10) of the networks' log-probabilities (n, 10) together."""
        clear = 1 / (1 + np.exp(-clipped(digit_logit)))[:, None]
        seen = self.finder * finder + self.context * context
        return log_softmax(seen + (self.canvas + self.clear * clear) * canvas)


OWN = Shares(finder=0, context=0, canvas=1, clear=0)  #: a model that somebody gives names the digits alone,
TAUGHT = Shares(finder=0.5, context=0.5, canvas=1, clear=0)  #: one that was taught a hand with the others


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The fitted models, and how they were fitted."""

    pages: "Shares"  #: how much the class logits of both networks count on pages
    singles: "Shares"  #: and in pictures of one digit
    shapes: Floats  #: (10,): usual log of width over height of each digit
    beside: Floats  #: (13, 13): what stands beside what, see `grammar.py`
    exists: Logistic  #: a digit stands here, from FEATURES
    right: Logistic  #: and it is the one that is named
    sign: Logistic  #: a sign stands here, and it is the one that is named, from SIGN_FEATURES
    apart: Logistic  #: of two marks on the same ink the weaker is a character too, from APART_FEATURES
    stands: Logistic  #: a number stands here, whatever its digits are, from STANDS_FEATURES
    number: Logistic  #: it is right as a whole, from NUMBER_FEATURES
    part: Logistic  #: two characters of a line belong to different numbers, from GAP_FEATURES
    one: Logistic  #: a picture's only digit is what this canvas is read as, from ONE_FEATURES
    card: dict[str, Any]

    def named_by(self, shares: Shares) -> "Evidence":
        """Return the same, but for which networks name the digits."""
        return replace(self, pages=shares, singles=shares)


SIGN_FEATURES = (
    "place",
    "finder class",
    "context class",
    "digit",
    "letters",
    "odd scale",
    "rival",
    "left",
    "right",
    "slash",  # the sign that is likest a 1
    "out of place",  # a sign that no number begins with, and nothing on its left
)
APART_FEATURES = (
    "there",  # log-odds that the weaker one is a character, as if it stood alone
    "shared",  # of the smaller one's box
    "union share",  # of what both cover together
    "across",  # heights from middle to middle
    "down",
    "within",  # how far beyond WITHIN the smaller one's box is shared
    "height",  # log of the weaker one's over the stronger one's
    "odd height",  # the same, without sign
    "same",  # both are named the same
    "same, union share",
)
STANDS_FEATURES = ("count", "mean there", "most there", "mean right", "most right", "letters")
NUMBER_FEATURES = (
    "count",
    "sum of log chances",
    "worst",
    "left out",
    "uneven gaps",
    "loosest join",  # log-odds that it ends at its likeliest gap
    "tightest end",  # log-odds that it ends where it was ended
)
GAP_FEATURES = (
    "gap",
    "log of gap over usual",
    "usual gap",
    "sign beside",
    "wall",
    "stacked",
    "walled and stacked",
    "walled and ruled through",  # upright rules run through the digits, too, as on squared paper
)
ONE_FEATURES = (
    "context digit",
    "context class",
    "canvas class",
    "canvas digit",
    "agreement",
    "joint class",
    "place",
    "whole",
    "against",
    "share",
)


@lru_cache(maxsize=2)
def evidence_of(path: Path = SHIPPED) -> Evidence:
    """Return the fitted models of a file; raise ModelError for one that is not understood."""
    try:
        data = json.loads(path.read_text())
        if data["format"] != FORMAT:
            raise ModelError(
                f"{path}: has format {data['format']!r}, this version reads {FORMAT}: update zeronine"
            )
        models = {
            name: Logistic(np.array([data[name]["weights"][one] for one in features]), data[name]["bias"])
            for name, features in MODELS.items()
        }
        shares = {name: Shares(**data["shares"][name]) for name in ("pages", "singles")}
        shapes, beside = (np.array(data[name], np.float64) for name in ("shapes", "beside"))
        return Evidence(shares["pages"], shares["singles"], shapes, beside, card=data["card"], **models)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: not the reader's evidence ({error!r}): run `make reader`") from None


MODELS: dict[str, tuple[str, ...]] = {
    "exists": FEATURES,
    "right": FEATURES,
    "sign": SIGN_FEATURES,
    "apart": APART_FEATURES,
    "stands": STANDS_FEATURES,
    "number": NUMBER_FEATURES,
    "part": GAP_FEATURES,
    "one": ONE_FEATURES,
}


# ---- opinions of marks ----


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """Everything that is known of n marks."""

    classes: Floats  #: (n, 10): log-probabilities of the digits, all networks together
    signs: Floats  #: (n, 11): log-probabilities of the signs, finder and second opinion together
    features: Floats  #: (n, len(FEATURES))
    sign_features: Floats  #: (n, len(SIGN_FEATURES))


def opinions_of(
    marks: Marks, seen: Floats, answers: Answers, evidence: Evidence, *, usual: float
) -> Opinions:
    """Gather what the networks and the neighbours say of each mark; `usual` is the height of digits.

    `seen` (n, 23) are the second opinion's log-probabilities, `answers` the canvas network's.
    """
    finder, context = log_softmax(marks.kinds[:, :DIGITS]), log_softmax(seen[:, :DIGITS])
    canvas = log_softmax(answers.logits.astype(np.float64))
    together = evidence.pages.joint(finder, context, canvas, answers.digit_logit.astype(np.float64))
    rival, letters, crowd, left, right = surroundings(marks)
    size = np.log(np.maximum(marks.heights, 1) / max(usual, 1))
    scale = np.maximum(np.abs(np.log(np.maximum(marks.seen_px, 1) / IDEAL_PX)) - WELL_SEEN, 0)
    shape = np.log(np.maximum(marks.widths, 1) / np.maximum(marks.heights, 1))
    features = np.stack(
        [
            clipped(marks.place),
            log_odds(marks.digit),
            log_odds(np.exp(finder.max(axis=1, initial=-FAR))),
            log_odds(np.exp(seen[:, :DIGITS]).sum(axis=1)),
            log_odds(np.exp(context.max(axis=1, initial=-FAR))),
            log_odds(np.exp(canvas.max(axis=1, initial=-FAR))),
            clipped(answers.digit_logit.astype(np.float64)),
            (finder.argmax(axis=1) == context.argmax(axis=1)).astype(np.float64),
            log_odds(np.exp(together.max(axis=1, initial=-FAR))),
            size,
            np.abs(size),
            np.abs(shape - evidence.shapes[together.argmax(axis=1)]),
            scale,
            rival,
            letters,
            crowd,
            left,
            right,
        ],
        axis=1,
    )
    signs = log_softmax(marks.kinds[:, DIGITS:OTHER] + seen[:, DIGITS:OTHER])
    named = np.arange(len(marks)), DIGITS + signs.argmax(axis=1)
    kind = np.array(MARKS)[named[1]]
    sign_features = np.stack(
        [
            clipped(marks.place),
            log_odds(np.exp(marks.kinds[named])),
            log_odds(np.exp(seen[named])),
            log_odds(marks.digit),
            letters,
            scale,
            rival,
            left,
            right,
            (kind == "/").astype(np.float64),
            np.isin(kind, NEVER_FIRST) * (1 - left),
        ],
        axis=1,
    )
    return Opinions(together, signs, features, sign_features)
