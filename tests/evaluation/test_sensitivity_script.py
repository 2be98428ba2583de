"""benchmarks/sensitivity.py: constants are found in the source, and a changed one changes what uses it."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import sensitivity
from sensitivity import Constant


@pytest.fixture(name="package")
def _package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of three modules in which one number is imported, derived from, and bound as a default."""
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "limits.py").write_text(
        'LEAST = 4\nSHARE: float = 0.5\nSIZES = (1, 2.5)\nTWICE = 2 * LEAST\nNAME = "x"\nON = True\n'
    )
    (folder / "reader.py").write_text(
        "from toy.limits import LEAST, TWICE\ndef least(value=LEAST):\n    return value, TWICE\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sensitivity, "PART", "toy")
    yield "toy"
    for name in [name for name in sys.modules if name.split(".")[0] == "toy"]:
        del sys.modules[name]


def reader() -> ModuleType:
    return importlib.import_module("toy.reader")


def test_numbers_with_a_name_are_found(package: str) -> None:
    found = {constant.name: constant.value for constant in sensitivity.constants_of(package)}
    assert found == {"LEAST": 4, "SHARE": 0.5, "SIZES": (1, 2.5), "TWICE": 8}


def test_whole_numbers_stay_whole() -> None:
    assert Constant("m", "N", 5).times(0.5) == 2
    assert Constant("m", "N", (3, 0.5)).times(2) == (6, 1.0)


def test_a_change_reaches_imports_defaults_and_what_is_derived(package: str) -> None:
    constant = next(c for c in sensitivity.constants_of(package) if c.name == "LEAST")
    assert reader().least() == (4, 8)
    with sensitivity.replaced(constant, 10):
        assert reader().least() == (10, 20)
    assert reader().least() == (4, 8)


def test_it_ends_in_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sensitivity.py", "--each", "1", "--only", "MAX_MEGAPIXELS"])
    sensitivity.main()
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["pictures"] == 2
    assert any(title.endswith("MAX_MEGAPIXELS") for title in last["move_nothing"])
