"""Are made pages turned upright, and how long does a photographed letter page with a table take?

    python benchmarks/made_pages.py --pages 50 --seed 0

Each of the pages, tables as `made_tables.py` makes them, is shown four ways: upright, on its head, on
either side.  Then a page of 12 megapixels with a ruled table of 10 x 30 is read on one thread, three times;
the median of the processor's seconds is told.  The last line is JSON.
"""

import argparse
import json
import time
from typing import Any

import numpy as np

from made_tables import STYLES, Plan, Sheet, blank, draw_rules, fill, made_table, on_paper
from zeronine.data.mnist import load
from zeronine.data.pages.crops import Desk
from zeronine.data.pages.desks import desk_of
from zeronine.documents.tables import read_table
from zeronine.metrics import wilson
from zeronine.reading.page import look
from zeronine.reading.reader import Reader

WIDE, HIGH = 3000, 4000  #: pixels of a letter page at 12 megapixels
ROWS, COLUMNS = 30, 10


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    desk, reader = desk_of(load("validation"), held_apart=True), Reader()
    print(json.dumps(count_turned(desk, reader, asked.pages, asked.seed) | time_letter(desk, reader)))


def count_turned(desk: Desk, reader: Reader, count: int, seed: int) -> dict[str, Any]:
    """Show every page four ways; it is right where exactly the missing turn was made."""
    right = [0, 0, 0, 0]
    for index in range(count):
        g = np.random.default_rng([seed, 5, index])
        made = made_table(desk, g, STYLES[index % len(STYLES)], photographed=index % 2 == 1)
        for quarters in range(4):
            lying = np.ascontiguousarray(np.rot90(made.picture, -quarters))
            right[quarters] += look(lying, reader.finder).quarters == quarters
    low, high = wilson(sum(right), 4 * count)
    print(f"upright: {sum(right)} of {4 * count} [{low:.1%}, {high:.1%}], by quarters {right} of {count}")
    return {"turned": [sum(right), 4 * count], "by quarters": right}


def letter_page(desk: Desk) -> Sheet:
    """Return a letter page with a ruled table on it, full of digits."""
    g = np.random.default_rng(0)
    xs, ys = np.linspace(200, WIDE - 200, COLUMNS + 1), np.linspace(300, HIGH - 300, ROWS + 1)
    texts = [[f"{g.integers(0, 1000)}" for _ in range(COLUMNS)] for _ in range(ROWS)]
    spans = {(row, column): (row, column, 1, 1) for row in range(ROWS) for column in range(COLUMNS)}
    plan = Plan("ruled", xs, ys, 60.0, texts, words=False, spans=spans)
    ink = blank(WIDE, HIGH)
    draw_rules(ink, plan, g)
    fill(ink, plan, desk, g)
    return on_paper(ink, g)


def time_letter(desk: Desk, reader: Reader) -> dict[str, Any]:
    """Time the reading of a letter page's table."""
    page, times = letter_page(desk), []
    for _ in range(3):
        began = time.process_time()
        table = read_table(page, reader=reader)
        times.append(time.process_time() - began)
    print(f"12 megapixels, table of {table.shape}: {sorted(times)[1]:.2f} s of processor time")
    return {"letter page, processor s": round(sorted(times)[1], 2), "shape": list(table.shape)}


if __name__ == "__main__":
    main()
