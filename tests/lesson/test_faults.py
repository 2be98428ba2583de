"""The table of faults: each row differs from the print in what it says it repairs."""

from dataclasses import replace

import pytest

from zeronine.data.digits import Digits
from zeronine.lesson import faults
from zeronine.lesson.pages import faults_html


def test_each_row_repairs_what_it_says() -> None:
    printed = faults.AS_PRINTED.to_dict()
    changes = {
        name: {field for field, value in recipe.to_dict().items() if value != printed[field]}
        for name, recipe in faults.REPAIRS.items()
    }
    assert changes["as printed"] == set()
    assert changes["the second ReLU alone"] == {"last_activation"}
    assert changes["log-softmax alone"] == {"loss"}
    assert changes["learning rate 0.1 alone"] == {"learning_rate"}
    assert changes["Adam alone"] == {"optimizer", "momentum"}  # of no use to Adam: its default again
    assert {"loss", "last_activation", "learning_rate"} <= changes["everything repaired"]


def test_the_table_measures_every_row(few: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seeds of two rows on a few digits: the printed one's loss is negative, the repaired one learns."""
    chosen = {name: replace(faults.REPAIRS[name], epochs=4) for name in ("as printed", "everything repaired")}
    monkeypatch.setattr(faults, "REPAIRS", chosen)
    done: list[str] = []
    printed, repaired = faults.measure(few[:400], few[400:], seeds=2, done=done.append)
    assert done == ["as printed"] * 2 + ["everything repaired"] * 2
    assert max(printed.loss) < 0 < min(repaired.loss)
    assert min(repaired.test) > max(printed.test)
    page = faults_html([printed, repaired])
    assert page.count("<tr>") == 3 and "2 seed(s)" in page


def test_spread_is_mean_and_range() -> None:
    assert faults.spread([0.5]) == "50.0"
    assert faults.spread([0.5, 0.7]) == "60.0 (50.0-70.0)"
