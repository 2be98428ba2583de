"""A model file is judged before it is opened: what is damaged, foreign or a bomb is refused, at once."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from common import slowness
from hostile import KINDS, changed_card, hostile
from zeronine.card import Card, card_from_json
from zeronine.errors import ModelError
from zeronine.models import SHIPPED
from zeronine.network.article import FeedForward
from zeronine.network.convnet import ConvNet
from zeronine.network.onnx import export_onnx
from zeronine.onnx_file import digest_of, metadata_of, read_graph
from zeronine.reading.classify import Classifier
from zeronine.reading.onnx_check import check_model

NETWORKS: dict[str, Callable[[], torch.nn.Module]] = {
    "feedforward": lambda: FeedForward((16, 8)),
    "convnet": lambda: ConvNet(((4,), (8,), (8, 8))),
}


@pytest.fixture(scope="module", params=list(NETWORKS))
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a good model file, once of each network."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("good") / "model.onnx"
    export_onnx(NETWORKS[request.param](), Card(name="good"), path)
    return path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_file_is_refused_at_once(good: bytes, tmp_path: Path, kind: str) -> None:
    """Two seconds of processor time, and no error but one that says what is wrong with the file."""
    path = tmp_path / "bad.onnx"
    path.write_bytes(hostile(good, kind, np.random.default_rng(0)))
    began = time.process_time()
    with pytest.raises(ModelError, match=r"bad\.onnx"):
        Classifier(path)
    assert time.process_time() - began < 2 * slowness()


def test_the_good_file_and_the_shipped_one_are_opened(good: bytes, tmp_path: Path) -> None:
    """What is refused above is refused for what was done to it."""
    path = tmp_path / "good.onnx"
    path.write_bytes(good)
    assert Classifier(path).card.name == "good"
    assert Classifier(SHIPPED).card.digest == digest_of(SHIPPED.read_bytes())


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
@pytest.mark.parametrize("hidden", [(), (8,), (8, 8, 8)], ids=str)
def test_every_feed_forward_network_is_opened(
    tmp_path: Path, activation: str, hidden: tuple[int, ...]
) -> None:
    export_onnx(FeedForward(hidden, activation=activation, dropout=0.1), Card(), tmp_path / "model.onnx")
    assert Classifier(tmp_path / "model.onnx")(np.zeros((5, 28, 28))).logits.shape == (5, 10)


@pytest.mark.parametrize("stages", [((4,),), ((2, 2), (2,), (2, 2, 2), (2,)), ((96,), (4,))], ids=str)
def test_every_convolutional_network_is_opened(tmp_path: Path, stages: tuple[tuple[int, ...], ...]) -> None:
    export_onnx(ConvNet(stages), Card(), tmp_path / "model.onnx")
    assert Classifier(tmp_path / "model.onnx")(np.zeros((5, 28, 28))).logits.shape == (5, 10)


def test_the_cost_of_a_canvas_is_what_the_layers_say(tmp_path: Path) -> None:
    """784 x 16 + 16 x 8 + 8 x 10 multiplications, and four for each number on the way."""
    export_onnx(FeedForward((16, 8)), Card(), tmp_path / "model.onnx")
    content = (tmp_path / "model.onnx").read_bytes()
    graph = read_graph(content)
    cost = check_model(content, "", where="here")
    assert cost.values == 784
    layers = 784 * 16 + 16 * 8 + 8 * 10
    assert layers < cost.products < layers + 4 * 784 * len(graph.nodes)


# ---- damage ----


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    """Wherever it is: in a weight, a name, the card or the frame, the file is refused or answers the same."""
    content = bytearray(SHIPPED.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        metadata = metadata_of(bytes(content))
        digest = card_from_json(metadata["zeronine"], where="here").digest
        check_model(bytes(content), digest, where="here")
    except (ModelError, ValueError, KeyError):
        return
    assert digest_of(bytes(content)) == digest_of(SHIPPED.read_bytes())
    assert digest or b"digest" in SHIPPED.read_bytes()[place - 100 : place + 100]


def test_a_weight_that_was_changed_is_told_as_damage(good: bytes, tmp_path: Path) -> None:
    model = onnx.load_from_string(good)
    weight = max(model.graph.initializer, key=lambda one: len(one.raw_data))
    place = good.index(weight.raw_data) + 400
    path = tmp_path / "bad.onnx"
    path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
    with pytest.raises(ModelError, match="the file is damaged"):
        Classifier(path)


def test_a_file_of_an_older_version_has_no_digest_and_is_opened(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "old.onnx"
    path.write_bytes(changed_card(good, digest=""))
    assert Classifier(path).card.digest == ""


# ---- cards ----

FIGURE = {"value": 0.9, "count": 10, "interval": [0.8, 1.0], "protocol": "counted"}
WRONG: list[dict[str, Any]] = [
    {"format": True},
    {"format": "1"},
    {"name": 3},
    {"network": None},
    {"recipe": []},
    {"temperature": "1"},
    {"temperature": 0},
    {"temperature": float("nan")},
    {"digit_threshold": float("inf")},
    {"not_a_digit": 1},
    {"figures": {"accuracy": 0.9}},
    {"figures": {"accuracy": FIGURE | {"interval": [0.8]}}},
    {"figures": {"accuracy": FIGURE | {"count": "many"}}},
    {"figures": {"accuracy": FIGURE | {"value": float("nan")}}},
    {"figures": {"accuracy": FIGURE | {"value": 10**400}}},
    {"versions": {"torch": 2}},
    {"licence": {}},
    {"digest": 7},
    {"digest": "0" * 64},
    {"more": 1},
]


@pytest.mark.parametrize("entries", WRONG, ids=str)
def test_a_card_of_the_wrong_kind_is_refused(good: bytes, tmp_path: Path, entries: dict[str, Any]) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(changed_card(good, **entries))
    with pytest.raises(ModelError, match=r"bad\.onnx"):
        Classifier(path)


@pytest.mark.parametrize("text", ["", "[" * 100_000, '{"format": 1' + " " * 2**19 + "}", "null", "1e999"])
def test_text_that_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="here"):
        card_from_json(text, where="here")


def test_a_good_card_is_read_whatever_it_holds() -> None:
    card = Card(name="x", figures={"accuracy": FIGURE}, versions={"torch": "2"}, temperature=2)
    assert card_from_json(json.dumps(json.loads(card.to_json())), where="here") == card
