"""What the lesson leaves behind in the run's folder, besides what every evaluation draws."""

import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from zeronine.data.digits import Digits
from zeronine.lesson.faults import HEADINGS, Row

COLUMNS = 20  #: digits of each class in the picture
SCALE = 2


def digits_png(digits: Digits, path: Path) -> None:
    """Draw twenty digits of each class, ink dark on white, one class a row."""
    rows = [digits.images[np.flatnonzero(digits.labels == value)[:COLUMNS]] for value in range(10)]
    sheet = np.concatenate([np.concatenate(list(row), axis=1) for row in rows])
    Image.fromarray(255 - sheet).resize((sheet.shape[1] * SCALE, sheet.shape[0] * SCALE)).save(path)


def faults_html(rows: Sequence[Row]) -> str:
    """Return the table of faults as HTML."""
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row.cells()) + "</tr>" for row in rows
    )
    heads = "".join(f"<th>{html.escape(heading)}</th>" for heading in HEADINGS)
    seeds = len(rows[0].test)
    return (
        f"<p>Two epochs each, {seeds} seed(s): mean (range) of the share that is right, in per cent.</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    )
