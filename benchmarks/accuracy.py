"""Every figure of the model card, measured once per release: `python benchmarks/accuracy.py MODEL...`.

The first model is the shipped file; the others are the same recipe with other seeds.
Temperature and conformal sets come from validation digits; test digits are only counted.
`--pictures FOLDER` adds real handwriting (see strangers.py), `--card FILE` writes the table between
the marks of a Markdown file.  The last line of stdout is JSON.

    python benchmarks/accuracy.py src/zeronine/models/zeronine.onnx --card docs/model-card.md
"""

import argparse
import json
import platform
import time
from dataclasses import replace
from pathlib import Path

import onnxruntime

from zeronine.data.mnist import load
from zeronine.evaluation.digits import evaluate
from zeronine.evaluation.full import Figure, Yardstick, as_text, examine, make_yardstick
from zeronine.files import write_beside
from zeronine.metrics import Spread, over_seeds
from zeronine.reading.classify import Classifier, classifier_of

BEGIN, END = "<!-- figures: written by benchmarks/accuracy.py -->", "<!-- end of figures -->"


def main() -> None:
    asked = _arguments()
    began, used = time.perf_counter(), time.process_time()
    yardstick = _yardstick(asked.mnist, asked.pictures)
    classifiers = [classifier_of(model) for model in asked.models]
    measured = [examine(classifier, yardstick) for classifier in classifiers]
    alarms = _alarms(classifiers, yardstick)
    spreads = [over_seeds([figure.value for figure in figures]) for figures in zip(*measured, strict=True)]
    table = _table(measured[0], spreads)
    print(table)
    for alarm in alarms:
        print(f"ALARM: {alarm}")
    if asked.card:
        _write_card(asked.card, table)
    print(
        json.dumps(
            {
                "models": [str(model) for model in asked.models],
                "figures": {
                    figure.name: {**figure.to_dict(), "values": list(spread.values), "mean": spread.mean}
                    for figure, spread in zip(measured[0], spreads, strict=True)
                },
                "alarms": alarms,
                "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__},
                "wall_s": round(time.perf_counter() - began, 1),
                "cpu_s": round(time.process_time() - used, 1),
            },
            allow_nan=False,
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL", help=".onnx files or run folders")
    parser.add_argument("--mnist", type=Path, help="a folder with the four MNIST files")
    parser.add_argument("--pictures", type=Path, help="a folder of real handwriting, see strangers.py")
    parser.add_argument("--card", type=Path, help="a Markdown file to write the table into")
    return parser.parse_args()


def _yardstick(mnist: Path | None, pictures: Path | None) -> Yardstick:
    validation, test = load("validation", folder=mnist), load("test", folder=mnist)
    if pictures is None:
        return make_yardstick(validation, test)
    import strangers

    yardstick = make_yardstick(validation, test, others=strangers.writers(pictures))
    return replace(yardstick, unknown=yardstick.unknown | strangers.letters(pictures))


def _alarms(classifiers: list[Classifier], yardstick: Yardstick) -> list[str]:
    alarms = []
    for classifier in classifiers:
        validation = evaluate(classifier, yardstick.validation)
        alarms += [*validation.alarms, *evaluate(classifier, yardstick.test, others=[validation]).alarms]
    return alarms


def _table(figures: list[Figure], spreads: list[Spread]) -> str:
    """Markdown: the first model's figures with their intervals, and mean and deviation over all models."""
    seeds = len(spreads[0].values)
    several = f" mean of {seeds} seeds ± deviation |" if seeds > 1 else ""
    lines = [f"| figure | shipped file | 95 % interval | count |{several} protocol |"]
    lines.append("|---|---:|---|---:|" + ("---:|" if several else "") + "---|")
    for figure, spread in zip(figures, spreads, strict=True):
        mean, deviation = as_text(figure, spread.mean), as_text(figure, spread.deviation)
        over = f" {mean} ± {deviation} |" if several else ""
        about = f"| {figure.name} | {figure.text} | {figure.interval_text} | {figure.count:,} |"
        lines.append(f"{about}{over} {figure.protocol} |")
    return "\n".join(lines)


def _write_card(path: Path, table: str) -> None:
    before, _, rest = path.read_text().partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(
            f"{path}: the marks {BEGIN} and {END} are not there: put them where the table belongs"
        )
    write_beside(path, f"{before}{BEGIN}\n{table}\n{END}{after}".encode())


if __name__ == "__main__":
    main()
