"""What a release has to hold, asked by .github/workflows/release.yml and by hand (docs/releasing.md).

python tools/release.py tag v0.2.0    the tag is the version, and CHANGELOG.md has its section
python tools/release.py try dist      the wheel in dist/, installed bare, reads a picture without PyTorch
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE, TEXT = ROOT / "tests/pictures/10115-german-ball-plain.png", "10115"
NOT_IN_A_BARE_INSTALL = {"torch", "onnx", "fastapi", "pypdfium2", "scikit-learn"}


def main() -> None:
    """Run what the command line asks for; exit with the complaints, if there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("tag").add_argument("name")
    kinds.add_parser("try").add_argument("folder", type=Path)
    asked = parser.parse_args()
    complaints = tag_complaints(asked.name, ROOT) if asked.kind == "tag" else wheel_complaints(asked.folder)
    if complaints:
        sys.exit("\n".join(complaints))


def tag_complaints(tag: str, root: Path) -> list[str]:
    """Return why a tag may not be released from the project in `root`; none if it may."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    complaints = []
    if tag != f"v{version}":
        complaints.append(f"the tag is {tag}, pyproject.toml says {version}: the tag has to be v{version}")
    heading = rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$"
    if not re.search(heading, (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE):
        complaints.append(
            f"CHANGELOG.md has no line '## {version} (YEAR-MONTH-DAY)': write what is new, and the day"
        )
    return complaints


def wheel_complaints(folder: Path) -> list[str]:
    """Return what is wrong with the one wheel in a folder, installed without extras; none if nothing is."""
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        return [f"{folder} holds {len(wheels)} wheels: empty it and build one with 'python -m build'"]
    with tempfile.TemporaryDirectory() as home:
        python = fresh_python(Path(home) / "bare")
        say(python, "-m", "pip", "install", "--quiet", str(wheels[0].resolve()), cwd=home)
        installed = {
            line.split("==")[0].lower() for line in say(python, "-m", "pip", "freeze", cwd=home).split()
        }
        read = say(python, "-m", "zeronine", "read", str(PICTURE), cwd=home).strip()
    complaints = [f"a bare install brings {name}" for name in sorted(installed & NOT_IN_A_BARE_INSTALL)]
    return complaints + ([f"it reads {read!r} where {TEXT} is written"] if read != TEXT else [])


def fresh_python(folder: Path) -> Path:
    """Make a virtual environment and return its Python."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def say(python: Path, *arguments: str, cwd: str) -> str:
    """Run Python away from the clone, so that only what was installed can be imported."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, *arguments], cwd=cwd, env=clean, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
