"""Does an answer stay right when the picture changes, but not what it says?  A table: change x set.

    python benchmarks/metamorphic.py [PICTURES] [--each 60] [--changes "in a cell" ruled] [--show FOLDER]

Each cell is the share of right answers that stay right, of the pictures that the change goes with.  For
"half outside" an answer may change but not be sure: it stays honest where it is still right, is a part
of the truth, or is less sure than 0.9.  Sets: digits drawn at about 100 pixels, numbers and pages, made of
MNIST's validation digits on paper; with PICTURES also the judging halves of own_drawn/ and amounts/, which
are only counted.  A digit is asked for with `one=True`, an amount and a number must come out whole, of a page
every number counts.  Seeded; one core; nothing is chosen or trained by it.  `--show` writes a sheet of
every change on made pictures (and, with PICTURES, on the half that may be looked at), to see that a person
still reads them.  The last line is JSON.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from changes import CHANGES, HONEST, Frame, Grey, Sample, levels, writing_of
from real import SURE, Reads, cases_of, grey_of, spread, table
from scoring import answer_of, digits_in
from zeronine.data import mnist
from zeronine.data.digits import Digits

SHEET_PX = 150  #: side of a picture on the sheet


# ---- the sets ----


def made_digits(digits: Digits, count: int, *, seed: int = 0) -> list[Sample]:
    """Single digits about 100 pixels high on a sheet of paper."""
    generator = np.random.default_rng(seed)
    return [
        laid_out([[[index]]], digits, generator, height=generator.uniform(85, 115), one=True)
        for index in chosen_from(digits, count, generator)
    ]


def made_numbers(digits: Digits, count: int, *, seed: int = 1) -> list[Sample]:
    """Numbers of three to eight digits, 40 to 90 pixels high."""
    generator = np.random.default_rng(seed)
    lengths = generator.integers(3, 9, count)
    return [
        laid_out([[chosen_from(digits, int(length), generator)]], digits, generator,
                 height=generator.uniform(40, 90))
        for length in lengths
    ]  # fmt: skip


def made_pages(digits: Digits, count: int, *, seed: int = 2) -> list[Sample]:
    """Pages of three or four lines of two numbers, 36 to 60 pixels high."""
    generator = np.random.default_rng(seed)
    pages = []
    for _ in range(count):
        lines = [
            [chosen_from(digits, int(generator.integers(3, 7)), generator) for _ in range(2)]
            for _ in range(int(generator.integers(3, 5)))
        ]
        pages.append(laid_out(lines, digits, generator, height=generator.uniform(36, 60), page=True))
    return pages


def chosen_from(digits: Digits, count: int, generator: np.random.Generator) -> list[int]:
    return [int(index) for index in generator.integers(0, len(digits), count)]


def laid_out(
    lines: Sequence[Sequence[Sequence[int]]],
    digits: Digits,
    generator: np.random.Generator,
    *,
    height: float,
    one: bool = False,
    page: bool = False,
) -> Sample:
    """Write lines of numbers (places of their digits) on paper."""
    gap = generator.uniform(0.14, 0.35) * height
    placed: list[tuple[Grey, float, float]] = []
    for row, line in enumerate(lines):
        x = 0.0
        for number in line:
            for index in number:
                ink = enlarged(digits.images[index], height * generator.uniform(0.93, 1.07))
                drop = generator.uniform(-0.05, 0.05) * height
                placed.append((ink, x, row * 1.9 * height + height - ink.shape[0] + drop))
                x += ink.shape[1] + gap * generator.uniform(0.8, 1.2)
            x += generator.uniform(1.2, 1.8) * height
    truth = tuple("".join(str(digits.labels[index]) for index in number) for line in lines for number in line)
    picture, frames = on_paper(placed, round(0.7 * height), generator)
    return Sample(picture, truth, one, frames, page)


def enlarged(image: Grey, height: float) -> Grey:
    """Return the ink of a digit (28, 28) at a height in pixels, its edges as steep as a pen's."""
    rows, columns = np.nonzero(image > 60)
    cut = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    zoom = height / max(cut.shape)
    size = (max(2, round(zoom * cut.shape[1])), max(2, round(zoom * cut.shape[0])))
    large = cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    return levels(255 * np.clip((large - 0.45) * min(3.0, 0.5 * zoom + 0.5) + 0.5, 0, 1))


