"""The studio as a process: a socket, the server on it, and the address for the browser."""

import socket
import sys
import threading
import webbrowser
from types import FrameType
from typing import Any
from urllib.parse import quote

import uvicorn
from rich.console import Console

from zeronine.extras import need
from zeronine.studio.app import create_app
from zeronine.studio.connection import Connection
from zeronine.studio.settings import Settings
from zeronine.studio.state import Studio

EVERYWHERE = "0.0.0.0"  #: every network that this machine is in
KEEP_ALIVE_S = 20  #: of silence between two requests of a client
SWITCH_S = 0.0005  #: the most a thread that reads a picture keeps small answers waiting (Python's lock)
BACKLOG = 1024  #: clients that knock while others are let in


def serve(settings: Settings, listener: socket.socket, *, browser: bool) -> None:
    """Serve the studio on a listening socket until Ctrl-C; print its address, open it if asked."""
    sys.setswitchinterval(SWITCH_S)
    app = create_app(settings)
    address = address_of(settings)
    Console().print(f"The studio is at [bold]{address}[/bold]   (Ctrl-C ends it)", soft_wrap=True)
    if settings.teacher:
        show_door(settings)
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        http=Connection,
        backlog=BACKLOG,
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
    """Return the address to open on this machine, with the token where there is one."""
    if settings.teacher:
        return _address(
            "127.0.0.1" if settings.host == EVERYWHERE else settings.host, settings, settings.teacher
        )
    return _address(settings.host, settings, settings.token)


def class_address(settings: Settings) -> str:
    """Return the address that pupils open, by this machine's place in the room's network."""
    host = _own_address() if settings.host == EVERYWHERE else settings.host
    return _address(host, settings, settings.token)


def show_door(settings: Settings) -> None:
    """Print what the pupils need: the address, and the same as a QR code."""
    address = class_address(settings)
    print(f"Pupils open {address} or point a camera here:", flush=True)
    qr_code(address).terminal(compact=True, border=2)


def qr_picture(address: str) -> str:
    """Return an address as a QR code, an SVG in a data: address."""
    return str(qr_code(address).svg_data_uri(scale=4, light="#fff"))


def qr_code(address: str) -> Any:
    """Return the QR code of an address."""
    return need("segno", extra="studio").make(address, micro=False)


def _address(host: str, settings: Settings, token: str | None) -> str:
    host = f"[{host}]" if ":" in host else host
    secret = f"?token={quote(token, safe='')}" if token else ""
    return f"http://{host}:{settings.port}/{secret}"


def _own_address() -> str:
    """Return the address by which others in the room reach this machine; nothing is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737): only a route is chosen
            return str(way.getsockname()[0])
        except OSError:
            return socket.gethostname()
