"""`zeronine export`: a trained model as one page to give away."""

from pathlib import Path
from typing import Annotated

import typer

from zeronine.cli.common import MODEL_HELP
from zeronine.cli.names import shown
from zeronine.models import SHIPPED_NAME


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(export)


def export(
    model: Annotated[str, typer.Argument(help=f"{MODEL_HELP}.")] = SHIPPED_NAME,
    html: Annotated[Path, typer.Option("--html", help="The page to write.")] = Path("my-digits.html"),
    title: Annotated[str | None, typer.Option(help="The page's heading; the model's name otherwise.")] = None,
) -> None:
    """Write one self-contained web page with a trained model, a pad to draw on, and its answers."""
    from zeronine.studio.export import export_page

    size = export_page(model, html, title=title)
    typer.echo(
        f"{shown(str(html))}: {size / 1000:.0f} kB, opens in any browser, needs no server and no connection"
    )
