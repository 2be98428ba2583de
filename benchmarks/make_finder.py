"""Train the shipped networks of pages again: `make finder`.

    python benchmarks/make_finder.py finder --folder runs/finder [--seed 0] [--threads 1]
    python benchmarks/make_finder.py context --folder runs/context

Trains the recipe `finder`, or `context` for the second opinion, on crops of pages that are made while it
learns, from MNIST's training digits, written shapes and fonts; one thread learns, another makes crops, so
two cores are busy.  It can be stopped and started again.  The result is written to
`src/zeronine/models/`; fit the reader's evidence anew after it (`make reader`).  The last line is JSON.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from zeronine.data.mnist import load
from zeronine.models import CHECKPOINT
from zeronine.network.build import build
from zeronine.network.checkpoint import AVERAGE, load_network, read_checkpoint
from zeronine.network.page_file import export_page_network
from zeronine.reading.finder import SHIPPED
from zeronine.training.loop import resume, train
from zeronine.training.recipe import PAGES, RECIPES
from zeronine.training.runlog import LiveLine


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", choices=PAGES, nargs="?", default="finder")
    parser.add_argument("--folder", type=Path, help="default: runs/ and the network's name")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    parser.add_argument("--initial", type=Path, help="a run's folder whose network is gone on from")
    parser.add_argument("--out", type=Path, help="default: the shipped file")
    asked = parser.parse_args()
    folder = asked.folder or Path("runs") / asked.network
    out = asked.out or SHIPPED.with_name(f"{asked.network}.onnx")
    torch.set_num_threads(asked.threads)
    digits, validation = load("train"), load("validation")
    with LiveLine(asked.network) as line:
        if (folder / CHECKPOINT).exists():
            run = resume(folder, digits, validation=validation, watch=line)
        else:
            recipe = replace(RECIPES[asked.network], seed=asked.seed)
            recipe = replace(recipe, epochs=asked.epochs or recipe.epochs)
            initial = None if asked.initial is None else network_of(asked.initial)
            run = train(digits, recipe, validation=validation, folder=folder, initial=initial, watch=line)
    difference = export_page_network(run.network, run.card, out)
    print(json.dumps({"difference_from_pytorch": difference, "bytes": out.stat().st_size, **run.rows[-1]}))


def network_of(folder: Path) -> nn.Module:
    """Return the network of a run, the mean of its weights."""
    kept = read_checkpoint(folder / CHECKPOINT)
    network = build(kept.card.recipe)
    load_network(network, kept.tensors, where=str(folder), prefix=AVERAGE)
    return network


if __name__ == "__main__":
    main()
