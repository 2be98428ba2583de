"""Other readers on the same pictures, counted by the same code: a table, and JSON on the last line.

    python benchmarks/rivals.py PICTURES [--half judge] [--rapidocr PYTHON] [--readers zeronine rapidocr]

`zeronine` is the reader of this project; `rapidocr` is RapidOCR 3.10 as it is, `rapidocr-digits` the
same with only digits and the signs of numbers decoded and the edges of a line padded; `tesseract` is
Tesseract with digits and signs allowed.  Where a picture is known to be one digit or one line (an amount,
and the strings once more as `lines`) the rivals are told so: RapidOCR's recogniser is asked without its
detector, Tesseract takes a character or a line.
RapidOCR lives in an environment of its own (its opencv-python displaces the headless one):

    python -m venv FOLDER && FOLDER/bin/pip install rapidocr==3.10.0 onnxruntime

and `--rapidocr FOLDER/bin/python`.  A reader that is not installed is left out, and that is said.
Seconds are of one processor core; Tesseract's begin with starting its command, the others' do not.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import argparse
import csv
import importlib.util
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from real import Picture, Reads, add_flags, grey_of, judged
from scoring import digits_in
from zeronine.answers import Box

READERS = ("zeronine", "rapidocr", "rapidocr-digits", "tesseract")
WORKER = Path(__file__).parent / "rapidocr_worker.py"
ALLOWED = "0123456789.,-/+=:()%"
LINE_PX = 60  #: Tesseract is given lines and characters of at least this height
BORDER_PX = 12  #: and with a border, without which it finds nothing


@dataclass(frozen=True, slots=True)
class RivalDigit:
    value: int
    box: Box


@dataclass(frozen=True, slots=True)
class RivalNumber:
    """A line or word of a rival; its text may hold several numbers and words."""

    text: str
    confidence: float
    line: int
    box: Box
    digits: tuple[RivalDigit, ...]


@dataclass(frozen=True, slots=True)
class RivalReading:
    numbers: tuple[RivalNumber, ...]

    @property
    def digits(self) -> tuple[RivalDigit, ...]:
        return tuple(digit for number in self.numbers for digit in number.digits)


def reading_of(texts: Sequence[tuple[str, float, int, Box]]) -> RivalReading:
    """Return texts (text, confidence, line, box) as a reading."""
    return RivalReading(
        tuple(
            RivalNumber(text, sure, line, box, tuple(RivalDigit(int(mark), box) for mark in digits_in(text)))
            for text, sure, line, box in texts
            if digits_in(text)
        )
    )


class RapidOcr:
    """RapidOCR behind the face of a reader; close it."""

    def __init__(self, python: Path, folder: Path, *, digits: bool) -> None:
        command = [str(python), str(WORKER), *(["--digits"] if digits else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.folder = folder
        self.spent = 0.0
        self._line()

    def read(
        self, picture: Picture, *, one: bool = False, min_confidence: float | None = None
    ) -> RivalReading:
        file = picture if isinstance(picture, Path) else saved(picture, self.folder)
        assert self.process.stdin is not None
        line = one or min_confidence == 0  # one digit, or an amount that is known to stand there
        self.process.stdin.write(json.dumps({"file": str(file), "line": line}) + "\n")
        self.process.stdin.flush()
        answer = self._line()
        self.spent += answer["cpu_s"]
        lines = enumerate(answer["lines"])
        return reading_of([(text, sure, line, Box(*box)) for line, (text, sure, box) in lines])

    def cpu_seconds(self) -> float:
        return self.spent

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            self.close()
            code = self.process.returncode
            raise SystemExit(f"RapidOCR stopped (exit code {code}): its message stands above")
        answer: dict[str, Any] = json.loads(text)
        return answer


class Tesseract:
    """Tesseract's command behind the face of a reader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(
        self, picture: Picture, *, one: bool = False, min_confidence: float | None = None
    ) -> RivalReading:
        grey = grey_of(picture)
        if one or min_confidence == 0:
            return self._asked(bordered(grey), 10 if one else 7)
        return self._asked(grey, 6)

    def cpu_seconds(self) -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def close(self) -> None:
        """Nothing is left open."""

    def _asked(self, grey: npt.NDArray[np.uint8], mode: int) -> RivalReading:
        file = saved(grey, self.folder)
        options = ["-", "--psm", str(mode), "-c", f"tessedit_char_whitelist={ALLOWED}", "tsv"]
        done = subprocess.run(["tesseract", str(file), *options], check=True, capture_output=True, text=True)
        rows = csv.DictReader(done.stdout.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if row["level"] == "5"]
        return reading_of([(row["text"] or "", float(row["conf"]) / 100, *place_of(row)) for row in words])


