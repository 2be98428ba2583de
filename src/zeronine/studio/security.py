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

from zeronine.studio.classroom import AT_ONCE, Classroom, Pupil
from zeronine.studio.problems import Problem, problem
from zeronine.studio.settings import Settings, is_loopback

COOKIE = "zeronine_token"
PUPIL_COOKIE = "zeronine_pupil"
PRIVATE = "/api/hands"  #: what whoever owns the machine has written; no pupil's business
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

    def __init__(self, app: ASGIApp, settings: Settings, classroom: Classroom | None = None) -> None:
        """Guard `app` as the settings say; in a class, tell the pupils apart."""
        self.app = app
        self.settings = settings
        self.classroom = classroom

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        # Static files may be kept by the browser but are asked for anew; answers are never kept.
        kept = "no-cache" if scope["path"].startswith("/static/") else "no-store"
        sender = _Sender(send, kept)
        pupil: Pupil | None = scope.get("pupil")
        if refusal or pupil is None:
            await (refusal or self.app)(scope, receive, sender)
            return
        pupil.busy += 1
        try:
            await self.app(scope, receive, sender)
        finally:
            pupil.busy -= 1

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
        """Return None when the request carries a token; exchange one in the address for a cookie."""
        known = [one for one in (self.settings.token, self.settings.teacher) if one]
        for asked in known:
            if _same(bearer(headers), asked) or _same(cookie(headers), asked):
                return self._as_pupil(scope, headers, asked)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        for asked in known:
            if _is_door(scope) and _same(given, asked):
                return self._let_in(headers, asked)
        return problem(
            401, "this studio asks for its token: open the address it printed, or send it as a bearer"
        )

    def _as_pupil(self, scope: Scope, headers: Headers, token: str) -> Response | None:
        """Say in the scope which pupil asks; return a refusal for nobody, and for one who asks too much."""
        if self.classroom is None or token == self.settings.teacher:
            return None
        pupil = self.classroom.pupil(cookie(headers, PUPIL_COOKIE))
        if pupil is None:
            if _is_door(scope):
                return self._let_in(headers, token)
            return problem(401, "this is a class: open the address that the teacher shows, then you are in")
        if scope["path"].startswith(PRIVATE):
            return problem(403, "the hands on this machine are the teacher's own: teach yours at home")
        if pupil.busy >= AT_ONCE:
            return problem(429, f"{AT_ONCE} of your requests are being answered: wait for one of them")
        scope["pupil"] = pupil
        return None

    def _let_in(self, headers: Headers, token: str) -> Response:
        """Return the way into the page, with the token as a cookie, and for a pupil who it is."""
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        if self.classroom is None or token == self.settings.teacher:
            return answer
        if self.classroom.pupil(cookie(headers, PUPIL_COOKIE)) is None:
            try:
                answer.set_cookie(PUPIL_COOKIE, self.classroom.enter(), httponly=True, samesite="strict")
            except Problem as full:
                return problem(full.status, str(full))
        return answer


def _is_door(scope: Scope) -> bool:
    return bool(scope["path"] == "/" and scope["method"] == "GET")


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


def cookie(headers: Headers, name: str = COOKIE) -> str:
    """Return what a cookie of the studio's holds, its token by default, or nothing."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


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
