"""Teach a model a hand: learn, judge on digits that were not learnt, keep what is better, refuse the rest.

Everything happens on features (`heads.py`), so that learning eleven times over, ten of them to judge by
cross-validation, takes seconds.  A model that forgets too much of MNIST is brought back part of the way
(interpolation of weights: Wortsman et al., 2022).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from zeronine.answers import Digit
from zeronine.card import KEY, TAUGHT, Card
from zeronine.data.digits import Digits
from zeronine.data.own import load_own
from zeronine.documents.queue import FILE
from zeronine.errors import DataError
from zeronine.metrics import wilson
from zeronine.models import Model
from zeronine.onnx_file import digest_of, with_metadata
from zeronine.reading.classify import Classifier, classifier_of
from zeronine.reading.one import canvas_of_picture
from zeronine.teaching.corrections import corrections_of
from zeronine.teaching.heads import Head, Teachable
from zeronine.teaching.learning import CAREFUL, FAST
from zeronine.teaching.lesson import Lesson, lesson_of, prepared
from zeronine.teaching.report import Compared, Score, TaughtHand
from zeronine.teaching.shelf import HandFolder

FEWEST = 5  #: digits; fewer can be neither learnt nor judged
ALLOWED = 0.001  #: of MNIST's validation digits: what may be forgotten
DEFAULT_NAME = "mine"

Lessons: TypeAlias = "str | Path | Digits | tuple[Any, Any] | Sequence[tuple[Any, int]]"


def teach(
    lessons: Lessons,
    *,
    name: str = DEFAULT_NAME,
    start_from: Model = None,
    fast: bool = False,
    keep: bool = True,
    mnist: Path | None = None,
    offline: bool = False,
) -> TaughtHand:
    """Teach a model a hand from a few labelled digits, and keep it by its name if it is better for that.

    `lessons` are what `load_own` reads (a folder per class, a .csv, a .npz), `Digits`, pairs of a picture (or
    a `Digit` that was read) and what it is, or a working folder with a review queue, whose corrections are
    taken.  They are added to what the hand was given before, and kept on this machine only.
    `start_from` is whatever takes a model, the shipped one by default.  `fast` teaches the last layer alone.
    With `keep=False` nothing is written.  Raises DataError for too few digits or labels that are none.
    """
    hand = HandFolder(name)
    given = digits_of(lessons)
    digits = hand.add(given) if keep else given
    classifier = classifier_of(start_from)
    made = taught(classifier, digits, fast=fast, mnist=mnist, offline=offline)
    report = replace(made.report, name=name)
    if keep and report.kept:
        report = replace(report, path=hand.model_path)
        hand.keep(made.content, report.to_dict())
    return report


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A taught model that is nowhere yet, and what was measured."""

    content: bytes  #: the model file
    report: TaughtHand


def taught(
    classifier: Classifier,
    digits: Digits,
    *,
    fast: bool = False,
    mnist: Path | None = None,
    offline: bool = False,
) -> Made:
    """Return a model that has learnt digits, and what that did; nothing is written."""
    began = time.perf_counter()
    check_enough(digits)
    with threadpool_limits(1, user_api="blas"):  # small steps: threads that wait for each other cost more
        model, measure = prepared(classifier.path, classifier.path.stat().st_mtime_ns, mnist, offline)
        whole = lesson_of(model, measure, digits, fast=fast)
        lesson, plan = (whole.last_layer(), FAST) if fast else (whole, CAREFUL)
        head, strength = lesson.learnt(np.arange(len(digits)), plan)
        heads = [whole.old.with_last(head) if fast else head]
        heads += [whole.doubting(one, plan, strength) for one in model.heads[1:]]
        report = _judged(lesson, head, *lesson.cross_validated(plan), strength)
    content = _file(model, heads, classifier.card, report)
    return Made(content, replace(report, fast=fast, seconds=round(time.perf_counter() - began, 2)))


