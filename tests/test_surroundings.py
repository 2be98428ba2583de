"""Whatever surrounds it, a picture is read the same, nothing else is said, and nothing is left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PICTURES = Path(__file__).parent / "pictures"
PICTURE = PICTURES / "0612345678-french-ball-plain.gif"
NOWHERE = "/proc/nowhere"  # which nobody can make, root neither


def read(folder: Path, *, name: str = str(PICTURE), **surroundings: str) -> tuple[int, str, str]:
    """Read a picture in a process of its own; return its exit code and what it said."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "PYTHONPATH") if name in os.environ}
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "zeronine", "read", "--format", "json", name],
        cwd=folder,
        env={"HOME": str(folder), **kept, **surroundings},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize(
    "surroundings",
    [
        {},
        {"HOME": NOWHERE},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Pacific/Apia"},
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "1", "COLUMNS": "20", "TERM": "dumb"},
    ],
    ids=lambda given: " ".join(given) or "nothing",
)
def test_a_picture_is_read_the_same_and_nothing_is_left(surroundings: dict[str, str], tmp_path: Path) -> None:
    code, said, error = read(tmp_path, **surroundings)
    assert (code, error) == (0, "")
    assert '"text": "0612345678"' in said
    assert sorted(tmp_path.rglob("*")) == []


def test_nothing_is_sent_unless_somebody_asks_for_it() -> None:
    """ONNX Runtime looks at this when it is loaded."""
    look = "import zeronine, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    for before, after in ((None, "1"), ("0", "0")):
        given = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        given |= {} if before is None else {"ORT_DISABLE_TELEMETRY": before}
        done = subprocess.run([sys.executable, "-c", look], env=given, capture_output=True, check=True)
        assert done.stdout.decode().strip() == after


def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    folder = tmp_path / "Prüf Ordner (1) [neu] 数 'x'"
    folder.mkdir()
    (folder / "Zahl ß.gif").write_bytes(PICTURE.read_bytes())
    code, said, error = read(folder, name="Zahl ß.gif")
    assert (code, error) == (0, "")
    assert '"text": "0612345678"' in said
