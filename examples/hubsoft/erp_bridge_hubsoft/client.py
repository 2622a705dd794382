"""The calls this adapter makes, and the token they need: thirty days long, renewed before its end and once on 401."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import date
from urllib.parse import urlencode

from erp_bridge import AuthError, Malformed, Unavailable
from erp_bridge.adapter_api import Clock, HttpClient, Reply, redactor
from erp_bridge_hubsoft import answers
from erp_bridge_hubsoft.settings import API, HubsoftSettings

Row = Mapping[str, object]

#: The most that the calls about one client give at once (quirk 5), and what a search of clients gives.
MOST_TICKETS = 50
MOST_CLIENTS = 100
#: Seconds before its end at which a token is renewed.
_EARLY = 3600.0
#: No list is longer; a server that never says that it has ended is not followed for ever.
_MOST_PAGES = 10_000


class HubsoftClient:
    """Hubsoft's endpoints by name."""

    def __init__(self, settings: HubsoftSettings, http: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._renewing = asyncio.Lock()

    # --- tickets -----------------------------------------------------------------------------------------------

    async def listed(self, first: date, last: date) -> AsyncIterator[list[Row]]:
        """Tickets by the day they were opened on, both days included, page by page."""
        body = {"data_inicio": first.isoformat(), "data_fim": last.isoformat()}
        for number in range(1, _MOST_PAGES + 1):
            path = f"/atendimento/paginado/{self._settings.page_size}?page={number}"
            found = await self._ask("POST", path, "atendimentos", operation="atendimento.paginado", json=body)
            page = found if isinstance(found, Mapping) else {"data": found}
            yield answers.rows(page.get("data"))
            last_page = page.get("last_page")
            if not page.get("data") or not isinstance(last_page, int) or number >= last_page:
                return

    async def tickets(self, by: str, value: str, **more: str) -> list[Row]:
        """Tickets of one client, service or protocolo, closed ones too, oldest first; ``MOST_TICKETS`` at most."""
        query = {
            "busca": by, "termo_busca": value, "limit": str(MOST_TICKETS), "apenas_pendente": "nao",
            "order_by": "data_cadastro", "order_type": "asc", **more,
        }  # fmt: skip
        path = f"/cliente/atendimento?{urlencode(query)}"
        return answers.rows(await self._ask("GET", path, "atendimentos", operation="cliente.atendimento"))

    async def open_ticket(self, body: Row) -> Row:
        found = await self._ask("POST", "/atendimento", "atendimento", operation="atendimento", json=body, writes=True)
        return found if isinstance(found, Mapping) else {}

    async def change_ticket(self, id_atendimento: str, body: Row) -> None:
        """``parametros`` must be sent, and may hold anything (quirk 12)."""
        path, json = f"/atendimento/{id_atendimento}", {"parametros": {}, **body}
        await self._ask("PUT", path, "atendimento", operation="atendimento.editar", json=json, writes=True)

    # --- what is around them -----------------------------------------------------------------------------------

    async def ticket_types(self) -> list[Row]:
        path = "/configuracao/tipo_atendimento"
        return answers.rows(await self._ask("GET", path, "tipos_atendimento", operation="tipo_atendimento"))

    async def clients(self, by: str, value: str, *, limit: int = MOST_CLIENTS, cancelled: bool = False) -> list[Row]:
        """Clients with their services; ``cancelled`` ones too, if wanted."""
        query = {
            "busca": by, "termo_busca": value, "limit": str(min(limit, MOST_CLIENTS)),
            "cancelado": "sim" if cancelled else "nao",
        }  # fmt: skip
        return answers.rows(await self._ask("GET", f"/cliente?{urlencode(query)}", "clientes", operation="cliente"))

    # --- how they are sent -------------------------------------------------------------------------------------

    async def _ask(
        self, method: str, path: str, key: str, *, operation: str, json: Row | None = None, writes: bool = False
    ) -> object:
        async def send(token: str, *ok: int) -> Reply:
            headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
            return await self._http.send(
                method, API + path, operation=operation, writes=writes, json=json, headers=headers, ok_statuses=ok
            )

        token = await self._valid_token()
        reply = await send(token, 401)
        if reply.status == 401:  # quirk 1: it was not let in, so nothing was done, and a write may be sent again
            reply = await send(await self._valid_token(dead=token))
        return answers.read(reply, key, writes=writes)

    async def _valid_token(self, *, dead: str = "") -> str:
        """The token in use, or a new one; callers that wait meanwhile get the same."""
        async with self._renewing:
            if not self._token or self._token == dead or self._clock.monotonic() >= self._until:
                self._token, self._until = await self._new_token()
            return self._token

    async def _new_token(self) -> tuple[str, float]:
        keys = self._settings
        body = {
            "grant_type": "password", "client_id": keys.client_id, "client_secret": keys.client_secret.reveal(),
            "username": keys.user.reveal(), "password": keys.password.reveal(),
        }  # fmt: skip
        asked_at = self._clock.monotonic()
        reply = await self._http.send("POST", "/oauth/token", operation="oauth.token", writes=False, json=body)
        if reply.status >= 500:
            raise Unavailable(f"no token: HTTP {reply.status}", erp=keys.name, operation="oauth.token")
        if reply.status >= 400:
            raise AuthError(
                f"the ERP gave no token (HTTP {reply.status}): check client_id, client_secret, user and password",
                erp=keys.name, operation="oauth.token",
            )  # fmt: skip
        answer = reply.json()
        token = answer.get("access_token") if isinstance(answer, Mapping) else None
        if not isinstance(token, str) or not token:
            raise Malformed("the answer holds no access_token: check url", erp=keys.name, operation="oauth.token")
        redactor.remember(token)
        lasts = answer.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) else _EARLY
        return token, asked_at + max(seconds - _EARLY, seconds / 2)