def on_paper(
    placed: Sequence[tuple[Grey, float, float]], margin: int, generator: np.random.Generator
) -> tuple[Grey, tuple[Frame, ...]]:
    """Lay inks (picture, x, y) on fine-grained paper; return it and where each stands."""
    top = min(y for _, _, y in placed)
    spots = [(ink, round(x) + margin, round(y - top) + margin) for ink, x, y in placed]
    width = max(x + ink.shape[1] for ink, x, _ in spots) + margin
    height = max(y + ink.shape[0] for ink, _, y in spots) + margin
    sheet = np.zeros((height, width), np.uint8)
    for ink, x, y in spots:
        part = sheet[y : y + ink.shape[0], x : x + ink.shape[1]]
        np.maximum(part, ink, out=part)
    tone, dark = generator.uniform(220, 252), generator.uniform(20, 90)
    picture = tone + sheet / 255 * (dark - tone) + generator.normal(0, 2, sheet.shape)
    return levels(picture), tuple((x, y, x + i.shape[1], y + i.shape[0]) for i, x, y in spots)


def own_drawings(pictures: Path, half: str) -> list[Sample]:
    samples = []
    for case in cases_of(pictures, "own_drawn", half):
        picture = grey_of(case.picture)
        samples.append(Sample(picture, (case.truth,), True, (writing_of(picture),)))
    return samples


def amounts(pictures: Path, half: str) -> list[Sample]:
    boxes = {row["file"]: row["boxes_digit_x_y_w_h"] for row in table(pictures / "amounts" / "labels.csv")}
    samples = []
    for case in cases_of(pictures, "amounts", half):
        frames = [(x, y, x + w, y + h) for _, x, y, w, h in json.loads(boxes[case.name])]
        whole = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in frames)
        samples.append(Sample(grey_of(case.picture), (case.truth,), False, whole))
    return samples


