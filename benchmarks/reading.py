"""Read real pictures and say how many come out right: python benchmarks/reading.py PICTURES [MODEL].

PICTURES is a folder with own_drawn/, ardis4/, scan_sheets/, amounts/, photos/ and notdigits/, as far as
they are there.  Nothing is trained or chosen here.  Where Tesseract is installed, the large page goes
through its digits mode, too, on one core.  The last line of stdout is JSON.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from scoring import edits
from zeronine.metrics import wilson
from zeronine.reading.reader import Reader

ROUNDS = 5


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    reader = Reader(sys.argv[2] if len(sys.argv) > 2 else None)
    parts = {
        "own_drawn": single_files,
        "ardis4": single_arrays,
        "scan_sheets": single_arrays,
        "amounts": amounts,
        "photos": photos,
        "notdigits": others,
    }
    figures = {name: part(reader, folder / name) for name, part in parts.items() if (folder / name).is_dir()}
    figures["speed"] = speed(reader)
    for name, figure in figures.items():
        print(name, figure)
    print(json.dumps(figures))


def share(right: int, count: int) -> dict[str, float]:
    low, high = wilson(right, count)
    return {
        "right": right,
        "count": count,
        "share": round(right / count, 4),
        "from": round(low, 4),
        "to": round(high, 4),
    }


def single_files(reader: Reader, folder: Path) -> dict[str, float]:
    with (folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [reader.read(folder / "images" / row["file"], one=True, min_confidence=0).text for row in rows]
    return share(sum(text == row["label"] for text, row in zip(texts, rows, strict=True)), len(rows))


def single_arrays(reader: Reader, folder: Path) -> dict[str, float]:
    with np.load(next(folder.glob("*.npz"))) as data:
        images, labels = data["images"], data["labels"]
    texts = [reading.text for reading in reader.read_many(images, one=True, min_confidence=0)]
    return share(sum(text == str(label) for text, label in zip(texts, labels, strict=True)), len(labels))


def amounts(reader: Reader, folder: Path) -> dict[str, float]:
    with (folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [
        (plain(reader.read(folder / "images" / r["file"], min_confidence=0).text), r["label"]) for r in rows
    ]
    return share(sum(read == label for read, label in pairs), len(rows)) | {"digit_errors": error_rate(pairs)}


def photos(reader: Reader, folder: Path) -> dict[str, float]:
    with (folder / "truth.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [(plain(reader.read(folder / r["file"]).text), plain(r["rows_top_to_bottom"])) for r in rows]
    return share(sum(read == truth for read, truth in pairs), len(rows)) | {"digit_errors": error_rate(pairs)}


def others(reader: Reader, folder: Path) -> dict[str, dict[str, float]]:
    figures = {}
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as data:
            images, labels = data["images"], data["labels"]
        answered = np.array(
            [any(d.value is not None for d in r.digits) for r in reader.read_many(images, one=True)]
        )
        figures[path.stem] = share(int(answered.sum()), len(answered)) | {
            str(label): round(float(answered[labels == label].mean()), 2) for label in np.unique(labels)[:40]
        }
    return figures


def plain(text: str) -> str:
    return "".join(mark for mark in text if mark.isdigit())


def error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    pairs = list(pairs)
    return round(sum(edits(a, b) for a, b in pairs) / sum(len(b) for _, b in pairs), 4)


def speed(reader: Reader) -> dict[str, float]:
    """Wall and processor milliseconds, medians, warm: a 12-megapixel page of ten digits, a sheet of 5,000."""
    small: np.ndarray = np.full((110, 600), 235, np.uint8)
    for place, written in enumerate("3502745807"):
        cv2.putText(small, written, (20 + 56 * place, 82), cv2.FONT_HERSHEY_SIMPLEX, 2, 40, 6, cv2.LINE_AA)
    page = np.full((3000, 4000), 235, np.uint8)
    page[1400 : 1400 + 660, 200 : 200 + 3600] = cv2.resize(small, (3600, 660))
    tile = cv2.resize(small, (200, 37), interpolation=cv2.INTER_AREA)[8:26]
    sheet = np.full((1000, 2000), 235, np.uint8)
    cells = np.random.default_rng(0).integers(0, 10, (50, 100))
    for (row, column), digit in np.ndenumerate(cells):
        cell = tile[:, int(6 + 18.67 * digit) : int(6 + 18.67 * digit) + 18]
        sheet[20 * row : 20 * row + 18, 20 * column + 1 : 20 * column + 19] = cv2.resize(cell, (18, 18))
    figures: dict[str, float] = {}
    for name, picture in (("page_12mp", page), ("sheet_5000", sheet)):
        reader.read(picture)
        times = [timed(reader, picture) for _ in range(ROUNDS)]
        figures[f"{name}_wall_ms"], figures[f"{name}_cpu_ms"] = np.median(times, axis=0).round(1).tolist()
    figures["sheet_5000_found"] = len(reader.read(sheet).digits)
    return figures | tesseract(page, figures["page_12mp_wall_ms"])


def tesseract(page: np.ndarray, ours_ms: float) -> dict[str, float]:
    """Wall milliseconds of Tesseract's digits mode on a page, beyond what it takes for an empty picture."""
    if shutil.which("tesseract") is None:
        return {}
    options = ["-", "--psm", "6", "-c", "tessedit_char_whitelist=0123456789"]
    medians = []
    with tempfile.TemporaryDirectory() as folder:
        for name, picture in (("empty", np.full((40, 40), 235, np.uint8)), ("page", page)):
            file = f"{folder}/{name}.pgm"
            cv2.imwrite(file, picture)
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                subprocess.run(
                    ["tesseract", file, *options],
                    check=True,
                    capture_output=True,
                    env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                )
                times.append(1e3 * (time.perf_counter() - began))
            medians.append(float(np.median(times)))
    taken = medians[1] - medians[0]
    return {
        "tesseract_page_12mp_ms": round(taken, 1),
        "times_faster_than_tesseract": round(taken / ours_ms, 2),
    }


def timed(reader: Reader, picture: np.ndarray) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    reader.read(picture)
    return 1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - cpu)


if __name__ == "__main__":
    main()
