"""How much at a time: the size of a request, and how many pictures may be worked on or wait."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zeronine.studio.problems import Problem, problem
from zeronine.studio.settings import MIB, Settings

Result = TypeVar("Result")
CLOSING_S = 10.0
PICTURE_PATHS = re.compile(r"/api/(read|table|form|hands/[^/]+/sheet)")  #: that take a picture's bytes
MOST_ENTRIES = 512  #: of all objects in a request's JSON; the routes know about twenty names


class BodyLimit:
    """ASGI middleware: no request is larger, or slower in coming, than the settings allow."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Limit requests to `app` as the settings say."""
        self.app = app
        self.settings = settings
        self._held = 0  #: bytes of the requests that are being answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole request within its limits, then pass it on."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        picture = _takes_a_picture(scope)
        limit = self.settings.max_picture_bytes if picture else self.settings.max_json_bytes
        try:
            async with asyncio.timeout(self.settings.body_timeout_s):
                body = await _body(Headers(scope=scope), receive, limit)
        except Problem as error:
            await problem(error.status, error.message, {"Connection": "close"})(scope, receive, send)
        except TimeoutError:
            late = problem(408, f"the request did not arrive within {self.settings.body_timeout_s:g} s")
            await late(scope, receive, send)
        else:
            await self._answer(body, scope, receive, send)

    async def _answer(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if what is being answered already leaves memory for it, and it is no junk.

        Each name that a route does not know is a report of its own: a hundred thousand take seconds, in
        which nobody else is answered.  A colon stands before every value that has a name.
        """
        if not _takes_a_picture(scope) and body.count(b":") > MOST_ENTRIES:
            many = problem(422, f"the request has over {MOST_ENTRIES} names: send those that are known")
            await many(scope, receive, send)
            return
        if self._held + len(body) > self.settings.max_bytes_waiting:
            await problem(429, "too much is being answered: send it again in a second")(scope, receive, send)
            return
        self._held += len(body)
        try:
            await self.app(scope, _Replay(body, receive), send)
        finally:
            self._held -= len(body)


def _takes_a_picture(scope: Scope) -> bool:
    return PICTURE_PATHS.fullmatch(scope["path"]) is not None


async def _body(headers: Headers, receive: Receive, limit: int) -> bytes:
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Problem(413, _too_large(int(declared), limit))
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "the client left before its request had arrived")
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > limit:
            raise Problem(413, _too_large(size, limit))
        if not message.get("more_body", False):
            return b"".join(parts)


def _too_large(size: int, limit: int) -> str:
    return f"the request has {size / MIB:.1f} MiB or more, the limit is {limit / MIB:g} MiB: send less"


class _Replay:
    """Hands on a request that was read already, and after it whatever comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self.body: bytes | None = body
        self.receive = receive

    async def __call__(self) -> Message:
        if self.body is None:
            return await self.receive()
        body, self.body = self.body, None
        return {"type": "http.request", "body": body, "more_body": False}


class Workers:
    """A few threads or processes for slow work, and a queue of bounded length before them."""

    def __init__(
        self, start: Callable[[], Executor], count: int, *, max_waiting: int, timeout_s: float
    ) -> None:
        """Work on `count` things at a time in what `start` gives; let `max_waiting` more wait.

        An answer is given up after `timeout_s`; the work itself then still comes to its end.
        """
        self._executor = start()
        self._limit = count + max_waiting
        self._timeout_s = timeout_s
        self.busy = 0  #: how many are waiting or being worked on

    async def run(self, work: Callable[..., Result], *given: object) -> Result:
        """Return `work(*given)`; raises Problem 429 when too many wait, 503 when it takes too long."""
        if self.busy >= self._limit:
            raise Problem(429, f"{self.busy} pictures wait already: send it again in a second")
        self.busy += 1
        try:
            future = asyncio.get_running_loop().run_in_executor(self._executor, work, *given)
            future.add_done_callback(self._finished)
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.shield(future)
        except TimeoutError:
            future.cancel()  # if it still waits
            raise Problem(503, f"no answer within {self._timeout_s:g} s: send a smaller picture") from None

    def ahead(self, work: Callable[..., object], *given: object) -> None:
        """Do something before anybody asks, without waiting for it."""
        self._executor.submit(work, *given)

    async def close(self) -> None:
        """Let go of the threads or processes; what is being worked on may end, for a moment."""
        ending = asyncio.create_task(asyncio.to_thread(self._executor.shutdown, cancel_futures=True))
        await asyncio.wait([ending], timeout=CLOSING_S)

    def _finished(self, future: "asyncio.Future[Result]") -> None:
        self.busy -= 1
        if not future.cancelled():
            future.exception()  # seen, so that an answer nobody waits for makes no noise
