"""Make the shipped model again: `make model`.

    python benchmarks/make_model.py --seeds 5 --folder runs/best

Trains the recipe `best` once for each seed, one after the other (about 15 minutes each on one core);
then every one of these networks goes on for a few epochs with all of them as teachers (about 7 minutes).
Ships the one with the lowest cross-entropy on the validation digits; test digits are not looked at.
It can be stopped and started again: every epoch is kept, and finished seeds are not trained twice.
Several of them side by side, each with its `--only SEED`, do the work of one.
The last line is JSON.
"""

import argparse
import copy
import json
import statistics
from dataclasses import replace
from functools import cache
from pathlib import Path

import torch
from torch import nn

from zeronine.card import Card
from zeronine.data.digits import Digits
from zeronine.data.mnist import load
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import SHIPPED
from zeronine.training.loop import resume, train
from zeronine.training.recipe import RECIPES
from zeronine.training.run import CHECKPOINT, Run
from zeronine.training.runlog import LiveLine

TAUGHT = {"name": "best, taught", "epochs": 6, "learning_rate": 0.0015}  #: how a seed goes on
LATER = 100  #: is added to its seed, so that other material is made


def main() -> None:
    """Train every seed that is missing, choose one, and write the shipped file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--only", type=int, default=None, help="teach this seed alone, and ship nothing")
    parser.add_argument("--folder", type=Path, default=Path("runs/best"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    teachers = [run_of(seed, asked.folder) for seed in seeds]
    wanted = [run for run in teachers if asked.only in (None, run.recipe.seed)]
    runs = [taught(run, [teacher.network for teacher in teachers]) for run in wanted]
    if asked.only is not None:
        return
    chosen = min(runs, key=loss_of)
    card = card_of(chosen, runs)
    difference = export_onnx(chosen.network, card, asked.out)
    said = {"shipped_seed": chosen.recipe.seed, "difference_from_pytorch": difference}
    print(json.dumps({**said, "bytes": asked.out.stat().st_size, "figures": card.figures}))


def run_of(seed: int, folder: Path) -> Run:
    """Train one seed, go on with it, or load it where it is finished."""
    place, (digits, validation) = folder / str(seed), data()
    with LiveLine(f"seed {seed}") as line:
        if (place / CHECKPOINT).exists():
            return resume(place, digits, validation=validation, watch=line)
        recipe = replace(RECIPES["best"], seed=seed)
        return train(digits, recipe, validation=validation, folder=place, watch=line)


def taught(run: Run, teachers: list[nn.Module]) -> Run:
    """Go on from one seed with all of them as teachers, or load what came of it."""
    place, (digits, validation) = run.folder.with_name(f"{run.folder.name}-taught"), data()
    with LiveLine(f"seed {run.recipe.seed}, taught") as line:
        if (place / CHECKPOINT).exists():
            return resume(place, digits, validation=validation, teachers=teachers, watch=line)
        recipe = replace(run.recipe, **TAUGHT, seed=run.recipe.seed + LATER)
        return train(
            digits,
            recipe,
            validation=validation,
            initial=copy.deepcopy(run.network).requires_grad_(True),
            teachers=teachers,
            folder=place,
            watch=line,
        )


@cache
def data() -> tuple[Digits, Digits]:
    """Return training and validation digits."""
    return load("train"), load("validation")


def loss_of(run: Run) -> float:
    """Return the validation cross-entropy after the last epoch."""
    return float(run.rows[-1]["validation_loss"])


def card_of(chosen: Run, runs: list[Run]) -> Card:
    """Return the chosen run's card, with what all seeds read of the validation digits."""
    shares = [run.card.figures["validation accuracy"]["value"] for run in runs]
    losses = [loss_of(run) for run in runs]
    seeds = ", ".join(str(run.recipe.seed) for run in runs)
    protocol = f"5,000 MNIST validation digits, never trained on; seeds {seeds}"
    figures = {
        **chosen.card.figures,
        "validation accuracy, all seeds": {
            "value": statistics.mean(shares),
            "count": len(shares),
            "interval": [min(shares), max(shares)],
            "protocol": f"mean of one figure a seed, lowest and highest; {protocol}",
        },
        "validation cross-entropy, all seeds": {
            "value": statistics.mean(losses),
            "count": len(losses),
            "interval": [min(losses), max(losses)],
            "protocol": f"the seed with the lowest is shipped: {chosen.recipe.seed}; {protocol}",
        },
    }
    return replace(chosen.card, name="zeronine", figures=figures)


if __name__ == "__main__":
    main()