def digits_of(lessons: Lessons) -> Digits:
    """Return lessons as digits; raise DataError that names every one that cannot be."""
    if isinstance(lessons, Digits):
        return lessons
    if isinstance(lessons, str | Path):
        return corrections_of(lessons).digits if (Path(lessons) / FILE).is_file() else load_own(lessons)
    if isinstance(lessons, tuple) and len(lessons) == 2 and not isinstance(lessons[0], tuple):
        return Digits(np.asarray(lessons[0]), np.asarray(lessons[1], np.int64))
    canvases, labels = [], []
    for place, (picture, label) in enumerate(lessons):
        canvas = picture.canvas if isinstance(picture, Digit) else canvas_of_picture(picture)
        if canvas is None or not isinstance(label, int | np.integer) or not 0 <= label <= 9:
            what = "there is no ink in it" if canvas is None else f"the label is {label!r}, not 0 to 9"
            raise DataError(f"lesson {place}: {what}", field="lessons", value=place)
        canvases.append(np.rint(canvas * 255).astype(np.uint8))
        labels.append(int(label))
    images = np.stack(canvases) if canvases else np.zeros((0, 28, 28), np.uint8)
    return Digits(images, np.array(labels, np.int64), "lessons")


def check_enough(digits: Digits) -> None:
    """Raise DataError for too few digits to learn from and to judge by."""
    if len(digits) < FEWEST or len(np.unique(digits.labels)) < 2:
        raise DataError(
            f"{len(digits)} digits of {len(np.unique(digits.labels))} kinds are too few: "
            f"give at least {FEWEST} of two kinds; thirty, three of each, are a good beginning",
            field="lessons",
            value=len(digits),
            limit=FEWEST,
        )


def _judged(
    lesson: Lesson,
    head: Head,
    before: npt.NDArray[np.bool_],
    after: npt.NDArray[np.bool_],
    strength: float,
) -> TaughtHand:
    """Return what was measured, and whether that is good enough to keep."""
    old, count = lesson.old, len(before)
    own = Compared(Score(int(before.sum()), count), Score(int(after.sum()), count))
    made, mnist = (
        None
        if judges is None
        else Compared(
            Score(judges.right(old), len(judges.labels)), Score(judges.right(head), len(judges.labels))
        )
        for judges in (lesson.measure.made, lesson.measure.mnist)
    )
    assert made is not None
    kept, reason = _verdict(own, made, mnist)
    mended, spoilt = int((after & ~before).sum()), int((before & ~after).sum())
    return TaughtHand("", kept, reason, own, mended, spoilt, made, mnist, strength, 0.0)


def _verdict(own: Compared, made: Compared, mnist: Compared | None) -> tuple[bool, str]:
    """Return whether a taught model is kept, and why."""
    if own.before.right == own.before.count:
        return False, f"not kept: all {own.before.count} digits are read right already"
    if own.gained <= 0:
        return False, (
            f"not kept: of your digits that it did not learn from it reads {own.after.right}, "
            f"the model that it began with {own.before.right}: give more of those that are misread"
        )
    lost = mnist if mnist is not None else made
    if -lost.gained > ALLOWED * lost.before.count:
        what = "MNIST's" if mnist is not None else "other hands'"
        return False, (
            f"not kept: it forgets {-lost.gained} of {what} {lost.before.count:,} digits, "
            f"{ALLOWED:.1%} are allowed"
        )
    return True, f"kept: {own.gained} of {own.before.count} more digits of yours are read right"


def _file(model: Teachable, heads: Sequence[Head], card: Card, report: TaughtHand) -> bytes:
    """Return the model file of taught heads, with a card that says what it is."""
    content = model.content_with(heads)
    low, high = wilson(report.own.after.right, report.own.after.count)
    figures: dict[str, Any] = {
        "own digits, cross-validated": {
            "value": report.own.after.share,
            "count": report.own.after.count,
            "interval": [low, high],
            "protocol": f"each by a model that did not learn it; before: {report.own.before.right} right",
        }
    }
    if report.mnist is not None:
        figures["validation accuracy"] = {
            "value": report.mnist.after.share,
            "count": report.mnist.after.count,
            "interval": list(report.mnist.after.interval),
            "protocol": "MNIST validation, never trained on; bounds how much is forgotten",
        }
    taught_card = replace(card, name=f"{card.name}{TAUGHT}", figures=figures, digest=digest_of(content))
    return with_metadata(content, KEY, taught_card.to_json())
