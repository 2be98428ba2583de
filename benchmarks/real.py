"""Read real handwriting and say how well: figures of one half of the pictures, the last line is JSON.

    python benchmarks/real.py PICTURES [--half judge|look] [--model FILE] [--sets amounts photos]
    python benchmarks/real.py PICTURES --half look --show FOLDER

PICTURES holds own_drawn/, ardis4/, scan_sheets/, amounts/, photos/, notdigits/ and written/, as far as
they are there.  The odd rows (of own_drawn: every second author, in alphabetical order of their names)
are there to be looked at, the even ones judge; nothing is trained or chosen on either.  `--show` writes
the misread pictures of the half to look at; the judging half's are never opened.  How numbers are
compared is said in scoring.py.  Single digits, letters and amounts are read on one core, best answer
(`min_confidence=0`) where a truth is known to stand there; pages as a user would.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import csv
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from scoring import (
    WAYS,
    Answer,
    answer_of,
    calibration,
    coverage,
    digits_in,
    edits,
    f1,
    f1_of,
    in_order,
    numbers_of,
    share,
)

T = TypeVar("T")
Picture = Path | npt.NDArray[np.uint8]
#: Letters that can honestly be read as a digit: 0, 1, 2, 5, 6, 8, 9
CONFUSABLE = frozenset("OoQDIilLJjZzSsGbBgq")
PRINTED = "ABCDEFGHIJ"  #: what the labels 0 to 9 of the printed letters stand for
WRITTEN = ("strings", "maths", "forms", "mixed", "sudoku")
SETS = ("own_drawn", "ardis4", "scan_sheets", "amounts", "photos", "notdigits", *WRITTEN, "lines")
SURE = 0.9  #: an answer at least this sure is one that nobody looks at again
SHOWN_PX = 480  #: a shown picture's longest side is at least this


class Reads(Protocol):
    """Whatever reads: ours, or a rival behind the same face."""

    def read(self, picture: Picture, *, one: bool = False, min_confidence: float | None = None) -> Any:
        """Return something with `numbers` and `digits`, as a Reading has them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One picture and what stands in it."""

    name: str
    picture: Picture
    truth: str
    group: str = ""  #: author, or kind of thing
    one: bool = False
    best: bool = True  #: the best answer is asked for, not only a sure one


Pairs = Sequence[tuple[Case, Answer]]


def main() -> None:
    chosen = parsed()
    from zeronine.reading.reader import Reader

    reader = Reader(chosen.model, threads=1)
    print(json.dumps(judged(reader, chosen), ensure_ascii=False))


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_flags(parser)
    parser.add_argument("--model", default=None, help="a model file instead of the shipped one")
    parser.add_argument("--show", type=Path, default=None, help="a folder for misread pictures to look at")
    chosen = parser.parse_args(arguments)
    if chosen.show is not None and chosen.half != "look":
        parser.error("the judging half is never looked at: --show goes with --half look")
    return chosen


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--half", choices=("judge", "look"), default="judge")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, metavar="SET")
    parser.add_argument(
        "--each", type=int, default=None, help="at most so many pictures of a set, spread out"
    )


def judged(reader: Reads, chosen: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of every chosen set, and of the confidences over amounts and photographed pages."""
    cv2.setNumThreads(1)
    figures: dict[str, Any] = {"half": chosen.half, "each": chosen.each}
    answers: dict[str, Pairs] = {}
    show = getattr(chosen, "show", None)
    for name in chosen.sets:
        if not home(chosen.pictures, name).is_dir():
            continue
        cases = spread(cases_of(chosen.pictures, name, chosen.half), chosen.each)
        answers[name] = answered(reader, cases, None if show is None else show / name)
        figures[name] = SCORES[name](answers[name]) | seconds(answers[name])
        print(name, json.dumps(figures[name], ensure_ascii=False), flush=True)
    figures["calibration"] = calibrations(answers)
    print("calibration", json.dumps(figures["calibration"]), flush=True)
    return figures


