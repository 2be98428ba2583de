"""One learning step, two ways: by autograd for any network, and in place for the article's.

The in-place step is `network/by_hand.py` in PyTorch: the chain rule is written out, and a layer's
slope is added to its weights by the very product that computes it, so no gradient is ever stored.
It gives the same weights as autograd to rounding, in about half the time (benchmarks/speed.py).
"""

from typing import Protocol

import torch
from torch import nn

from zeronine.network.article import FeedForward
from zeronine.network.contract import Outputs
from zeronine.training.finding import PageStep
from zeronine.training.losses import loss_of
from zeronine.training.recipe import PAGES, Recipe


class Step(Protocol):
    """First `forward`; if its loss is good, `update`."""

    def forward(self, canvases: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the loss (a scalar) and the logits (N, 10) of a batch."""
        ...

    def update(self, learning_rate: float) -> None:
        """Take one step downhill from the batch that `forward` saw."""
        ...


def make_step(network: nn.Module, optimizer: torch.optim.Optimizer, recipe: Recipe) -> Step:
    """Return the fastest way of stepping that the recipe allows."""
    if recipe.network in PAGES:
        return PageStep(network, optimizer, recipe)
    plain = recipe.optimizer == "sgd" and recipe.activation == "relu" and not recipe.dropout
    plain = plain and not recipe.weight_decay and not recipe.negatives and recipe.precision == "float32"
    if plain and isinstance(network, FeedForward) and network.mean.device.type == "cpu":
        return InPlaceStep(network, optimizer, recipe)
    return AutogradStep(network, optimizer, recipe)


class AutogradStep:
    """PyTorch finds the slopes, the optimiser uses them."""

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, recipe: Recipe) -> None:
        """Keep what a step needs."""
        self.network, self.optimizer, self.recipe = network, optimizer, recipe
        self._loss = torch.zeros(())

    def forward(self, canvases: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return loss and logits."""
        low = self.recipe.precision == "bfloat16"
        with torch.autocast(canvases.device.type, torch.bfloat16, enabled=low):
            outputs: Outputs = self.network(canvases)
        self._loss = loss_of(outputs, labels, self.recipe)
        return self._loss.detach(), outputs.logits.detach()

    def update(self, learning_rate: float) -> None:
        """Go backwards and let the optimiser step."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.zero_grad(set_to_none=True)
        self._loss.backward()
        self.optimizer.step()


class InPlaceStep:
    """Gradient descent (with Nesterov's momentum) for a feed-forward network of ReLU layers."""

    def __init__(self, network: FeedForward, optimizer: torch.optim.Optimizer, recipe: Recipe) -> None:
        """Keep the layers; momentum lives in the optimiser's own memory, so checkpoints hold it."""
        linear = [one for one in network.hidden if isinstance(one, nn.Linear)]
        self.layers: list[tuple[torch.Tensor, torch.Tensor]] = [
            (one.weight, one.bias) for one in (*linear, network.output)
        ]
        self.rectified = len(linear) if recipe.last_activation else len(linear) - 1  #: layers with a ReLU
        self.network, self.optimizer, self.recipe = network, optimizer, recipe
        self._values: list[torch.Tensor] = []
        self._slope = torch.zeros(())

    @torch.no_grad()
    def forward(self, canvases: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return loss and logits; what every layer gives is kept for `update`."""
        values = [canvases.flatten(1).sub(self.network.mean).div_(self.network.deviation)]  # (N, 784)
        for place, (weight, bias) in enumerate(self.layers):
            values.append(torch.addmm(bias, values[-1], weight.t()))
            if place < self.rectified:
                values[-1].relu_()
        loss, self._slope = _slope_of(values[-1], labels, self.recipe)
        self._values = values
        return loss, values[-1]

    @torch.no_grad()
    def update(self, learning_rate: float) -> None:
        """Go backwards through the layers, each taking its step as soon as its slope is known."""
        slope = self._slope  # (N, 10)
        for place in reversed(range(len(self.layers))):
            weight, bias = self.layers[place]
            if place < self.rectified:
                slope = torch.ops.aten.threshold_backward(slope, self._values[place + 1], 0)
            below = slope @ weight if place else slope
            self._descend(weight, slope, self._values[place], learning_rate)
            self._descend(bias, slope, None, learning_rate)
            slope = below

    def _descend(
        self, weight: torch.Tensor, slope: torch.Tensor, incoming: torch.Tensor | None, rate: float
    ) -> None:
        """Take one parameter downhill; its slope is `slope.T @ incoming`, or for a bias the sum of rows."""
        momentum = self.recipe.momentum
        if momentum:
            memory = self._memory(weight)
            _add(memory, slope, incoming, keep=momentum, share=1.0)
            weight.add_(memory, alpha=-rate * momentum)
        _add(weight, slope, incoming, keep=1.0, share=-rate)

    def _memory(self, weight: torch.Tensor) -> torch.Tensor:
        state = self.optimizer.state[weight]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(weight)
        memory: torch.Tensor = state["momentum_buffer"]
        return memory


def _slope_of(
    logits: torch.Tensor, labels: torch.Tensor, recipe: Recipe
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the loss and its slope for each logit (N, 10); the loss itself is left to autograd."""
    leaf = logits.detach().requires_grad_()
    with torch.enable_grad():
        loss = loss_of(Outputs(leaf, leaf, leaf), labels, recipe)
    (slope,) = torch.autograd.grad(loss, leaf)
    return loss.detach(), slope


def _add(
    target: torch.Tensor, slope: torch.Tensor, incoming: torch.Tensor | None, *, keep: float, share: float
) -> None:
    """Set target to keep x target + share x (slope of the parameter), in place."""
    if incoming is not None:
        target.addmm_(slope.t(), incoming, beta=keep, alpha=share)
    else:
        target.mul_(keep).add_(slope.sum(0), alpha=share)
