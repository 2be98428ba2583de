"""What people see of a report: terminal, PNG files, and one HTML page that needs nothing else."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from common import written
from zeronine.card import Card
from zeronine.data.digits import Digits
from zeronine.errors import MissingExtraError
from zeronine.evaluation import report as reports
from zeronine.evaluation.digits import Report, judge
from zeronine.evaluation.drawing import shade
from zeronine.evaluation.full import Figure
from zeronine.reading.classify import Answers

ROWS = [{"epoch": n, "loss": 1 / n, "validation_accuracy": 1 - 0.1 / n, "note": "text"} for n in (1, 2, 3)]


@pytest.fixture(name="report", scope="module")
def _report() -> Report:
    """200 digits with about 20 mistakes, and an alarm."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 200)
    logits = generator.normal(size=(200, 10)).astype(np.float32)
    logits[np.arange(200), labels] += 3
    images = generator.integers(0, 256, (200, 28, 28)).astype(np.uint8)
    twin = judge(Answers(logits, logits, logits[:, 0]), Digits(images, labels, "twin <set>"), model="m")
    return judge(
        Answers(logits, logits, logits[:, 0]), Digits(images, labels, "made up"), model="m", others=[twin]
    )


def test_the_terminal_shows_headline_alarm_digits_and_confusions(report: Report, console: Console) -> None:
    reports.show(report, console)
    said = written(console)
    assert f"made up: {report.accuracy:.2%} of 200 right, {report.errors} wrong (95 % interval" in said
    assert "ALARM: made up and twin <set> have exactly the same loss" in " ".join(said.split())
    first = report.table[0]
    assert re.search(rf"0 │ +{first.count} │ +{first.recall:.2%} │", said)
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize("name", ["draw_confusion", "draw_mistakes", "draw_reliability"])
def test_drawings_are_png_files_with_the_same_bytes_each_time(
    report: Report, tmp_path: Path, name: str
) -> None:
    draw = getattr(reports, name)
    draw(report, tmp_path / "new" / "a.png")
    again = BytesIO()
    draw(report, again)
    assert (tmp_path / "new" / "a.png").read_bytes() == again.getvalue()
    picture = np.asarray(Image.open(again).convert("L"))
    assert picture.std() > 5 and picture.shape[1] > 300


def test_curves_are_drawn_of_whatever_numbers_there_are(tmp_path: Path) -> None:
    reports.draw_curves(ROWS, tmp_path / "curves.png")
    reports.draw_curves([{"step": 1, "loss": float("nan")}], tmp_path / "none.png")
    full, empty = (
        np.asarray(Image.open(tmp_path / f"{name}.png").convert("L")) for name in ("curves", "none")
    )
    assert (full < 200).sum() > (empty < 200).sum()


def test_mistakes_grow_darker_with_their_number_in_grey_too() -> None:
    greys = [np.dot((0.3, 0.59, 0.11), shade(count, 40)[0]) for count in (1, 5, 20, 40)]
    assert greys == sorted(greys, reverse=True)
    assert [shade(count, 40)[1] for count in (1, 40)] == [False, True]
    assert shade(1, 1) == shade(1, 5)


class _Page(HTMLParser):
    """Collects what a page asks for and what it says to those who cannot see it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_needs_nothing_else_and_can_be_heard(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    extra = [("More & more", "<p id='extra'>as it is</p>")]
    reports.write_html(
        path, title="A <b> & c", card=Card(name="x"), reports=[report], rows=ROWS, sections=extra
    )
    text = path.read_text()
    page = _Page()
    page.feed(text)
    assert page.tags[0] == ("html", {"lang": "en"})
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 4
    assert all(one["alt"] and str(one["src"]).startswith("data:image/png;base64,") for one in images)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.tags}
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    assert "A &lt;b&gt; &amp; c" in text and "twin &lt;set&gt;" in text and "<p id='extra'>" in text
    assert 'role="alert"' in text and "prefers-color-scheme: dark" in text
    assert "http" not in re.sub(r"base64,[^\"]*", "", text)


def test_without_matplotlib_the_missing_part_is_named(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install .*\[learn\]'"):
        reports.draw_confusion(report, BytesIO())


def test_figures_are_shown_with_count_interval_and_protocol(console: Console) -> None:
    figures = [
        Figure("kept & held", 0.5, 10, "how <it> was done", (0.2, 0.8)),
        Figure("AUROC against x", 0.97, 5, "areas"),
    ]
    reports.show_figures(figures, console)
    said = written(console)
    assert "50.00%" in said and "20.00% to 80.00%" in said and "0.9700" in said
    table = reports.figures_html(figures)
    assert "kept &amp; held" in table and "how &lt;it&gt; was done" in table