def answered(reader: Reads, cases: Sequence[Case], show: Path | None = None) -> Pairs:
    """Read every picture, counting processor seconds (the reader's own clock where it has one)."""
    clock: Callable[[], float] = getattr(reader, "cpu_seconds", time.process_time)
    pairs = []
    for case in cases:
        began = clock()
        options = {"min_confidence": 0.0} if case.best else {}
        reading = reader.read(case.picture, one=case.one, **options)
        answer = answer_of(reading, clock() - began)
        pairs.append((case, answer))
        if show is not None and misread(case, answer):
            draw(case, reading, show)
    return pairs


def misread(case: Case, answer: Answer) -> bool:
    if case.group in LETTERS:
        return answer.digits > 0
    return answer.plain != digits_in(case.truth)


def spread(things: Sequence[T], each: int | None) -> Sequence[T]:
    """Return at most so many of the things, spread out over all of them."""
    if each is None or each >= len(things):
        return things
    return [things[place] for place in np.linspace(0, len(things) - 1, each).round().astype(int)]


# ---- the pictures ----


def home(pictures: Path, name: str) -> Path:
    """Return a set's folder; `lines` are the strings again, of which it is known that each is one line."""
    if name == "lines":
        return pictures / "written" / "strings"
    return pictures / "written" / name if name in WRITTEN else pictures / name


def cases_of(pictures: Path, name: str, half: str) -> list[Case]:
    """Return one half of a set."""
    folder = home(pictures, name)
    if name == "own_drawn":
        rows = table(folder / "labels.csv")
        authors = set(halved(sorted({row["author"] for row in rows}), half))
        return [
            Case(row["file"], folder / "images" / row["file"], row["label"], row["author"], one=True)
            for row in rows
            if row["author"] in authors
        ]
    if name == "amounts":
        rows = halved(table(folder / "labels.csv"), half)
        return [Case(row["file"], folder / "images" / row["file"], row["label"]) for row in rows]
    if name == "photos":
        rows = halved(table(folder / "truth.csv"), half)
        return [Case(r["file"], folder / r["file"], r["rows_top_to_bottom"], best=False) for r in rows]
    if name in WRITTEN or name == "lines":
        rows = halved(table(folder / "truth.csv"), half)
        best = name == "lines"
        return [Case(row["file"], folder / row["file"], row["truth"], name, best=best) for row in rows]
    if name == "notdigits":
        return [case for file in sorted(folder.glob("*.npz")) for case in letters(file, half)]
    return [Case(str(place), image, str(label), one=True) for place, image, label in stored(folder, half)]


def halved(rows: Sequence[T], half: str) -> list[T]:
    """Return the rows of a half: the first, third, ... to look at, the second, fourth, ... to judge."""
    return list(rows[0::2] if half == "look" else rows[1::2])


