"""How many errors are left after a person looked at what the queue shows first?  The last line is JSON.

    python benchmarks/queue_worth.py PICTURES [--half look|judge] [--shares 0.05 0.1 0.2] [--words]

Reads one half of PICTURES/amounts (see real.py), puts each picture's answer into a queue as one item, as sure
as all its numbers are together, and lets a person who makes no mistake decide as many items as `--shares` of
them say, in the order in which the queue gives them.  An answer is wrong where its digits are not those of
the truth.  `at best` is what the best order would leave: so many items hold at most so many errors.

With `--words` RapidOCR (the extra `words`) reads each picture, too: how often both say the same, and how
often that is right, is what agreement is worth as evidence.  One core.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from real import Case, Pairs, answered, cases_of
from scoring import Answer, digits_in, share
from zeronine.answers import Box
from zeronine.documents.queue import Item, Queue
from zeronine.reading.reader import Reader

PERSON = "a person"
SHARES = (0.05, 0.1, 0.2, 0.3)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--half", choices=("look", "judge"), default="look")
    parser.add_argument("--shares", type=float, nargs="+", default=SHARES)
    parser.add_argument("--each", type=int, help="at most so many pictures")
    parser.add_argument("--words", action="store_true", help="ask RapidOCR, too")
    asked = parser.parse_args()
    cases = cases_of(asked.pictures, "amounts", asked.half)[: asked.each]
    pairs = answered(Reader(threads=1), cases)
    with tempfile.TemporaryDirectory() as folder:
        told: dict[str, Any] = {"half": asked.half, **errors_left(pairs, Queue(folder), asked.shares)}
    if asked.words:
        told["agreement"] = agreement(pairs, [digits_of_rival(case) for case, _ in pairs])
    for name, value in told.items():
        print(name, json.dumps(value))
    print(json.dumps(told))


def is_wrong(case: Case, answer: Answer) -> bool:
    return answer.plain != digits_in(case.truth)


def errors_left(pairs: Pairs, queue: Queue, shares: Sequence[float]) -> dict[str, Any]:
    """Return how many answers are wrong before and after the first items of the queue were decided."""
    answers = {case.name: (case, answer) for case, answer in pairs}
    box = Box(0, 0, 1, 1)
    queue.add(
        Item(file=name, box=box, text=answer.plain, confidence=answer.confidence)
        for name, (_, answer) in answers.items()
    )
    before = errors = sum(is_wrong(*pair) for pair in answers.values())
    count, looked = len(answers), 0
    told: dict[str, Any] = {"pictures": count, "wrong before": before}
    for part in sorted(shares):
        for _ in range(round(part * count) - looked):
            item = queue.next(PERSON)
            assert item is not None
            case, answer = answers[item.file]
            errors -= is_wrong(case, answer)
            looked += 1
            queue.decide(item.id, "change", PERSON, digits_in(case.truth))
        told[f"after {part:.0%}"] = {
            "looked at": looked,
            "wrong": errors,
            "left": round(errors / before, 3) if before else 0.0,
            "left at best": round(max(before - looked, 0) / before, 3) if before else 0.0,
            "expected": queue.counts()["expected_errors"],
        }
    return told


def digits_of_rival(case: Case) -> str:
    """Return the digits of what RapidOCR reads in a picture, from left to right."""
    from zeronine.documents.words import words_of
    from zeronine.reading.load import load

    picture = case.picture
    found = words_of(load(picture if isinstance(picture, Path) else np.asarray(picture)))
    return digits_in("".join(one.text for one in sorted(found, key=lambda one: one.box.x)))


def agreement(pairs: Pairs, rival: Sequence[str]) -> dict[str, Any]:
    """Return how often both readers say the same, and how often that is right and what differs is."""
    same, ours, theirs = [], [], []
    for (case, answer), said in zip(pairs, rival, strict=True):
        truth, right = digits_in(case.truth), not is_wrong(case, answer)
        if said == answer.plain:
            same.append(right)
        else:
            ours.append(right)
            theirs.append(said == truth)
    return {
        "both the same": share(len(same), len(rival)),
        "right where both are the same": share(sum(same), len(same)),
        "ours right where they differ": share(sum(ours), len(ours)),
        "RapidOCR right where they differ": share(sum(theirs), len(theirs)),
    }


if __name__ == "__main__":
    main()
