"""What a line says of each thing in it: among digits stand digits, and among letters hardly any.

The network weighs one canvas and knows nothing of what stands beside it.  Sure digits in the same word
make a doubtful one likelier, other things make it less likely, by Laplace's rule of succession; the
rest of the line counts too, but less.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from zeronine.reading.candidates import Candidate, Parts
from zeronine.reading.classify import Answers

SURE, UNSURE = 0.9, 0.5  #: what is likelier is a digit, what is less likely is none
TALL = 0.6  #: of the line's height: lower things say nothing
WIDEST = 1.2  #: width over height: wider pieces may be two digits, and say nothing
ELSEWHERE = 0.3  #: how much a thing counts that stands in another word of the line
WEIGHT = 2.0  #: of the company, in the log-odds

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


def company(parts: Parts, candidates: Sequence[Candidate], answers: Answers) -> Floats:
    """Return what the others of its line add to the log-odds that each candidate is a digit, (c,).

    Whole pieces speak for the line, each once and never for itself.
    """
    if not candidates:
        return np.zeros(0)
    first = [one.first for one in candidates]
    lines, words = parts.lines[first], parts.words[first]
    whole = np.array([_speaks(one) for one in candidates])
    digits = _others(whole & (answers.certainty > SURE), lines, words)
    strangers = _others(whole & (answers.certainty < UNSURE), lines, words)
    return np.asarray(WEIGHT * np.log((digits + 1) / (strangers + 1)), np.float64)


def _speaks(one: Candidate) -> bool:
    """Say whether a candidate is a piece as it stands, as tall as a digit and no wider than one."""
    return not one.cuts and not one.joins and one.tall > TALL and one.aspect < WIDEST


def _others(which: Mask, lines: Places, words: Places) -> Floats:
    """Count for each candidate how many of `which` stand beside itself, (c,): in its word, and elsewhere."""
    in_line = np.bincount(lines, weights=which)[lines] - which
    in_word = np.bincount(words, weights=which)[words] - which
    return np.asarray(in_word + ELSEWHERE * (in_line - in_word), np.float64)
