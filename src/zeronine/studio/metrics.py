"""Counts and times of requests, as Prometheus text: what an operator watches."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counters of one studio; used from its event loop only."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.buckets: Counter[tuple[str, float]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.canvases = 0
        self.pictures = 0

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is its pattern, never the address as sent."""
        self.requests[route, method, status] += 1
        self.seconds[route] += seconds
        for bound in BOUNDS_S:
            if seconds <= bound:
                self.buckets[route, bound] += 1

    def text(self, gauges: Iterable[tuple[str, str, float]]) -> str:
        """Return everything as Prometheus text; `gauges` are (name, help, value) of this moment."""
        lines = [
            "# HELP zeronine_requests_total Requests answered.",
            "# TYPE zeronine_requests_total counter",
        ]
        for (route, method, status), count in sorted(self.requests.items()):
            lines.append(
                f'zeronine_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
            )
        lines += self._histogram()
        lines += _single("zeronine_canvases_total", "counter", "Canvases classified.", self.canvases)
        lines += _single("zeronine_pictures_total", "counter", "Pictures read.", self.pictures)
        for name, about, value in gauges:
            lines += _single(f"zeronine_{name}", "gauge", about, value)
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        name = "zeronine_request_seconds"
        lines = [f"# HELP {name} Time to the first byte of the answer.", f"# TYPE {name} histogram"]
        for route in sorted(self.seconds):
            total = sum(count for (one, _, _), count in self.requests.items() if one == route)
            for bound in BOUNDS_S:
                lines.append(f'{name}_bucket{{route="{route}",le="{bound:g}"}} {self.buckets[route, bound]}')
            lines.append(f'{name}_bucket{{route="{route}",le="+Inf"}} {total}')
            lines.append(f'{name}_sum{{route="{route}"}} {self.seconds[route]:.6f}')
            lines.append(f'{name}_count{{route="{route}"}} {total}')
        return lines


class Measure:
    """ASGI middleware: notes every answer in the metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Note the answers of `app` in `metrics`."""
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        watched = _Watched(scope, send, self.metrics)
        await self.app(scope, receive, watched)


class _Watched:
    """Notes the moment and the status at which an answer begins."""

    def __init__(self, scope: Scope, send: Send, metrics: Metrics) -> None:
        self.scope = scope
        self.send = send
        self.metrics = metrics
        self.began = time.perf_counter()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            route = getattr(self.scope.get("route"), "path", "other")
            seconds = time.perf_counter() - self.began
            self.metrics.note(route, _method(self.scope["method"]), message["status"], seconds)
        await self.send(message)


def _method(method: str) -> str:
    """Return a method's name, or OTHER for what a client made up."""
    return method if method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH") else "OTHER"


def _single(name: str, kind: str, about: str, value: float) -> list[str]:
    return [f"# HELP {name} {about}", f"# TYPE {name} {kind}", f"{name} {value:g}"]
