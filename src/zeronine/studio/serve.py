"""The studio as a process: a socket, the server on it, and the address for the browser."""

import socket
import sys
import threading
import webbrowser
from types import FrameType
from urllib.parse import quote

import uvicorn
from rich.console import Console

from zeronine.studio.app import create_app
from zeronine.studio.settings import Settings
from zeronine.studio.state import Studio

KEEP_ALIVE_S = 20
SWITCH_S = 0.0005  #: the most a thread that reads a picture keeps small answers waiting (Python's lock)
CONNECTIONS = 512  #: at a time; more are turned away at once


def serve(settings: Settings, listener: socket.socket, *, browser: bool) -> None:
    """Serve the studio on a listening socket until Ctrl-C; print its address, open it if asked."""
    sys.setswitchinterval(SWITCH_S)
    app = create_app(settings)
    address = address_of(settings)
    Console().print(f"The studio is at [bold]{address}[/bold]   (Ctrl-C ends it)", soft_wrap=True)
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=3,
    )
    Server(config, app.state.studio).run([listener])


class Server(uvicorn.Server):
    """Ends the pages' streams first, so that closing does not wait for them."""

    def __init__(self, config: uvicorn.Config, studio: Studio) -> None:
        """Serve `studio` as configured."""
        super().__init__(config)
        self._studio = studio

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take the signal to end."""
        self._studio.trainings.hang_up()
        super().handle_exit(sig, frame)


def address_of(settings: Settings) -> str:
    """Return the address to open, with the token where there is one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    secret = f"?token={quote(settings.token, safe='')}" if settings.token else ""
    return f"http://{host}:{settings.port}/{secret}"
