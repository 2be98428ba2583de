"""The network by hand against autograd, and against mathematics."""

from pathlib import Path

import numpy as np

from zeronine.data.digits import Digits
from zeronine.lesson.arithmetic import disagreement
from zeronine.network import by_hand

SIZES = (784, 128, 64, 10)


def test_slopes_equal_autograd(few: Digits) -> None:
    """Every weight's and bias's slope, for three random networks, to 1e-5 (found: about 1e-16)."""
    for seed in range(3):
        layers = by_hand.start(SIZES, np.random.default_rng(seed))
        assert disagreement(layers, few[64 * seed : 64 * seed + 64]) < 1e-5


def test_a_slope_is_what_a_small_change_does(few: Digits) -> None:
    """The slope of one weight equals the loss's change by finite differences."""
    layers = by_hand.start(SIZES, np.random.default_rng(0))
    inputs, labels = by_hand.normalise(few.images[:16] / 255), few.labels[:16]
    slopes = by_hand.backward(layers, by_hand.forward(layers, inputs), labels)
    step = 1e-6
    losses = []
    for sign in (1, -1):
        moved = by_hand.Layer(layers[1].weights.copy(), layers[1].biases)
        moved.weights[3, 5] += sign * step
        losses.append(by_hand.loss(by_hand.forward([layers[0], moved, layers[2]], inputs)[-1], labels))
    np.testing.assert_allclose((losses[0] - losses[1]) / (2 * step), slopes[1].weights[3, 5], atol=1e-7)


def test_it_learns(few: Digits) -> None:
    """A hundred steps on 64 digits by hand: from guessing to knowing them."""
    layers = by_hand.start(SIZES, np.random.default_rng(0))
    inputs, labels = by_hand.normalise(few.images[:64] / 255), few.labels[:64]
    losses = []
    for _ in range(100):
        layers, loss = by_hand.learn(layers, inputs, labels, 0.05)
        losses.append(loss)
    assert abs(losses[0] - np.log(10)) < 0.1
    assert losses[-1] < 0.2
    assert (by_hand.forward(layers, inputs)[-1].argmax(axis=1) == labels).mean() > 0.95


def test_it_is_under_a_hundred_lines() -> None:
    """The lesson promises it."""
    assert len(Path(by_hand.__file__).read_text(encoding="utf-8").splitlines()) < 100
