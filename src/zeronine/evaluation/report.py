"""A Report -> what a person reads: tables in the terminal, and one HTML file that needs nothing else.

The pictures come from `drawing.py`; this file adds no figure that the Report does not hold.
"""

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from zeronine.card import Card
from zeronine.evaluation.digits import Report
from zeronine.evaluation.drawing import (
    draw_confusion,
    draw_curves,
    draw_mistakes,
    draw_reliability,
    shade,
)
from zeronine.evaluation.full import Figure
from zeronine.files import write_beside

__all__ = [
    "draw_confusion",
    "draw_curves",
    "draw_mistakes",
    "draw_reliability",
    "figures_html",
    "headline",
    "show",
    "show_figures",
    "write_html",
]

Rows = Sequence[Mapping[str, Any]]  #: what a run wrote into its metrics.jsonl
Section = tuple[str, str]  #: a heading and its HTML


def headline(report: Report) -> str:
    """Return the one line that matters: accuracy with count and interval."""
    low, high = report.interval
    return (
        f"{report.name}: {report.accuracy:.2%} of {report.count:,} right, {report.errors:,} wrong "
        f"(95 % interval {low:.2%} to {high:.2%})"
    )


def show(report: Report, console: Console) -> None:
    """Print the headline, the alarms, the table of digits and the confusion matrix."""
    console.print(Text(headline(report), style="bold"))
    console.print(f"loss {report.loss:.4f}, calibration error {report.ece:.2%}, {_keeping(report)}")
    for alarm in report.alarms:
        console.print(Text(f"ALARM: {alarm}", style="bold black on yellow"))
    console.print(_digit_table(report))
    console.print(_confusion_table(report))


def _keeping(report: Report) -> str:
    return "; ".join(f"{one.share:.1%} can be kept at {one.errors:.1%} errors" for one in report.kept)


def _digit_table(report: Report) -> Table:
    table = Table(title="digit by digit", title_justify="left")
    for heading in ("digit", "count", "found", "right when said", "F1"):
        table.add_column(heading, justify="right")
    for one in report.table:
        table.add_row(
            str(one.digit), f"{one.count:,}", f"{one.recall:.2%}", f"{one.precision:.2%}", f"{one.f1:.4f}"
        )
    return table


def _confusion_table(report: Report) -> Table:
    """Return the matrix: rows are the truth, columns the answers, darker is a more frequent mistake."""
    table = Table(title="true digit (rows) and answer (columns)", title_justify="left", padding=(0, 0))
    table.add_column("", style="bold")
    for answer in range(len(report.confusion)):
        table.add_column(f"{answer:>4} ")
    worst = report.confusion.copy()
    worst[range(len(worst)), range(len(worst))] = 0
    for true, row in enumerate(report.confusion.tolist()):
        cells = [_cell(count, int(worst.max()), same=true == answer) for answer, count in enumerate(row)]
        table.add_row(str(true), *cells)
    return table


def show_figures(figures: Sequence[Figure], console: Console) -> None:
    """Print figures with interval, count and protocol."""
    table = Table(title="beyond the test digits", title_justify="left")
    table.add_column("figure")
    for heading in ("value", "95 % interval", "count"):
        table.add_column(heading, justify="right")
    table.add_column("protocol", style="dim")
    for one in figures:
        table.add_row(one.name, one.text, one.interval_text, f"{one.count:,}", one.protocol)
    console.print(table)


