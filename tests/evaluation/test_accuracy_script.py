"""benchmarks/accuracy.py: several models in, a table in the model card and a line of JSON out."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from common import Splits
from zeronine.evaluation import full
from zeronine.evaluation.full import Yardstick
from zeronine.models import SHIPPED

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "accuracy.py"


@pytest.fixture(name="accuracy")
def _accuracy(monkeypatch: pytest.MonkeyPatch, mnist: Splits) -> ModuleType:
    """The script, with a yardstick that takes a second instead of half a minute."""
    spec = importlib.util.spec_from_file_location("accuracy_script", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    some = mnist[1][:500]
    small = Yardstick(
        validation=some,
        test=mnist[2][:1000],
        spoilt={"stripe": some},
        others=(some,),
        unknown={"blank": np.zeros((2, 28, 28), np.float32)},
    )
    monkeypatch.setattr(module, "_yardstick", lambda mnist, pictures: small)
    monkeypatch.setattr(full, "relabelled", lambda digits: digits)  # needs the whole test set
    return module


def test_it_writes_the_card_and_ends_in_one_line_of_json(
    accuracy: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"before\n{accuracy.BEGIN}\nstale\n{accuracy.END}\nafter\n")
    monkeypatch.setattr(sys, "argv", ["accuracy.py", str(SHIPPED), str(SHIPPED), "--card", str(card)])
    accuracy.main()
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    figure = last["figures"]["MNIST test"]
    assert figure["count"] == 1000
    assert figure["values"] == [figure["value"]] * 2
    text = card.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "stale" not in text
    assert f"| MNIST test | {figure['value']:.2%} |" in text
    assert "mean of 2 seeds ± deviation" in text


def test_a_card_without_marks_is_not_touched(accuracy: ModuleType, tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("no marks")
    with pytest.raises(SystemExit, match="marks"):
        accuracy._write_card(card, "table")
    assert card.read_text() == "no marks"


def test_the_model_card_has_the_marks_once(accuracy: ModuleType) -> None:
    text = (SCRIPT.parents[1] / "docs" / "model-card.md").read_text()
    assert text.count(accuracy.BEGIN) == text.count(accuracy.END) == 1
