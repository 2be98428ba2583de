"""Pictures in, rows out, and never an exception for a picture: what every engine runs in its workers.

No engine is imported here, nor a file format: whoever calls it opens the pictures and writes the rows.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from zeronine import __version__
from zeronine.bulk.pages import Page, check_documents, page_reader
from zeronine.bulk.rows import Row, error_row, row_of
from zeronine.documents.forms import Form
from zeronine.errors import ZeronineError
from zeronine.models import SHIPPED, Model, model_file
from zeronine.options import ReadOptions
from zeronine.reading.limits import MAX_MEGAPIXELS
from zeronine.reading.load import load_pages
from zeronine.reading.reader import Reader


class BatchReader:
    """Reads many pictures with one model, opened once in a process."""

    def __init__(
        self,
        model: Model = None,
        *,
        options: ReadOptions | None = None,
        form: Form | None = None,
        table: bool = False,
        max_megapixels: float = MAX_MEGAPIXELS,
        threads: int = 1,
    ) -> None:
        """Open a model for `threads` CPU threads; pictures of more than `max_megapixels` are not decoded.

        With a `form` every page is read as that form, with `table` as a table.
        The number is always set: ONNX Runtime otherwise takes as many as the *host* has cores, whatever a
        container may use.
        """
        options = options or ReadOptions()
        check_documents(options, form=form is not None, table=table)
        self.reader = Reader(model_file(model), threads=threads, max_megapixels=max_megapixels)
        self.read_page = page_reader(self.reader, options, form=form, table=table)
        self.model = model_name(self.reader.classify.path)

    def rows(self, pictures: Iterable[tuple[str, str | bytes | ZeronineError]]) -> Iterator[Row]:
        """Give one row for each (id, picture), in order.

        A picture is a path, the bytes of a file, or the error that kept it from being opened.
        """
        for name, picture in pictures:
            yield self.row(name, picture)

    def row(self, name: str, picture: str | bytes | ZeronineError) -> Row:
        """Return the row of one picture; whatever goes wrong is in its `error`."""
        start = time.perf_counter()
        row = (
            error_row(name, str(picture)) if isinstance(picture, ZeronineError) else self._read(name, picture)
        )
        row |= {"model": self.model, "version": __version__}
        row["milliseconds"] = 1000 * (time.perf_counter() - start)
        return row

    def _read(self, name: str, picture: str | bytes) -> Row:
        """Read page after page; those before a damaged one are kept."""
        readings: list[Page] = []
        error = None
        try:
            for page in load_pages(picture, max_megapixels=self.reader.max_megapixels):
                reading, shortfall = self.read_page(page)
                readings.append(reading)
                error = error or shortfall
            return row_of(name, readings, error=error)
        except ZeronineError as known:
            error = str(known)
        except Exception as unknown:  # noqa: BLE001  one picture of ten million must not stop the others
            error = f"our mistake, please report it: {type(unknown).__name__}: {str(unknown)[:200]}"
            return error_row(name, error)
        return row_of(name, readings, error=error)


@lru_cache(maxsize=8)
def model_name(path: Path) -> str:
    """Return what rows call a model: the file's name and the beginning of the SHA-256 of what reads.

    For the shipped model that is every file that lies beside it: a job takes most of them.
    """
    files = sorted([*path.parent.glob("*.onnx"), *path.parent.glob("*.json")]) if path == SHIPPED else [path]
    digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files))
    return f"{path.stem}:{digest.hexdigest()[:12]}"
