"""A drawn table is read as it was drawn, and comes out as CSV, JSON, a data frame and HTML."""

import json
import re
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from drawn import askew, drawn_table
from zeronine.documents.tables import Table, read_table
from zeronine.errors import ExpectationError, MissingExtraError, OptionError
from zeronine.reading.reader import Reader

TEXTS = [["12", "305", ""], ["7", "", "48"], ["19", "305", "48"], ["2", "6", "961"]]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def table(reader: Reader) -> Table:
    return read_table(drawn_table(TEXTS), reader=reader)


def test_a_ruled_table_is_read_cell_by_cell(table: Table) -> None:
    assert table.texts == TEXTS


def test_every_cell_has_its_place_in_the_picture(table: Table) -> None:
    box = table.rows[2][1].box
    assert abs(box.x - 170) < 6
    assert abs(box.y - 160) < 6
    assert abs(box.width - 130) < 10
    assert abs(box.height - 60) < 10


def test_empty_cells_say_how_sure_it_is_that_they_are_empty(table: Table) -> None:
    assert table.rows[0][2].text == ""
    assert table.rows[0][2].confidence > 0.5


def test_a_table_seen_askew_is_read_the_same(reader: Reader) -> None:
    """Every digit is in its cell, and none is wrong; a single one may be unsure."""
    seen, _ = askew(drawn_table(TEXTS))
    table = read_table(seen, reader=reader)
    cells = [(cell.text, TEXTS[cell.row][cell.column]) for cell in table.cells]
    assert table.shape == (4, 3)
    assert all(re.fullmatch(text.replace("?", "."), true) for text, true in cells)
    assert sum(text.count("?") for text, _ in cells) <= 1


def test_csv_json_and_data_frame_hold_the_texts(table: Table) -> None:
    assert table.to_csv() == "".join(",".join(row) + "\n" for row in TEXTS)
    assert json.loads(json.dumps(table.to_dict()))["rows"] == TEXTS
    frame = table.to_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert frame.to_numpy().tolist() == TEXTS


def test_polars_serves_where_pandas_is_not_installed(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    frame = table.to_dataframe()
    assert isinstance(frame, pl.DataFrame)
    assert [list(row) for row in frame.rows()] == TEXTS


def test_without_either_the_line_that_installs_one_is_told(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match="tables"):
        table.to_dataframe()


def test_a_notebook_shows_every_cell(table: Table) -> None:
    shown = table._repr_html_()
    assert shown.count("<td") == 12
    assert shown.count("<img") == 12
    assert ">961<" in shown


def test_the_sum_of_a_column_is_checked(table: Table) -> None:
    """12 + 7 + 19 are not 2; the cells of the last column are 48 + 48, and 961 stands below them."""
    first = table.check_sum(column=0)
    assert (first.total, first.added, first.fits) == (Decimal(2), Decimal(38), False)


def test_a_sum_that_fits_is_told(reader: Reader) -> None:
    good = read_table(drawn_table([["12", "5"], ["7", "3"], ["19", "8"]]), reader=reader)
    assert [good.check_sum(column=0).fits, good.check_sum(column=-1).fits] == [True, True]


def test_a_column_that_is_not_there_is_refused(table: Table) -> None:
    with pytest.raises(OptionError, match="4 rows and 3 columns"):
        table.check_sum(column=3)
    with pytest.raises(OptionError, match="give one"):
        table.check_sum()


def test_the_kind_of_a_column_gives_its_values(reader: Reader) -> None:
    table = read_table(drawn_table(TEXTS), reader=reader, columns=["one_of(12, 7, 19, 2)", None, None])
    assert [row[0].value for row in table.rows] == ["12", "7", "19", "2"]


def test_kinds_for_other_columns_than_there_are_are_refused(reader: Reader) -> None:
    with pytest.raises(OptionError, match="2 columns, the table has 3"):
        read_table(drawn_table(TEXTS), reader=reader, columns=["amount", None])
    with pytest.raises(ExpectationError, match="colour"):
        read_table(drawn_table(TEXTS), reader=reader, columns=["colour", None, None])


def test_a_blank_picture_has_a_table_without_rows(reader: Reader) -> None:
    table = read_table(np.full((200, 300), 240, np.uint8), reader=reader)
    assert (table.shape, table.notes) == ((0, 0), ("no table was found",))
    assert table.to_csv() == ""
