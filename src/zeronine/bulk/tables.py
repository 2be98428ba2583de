"""Rows as Arrow tables and Parquet files: the columns, their types, and a file that is whole or not there."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zeronine.bulk.rows import Row
from zeronine.files import write_beside

Table = Any  #: pyarrow.Table; pyarrow carries no types

_BOX = [("x", pa.int32()), ("y", pa.int32()), ("width", pa.int32()), ("height", pa.int32())]
_NUMBER = [
    ("text", pa.string()),
    ("value", pa.string()),
    ("confidence", pa.float32()),
    ("page", pa.int32()),
    ("line", pa.int32()),
    *_BOX,
]
_DIGIT = [("number", pa.int32()), ("value", pa.int8()), ("confidence", pa.float32())]
_TEXT = [
    ("text", pa.string()),
    ("value", pa.string()),
    ("confidence", pa.float32()),
    ("met", pa.bool_()),
    *_BOX,
]
_FIELD = [("page", pa.int32()), ("name", pa.string()), *_TEXT]
_PLACE = [(name, pa.int32()) for name in ("page", "row", "column", "rows", "columns")]

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("value", pa.string()),
        ("confidence", pa.float32()),
        ("numbers", pa.list_(pa.struct(_NUMBER))),
        ("digits", pa.list_(pa.struct(_DIGIT))),
        ("boxes", pa.list_(pa.struct(_BOX))),  # of the digits, in the same order
        ("unread", pa.list_(pa.struct([("page", pa.int32()), *_BOX]))),
        ("fields", pa.list_(pa.struct(_FIELD))),  # null where pages are not read as a form
        ("cells", pa.list_(pa.struct([*_PLACE, *_TEXT]))),  # null where they are not read as tables
        ("pages", pa.int32()),
        ("error", pa.string()),  # null where it went well
        ("model", pa.string()),
        ("version", pa.string()),
        ("milliseconds", pa.float32()),
    ]
)


def table_of(rows: Sequence[Row]) -> Table:
    """Return rows as a table with the columns of SCHEMA."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def write_table(table: Table, path: Path) -> None:
    """Write a Parquet file at once: it is there whole, or not at all."""
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd")
    write_beside(path, content.getvalue())
