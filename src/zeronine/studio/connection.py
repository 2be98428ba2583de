"""One connection to the studio: how long it may be silent, how much it may say before it asks something.

What nginx does for the servers behind it, and uvicorn leaves out: limits of time and size for headers,
for silence, for answers that nobody takes, and for the number of connections.  Who is over a limit is
cut off; nobody else waits.  Bodies are limited in `limits.py`.
"""

import asyncio
import socket
import time
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_S = 10.0  #: for a request's first line and headers, and for the first byte of a connection
SEND_S = 30.0  #: in which a client has to take something of an answer that waits for it
MOST_HEADER_BYTES = 32 * 2**10  #: a browser sends 1 to 2 kB
MOST_CONNECTIONS = 512  #: at a time; beyond it, one that is silent is closed
MOST_OF_A_CLIENT = 256  #: likewise, from one address


class Connection(HttpToolsProtocol):
    """An HTTP connection that does not wait for ever."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Begin in silence."""
        super().__init__(*given, **named)
        self.last_heard = time.monotonic()
        self._timer: TimerHandle | None = None  #: cuts the connection when what is under way does not end
        self._asking = True  #: whether a request's headers are awaited or coming
        self._header_bytes = 0

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def has_asked(self) -> bool:
        """Whether a request ever came: who never asked anything has to go first."""
        return self.cycle is not None

    def connection_made(self, transport: Any) -> None:
        """Take a client in, send small answers at once, and make room if there are too many."""
        super().connection_made(transport)
        listening = transport.get_extra_info("socket")
        # asyncio does this only for sockets that were made with the protocol's number.  Without it the
        # second packet of an answer waits for the client's delayed acknowledgement of the first: 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cut_after(HEADER_S)
        make_room(self.connections, self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._let_be()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; headers in drops, or without end, are cut."""
        self.last_heard = time.monotonic()
        if self._asking and self._timer is None:  # the first bytes of a further request
            self._cut_after(HEADER_S)
        if self._asking:
            self._header_bytes += len(data)  # what ends a request or its headers sets it back
        super().data_received(data)
        if self._asking and self._header_bytes > MOST_HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's headers are too large.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        super().on_header(name, value)
        if sum(len(one) + len(other) for one, other in self.headers[-2:]) > MOST_HEADER_BYTES:
            raise ValueError("a header is too large")  # httptools makes it a bad request

    def on_headers_complete(self) -> None:
        """Let the request take its time from here on."""
        lines = sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)
        if lines + len(self.url) > MOST_HEADER_BYTES:
            raise ValueError("the headers are too large")
        self._let_be()
        self._asking, self._header_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Await the next request."""
        self._asking = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client does not take what it asked for: wait a while, then cut it off."""
        super().pause_writing()
        self._cut_after(SEND_S)

    def resume_writing(self) -> None:
        """It took some."""
        super().resume_writing()
        self._let_be()

    def _cut_after(self, seconds: float) -> None:
        self._let_be()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._cut)

    def _let_be(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut(self) -> None:
        self._timer = None
        self.transport.abort()


def make_room(connections: Any, newest: Connection) -> None:
    """Close one that is idle where there are too many connections, of one address or of all.

    Those that never asked anything go first, then who was silent longest; else the newest.
    """
    ours = [one for one in connections if isinstance(one, Connection)]
    same = [one for one in ours if one.client and newest.client and one.client[0] == newest.client[0]]
    for several, most in ((same, MOST_OF_A_CLIENT), (ours, MOST_CONNECTIONS)):
        if len(several) <= most:
            continue
        idle = [one for one in several if one.idle and one is not newest]
        quietest = min(idle, key=lambda one: (one.has_asked, one.last_heard), default=newest)
        quietest.transport.abort()
