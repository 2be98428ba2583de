"""Who may talk to the studio: checked on every request, before any route sees it.

The dangers are other web pages open in the same browser.  A page whose name is made to point at
127.0.0.1 (DNS rebinding) is caught by its Host; a page that posts across sites is caught by its
Origin and by `Sec-Fetch-Site`.  A studio that other machines can reach asks for a token instead of
trusting names.  Everything that is served carries a policy that allows no foreign code.
"""

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zeronine.studio.problems import problem
from zeronine.studio.settings import Settings, is_loopback

COOKIE = "zeronine_token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware: the checks, and the headers on every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Guard `app` as the settings say."""
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        # Static files may be kept by the browser but are asked for anew; answers are never kept.
        kept = "no-cache" if scope["path"].startswith("/static/") else "no-store"
        await (refusal or self.app)(scope, receive, _Sender(send, kept))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not host_is_allowed(headers.get("host", ""), self.settings):
            return problem(
                421,
                f"{headers.get('host', '')!r} is not this studio's name: open it by the address it printed",
            )
        if scope["method"] not in SAFE_METHODS and not origin_is_allowed(headers):
            return problem(403, "another web page may not post to the studio: use the studio's own page")
        if self.settings.token is None:
            return None
        return self._without_token(scope, headers)

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """Return None when the request carries the token; exchange one in the address for a cookie."""
        asked = self.settings.token or ""
        if _same(bearer(headers), asked) or _same(cookie(headers), asked):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and scope["method"] == "GET" and _same(given, asked):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(COOKIE, asked, httponly=True, samesite="strict")
            return answer
        return problem(
            401, "this studio asks for its token: open the address it printed, or send it as a bearer"
        )


def host_is_allowed(host: str, settings: Settings) -> bool:
    """Return whether a Host header names this studio: loopback names, or anything under a token."""
    if settings.token is not None:
        return True
    name = host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host
    return is_loopback(name)


def origin_is_allowed(headers: Headers) -> bool:
    """Return whether a changing request comes from the studio's own page, or from no page at all."""
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return False
    origin = headers.get("origin")
    return origin is None or origin in (f"http://{headers.get('host')}", f"https://{headers.get('host')}")


def bearer(headers: Headers) -> str:
    """Return the token of an Authorization header, or nothing."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def cookie(headers: Headers) -> str:
    """Return the token of the studio's cookie, or nothing."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""


def _same(given: str, asked: str) -> bool:
    return hmac.compare_digest(given.encode(), asked.encode())


class _Sender:
    """Adds the headers to an answer as it leaves."""

    def __init__(self, send: Send, kept: str) -> None:
        self.send = send
        self.kept = kept

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", self.kept)
        await self.send(message)
