"""What teaching does to ten strange made hands, and to real ones: errors before and after, MNIST, seconds.

    python benchmarks/teach.py                     the made hands
    python benchmarks/teach.py --real FOLDER       labels.csv (file, label, author) and images/, too

A made hand is taught 30 digits and judged on 300 further ones; a real one is judged by cross-validation,
and nothing is chosen by it.  MNIST's test digits are counted before and after each made hand.
"""

import argparse
import csv
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from strange_hands import HANDS, write
from zeronine.canvas import Canvases
from zeronine.data.digits import Digits
from zeronine.data.mnist import load
from zeronine.reading.classify import Classifier, shipped
from zeronine.reading.one import canvas_of_picture
from zeronine.teaching.heads import Head, Teachable
from zeronine.teaching.learning import CAREFUL, FAST
from zeronine.teaching.lesson import lesson_of, prepared
from zeronine.teaching.teach import FEWEST, Made, taught

LEARNT, JUDGED = 30, 300
FEWEST_REAL = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="a folder of drawings with a labels.csv")
    asked = parser.parse_args()
    classifier = shipped()
    model, test = Teachable(classifier), load("test")
    features = model.features(test.images.astype(np.float32) / np.float32(255))
    base = _wrong(model.heads[0], features, test.labels)
    print(f"MNIST test, shipped: {base} of {len(test):,} wrong")
    print("| hand | errors of 300 before | fast | careful | kept | MNIST test, more wrong | CPU s |")
    print("|---|---:|---:|---:|---|---:|---:|")
    halved = 0
    for name in HANDS:
        learnt = write(name, np.arange(LEARNT) % 10, seed=1)
        judged = write(name, np.arange(JUDGED) % 10, seed=2)
        took = {}
        for fast in (True, False):
            began = time.process_time()
            made = taught(classifier, learnt, fast=fast)
            took[fast] = time.process_time() - began
        own = model.features(judged.images.astype(np.float32) / np.float32(255))
        before = _wrong(model.heads[0], own, judged.labels)
        with threadpool_limits(1, user_api="blas"):
            quick, careful = (_head(classifier, learnt, fast=fast) for fast in (True, False))
        fast_wrong, after = (_wrong(head, own, judged.labels) for head in (quick, careful))
        more = _wrong(careful, features, test.labels) - base
        halved += 2 * after <= before
        kept = _kept(made)
        spent = f"{took[True]:.1f} and {took[False]:.1f}"
        print(f"| {name} | {before} | {fast_wrong} | {after} | {kept} | {more:+d} | {spent} |", flush=True)
    print(f"at least halved: {halved} of {len(HANDS)}")
    if asked.real is not None:
        _real(classifier, asked.real)


def _real(classifier: Classifier, folder: Path) -> None:
    """Judge every author with enough drawings by cross-validation."""
    gains = []
    print("| author | digits | right before | right after | kept |")
    print("|---|---:|---:|---:|---|")
    for number, digits in enumerate(authors(folder), start=1):
        report = taught(classifier, digits).report
        gains.append(report.own.gained)
        own = report.own
        print(
            f"| {number} | {len(digits)} | {own.before.right} | {own.after.right} | {report.kept} |",
            flush=True,
        )
    print(f"{len(gains)} authors, mean gain {np.mean(gains):+.2f} digits, worst {min(gains):+d}")


def authors(folder: Path) -> Iterator[Digits]:
    """Give the drawings of each author who has enough, in the order of their names."""
    pictures: dict[str, list[tuple[Path, int]]] = defaultdict(list)
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            pictures[row["author"]].append((folder / "images" / row["file"], int(row["label"])))
    for author in sorted(pictures):
        some = [(canvas_of_picture(path), label) for path, label in pictures[author]]
        seen = [(canvas, label) for canvas, label in some if canvas is not None]
        if len(seen) >= max(FEWEST_REAL, FEWEST):
            images = np.rint(255 * np.stack([canvas for canvas, _ in seen])).astype(np.uint8)
            yield Digits(images, np.array([label for _, label in seen], np.int64), author)


def _head(classifier: Classifier, digits: Digits, *, fast: bool) -> Head:
    """Return the head that `taught` comes to, kept or not."""
    model, measure = prepared(classifier.path, classifier.path.stat().st_mtime_ns, None, False)
    lesson = lesson_of(model, measure, digits, fast=fast)
    every = np.arange(len(digits))
    if fast:
        return lesson.old.with_last(lesson.last_layer().learnt(every, FAST)[0])
    return lesson.learnt(every, CAREFUL)[0]


def _wrong(head: Head, features: Canvases, labels: npt.NDArray[np.int64]) -> int:
    return int((head(features).argmax(axis=1) != labels).sum())


def _kept(made: Made) -> str:
    return "yes" if made.report.kept else made.report.reason.split(":")[0]


if __name__ == "__main__":
    main()
