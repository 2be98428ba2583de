"""The article's notebook where nothing of ours is installed, as on the hosted platform it was written for.

The platform cannot be reached from here, so it is built: an environment of its own that has what such a
platform has (PyTorch, NumPy, Jupyter: those of this environment), but not Zeronine.  The one cell that
installs is given a wheel that is built here, and no index.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import build_lessons
import jupytext
import pytest

ROOT = Path(__file__).parents[2]
OURS = ("zeronine", "__editable__")  #: what the platform has not
LAST = "print('from', zn.__file__)"
RUN = """
import nbclient, nbformat, sys
made = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(made, timeout=600).execute()
nbformat.write(made, sys.argv[1])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel that the cell installs."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("zeronine-*.whl")
    return built


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has all that this one has, but Zeronine."""
    folder = tmp_path_factory.mktemp("platform")
    venv.create(folder, with_pip=True)
    there = folder / "there"
    there.mkdir()
    for part in Path(sysconfig.get_path("purelib")).iterdir():
        if not part.name.startswith(OURS) and part.suffix != ".pth":
            (there / part.name).symlink_to(part)
    (library,) = (folder / "lib").glob("python*/site-packages")
    for old in library.glob("setuptools*"):
        shutil.rmtree(old)  # a new environment's are older than PyTorch asks for
    (library / "there.pth").write_text(str(there))
    return folder / "bin/python"


def test_the_article_installs_itself_and_runs(wheel: Path, platform: Path, tmp_path: Path) -> None:
    """Without Zeronine, without an index: the first cell installs it, and every other one runs."""
    here = {"PIP_NO_INDEX": "1", "PATH": f"{platform.parent}:/usr/bin:/bin", "HOME": str(Path.home())}
    missing = subprocess.run([platform, "-c", "import zeronine"], capture_output=True, check=False, env=here)
    assert missing.returncode != 0
    made = build_lessons.notebook(ROOT / "lessons/article.py")
    installs = next(cell for cell in made.cells if cell.cell_type == "code")
    assert 'SOURCE = "zeronine[learn]"' in installs.source
    installs.source = installs.source.replace('"zeronine[learn]"', repr(f"{wheel}[learn]"))
    made.cells[-1].source += f"\n{LAST}" if made.cells[-1].cell_type == "code" else ""
    if made.cells[-1].cell_type != "code":
        made.cells.append(jupytext.reads(f"# %%\n{LAST}", fmt="py:percent").cells[0])
    path = tmp_path / "article.ipynb"
    jupytext.write(made, path, fmt="ipynb")
    subprocess.run([platform, "-c", RUN, str(path)], check=True, env=here, cwd=tmp_path)
    cells = json.loads(path.read_text("utf-8"))["cells"]
    said = "".join("".join(out.get("text", "")) for cell in cells for out in cell.get("outputs", []))
    assert f"from {platform.parent.parent}" in said
