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
    teacher: str | None = None  #: in class mode the secret of whoever leads; the token is the pupils'
    runs: Path = Path("runs")  #: where runs land, and where earlier ones are found
    given: tuple[Path, ...] = ()  #: run folders or model files named on the command line
    review: Path | None = None  #: the folder of the review queue that the page works through
    mnist: Path | None = None  #: a folder with the four MNIST files, else they are cached or fetched
    max_picture_bytes: int = 20 * MIB
    max_megapixels: float = 25.0
    max_json_bytes: int = 2 * MIB
    body_timeout_s: float = 30.0  #: how long a client may take to send its request
    answer_timeout_s: float = 30.0  #: how long reading or explaining one picture may take
    picture_cpu_s: float = 8.0  #: processor time of one picture; 50 megapixels are to be read in 6
    workers: int = 2  #: pictures read or explained at a time
    max_waiting: int = 128  #: pictures that may wait for a worker; more are answered 429
    max_canvases_waiting: int = 8192  #: canvases that may wait for the network; more are answered 429
    max_bytes_waiting: int = 256 * MIB  #: of all requests together that are being answered
    max_runs_waiting: int = 8

    def __post_init__(self) -> None:
        """Refuse what would open the machine to others by mistake."""
        if not is_loopback(self.host) and not self.token:
            raise StudioError(
                f"bound to {self.host}, other machines could reach the studio: add --token SECRET, "
                "or leave --host away to stay on this machine"
            )
        if self.teacher is not None and (not self.token or self.teacher == self.token):
            raise StudioError("a class needs a token for the pupils and another one for the teacher")
        if self.token is not None and len(self.token) < 8:
            raise StudioError(
                f"a token of {len(self.token)} characters is guessed quickly: take 8 or more, "
                "for example from `python -c 'import secrets; print(secrets.token_urlsafe())'`"
            )
        if self.token is not None and not _can_be_sent(self.token):
            raise StudioError(
                "the token has characters that a request cannot carry: take ASCII letters and digits"
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


def _can_be_sent(token: str) -> bool:
    """Return whether header, cookie and address carry a token as it is."""
    return token.isascii() and token.isprintable() and token == token.strip()
