"""The `zeronine` command itself: the families of commands, and what a user's mistake looks like."""

import sys
from typing import Annotated

import typer

from zeronine import __version__
from zeronine.cli import export, learning, pictures, studio, why
from zeronine.errors import ZeronineError

app = typer.Typer(
    help="From zero to nine: build a handwritten-digit recogniser, understand it, and really use it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for family in (learning, pictures, studio, why, export):
    family.add_to(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"zeronine {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; a user's mistake ends in one clear line and exit code 2."""
    try:
        app()
    except ZeronineError as error:
        print(f"zeronine: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("zeronine: stopped", file=sys.stderr)
        raise SystemExit(130) from None
