"""What was done to a picture, and what stood in the way of reading it, in words."""

import numpy as np

from zeronine.options import Expected
from zeronine.reading.numbers import Chosen
from zeronine.reading.page import Sight


def notes_of(
    sight: Sight, chosen: Chosen, wanted: Expected | None, met: bool, cost: float
) -> tuple[str, ...]:
    """Say in words what was done to the picture, and what stood in the way of reading it."""
    notes = []
    if sight.quarters:
        notes.append(f"the page lay on its {'head' if sight.quarters == 2 else 'side'}: turned")
    if sight.tilt and abs(sight.tilt) >= 4:
        way = "fall" if sight.tilt > 0 else "climb"
        notes.append(f"the lines {way} by {abs(sight.tilt):.0f} degrees: turned level")
    if wanted is not None and wanted.kind is not None:
        if not met:
            notes.append(f"what could be made out is not {wanted.kind}")
        elif cost > 0:
            notes.append(f"read as {wanted.kind}: {np.exp(-cost):.1%} as likely as what it looks like")
    elif wanted is not None and not met:
        notes.append(f"{wanted.count} digits were expected, {int(chosen.digit.sum())} could be made out")
    return tuple(notes)
