"""Which recipe, which choice of it, how many seeds: many trainings, on this machine or on a Ray cluster.

    python benchmarks/sweep.py article-best repaired --seeds 3 --out sweep
    python benchmarks/sweep.py repaired --vary learning_rate=0.02,0.04 --vary epochs=2,4 --out sweep
    python benchmarks/sweep.py convnet --seeds 5 --threads 2 --out sweep --on ray

Every training is one Parquet file in OUT: recipe, seed, figures on validation digits, seconds, and the card
as JSON.  What is there is not trained again, so a sweep that was ended goes on by the same command.
Recipes are compared on validation digits; test digits are not touched.  The last line is JSON.
"""

import argparse
import hashlib
import itertools
import json
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from zeronine.bulk.job import Engine
from zeronine.bulk.spread import spread
from zeronine.training.recipe import Recipe, recipe_named


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="+", help="named recipes")
    parser.add_argument("--vary", action="append", default=[], help="choice=value,value; repeat it")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--on", type=Engine, choices=list(Engine), default=Engine.processes)
    parser.add_argument("--workers", type=int, help="trainings at a time")
    parser.add_argument("--threads", type=int, default=1, help="cores of a training")
    parser.add_argument("--digits", type=int, help="train with the first so many")
    asked = parser.parse_args()
    plan = recipes(asked.recipes, asked.vary, asked.seeds)
    print(json.dumps(sweep(plan, asked.out, asked.on, asked.workers, asked.threads, asked.digits)))


def recipes(names: list[str], vary: list[str], seeds: int) -> list[Recipe]:
    """Return every recipe with every combination of choices and every seed."""
    choices = [
        [(name, json.loads(value)) for value in values.split(",")]
        for name, _, values in (one.partition("=") for one in vary)
    ]
    return [
        replace(recipe_named(name).changed(dict(combination)), seed=seed)
        for name in names
        for combination in itertools.product(*choices)
        for seed in range(seeds)
    ]


def sweep(
    plan: list[Recipe], out: Path, on: Engine, workers: int | None, threads: int, digits: int | None
) -> dict[str, Any]:
    """Train what is not there yet, and return the mean and deviation of every recipe over its seeds."""
    from zeronine.bulk.tables import write_table

    todo = [one for one in plan if not place_of(one, digits, out).is_file()]
    work = partial(trained, threads=threads, digits=digits)
    for recipe, row in spread(work, todo, on=on, workers=workers, cores_each=threads):
        write_table(as_table(row), place_of(recipe, digits, out))
        print(
            f"{row['recipe']}, seed {row['seed']}: {row['validation']:.2%}, {row['wall_s']:.1f} s", flush=True
        )
    return {"trained": len(todo), "recipes": summary([place_of(one, digits, out) for one in plan])}


def place_of(recipe: Recipe, digits: int | None, out: Path) -> Path:
    """Return the file of a training, which depends on all that its figures depend on."""
    data = json.dumps([recipe.to_dict(), digits], sort_keys=True)
    return out / f"{recipe.name}-{hashlib.sha256(data.encode()).hexdigest()[:12]}.parquet"


def trained(recipe: Recipe, *, threads: int, digits: int | None) -> dict[str, Any]:
    """Train once, and return the row: figures are those of the validation digits."""
    import torch

    from zeronine.data.mnist import load_mnist
    from zeronine.training.loop import train

    torch.set_num_threads(threads)
    learning, validation, _ = load_mnist()
    wall, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        run = train(learning[: digits or len(learning)], recipe, validation=validation, folder=folder)
    last = run.rows[-1]
    return {
        "recipe": replace(recipe, seed=0).title,
        "seed": recipe.seed,
        "validation": last["validation_accuracy"],
        "broke": run.broke is not None,  # it exploded or died
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "card": run.card.to_json(),
    }


def as_table(row: dict[str, Any]) -> Any:
    import pyarrow as pa

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    return pa.table({name: pa.array([value], kinds[type(value)]) for name, value in row.items()})


def summary(files: list[Path]) -> list[dict[str, Any]]:
    """Return the recipes, the best on validation digits first."""
    import pyarrow.parquet as pq

    found = defaultdict(list)
    for file in files:
        (row,) = pq.read_table(file).to_pylist()
        found[row["recipe"]].append(row)
    rows = [
        {
            "recipe": name,
            "seeds": len(some),
            "validation_mean": statistics.mean(one["validation"] for one in some),
            "validation_deviation": statistics.stdev(o["validation"] for o in some) if len(some) > 1 else 0.0,
            "wall_s_median": statistics.median(one["wall_s"] for one in some),
        }
        for name, some in found.items()
    ]
    return sorted(rows, key=lambda row: float(row["validation_mean"]), reverse=True)


if __name__ == "__main__":
    main()
