"""A picture in, a `Reading` out: load, find, split, normalise, classify, in that order.

The steps themselves live in the files beside this one; here they are called and their answers put
together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.answers import Reading
from zeronine.canvas import Canvases
from zeronine.errors import ExpectationError
from zeronine.reading.assemble import assemble, notes_of, steps_of
from zeronine.reading.candidates import (
    candidates_of,
    inks_of,
    members,
    parts_of,
    ringed,
    simplest,
    suspects_of,
)
from zeronine.reading.classify import Answers, Classifier, chance
from zeronine.reading.company import company
from zeronine.reading.expect import Expected, expected
from zeronine.reading.find import Found, Pieces, cut, only_digit
from zeronine.reading.hopeless import CERTAIN, CLEAR, LETTERS, certain_share, hopeless
from zeronine.reading.limits import MAX_MEGAPIXELS
from zeronine.reading.lines import lines_of
from zeronine.reading.load import Picture, load
from zeronine.reading.look import look
from zeronine.reading.normalise import normalise
from zeronine.reading.split import best_path, evidence, explained

MIN_CONFIDENCE = 0.5  #: below this a digit is `?`
SURE = 0.98  #: a piece this sure of being one digit is not cut, unless it is very wide
PREVIEW_SIDE = 640  #: pixels of the longest side of the copy that a reading keeps for notebooks
VERY_WIDE = 0.95  #: of the digits' height

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The digits that were chosen: their ink, canvases, answers and lines, in reading order."""

    groups: list[Pieces]
    canvases: Canvases
    answers: Answers
    lines: list[int]
    company: Floats  #: (n,): log-odds that its line adds to its being a digit
    trust: Floats  #: (n,): share of confidence that is left, for the piece that it was cut from
    word: Floats  #: (n,): share of the ink of its word that is in certain digits

    @property
    def letters(self) -> Mask:
        """(n,): whether it stands in a word of letters."""
        return np.asarray(self.word < LETTERS)

    @property
    def confidence(self) -> Floats:
        """(n,), in [0, 1]: that each is a digit, and the one that it is read as."""
        best = self.answers.probabilities.max(axis=1, initial=0) * self.trust
        best *= np.where(self.letters, self.word, 1)
        return np.asarray(best * chance(self.answers.digit_logit + self.company), np.float64)

    @property
    def clear(self) -> Mask:
        """(n,): whether it is certain and stands in what clearly is a number."""
        return np.asarray((self.confidence >= CERTAIN) & (self.word >= CLEAR))

    def none(self) -> "Chosen":
        """Return the choice of no digit."""
        no = np.zeros(0)
        return Chosen([], self.canvases[:0], self.answers.keep([]), [], company=no, trust=no, word=no)


class Reader:
    """Reads pictures with one model, opened once; safe to call from several threads."""

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        threads: int = 1,
        max_megapixels: float = MAX_MEGAPIXELS,
    ) -> None:
        """Open the shipped model, or the file `model`, for `threads` CPU threads.

        Pictures of more than `max_megapixels` are refused before they are decoded.
        """
        self.classify = Classifier(model, threads=threads)
        self.max_megapixels = max_megapixels

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
        wanted = expected(expect)
        if one and wanted is not None and wanted.count != 1:
            raise ExpectationError(f"one digit is to be read, and {expect!r} expected: leave one of them out")
        least = MIN_CONFIDENCE if min_confidence is None else min_confidence
        grey = load(picture, max_megapixels=self.max_megapixels)  # (H, W) uint8
        sight = look(grey, page=not one)  # (H, W) float32 ink, k pieces
        chosen = self._one_digit(sight.found) if one else self._digits(sight.found, wanted)
        notes = notes_of(chosen, sight, wanted)
        if wanted is None and not one and hopeless(sight.found, chosen.groups, chosen.clear):
            chosen = chosen.none()
            notes = (*notes, "most of what stands here does not look like digits: nothing is read")
        numbers = assemble(chosen, sight, shape=grey.shape, least=least, wanted=wanted)
        shown = steps_of(grey, chosen, sight) if steps else {}
        stride = -(-max(grey.shape) // PREVIEW_SIDE)
        preview = grey[::stride, ::stride].copy()  # a view would keep the whole picture in memory
        return Reading(numbers, grey.shape[1], grey.shape[0], notes, shown, preview)

    def read_many(
        self,
        pictures: Iterable[Picture],
        *,
        one: bool = False,
        expect: int | str | None = None,
        min_confidence: float | None = None,
    ) -> Iterator[Reading]:
        """Read one picture after the other, as they are asked for."""
        for picture in pictures:
            yield self.read(picture, one=one, expect=expect, min_confidence=min_confidence)

    def _one_digit(self, found: Found) -> Chosen:
        """Take all that was found as one digit."""
        pieces = only_digit(found.pieces, found.ink.shape)
        groups = [pieces] if len(pieces) else []
        canvases = normalise([cut(found.ink, group) for group in groups])  # (0 or 1, 28, 28)
        n, answers = len(groups), self.classify(canvases)
        full = np.ones(n)
        return Chosen(groups, canvases, answers, [0] * n, company=np.zeros(n), trust=full, word=full)

    def _digits(self, found: Found, wanted: Expected | None) -> Chosen:
        """Cut, join and leave out until the pieces are digits."""
        lines = lines_of(found.pieces.boxes, found.height)
        suspects = self._still_suspect(found, suspects_of(found.pieces, found.height))
        parts = parts_of(found.ink, found.pieces, lines, found.height, suspects=suspects)
        tried = candidates_of(parts) + ringed(parts)
        candidates = simplest(tried, len(parts.pieces))
        canvases = normalise(inks_of(found.ink, parts, candidates))  # (c, 28, 28)
        answers = self.classify(canvases)
        count = None if wanted is None else wanted.count
        among = company(parts, candidates, answers)
        likely = evidence(candidates, answers, among)
        path = best_path(parts, candidates, likely, count=count)
        chosen = Chosen(
            [parts.pieces.keep(members(candidates[i])) for i in path],
            canvases[path],
            answers.keep(path),
            [int(parts.lines[candidates[i].first]) for i in path],
            company=among[path],
            trust=explained(parts, candidates, likely, path),
            word=np.ones(len(path)),
        )
        if wanted is not None:
            return chosen  # whoever knows how many digits there are says that they are digits
        return replace(chosen, word=certain_share(parts, [candidates[i] for i in path], chosen.confidence))

    def _still_suspect(self, found: Found, suspects: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Clear the pieces of suspicion that are not very wide and that the network takes for one digit."""
        asked = np.flatnonzero(suspects & (found.pieces.boxes[:, 2] < VERY_WIDE * found.height))
        whole = [cut(found.ink, found.pieces.keep(np.array([index]))) for index in asked]
        sure = self.classify(normalise(whole)).certainty > SURE
        cleared = suspects.copy()
        cleared[asked[sure]] = False
        return cleared


def read(
    picture: Picture,
    *,
    one: bool = False,
    expect: int | str | None = None,
    min_confidence: float | None = None,
    steps: bool = False,
) -> Reading:
    """Read a picture with the shipped model; `Reader` has the same options and takes other models."""
    reader = _shipped_reader()
    return reader.read(picture, one=one, expect=expect, min_confidence=min_confidence, steps=steps)


@lru_cache(maxsize=1)
def _shipped_reader() -> Reader:
    return Reader()
