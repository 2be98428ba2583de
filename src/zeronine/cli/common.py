"""Options that several commands have: the same words and the same meaning everywhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from zeronine.errors import OptionError

MODEL_HELP = "A run's folder, a .onnx file, a taught hand's name, or 'shipped'"
Model = Annotated[str, typer.Option(help=f"{MODEL_HELP}.")]
Mnist = Annotated[Path | None, typer.Option(help="A folder with the four MNIST files, packed or not.")]
Offline = Annotated[bool, typer.Option("--offline", help="Fetch nothing; use what is in the cache.")]


def refuse_together(reason: str, flags: Mapping[str, bool]) -> None:
    """Raise OptionError for the first flag that was used though it would change nothing, saying why."""
    for flag, used in flags.items():
        if used:
            raise OptionError(f"{flag} changes nothing here: {reason}: leave it away", field=flag)
