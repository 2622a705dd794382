"""The access token: fetched on a port of its own, kept, renewed before it ends (quirks 11, 12). It is never logged."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from erp_bridge.adapters.voalle.settings import TOKEN_PATH, VoalleSettings
from erp_bridge.adapters.voalle.values import text
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import AuthError, Malformed
from erp_bridge.transport.client import Reply
from erp_bridge.transport.network import Network

_SCOPE = "syngw"
#: Renewed so long before its end, or after half its life where that is shorter.
_EARLY = 60.0
#: How long a token is believed in that does not say how long it lives.
_UNSAID = 300.0


class Tokens:
    """The token of one integration user, by client credentials."""

    def __init__(self, settings: VoalleSettings, network: Network) -> None:
        self._settings = settings
        self._clock: Clock = network.clock
        self._form = {
            "grant_type": "client_credentials",
            "scope": _SCOPE,
            "client_id": settings.client_id.reveal(),
            "client_secret": settings.client_secret.reveal(),
            "syndata": settings.syndata.reveal(),
        }
        self.secrets = tuple(self._form[name] for name in ("client_secret", "syndata", "client_id"))
        self._http = network.client(settings, base_url=settings.token_base, secrets=self.secrets)
        self._lock = asyncio.Lock()
        self._token = ""
        self._good_until = float("-inf")

    @property
    def requests(self) -> int:
        return self._http.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._http.clock_offset

    @property
    def known(self) -> str:
        """The last token, for taking it out of texts; "" while there is none."""
        return self._token

    async def current(self, *, instead_of: str = "") -> str:
        """A token that holds for a while; another one than ``instead_of``, which the ERP no longer accepts.

        Raises ``AuthError`` when the ERP gives none.
        """
        async with self._lock:
            if self._token == instead_of or self._clock.monotonic() >= self._good_until:
                await self._fetch()
            return self._token

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _fetch(self) -> None:
        asked_at = self._clock.monotonic()
        self._good_until = float("-inf")
        reply = await self._http.send(
            "POST", TOKEN_PATH, operation="connect/token", writes=False, form=self._form, ok_statuses=(400, 401, 403)
        )
        answer = self._understood(reply)
        self._token = text(answer["access_token"])
        try:
            lifetime = float(text(answer.get("expires_in")) or _UNSAID)
        except ValueError:
            lifetime = _UNSAID
        self._good_until = asked_at + lifetime - min(_EARLY, lifetime / 2)

    def _understood(self, reply: Reply) -> Mapping[str, object]:
        try:
            answer = reply.json(self._settings.charset)
        except Malformed:
            answer = None
        if isinstance(answer, Mapping) and reply.status == 200 and text(answer.get("access_token")):
            return answer
        if reply.status in (400, 401, 403):
            why = text(answer.get("error")) if isinstance(answer, Mapping) else ""
            why = f" ({why})" if why.replace("_", "").isalpha() and len(why) < 40 else ""
            raise AuthError(
                f"the ERP gave no token{why}: check client_id, client_secret and syndata, and that the user is marked "
                "as integrator (Usuário integrador)",
                erp=self._settings.name,
                operation="connect/token",
            )
        raise reply.malformed("a token: check token_url")
