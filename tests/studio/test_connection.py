"""The limits of a connection: its own silence costs a client the connection, and nobody else anything."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from common import slowness
from zeronine.studio import connection
from zeronine.studio.app import create_app
from zeronine.studio.serve import Server
from zeronine.studio.settings import Settings

Address = tuple[str, int]
BODY = json.dumps({"canvases": [[0] * 784]}).encode()
POST = (
    b"POST /api/classify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n"
)


class Running(uvicorn.Server):
    """A server in a thread; signals stay with the test."""

    def install_signal_handlers(self) -> None:
        """Install none."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Return the address of a studio that is served as `serve` does it, with shorter limits."""
    patch = pytest.MonkeyPatch()
    patch.setattr(connection, "HEADER_S", 1.0)
    patch.setattr(connection, "SEND_S", 1.0)
    patch.setattr(connection, "MOST_OF_A_CLIENT", 40)
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(Settings(runs=tmp_path_factory.mktemp("runs")))
    config = uvicorn.Config(app, log_level="critical", http=connection.Connection, backlog=1024)
    server = Running(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield listener.getsockname()
    server.should_exit = True
    thread.join(30)
    patch.undo()


def knock(address: Address) -> socket.socket:
    return socket.create_connection(address, timeout=20)


def answer(client: socket.socket) -> bytes:
    """Return the status line and what follows it, up to the end of one answer."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = client.recv(65536)
        if not part:
            return got
        got += part
    head, _, rest = got.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(rest) < length:
        rest += client.recv(65536)
    return head + b"\r\n\r\n" + rest


def ask(client: socket.socket) -> bytes:
    client.sendall(POST % len(BODY) + BODY)
    return answer(client)


def is_cut(client: socket.socket, within_s: float) -> bool:
    """Return whether the server ends a connection within some seconds."""
    client.settimeout(within_s)
    try:
        return client.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def test_small_answers_leave_at_once(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """TCP_NODELAY is set on what the server accepts: else a kept connection waits 40 ms a request."""
    seen: list[int] = []
    made = connection.Connection.connection_made

    def look(self: Any, transport: Any) -> None:
        made(self, transport)
        plain = transport.get_extra_info("socket")
        seen.append(plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(connection.Connection, "connection_made", look)
    with knock(address) as client:
        assert ask(client).startswith(b"HTTP/1.1 200")
    assert len(seen) == 1 and seen[0] != 0


def test_a_kept_connection_has_no_delay_of_forty_milliseconds(address: Address) -> None:
    """The fastest of forty requests in a row; a busy machine slows some, a delayed packet all of them."""
    with knock(address) as client:
        times = []
        for _ in range(40):
            began = time.perf_counter()
            client.sendall(POST % len(BODY))
            client.sendall(BODY)
            assert answer(client).startswith(b"HTTP/1.1 200")
            times.append(time.perf_counter() - began)
    assert min(times) < 0.03 * slowness()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"])
def test_who_says_nothing_or_stops_within_headers_is_cut(address: Address, said: bytes) -> None:
    with knock(address) as client:
        client.sendall(said)
        assert is_cut(client, 15)


def test_headers_that_come_in_drops_are_cut(address: Address) -> None:
    """The time is for all of them together."""
    with knock(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError):
            for _ in range(100):
                client.sendall(b"x: y\r\n")
                time.sleep(0.2)


def test_the_second_request_of_a_connection_has_the_same_time(address: Address) -> None:
    with knock(address) as client:
        assert ask(client).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET / HT")
        assert is_cut(client, 15)


@pytest.mark.parametrize("size", [40_000, 10_000_000])
@pytest.mark.parametrize("kind", ["one header", "many headers", "address"])
def test_large_headers_are_refused(address: Address, kind: str, size: int) -> None:
    """Whatever the shape of them, and nothing like all of it is taken in."""
    with knock(address) as client:
        parts = {
            "one header": b"GET / HTTP/1.1\r\nx: " + b"y" * size,
            "many headers": b"GET / HTTP/1.1\r\n" + b"x: yyyyyyyyyyyyyy\r\n" * (size // 19),
            "address": b"GET /" + b"y" * size,
        }
        try:
            client.sendall(parts[kind] + b"\r\n\r\n")
            got = client.recv(100)
        except OSError:
            got = b""
        assert got[:12] in (b"HTTP/1.1 400", b"")


def test_headers_of_a_usual_size_pass(address: Address) -> None:
    with knock(address) as client:
        cookie = b"Cookie: " + b"y" * 8000 + b"\r\n"
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + cookie + b"\r\n")
        assert answer(client).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("together", [True, False])
def test_a_large_body_is_not_taken_for_headers(address: Address, together: bool) -> None:
    """Whether it comes with its headers or after them: the last of it was counted as the next request's."""
    body = json.dumps({"canvases": [[0] * 784] * 50}).encode()
    assert len(body) > 3 * connection.MOST_HEADER_BYTES
    with knock(address) as client:
        for _ in range(3):
            parts = [POST % len(body) + body] if together else [POST % len(body), body]
            for part in parts:
                client.sendall(part)
                time.sleep(0.05)
            assert answer(client).startswith(b"HTTP/1.1 200")


def test_silent_connections_hold_nobody_up(address: Address) -> None:
    """A thousand of them: the oldest are closed for the newest, and whoever asks is answered."""
    silent = []
    try:
        with knock(address) as busy:
            for number in range(1000):
                silent.append(knock(address))
                if number % 100 == 0:
                    assert ask(busy).startswith(b"HTTP/1.1 200")
            with knock(address) as client:
                assert ask(client).startswith(b"HTTP/1.1 200")
            assert ask(busy).startswith(b"HTTP/1.1 200")
    finally:
        for one in silent:
            one.close()


def test_a_client_that_takes_no_answer_is_cut(address: Address) -> None:
    """It asks for the page's script again and again and reads none of it."""
    with knock(address) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        page = b"GET /static/index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        with pytest.raises(OSError):
            for _ in range(4000):
                client.sendall(page * 50)
                time.sleep(0.05)


def test_a_request_under_way_is_never_cut_for_silence(address: Address) -> None:
    """While the body is sent, its own limit holds, which is longer."""
    with knock(address) as client:
        client.sendall(POST % len(BODY))
        time.sleep(2)
        client.sendall(BODY)
        assert answer(client).startswith(b"HTTP/1.1 200")


# ---- who has to go ----


class Someone(connection.Connection):
    """A connection without a network."""

    def __init__(
        self, name: str, host: str, heard: float, *, busy: bool = False, asked: bool = False
    ) -> None:
        self.name, self.client, self.last_heard, self.busy = name, (host, 1), heard, busy
        self.asked = asked
        self.gone = False
        self.transport: Any = self

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        return not self.busy

    @property
    def has_asked(self) -> bool:
        """Whether a request ever came."""
        return self.asked

    def abort(self) -> None:
        """Go."""
        self.gone = True


def gone(*several: Someone) -> list[str]:
    connection.make_room(set(several), several[-1])
    return [one.name for one in several if one.gone]


def test_room_is_made_by_who_was_silent_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one address first, then of all; who is being answered stays, and else the newest goes."""
    monkeypatch.setattr(connection, "MOST_OF_A_CLIENT", 2)
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 4)
    a, b, c = Someone("a", "::1", 3), Someone("b", "::1", 1), Someone("c", "::1", 5)
    assert gone(Someone("other", "::2", 0), a, b, c) == ["b"]
    a, b, c = Someone("a", "::1", 3, busy=True), Someone("b", "::1", 1, busy=True), Someone("c", "::1", 5)
    assert gone(a, b, c) == ["c"]
    a, b, c = Someone("a", "::1", 3), Someone("b", "::1", 1, asked=True), Someone("c", "::1", 5)
    assert gone(a, b, c) == ["a"]
    several = [Someone(str(number), f"::{number}", 10 - number) for number in range(5)]
    assert gone(*several) == ["3"]


def test_the_server_serves_with_these_connections(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`serve` is what is tested here."""
    from zeronine.studio import serve

    used: list[uvicorn.Config] = []
    monkeypatch.setattr(Server, "run", lambda self, sockets: used.append(self.config))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serve.serve(Settings(runs=tmp_path), listener, browser=False)
    assert used[0].http is connection.Connection
    assert used[0].limit_concurrency is None
