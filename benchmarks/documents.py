"""Count what is read right of made documents: tables, kinds of text, and forms.

    python benchmarks/documents.py --tables 60 --texts 100 --forms 20 --seed 0

All are written with MNIST validation digits and with shapes and fonts that nothing was trained on.
Tables are ruled, half-ruled (across only) or not ruled, clean or photographed with a bend; their
structure is right when rows, columns and merged cells are, and a cell is right when what is read where
its middle lies is what was written.  Texts are read without and with their kind.  Forms are made with
printed labels, boxes and combs, scanned askew or photographed.  The last line is JSON.
"""

import argparse
import json
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from made_tables import (
    FINE,
    STYLES,
    Generator,
    MadeTable,
    Sheet,
    blank,
    made_table,
    on_paper,
    some_hand,
    write,
)
from zeronine.answers import Box
from zeronine.data.mnist import load
from zeronine.data.pages.crops import Desk
from zeronine.data.pages.desks import desk_of
from zeronine.data.pages.paper import Photo, photograph
from zeronine.documents.forms import Field, Form
from zeronine.documents.tables import Table, read_table
from zeronine.errors import FormError
from zeronine.metrics import wilson
from zeronine.reading.reader import Reader

SCAN = Photo(
    light=(0.9, 1.0), fall=0.02, shadow=0.11, tilt=0.002, turn=2.5, blur_px=(0.3, 0.7),
    grain=(0.5, 2.0), mottle=(0.0, 1.0),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", type=int, default=60)
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--forms", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    desk, reader = desk_of(load("validation"), held_apart=True), Reader()
    counts: dict[str, Any] = {}
    counts |= count_tables(desk, reader, asked.tables, asked.seed)
    counts |= count_texts(desk, reader, asked.texts, asked.seed)
    counts |= count_forms(desk, reader, asked.forms, asked.seed)
    print(json.dumps(counts))


def told(name: str, right: int, count: int) -> dict[str, Any]:
    """Print one figure, and return it."""
    low, high = wilson(right, count)
    print(
        f"{name:44} {right:5} of {count:5}  {right / max(count, 1):6.1%}  [{low:.1%}, {high:.1%}]", flush=True
    )
    return {name: [right, count]}


# ---- tables ----


def count_tables(desk: Desk, reader: Reader, count: int, seed: int) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for photographed in (False, True):
        for style in STYLES:
            structure = right = cells = 0
            for index in range(count // len(STYLES)):
                g = np.random.default_rng([seed, 1, STYLES.index(style), photographed, index])
                made = made_table(desk, g, style, photographed=photographed)
                found = read_table(made.picture, reader=reader)
                structure += {(c.row, c.column, c.rows, c.columns) for c in found.cells} == made.spans
                right += sum(cells_right(made, found))
                cells += len(made.middles)
            name = f"{style}, {'photographed' if photographed else 'clean'}"
            counts |= told(f"{name}: structure", structure, count // len(STYLES))
            counts |= told(f"{name}: cells", right, cells)
    return counts


def cells_right(made: MadeTable, found: Table) -> list[bool]:
    """Say of every place whether what is read where its middle lies is what was written."""
    there = list(found.cells)
    right = []
    for text, (x, y) in zip([one for row in made.texts for one in row], made.middles, strict=True):
        hit = [cell for cell in there if _inside(cell.box, x, y)]
        nearest = min(hit, key=lambda cell: cell.box.width * cell.box.height, default=None)
        second = text == "" and nearest is not None and nearest.columns > 1
        right.append(second or (nearest is not None and nearest.text == text))
    return right


def _inside(box: Box, x: float, y: float) -> bool:
    return box.x <= x < box.x + box.width and box.y <= y < box.y + box.height


# ---- kinds ----


def a_date(g: Generator) -> str:
    sign = "./-"[int(g.integers(3))]
    return sign.join((f"{g.integers(1, 29)}", f"{g.integers(1, 13)}", f"{g.integers(1950, 2030)}"))


def an_amount(g: Generator) -> str:
    return f"{int(10 ** g.uniform(0, 4))}{'.,'[int(g.integers(2))]}{g.integers(0, 100):02}"


def a_phone(g: Generator) -> str:
    return "0" + "".join(map(str, g.integers(0, 10, int(g.integers(8, 11)))))


def a_card(g: Generator) -> str:
    digits = [int(one) for one in g.integers(0, 10, 15)]
    doubled = sum(2 * one - 9 * (one > 4) if index % 2 == 0 else one for index, one in enumerate(digits))
    return "".join(map(str, [*digits, -doubled % 10]))


KINDS: dict[str, Callable[[Generator], str]] = {
    "date(order=dmy)": a_date,
    "amount(decimals=2)": an_amount,
    "phone": a_phone,
    "check(luhn)": a_card,
}


def count_texts(desk: Desk, reader: Reader, count: int, seed: int) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for place, (kind, some) in enumerate(KINDS.items()):
        free = expected = silent = 0
        for index in range(count):
            g = np.random.default_rng([seed, 2, place, index])
            text, height = some(g), float(g.uniform(24, 40))
            ink = blank(int((len(text) + 5) * height), int(3 * height))
            write(ink, some_hand(desk, g), text, (height, height), height, g)
            picture, _ = photograph(on_paper(ink, g), Photo(), generator=g)
            free += reader.read(picture).text == text
            reading = reader.read(picture, expect=kind)
            expected += reading.met and reading.text == text
            silent += reading.met and reading.text != text and "?" not in reading.text
        counts |= told(f"{kind}: whole, kind not told", free, count)
        counts |= told(f"{kind}: whole, kind told", expected, count)
        counts |= told(f"{kind}: wrong, and of the kind", silent, count)
    return counts


# ---- forms ----


def made_form(g: Generator) -> tuple[Sheet, tuple[Field, ...]]:
    """Make the ink of an empty form with labels, boxes and combs; fields in pixels of the page."""
    ink = blank(820, 1100)
    cv2.putText(
        ink, "FORM " + "ABCDEFGH"[int(g.integers(8))] * 2, (120, 160), cv2.FONT_HERSHEY_DUPLEX, 2.4, 255, 4
    )
    fields = []
    kinds = ["digits(5)", "date(order=dmy)", "amount(decimals=2)", "phone", "digits(2)", "time"]
    for index, name in enumerate(
        g.permutation(["zip", "born", "total", "phone", "age", "hour", "paid", "due"]).tolist()
    ):
        kind = kinds[int(g.integers(len(kinds)))]
        y = 110 + index * 115 + int(g.integers(0, 25))
        label = (60 * FINE, (y + 35) * FINE)
        words = f"{name} {'of the person' if g.random() < 0.5 else 'in full'}"
        cv2.putText(
            ink, words, label, cv2.FONT_HERSHEY_SIMPLEX, float(g.uniform(1.1, 1.5)), 255, 2, cv2.LINE_AA
        )
        x, high = 330 + int(g.integers(0, 40)), 52
        if kind.startswith("digits("):
            cells = int(kind[7:-1])
            box = Box(x, y, cells * 44, high)
            for cell in range(cells):
                _rectangle(ink, x + cell * 44, y, 44, high)
        else:
            box = Box(x, y, 380, high)
            _rectangle(ink, x, y, 380, high)
        fields.append(Field(name, box, kind))
    return ink, tuple(fields)


def _rectangle(ink: Sheet, x: int, y: int, width: int, height: int) -> None:
    cv2.rectangle(ink, (FINE * x, FINE * y), (FINE * (x + width), FINE * (y + height)), 255, 3)


def a_text(kind: str, g: Generator) -> str:
    if kind.startswith("digits("):
        return "".join(map(str, g.integers(0, 10, int(kind[7:-1]))))
    if kind == "time":
        return f"{g.integers(0, 24)}:{g.integers(0, 60):02}"
    return KINDS[kind](g)


def filled_in(
    ink: Sheet, fields: tuple[Field, ...], desk: Desk, g: Generator
) -> tuple[Sheet, dict[str, str]]:
    """Write into a copy of the form; return it and the texts."""
    page, hand, texts = ink.copy(), some_hand(desk, g), {}
    for one in fields:
        text = texts[one.name] = a_text(one.kind, g)
        height = float(g.uniform(26, 34))
        top = one.box.y + (one.box.height - height) * g.uniform(0.35, 0.65)
        if one.kind.startswith("digits("):
            for cell, digit in enumerate(text):
                write(page, hand, digit, (one.box.x + 44 * cell + 10, top), height, g)
        else:
            write(page, hand, text, (one.box.x + 14, top), height, g)
    return page, texts


def count_forms(desk: Desk, reader: Reader, count: int, seed: int) -> dict[str, Any]:
    """Fill `count` templates, each scanned once and photographed once; then show each the wrong form."""
    counts: dict[str, Any] = {}
    forms = []
    for index in range(count):
        ink, fields = made_form(np.random.default_rng([seed, 3, index]))
        forms.append((ink, Form.make(on_paper(ink, np.random.default_rng(0)), fields)))
    for name, photo in (("scanned", SCAN), ("photographed", Photo(desk=True))):
        right = fields_seen = refused = 0
        for index, (ink, form) in enumerate(forms):
            g = np.random.default_rng([seed, 4, index, name == "scanned"])
            page, texts = filled_in(ink, form.fields, desk, g)
            picture, _ = photograph(on_paper(page, g), photo, generator=g)
            fields_seen += len(texts)
            try:
                answers = form.read(picture, reader=reader).answers
            except FormError:
                refused += 1
                continue
            right += sum(one.text == texts[one.name] for one in answers)
        counts |= told(f"forms {name}: fields", right, fields_seen)
        counts |= told(f"forms {name}: refused", refused, count)
    return counts | told("forms: the wrong one refused", *wrong_forms(forms, reader))


def wrong_forms(forms: list[tuple[Sheet, Form]], reader: Reader) -> tuple[int, int]:
    """Return how often a picture of the next form was refused, and how many were shown."""
    refused = 0
    for (_, form), (other, _) in zip(forms, forms[1:] + forms[:1], strict=True):
        try:
            form.read(on_paper(other, np.random.default_rng(1)), reader=reader)
        except FormError:
            refused += 1
    return refused, len(forms)


if __name__ == "__main__":
    main()
