"""A picture in, a `Reading` out: open, look, weigh, choose the likeliest way, put into numbers.

The steps live in the files beside this one; here they are called in order, each once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from zeronine.answers import Reading
from zeronine.canvas import SIDE, Canvases
from zeronine.kinds import Kind
from zeronine.models import SHIPPED, Model
from zeronine.options import Expected, ReadOptions
from zeronine.reading.arithmetic import FAR, chance, log_odds
from zeronine.reading.best_path import best_path
from zeronine.reading.boxes import near_by
from zeronine.reading.classify import Answers, Classifier
from zeronine.reading.context import Context, as_found, nothing_there, shipped_context
from zeronine.reading.evidence import FEATURES, OWN, TAUGHT, Evidence, Opinions, evidence_of, opinions_of
from zeronine.reading.finder import DIGITS, Finder, Grey, shipped_finder
from zeronine.reading.fitting import FAINT, MOST_COST, Anything, fit, worth_fitting, worths_of
from zeronine.reading.glimpses import glimpses_of
from zeronine.reading.grammar import classes_of
from zeronine.reading.limits import MAX_MEGAPIXELS
from zeronine.reading.lines import in_reading_order
from zeronine.reading.load import Picture, load
from zeronine.reading.marks import Marks
from zeronine.reading.notes import notes_of
from zeronine.reading.numbers import Chosen, believed, numbers_of
from zeronine.reading.one import hypotheses, likeliest
from zeronine.reading.page import Sight, look, usual_height
from zeronine.reading.rivals import Rivals, fits_together, rivals_of
from zeronine.reading.rulings import rules_through, stacked, walls_between
from zeronine.reading.steps import steps_of
from zeronine.reading.unread import unread_of
from zeronine.reading.windows import canvases_of, worth_a_canvas

MIN_CONFIDENCE = 0.5  #: below this a digit is `?`
PREVIEW_SIDE = 640  #: pixels of the longest side of the copy that a reading keeps for notebooks
LEAN = 3.0  #: log-odds for taking a mark: numbers lack a digit oftener than they have one too many (log 0074)
MOST_GLIMPSES = 2000  #: shown to the second opinion: half a second of one core
WEIGHED = 0.004  #: chance of being read below which a mark is shown to no other network

LETTERS = FEATURES.index("letters")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The marks of a picture with every opinion on them."""

    marks: Marks
    opinions: Opinions
    canvases: Canvases  #: (n, 28, 28); empty for marks that were not shown to the canvas network
    exists: Floats  #: (n,): log-odds that a digit stands here
    right: Floats  #: (n,): and that it is the one named
    sign: Floats  #: (n,): log-odds that the named sign stands here

    @property
    def there(self) -> Floats:
        """(n,): log-odds that a character stands here, a digit or a sign."""
        return log_odds(chance(self.exists) + chance(self.sign))

    @property
    def named(self) -> npt.NDArray[np.intp]:
        """(n,): the likeliest digit, or the place of the likeliest sign in MARKS."""
        digits, signs = (one.argmax(axis=1) for one in (self.opinions.classes, self.opinions.signs))
        named: npt.NDArray[np.intp] = np.where(self.exists >= self.sign, digits, DIGITS + signs)
        return named


