"""The article's network: its size, its faults, its normalisation."""

import pytest
import torch

from zeronine.network.article import FeedForward
from zeronine.network.contract import parameter_count


def test_the_article_has_109386_parameters() -> None:
    """784 x 128 + 128 + 128 x 64 + 64 + 64 x 10 + 10."""
    assert parameter_count(FeedForward()) == 109_386
    assert parameter_count(FeedForward(last_activation=False)) == 109_386


def test_outputs_have_the_contract_s_shapes() -> None:
    outputs = FeedForward()(torch.zeros(3, 28, 28))
    assert outputs.logits.shape == (3, 10)
    assert outputs.embedding.shape == (3, 64)
    assert outputs.digit_logit.shape == (3,)


def test_the_missing_relu_makes_two_layers_one_linear_map() -> None:
    """As printed, everything behind the first ReLU is linear: f(a) + f(b) = f(a + b) + f(0)."""
    torch.manual_seed(0)
    behind = FeedForward(last_activation=False)
    repaired = FeedForward()
    a, b = torch.rand(2, 5, 128)

    def tail(network: FeedForward, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = network.output(network.hidden[2:](x))
        return logits

    def gap(network: FeedForward) -> float:
        both = tail(network, a + b) + tail(network, torch.zeros_like(a))
        return float((tail(network, a) + tail(network, b) - both).abs().max().detach())

    assert gap(behind) < 1e-5
    assert gap(repaired) > 1e-3


def test_paper_becomes_minus_one_and_ink_one() -> None:
    """Mean and deviation of 0.5 are applied inside."""
    network = FeedForward(hidden=())
    torch.nn.init.ones_(network.output.weight)
    torch.nn.init.zeros_(network.output.bias)
    assert network(torch.zeros(1, 28, 28)).logits[0, 0].item() == pytest.approx(-784)
    assert network(torch.ones(1, 28, 28)).logits[0, 0].item() == pytest.approx(784)