def sets_of(pictures: Path | None, half: str, each: int) -> dict[str, Sequence[Sample]]:
    digits = mnist.load("validation")
    sets: dict[str, Sequence[Sample]] = {
        "made digits": made_digits(digits, each),
        "made numbers": made_numbers(digits, each),
        "made pages": made_pages(digits, max(2, each // 8)),
    }
    if pictures is not None:
        real = {"own drawings": own_drawings(pictures, half), "amounts": amounts(pictures, half)}
        sets |= {name: spread(samples, each) for name, samples in real.items()}
    return sets


# ---- the table ----


def right_in(reader: Reads, picture: Grey, sample: Sample) -> Counter[str]:
    """Return which of the sample's numbers the reader finds in a picture, each as often as it should."""
    answer = answer_of(reader.read(picture, one=sample.one, min_confidence=0.0))
    if sample.page:
        return Counter(digits_in(number.text) for number in answer.numbers) & Counter(sample.truth)
    return Counter(sample.truth if answer.plain == sample.truth[0] else ())


def honest_in(reader: Reads, picture: Grey, sample: Sample) -> bool:
    """Return whether the answer is right, a part of the truth, or unsure."""
    answer = answer_of(reader.read(picture, one=sample.one, min_confidence=0.0))
    partly = {sample.truth[0], sample.truth[0][:-1]}
    return answer.plain in partly or answer.confidence < SURE


def kept_by(
    reader: Reads, name: str, samples: Sequence[Sample], before: Sequence[Counter[str]]
) -> tuple[int, int]:
    stayed = count = 0
    for place, (sample, right) in enumerate(zip(samples, before, strict=True)):
        changed = changed_by(name, sample, place) if right else None
        if changed is None:
            continue
        count += right.total()
        if name in HONEST:
            stayed += honest_in(reader, changed, sample)
        else:
            stayed += (right_in(reader, changed, sample) & right).total()
    return stayed, count


def changed_by(name: str, sample: Sample, place: int) -> Grey | None:
    """Return the changed picture; its seed is the change's name and the sample's place."""
    return CHANGES[name](sample, np.random.default_rng([zlib.crc32(name.encode()), place]))


def figures_of(reader: Reads, samples: Sequence[Sample], names: Sequence[str]) -> dict[str, Any]:
    """Return the cells of one set, what they are counted of, their mean and the worst."""
    before = [right_in(reader, sample.picture, sample) for sample in samples]
    counts = {name: kept_by(reader, name, samples, before) for name in names}
    cells = {name: round(stayed / of, 4) for name, (stayed, of) in counts.items() if of}
    return {
        "right_before": sum(right.total() for right in before),
        "numbers": sum(len(sample.truth) for sample in samples),
        "mean": round(fmean(cells.values()), 4) if cells else None,
        "worst": min(cells, key=lambda name: cells[name], default=None),
        "cells": cells,
        "of": {name: of for name, (_, of) in counts.items() if of},
    }


def shown(figures: Mapping[str, Any], names: Sequence[str]) -> Table:
    table = Table("right answers that stay right, %", *figures)
    for name in names:
        cells = [figure["cells"].get(name) for figure in figures.values()]
        table.add_row(name, *("-" if cell is None else f"{100 * cell:.1f}" for cell in cells))
    table.add_section()
    for key in ("mean", "worst cell"):
        shares = [
            figure["mean"] if key == "mean" else figure["cells"].get(figure["worst"])
            for figure in figures.values()
        ]
        table.add_row(key, *("-" if share is None else f"{100 * share:.1f}" for share in shares))
    table.add_row("right before", *(f"{f['right_before']} of {f['numbers']}" for f in figures.values()))
    return table


def contact_sheet(samples: Sequence[Sample], names: Sequence[str]) -> Grey:
    """Return the first few samples, as they are and after every change, a row each."""
    rows = []
    for place, sample in enumerate(samples):
        changed = [sample.picture, *(changed_by(name, sample, place) for name in names)]
        rows.append(np.hstack([framed_to(picture, SHEET_PX) for picture in changed]))
    columns = ["as it is", *names]
    head = np.full((16, rows[0].shape[1]), 255, np.uint8)
    for index, name in enumerate(columns):
        at = (index * SHEET_PX + 2, 12)
        cv2.putText(head, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.36, 0, 1, cv2.LINE_AA)
    return np.vstack([head, *rows])


def framed_to(picture: Grey | None, side: int) -> Grey:
    """Return a picture within a square of grey, as large as fits."""
    square = np.full((side, side), 128, np.uint8)
    if picture is not None:
        zoom = (side - 6) / max(picture.shape)
        size = (max(1, round(zoom * picture.shape[1])), max(1, round(zoom * picture.shape[0])))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_NEAREST)
        square[3 : 3 + size[1], 3 : 3 + size[0]] = small
    return square


def show(pictures: Path | None, folder: Path, names: Sequence[str]) -> None:
    """Write a sheet of every change for each set; of real pictures only the half to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    half = (len(names) + 1) // 2
    for title, samples in sets_of(pictures, "look", 16).items():
        for part, some in enumerate((names[:half], names[half:])):
            file = folder / f"{title.replace(' ', '_')}_{part}.png"
            cv2.imwrite(str(file), contact_sheet(samples[:6], some))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, nargs="?", default=None)
    parser.add_argument("--each", type=int, default=100, help="pictures of a set [100]")
    parser.add_argument("--changes", nargs="+", choices=CHANGES, default=tuple(CHANGES), metavar="CHANGE")
    parser.add_argument("--model", default=None, help="a model file instead of the shipped one")
    parser.add_argument("--show", type=Path, default=None, help="only write sheets to look at into a folder")
    chosen = parser.parse_args()
    if chosen.show is not None:
        show(chosen.pictures, chosen.show, chosen.changes)
        return
    from zeronine.reading.reader import Reader

    cv2.setNumThreads(1)
    reader = Reader(chosen.model, threads=1)
    figures = {}
    for title, samples in sets_of(chosen.pictures, "judge", chosen.each).items():
        figures[title] = figures_of(reader, samples, chosen.changes)
        print(title, json.dumps(figures[title]), flush=True)
    Console(width=130).print(shown(figures, chosen.changes))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
