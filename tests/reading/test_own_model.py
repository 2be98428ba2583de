"""A model of one's own names the digits that it reads, and the shipped networks only find them."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

import zeronine as zn
from zeronine.card import TAUGHT, Card
from zeronine.network.article import FeedForward
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier
from zeronine.reading.evidence import evidence_of
from zeronine.reading.reader import Reader

PAGE = Path(__file__).parents[1] / "pictures" / "3926-american-chalk-board.jpg"


def sevens(path: Path, card: Card) -> Path:
    """Write a model that says 7 whatever it sees."""
    network = FeedForward()
    with torch.no_grad():
        last = [one for one in network.modules() if isinstance(one, torch.nn.Linear)][-1]
        last.weight.zero_()
        last.bias.copy_(30.0 * torch.nn.functional.one_hot(torch.tensor(7), 10))
    export_onnx(network, card, path)
    return path


@pytest.fixture(scope="module")
def card() -> Card:
    return Card(name="sevens", network="feedforward")


@pytest.mark.parametrize("one", [False, True])
def test_a_model_that_only_knows_seven_reads_sevens(tmp_path: Path, card: Card, one: bool) -> None:
    found = Reader(sevens(tmp_path / "sevens.onnx", card)).read(PAGE, one=one, min_confidence=0)
    digits = [digit.value for number in found.numbers for digit in number.digits]
    assert digits and set(digits) == {7}


def test_one_that_was_taught_a_hand_is_asked_along_with_the_others(tmp_path: Path, card: Card) -> None:
    taught = Reader(sevens(tmp_path / "taught.onnx", replace(card, name="sevens" + TAUGHT)))
    shares = taught.evidence.pages
    assert min(shares.finder, shares.context, shares.canvas) > 0


def test_the_shipped_model_is_weighed_as_fitted() -> None:
    assert zn.Reader().evidence is evidence_of()
    assert Reader(Classifier()).evidence is evidence_of()
