"""The calls this adapter makes: one address, one envelope, user and password in every body (quirks 1, 2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

from erp_bridge.adapters.integrator import envelope
from erp_bridge.adapters.integrator.envelope import Asked, RowData
from erp_bridge.adapters.integrator.settings import ENDPOINT, IntegratorSettings, Submethod
from erp_bridge.core.errors import Unsupported
from erp_bridge.transport.network import Network

#: What any partner call carries; installations are said to choose the interface by it.
_HEADERS = {"ApplicationV": "Integrator/6"}


class IntegratorClient:
    """Integrator's endpoints by name. Whether a call writes is said by the call, not by its verb (quirk 2)."""

    def __init__(self, settings: IntegratorSettings, network: Network) -> None:
        self._settings = settings
        self._user = settings.user.reveal()
        self._password = settings.password.reveal()
        self._hidden = (*_spellings(self._password), *_spellings(self._user))
        self._http = network.client(settings, headers=_HEADERS, secrets=self._hidden)

    @property
    def requests(self) -> int:
        return self._http.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._http.clock_offset

    async def aclose(self) -> None:
        await self._http.aclose()

    async def query(self, name: str, **params: str) -> list[RowData]:
        """A query saved in this tenant, by its name in the configuration."""
        code = getattr(self._settings.queries, name)
        if code is None:
            raise Unsupported(self._settings.name, f"the query {name}")
        params = {"_consulta": code, "formato_padrao": "X", **params}
        return await self._call("view.execute", params, operation=name)

    async def create_ticket(self, params: Mapping[str, str]) -> list[RowData]:
        return await self._call("datasource.criarAtendimento", params, writes=True)

    async def add_file(self, codoco: str, name: str, extension: str, content: str, note: str) -> list[RowData]:
        params = {
            "codoco": codoco,
            "codoca": "",
            "nome_anexo": name,
            "versao": extension,
            "anexo": content,
            "obs": note,
        }
        return await self._call("atendimento.addAnexo", params, writes=True)

    async def tenant_call(self, call: Submethod, values: Mapping[str, str]) -> list[RowData]:
        """A write that only this tenant's configuration names."""
        return await self._call(call.submethod, call.filled(values), method=call.method, writes=True)

    async def ticket_types(self) -> list[RowData]:
        return await self._call("atendimento.listTypes", {})

    async def status_list(self) -> list[RowData]:
        return await self._call("datasource.ocorrencia.status", {})

    async def service_details(self, codcli: str) -> list[RowData]:
        return await self._call("services.details", {"codcli": codcli})

    async def client_invoices(self, codcli: str, first: date, last: date) -> list[RowData]:
        """Invoices that fall due between two days, paid ones too."""
        return await self._call("faturas.cliente", {"codcli": codcli, "from": str(first), "to": str(last)})

    async def _call(
        self,
        submethod: str,
        params: Mapping[str, str],
        *,
        operation: str = "",
        method: str = "list",
        writes: bool = False,
    ) -> list[RowData]:
        asked = Asked(self._settings.name, operation or submethod, writes, self._settings.charset, self._hide)
        reply = await self._http.send(
            "POST",
            ENDPOINT,
            operation=asked.operation,
            writes=writes,
            json=envelope.build(submethod, method, params, self._user, self._password),
        )
        return envelope.read(reply, asked)

    def _hide(self, text: str) -> str:
        """A text of the ERP without the credentials, which it may quote from the call."""
        for secret in self._hidden:
            text = text.replace(secret, "***")
        return text


def _spellings(secret: str) -> tuple[str, ...]:
    """A secret as it is and as JSON writes it, the longest first."""
    found = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return tuple(sorted((text for text in found if text), key=len, reverse=True))
