"""Files are whole or not there."""

from pathlib import Path

import pytest

from zeronine.errors import RunError
from zeronine.files import write_beside


def test_a_file_appears_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.bin"
    write_beside(path, b"first")
    write_beside(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file stands where a folder should be; the old content stays."""
    blocked = tmp_path / "taken"
    blocked.write_text("here")
    with pytest.raises(RunError, match="choose another folder"):
        write_beside(blocked / "file.bin", b"content")
    assert blocked.read_text() == "here"


def test_a_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ENOSPC while flushing: a clear error, the old content, and no litter."""
    path = tmp_path / "file.bin"
    write_beside(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunError, match=r"No space left.*free some space"):
        write_beside(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
