"""A picture in, a `Reading` out: load, find, split, normalise, classify, in that order.

The steps themselves live in the files beside this one; here they are called and their answers put
together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.answers import Box, Digit, Number, Reading
from zeronine.reading.background import Inked, find_ink
from zeronine.reading.classify import Answers, Classifier
from zeronine.reading.find import Pieces, cut, digit_height, drop_specks, find_pieces, hull
from zeronine.reading.lines import gaps_wide, lines_of
from zeronine.reading.load import Picture, load
from zeronine.reading.normalise import normalise
from zeronine.reading.rules import remove_rules
from zeronine.reading.split import Candidate, Parts, best_path, candidates_of, evidence, parts_of

MIN_CONFIDENCE = 0.5  #: below this a digit is `?`


class Reader:
    """Reads pictures with one model, opened once; safe to call from several threads."""

    def __init__(self, model: str | Path | None = None, *, threads: int = 1) -> None:
        """Open the shipped model, or the file `model`, for `threads` CPU threads."""
        self.classify = Classifier(model, threads=threads)

    def read(
        self,
        picture: Picture,
        *,
        one: bool = False,
        expect: int | str | None = None,
        min_confidence: float | None = None,
        steps: bool = False,
    ) -> Reading:
        """Find and read every digit of a picture, in reading order.

        `picture` is anything that `load` takes.  With `one`, the picture is taken as one digit.
        `expect` says what is known: how many digits, or a pattern such as "dddd-dd".
        Digits less sure than `min_confidence` are `?`; `steps` keeps the picture after each step.
        Raises PictureError for what is no picture; a picture without digits gives an empty reading.
        """
        grey = load(picture)  # (H, W) uint8
        inked = find_ink(grey)  # (H, W) float32, ink = 1
        pieces = find_pieces(inked.ink, inked.threshold)  # k pieces
        ink, taken = remove_rules(inked.ink, inked.threshold, digit_height(pieces))
        if taken:
            inked = replace(inked, ink=ink)
            pieces = find_pieces(inked.ink, inked.threshold)
        pieces = drop_specks(pieces, inked.threshold)
        height = digit_height(pieces)
        lines = [np.arange(len(pieces))] if one else lines_of(pieces.boxes, height)
        if one:
            parts = Parts(pieces, np.zeros(len(pieces), np.intp), np.full(len(pieces), height))
            candidates = [Candidate(0, len(pieces))] if len(pieces) else []
        else:
            parts = parts_of(inked.ink, pieces, lines, [height] * len(lines))
            candidates = candidates_of(parts)
        groups = [parts.pieces.keep(np.arange(c.first, c.after)) for c in candidates]
        canvases = normalise([cut(inked.ink, group) for group in groups])  # (c, 28, 28)
        answers = self.classify(canvases)
        if not one and candidates:
            path = best_path(parts, candidates, evidence(parts, candidates, answers), count=expect)
            groups = [groups[i] for i in path]
            canvases = canvases[path]
            answers = Answers(answers.logits[path], answers.embedding[path], answers.digit_logit[path])
        least = MIN_CONFIDENCE if min_confidence is None else min_confidence
        digits = digits_of(groups, canvases, answers, least)
        numbers = numbers_of(digits, digit_height(pieces))
        return Reading(numbers, grey.shape[1], grey.shape[0], notes_of(inked))

    def read_many(self, pictures: Iterable[Picture], *, one: bool = False) -> Iterator[Reading]:
        """Read one picture after the other, as they are asked for."""
        for picture in pictures:
            yield self.read(picture, one=one)


def read(
    picture: Picture,
    *,
    one: bool = False,
    expect: int | str | None = None,
    min_confidence: float | None = None,
    steps: bool = False,
) -> Reading:
    """Read a picture with the shipped model; `Reader` has the same options and takes other models."""
    return _shipped_reader().read(picture, one=one, expect=expect, min_confidence=min_confidence, steps=steps)


@lru_cache(maxsize=1)
def _shipped_reader() -> Reader:
    return Reader()


def digits_of(
    groups: list[Pieces], canvases: npt.NDArray[np.float32], answers: Answers, least: float
) -> list[Digit]:
    """Put box, canvas and answer of every digit together."""
    probabilities = answers.probabilities
    digits = []
    for index, group in enumerate(groups):
        order = np.argsort(-probabilities[index], kind="stable")
        confidence = float(probabilities[index, order[0]] * answers.digit_probability[index])
        x, y, right, bottom = hull(group.boxes)
        digits.append(
            Digit(
                value=int(order[0]) if confidence >= least else None,
                confidence=confidence,
                alternatives=tuple((int(value), float(probabilities[index, value])) for value in order),
                box=Box(x, y, right - x, bottom - y),
                canvas=canvases[index],
            )
        )
    return digits


def numbers_of(digits: list[Digit], height: float) -> tuple[Number, ...]:
    """Put digits into lines, and lines into numbers."""
    if not digits:
        return ()
    boxes = np.array([[d.box.x, d.box.y, d.box.width, d.box.height] for d in digits], np.int32)
    numbers = []
    for line, members in enumerate(lines_of(boxes, height)):
        wide = gaps_wide(boxes[members], height)
        for group in np.split(members, np.flatnonzero(wide) + 1):
            x, y, right, bottom = hull(boxes[group])
            box = Box(x, y, right - x, bottom - y)
            numbers.append(Number(tuple(digits[i] for i in group), box, line))
    return tuple(numbers)


def notes_of(inked: Inked) -> tuple[str, ...]:
    """Say what a person should know about the picture."""
    return ("light ink on dark paper: turned",) if inked.turned else ()
