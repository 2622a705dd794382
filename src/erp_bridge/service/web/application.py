"""Puts the pages together: one ASGI application over a daemon, or over a bridge alone."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from erp_bridge.config import Config
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import BridgeError, NotFound
from erp_bridge.i18n import N_
from erp_bridge.report.words import say
from erp_bridge.service.daemon import Daemon
from erp_bridge.service.web.commands import ROUTES as COMMANDS
from erp_bridge.service.web.guard import Guard
from erp_bridge.service.web.pages import ROUTES as PAGES
from erp_bridge.service.web.site import STYLE, Site, site_of
from erp_bridge.service.web.speech import of_error
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.database import StoreError
from erp_bridge.transport.log import get_logger


def app(source: Daemon | Bridge, config: Config, clock: Clock, extra_routes: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The pages over a running daemon, or over a bridge alone.

    ``config`` is the one it starts with: where it is bound cannot change while it runs; all else is taken from
    ``source`` at each request. ``extra_routes`` come first. Where a token is asked for, they ask for it too (of a
    program as ``Authorization: Bearer``), but for ``/healthz`` and ``/readyz``.

    Raises ``ConfigError`` when the address can be reached from other hosts and no token is configured.
    """
    site = Site(source, config, clock)
    made = Starlette(
        routes=[*extra_routes, *PAGES, *COMMANDS, Route("/static/style.css", _style)],
        exception_handlers={HTTPException: _http_error, BridgeError: _bridge_error, Exception: _fault},
    )
    made.state.site = site
    return Guard(made, site)  # outside of all: an answer to a fault of ours passes it as well


async def _style(request: Request) -> Response:
    # its address holds a digest of it: what was fetched once is good for ever
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(STYLE, media_type="text/css", headers=headers)


# --- what goes wrong -----------------------------------------------------------------------------------------------


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    what = say(N_("There is no such page.")) if status == 404 else say(N_("That cannot be done here."))
    if isinstance(error, HTTPException) and status == 403:
        what = say(N_("The form was too old, or not ours: go back, load the page again, and send it once more."))
    return site_of(request).render(request, "error.html", status, what=what, title=what)


async def _bridge_error(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, StoreError) else 500
    if status != 404:
        get_logger(part="web").warning("a page could not be made", error=str(error), path=request.url.path)
    title = say(N_("It is not there any more.")) if status == 404 else say(N_("That did not work."))
    assert isinstance(error, BridgeError)  # noqa: S101  for the type checker
    return site_of(request).render(request, "error.html", status, what=of_error(error), title=title)


async def _fault(request: Request, error: Exception) -> Response:
    get_logger(part="web").error("a page failed", path=request.url.path, exc_info=error)
    what = say(N_("This is a fault of erp-bridge itself; the log tells where."))
    return site_of(request).render(request, "error.html", 500, what=what, title=say(N_("That did not work.")))