def table(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def stored(place: Path, half: str) -> Iterator[tuple[int, npt.NDArray[np.uint8], int]]:
    file = place if place.is_file() else next(place.glob("*.npz"))
    with np.load(file) as data:
        images, labels = data["images"], data["labels"]
    return iter(halved(list(zip(range(1, len(images) + 1), images, labels.tolist(), strict=True)), half))


def letters(file: Path, half: str) -> list[Case]:
    """Things that are no digit; the group says which kind."""
    return [
        Case(f"{file.stem} {place}", image, "", kind_of(file.stem, label), one=True, best=False)
        for place, image, label in stored(file, half)
    ]


LETTERS = (
    "letters by hand, clear",
    "letters by hand, confusable",
    "printed letters, clear",
    "printed letters, confusable",
    "characters of other scripts",
)


def kind_of(stem: str, label: int) -> str:
    if label < 0:
        return LETTERS[4]
    letter = PRINTED[label] if stem.startswith("notmnist") else chr(label)
    return LETTERS[(2 if stem.startswith("notmnist") else 0) + (letter in CONFUSABLE)]


def grey_of(picture: Picture) -> npt.NDArray[np.uint8]:
    """Return what a person sees, (H, W): upright; on white, or on black where light ink has no ground."""
    from PIL import Image, ImageOps

    image = Image.open(picture) if isinstance(picture, Path) else Image.fromarray(picture)
    image = ImageOps.exif_transpose(image).convert("RGBA")
    seen = np.array(image.convert("L"))[np.array(image)[..., 3] > 127]
    clear = len(seen) < image.width * image.height
    paper = Image.new("RGBA", image.size, "black" if clear and seen.mean() > 127 else "white")
    return np.array(Image.alpha_composite(paper, image).convert("L"))


# ---- the figures ----


def single_digits(pairs: Pairs) -> dict[str, Any]:
    return share(sum(answer.plain == case.truth for case, answer in pairs), len(pairs)) | {
        "unanswered": sum(not answer.plain for _, answer in pairs)
    }


def by_author(pairs: Pairs) -> dict[str, Any]:
    right: dict[str, list[bool]] = defaultdict(list)
    for case, answer in pairs:
        right[case.group].append(answer.plain == case.truth)
    shares = {author: round(fmean(answers), 4) for author, answers in sorted(right.items())}
    return single_digits(pairs) | {
        "mean_over_authors": round(fmean(shares.values()), 4),
        "authors": shares,
    }


def whole_amounts(pairs: Pairs) -> dict[str, Any]:
    right = [answer.plain == case.truth for case, answer in pairs]
    sure = [answer.confidence for _, answer in pairs]
    return share(sum(right), len(pairs)) | {
        "digit_errors": digit_errors(pairs),
        "coverage_at_99": coverage(sure, right, precision=0.99),
        "coverage_at_95": coverage(sure, right, precision=0.95),
    }


def photographed(pairs: Pairs) -> dict[str, Any]:
    whole = sum(answer.plain == digits_in(case.truth) for case, answer in pairs)
    return share(whole, len(pairs)) | {"digit_errors": digit_errors(pairs)}


def digit_errors(pairs: Pairs) -> float:
    """Return wrong, missing and added digits by true ones."""
    wrong = sum(edits(answer.plain, digits_in(case.truth)) for case, answer in pairs)
    return round(wrong / sum(len(digits_in(case.truth)) for case, _ in pairs), 4)


def taken_for_digits(pairs: Pairs) -> dict[str, Any]:
    """Return the share of each kind that is answered, and the share that is answered surely."""
    groups: dict[str, list[Answer]] = {kind: [] for kind in LETTERS}
    for case, answer in pairs:
        groups[case.group].append(answer)
    return {
        kind: share(sum(a.digits > 0 for a in answers), len(answers))
        | {"sure": round(fmean(a.digits > 0 and a.confidence >= SURE for a in answers), 4)}
        for kind, answers in groups.items()
        if answers
    }


def numbers(pairs: Pairs) -> dict[str, Any]:
    """F1 of numbers in all of WAYS."""
    ways = {
        way: f1([(answer.all_numbers(way), numbers_of(case.truth, way)) for case, answer in pairs])
        for way in WAYS
    }
    return ways["written"] | {way: figure["f1"] for way, figure in ways.items()} | {"pictures": len(pairs)}


def forms_or_cheques(pairs: Pairs) -> dict[str, Any]:
    """F1 of numbers, and of the cheques among the pictures."""
    cheques = [(case, answer) for case, answer in pairs if case.name.startswith("check")]
    return numbers(pairs) | {"cheques": numbers(cheques)}


def grid_digits(pairs: Pairs) -> dict[str, Any]:
    """F1 of single digits, wherever they stand; `in_order` counts only those in reading order."""
    texts = [(answer.plain, digits_in(case.truth)) for case, answer in pairs]
    anywhere = f1(texts)
    ordered = sum(in_order(read, true) for read, true in texts)
    return anywhere | {
        "in_order": f1_of(ordered, int(anywhere["read"]), int(anywhere["true"]))["f1"],
        "pictures": len(pairs),
    }


SCORES: dict[str, Callable[[Pairs], dict[str, Any]]] = {
    "own_drawn": by_author,
    "ardis4": single_digits,
    "scan_sheets": single_digits,
    "amounts": whole_amounts,
    "photos": photographed,
    "notdigits": taken_for_digits,
    "strings": numbers,
    "maths": numbers,
    "forms": numbers,
    "mixed": forms_or_cheques,
    "sudoku": grid_digits,
    "lines": numbers,
}


def seconds(pairs: Pairs) -> dict[str, float]:
    """Processor seconds a picture; the first, which warms up, is left out where there are more."""
    times = [answer.cpu_s for _, answer in pairs]
    counted = times[1:] or times
    return {"cpu_s_mean": round(fmean(counted), 4), "cpu_s_median": round(median(counted), 4)}


def calibrations(answers: dict[str, Pairs]) -> dict[str, Any]:
    """Calibration of `Number.confidence`: an amount is one answer, of a photographed page each line."""
    amounts = [(a.confidence, a.plain == case.truth) for case, a in answers.get("amounts", ()) if a.plain]
    lines = [
        pair
        for case, answer in answers.get("photos", ())
        for pair in rights(answer.lines(), [digits_in(row) for row in case.truth.split("|")])
    ]
    others = [
        pair
        for name in WRITTEN[:4]
        for case, answer in answers.get(name, ())
        for pair in rights(
            [(text, number.confidence) for number in answer.numbers for text in numbers_of(number.text)],
            numbers_of(case.truth),
        )
    ]
    parts = {"amounts": amounts, "photos": lines, "amounts and photos": amounts + lines, "written": others}
    return {
        name: calibration([sure for sure, _ in part], [right for _, right in part])
        for name, part in parts.items()
    }


def rights(said: Sequence[tuple[str, float]], truths: Sequence[str]) -> list[tuple[float, bool]]:
    """Return how sure each text was and whether it is among the truths, each of which is found once."""
    left = Counter(truths)
    found = []
    for text, sure in sorted(said, key=lambda pair: -pair[1]):
        found.append((sure, left[text] > 0))
        left[text] -= 1
    return found


# ---- to look at, of the half that may be looked at ----


def draw(case: Case, reading: Any, folder: Path) -> None:
    """Write the picture with boxes and answers, the truth in its file name's place below."""
    from PIL import Image, ImageDraw, ImageFont

    folder.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(grey_of(case.picture)).convert("RGB")
    zoom = max(1, -(-SHOWN_PX // max(image.size)))
    image = image.resize((image.width * zoom, image.height * zoom))
    size = max(14, max(image.size) // 45)
    font = ImageFont.load_default(size)
    shown = Image.new("RGB", (image.width, image.height + 3 * size), "white")
    shown.paste(image, (0, 0))
    pen = ImageDraw.Draw(shown)
    for number in reading.numbers:
        for part, colour in [*((digit, "green") for digit in number.digits), (number, "blue")]:
            box, out = part.box, 2 * (part is number)
            left, top = box.x * zoom - out, box.y * zoom - out
            pen.rectangle(
                (left, top, left + box.width * zoom + 2 * out, top + box.height * zoom + 2 * out),
                outline=colour,
            )
        at = (number.box.x * zoom, max(0, number.box.y * zoom - size))
        pen.text(at, number.text, fill="red", font=font)
    read = " ".join(number.text for number in reading.numbers)
    pen.text((4, image.height + 2), f"{case.name}: {case.truth or case.group}\nread {read}", "black", font)
    shown.save(folder / f"{Path(case.name).stem.replace(' ', '_')}.png")


if __name__ == "__main__":
    main()
