"""Build the edition without a server into site/, `make site`: a minute or more, to record its runs."""

import tempfile
from pathlib import Path

from zeronine.data.mnist import load_mnist
from zeronine.models import MODEL, SHIPPED
from zeronine.studio.course import lesson_data
from zeronine.studio.edition import Contents, Faults, all_faults, build_edition, packed_model, recorded_run

ROOT = Path(__file__).parents[1]
DIGITS, JUDGES = 800, 400  #: of MNIST: about 190 bytes each in the page


def build(folder: Path, every: list[Faults]) -> int:
    """Train with each of these sets of faults, build the edition into a folder, and return its bytes."""
    digits, validation, _ = load_mnist()
    runs, models = [], [packed_model("zeronine", SHIPPED)]
    for faults in every:
        with tempfile.TemporaryDirectory() as place:
            told = recorded_run(faults, digits, validation, Path(place))
            runs.append(told)
            if told["run"]["model"]:
                models.append(packed_model(told["run"]["model"], Path(place) / MODEL))
    return build_edition(
        folder,
        Contents(
            facts=lesson_data(None),
            runs=runs,
            models=models,
            digits=digits[:DIGITS],
            judges=validation[:JUDGES],
        ),
    )


if __name__ == "__main__":
    size = build(ROOT / "site", list(all_faults()))
    print(f"site/index.html and three files beside it, {size / 2**20:.2f} MiB")
