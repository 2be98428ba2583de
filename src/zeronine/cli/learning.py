"""`zeronine learn`, `train`, `evaluate` and `data`: from the MNIST files to a judged recogniser."""

import typer


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
