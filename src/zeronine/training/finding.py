"""How the networks of pages learn, the finder and the second opinion: step, counts, and crops never seen."""

import torch
from torch import nn
from torch.nn import functional

from zeronine.data.pages.batches import CropBatches
from zeronine.network.finder import Found, Targets, finder_loss
from zeronine.training.recipe import Recipe

STEEPEST = 5.0  #: longest gradient that is followed whole (Pascanu, Mikolov and Bengio, 2013)
CERTAIN = 0.6  #: heat from which a place counts as a character's
WATCHED = 16  #: batches of crops from held-apart digits, shapes and fonts that watch a run


class PageStep:
    """PyTorch finds the slopes of the loss, the optimiser uses them."""

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, recipe: Recipe) -> None:
        """Keep what a step needs."""
        self.network, self.optimizer, self.recipe = network, optimizer, recipe
        self._loss = torch.zeros(())

    def forward(self, canvases: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the loss and the class logits of a batch.

        The finder takes crops (N, H, W) with maps (N, 8, h, w) and gives (N, 22, h, w); the second opinion
        takes glimpses (N, 2, 40, 40) with classes (N,) and gives (N, 23).
        """
        low = self.recipe.precision == "bfloat16"
        with torch.autocast(canvases.device.type, torch.bfloat16, enabled=low):
            answers = self.network(canvases)
        self._loss, logits = loss_on(answers, labels, smoothing=self.recipe.label_smoothing)
        return self._loss.detach(), logits.detach()

    def update(self, learning_rate: float) -> None:
        """Go backwards and let the optimiser step."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.zero_grad(set_to_none=True)
        self._loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), STEEPEST)
        self.optimizer.step()


def loss_on(
    answers: Found | torch.Tensor, labels: torch.Tensor, *, smoothing: float = 0.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the loss of what a network of pages answered, and its class logits."""
    if isinstance(answers, Found):
        found = Found(*(one.float() for one in answers))
        return finder_loss(found, targets_of(labels), smoothing=smoothing), found.kind
    logits = answers.float()
    return functional.cross_entropy(logits, labels, label_smoothing=smoothing), logits


def targets_of(maps: torch.Tensor) -> Targets:
    """Return the maps (N, 8, h, w) of `data/pages/targets.py` under their names."""
    return Targets(maps[:, 0], maps[:, 1], maps[:, 2].long(), maps[:, 3:7], maps[:, 7])


def counted(logits: torch.Tensor, labels: torch.Tensor) -> tuple[int, int]:
    """Return how many classes are right, and of how many; of maps, at the places of characters alone."""
    if labels.ndim == 1:
        return int((logits.argmax(1) == labels).sum()), len(labels)
    targets = targets_of(labels)
    here = targets.near > CERTAIN
    return int((logits.argmax(1) == targets.kind)[here].sum()), int(here.sum())


@torch.inference_mode()
def watch_pages(network: nn.Module, batches: CropBatches) -> dict[str, float]:
    """Return mean loss and share of right classes on crops that the network does not learn from."""
    training = network.training
    network.eval()
    losses, right, seen = [], 0, 0
    for batch in batches.epoch(torch.Generator().manual_seed(0)):
        loss, logits = loss_on(network(batch.canvases), batch.labels)
        losses.append(float(loss))
        some, of = counted(logits, batch.labels)
        right, seen = right + some, seen + of
    network.train(training)
    return {"validation_loss": sum(losses) / len(losses), "validation_accuracy": right / max(seen, 1)}
