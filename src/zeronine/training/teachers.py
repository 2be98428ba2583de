"""A network taught by several others: their mean answer to a picture stands beside its label.

Several seeds of one recipe err on different pictures, and their mean errs on fewer; a single network of
the same size can learn much of that mean (Hinton, Vinyals and Dean, 2015: distillation).
The teachers see the very pictures that the network sees, varied in the same way.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from zeronine.data.batches import NO_DIGIT
from zeronine.network.contract import Outputs
from zeronine.training.losses import DOUBT
from zeronine.training.recipe import Recipe
from zeronine.training.steps import AutogradStep

TRUST = 0.7  #: weight of what the teachers say; the rest is the label's


class TaughtStep(AutogradStep):
    """A learning step with teachers."""

    def __init__(
        self,
        network: nn.Module,
        optimizer: torch.optim.Optimizer,
        recipe: Recipe,
        teachers: Sequence[nn.Module],
    ) -> None:
        """Keep the teachers, which learn nothing any more; there is at least one."""
        super().__init__(network, optimizer, recipe)
        self.teachers = [teacher.eval().requires_grad_(False) for teacher in teachers]

    def loss(self, outputs: Outputs, canvases: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss against labels and teachers together."""
        taught = taught_loss(outputs, [teacher(canvases) for teacher in self.teachers], labels)
        return (1 - TRUST) * super().loss(outputs, canvases, labels) + TRUST * taught


def taught_loss(outputs: Outputs, others: Sequence[Outputs], labels: torch.Tensor) -> torch.Tensor:
    """Return the mean loss of a batch against the mean answer of others.

    Where there is no digit (NO_DIGIT among labels (N,)), only whether there is one counts.
    """
    which = torch.stack([one.logits.float().softmax(1) for one in others]).mean(0)  # (N, 10)
    whether = torch.stack([one.digit_logit.float().sigmoid() for one in others]).mean(0)  # (N,)
    digits = labels != NO_DIGIT
    loss = functional.cross_entropy(outputs.logits.float()[digits], which[digits])
    return loss + DOUBT * functional.binary_cross_entropy_with_logits(outputs.digit_logit.float(), whether)
