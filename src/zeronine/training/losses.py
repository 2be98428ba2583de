"""What training makes small: logits and labels in, one number out."""

import torch
from torch.nn import functional

from zeronine.data.batches import NO_DIGIT
from zeronine.network.contract import Outputs
from zeronine.training.recipe import Recipe

DOUBT = 0.3  #: weight of "is this a digit?" beside "which one?"


def loss_of(outputs: Outputs, labels: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Return the mean loss of a batch: what the network answered, labels (N,) int64 -> a scalar.

    "cross-entropy" is the negative logarithm of the right digit's probability.
    "nll-of-softmax" is the article's mistake: NLLLoss expects logarithms and is given the
    probabilities themselves, so the loss lies in [-1, 0], and its slope dies with the probability.
    Pictures of no digit (NO_DIGIT) only teach `digit_logit`, which is asked "is this a digit?".
    """
    logits = outputs.logits.float()
    if recipe.loss == "nll-of-softmax":
        which = functional.nll_loss(functional.softmax(logits, dim=1), labels, ignore_index=NO_DIGIT)
    else:
        which = functional.cross_entropy(
            logits, labels, ignore_index=NO_DIGIT, label_smoothing=recipe.label_smoothing
        )
    if not recipe.negatives:
        return which
    is_digit = (labels != NO_DIGIT).float()
    whether = functional.binary_cross_entropy_with_logits(outputs.digit_logit.float(), is_digit)
    return which + DOUBT * whether
