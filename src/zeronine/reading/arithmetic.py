"""Log-odds, chances and log-probabilities: the arithmetic of opinions."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Float = TypeVar("Float", bound=np.floating)

FAR = 8.0  #: log-odds beyond which an opinion counts no more


def chance(log_odds: npt.NDArray[Float]) -> npt.NDArray[Float]:
    """Return the probability, in [0, 1], that log-odds stand for: the logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -60, 60))))


def clipped(values: Floats) -> Floats:
    """Return log-odds no farther than FAR from 0."""
    return np.clip(values, -FAR, FAR)


def log_odds(chances: Floats) -> Floats:
    """Return the log-odds of probabilities, no farther than FAR from 0."""
    inside = np.clip(chances, 1e-9, 1 - 1e-9)
    return clipped(np.log(inside / (1 - inside)))


def log_softmax(logits: Floats) -> Floats:
    """Return log-probabilities (n, k) of logits (n, k)."""
    shifted = logits - logits.max(axis=1, keepdims=True, initial=-np.inf)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float64)
