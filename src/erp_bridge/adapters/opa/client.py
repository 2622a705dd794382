"""Reads conversations of an Opa! Suite. Lists are asked for by GET with a JSON body (quirk 1); nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from erp_bridge.adapters.opa import conversa
from erp_bridge.adapters.opa.conversa import Conversa, Row
from erp_bridge.adapters.opa.settings import OpaSettings
from erp_bridge.core.desconto import normalizar_protocolo_opa
from erp_bridge.core.errors import Malformed, Refused
from erp_bridge.transport.network import Network
from erp_bridge.transport.reply import Reply

_PAGE = 1000  # the most that one list gives


class OpaClient:
    """``async with OpaClient(settings) as opa: await opa.conversa("OPA202512345")``."""

    def __init__(self, settings: OpaSettings, network: Network | None = None) -> None:
        token = settings.token.reveal()
        self._settings = settings
        self._http = (network or Network()).client(
            settings, base_url=settings.base_url, headers={"Authorization": f"Bearer {token}"}, secrets=(token,)
        )

    @property
    def requests(self) -> int:
        return self._http.requests

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._http.aclose()

    async def conversa(self, protocolo: str) -> Conversa | None:
        """The conversation of that protocolo, with its agent's name; None where there is none.

        The protocolo may be as a person typed it. Raises ``Refused``, ``AuthError``, ``Malformed``, ``Unavailable``.
        """
        typed = protocolo.strip()
        normal = normalizar_protocolo_opa(typed)
        for wanted in dict.fromkeys(filter(None, (normal, typed))):
            rows = await self._list("atendimento", {"protocolo": wanted}, limit=10)
            exact = [row for row in rows if conversa.text(row.get("protocolo")).upper() == wanted.upper()]
            if exact:
                return conversa.read(exact[0], await self._agents(exact[0]), self._settings.timezone)
        return None

    async def _agents(self, row: Row) -> Mapping[str, str]:
        wanted = conversa.agent_id(row)
        if not wanted:
            return {}
        found: dict[str, str] = {}
        while wanted not in found:  # this list ignores skip and limit: it ends where nothing new comes (quirk 7)
            page = await self._list("usuario", {"tipo": "user"}, limit=_PAGE, skip=len(found))
            new = {conversa.text(user.get("_id")): conversa.name_of(user) for user in page}
            if new.keys() <= found.keys():
                break
            found |= new
        return {id: name for id, name in found.items() if name}

    async def _list(self, resource: str, filter: Mapping[str, str], *, limit: int, skip: int = 0) -> list[Row]:
        body = {"filter": dict(filter), "options": {"limit": limit, "skip": skip}}
        reply = await self._http.send("GET", resource, operation=f"list {resource}", writes=False, json=body)
        return self._rows(reply, resource)

    def _rows(self, reply: Reply, resource: str) -> list[Row]:
        answer: Any = reply.json()
        if not isinstance(answer, dict) or "status" not in answer:
            raise reply.malformed("a list")
        if answer["status"] != "success":  # also under HTTP 200 (quirk 5)
            said = next((answer[key] for key in ("message", "data", "error") if isinstance(answer.get(key), str)), "")
            raise Refused(
                conversa.text(said)[:300] or "Opa! refused without saying why", erp=self._settings.name,
                operation=f"list {resource}",
            )  # fmt: skip
        rows = answer.get("data") or []
        if not isinstance(rows, list):
            rows = [rows]
        if not all(isinstance(row, dict) for row in rows):
            raise Malformed(
                "the list holds something that is no record: check the address and the version of Opa!",
                erp=self._settings.name, operation=f"list {resource}",
            )  # fmt: skip
        return rows
