"""Which of the chosen characters are believed: each beside the others of its number, then each number.

The way through the marks takes what may be a character, for one too few is the commoner mistake.  Here
every one is asked once more, now that its number is known: a faint mark in the middle of a number is its
digit oftener than one at its end, which is a letter, a label or the edge of a table.
"""

import numpy as np

from zeronine.reading.arithmetic import clipped, log_odds
from zeronine.reading.evidence import BELONGS_FEATURES, Evidence, Floats
from zeronine.reading.numbers import WIDEST, Chosen, part_odds, spans_of


def believed(chosen: Chosen, evidence: Evidence) -> Chosen:
    """Return the characters that belong to their numbers, without numbers that are likelier none."""
    chosen = belonging(chosen, evidence)
    kept = np.ones(len(chosen.kind), np.bool_)
    for where in spans_of(chosen, part_odds(chosen, evidence.part)):
        if chosen.digit[where].any():
            kept[where] = evidence.stands(stands_features(chosen, where)[None])[0] > 0
    return chosen.keep(kept)


def belonging(chosen: Chosen, evidence: Evidence) -> Chosen:
    """Return the characters without those at the ends of a number that hardly belong to it.

    What stands between two that belong stays, however faint: without it there would be another number.
    """
    spans = spans_of(chosen, part_odds(chosen, evidence.part))
    kept = evidence.belongs(belongs_features(chosen, spans)) > 0
    for where in spans:
        since_first = np.logical_or.accumulate(kept[where])
        kept[where] = since_first & np.logical_or.accumulate(kept[where][::-1])[::-1]
    return chosen.keep(kept)


def belongs_features(chosen: Chosen, spans: list[slice]) -> Floats:
    """Return BELONGS_FEATURES of all characters, (n, k), each beside the others of its span."""
    parts = [_in_span(chosen, where) for where in spans]
    return np.concatenate([np.zeros((0, len(BELONGS_FEATURES))), *parts])


def _in_span(chosen: Chosen, where: slice) -> Floats:
    boxes, digit, there = chosen.boxes[where], chosen.digit[where], clipped(chosen.there[where])
    count = len(boxes)
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1)
    usual = float(np.median(heights[digit] if digit.any() else heights))
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    aside = np.abs(np.diff(middles)) / usual
    reach = np.maximum.accumulate(boxes[:, 2])
    gaps = np.clip((boxes[1:, 0] - reach[:-1]) / usual, -1, WIDEST)
    between = float(np.median(gaps)) if count > 1 else 0.0
    nearest, beside = (_nearer(one) for one in (gaps, aside))
    end = np.zeros(count)
    end[[0, -1]] = 1.0
    others = (there.sum() - there) / max(count - 1, 1)
    columns = [
        there,
        log_odds(chosen.confidence[where]),
        np.where(digit, 0.0, 1.0),
        np.where(digit, 0.0, there),
        np.where(digit, np.abs(np.log(heights / usual)), 0.0),
        np.where(digit, np.minimum(beside, 1.0), 0.0),
        nearest,
        np.maximum(nearest - between, 0.0),
        end,
        end * there,
        np.full(count, float(count == 1)),
        others,
        chosen.letters[where],
    ]
    return np.stack(columns, axis=1)


def _nearer(steps: Floats) -> Floats:
    """Return the smaller of the steps (n - 1,) on both sides of each of n; 0 where there is none."""
    if len(steps) == 0:
        return np.zeros(1)
    nearer: Floats = np.minimum(np.append(np.inf, steps), np.append(steps, np.inf))
    return nearer


def stands_features(chosen: Chosen, where: slice) -> Floats:
    """Return STANDS_FEATURES of the characters in a slice, (k,)."""
    digit = chosen.digit[where]
    there, right = clipped(chosen.there[where][digit]), chosen.confidence[where][digit]
    letters = float(chosen.letters[where][digit].mean())
    return np.array([np.log(1 + len(there)), there.mean(), there.max(), right.mean(), right.max(), letters])
