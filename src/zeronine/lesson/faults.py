"""Which fault of the article costs what: each repaired alone, and all of them together.

Every row of the table is two epochs on the same 55,000 training digits, for several seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from zeronine.data.digits import Digits
from zeronine.training.calibrate import answers
from zeronine.training.loop import fit
from zeronine.training.recipe import RECIPES, Recipe

AS_PRINTED, REPAIRED = RECIPES["as-printed"], RECIPES["repaired"]

REPAIRS: dict[str, Recipe] = {
    "as printed": AS_PRINTED,
    "the second ReLU alone": AS_PRINTED.changed({"last_activation": True}),
    "log-softmax alone": AS_PRINTED.changed({"loss": "cross-entropy"}),
    "learning rate 0.1 alone": AS_PRINTED.changed({"learning_rate": 0.1}),
    "Adam alone": AS_PRINTED.changed({"optimizer": "adam"}),
    "log-softmax, learning rate 0.1": AS_PRINTED.changed({"loss": "cross-entropy", "learning_rate": 0.1}),
    "everything repaired": REPAIRED,
}  #: what is repaired -> the recipe


HEADINGS = ("repaired", "loss", "train, % right", "test, % right")


@dataclass(frozen=True)
class Row:
    """One line of the table: accuracies of several seeds after the same number of epochs."""

    repaired: str
    loss: tuple[float, ...]  #: mean over the last epoch
    train: tuple[float, ...]
    test: tuple[float, ...]

    def cells(self) -> tuple[str, str, str, str]:
        """Return the line as text, in the order of HEADINGS."""
        return self.repaired, f"{np.mean(self.loss):.3f}", spread(self.train), spread(self.test)


def spread(values: Sequence[float]) -> str:
    """Return mean and range of shares as per cent: `96.8 (96.5-97.1)`."""
    mean = f"{100 * float(np.mean(values)):.1f}"
    return mean if len(values) == 1 else f"{mean} ({100 * min(values):.1f}-{100 * max(values):.1f})"


def measure(
    train: Digits, test: Digits, *, seeds: int, done: Callable[[str], None] | None = None
) -> list[Row]:
    """Train every row of the table `seeds` times; `done` is told each finished training's name."""
    rows = []
    for repaired, recipe in REPAIRS.items():
        figures = []
        for seed in range(seeds):
            network, epochs = fit(train, replace(recipe, seed=seed))
            figures.append((epochs[-1]["loss"], _share_right(network, train), _share_right(network, test)))
            if done:
                done(repaired)
        loss, on_train, on_test = zip(*figures, strict=True)
        rows.append(Row(repaired, loss, on_train, on_test))
    return rows


def _share_right(network: nn.Module, digits: Digits) -> float:
    logits = answers(network, digits).logits
    return float((logits.argmax(1).numpy() == digits.labels).mean())
