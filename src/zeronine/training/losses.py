"""What training makes small: logits and labels in, one number out."""

import torch
from torch.nn import functional

from zeronine.training.recipe import Recipe


def loss_of(logits: torch.Tensor, labels: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Return the mean loss of a batch: logits (N, 10), labels (N,) int64 -> a scalar.

    "cross-entropy" is the negative logarithm of the right digit's probability.
    "nll-of-softmax" is the article's mistake: NLLLoss expects logarithms and is given the
    probabilities themselves, so the loss lies in [-1, 0], and its slope dies with the probability.
    """
    if recipe.loss == "nll-of-softmax":
        return functional.nll_loss(functional.softmax(logits, dim=1), labels)
    return functional.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)
