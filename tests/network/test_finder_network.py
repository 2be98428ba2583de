"""The finder: its answers, its loss, and its file, which says what PyTorch says."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from zeronine.card import Card
from zeronine.errors import ModelError
from zeronine.network import page_file
from zeronine.network.finder import CLASSES, STRIDE, Finder, Found, Targets, evened, finder_loss
from zeronine.network.page_file import LEAST_ROUNDED, TOLERANCE, export_page_network
from zeronine.reading.finder import Finder as FinderFile


@pytest.fixture(scope="module", name="small")
def _small() -> Finder:
    """Return a small finder with weights by lot."""
    torch.manual_seed(0)
    network = Finder(stem=(8, 16, 16), deep=16, dilations=(1, 2), join=16)
    network.head.weight.data.normal_(0, 0.3)
    return network.eval()


def test_it_has_the_parameters_that_it_says() -> None:
    assert sum(weights.numel() for weights in Finder().parameters()) == pytest.approx(480_000, rel=0.05)


@pytest.mark.parametrize("shape", [(64, 64), (96, 192), (40, 600)])
def test_it_answers_for_every_fourth_pixel(shape: tuple[int, int], small: Finder) -> None:
    found = small(torch.rand(2, *shape))
    cells = (shape[0] // STRIDE, shape[1] // STRIDE)
    assert found.place.shape == (2, *cells)
    assert found.kind.shape == (2, CLASSES, *cells)
    assert found.box.shape == (2, 4, *cells)


def test_at_first_a_character_is_rare() -> None:
    torch.manual_seed(1)
    with torch.inference_mode():
        place = Finder().eval()(torch.rand(1, 96, 192)).place
    assert float(place.mean()) < -2


def test_light_and_contrast_are_evened_out() -> None:
    """A picture at a tenth of its contrast, on another tone, is nearly the same to the network."""
    g = torch.Generator().manual_seed(0)
    picture = torch.rand(1, 1, 96, 96, generator=g)
    one, faint = evened(picture), evened(0.7 + 0.1 * picture)
    assert float(torch.corrcoef(torch.stack([one.flatten(), faint.flatten()]))[0, 1]) > 0.999
    assert 0.6 < float(faint.std() / one.std()) < 1  # FLOOR keeps grain from growing into writing
    assert float(one.std()) == pytest.approx(1, abs=0.35)


def targets(*, kind: int = 3) -> Targets:
    """Return the truth of a crop with one character in the middle."""
    heat, near = torch.zeros(1, 8, 8), torch.zeros(1, 8, 8)
    heat[0, 4, 4], near[0, 4, 4] = 1.0, 1.0
    kinds = torch.full((1, 8, 8), kind)
    return Targets(heat, torch.ones(1, 8, 8), kinds, torch.zeros(1, 4, 8, 8), near)


def answer(*, place: float, kind: int = 3) -> Found:
    """Return a finder's answer: a character in the middle with this log-odds, and none elsewhere."""
    places, kinds = torch.full((1, 8, 8), -9.0), torch.zeros(1, CLASSES, 8, 8)
    places[0, 4, 4], kinds[0, kind, 4, 4] = place, 9.0
    return Found(places, kinds, torch.zeros(1, 4, 8, 8))


def test_the_right_answer_costs_least() -> None:
    right = float(finder_loss(answer(place=9.0), targets(), smoothing=0))
    assert right < 0.01
    assert float(finder_loss(answer(place=-9.0), targets(), smoothing=0)) > right + 1
    assert float(finder_loss(answer(place=9.0, kind=5), targets(), smoothing=0)) > right + 1


def test_what_is_not_watched_costs_nothing() -> None:
    wrong = answer(place=9.0)
    wrong.place[0, 0, 0] = 9.0
    truth = targets()
    seen = float(finder_loss(wrong, truth, smoothing=0))
    truth.watched[0, 0, 0] = 0
    assert float(finder_loss(wrong, truth, smoothing=0)) < seen - 1


def test_the_file_says_what_pytorch_says(small: Finder, tmp_path: Path) -> None:
    path = tmp_path / "finder.onnx"
    assert export_page_network(small, Card(name="finder", network="finder"), path) <= TOLERANCE
    grey = np.random.default_rng(0).integers(0, 256, (64, 96), dtype=np.uint8)
    session = onnxruntime.InferenceSession(path.read_bytes())
    pictures = grey[None].astype(np.float32) / 255
    with torch.inference_mode():
        expected = small(torch.from_numpy(pictures))
    for one, other in zip(expected, session.run(list(Found._fields), {"picture": pictures}), strict=True):
        np.testing.assert_allclose(one.numpy(), other, rtol=0.05, atol=0.05)


def test_the_file_is_half_as_large_as_its_weights(small: Finder, tmp_path: Path) -> None:
    path = tmp_path / "finder.onnx"
    export_page_network(small, Card(name="finder", network="finder"), path)
    large = sum(weights.numel() for weights in small.parameters() if weights.numel() >= LEAST_ROUNDED)
    graph = 60_000  #: bytes of steps, names and the card, whatever the network's size
    assert path.stat().st_size < 2 * large + graph
    assert FinderFile(path)(np.full((40, 60), 200, np.uint8)).place.shape == (10, 15)


def test_a_file_that_differs_is_not_written(
    small: Finder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_file, "_difference", lambda network, content: float("nan"))
    with pytest.raises(ModelError, match="differs from PyTorch"):
        export_page_network(small, Card(name="finder"), tmp_path / "finder.onnx")
    assert not list(tmp_path.iterdir())
