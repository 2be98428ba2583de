"""Files are whole or not there."""

import os
import stat
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
    assert blocked.read_text(encoding="utf-8") == "here"


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


@pytest.mark.skipif(os.name != "posix", reason="modes and masks are those of POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o007])
def test_a_file_may_be_read_by_whom_the_users_mask_lets(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_beside(tmp_path / "file.bin", b"content")
    finally:
        os.umask(before)
    assert (tmp_path / "file.bin").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_name_as_long_as_any_can_be_written(tmp_path: Path) -> None:
    """The file beside it has a short name of its own."""
    path = tmp_path / ("n" * 255)
    write_beside(path, b"content")
    assert path.read_bytes() == b"content"


def test_file_and_folder_are_flushed_in_that_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content before the rename, the rename after it: a power cut leaves the old file or the new."""
    seen: list[str] = []
    real = os.fsync

    def flushed(handle: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        seen.append("renamed" if (tmp_path / "file.bin").exists() else "not yet")
        real(handle)

    monkeypatch.setattr("os.fsync", flushed)
    write_beside(tmp_path / "file.bin", b"content")
    assert seen == ["file", "not yet", "folder", "renamed"]
