"""How many errors are left after a person looked at what the queue shows first?  The last line is JSON.

    python benchmarks/queue_worth.py PICTURES [--half look|judge] [--shares 0.05 0.1 0.2] [--words]

Reads one half of PICTURES/amounts (see real.py), puts each picture's answer into a queue as one item, as sure
as all its numbers are together, and lets a person who makes no mistake decide as many items as `--shares` of
them say, in the order in which the queue gives them.  An answer is wrong where its digits are not those of
the truth.  `at best` is what the best order would leave: so many items hold at most so many errors.

With `--words` RapidOCR (the extra `words`) reads each picture as one line, too: how often both say the same,
and how often that is right, is what agreement is worth as evidence; and the queue is asked again,
where answers on which both differ are less sure, by DIFFER.  One core.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from real import Case, Pairs, answered, cases_of
from scoring import Answer, digits_in, share
from zeronine.answers import Box
from zeronine.documents.queue import Item, Queue
from zeronine.extras import need
from zeronine.reading.load import load
from zeronine.reading.reader import Reader

PERSON = "a person"
DIFFER = 0.3  #: of those where both differ 27 of 100 are right, of those where they agree 95 (log 0112)
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
        rival = [digits_of_rival(case) for case, _ in pairs]
        told["agreement"] = agreement(pairs, rival)
        trust = [
            1.0 if said == answer.plain else DIFFER for said, (_, answer) in zip(rival, pairs, strict=True)
        ]
        with tempfile.TemporaryDirectory() as folder:
            told["with agreement"] = errors_left(pairs, Queue(folder), asked.shares, trust)
    for name, value in told.items():
        print(name, json.dumps(value))
    print(json.dumps(told))


def is_wrong(case: Case, answer: Answer) -> bool:
    return answer.plain != digits_in(case.truth)


def errors_left(
    pairs: Pairs, queue: Queue, shares: Sequence[float], trust: Sequence[float] | None = None
) -> dict[str, Any]:
    """Return how many answers are wrong before and after the first items of the queue were decided.

    `trust` is what each confidence is multiplied by.
    """
    answers = {case.name: (case, answer) for case, answer in pairs}
    box = Box(0, 0, 1, 1)
    queue.add(
        Item(file=case.name, box=box, text=answer.plain, confidence=answer.confidence * part)
        for (case, answer), part in zip(pairs, trust or [1.0] * len(pairs), strict=True)
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
    """Return the digits of what RapidOCR reads in a picture, which it is told to be one line."""
    picture = load(case.picture)
    found = engine()(np.repeat(picture[..., None], 3, axis=2), use_det=False, use_cls=False)
    return digits_in("".join(found.txts or ()))


@lru_cache(maxsize=1)
def engine() -> Any:
    """Return RapidOCR, opened once; it is quiet and takes one thread."""
    rapidocr: Any = need("rapidocr", extra="words")
    one = dict.fromkeys(("intra_op_num_threads", "inter_op_num_threads"), 1)
    threads = {f"EngineConfig.onnxruntime.{name}": count for name, count in one.items()}
    return rapidocr.RapidOCR(params={"Global.log_level": "error", **threads})


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
