"""The studio as a process: a socket, the server on it, and the address for the browser."""

import socket
import threading
import webbrowser
from urllib.parse import quote

import uvicorn
from rich.console import Console

from zeronine.studio.app import create_app
from zeronine.studio.settings import Settings

KEEP_ALIVE_S = 20
CONNECTIONS = 512  #: at a time; more are turned away at once


def serve(settings: Settings, listener: socket.socket, *, browser: bool) -> None:
    """Serve the studio on a listening socket until Ctrl-C; print its address, open it if asked."""
    app = create_app(settings)
    address = address_of(settings)
    Console().print(f"The studio is at [bold]{address}[/bold]   (Ctrl-C ends it)")
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
    uvicorn.Server(config).run([listener])


def address_of(settings: Settings) -> str:
    """Return the address to open, with the token where there is one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    secret = f"?token={quote(settings.token, safe='')}" if settings.token else ""
    return f"http://{host}:{settings.port}/{secret}"
