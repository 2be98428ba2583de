"""The finder is trained in a moment here: few crops, no font that has to be fetched."""

import pytest

from zeronine.data.pages import batches, desks
from zeronine.data.writing import fonts
from zeronine.training import keeping


@pytest.fixture(autouse=True)
def few_crops_and_no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STEPS", 2)
    monkeypatch.setattr(keeping, "WATCHED", 1)
    monkeypatch.setattr(desks, "FETCHED", ([], []))
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
