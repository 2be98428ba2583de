"""How a head learns a hand: a few hundred steps downhill, held back by what it knew.

Three things pull: the new digits by cross-entropy; digits of other hands, on which the new answers have to
be the old ones (learning without forgetting: Li and Hoiem, 2016); and the old weights themselves (Li,
Grandvalet and Davoine, 2018).  The steps are Adam's (Kingma and Ba, 2015).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.teaching.heads import Head

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
RATE = 2e-3
BETAS = (0.9, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how carefully to learn."""

    steps: int = 150
    own_a_step: int = 96
    others_a_step: int = 160
    hold: float = 4.0  #: weight of the old answers beside the new digits
    stay: float = 1e-3  #: pull back to the old weights
    last_only: bool = False  #: leave the first layer as it is


CAREFUL = Plan()
FAST = Plan(steps=60, last_only=True)


def learn(
    head: Head,
    own: Floats,
    labels: Ints,
    others: Floats,
    plan: Plan,
    generator: np.random.Generator,
) -> Head:
    """Return the head after learning digits: features `own` (N, F), `labels` (N,), `others` (M, F).

    For a head with one output the labels are 1 (it is a digit) or 0.
    """
    kept = _said(head(others))
    parts = [part.copy() for part in head.parts]
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in parts]
    for step in range(1, plan.steps + 1):
        mine = generator.integers(0, len(own), min(plan.own_a_step, len(own)))
        theirs = generator.integers(0, len(others), min(plan.others_a_step, len(others)))
        features = np.concatenate([own[mine], others[theirs]])
        wanted = np.concatenate([_wanted(labels[mine], kept.shape[1]), kept[theirs]])
        weights = np.concatenate(
            [np.full(len(mine), 1 / len(mine)), np.full(len(theirs), plan.hold / max(len(theirs), 1))]
        ).astype(np.float32)
        now = head.like(parts)
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / plan.steps))
        for place, slope in enumerate(_slopes(now, features, wanted, weights)):
            if plan.last_only and place < 2:
                continue
            slope += plan.stay * (parts[place] - head.parts[place])
            _descend(parts[place], slope, moments[place], step, rate)
    return head.like(parts)


def _said(answers: Floats) -> Floats:
    """Return probabilities for answers (N, out): a softmax, or a logistic for one output."""
    if answers.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-np.clip(answers, -60, 60))), np.float32)
    shifted = np.exp(answers - answers.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def _wanted(labels: Ints, out: int) -> Floats:
    if out == 1:
        return labels[:, None].astype(np.float32)
    return np.eye(out, dtype=np.float32)[labels]


def _slopes(head: Head, features: Floats, wanted: Floats, weights: Floats) -> list[Floats]:
    """Return the slope of the weighted cross-entropy for every part of the head."""
    hidden = head.hidden(features)
    answers = (hidden @ head.second.T + head.second_bias) * np.float32(head.gain) + np.float32(head.shift)
    error = (_said(answers) - wanted) * weights[:, None] * np.float32(head.gain)  # (N, out)
    below = (error @ head.second) * (hidden > 0)  # (N, hidden)
    return [below.T @ features, below.sum(0), error.T @ hidden, error.sum(0)]


def _descend(part: Floats, slope: Floats, moments: tuple[Floats, Floats], step: int, rate: float) -> None:
    """Take one of Adam's steps, in place."""
    mean, square = moments
    mean += (1 - BETAS[0]) * (slope - mean)
    square += (1 - BETAS[1]) * (slope**2 - square)
    unbiased = mean / (1 - BETAS[0] ** step)
    part -= np.float32(rate) * unbiased / (np.sqrt(square / (1 - BETAS[1] ** step)) + 1e-8)