class Reader:
    """Reads pictures with one model, opened once; safe to call from several threads."""

    def __init__(
        self,
        model: Model | Classifier = None,
        *,
        threads: int = 1,
        max_megapixels: float = MAX_MEGAPIXELS,
        evidence: Evidence | None = None,
    ) -> None:
        """Open the shipped model, a file, a run's folder or a Run, for `threads` CPU threads.

        A model that is not the shipped one names the digits alone, and one that was taught a hand along
        with the shipped networks; where digits are is the finder's to say.  Pictures of more than
        `max_megapixels` are refused before they are decoded.  `evidence` is for fitting it anew; the
        shipped one is used otherwise.
        """
        self.classify = model if isinstance(model, Classifier) else Classifier(model, threads=threads)
        self.finder: Finder = shipped_finder(threads)
        self.context: Context = shipped_context(threads)
        self.evidence = evidence or evidence_of()
        if self.classify.path != SHIPPED:
            self.evidence = self.evidence.named_by(TAUGHT if self.classify.card.taught else OWN)
        self.max_megapixels = max_megapixels

    def read(
        self,
        picture: Picture,
        *,
        one: bool = False,
        expect: int | str | Kind | None = None,
        min_confidence: float | None = None,
        digits_only: bool = False,
        steps: bool = False,
    ) -> Reading:
        """Find and read every digit of a picture, in reading order, with the signs written among them.

        `picture` is anything that `load` takes.  With `one`, the picture is taken as one digit, and where
        there is any ink there is an answer.  `expect` says what is known: how many digits, or a pattern
        such as "dddd-dd", or a kind such as "date(order=dmy)" (see `zeronine.kinds`).  Digits less sure than
        `min_confidence` are `?`; with `digits_only` signs are left out of the text; `steps` keeps the picture
        after each step.
        Raises PictureError for what is no picture, OptionError and ExpectationError for options that
        cannot be; a picture without digits gives an empty reading.
        """
        options = ReadOptions(one=one, expect=expect, min_confidence=min_confidence, digits_only=digits_only)
        wanted = options.wanted
        least = MIN_CONFIDENCE if min_confidence is None else min_confidence
        grey = load(picture, max_megapixels=self.max_megapixels)  # (H, W) uint8
        sight = look(grey, self.finder)  # n marks
        weighed, cost = self.weigh(sight), 0.0
        if one:
            chosen, met = self.one_digit(grey, sight, weighed), True
        else:
            chosen, met, cost = self.choose_expected(sight, weighed, wanted)
        if wanted is None and not one:
            chosen = believed(chosen, self.evidence)
        numbers, signs = numbers_of(
            chosen,
            self.evidence,
            grey.shape,
            least=least,
            digits_only=digits_only,
            groups=wanted.groups if wanted is not None and met else (),
            whole=wanted is not None and wanted.kind is not None and met,
        )
        stride = -(-max(grey.shape) // PREVIEW_SIDE)
        return Reading(
            numbers,
            grey.shape[1],
            grey.shape[0],
            notes=notes_of(sight, chosen, wanted, met, cost),
            unread=() if one else unread_of(sight, weighed.exists, chosen, grey.shape),
            signs=signs,
            met=met,
            steps=steps_of(grey, sight, chosen) if steps else {},
            preview=grey[::stride, ::stride].copy(),  # a view would keep the whole picture in memory
        )

    def read_many(
        self,
        pictures: Iterable[Picture],
        *,
        one: bool = False,
        expect: int | str | Kind | None = None,
        min_confidence: float | None = None,
        digits_only: bool = False,
    ) -> Iterator[Reading]:
        """Read one picture after the other, as they are asked for."""
        for picture in pictures:
            yield self.read(
                picture, one=one, expect=expect, min_confidence=min_confidence, digits_only=digits_only
            )

    def weigh(self, sight: Sight) -> Weighed:
        """Gather every opinion on the marks of a picture, and weigh it."""
        marks = sight.marks
        seen, likely = self.in_context(sight)
        digit = np.minimum(marks.digit, np.exp(seen[:, :DIGITS]).sum(axis=1))
        asked = worth_a_canvas(chance(marks.place) * digit, likely[digit[likely] > WEIGHED])
        shown = canvases_of(sight.grey, marks.boxes[asked])  # (a, 28, 28)
        answers = self.classify(shown)
        canvases = np.zeros((len(marks), SIDE, SIDE), np.float32)
        canvases[asked] = shown
        spread = spread_out(answers, asked, len(marks))
        opinions = opinions_of(marks, seen, spread, self.evidence, usual=usual_height(marks))
        exists, right = self.evidence.exists(opinions.features), self.evidence.right(opinions.features)
        return Weighed(marks, opinions, canvases, exists, right, self.evidence.sign(opinions.sign_features))

    def in_context(self, sight: Sight) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the second opinion on the marks, log-probabilities (n, 23), and which were worth a question.

        On a page of very many, only the likeliest are shown to it; the finder's word stands for the others.
        """
        marks = sight.marks
        likely = np.flatnonzero(chance(marks.place) * (1 - marks.other) > WEIGHED)
        shown = likely[np.argsort(-marks.place[likely], kind="stable")[:MOST_GLIMPSES]]
        seen = nothing_there(len(marks))
        seen[likely] = as_found(marks.kinds[likely], marks.place[likely])
        seen[shown] = self.context(glimpses_of(sight.grey, marks.boxes[shown]))
        return seen, likely

    def one_digit(self, grey: Grey, sight: Sight, weighed: Weighed) -> Chosen:
        """Choose the likeliest digit of a picture that holds one."""
        tried = hypotheses(grey, sight, weighed.exists, self.classify, self.context)
        return likeliest(tried, sight, self.evidence)

    def choose(self, sight: Sight, weighed: Weighed, wanted: Expected | None) -> tuple[Chosen, bool]:
        """Choose the likeliest way through all lines; say whether what was expected could be met."""
        digit = weighed.exists >= weighed.sign
        worth = weighed.there + LEAN
        least = 0.0 if wanted is None else -np.inf
        some = np.flatnonzero(worth > least)
        order, lines = in_reading_order(weighed.marks.boxes[some], ~digit[some])
        some = some[order]
        count = None if wanted is None else wanted.count
        path = best_path(self.rivals(weighed, some, LEAN), worth[some], digit[some], count=count)
        met = path is not None
        if path is None:
            return self.choose(sight, weighed, None)[0], met
        taken = np.array(path.chosen, np.intp)
        return chosen_of(sight, weighed, some[taken], lines[taken], self.evidence.beside), met

    def rivals(self, weighed: Weighed, some: npt.NDArray[np.intp], lean: float = 0.0) -> Rivals:
        """Return which of some marks share ink, and what taking both adds; no `lean` is given twice."""
        marks = weighed.marks.boxes[some], weighed.there[some], weighed.named[some]
        return rivals_of(*marks, self.evidence.apart, lean)

    def choose_expected(
        self, sight: Sight, weighed: Weighed, wanted: Expected | None
    ) -> tuple[Chosen, bool, float]:
        """Choose what is likeliest and expected; say whether that is near enough, and its cost in nats."""
        if wanted is None or wanted.kind is None:
            return *self.choose(sight, weighed, wanted), 0.0
        worths = worths_of(weighed.exists, weighed.opinions.classes, weighed.sign, weighed.opinions.signs)
        some = np.flatnonzero(worths.max(axis=1, initial=-np.inf) > FAINT)
        order, lines = in_reading_order(weighed.marks.boxes[some], weighed.exists[some] < weighed.sign[some])
        tried = worth_fitting(worths[some[order]])
        some, lines = some[order[tried]], lines[tried]
        fits = fits_together(self.rivals(weighed, some), weighed.there[some])
        found, free = (fit(fits, worths[some], kind) for kind in (wanted.kind, Anything()))
        cost = np.inf if found is None or free is None else max(free.worth - found.worth, 0.0)
        if found is None or free is None or not free.marks or cost > MOST_COST:
            return self.choose(sight, weighed, None)[0], False, cost
        taken, kinds = some[list(found.marks)], np.array(found.kinds, np.intp)
        chosen = chosen_of(sight, weighed, taken, lines[list(found.marks)], self.evidence.beside)
        changed = kinds != chosen.kind
        own = chance(np.minimum(worths[taken, kinds], 0.0))
        confidence = np.where(changed, np.minimum(own, chosen.confidence), chosen.confidence)
        return replace(chosen, kind=kinds, confidence=confidence), True, cost


def spread_out(answers: Answers, asked: npt.NDArray[np.intp], count: int) -> Answers:
    """Return answers for `count` marks: those that were not asked about know nothing, and are no digit."""
    logits = np.zeros((count, answers.logits.shape[1]), np.float32)
    embedding = np.zeros((count, answers.embedding.shape[1]), np.float32)
    digit = np.full(count, -8.0, np.float32)
    logits[asked], embedding[asked], digit[asked] = answers.logits, answers.embedding, answers.digit_logit
    return Answers(logits, embedding, digit)


def chosen_of(
    sight: Sight, weighed: Weighed, taken: npt.NDArray[np.intp], lines: npt.NDArray[np.intp], beside: Floats
) -> Chosen:
    """Return the chosen marks with their answers; `beside` says what stands beside what (`grammar.py`)."""
    marks = weighed.marks
    classes, signs = weighed.opinions.classes[taken], weighed.opinions.signs[taken]
    kind, support = classes_of(weighed.exists[taken], weighed.sign[taken], signs, lines, beside)
    digit = kind == 0
    odds = np.where(digit, weighed.right[taken], weighed.sign[taken]) + support
    return Chosen(
        boxes=marks.boxes[taken],
        in_picture=sight.in_picture(marks.boxes[taken]),
        kind=np.where(digit, classes.argmax(axis=1), DIGITS - 1 + kind).astype(np.intp),
        lines=lines,
        confidence=chance(odds),
        classes=classes,
        canvases=weighed.canvases[taken],
        there=np.maximum(weighed.exists[taken], weighed.sign[taken]),
        letters=weighed.opinions.features[taken, LETTERS],
        doubt=doubt_of(weighed, taken),
        walls=walls_between(sight.grey, marks.boxes[taken], lines),
        through=rules_through(sight.grey, marks.boxes[taken]),
        stacked=stacked(marks.boxes[taken], lines),
    )


def doubt_of(weighed: Weighed, taken: npt.NDArray[np.intp]) -> Floats:
    """Return for each chosen mark the log-odds of the likeliest digit beside it that was left out."""
    boxes, worth = weighed.marks.boxes, weighed.exists
    left_out = np.ones(len(worth), np.bool_)
    left_out[taken] = False
    left_out &= worth > -6
    grown = boxes[taken].copy()
    height = grown[:, 3] - grown[:, 1]
    grown[:, 0] -= 0.6 * height
    grown[:, 2] += 0.6 * height
    return np.maximum(near_by(grown, boxes[left_out], worth[left_out], least=0.5), -FAR)


def read(
    picture: Picture,
    *,
    one: bool = False,
    expect: int | str | Kind | None = None,
    min_confidence: float | None = None,
    digits_only: bool = False,
    steps: bool = False,
) -> Reading:
    """Read a picture with the shipped model; `Reader` has the same options and takes other models."""
    return _shipped_reader().read(
        picture,
        one=one,
        expect=expect,
        min_confidence=min_confidence,
        digits_only=digits_only,
        steps=steps,
    )


@lru_cache(maxsize=1)
def _shipped_reader() -> Reader:
    return Reader()
