"""The answer put together: digits, numbers and lines with boxes in the picture's own pixels, notes, steps."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from zeronine.answers import Box, Digit, Number
from zeronine.canvas import BOX, Canvases
from zeronine.reading.background import Grey
from zeronine.reading.classify import Answers
from zeronine.reading.expect import Expected
from zeronine.reading.find import Found, Ints, Pieces, cut, hull
from zeronine.reading.lines import gaps_wide
from zeronine.reading.look import Sight
from zeronine.reading.normalise import THICK, THIN, stroke_width, trim

MEASURED = 60  #: digits whose strokes are measured for the notes


class Chosen(Protocol):
    """The digits that were chosen, in reading order."""

    @property
    def groups(self) -> list[Pieces]:
        """The pieces of each."""

    @property
    def canvases(self) -> Canvases:
        """(n, 28, 28)."""

    @property
    def answers(self) -> Answers:
        """What the network says of each."""

    @property
    def lines(self) -> list[int]:
        """The line of each, from 0."""

    @property
    def letters(self) -> npt.NDArray[np.bool_]:
        """(n,): whether it stands in a word of letters."""

    @property
    def confidence(self) -> npt.NDArray[np.float64]:
        """(n,): that each is a digit, and the one that it is read as."""


def assemble(
    chosen: Chosen,
    sight: Sight,
    *,
    shape: tuple[int, ...],
    least: float,
    wanted: Expected | None,
) -> tuple[Number, ...]:
    """Put the chosen digits into numbers.

    `shape` is that of the picture, (H, W); digits less sure than `least` have no value.
    """
    if not chosen.groups:
        return ()
    boxes = np.array([hull(group.boxes) for group in chosen.groups])  # (n, 4): left, top, right, bottom
    lines = np.asarray(chosen.lines)
    if wanted is not None and wanted.count == len(boxes):
        ends = np.cumsum(wanted.groups)[:-1]
        lines = np.zeros_like(lines) if len(wanted.groups) > 1 else lines
    else:
        ends = np.zeros(0, np.intp)
    upright = np.column_stack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).astype(np.int32)
    breaks = np.flatnonzero(np.diff(lines)) + 1
    if len(ends) == 0:
        wide = [
            start + np.flatnonzero(gaps_wide(upright[start:stop], sight.found.height)) + 1
            for start, stop in spans(breaks, len(boxes))
        ]
        ends = np.concatenate([*wide, np.flatnonzero(np.diff(chosen.letters)) + 1])
    ends = np.unique(np.concatenate([breaks, ends])).astype(np.intp)
    original = within(sight.in_picture(boxes), shape)
    digits = digits_of(original, chosen, least)
    order = {line: place for place, line in enumerate(dict.fromkeys(lines.tolist()))}
    return tuple(
        Number(tuple(digits[start:stop]), box_round(original[start:stop]), order[int(lines[start])])
        for start, stop in spans(ends, len(boxes))
    )


def spans(ends: npt.NDArray[np.intp], count: int) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs into which `count` things fall at these places."""
    places = [0, *ends.tolist(), count]
    return list(pairwise(places))


def within(boxes: npt.NDArray[np.float64], shape: tuple[int, ...]) -> Ints:
    """Return boxes (n, 4), left, top, right, bottom, in whole pixels of the picture (H, W)."""
    larger = np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1)
    return np.asarray(np.clip(larger, 0, [shape[1], shape[0], shape[1], shape[0]]), np.int32)


def box_round(boxes: Ints) -> Box:
    """Return the box round boxes (n, 4), left, top, right, bottom."""
    left, top = (int(value) for value in boxes[:, :2].min(axis=0))
    right, bottom = (int(value) for value in boxes[:, 2:].max(axis=0))
    return Box(left, top, right - left, bottom - top)


def digits_of(boxes: Ints, chosen: Chosen, least: float) -> list[Digit]:
    """Put box, canvas and answer of every digit together."""
    probabilities = chosen.answers.probabilities
    sure = chosen.confidence
    ranks = np.argsort(-probabilities, axis=1, kind="stable")
    shares = np.take_along_axis(probabilities, ranks, axis=1)
    rows = zip(boxes.tolist(), sure.tolist(), ranks.tolist(), shares.tolist(), chosen.canvases, strict=True)
    return [
        Digit(
            value=values[0] if confidence >= least else None,
            confidence=confidence,
            alternatives=tuple(zip(values, likely, strict=True)),
            box=Box(left, top, right - left, bottom - top),
            canvas=canvas,
        )
        for (left, top, right, bottom), confidence, values, likely, canvas in rows
    ]


def notes_of(chosen: Chosen, sight: Sight, wanted: Expected | None) -> tuple[str, ...]:
    """Say in words what was done to the picture, and what stands in the way of reading it."""
    notes = []
    inked, found = sight.inked, sight.found
    if inked.turned and len(found.pieces):
        notes.append("light ink on dark paper: turned")
    if inked.calmed:
        notes.append("the paper has a strong pattern or grain: calmed by a slight blur")
    if sight.tilt:
        way = "fall" if sight.tilt > 0 else "climb"
        notes.append(f"the lines {way} by {abs(sight.tilt):.0f} degrees: turned level")
    if found.ruled:
        notes.append("ruled lines or frames: taken away")
    if chosen.letters.any():
        notes.append("some of it looks like letters: not read")
    notes += stroke_notes(found, chosen.groups)
    if wanted is not None and wanted.count != len(chosen.groups):
        notes.append(f"{wanted.count} digits were expected, {len(chosen.groups)} could be made out")
    return tuple(notes)


def stroke_notes(found: Found, groups: Sequence[Pieces]) -> list[str]:
    """Say how wide the strokes are once the digits are 20 pixels, where that had to be mended."""
    widths = []
    for group in groups[:MEASURED]:
        ink = trim(cut(found.ink, group))
        if ink.size:
            widths.append(stroke_width(ink) * BOX / max(ink.shape))
    usual = float(np.median(widths)) if widths else THIN
    if usual < THIN:
        return [f"strokes {usual:.1f} px wide after scaling: thickened"]
    if usual > THICK:
        return [f"strokes {usual:.1f} px wide after scaling: thinned"]
    return []


def steps_of(grey: Grey, chosen: Chosen, sight: Sight) -> Mapping[str, npt.NDArray[Any]]:
    """Return the picture after each step: grey; ink; ink without lines and specks; the digits apart."""
    inked, found = sight.inked, sight.found
    kept = np.isin(found.pieces.labels, found.pieces.names)
    apart = np.zeros(found.ink.shape, np.float32)
    for number, group in enumerate(chosen.groups):
        apart[np.isin(group.labels, group.names)] = 0.4 + 0.6 * ((number * 2) % 5) / 4
    return {
        "grey": grey,
        "ink": inked.ink,
        "pieces": np.where(kept, found.ink, np.float32(0)),
        "digits": apart,
    }
