"""Pictures of a Report, as PNG files: confusion matrix, mistakes, reliability, and the curves of a run.

matplotlib is imported where it draws, and never its global state (pyplot): figures are made by hand.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from zeronine.evaluation.digits import Report
from zeronine.extras import need

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Target = Path | str | IO[bytes]  #: a file to write, or an open one
BLUE, ORANGE = "#0072b2", "#d55e00"  #: told apart by every kind of colour vision (Okabe and Ito, 2008)
PALE, DEEP = (255, 236, 214), (140, 50, 0)  #: ends of the scale of mistakes
MANY = 5  #: fewer mistakes than this of one kind never get the deepest colour
MISTAKES = 48  #: pictures in `mistakes.png`


def shade(count: int, worst: int) -> tuple[tuple[int, int, int], bool]:
    """Return a colour for `count` mistakes of a kind, pale to deep orange, and whether text on it is white.

    `worst` is the count of the most frequent kind.  Lightness falls all the way, so it reads in grey too.
    """
    place = (count / max(worst, MANY)) ** 0.5
    red, green, blue = (round(pale + (deep - pale) * place) for pale, deep in zip(PALE, DEEP, strict=True))
    return (red, green, blue), 0.3 * red + 0.59 * green + 0.11 * blue < 140


def draw_confusion(report: Report, path: Target) -> None:
    """Draw the confusion matrix; every cell carries its number, mistakes are shaded by frequency."""
    figure = _figure(6.4, 6.0)
    axes = figure.add_subplot()
    matrix = report.confusion
    size = len(matrix)
    off = np.where(np.eye(size, dtype=bool), 0, matrix)
    colours = np.full((size, size, 3), 255, np.uint8)
    for true, answer in np.argwhere(off > 0):
        colours[true, answer] = shade(off[true, answer], off.max())[0]
    axes.imshow(colours)
    for true, answer in np.argwhere(matrix > 0):
        dark = true != answer and shade(off[true, answer], off.max())[1]
        axes.text(
            answer,
            true,
            str(matrix[true, answer]),
            ha="center",
            va="center",
            fontsize=9,
            color="white" if dark else BLUE if true == answer else "black",
            fontweight="bold" if true == answer else "normal",
        )
    axes.set_xticks(range(size))
    axes.set_yticks(range(size))
    axes.set_xlabel("answer")
    axes.set_ylabel("true digit")
    axes.set_title(f"{report.name}: {report.errors:,} of {report.count:,} wrong", loc="left")
    _save(figure, path)


def draw_mistakes(report: Report, path: Target) -> None:
    """Draw the most confident mistakes: picture, truth, answer, confidence and index."""
    shown = report.mistakes[:MISTAKES]
    columns = 8
    rows = max(1, -(-len(shown) // columns))
    figure = _figure(columns * 1.25, rows * 1.62 + 0.5)
    figure.suptitle(f"{report.name}: {len(shown)} of {report.errors:,} mistakes", fontsize=11)
    for place, mistake in enumerate(shown):
        axes = figure.add_subplot(rows, columns, place + 1)
        axes.imshow(255 - mistake.image, cmap="gray", vmin=0, vmax=255)
        axes.set_title(
            f"{mistake.true} read as {mistake.predicted}\n{mistake.confidence:.1%}  #{mistake.index}",
            fontsize=7,
        )
        axes.set_xticks([])
        axes.set_yticks([])
    _save(figure, path)


def draw_reliability(report: Report, path: Target) -> None:
    """Draw confidence against the share that was right, with the count of answers in every bin."""
    figure = _figure(6.4, 3.6)
    axes, counts = figure.subplots(1, 2)
    filled = [one for one in report.bins if one.count]
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--", label="keeps its word")
    axes.plot(
        [one.confidence for one in filled],
        [one.accuracy for one in filled],
        color=BLUE,
        marker="o",
        label=f"error {report.ece:.2%}",
    )
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right")
    axes.legend(fontsize=8)
    counts.bar(
        [one.low for one in report.bins],
        [one.count for one in report.bins],
        width=0.06,
        align="edge",
        color=ORANGE,
    )
    counts.set_yscale("symlog")
    counts.set_xlabel("confidence")
    counts.set_ylabel("answers")
    _save(figure, path)


def draw_curves(rows: Sequence[Mapping[str, Any]], path: Target) -> None:
    """Draw losses and accuracies over the epochs (or steps) of a run.

    `rows` are the lines of metrics.jsonl: every number under a name that holds "loss" or "accuracy"
    is drawn, over "epoch" where there is one, else over "step", else over the line's place.
    """
    figure = _figure(9.0, 3.8)
    for axes, word in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        names = sorted(
            {name for row in rows for name, value in row.items() if word in name and _is_number(value)}
        )
        for index, name in enumerate(names):
            points = [
                (_place(row, line), row[name]) for line, row in enumerate(rows) if _is_number(row.get(name))
            ]
            colour, marker = (BLUE, ORANGE, "#009e73", "#cc79a7")[index % 4], "os^D"[index % 4]
            axes.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=3, label=name)
        axes.set_xlabel("epoch" if rows and "epoch" in rows[0] else "step")
        axes.set_title(word, loc="left")
        axes.grid(alpha=0.25)
        if names:
            axes.legend(fontsize=8)
    _save(figure, path)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _place(row: Mapping[str, Any], line: int) -> float:
    for name in ("epoch", "step"):
        if _is_number(row.get(name)):
            return float(row[name])
    return float(line)


def _figure(width: float, height: float) -> "Figure":
    made: Figure = need("matplotlib.figure", extra="learn").Figure(
        figsize=(width, height), dpi=120, layout="constrained"
    )
    return made


def _save(figure: "Figure", path: Target) -> None:
    """Write a PNG that holds no clock time and no version, so the same report gives the same bytes."""
    if isinstance(path, str | Path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png", metadata={"Software": None})
