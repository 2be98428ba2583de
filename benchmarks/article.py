"""The article's claims, measured: what each fault costs, and what patience brings to the printed code.

    python benchmarks/article.py faults [--seeds 3]
    python benchmarks/article.py patience [--seeds 2] [--epochs 300]

Figures on the test digits are reported, never chosen by; the last line of stdout is JSON.
"""

import argparse
import json
from dataclasses import replace

import numpy as np

from zeronine.data.mnist import load_mnist
from zeronine.lesson.faults import AS_PRINTED, HEADINGS, measure
from zeronine.training.calibrate import answers
from zeronine.training.loop import fit


def faults(seeds: int) -> dict[str, object]:
    train, _, test = load_mnist()
    rows = measure(train, test, seeds=seeds, done=lambda name: print(name, flush=True))
    for row in rows:
        print(" | ".join(row.cells()))
    return {"headings": HEADINGS, "rows": [row.cells() for row in rows], "seeds": seeds}


def patience(seeds: int, epochs: int) -> dict[str, object]:
    """Train the printed code for many epochs; say which digits it never answers any more."""
    train, _, test = load_mnist()
    found = []
    for seed in range(seeds):
        network, rows = fit(train, replace(AS_PRINTED, seed=seed, epochs=epochs))
        predictions = answers(network, test).logits.argmax(1).numpy()
        found.append(
            {
                "seed": seed,
                "test": float((predictions == test.labels).mean()),
                "loss": rows[-1]["loss"],
                "never_answered": np.setdiff1d(np.arange(10), predictions).tolist(),
            }
        )
        print(found[-1], flush=True)
    return {"epochs": epochs, "runs": found}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["faults", "patience"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=300)
    chosen = parser.parse_args()
    result = faults(chosen.seeds) if chosen.what == "faults" else patience(chosen.seeds, chosen.epochs)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
