"""How fast the article's network trains and is judged, as ratios to named peers in one run.

    python benchmarks/speed.py article [--rounds 3]

Three ways of training the article's two epochs (as printed, 55,000 digits, batch 64), in turn:

- `dataloader`: the article's own way, a Dataset that makes every picture from PIL, and a DataLoader;
- `eager`: the plain loop over tensors in memory, as most tutorials' fast version has it;
- `zeronine`: `zeronine.training.loop.fit`.

And two ways of counting right answers on the training digits: one picture at a time, as the article
does, and `zeronine.training.calibrate.answers`.
The first round is thrown away; the last line of stdout is JSON, medians over the other rounds.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from zeronine.data.batches import Batches
from zeronine.data.digits import Digits
from zeronine.data.mnist import load
from zeronine.network.article import FeedForward
from zeronine.training.calibrate import answers
from zeronine.training.loop import _seed, fit
from zeronine.training.recipe import RECIPES

RECIPE = RECIPES["as-printed"]
COUNTED = 3_000  #: pictures that are counted one at a time; the rest would take as long each


class ArticleData(torch.utils.data.Dataset[tuple[torch.Tensor, int]]):
    """One picture after the other through PIL, as the article's transforms do."""

    def __init__(self, digits: Digits) -> None:
        self.digits = digits

    def __len__(self) -> int:
        return len(self.digits)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        picture = Image.fromarray(self.digits.images[index])
        tensor = torch.from_numpy(np.array(picture, copy=True)).unsqueeze(0).to(torch.float32).div(255)
        return (tensor - 0.5) / 0.5, int(self.digits.labels[index])


def layers() -> torch.nn.Sequential:
    """Return the network that the article's code builds, without Softmax (it stands in the loss)."""
    torch.manual_seed(RECIPE.seed)
    ours = FeedForward(last_activation=False)
    return torch.nn.Sequential(ours.hidden[0], torch.nn.ReLU(), ours.hidden[2], ours.output)


def learn(
    network: torch.nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor
) -> float:
    """Take one step the plain way and return the loss."""
    loss = functional.nll_loss(functional.softmax(network(x.view(len(x), -1)), dim=1), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def train_dataloader(digits: Digits) -> torch.nn.Module:
    network = layers()
    optimizer = torch.optim.SGD(network.parameters(), lr=RECIPE.learning_rate)
    loader = torch.utils.data.DataLoader(ArticleData(digits), batch_size=RECIPE.batch_size, shuffle=True)
    for _ in range(RECIPE.epochs):
        for x, y in loader:
            learn(network, optimizer, x, y)
    return network


def train_eager(digits: Digits) -> torch.nn.Module:
    """The same batches in the same order as ours, so that the weights can be compared."""
    network = layers()
    optimizer = torch.optim.SGD(network.parameters(), lr=RECIPE.learning_rate)
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labels)
    for epoch in range(RECIPE.epochs):
        order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(_seed(RECIPE, epoch)))
        for start in range(0, len(digits), RECIPE.batch_size):
            some = order[start : start + RECIPE.batch_size]
            learn(network, optimizer, (images[some].float() / 255 - 0.5) / 0.5, labels[some])
    return network


def train_ours(digits: Digits) -> torch.nn.Module:
    network, _ = fit(digits, RECIPE)
    assert isinstance(network, FeedForward)
    return torch.nn.Sequential(network.hidden[0], torch.nn.ReLU(), network.hidden[2], network.output)


def count_one_by_one(network: FeedForward, digits: Digits) -> int:
    """Count as the article does: a forward pass for every picture, and a list to find the largest."""
    right = 0
    for x, y in torch.utils.data.DataLoader(ArticleData(digits), batch_size=64):
        for index in range(len(y)):
            with torch.no_grad():
                logits = network.output(network.hidden(x[index].view(1, 784)))
            chances = list(torch.softmax(logits, dim=1).numpy()[0])
            right += chances.index(max(chances)) == y[index].item()
    return right


def count_ours(network: FeedForward, digits: Digits) -> int:
    return int((answers(network, digits).logits.argmax(1).numpy() == digits.labels).sum())


def seconds(work: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def article(rounds: int) -> dict[str, object]:
    digits = load("train")
    same = largest_difference(train_eager(digits), train_ours(digits))
    ways = {"dataloader": train_dataloader, "eager": train_eager, "zeronine": train_ours}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            if name == "dataloader" and turn > 1:
                continue  # one counted round of it is enough: it takes a minute where others take one second
            taken = seconds(way, digits)
            print(f"round {turn}: {name:<10} {taken:7.2f} s{'  (warm-up)' if turn == 0 else ''}", flush=True)
            if turn:
                times[name].append(taken)
    medians = {name: statistics.median(values) for name, values in times.items()}
    eager_ratios = [a / b for a, b in zip(times["eager"], times["zeronine"], strict=True)]
    network, some = FeedForward(), digits[:COUNTED]
    assert count_one_by_one(network, some) == count_ours(network, some)
    slow = seconds(count_one_by_one, network, some) / COUNTED
    fast = statistics.median(seconds(count_ours, network, digits) for _ in range(5)) / len(digits)
    return {
        "times_faster_than_dataloader": round(medians["dataloader"] / medians["zeronine"], 2),
        "times_faster_than_eager": round(statistics.median(eager_ratios), 3),
        "count_times_faster": round(slow / fast, 1),
        "largest_weight_difference_to_eager": same,
        "seconds": {name: round(value, 3) for name, value in medians.items()},
        "rounds": rounds,
        "digits": len(digits),
        "batches_an_epoch": len(Batches(digits, RECIPE.batch_size)),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.machine(),
    }


def largest_difference(one: torch.nn.Module, other: torch.nn.Module) -> float:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["article"])
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds [5]")
    chosen = parser.parse_args()
    print(json.dumps(article(chosen.rounds)))


if __name__ == "__main__":
    main()
