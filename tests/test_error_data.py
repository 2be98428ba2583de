"""An error that names a file in its words has it as data, too; so has one that names a limit."""

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import zeronine
from zeronine import errors
from zeronine.errors import DataError, ModelError, PictureError, RunError, ZeronineError

SOURCE = Path(zeronine.__file__).parent
KINDS = {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, ZeronineError)
}
#: what an expression of a path is called, where a message begins with it
PATHS = {"path", "folder", "where", "source", "place", "cache", "file.name", "path.parent", "self.path"}
#: where the file is put in afterwards, in one place (`load_pages`): what decodes knows a picture by its name
AFTERWARDS = {"load.py", "guard.py", "limits.py", "documents.py"}


def raised() -> Iterator[tuple[str, ast.Call, str]]:
    """Give every error that is made with a message: where, the call, and what its words begin with."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS):
                continue
            first = node.args[0] if node.args else None
            if isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.FormattedValue):
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node, ast.unparse(first.values[0].value)


def test_an_error_that_begins_with_a_file_has_it_as_data() -> None:
    found = list(raised())
    assert len(found) > 80, "the harvest has a hole"
    without = [
        where
        for where, call, begins in found
        if begins in PATHS
        and not any(one.arg == "file" for one in call.keywords)
        and Path(where.partition(":")[0]).name not in AFTERWARDS
        and not where.startswith(("training/recipe.py", "reading/evidence.py"))  # `where` is a recipe there
    ]
    assert without == []


def test_whatever_is_wrong_with_a_picture_its_path_is_data(tmp_path: Path) -> None:
    """Missing, empty, a folder, damaged, too large: with or without pages."""
    (tmp_path / "empty.png").touch()
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    (tmp_path / "letter.txt").write_text("Dear reader")
    for name in ("missing.png", "empty.png", "bad.png", "letter.txt", "."):
        with pytest.raises(PictureError) as wrong:
            zeronine.read(tmp_path / name)
        assert wrong.value.file == str(tmp_path / name)


def test_a_limit_is_data() -> None:
    with pytest.raises(PictureError) as wrong:
        zeronine.Reader(max_megapixels=0.01).read(np.zeros((200, 300), np.uint8))
    assert (wrong.value.file, wrong.value.field) == (None, "max_megapixels")
    assert (wrong.value.value, wrong.value.limit) == (0.06, 0.01)


def test_models_runs_and_digits_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError) as model:
        zeronine.Reader(tmp_path / "bad.onnx")
    with pytest.raises(DataError) as digits:
        zeronine.load_own(tmp_path / "nothing")
    with pytest.raises((RunError, ModelError)) as run:
        zeronine.Reader(tmp_path)
    named = [model.value.file, digits.value.file, run.value.file]
    assert named == [str(tmp_path / "bad.onnx"), str(tmp_path / "nothing"), str(tmp_path)]
