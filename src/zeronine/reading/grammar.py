"""Which of the chosen marks are signs, when some signs hardly ever stand beside others or begin a line.

A slanted 1 looks like a slash; but no amount begins with a slash.  How much likelier two characters are
beside each other than by chance (pointwise mutual information) is counted on made texts by `make reader`;
all digits count as one.  The likeliest sequence of a line is found by Viterbi's search (1967).
"""

import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import FAR
from zeronine.reading.evidence import Floats
from zeronine.reading.lines import runs_of

Ints = npt.NDArray[np.intp]

LEAST = -3.0  #: nats: what made texts never put beside each other may still be so (log 0074)
EDGE = -1  #: place of "nothing" among the classes: before a line's first character and after its last


def classes_of(
    digit: Floats, sign: Floats, signs: Floats, lines: Ints, beside: Floats
) -> tuple[Ints, Floats]:
    """Return the class of each character, (n,): 0 for a digit, 1 to 11 for a sign; and its support (n,).

    `digit` and `sign` (n,) are log-odds that it is one, `signs` (n, 11) log-probabilities of which;
    `lines` (n,) in reading order; `beside` (13, 13): pointwise mutual information in nats of what stands
    left and right, its last row and column for nothing.  The support is what the neighbours add to a
    character's log-odds.
    """
    odds = np.column_stack([digit, sign[:, None] + signs - signs.max(axis=1, keepdims=True, initial=-FAR)])
    classes, support = np.zeros(len(digit), np.intp), np.zeros(len(digit))
    for start, stop in runs_of(lines):
        found = _likeliest(odds[start:stop], beside)
        around = np.concatenate([[EDGE], found, [EDGE]])
        classes[start:stop] = found
        support[start:stop] = beside[around[:-2], found] + beside[found, around[2:]]
    return classes, support


def _likeliest(odds: Floats, beside: Floats) -> Ints:
    """Return the likeliest classes of one line, (n,), for log-odds (n, 12)."""
    inner = beside[:EDGE, :EDGE]
    worth, back = odds[0] + beside[EDGE, :EDGE], []
    for one in odds[1:]:
        ways = worth[:, None] + inner
        back.append(ways.argmax(axis=0))
        worth = ways.max(axis=0) + one
    found = [int((worth + beside[:EDGE, EDGE]).argmax())]
    for came in reversed(back):
        found.append(int(came[found[-1]]))
    return np.array(found[::-1], np.intp)


def mutual_information(counts: Floats) -> Floats:
    """Return the pointwise mutual information in nats of pairs counted (13, 13), smoothed by one of each.

    None is less than LEAST.
    """
    shares = (counts + 1) / (counts + 1).sum()
    left, right = shares.sum(axis=1, keepdims=True), shares.sum(axis=0, keepdims=True)
    return np.asarray(np.maximum(np.log(shares / (left * right)), LEAST), np.float64)
