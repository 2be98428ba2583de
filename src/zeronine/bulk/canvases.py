"""Canvases in packed arrays, (N, 28, 28) in a .npy or .npz file: through the classifier alone, by columns.

Nothing is looked for and nothing made a canvas here: who has canvases already wants them named, fast.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zeronine import __version__
from zeronine.bulk.batch_reader import model_name
from zeronine.bulk.inputs import Item, matching
from zeronine.bulk.job import Precision
from zeronine.bulk.quick import Quick, is_doubtful
from zeronine.bulk.tables import SCHEMA, Table
from zeronine.canvas import SIDE
from zeronine.errors import DataError
from zeronine.models import Model
from zeronine.options import ReadOptions
from zeronine.reading.classify import Answers, Classifier
from zeronine.reading.reader import MIN_CONFIDENCE

SUFFIXES = (".npy", ".npz")
AT_ONCE = 512  #: canvases, so that they stay in the core's cache: a tenth faster than 50,000 at once
DAMAGED = "not a canvas: it has NaN, or values outside [0, 1]"

Array = npt.NDArray[Any]
Names: TypeAlias = Callable[[Array], Answers]


def items_of(source: str, *, shard_size: int) -> Iterator[Item]:
    """Give runs of canvases, each one shard: `offset` is its first canvas, `size` their number."""
    for path in matching(source):
        count = len(opened(path))
        for start in range(0, count, shard_size):
            size = min(shard_size, count - start)
            yield Item(id=f"{path.name}#{start}", place=str(path).encode(), offset=start, size=size)


@lru_cache(maxsize=1)
def opened(path: Path) -> Array:
    """Return the canvases of a file, (N, 28, 28); a .npy is mapped, a .npz is read whole.

    Raises DataError for what is no such file.
    """
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
        array = found if isinstance(found, np.ndarray) else _only(found, path)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"{path}: cannot be read as an array ({str(error)[:120]}): save it again", file=path
        ) from None
    if array.ndim != 3 or array.shape[1:] != (SIDE, SIDE) or not _fits(array.dtype):
        raise DataError(
            f"{path}: canvases are (N, {SIDE}, {SIDE}), uint8 with ink = 255 or floats with ink = 1, "
            f"this is {array.shape} {array.dtype}: pictures of any size go in as files",
            file=path,
        )
    return array


def _only(file: Any, path: Path) -> Array:
    if len(file.files) == 1:
        return np.asarray(file[file.files[0]])
    for name in ("canvases", "images"):
        if name in file.files:
            return np.asarray(file[name])
    raise DataError(
        f"{path}: holds {', '.join(file.files)}: name the array of canvases 'canvases'", file=path
    )


def _fits(kind: Any) -> bool:
    return kind == np.uint8 or np.issubdtype(kind, np.floating)


class CanvasReader:
    """Names canvases with one model, opened once in a process."""

    def __init__(
        self,
        model: Model = None,
        *,
        options: ReadOptions | None = None,
        precision: Precision = Precision.float32,
        threads: int = 1,
    ) -> None:
        """Open a model for `threads` CPU threads; `int8` is there for the shipped one alone."""
        self.classify = Classifier(model, threads=threads)
        self.model = model_name(self.classify.path)
        self.quick = Quick(threads=threads) if precision is Precision.int8 else None
        asked = None if options is None else options.min_confidence
        self.least = MIN_CONFIDENCE if asked is None else asked

    def table(self, item: Item) -> Table:
        """Return one row for each canvas of a run; what is no canvas has an error."""
        path = Path(item.place.decode())
        first, count = item.offset or 0, item.size or 0
        canvases = opened(path)[first : first + count]  # (n, 28, 28)
        every = np.arange(count)
        digit, sure, bad = self._named(self.quick or self.classify, canvases, every)  # (n,) each
        again = is_doubtful(sure) if self.quick else np.zeros(count, np.bool_)
        if again.any():
            digit[again], sure[again], _ = self._named(self.classify, canvases, every[again])
        return self._columns(path.name, first, digit, sure, bad, again)

    def _named(self, classify: Names, canvases: Array, which: Array) -> tuple[Array, Array, Array]:
        """Return the digit of some canvases, how sure it is, and whether it is none; all (n,)."""
        starts = range(0, len(which), AT_ONCE)
        parts = [_some_named(classify, canvases[which[start : start + AT_ONCE]]) for start in starts]
        digit, sure, bad = (np.concatenate(column) for column in zip(*parts, strict=True))
        return digit, sure, bad

    def _columns(self, name: str, first: int, digit: Array, sure: Array, bad: Array, again: Array) -> Table:
        count = len(digit)
        numbers = pa.array(np.arange(first, first + count)).cast(pa.string())
        value = pa.array(digit, mask=bad | (sure < self.least)).cast(pa.string())
        columns = {
            "id": pc.binary_join_element_wise(name, numbers, "#"),
            "text": pc.if_else(pa.array(bad), "", value.fill_null("?")),
            "value": value,
            "confidence": pa.array(sure.astype(np.float32), mask=bad),
            "pages": pa.array(np.where(bad, 0, 1).astype(np.int32)),
            "error": pc.if_else(pa.array(bad), DAMAGED, pa.scalar(None, pa.string())),
            "model": self._models(again),
            "version": pa.repeat(__version__, count),
        }
        nothing = {field.name: pa.nulls(count, field.type) for field in SCHEMA if field.name not in columns}
        return pa.table({**nothing, **columns}).select(SCHEMA.names).cast(SCHEMA)

    def _models(self, again: Array) -> Any:
        """Return who named each canvas, (n,): the eight-bit file, or the model where it was asked again."""
        if self.quick is None:
            return pa.repeat(self.model, len(again))
        return pc.if_else(pa.array(again), self.model, model_name(self.quick.path))


def _some_named(classify: Names, canvases: Array) -> tuple[Array, Array, Array]:
    """Return the digit of a few canvases, how sure it is, and whether it is none; all (n,)."""
    bad = _damaged(canvases)
    if bad.any():
        canvases = np.where(bad[:, None, None], 0, canvases).astype(canvases.dtype)
    answers = classify(canvases)
    return answers.logits.argmax(axis=1).astype(np.int8), np.where(bad, 0, answers.certainty), bad


def _damaged(canvases: Array) -> npt.NDArray[np.bool_]:
    """(n,): whether a canvas has values that no canvas has."""
    if canvases.dtype == np.uint8:
        return np.zeros(len(canvases), np.bool_)
    flat = canvases.reshape(len(canvases), -1)
    with np.errstate(invalid="ignore"):
        return np.asarray(~((flat >= 0) & (flat <= 1)).all(axis=1))
