"""A picture of a table in, rows of cells out: ruled, half-ruled, not ruled, seen askew.

The page is read once; what was read is put into the cells of the grid that `grid.py` finds.  Boxes are
in pixels of the picture as it came.
"""

import csv
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np

from zeronine.answers import SURE, Box, Number
from zeronine.documents.grid import Grid
from zeronine.documents.layout import grid_of
from zeronine.documents.ruled import rules_of
from zeronine.documents.sheet import SEEN, Floats, Ints, Part, Sheet, box_round, moved, read_sheet
from zeronine.documents.words import is_named, words_in
from zeronine.documents.written import written_of
from zeronine.errors import OptionError
from zeronine.extras import missing
from zeronine.files import no_formula
from zeronine.options import Expected, expected
from zeronine.reading.finder import Grey
from zeronine.reading.load import Picture, load
from zeronine.reading.page import Matrix
from zeronine.reading.reader import Reader

SHOWN_PX = 96  #: longest side of a cell's little picture


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, how sure that is, and where it is."""

    text: str  #: as written; "" where it is empty
    value: Any  #: what the text amounts to, of the kind that was asked for; None where it is no single value
    confidence: float  #: that the text is right, in [0, 1]; of an empty cell: that it is empty
    box: Box
    written: str = "unknown"  #: "pen", "print" or "unknown"
    row: int = 0  #: where it begins, from 0
    column: int = 0
    rows: int = 1  #: how many it covers
    columns: int = 1
    met: bool = True  #: whether it is of the kind that was asked for
    cost: float = 0.0  #: log-likelihood (nats) that it cost to make it so
    unread: tuple[Box, ...] = ()  #: writing in it that was seen and not read
    numbers: tuple[Number, ...] = ()
    words: str = ""  #: what the extra `words` read there, if it was asked
    picture: Grey | None = field(default=None, repr=False, compare=False)  #: a small copy, (h, w)

    @property
    def shown(self) -> str:
        """The words that stand in it where they are words, else the text."""
        return self.words if is_named(self.words) else self.text

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "text": self.text,
            "words": self.words,
            "value": None if self.value is None else str(self.value),
            "confidence": round(self.confidence, 4),
            "written": self.written,
            "row": self.row,
            "column": self.column,
            "rows": self.rows,
            "columns": self.columns,
            "met": self.met,
            "cost": round(self.cost, 2),
            "unread": [box.to_dict() for box in self.unread],
            "box": self.box.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Sum:
    """What a column or row adds up to, held against the total that stands in it."""

    total: Decimal | None  #: as written
    added: Decimal  #: what the others add up to
    missing: tuple[Cell, ...]  #: cells with something in them that is no amount: they were not added

    @property
    def fits(self) -> bool | None:
        """Whether both agree; None where it cannot be said."""
        return None if self.total is None or self.missing else self.total == self.added


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells.  A cell that covers several places stands in each of them, the same object."""

    rows: tuple[tuple[Cell, ...], ...]
    width: int  #: of the picture, pixels
    height: int
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell once, row by row."""
        for i, row in enumerate(self.rows):
            yield from (cell for j, cell in enumerate(row) if (cell.row, cell.column) == (i, j))

    @property
    def texts(self) -> list[list[str]]:
        """The texts, row by row; a cell that covers several places is told at its first, else there is ""."""
        return [
            [cell.shown if (cell.row, cell.column) == (i, j) else "" for j, cell in enumerate(row)]
            for i, row in enumerate(self.rows)
        ]

    def to_csv(self) -> str:
        """Return the texts as CSV, a line for each row; a word that would be a formula has a ' before it."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(map(no_formula, row) for row in self.texts)
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: the texts, and every cell once."""
        return {
            "shape": list(self.shape),
            "rows": self.texts,
            "cells": [cell.to_dict() for cell in self.cells],
            "width": self.width,
            "height": self.height,
            "notes": list(self.notes),
        }

    def to_dataframe(self) -> Any:
        """Return a pandas or, where that is not installed, polars DataFrame of the texts, a column for each.

        Raises MissingExtraError where neither is installed.
        """
        columns = [list(column) for column in zip(*self.texts, strict=True)]
        data = {str(index): column for index, column in enumerate(columns)}
        for name in ("pandas", "polars"):
            try:
                return __import__(name).DataFrame(data)
            except ModuleNotFoundError:
                continue
        raise missing("pandas", extra="tables")

    def check_sum(self, *, column: int | None = None, row: int | None = None) -> Sum:
        """Hold the last amount of a column (or of a row) against the sum of those before it.

        Columns and rows are counted from 0, from the end below 0.  Raises OptionError where there is no such
        column or row, or not one of both is given.
        """
        line = self._line(column=column, row=row)
        cells = list(dict.fromkeys(id(cell) for cell in line))
        once = [next(cell for cell in line if id(cell) == name) for name in cells]
        filled = [cell for cell in once if cell.text]
        amounts = [cell for cell in filled if isinstance(cell.value, Decimal)]
        no_amount = tuple(cell for cell in filled if not isinstance(cell.value, Decimal))
        total = amounts[-1].value if amounts and filled[-1] is amounts[-1] else None
        return Sum(total, sum((cell.value for cell in amounts[:-1]), Decimal(0)), no_amount)

    def _line(self, *, column: int | None, row: int | None) -> Sequence[Cell]:
        if (column is None) == (row is None):
            raise OptionError(f"check_sum takes a column or a row, not column={column}, row={row}: give one")
        which, count = (column, self.shape[1]) if row is None else (row, self.shape[0])
        assert which is not None
        if not -count <= which < count:
            raise OptionError(
                f"the table has {self.shape[0]} rows and {self.shape[1]} columns: there is no {which}"
            )
        return self.rows[which] if column is None else [cells[which] for cells in self.rows]

    def _repr_html_(self) -> str:
        """Return the table with the little picture of each cell over its text, for notebooks."""
        rows = []
        for i, row in enumerate(self.rows):
            own = [cell for j, cell in enumerate(row) if (cell.row, cell.column) == (i, j)]
            rows.append(f"<tr>{''.join(map(_as_html, own))}</tr>")
        return f"<table>{''.join(rows)}</table>"


def _as_html(cell: Cell) -> str:
    colour = "#008c46" if cell.confidence >= SURE else "#dc5a00"
    image = ""
    if cell.picture is not None:
        import base64

        from zeronine.reading.overlay import as_png

        data = base64.b64encode(as_png(cell.picture)).decode()
        image = f'<img alt="" src="data:image/png;base64,{data}"><br>'
    return (
        f'<td rowspan="{cell.rows}" colspan="{cell.columns}" title="{cell.confidence:.2f}">{image}'
        f'<span style="color: {colour}">{html.escape(cell.text)}</span></td>'
    )


# ---- reading ----


def read_table(
    picture: Picture,
    *,
    reader: Reader | None = None,
    columns: Sequence[Any] | None = None,
    min_confidence: float | None = None,
    words: bool = False,
) -> Table:
    """Read the largest table of a picture.

    `picture` is anything that `load` takes.  `columns` says what each column holds, as `expect` of
    `zeronine.read` does, None where nothing is known.  Digits less sure than `min_confidence` are `?`.
    With `words` (the extra of that name), headings and names are read, too.
    Raises PictureError for what is no picture; a picture without a table gives one without rows.
    """
    reader = reader or Reader()
    kinds = None if columns is None else [expected(one) for one in columns]
    grey = load(picture, max_megapixels=reader.max_megapixels)
    sheet = read_sheet(grey, reader, least=min_confidence)
    rules = rules_of(
        grey,
        quarters=sheet.sight.quarters,
        written=sheet.characters,
        height=sheet.character_px,
        tilt=sheet.sight.tilt,
    )
    grid = grid_of(rules, _level_boxes(sheet, rules.to_level), _height(sheet, rules.to_level))
    if grid is None:
        return Table((), grey.shape[1], grey.shape[0], ("no table was found",))
    if kinds is not None and len(kinds) != grid.shape[1]:
        raise OptionError(
            f"kinds are given for {len(kinds)} columns, the table has {grid.shape[1]}: "
            "give one for each, None where nothing is known"
        )
    said = words_in(sheet, grid, rules.to_level) if words else {}
    return _filled(sheet, grid, rules.to_level, kinds, said)


def _level_boxes(sheet: Sheet, to_level: Matrix) -> Floats:
    """Return the boxes (n, 4) of what is likely written, in the level frame."""
    marks = sheet.weighed.marks.keep(sheet.usual)
    middles = moved(moved(marks.middles, sheet.sight.to_picture), to_level)
    half = np.stack([marks.widths, marks.heights], axis=1) / 2 * _scale(sheet, to_level)
    return np.concatenate([middles - half, middles + half], axis=1)


def _height(sheet: Sheet, to_level: Matrix) -> float:
    return sheet.character_px * float(np.sqrt(abs(np.linalg.det(to_level[:, :2]))))


def _scale(sheet: Sheet, to_level: Matrix) -> float:
    both = to_level[:, :2] @ sheet.sight.to_picture[:, :2]
    return float(np.sqrt(abs(np.linalg.det(both))))


def _filled(
    sheet: Sheet, grid: Grid, to_level: Matrix, kinds: list[Expected | None] | None, said: Mapping[int, str]
) -> Table:
    """Read every cell of a grid."""
    weighed = sheet.weighed
    seen = np.flatnonzero((np.maximum(weighed.exists, weighed.sign) > SEEN) | (weighed.marks.place > 0))
    rows, columns = grid.place(moved(sheet.middles[seen], to_level))
    inside = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
    names = np.full(len(seen), -1)
    slots = np.array(grid.slots)
    names[inside] = slots[rows[inside], columns[inside]]
    back = np.linalg.inv(np.vstack([to_level, [0, 0, 1]]))[:2]
    cells: dict[int, Cell] = {}
    for name in np.unique(slots):
        where = np.argwhere(slots == name)
        kind = None if kinds is None else kinds[int(where[0, 1])]
        cell = _cell(sheet, grid, where, seen[names == name], back, kind)
        cells[int(name)] = replace(cell, words=said.get(int(name), ""))
    by = written_of([[d for number in cell.numbers for d in number.digits] for cell in cells.values()])
    cells = {name: replace(cell, written=one) for (name, cell), one in zip(cells.items(), by, strict=True)}
    found = tuple(tuple(cells[int(name)] for name in row) for row in slots)
    return Table(found, sheet.grey.shape[1], sheet.grey.shape[0])


def _cell(sheet: Sheet, grid: Grid, where: Ints, which: Ints, back: Matrix, kind: Expected | None) -> Cell:
    """Read the marks `which` as the cell that covers the slots `where` (k, 2)."""
    part: Part = sheet.part(which, kind)
    corners = np.concatenate([grid.corners(int(row), int(column)) for row, column in where])
    box = box_round(moved(corners, back), sheet.grey.shape)
    (row, column), sides = where.min(axis=0), np.ptp(where, axis=0) + 1
    return Cell(
        text=part.text,
        value=part.value,
        confidence=part.confidence,
        box=box,
        row=int(row),
        column=int(column),
        rows=int(sides[0]),
        columns=int(sides[1]),
        met=part.met or not part.text,
        cost=part.cost,
        unread=part.unread,
        numbers=part.numbers,
        picture=_little(sheet.grey, box),
    )


def _little(grey: Grey, box: Box) -> Grey:
    part = grey[box.y : box.y + box.height, box.x : box.x + box.width]
    step = -(-max(part.shape) // SHOWN_PX)
    return part[::step, ::step].copy()
