"""The disk fails at the n-th call, for every n: it is said, nothing is half-written, and it can go on."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from zeronine.card import Card
from zeronine.data import fetch, mnist_files
from zeronine.data.digits import Digits
from zeronine.data.idx import write_idx
from zeronine.errors import DataError, RunError, ZeronineError
from zeronine.files import write_beside
from zeronine.models import CHECKPOINT, MODEL
from zeronine.network.article import FeedForward
from zeronine.network.checkpoint import read_checkpoint
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier
from zeronine.training import own
from zeronine.training.loop import resume, train
from zeronine.training.recipe import Recipe
from zeronine.training.runlog import read_metrics

SMALL = Recipe(hidden=(4,), epochs=2, batch_size=64)
MOST_CALLS = 200


class Disk:
    """Counts every call that changes the disk, and lets one of them fail."""

    def __init__(self, failing: int | None, code: int) -> None:
        self.failing, self.code, self.calls = failing, code, 0

    def call(self) -> None:
        """Count; fail if it is the one."""
        self.calls += 1
        if self.calls == self.failing:
            raise OSError(self.code, os.strerror(self.code))

    def counted(self, real: Callable[..., Any], when: Callable[..., bool] = lambda *given: True) -> Any:
        """Return a function that counts and then does what `real` does."""

        def function(*given: Any, **named: Any) -> Any:
            if when(*given):
                self.call()
            return real(*given, **named)

        return function


class Failing:
    """A file whose writing counts, too."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self.file, self.disk = file, disk

    def __enter__(self) -> "Failing":
        return self

    def __exit__(self, *given: object) -> None:
        self.file.close()

    def write(self, content: bytes) -> int:
        """Write half of it if this call is to fail, as a full disk does."""
        try:
            self.disk.call()
        except OSError:
            self.file.write(content[: len(content) // 2])
            raise
        return int(self.file.write(content))

    def flush(self) -> None:
        """Flush, which is where buffered bytes meet the disk."""
        self.disk.call()
        self.file.flush()

    def fileno(self) -> int:
        """Return the number of the true file."""
        return int(self.file.fileno())


@contextmanager
def disk(failing: int | None = None, code: int = errno.ENOSPC) -> Iterator[Disk]:
    """Let the n-th call that changes the disk fail while the block lasts; none with None."""
    shim, fdopen = Disk(failing, code), os.fdopen
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.open", shim.counted(os.open, lambda path, flags, *more: bool(flags & os.O_EXCL)))
        patch.setattr("os.fdopen", lambda handle, mode: Failing(fdopen(handle, mode), shim))
        patch.setattr("os.fsync", shim.counted(os.fsync))
        patch.setattr(Path, "replace", shim.counted(Path.replace))
        patch.setattr(Path, "mkdir", shim.counted(Path.mkdir))
        yield shim


def every_fault(work: Callable[[int], None]) -> int:
    """Do some work once for each call that it makes to the disk; return how many there are."""
    for number in range(1, MOST_CALLS):
        with disk(number) as shim:
            work(number)
        if shim.calls < number:
            return number - 1
    raise AssertionError("the work never ends")


def litter(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith(".part")]


@pytest.fixture
def quick_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write three bytes instead of a model file; exporting itself has a test of its own."""
    monkeypatch.setattr(
        "zeronine.training.keeping.export_onnx", lambda network, card, path: write_beside(path, b"abc")
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.usefixtures("quick_export")
def test_a_training_survives_a_fault_at_every_write(shapes: Digits, tmp_path: Path, code: int) -> None:
    """It ends in one clear error; what lies there is whole; going on ends in the bits of no fault at all."""
    whole = train(shapes, SMALL, folder=tmp_path / "whole", validation=shapes[:20])
    wanted = (whole.folder / CHECKPOINT).read_bytes()
    ends: list[str] = []

    def begin(number: int) -> None:
        try:
            train(shapes, SMALL, folder=tmp_path / str(number), validation=shapes[:20])
            ends.append("done")
        except RunError as error:
            assert os.strerror(code) in str(error)
            ends.append("error")

    for number in range(1, MOST_CALLS):
        with disk(number, code) as shim:
            begin(number)
        if shim.calls < number:
            break
        folder = tmp_path / str(number)
        assert litter(tmp_path) == []
        if (folder / CHECKPOINT).exists():
            kept = read_checkpoint(folder / CHECKPOINT).progress["epoch"]
            assert len(read_metrics(folder / "metrics.jsonl")) in (kept, kept + 1)
            run = resume(folder, shapes, validation=shapes[:20])
        else:
            run = train(shapes, SMALL, folder=folder, validation=shapes[:20])
        assert (folder / CHECKPOINT).read_bytes() == wanted
        assert [row["epoch"] for row in run.rows] == [1, 2]
    assert ends.count("error") > 20
    assert ends[-1] == "done"


def test_an_export_is_whole_or_not_there(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, path = FeedForward((4,)), tmp_path / "model.onnx"
    export_onnx(network, Card(name="before"), path)
    before = path.read_bytes()

    def again(number: int) -> None:
        try:
            write_beside(path, before)
        except RunError:
            assert Classifier(path).card.name == "before"
        assert litter(tmp_path) == []

    assert every_fault(again) >= 5
    with disk(3), pytest.raises(RunError, match=r"cannot be written.*free some space"):
        export_onnx(network, Card(name="after"), path)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("quick_export")
def test_training_on_ones_own_digits_survives_a_fault_at_every_write(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beginning once more in another folder gives the same weights."""
    recipe = replace(SMALL, epochs=1)
    monkeypatch.setattr(own, "ENOUGH", 1)
    weights: set[bytes] = set()

    def begin(number: int) -> None:
        try:
            run = own.train_own(shapes[:60], recipe=recipe, folder=tmp_path / str(number))
            weights.add((run.folder / CHECKPOINT).read_bytes())
        except RunError as error:
            assert "No space left" in str(error)
            assert not (tmp_path / str(number) / MODEL).exists()
        assert litter(tmp_path) == []

    assert every_fault(begin) > 12
    begin(0)
    assert len(weights) == 1


def test_a_download_survives_a_fault_at_every_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file of the cache is the true one or is not there; fetching again brings the rest."""
    source, cache = tmp_path / "source", tmp_path / "cache"
    source.mkdir()
    files = []
    for number in range(4):
        content = write_idx(np.full((3, 28, 28), number, np.uint8))
        (source / f"file-{number}").write_bytes(content)
        files.append(mnist_files.File(f"file-{number}", _sha256(content), "", len(content)))
    monkeypatch.setattr(fetch, "FILES", tuple(files))

    def bring(number: int) -> None:
        place = cache / str(number)
        try:
            fetch.fetch_all(files, place, folder=source, say=lambda line: None)
        except ZeronineError as error:
            assert isinstance(error, DataError | RunError)
        assert litter(tmp_path) == []
        for file in files:
            if (place / file.name).exists():
                assert mnist_files.read_whole(place / file.name, file) is not None

    calls = every_fault(bring)
    assert calls >= 4 * 5
    fetch.fetch_all(files, cache / "1", folder=source, say=lambda line: None)
    assert all(mnist_files.read_whole(cache / "1" / file.name, file) is not None for file in files)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
