"""`zeronine studio`: the web page, served from this machine."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(studio)


def studio(
    run: Annotated[
        list[Path] | None, typer.Argument(help="Run folders or model files to offer beside the shipped one.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.")] = 8009,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine only with --token.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None, typer.Option(envvar="ZERONINE_TOKEN", help="Secret that every request has to carry.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder where trainings land and are found.")] = Path("runs"),
    mnist: Annotated[Path | None, typer.Option(help="Folder with the four MNIST files.")] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Open the studio: draw a digit, see why it answers that, train, read pictures."""
    from zeronine.extras import need

    need("fastapi", extra="studio")
    need("python_multipart", extra="studio")
    from zeronine.studio.serve import serve
    from zeronine.studio.settings import Settings

    settings = Settings(host=host, port=port, token=token, runs=runs, given=tuple(run or ()), mnist=mnist)
    with _listen(host, port) as listener:
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
