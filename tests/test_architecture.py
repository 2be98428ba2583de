"""The map is kept true by these tests: who may import whom, what is public, and what loads when."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import zeronine

SOURCE = Path(zeronine.__file__).parent
CORE = {
    "errors",
    "canvas",
    "answers",
    "card",
    "files",
    "extras",
    "kinds",
    "metrics",
    "models",
    "onnx_file",
    "options",
}
MAY_IMPORT = {
    "reading": set(),
    "network": set(),
    "data": {"reading"},  # own pictures go the way that reading goes
    "training": {"data", "network", "reading"},
    "evaluation": {"data", "network", "reading"},
    "explaining": {"reading"},
    "documents": {"reading"},
    "teaching": {"data", "documents", "reading"},
    "studio": {"reading", "documents", "explaining", "data", "network", "training", "lesson", "teaching"},
    "lesson": {"data", "network", "training", "evaluation", "reading"},
    "bulk": {"documents", "reading"},
    "estimator": {"data", "network", "training", "reading"},
    "cli": {
        "data",
        "network",
        "training",
        "evaluation",
        "reading",
        "explaining",
        "studio",
        "lesson",
        "bulk",
        "documents",
        "teaching",
    },
}
HEAVY = (
    "torch",
    "cv2",
    "onnxruntime",
    "onnx",
    "fastapi",
    "matplotlib",
    "PIL",
    "rich",
    "sklearn",
    "numpy",
    "pyarrow",
    "ray",
)


def modules_of(path: Path) -> set[str]:
    """Return every module (and name in it) that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def imports_of(path: Path) -> set[str]:
    """Return the parts of this package that a file imports."""
    return {name.split(".")[1] for name in modules_of(path) if name.startswith("zeronine.")}


def part_of(path: Path) -> str:
    """Return the part of the map that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


FILES = sorted(path for path in SOURCE.rglob("*.py") if part_of(path) not in ("__init__", "__main__"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_one_way(path: Path) -> None:
    """A file imports only its own part, the core, and what the map allows."""
    part = part_of(path)
    allowed = CORE if part in CORE else CORE | {part} | MAY_IMPORT[part]
    found = imports_of(path) - {"__version__"}
    assert found <= allowed, f"{path.name} may not import {sorted(found - allowed)}"


@pytest.mark.parametrize("part", ["reading", "documents", "explaining", "teaching"])
def test_the_reading_side_never_names_torch(part: str) -> None:
    """Reading and explaining run without PyTorch: no file of theirs imports it, nor what imports it."""
    forbidden = {"torch", "onnx", "safetensors"}
    for path in (SOURCE / part).rglob("*.py"):
        assert {name.split(".")[0] for name in modules_of(path)} & forbidden == set(), path


def test_one_file_alone_names_ray() -> None:
    """The engine of a cluster is imported in one place."""
    found = [path.name for path in FILES if "ray" in {name.split(".")[0] for name in modules_of(path)}]
    assert found == ["on_ray.py"]


def test_what_runs_in_every_worker_knows_no_file_format() -> None:
    """Bulk reading's rows are plain data: any engine can run it."""
    names = {name.split(".")[0] for name in modules_of(SOURCE / "bulk/batch_reader.py")}
    assert not {"ray", "pyarrow", "fsspec"} & names


def test_the_public_names_are_there() -> None:
    """Every public name can be loaded, and nothing else is promised."""
    for name in zeronine.__all__:
        assert getattr(zeronine, name) is not None
    assert set(zeronine.__all__) == {*zeronine._HOME, "__version__"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = zeronine.nothing


def loaded_after(code: str) -> set[str]:
    """Return which heavy modules a fresh interpreter has loaded after some code."""
    program = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import zeronine` costs next to nothing: not even NumPy is loaded."""
    assert loaded_after("import zeronine") == set()


def test_the_command_line_loads_nothing_heavy() -> None:
    """The command's own definitions load no library of numbers or pictures."""
    assert loaded_after("import zeronine.cli") <= {"rich"}


def test_reading_loads_no_torch() -> None:
    """Reading a picture runs on NumPy, OpenCV and ONNX Runtime alone."""
    code = "import zeronine, numpy; zeronine.read(numpy.zeros((40, 40), numpy.uint8))"
    assert "torch" not in loaded_after(code)


def test_files_stay_rooms() -> None:
    """No file grows beyond what one reads at a sitting."""
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: lines for name, lines in long.items() if lines > 320} == {}
