"""Draw the test digits whose labels we doubt, from your own copy of MNIST, for docs/label-errors.md.

python benchmarks/label_errors.py docs/label-errors.png
"""

import sys

import cv2
import numpy as np

from zeronine.data.mnist import load
from zeronine.evaluation.label_errors import DOUBTS, Doubt

SCALE, COLUMNS, MARGIN, TEXT = 4, 8, 6, 44  # pixels of a digit's pixel; digits in a row; pixels round them


def main() -> None:
    test = load("test")
    tiles = [_tile(test.images[doubt.index], doubt) for doubt in DOUBTS]
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(sys.argv[1], np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _tile(image: np.ndarray, doubt: Doubt) -> np.ndarray:
    """Return one digit, dark on white, its index, label and what we see above it."""
    large = cv2.resize(255 - image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_NEAREST)
    tile = np.pad(large, ((TEXT, MARGIN), (MARGIN, MARGIN)), constant_values=255)
    seen = "?" if doubt.seen is None else str(doubt.seen)
    for line, text in enumerate((f"#{doubt.index}", f"label {doubt.published}, see {seen}")):
        cv2.putText(tile, text, (4, 16 + 18 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 0, 1, cv2.LINE_AA)
    return tile


if __name__ == "__main__":
    main()
