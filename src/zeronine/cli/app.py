"""The `zeronine` command itself: the families of commands, and what a user's mistake looks like."""

import contextlib
import errno
import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from zeronine import __version__
from zeronine.cli import bulk, documents, explain, export, learning, mcp_server, pictures, studio, teach
from zeronine.cli.names import shown
from zeronine.errors import ZeronineError
from zeronine.models import MODEL_VERSION

app = typer.Typer(
    help="From zero to nine: build a handwritten-digit recogniser, understand it, and really use it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for family in (learning, teach, pictures, documents, bulk, studio, explain, export, mcp_server):
    family.add_to(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"zeronine {__version__}, model {MODEL_VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; a user's mistake ends in one clear line and the error's exit code, mostly 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name may hold what the terminal has not
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # what cannot be written is said here, not by Python when it ends
    except ZeronineError as error:
        print(f"zeronine: {shown(str(error))}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        print("zeronine: stopped", file=sys.stderr)
        raise SystemExit(130) from None
    except OSError as error:
        raise SystemExit(_could_not_write(error)) from None


def _could_not_write(error: OSError) -> int:
    """Say that the output cannot be written, and let it go; return the exit code."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return 128 + 13  # whoever read it has gone, as with `| head`: SIGPIPE's code, and no word
    where = "the output" if error.filename is None else shown(str(error.filename))
    print(f"zeronine: {where} cannot be written or read ({error.strerror})", file=sys.stderr)
    return 1 if error.filename is None else 2
