"""What is read on a page: numbers, the fields of a form, or the cells of a table; as plain data for rows."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from zeronine.documents.forms import Form
from zeronine.documents.tables import read_table
from zeronine.errors import OptionError
from zeronine.options import ReadOptions
from zeronine.reading.finder import Grey
from zeronine.reading.reader import Reader

Page: TypeAlias = Mapping[str, Any]  #: "text", "numbers" and "unread", and of documents "fields" or "cells"
ReadPage: TypeAlias = Callable[[Grey], tuple[Page, str | None]]  #: with what of the options was not met


def page_reader(reader: Reader, options: ReadOptions, *, form: Form | None, table: bool) -> ReadPage:
    """Return what reads a page: as a form, as a table, or as numbers."""
    if form is not None:
        return partial(of_form, form, reader)
    if table:
        return partial(of_table, options.min_confidence, reader)
    return partial(of_numbers, options, reader)


def check_documents(options: ReadOptions, *, form: bool, table: bool) -> None:
    """Raise OptionError for options that a form or a table would leave without effect."""
    if form and table:
        raise OptionError("a page is read as a form or as a table: leave one of them out", field="table")
    allowed = {"min_confidence"} if table else set()
    for name, value in options.to_dict().items():
        if (form or table) and name not in allowed and value not in (None, False):
            what = "a form's template says what stands in a field" if form else "a table is read cell by cell"
            raise OptionError(f"{name} changes nothing here, {what}: leave it out", field=name, value=value)


def of_numbers(options: ReadOptions, reader: Reader, page: Grey) -> tuple[Page, str | None]:
    """Return the numbers of a page."""
    reading = reader.read(page, **options.to_dict())
    return reading.to_dict(), options.shortfall(reading)


def of_form(form: Form, reader: Reader, page: Grey) -> tuple[Page, None]:
    """Return the fields of a page; raise FormError where it does not show the form."""
    answers = form.read(page, reader=reader).to_dict()
    fields = [{"name": name, **answer} for name, answer in answers.items()]
    text = "\n".join(one["text"] for one in fields)
    return {"text": text, "numbers": [], "unread": [], "fields": fields}, None


def of_table(least: float | None, reader: Reader, page: Grey) -> tuple[Page, None]:
    """Return the cells of the largest table of a page; its text is CSV."""
    table = read_table(page, reader=reader, min_confidence=least)
    cells = [cell.to_dict() for cell in table.cells]
    unread = [box for cell in cells for box in cell["unread"]]
    return {"text": table.to_csv(), "numbers": [], "unread": unread, "cells": cells}, None
