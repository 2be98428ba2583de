"""Real handwriting by people who never saw this project, for `accuracy.py --pictures FOLDER`.

The folder holds `own_drawn/` (pictures and labels.csv), `ardis4/` and `scan_sheets/` (.npz), and
`notdigits/` (.npz of letters and characters).  Every picture goes through `Reader.read(one=True)`;
one in which nothing is found becomes a blank canvas.  Nothing here is ever trained on.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from zeronine.canvas import SIDE
from zeronine.data.digits import Digits
from zeronine.evaluation.unknown import LETTERS
from zeronine.reading.reader import Reader

CLEAR = frozenset(map(ord, LETTERS))  # letters that nobody takes for a digit


def writers(folder: Path) -> list[Digits]:
    """The labelled sets of digits."""
    reader = Reader()
    with (folder / "own_drawn" / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    files = [folder / "own_drawn" / "images" / row["file"] for row in rows]
    labels = np.array([int(row["label"]) for row in rows])
    sets = [Digits(_canvases(reader, files), labels, "own drawings")]
    for name, place in (
        ("ARDIS", "ardis4/ardis4_train.npz"),
        ("scanned sheets", "scan_sheets/scan_sheets_0to7.npz"),
    ):
        with np.load(folder / place) as stored:
            sets.append(Digits(_canvases(reader, stored["images"]), stored["labels"], name))
    return sets


def letters(folder: Path) -> dict[str, np.ndarray]:
    """Canvases without a digit: letters by hand (clear ones, all of them), printed ones, other characters."""
    reader = Reader()
    with np.load(folder / "notdigits" / "choice_letters.npz") as stored:
        written, codes = _canvases(reader, stored["images"]), stored["labels"]
    clear = np.isin(codes, sorted(CLEAR))
    kinds = {"handwritten clear capitals": written[clear], "handwritten letters, all": written}
    for name, file in (
        ("printed letters A-J", "notmnist_test.npz"),
        ("Omniglot characters", "omniglot_1500.npz"),
    ):
        with np.load(folder / "notdigits" / file) as stored:
            kinds[name] = _canvases(reader, stored["images"])
    return {name: canvases.astype(np.float32) / np.float32(255) for name, canvases in kinds.items()}


def _canvases(reader: Reader, pictures: Iterable[Path | np.ndarray]) -> np.ndarray:
    """(N, 28, 28) uint8: what the network sees of each picture."""
    canvases = []
    for picture in pictures:
        found = reader.read(picture, one=True, min_confidence=0).digits
        canvases.append(found[0].canvas if found else np.zeros((SIDE, SIDE), np.float32))
    return np.rint(np.stack(canvases) * 255).astype(np.uint8)
