"""What is read out of a model file is what the model computes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import Make
from zeronine.canvas import Canvases
from zeronine.explaining.insight import look_into
from zeronine.onnx_file import read_graph
from zeronine.reading.classify import Classifier

LIVELY = pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])


def canvases(count: int = 8) -> Canvases:
    return np.random.default_rng(3).random((count, 28, 28), np.float32)


@LIVELY
@pytest.mark.parametrize("last", [True, False])
def test_layers_compute_what_the_model_does(make: Make, activation: str, last: bool) -> None:
    """NumPy's logits out of the layers equal the session's, for every activation and temperature."""
    _, classifier = make((24, 12), activation, last=last, warm=1.7)
    insight = look_into(classifier)
    assert insight.from_canvas
    assert insight.hidden == ("hidden 1", "hidden 2")
    assert insight.widths == (24, 12)
    assert insight.layers[1].activation == (activation if last else "none")
    answers = classifier(canvases())
    found = insight.logits(insight.start(canvases(), answers))
    np.testing.assert_allclose(found, answers.logits, atol=1e-4)


def test_a_network_without_hidden_layers_is_one_layer(make: Make) -> None:
    """The linear network is seen through as one layer, without hidden ones."""
    _, classifier = make(())
    insight = look_into(classifier)
    assert insight.from_canvas
    assert insight.hidden == ()
    assert len(insight.layers) == 1


def test_the_convnet_shows_its_last_layer(shipped_model: Classifier, drawings: Canvases) -> None:
    """Of the shipped convnet the layer after the embedding is seen, and it gives the model's logits."""
    insight = look_into(shipped_model)
    assert not insight.from_canvas
    assert insight.hidden == ("embedding",)
    answers = shipped_model(drawings)
    found = insight.logits(insight.start(drawings, answers))
    np.testing.assert_allclose(found, answers.logits, atol=1e-3)


def test_layers_that_do_not_agree_are_not_shown(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the numbers read differ from what the model answers, there is no insight."""
    _, classifier = make((24, 12), "tanh")
    monkeypatch.setattr("zeronine.explaining.insight._activation", lambda steps: "relu")
    insight = look_into(classifier)
    assert not insight.from_canvas, "a tanh taken for a relu has to be noticed"


@pytest.mark.parametrize("layer", [0, 1])
def test_units_switched_off_are_zero_and_count_no_more(make: Make, layer: int) -> None:
    """Switching off all units of a layer leaves what the biases after it give; nothing else changes."""
    _, classifier = make((24, 12))
    insight = look_into(classifier)
    start = insight.start(canvases(3), classifier(canvases(3)))
    whole, without = insight.units(start), insight.units(start, {layer: None})
    assert not without[layer].any()
    for before in range(layer):
        np.testing.assert_array_equal(without[before], whole[before])
    logits = insight.logits(start, {layer: None})
    assert np.ptp(logits, axis=0).max() < 1e-12, "with a layer off, every canvas gets the same answer"
    one = insight.units(start, {layer: [5]})[layer]
    assert not one[:, 5].any()
    np.testing.assert_array_equal(np.delete(one, 5, 1), np.delete(whole[layer], 5, 1))


def test_logits_from_a_layer_are_the_logits(make: Make) -> None:
    """Going on from the values of any hidden layer ends in the same logits."""
    _, classifier = make((24, 12))
    insight = look_into(classifier)
    start = insight.start(canvases(2), classifier(canvases(2)))
    for number, values in enumerate(insight.units(start)):
        np.testing.assert_allclose(insight.logits_from(number, values), insight.logits(start))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_foreign_bytes_are_refused(content: bytes) -> None:
    """Bytes that are no model raise ValueError and nothing else; a few read as an empty graph."""
    try:
        graph = read_graph(content)
    except ValueError:
        return
    assert isinstance(graph.nodes, tuple)


def test_a_cut_model_file_is_refused(shipped_model: Classifier) -> None:
    """A model file cut anywhere is refused, not read in part."""
    content = shipped_model.path.read_bytes()
    for size in range(0, len(content) - 1, len(content) // 23):
        with pytest.raises(ValueError):
            read_graph(content[:size])
