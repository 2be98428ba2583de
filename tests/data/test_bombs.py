"""Archives that are small on the disk and fill the memory are refused by what they say of themselves."""

import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from common import slowness
from zeronine.data.own import load_own
from zeronine.errors import DataError


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(f"{name}.npy", content)
    return path


def npy(array: np.ndarray, *, shape: str = "") -> bytes:
    """Return an array as .npy, its header's shape another if given."""
    file = io.BytesIO()
    np.save(file, array)
    if not shape:
        return file.getvalue()
    true = str(array.shape).encode()
    return file.getvalue().replace(true, shape.encode().ljust(len(true)), 1)


def test_a_megabyte_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """Nothing of it is unpacked."""
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("images.npy", "w") as member:
        for _ in range(1100):
            member.write(bytes(2**20))
    assert path.stat().st_size < 2**21
    began = time.process_time()
    with pytest.raises(DataError, match=r"1,100 MB unpacked, the limit is 1,024 MB"):
        load_own(path)
    assert time.process_time() - began < 1 * slowness()


@pytest.mark.parametrize("shape", ["(9999999999,)", "(99999, 28, 28)", "(-1, 28, 28)"])
def test_a_header_that_promises_more_than_there_is_is_refused(tmp_path: Path, shape: str) -> None:
    images = npy(np.zeros((10, 28, 28), np.uint8)[:, :, :], shape=shape)
    path = archive(tmp_path / "bomb.npz", images=images, labels=npy(np.arange(10)))
    with pytest.raises(DataError, match=r"bomb\.npz"):
        load_own(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\3\4" + bytes(100)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"not a .npz"):
        load_own(path)
