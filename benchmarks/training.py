"""How long does a recipe train, and how good is what it gives?

    python benchmarks/training.py quick --seeds 5 --threads 2
    python benchmarks/training.py convnet --seeds 5 --threads 2
    python benchmarks/training.py two-minutes --seeds 3 --threads 2
    python benchmarks/training.py quick --seeds 5 --threads 2 --peer

Training only is timed: digits are in memory before the clock starts, judging comes after it stops.
One run is thrown away to warm up.  `--peer` trains the network of PyTorch's own MNIST example beside it
(convolutions of 32 and 64, dropout, 128 units, Adadelta, batch 64) until it has read 99.0 % once.
Test digits are only counted here; every choice was made on validation digits.
The last line is JSON.
"""

import argparse
import json
import platform
import statistics
import time
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from zeronine.data.digits import Digits
from zeronine.data.mnist import load_mnist
from zeronine.training.calibrate import validate
from zeronine.training.loop import fit
from zeronine.training.recipe import Recipe, recipe_named

GOAL = 0.99  #: what the peer is trained to
MOST_EPOCHS = 8  #: of the peer


def main() -> None:
    """Time a recipe over several seeds, and say what it reads."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", help="a named recipe")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", action="store_true", help="train PyTorch's example network, too")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    train, validation, test = load_mnist()
    recipe = recipe_named(asked.recipe)
    fit(train[:5_000], replace(recipe, epochs=1))  # warm-up: libraries are loaded, kernels are chosen
    rows = [timed(train, validation, test, replace(recipe, seed=seed)) for seed in range(asked.seeds)]
    result: dict[str, Any] = {
        "recipe": recipe.to_dict(),
        "seeds": rows,
        **summary(rows),
        **machine(asked.threads),
    }
    if asked.peer:
        example = peer(train, test)
        result |= {"peer": example, "times_faster_than_peer": example["wall_s"] / result["wall_s_median"]}
    print(json.dumps(result))


def timed(train: Digits, validation: Digits, test: Digits, recipe: Recipe) -> dict[str, float]:
    """Train once; return seconds and shares read right."""
    wall, cpu = time.perf_counter(), time.process_time()
    network, _ = fit(train, recipe)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    row = {
        "seed": recipe.seed,
        "wall_s": wall,
        "cpu_s": cpu,
        "validation": validate(network, validation)["validation_accuracy"],
        "test": validate(network, test)["validation_accuracy"],
    }
    print(f"seed {recipe.seed}: {wall:.2f} s ({cpu:.2f} s of CPU), test {row['test']:.2%}", flush=True)
    return row


def summary(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return means, deviations and medians over the seeds."""
    tests = [row["test"] for row in rows]
    return {
        "test_mean": statistics.mean(tests),
        "test_deviation": statistics.stdev(tests) if len(tests) > 1 else 0.0,
        "validation_mean": statistics.mean(row["validation"] for row in rows),
        "wall_s_median": statistics.median(row["wall_s"] for row in rows),
        "wall_s_worst": max(row["wall_s"] for row in rows),
        "cpu_s_median": statistics.median(row["cpu_s"] for row in rows),
    }


def machine(threads: int) -> dict[str, str | int]:
    """Say what it ran on."""
    return {"threads": threads, "python": platform.python_version(), "torch": torch.__version__}


class Example(nn.Module):
    """The network of PyTorch's MNIST example, written down from its description."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
            nn.Flatten(),
            nn.Linear(9216, 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        )

    def forward(self, canvases: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(((canvases - 0.1307) / 0.3081)[:, None])
        return logits


def peer(train: Digits, test: Digits) -> dict[str, Any]:
    """Train the example network as its script does, until it reads 99.0 %; return the seconds it took.

    It learns from the same digits, held in memory: the example's own loader, one picture at a time,
    would make it slower still.
    """
    torch.manual_seed(0)
    network = Example()
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.7)
    images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
    seconds, read = 0.0, list[float]()
    while not (read and read[-1] >= GOAL) and len(read) < MOST_EPOCHS:
        began = time.perf_counter()
        network.train()
        for rows in torch.randperm(len(images)).split(64):
            loss = functional.cross_entropy(network(images[rows].float() / 255), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        seconds += time.perf_counter() - began
        network.eval()
        with torch.inference_mode():
            parts = torch.from_numpy(test.images).split(1000)
            answers = torch.cat([network(some.float() / 255).argmax(1) for some in parts])
        read.append(float((answers == torch.from_numpy(test.labels)).float().mean()))
        print(f"peer, epoch {len(read)}: {seconds:.0f} s, test {read[-1]:.2%}", flush=True)
    return {"wall_s": seconds, "test_after_each_epoch": read, "reached": read[-1] >= GOAL}


if __name__ == "__main__":
    main()
