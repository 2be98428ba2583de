"""`zeronine studio`: the web page, served from this machine."""

import socket
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from zeronine.cli.common import Mnist

HERE = "127.0.0.1"  #: this machine, and nobody else
TOKEN_BYTES = 12  #: of a token that is made for a class: 96 bits


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(studio)


def studio(
    run: Annotated[
        list[Path] | None,
        typer.Argument(help="Runs' folders or .onnx files to offer, too."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.")] = 8009,
    host: Annotated[
        str | None,
        typer.Option(
            help="Address to listen on; beyond this machine only with --token or --class.",
            show_default="127.0.0.1, with --class 0.0.0.0",
        ),
    ] = None,
    token: Annotated[
        str | None, typer.Option(envvar="ZERONINE_TOKEN", help="Secret that every request has to carry.")
    ] = None,
    class_: Annotated[
        bool, typer.Option("--class", help="For a class: a QR code for the room, each pupil's runs apart.")
    ] = False,
    runs: Annotated[Path, typer.Option(help="Folder where trainings land and are found.")] = Path("runs"),
    review: Annotated[
        Path | None, typer.Option(help="Folder of a review queue, to be worked through in the page.")
    ] = None,
    mnist: Mnist = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Open the studio: draw a digit, see why it answers that, train, read pictures."""
    from zeronine.extras import need

    need("fastapi", extra="studio")
    need("python_multipart", extra="studio")
    from zeronine.studio.classroom import MOST_PUPILS
    from zeronine.studio.serve import EVERYWHERE, serve
    from zeronine.studio.settings import Settings

    settings = Settings(
        host=host or (EVERYWHERE if class_ else HERE),
        port=port,
        token=token or (token_urlsafe(TOKEN_BYTES) if class_ else None),
        teacher=token_urlsafe(TOKEN_BYTES) if class_ else None,
        runs=runs,
        given=tuple(run or ()),
        review=review,
        mnist=mnist,
        max_runs_waiting=MOST_PUPILS if class_ else Settings.max_runs_waiting,
    )
    with _listen(settings.host, port) as listener:
        serve(replace(settings, port=listener.getsockname()[1]), listener, browser=browser)


def _listen(host: str, port: int) -> socket.socket:
    """Return the listening socket; raise StudioError when the address is taken."""
    from zeronine.errors import StudioError

    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise StudioError(
            f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --port, 0 for any"
        ) from None
