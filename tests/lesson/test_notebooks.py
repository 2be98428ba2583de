"""The notebooks under lessons/ run as they stand, and what each claims comes out of its own figures."""

import re
import runpy
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import build_lessons
import nbformat
import pytest

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "lessons").glob("[1-9]_*.py"))
Names = dict[str, Any]  #: what a chapter knows when it has ended

#: of each chapter, what its text claims, as a truth about the figures that it computed
CLAIMS: dict[str, Callable[[Names], bool]] = {
    "1_data": lambda its: its["favourite"] == 1 and 11 < its["lazy"] < 12 and its["shared"] == 0,
    "2_look": lambda its: 80 < its["ordered"] == its["in_disorder"] < 84,
    "3_network": lambda its: (
        its["count"] == 109_386
        and 5 < its["untrained"] < 20
        and its["without_relu"] < 1e-9 < 0.01 < its["with_relu"]
    ),
    "4_loss": lambda its: abs(its["guessing"] - 2.302585) < 1e-6 and its["times"] > 10_000,
    "5_slope": lambda its: (
        abs(its["nudged"] - its["found"]) < 1e-7
        and its["step"].disagreement < 1e-9
        and its["too_far"] == 10
        and 0 < its["gain"] < 0.001
    ),
    "6_training": lambda its: its["as_printed"] < 30 < its["one_fault"] < 90 < 96 < its["mended"] < 100,
    "7_honest_figures": lambda its: (
        its["own"] > 99
        and 75 < its["unseen"] < 90
        and its["best_guesser"] >= 15
        and abs(its["fresh"] - 10) < 1
        and its["intervals"][100][0] < 0.93 < 0.96 < its["intervals"][10_000][0]
    ),
    "8_your_own_hand": lambda its: its["on_mnist"] > 96 and its["squeezed"] <= 6 and its["ours"] >= 9,
    "9_what_it_cannot_do": lambda its: (
        its["sure"] > 20
        and its["doubted"] > 90
        and its["digits_doubted"] < 2
        and its["read_turned"] < 40 < 98 < its["read_upright"]
    ),
    "article": lambda its: (
        its["first_loss"] < 0
        and its["printed_test"] < 30
        and its["losses_printed"][-1] < its["losses_printed"][0] < 0
        and 96 < its["repaired_test"] < its["repaired_train"] < 100
    ),
}


@lru_cache
def knows(name: str) -> Names:
    """Run a chapter once, as a script, and return what it knows at its end."""
    return runpy.run_path(str(ROOT / "lessons" / f"{name}.py"))


def test_there_are_nine_chapters_and_the_article() -> None:
    assert {path.stem for path in (ROOT / "lessons").glob("*.py")} == set(CLAIMS)
    assert len(CHAPTERS) == 9


@pytest.mark.parametrize("name", CLAIMS)
def test_a_chapter_finds_what_it_claims(name: str) -> None:
    assert CLAIMS[name](knows(name))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_asks_for_a_guess_before_it_shows(path: Path) -> None:
    """Predict, do, see, in this order; and the guess is compared with what was measured."""
    text = path.read_text(encoding="utf-8")
    places = [text.index(word) for word in ("## Predict", "\nmy_guess", "## Do", "## See", "bet(my_guess")]
    assert places == sorted(places)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_leads_to_one_that_exists(path: Path) -> None:
    (link,) = re.findall(
        r"^# (?:Next|Back to the article, whole): \[.+\]\((.+)\)\.$", path.read_text("utf-8"), re.M
    )
    assert (path.parent / link).is_file()


def test_the_notebooks_that_need_it_install_in_one_cell() -> None:
    """Whoever opens the first chapter or the article on a hosted platform has nothing installed."""
    for name in ("1_data", "article"):
        cells = build_lessons.notebook(ROOT / "lessons" / f"{name}.py").cells
        (installs,) = [cell for cell in cells if cell.cell_type == "code" and "pip" in cell.source]
        assert installs is next(cell for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", ["2_look", "5_slope"])
def test_a_built_notebook_runs_and_keeps_what_it_showed(name: str, tmp_path: Path) -> None:
    source = ROOT / "lessons" / f"{name}.py"
    built = build_lessons.run(build_lessons.notebook(source), tmp_path / f"{name}.ipynb")
    kept = nbformat.reads(built.read_text("utf-8"), as_version=4)
    nbformat.validate(kept)
    assert kept.metadata["kernelspec"]["name"] == "python3"
    said = "".join(out.get("text", "") for cell in kept.cells for out in cell.get("outputs", []))
    assert "measured is" in said
    pictures = [
        out for cell in kept.cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})
    ]
    assert len(pictures) >= (name == "2_look")


def test_links_of_a_built_notebook_lead_to_notebooks() -> None:
    texts = [cell.source for cell in build_lessons.notebook(ROOT / "lessons/1_data.py").cells]
    assert any("(2_look.ipynb)" in text for text in texts)
    assert not any(".py)" in text for text in texts)
