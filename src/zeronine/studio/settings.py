"""Every choice of a running studio, checked before anything is opened."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from zeronine.errors import StudioError

MIB = 2**20
LOOPBACK_NAMES = ("localhost",)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the studio listens, which models it offers, and how much it lets in."""

    host: str = "127.0.0.1"
    port: int = 8009
    token: str | None = None  #: asked for on every request when set; a must when bound elsewhere
    runs: Path = Path("runs")  #: where trainings land, and where earlier ones are found
    given: tuple[Path, ...] = ()  #: run folders or model files named on the command line
    mnist: Path | None = None  #: a folder with the four MNIST files, else they are cached or fetched
    max_picture_bytes: int = 20 * MIB
    max_megapixels: float = 25.0
    max_json_bytes: int = 2 * MIB
    body_timeout_s: float = 30.0  #: how long a client may take to send its request
    answer_timeout_s: float = 30.0  #: how long reading or explaining one picture may take
    workers: int = 2  #: pictures read or explained at a time
    max_waiting: int = 128  #: pictures that may wait for a worker; more are answered 429
    max_canvases_waiting: int = 8192  #: canvases that may wait for the network; more are answered 429
    max_bytes_waiting: int = 256 * MIB  #: of all requests together that are being answered
    max_trainings_waiting: int = 8

    def __post_init__(self) -> None:
        """Refuse what would open the machine to others by mistake."""
        if not is_loopback(self.host) and not self.token:
            raise StudioError(
                f"bound to {self.host}, other machines could reach the studio: add --token SECRET, "
                "or leave --host away to stay on this machine"
            )
        if self.token is not None and len(self.token) < 8:
            raise StudioError(
                f"a token of {len(self.token)} characters is guessed quickly: take 8 or more, "
                "for example from `python -c 'import secrets; print(secrets.token_urlsafe())'`"
            )
        if not 0 <= self.port <= 65535:
            raise StudioError(
                f"port {self.port} does not exist: choose one in 1..65535, or 0 for any free one"
            )


def is_loopback(host: str) -> bool:
    """Return whether a host name means this machine and nothing else."""
    if host.lower() in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
