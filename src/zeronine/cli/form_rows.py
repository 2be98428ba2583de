"""Rows of filled forms: CSV as they come, or one file when all are there."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

from zeronine.cli.names import cell, shown
from zeronine.errors import OptionError


class FormRows:
    """Rows with a column for each field, written to the terminal or to a file."""

    def __init__(self, names: list[str], out: Path | None) -> None:
        """Begin the table; raise OptionError for a file that is neither CSV nor Parquet."""
        if out is not None and out.suffix.lower() not in (".csv", ".parquet"):
            raise OptionError(
                f"--out {out}: give a name that ends in .csv or .parquet", field="out", value=out
            )
        self._out = out
        self._parquet = out is not None and out.suffix.lower() == ".parquet"
        if self._parquet:
            from zeronine.extras import need

            need("pyarrow", extra="bulk")
        self._columns = ["file", "page", *names, "unsure", "error"]
        self._rows: list[list[Any]] = []
        self._text = sys.stdout if out is None else io.StringIO()
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(map(cell, self._columns))

    def write(self, file: str, page: int, texts: list[str], unsure: list[str], error: str) -> None:
        """Write one page; what stands in a file is kept until it is whole."""
        row = [file, page, *texts, " ".join(unsure), error]
        self._csv.writerow([cell(file), page, *texts, cell(" ".join(unsure)), cell(error)])
        if self._out is None:
            self._text.flush()
        elif self._parquet:
            self._rows.append(
                [shown(one) if isinstance(one, str) else one for one in row]
            )  # it is UTF-8 there

    def close(self) -> None:
        """Write the file, whole or not at all."""
        if self._out is None:
            return
        from zeronine.files import write_beside

        if not self._parquet:
            assert isinstance(self._text, io.StringIO)
            write_beside(self._out, self._text.getvalue().encode())
            return
        import pyarrow as pa

        from zeronine.bulk.tables import write_table

        columns = zip(*self._rows, strict=True) if self._rows else [[] for _ in self._columns]
        types = [pa.int32() if name == "page" else pa.string() for name in self._columns]
        arrays = [pa.array(list(one), kind) for one, kind in zip(columns, types, strict=True)]
        write_table(pa.Table.from_arrays(arrays, names=self._columns), self._out)
