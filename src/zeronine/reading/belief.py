"""Which of the numbers that were put together are believed to stand there: words and patterns are none.

A sign that begins or ends a number is believed by itself, for it makes another amount of it and, unlike a
digit, cannot be written as `?`.
"""

import numpy as np

from zeronine.reading.arithmetic import clipped
from zeronine.reading.evidence import Evidence, Floats
from zeronine.reading.numbers import Chosen, part_odds, spans_of


def believed(chosen: Chosen, evidence: Evidence) -> Chosen:
    """Return the characters without those of numbers that are likelier none, and signs at ends that are.

    A sign between two characters stays, however faint: without it there would be another number.
    """
    kept = np.ones(len(chosen.kind), np.bool_)
    likely = chosen.digit | (chosen.confidence >= 0.5)
    for where in spans_of(chosen, part_odds(chosen, evidence.part)):
        if chosen.digit[where].any():
            stands = evidence.stands(stands_features(chosen, where)[None])[0] > 0
            since_first = np.logical_or.accumulate(likely[where])
            kept[where] = stands & since_first & np.logical_or.accumulate(likely[where][::-1])[::-1]
    return chosen.keep(kept)


def stands_features(chosen: Chosen, where: slice) -> Floats:
    """Return STANDS_FEATURES of the characters in a slice, (k,)."""
    digit = chosen.digit[where]
    there, right = clipped(chosen.there[where][digit]), chosen.confidence[where][digit]
    letters = float(chosen.letters[where][digit].mean())
    return np.array([np.log(1 + len(there)), there.mean(), there.max(), right.mean(), right.max(), letters])