def place_of(row: dict[str, str]) -> tuple[int, Box]:
    """Return the line and box of a word; lines are counted through blocks and paragraphs."""
    line = int(row["block_num"]) * 10**6 + int(row["par_num"]) * 10**3 + int(row["line_num"])
    return line, Box(*(int(row[name]) for name in ("left", "top", "width", "height")))


def bordered(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a line or a character large enough, with a border of its own edge."""
    import cv2

    zoom = max(1.0, LINE_PX / grey.shape[0])
    large = cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    edge = (BORDER_PX,) * 4
    return np.asarray(cv2.copyMakeBorder(large, *edge, cv2.BORDER_REPLICATE), np.uint8)


def saved(picture: npt.NDArray[np.uint8], folder: Path) -> Path:
    from PIL import Image

    file = folder / "asked.png"
    Image.fromarray(picture).save(file)
    return file


# ---- all of them ----


def openers(chosen: argparse.Namespace, folder: Path) -> dict[str, Callable[[], Reads]]:
    """Return how each chosen reader is opened; what is not installed is said and left out."""

    def ours() -> Reads:
        from zeronine.reading.reader import Reader

        return Reader(chosen.model, threads=1)

    ways: dict[str, Callable[[], Reads]] = {"zeronine": ours}
    python = rapidocr_python(chosen.rapidocr)
    if python is not None:
        ways["rapidocr"] = lambda: RapidOcr(python, folder, digits=False)
        ways["rapidocr-digits"] = lambda: RapidOcr(python, folder, digits=True)
    else:
        print(
            "RapidOCR is left out: make an environment with rapidocr==3.10.0 and give --rapidocr its python"
        )
    if shutil.which("tesseract"):
        ways["tesseract"] = lambda: Tesseract(folder)
    else:
        print("Tesseract is left out: there is no command 'tesseract'; apt-get install tesseract-ocr")
    return {name: way for name, way in ways.items() if name in chosen.readers}


def rapidocr_python(given: Path | None) -> Path | None:
    if given is not None:
        if not given.is_file():
            raise SystemExit(f"--rapidocr {given}: there is no such file; give the python of an environment")
        return given
    return Path(sys.executable) if importlib.util.find_spec("rapidocr") else None


#: What the table shows: a set, a figure of it, and what it is called
ROWS = (
    ("own_drawn", "mean_over_authors", "own drawings, mean over authors"),
    ("ardis4", "share", "church books"),
    ("scan_sheets", "share", "scanned sheets"),
    ("amounts", "share", "amounts, whole"),
    ("amounts", "digit_errors", "amounts, digit errors"),
    ("amounts", "coverage_at_99", "amounts, coverage at 99 %"),
    ("amounts", "coverage_at_95", "amounts, coverage at 95 %"),
    ("photos", "digit_errors", "photographed pages, digit errors"),
    *((name, way, f"{name}, F1 {way}") for name in ("strings", "lines", "maths", "forms", "mixed")
      for way in ("written", "digits", "runs")),
    ("sudoku", "f1", "sudoku digits, F1"),
)  # fmt: skip


def shown(figures: dict[str, dict[str, Any]]) -> Table:
    table = Table("share in %", *figures, title="the same pictures, the same scoring")
    for name, key, title in ROWS:
        row = [figure.get(name, {}).get(key) for figure in figures.values()]
        table.add_row(title, *("-" if value is None else f"{100 * value:.1f}" for value in row))
    for name in ("own_drawn", "amounts", "photos", "mixed"):
        row = [figure.get(name, {}).get("cpu_s_mean") for figure in figures.values()]
        title = f"{name}, processor ms a picture"
        table.add_row(title, *("-" if value is None else f"{1000 * value:.1f}" for value in row))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_flags(parser)
    parser.add_argument("--model", default=None, help="a model file instead of the shipped one")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=READERS, metavar="READER")
    parser.add_argument("--rapidocr", type=Path, default=None, help="the python that has rapidocr")
    chosen = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, way in openers(chosen, Path(folder)).items():
            print(f"--- {name}", flush=True)
            reader = way()
            figures[name] = judged(reader, chosen)
            if isinstance(reader, RapidOcr | Tesseract):
                reader.close()
    Console(width=110).print(shown(figures))
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
