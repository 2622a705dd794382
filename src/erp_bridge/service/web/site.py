"""What all pages share: the bridge behind them, the templates, and who may come in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from erp_bridge.config import Config
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import ConfigError
from erp_bridge.report.words import Words
from erp_bridge.service.daemon import Daemon
from erp_bridge.service.web import access
from erp_bridge.service.web.guard import Visitor
from erp_bridge.service.web.speech import Speech
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.log import get_logger

T = TypeVar("T")

STYLE = files("erp_bridge.service.web").joinpath("static/style.css").read_bytes()
_VERSION = hashlib.sha256(STYLE).hexdigest()[:12]


class Site:
    """One dashboard. Its sessions live as long as it does."""

    def __init__(self, source: Daemon | Bridge, config: Config, clock: Clock) -> None:
        self._source = source
        self.clock = clock
        self.is_local = access.is_loopback(config.service.bind)
        if not self.is_local and config.service.token is None:
            raise ConfigError(
                f"[service] bind = {config.service.bind} can be reached from other hosts: name a token beside it"
            )
        if config.service.token is not None:
            config.service.token.reveal()  # one that cannot be read is better known at the start
        self.sessions = access.Sessions(clock)
        self.tries = access.Tries(clock)
        self.cookie = f"erp_bridge_{config.service.bind.rpartition(':')[2]}"  # hosts share cookies between their ports
        self._env = Environment(
            loader=PackageLoader("erp_bridge.service.web"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    @property
    def bridge(self) -> Bridge:
        return self._source.bridge if isinstance(self._source, Daemon) else self._source

    @property
    def config(self) -> Config:
        return self._source.config

    @property
    def asks(self) -> bool:
        """Whether the token is asked for: always where other hosts come by, else when one is configured."""
        return not self.is_local or self.config.service.token is not None

    def token(self) -> str | None:
        """The token, read anew so that it can be changed; None when there is none, or it cannot be read."""
        secret = self.config.service.token
        try:
            return (secret.reveal() or None) if secret is not None else None
        except ConfigError as error:
            get_logger(part="web").error("the token of [service] cannot be read", error=str(error))
            return None

    def next_run(self, pair: str) -> float | None:
        """When the daemon runs a pair next, in seconds from now; None where nobody keeps time."""
        if not isinstance(self._source, Daemon) or pair not in self._source.due:
            return None
        return max(0.0, self._source.due[pair] - self._source.clock.monotonic())

    async def ask(self, question: Callable[[Bridge], T]) -> T:
        """Something of the store, in a thread: a slow database must not hold up the passes."""
        bridge = self.bridge
        _ = bridge.db  # opened here: two threads would open it twice
        return await asyncio.to_thread(question, bridge)

    def zone(self, pair: str | None = None) -> ZoneInfo:
        """The zone in which times are shown: that of the pair's left ERP, else of the first ERP there is."""
        settings = self.config.pair.get(pair or "")
        erp = self.config.erp.get(settings.left) if settings else next(iter(self.config.erp.values()), None)
        return erp.timezone if erp is not None else ZoneInfo("UTC")

    def render(
        self, request: Request, template: str, status: int = 200, *, title: Words, pair: str | None = None,
        **values: object,
    ) -> Response:  # fmt: skip
        """A page; ``title`` without the name of the program, ``pair`` the pair that it is about."""
        visitor: Visitor = request.state.visitor
        speech = Speech(visitor.lang, self.zone(pair), self.clock.now())
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        page = self._env.get_template(template).render(
            **values, title=title, pair=pair, visitor=visitor, lang=visitor.lang, asks=self.asks, site=self,
            here=there if request.method == "GET" else "/", path=request.url.path, version=_VERSION,
            recorded=request.query_params.get("recorded", ""), _=speech.text, w=speech.words, when=speech.when,
            ago=speech.ago, zone=self.zone(pair).key, lasts=speech.lasts, n=speech.number, mark=speech.mark,
        )  # fmt: skip
        return HTMLResponse(page, status, {"Content-Language": visitor.lang, "Vary": "Accept-Language, Cookie"})


def site_of(request: Request) -> Site:
    return cast("Site", request.app.state.site)
