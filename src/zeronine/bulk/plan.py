"""The plan of a job: every picture of it, written once, so that every run and every worker means the same.

One Parquet file with one row group a shard: a worker reads the rows of its shard and no others.
A folder that has changed since is not looked at again; what a job means is what its plan says.
"""

import hashlib
import itertools
import os
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zeronine.bulk.inputs import Item
from zeronine.errors import DataError, RunError

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("place", pa.binary()),
        ("offset", pa.int64()),
        ("size", pa.int64()),
        ("error", pa.string()),
    ]
)


class Plan:
    """The pictures of a job, shard by shard; opened anew for every use, so that it goes to any process."""

    def __init__(self, path: Path) -> None:
        """Remember where the plan lies."""
        self.path = path

    def sizes(self) -> list[int]:
        """Return how many pictures each shard has."""
        about = self._opened().metadata
        return [about.row_group(index).num_rows for index in range(about.num_row_groups)]

    def items(self, shard: int) -> list[Item]:
        """Return the pictures of one shard."""
        return [Item(**row) for row in self._opened().read_row_group(shard).to_pylist()]

    def _opened(self) -> Any:
        try:
            return pq.ParquetFile(self.path, memory_map=True)
        except (pa.ArrowException, OSError) as error:
            raise RunError(
                f"{self.path}: cannot be read ({error}): begin the job again with --fresh", file=self.path
            ) from None


def write_plan(items: Iterable[Item], path: Path, *, shard_size: int) -> int:
    """Write a plan with `shard_size` pictures a shard, beside and then renamed; return how many pictures.

    Raises DataError where two pictures have the same id, or there is no picture at all.
    Memory: one shard, and 8 bytes a picture for the comparison of ids.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    marks = array("Q")
    try:
        with pq.ParquetWriter(beside, SCHEMA, compression="zstd") as writer:
            for shard in _shards(items, shard_size):
                marks.extend(_mark(item.id) for item in shard)
                writer.write_table(_table(shard), row_group_size=shard_size)
        if not marks:
            raise DataError("there is no picture in INPUT: check it", field="input")
        _check_once(beside, np.frombuffer(marks, np.uint64))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return len(marks)


def _shards(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    running = iter(items)
    while shard := list(itertools.islice(running, size)):
        yield shard


def _table(shard: list[Item]) -> Any:
    rows = [{name: getattr(item, name) for name in SCHEMA.names} for item in shard]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _mark(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _check_once(path: Path, marks: "np.ndarray[Any, np.dtype[np.uint64]]") -> None:
    """Raise DataError where an id is there twice; marks that agree by chance are compared as text."""
    order = np.sort(marks)
    twice = set(order[1:][order[1:] == order[:-1]].tolist())
    seen: set[str] = set()
    for group in range(pq.ParquetFile(path).num_row_groups if twice else 0):
        for name in pq.ParquetFile(path).read_row_group(group, columns=["id"])["id"].to_pylist():
            if _mark(name) in twice and name in seen:
                raise DataError(
                    f"the id {name!r} is there twice: give every picture an id of its own, "
                    "in a manifest's column 'id'",
                    field="id",
                    value=name,
                )
            if _mark(name) in twice:
                seen.add(name)
