"""Is a cell of a made table told to be printed or by pen?  The last line is JSON.

    python benchmarks/written.py --tables 24 --seed 2            judge
    python benchmarks/written.py --tables 24 --seed 1 --fit      fit the weights, too

Ruled tables as in made_tables.py, clean and photographed in turns: of every table nothing is printed, or its
first column, or every second cell by chance, or everything; printed and written digits are of one size.
Fonts and hands are those that nothing was trained on.  Cells are held against the truth where the middle of
a place lies, if anything stands there and its digits were read.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

import made_tables
from made_tables import Generator, MadeTable, Plan, Sheet, made_table, some_hand
from zeronine.answers import Digit
from zeronine.data.mnist import load
from zeronine.data.pages.crops import Desk
from zeronine.data.pages.desks import desk_of
from zeronine.documents.tables import Cell, read_table
from zeronine.documents.written import PEN, PRINT, features_of
from zeronine.reading.reader import Reader

WAYS = ("nothing", "first column", "every second", "everything")
PENS = ("mnist", "strokes")  #: hands that write no two digits alike; those of fonts stamp
RIDGE = 1e-3


class Printing:
    """Fills tables as made_tables does, some cells in print; keeps which."""

    def __init__(self) -> None:
        self.way, self.printed = WAYS[0], set[tuple[int, int]]()

    def table(self, desk: Desk, g: Generator, *, photographed: bool) -> MadeTable:
        """Make a table that is filled here."""
        before, made_tables.fill = made_tables.fill, self.fill
        try:
            return made_table(desk, g, "ruled", photographed=photographed)
        finally:
            made_tables.fill = before

    def fill(self, ink: Sheet, plan: Plan, desk: Desk, g: Generator) -> None:
        """Write every cell's text by pen or in print."""
        pen = some_hand(desk, g, str(g.choice(PENS)))
        press, self.printed = some_hand(desk, g, "print"), set()
        for row, texts in enumerate(plan.texts):
            for column, text in enumerate(texts):
                chance = {"nothing": 0.0, "first column": float(column == 0), "every second": 0.5}
                if g.random() < chance.get(self.way, 1.0):
                    self.printed.add((row, column))
                if text:
                    hand = press if (row, column) in self.printed else pen
                    made_tables.place(ink, plan, (row, column), text, hand, plan.height, "left", g)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", type=int, default=24)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    counts, features, printed = counted(tables=asked.tables, seed=asked.seed)
    told: dict[str, Any] = {"tables": asked.tables, "seed": asked.seed, "cells": dict(sorted(counts.items()))}
    if asked.fit:
        told["weights"] = fitted(features, printed)
    print(json.dumps(told, indent=1))
    print(json.dumps(told))


def counted(*, tables: int, seed: int, ways: Sequence[str] = WAYS) -> tuple[Counter[str], Any, Any]:
    """Return what was told of how many cells; and each digit's features (n, 3), and whether it is print."""
    desk, reader, printing = desk_of(load("validation"), held_apart=True), Reader(), Printing()
    counts: Counter[str] = Counter()
    features, printed = [np.zeros((0, 3))], [np.zeros(0, np.bool_)]
    for index in range(tables):
        photographed = bool(index // len(ways) % 2)
        printing.way = ways[index % len(ways)]
        g = np.random.default_rng([seed, 5, index])
        made = printing.table(desk, g, photographed=photographed)
        found = paired(made, list(read_table(made.picture, reader=reader).cells), printing.printed)
        for cell, is_printed in found:
            told = "photographed" if photographed else "clean"
            counts[f"{told}: {PRINT if is_printed else PEN} told as {cell.written}"] += 1
        digits = [[digit for number in cell.numbers for digit in number.digits] for cell, _ in found]
        where = np.array([place for place, some in enumerate(digits) for _ in some], np.intp)
        flat: list[Digit] = [digit for some in digits for digit in some]
        features.append(features_of(flat, where))
        printed.append(np.array([found[place][1] for place in where], np.bool_))
    return counts, np.concatenate(features), np.concatenate(printed)


def paired(made: MadeTable, cells: list[Cell], printed: set[tuple[int, int]]) -> list[tuple[Cell, bool]]:
    """Return the cells in which something was written and read, and whether that was printed."""
    found = []
    columns = len(made.texts[0])
    for index, (x, y) in enumerate(made.middles):
        row, column = divmod(index, columns)
        hit = [
            one
            for one in cells
            if one.box.x <= x < one.box.x + one.box.width and one.box.y <= y < one.box.y + one.box.height
        ]
        if made.texts[row][column] and len(hit) == 1 and hit[0].numbers:
            found.append((hit[0], (row, column) in printed))
    return found


def fitted(features: Any, printed: Any) -> list[float]:
    """Return the weights of the features and the bias, by logistic regression (Newton)."""
    known = ~np.isnan(features[:, 0])
    x = np.column_stack([features[known], np.ones(known.sum())])
    y, weights = printed[known].astype(np.float64), np.zeros(4)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - chance) - RIDGE * weights
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + RIDGE * np.eye(4)
        weights += np.linalg.solve(curve, slope)
    return [round(float(one), 2) for one in weights]


if __name__ == "__main__":
    main()
