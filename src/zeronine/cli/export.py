"""`zeronine export`: a trained model as one page to give away."""

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(export)


def export(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="A run's folder or a .onnx file; without it, the shipped model.", show_default=False
        ),
    ] = None,
    html: Annotated[Path, typer.Option("--html", help="The page to write.")] = Path("my-digits.html"),
    title: Annotated[str | None, typer.Option(help="The page's heading; the model's name otherwise.")] = None,
) -> None:
    """Write one self-contained web page with a trained model, a pad to draw on, and its answers."""
    from zeronine.studio.export import export_page

    size = export_page(run, html, title=title)
    typer.echo(f"{html}: {size / 1000:.0f} kB, opens in any browser, needs no server and no connection")
