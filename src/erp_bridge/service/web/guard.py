"""The door: every request passes it before a page is made, and every answer on its way out.

No script of another site can use a browser of this machine to get in: it cannot name this host (DNS rebinding is
refused by the ``Host`` header), cannot send a form (``Origin``, and a token in each form), cannot frame a page, and
cannot read an answer.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erp_bridge.i18n import N_, translate
from erp_bridge.service.web import access, language

#: For programs only: nobody is led from there to the login page.
METRICS = "/metrics"
#: Answered without a login: what a supervisor asks for, and what the login page itself is made of.
OPEN = ("/healthz", "/readyz", "/login", "/language")
STATIC = "/static/"
MOST_BODY = 64 * 1024  # bytes; our forms are small

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: with it browsers say `Origin: null` of our own forms, which could then not be told from others'
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Doors(Protocol):
    """What the guard needs to know of the service."""

    sessions: access.Sessions
    tries: access.Tries
    cookie: str

    @property
    def asks(self) -> bool:
        """Whether the token is asked for."""
        ...

    def token(self) -> str | None: ...


@dataclass(frozen=True)
class Visitor:
    """Who asks, and in what language. ``form`` is the token that their forms carry."""

    lang: str
    inside: bool
    session: str
    form: str


class Guard:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there is no web socket here
            await send({"type": "websocket.close", "code": 1000})
            return
        request = Request(scope)
        fresh = ""
        refusal = self._refused(request)
        if refusal is None:
            form = request.cookies.get(f"{self._doors.cookie}_form", "")
            fresh = "" if re.fullmatch(r"[\w-]{43}", form) else secrets.token_urlsafe(32)
            request.state.visitor = self._visitor(request, fresh or form)
            refusal = self._outside(request)

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if fresh and headers.get("content-type", "").startswith("text/html"):
                    # Lax: a link from elsewhere brings it along, so that forms in other tabs stay good
                    self._set_form_cookie(headers, fresh, secure=request.url.scheme == "https")
            await send(message)

        await (refusal or self._app)(scope, receive, out)

    # --- before anything else ----------------------------------------------------------------------------------

    def _refused(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        match = _HOST.fullmatch(host)
        if match is None or not (self._doors.asks or _is_here(match[1])):
            # with a token, a name that leads here by trickery comes without the cookie, and gets the login page
            return _plain(request, N_("This name is not answered to here: use http://127.0.0.1 in the address."), 421)
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        if not _is_from_here(request, host):
            return _plain(request, N_("This form came from another site: it was refused."), 403)
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _plain(request, N_("The length of the form is not given."), 411)
        if int(length) > MOST_BODY:
            return _plain(request, N_("The form is too long."), 413)
        return None

    def _visitor(self, request: Request, form: str) -> Visitor:
        doors = self._doors
        session = request.cookies.get(doors.cookie, "")
        token = doors.token() if doors.asks else None
        inside = not doors.asks or bool(session and token and doors.sessions.is_open(session, token))
        held = session if inside and doors.asks else ""
        return Visitor(_lang(request), inside, held, doors.sessions.form_token(f"{form} {held}"))

    def _outside(self, request: Request) -> Response | None:
        """What somebody without a session gets, where one is needed."""
        path = request.url.path
        if request.state.visitor.inside or path in OPEN or path.startswith(STATIC):
            return None
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and request.method in ("GET", "HEAD"):
            return self._program(request, given.strip())
        wants_page = path != METRICS and "text/html" in request.headers.get("accept", "text/html")
        if request.method in ("GET", "HEAD") and wants_page:
            there = path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(there, safe='/')}", 303)
        if request.method == "POST" and wants_page:
            return RedirectResponse(f"/login?ended=yes&next={quote(_page_before(request), safe='/')}", 303)
        return _plain(
            request, N_("Log in, or send the token of [service] as Authorization: Bearer."), 401,
            {"WWW-Authenticate": "Bearer"},
        )  # fmt: skip

    def _program(self, request: Request, given: str) -> Response | None:
        """A program that brings the token itself: it may read, and decides nothing. None when it may come in."""
        address, tries = request.client.host if request.client else "", self._doors.tries
        wait = tries.wait(address)
        if wait > 0:
            return _plain(request, N_("Too many wrong tokens: wait a while."), 429, {"Retry-After": str(int(wait) + 1)})
        token = self._doors.token()
        if token is None or not access.same(given, token):
            tries.count(address)
            return _plain(request, N_("That is not the token."), 401, {"WWW-Authenticate": "Bearer"})
        return None

    def _set_form_cookie(self, headers: MutableHeaders, value: str, *, secure: bool) -> None:
        more = "; Secure" if secure else ""
        headers.append("Set-Cookie", f"{self._doors.cookie}_form={value}; Path=/; HttpOnly; SameSite=Lax{more}")


def _page_before(request: Request) -> str:
    """The page on which a form of ours stood."""
    before = urlsplit(request.headers.get("referer", ""))
    is_ours = before.netloc.lower() == request.headers.get("host", "").lower()
    return before.path if is_ours and before.path.startswith("/") else "/"


def _lang(request: Request) -> str:
    return language.of(request.cookies.get("erp_bridge_lang", ""), request.headers.get("accept-language", ""))


def _plain(request: Request, msgid: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(translate(msgid, _lang(request)) + "\n", status, headers)


def _is_here(host: str) -> bool:
    """Whether a name in a ``Host`` header can only mean this machine: no other can be made to lead here."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _is_from_here(request: Request, host: str) -> bool:
    """Whether a form was sent by one of our own pages, as far as the browser tells."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host.lower()
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
