"""How well are whole pages read?  Made of validation digits, with truth; the last line is JSON.

    python benchmarks/pages.py --each 50 [--model FILE]

`each` pages of every look and of every overlap of touching pairs, four times as many without any digit.
"""

import argparse
import json
from itertools import groupby
from operator import attrgetter

from rich.console import Console

from zeronine.data import mnist
from zeronine.evaluation.pages import PagesReport, Score, evaluate_pages, show_pages, standard_pages
from zeronine.reading.reader import Reader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--model", default=None)
    parser.add_argument("--misses", type=int, default=0, help="how many misread pages of a kind are shown")
    chosen = parser.parse_args()
    reader, console = Reader(chosen.model), Console(width=150)
    scores: dict[str, Score] = {}
    for kind, pages in groupby(
        standard_pages(mnist.load("validation"), each=chosen.each), attrgetter("kind")
    ):
        report = evaluate_pages(reader, pages)
        for name, score in report.scores.items():
            scores[name] = scores[name] + score if name in scores else score
        for miss in report.misses[: chosen.misses]:
            print(f"{kind} {miss.index}: {miss.true!r} read as {miss.read!r}", flush=True)
    whole = PagesReport(scores, ())
    show_pages(whole, console)
    print(json.dumps(whole.to_dict()))


if __name__ == "__main__":
    main()
