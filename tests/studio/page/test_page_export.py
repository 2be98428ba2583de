"""The exported page: its JavaScript equals Python, it is small, and it stays at home."""

import base64
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from pen import draw, drawings
from zeronine.card import Card
from zeronine.cli.app import app
from zeronine.errors import ModelError
from zeronine.models import SHIPPED
from zeronine.network.article import FeedForward
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier
from zeronine.reading.normalise import normalise
from zeronine.studio.export import MAX_BYTES, MODULES, STATIC, bundle, export_page, render
from zeronine.studio.graph import OPERATIONS, graph_of

Packed = list[list[int | str]]  #: height, width, and the ink as base64, of each drawing
Vectors = tuple[np.ndarray, Packed]
Found = tuple[np.ndarray, np.ndarray, np.ndarray]  #: canvases, probabilities, chances
COUNT = 240
IN_PAGE = """(items) => items.map(([height, width, text]) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const canvas = zeronine.canvasOf(Float32Array.from(bytes, (byte) => byte / 255), height, width);
    const { probabilities, chance } = zeronine.classify(canvas);
    const numbers = new Uint8Array(new Float32Array([...canvas, ...probabilities, chance]).buffer);
    return btoa(Array.from(numbers, (byte) => String.fromCharCode(byte)).join(''));
})"""


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Return 240 generated drawings: their canvases by Python, and each as [height, width, base64]."""
    inks = [ink for _, ink in drawings(COUNT)]
    packed = [[*ink.shape, base64.b64encode(np.rint(ink * 255).astype(np.uint8)).decode()] for ink in inks]
    return normalise(inks), packed


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run's folder with the article's network, untrained: enough to compare arithmetic."""
    return network_file(tmp_path_factory.mktemp("article")).parent


def network_file(folder: Path, **shape: Any) -> Path:
    torch.manual_seed(3)
    path = folder / "model.onnx"
    export_onnx(FeedForward(**shape).eval(), Card(name="mine", network="feedforward"), path)
    return path


def in_page(page: Page, model: Path | None, target: Path, packed: Packed) -> Found:
    """Export a model, open the page, and return canvases, probabilities and chances of being a digit."""
    export_page(model, target)
    page.goto(target.as_uri())
    rows = [np.frombuffer(base64.b64decode(text), "<f4") for text in page.evaluate(IN_PAGE, packed)]
    found = np.array(rows)
    return found[:, :784].reshape(-1, 28, 28), found[:, 784:794], found[:, 794]


def test_the_page_makes_the_canvases_that_python_makes(
    quiet_page: Page, vectors: Vectors, tmp_path: Path
) -> None:
    expected, packed = vectors
    canvases, probabilities, chances = in_page(quiet_page, None, tmp_path / "page.html", packed)
    answers = Classifier()(expected)
    assert (np.abs(canvases - expected) <= 1 / 255).mean() >= 0.99
    assert (probabilities.argmax(1) == answers.probabilities.argmax(1)).mean() >= 0.995
    assert np.abs(probabilities - answers.probabilities).max() < 0.02
    assert Classifier().card.not_a_digit
    assert np.abs(chances - answers.digit_probability).max() < 0.02


def test_the_articles_network_answers_in_the_page_as_in_python(
    quiet_page: Page, vectors: Vectors, tmp_path: Path, article: Path
) -> None:
    expected, packed = vectors
    _, probabilities, _ = in_page(quiet_page, article, tmp_path / "page.html", packed)
    answers = Classifier(article / "model.onnx")(expected).probabilities
    assert (probabilities.argmax(1) == answers.argmax(1)).mean() >= 0.995
    assert np.abs(probabilities - answers).max() < 0.01


def test_a_larger_network_is_kept_in_bytes_and_still_answers_the_same(
    quiet_page: Page, vectors: Vectors, tmp_path: Path
) -> None:
    expected, packed = vectors
    model = network_file(tmp_path, hidden=(512, 128), activation="gelu")
    _, probabilities, _ = in_page(quiet_page, model, tmp_path / "page.html", packed)
    kinds = {one["kind"] for one in graph_of(model.read_bytes(), bits=8).description["tensors"].values()}
    answers = Classifier(model)(expected).probabilities
    assert "int8" in kinds
    assert (tmp_path / "page.html").stat().st_size <= MAX_BYTES
    assert np.abs(probabilities - answers).max() < 0.02


def test_a_network_that_does_not_fit_is_refused(
    tmp_path: Path, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zeronine.studio.export.MAX_BYTES", 150_000)
    with pytest.raises(ModelError, match="the limit is 150,000"):
        export_page(article, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_run_folder_is_taken_by_its_model(tmp_path: Path, article: Path) -> None:
    assert 200_000 < export_page(article, tmp_path / "page.html") <= MAX_BYTES
    assert "<h1>mine</h1>" in (tmp_path / "page.html").read_text()


def test_a_title_from_a_card_never_becomes_markup() -> None:
    page = render(graph_of(SHIPPED.read_bytes()), Card(), "<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_exporter_and_the_page_know_the_same_operations() -> None:
    table = re.search(r"const OPERATIONS = \{(.*?)^\};", (STATIC / "operations.js").read_text(), re.S | re.M)
    assert table is not None
    assert set(re.findall(r"^  ([A-Z]\w+):", table[1], re.M)) == set(OPERATIONS.split())


def test_modules_have_no_top_level_name_twice() -> None:
    names = re.findall(r"^(?:const|let|class|function|async function) (\w+)", bundle(MODULES), re.M)
    assert len(names) == len(set(names)) > 50


def test_drawing_in_the_exported_page_gives_the_answer(quiet_page: Page, tmp_path: Path) -> None:
    export_page(None, tmp_path / "page.html", title="Ours")
    quiet_page.goto((tmp_path / "page.html").as_uri())
    draw(quiet_page, 3)
    expect(quiet_page.locator(".numeral")).to_have_text("3")
    quiet_page.click("#clear")
    expect(quiet_page.locator(".verdict")).to_have_text("Nothing drawn yet.")


def test_the_command_line_writes_the_page(tmp_path: Path, article: Path) -> None:
    page = tmp_path / "my-digits.html"
    result = CliRunner().invoke(app, ["export", str(article), "--html", str(page)])
    assert result.exit_code == 0, result.output
    assert page.read_text().startswith("<!doctype html>")
    assert "kB, opens in any browser" in result.output