def figures_html(figures: Sequence[Figure]) -> str:
    """Return figures as an HTML table, to be put into a section of a page."""
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("figure", "value", "95 % interval", "count", "protocol")
    )
    rows = "".join(
        f'<tr><th scope="row">{html.escape(one.name)}</th><td>{one.text}</td><td>{one.interval_text}</td>'
        f"<td>{one.count:,}</td><td>{html.escape(one.protocol)}</td></tr>"
        for one in figures
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(count: int, worst: int, *, same: bool) -> Text:
    if same:
        return Text(f"{count:>4} ", style="bold")
    if not count:
        return Text("   · ", style="dim")
    (red, green, blue), dark = shade(count, worst)
    return Text(f"{count:>4} ", style=f"{'white' if dark else 'black'} on rgb({red},{green},{blue})")


def write_html(
    path: Path,
    *,
    title: str,
    card: Card | None,
    reports: Sequence[Report],
    rows: Rows,
    sections: Sequence[Section] = (),
) -> None:
    """Write one HTML file with everything inside: reports, curves, card, and `sections` as (heading, HTML).

    The sections' HTML is put in as it is; every other text is escaped.
    """
    parts = [f"<h1>{html.escape(title)}</h1>"]
    parts += [_report_html(report) for report in reports]
    if rows:
        curves = _image(draw_curves, rows, "loss and accuracy by epoch")
        parts.append(f"<section><h2>While it learnt</h2>{curves}</section>")
    parts += [f"<section><h2>{html.escape(heading)}</h2>{body}</section>" for heading, body in sections]
    if card is not None:
        parts.append(
            "<section><h2>The model's card</h2><details><summary>all of it, as JSON</summary>"
            f"<pre>{html.escape(_pretty(card))}</pre></details></section>"
        )
    page = PAGE.format(title=html.escape(title), style=STYLE, body="\n".join(parts))
    write_beside(path, page.encode())


def _pretty(card: Card) -> str:
    import json

    return json.dumps(json.loads(card.to_json()), indent=2, sort_keys=True)


def _report_html(report: Report) -> str:
    alarms = "".join(f'<p class="alarm" role="alert">{html.escape(alarm)}</p>' for alarm in report.alarms)
    mistakes = ""
    if report.mistakes:
        alt = "the most confident mistakes of " + report.name
        mistakes = f"<h3>Mistakes, the most confident first</h3>{_image(draw_mistakes, report, alt)}"
    return (
        f"<section><h2>{html.escape(report.name)}</h2><p><strong>{html.escape(headline(report))}</strong></p>"
        f"{alarms}<p>Loss {report.loss:.4f}, calibration error {report.ece:.2%}; {_keeping(report)}.</p>"
        f"{_digits_html(report)}<h3>What was taken for what</h3>"
        f"{_image(draw_confusion, report, 'confusion matrix of ' + report.name)}{_confusion_html(report)}"
        f"{mistakes}<h3>Does its confidence keep its word?</h3>"
        f"{_image(draw_reliability, report, 'reliability of ' + report.name)}</section>"
    )


def _digits_html(report: Report) -> str:
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("digit", "count", "found", "right when said", "F1")
    )
    rows = "".join(
        f'<tr><th scope="row">{one.digit}</th><td>{one.count:,}</td><td>{one.recall:.2%}</td>'
        f"<td>{one.precision:.2%}</td><td>{one.f1:.4f}</td></tr>"
        for one in report.table
    )
    return (
        f"<table><caption>Digit by digit</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _confusion_html(report: Report) -> str:
    heads = "".join(f'<th scope="col">{answer}</th>' for answer in range(len(report.confusion)))
    rows = "".join(
        f'<tr><th scope="row">{true}</th>' + "".join(f"<td>{count}</td>" for count in row) + "</tr>"
        for true, row in enumerate(report.confusion.tolist())
    )
    return (
        "<details><summary>the same as a table</summary>"
        "<table><caption>True digit (rows) and answer (columns)</caption>"
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _image(draw: Callable[[Any, IO[bytes]], None], content: object, alt: str) -> str:
    """Return a drawing as an image element that carries its own bytes."""
    buffer = io.BytesIO()
    draw(content, buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{data}">'


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body><main>
{body}
</main></body>
</html>
"""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fdfdfc; --line: #c9c9d2; --alarm: #ffe08a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8ea; --paper: #17171a; --line: #44444d; --alarm: #6b5300; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
img { max-width: 100%; height: auto; background: #fff; border-radius: 6px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
table { display: block; overflow-x: auto; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--line); }
.alarm { background: var(--alarm); padding: .6rem 1rem; border-radius: 6px; font-weight: 600; }
pre { overflow-x: auto; font-size: .85rem; }
summary { cursor: pointer; }
"""
