"""One row a picture: what bulk reading writes, as plain data.

A row is about one file, however many pages it has; whatever went wrong stands in `error`.
Nothing here knows a file format or an engine: `tables.py` makes Arrow tables of rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

PAGE_BREAK = "\f"  #: between the texts of a file's pages
MEASURED = ("milliseconds",)  #: columns that differ from run to run


def row_of(name: str, readings: Sequence[Mapping[str, Any]], *, error: str | None = None) -> Row:
    """Return the row of a picture, given `Reading.to_dict()` of each page that could be read.

    `value` is the amount of a picture that holds just one number, as decimal text: a fixed number of places
    would change what was written.  `confidence` is that of the least sure number, field or cell; None where
    there is none.  `fields` and `cells` are None where pages are not read as forms or tables.
    """
    fields, cells = (_parts(readings, kind) for kind in ("fields", "cells"))
    numbers = [
        _number(number, page) for page, reading in enumerate(readings, 1) for number in reading["numbers"]
    ]
    digits = [
        (index, digit)
        for index, number in enumerate(each for reading in readings for each in reading["numbers"])
        for digit in number["digits"]
    ]
    return {
        "id": name,
        "text": PAGE_BREAK.join(reading["text"] for reading in readings),
        "value": numbers[0]["value"] if len(numbers) == 1 else None,
        "confidence": min((one["confidence"] for one in [*numbers, *fields, *cells]), default=None),
        "numbers": numbers,
        "digits": [
            {"number": index, "value": digit["value"], "confidence": digit["confidence"]}
            for index, digit in digits
        ],
        "boxes": [digit["box"] for _, digit in digits],
        "unread": [
            {"page": page, **box} for page, reading in enumerate(readings, 1) for box in reading["unread"]
        ],
        "fields": fields if any("fields" in one for one in readings) else None,
        "cells": cells if any("cells" in one for one in readings) else None,
        "pages": len(readings),
        "error": error,
    }


def error_row(name: str, error: str) -> Row:
    """Return the row of a picture that could not be read at all."""
    return row_of(name, (), error=error)


def _parts(readings: Sequence[Mapping[str, Any]], kind: str) -> list[Row]:
    """Return the fields or cells of every page, their boxes laid open."""
    return [
        {"page": page, **part, **part["box"]}
        for page, reading in enumerate(readings, 1)
        for part in reading.get(kind, ())
    ]


def _number(number: Mapping[str, Any], page: int) -> Row:
    return {
        "text": number["text"],
        "value": number["value"],
        "confidence": number["confidence"],
        "page": page,
        "line": number["line"],
        **number["box"],
    }
