"""Clients and their connections.

The same document may stand on several clients, formatted on one and as bare digits on the other (quirk 28): both
forms are always asked for, and only active clients count.
"""

from __future__ import annotations

from collections.abc import Sequence

from erp_bridge.adapters.ixc import movements
from erp_bridge.adapters.ixc.client import IxcClient, Where
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.wire import ClienteRecord, ContratoRecord, LoginRecord
from erp_bridge.core import documento as doc
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import Refused, ValidationFailed
from erp_bridge.core.model import Atendimento, Cliente, Vinculo
from erp_bridge.core.rules import check_search

_ACTIVE = Where("ativo", "=", "S")
#: How long a client just read is believed when a single ticket is read again, in seconds.
_KEPT, _KEEP_AT_MOST = 60.0, 2000


class Clients:
    """The table ``cliente`` and what hangs on it."""

    def __init__(self, client: IxcClient, erp: str, clock: Clock) -> None:
        self._client = client
        self._erp = erp
        self._clock = clock
        self._recent: dict[str, tuple[float, Cliente]] = {}

    async def with_clients(self, tickets: Sequence[Atendimento], *, recent: bool = False) -> list[Atendimento]:
        """The tickets with document and name of their clients; with ``recent`` those read a minute ago will do."""
        ids = {ticket.cliente.id for ticket in tickets if ticket.cliente and ticket.cliente.id}
        known = self._still_fresh() if recent else {}
        missing = sorted(ids - set(known))
        rows = await self._client.among("cliente", "id", missing) if missing else []
        found = {cliente.id: cliente for cliente in self._read(rows) if cliente.id}
        self._remember(found)
        known = {**known, **found}
        return [
            ticket.model_copy(update={"cliente": known[ticket.cliente.id]})
            if ticket.cliente and ticket.cliente.id in known
            else ticket
            for ticket in tickets
        ]

    async def by_document(self, documento: str) -> list[Cliente]:
        """Every active client with that document, by id."""
        return (await self.by_documents([documento]))[documento]

    async def by_documents(self, documentos: Sequence[str]) -> dict[str, list[Cliente]]:
        """The same for each of them, both ways of writing it in one request."""
        wanted = {documento: doc.normalise(documento) for documento in documentos}
        forms = dict.fromkeys(form for bare in wanted.values() if bare for form in (movements.formatted(bare), bare))
        rows = await self._client.among_texts("cliente", "cnpj_cpf", list(forms), _ACTIVE)
        found = {cliente.id: cliente for cliente in self._read(rows) if cliente.id}
        self._remember(found)
        by_document: dict[str | None, list[Cliente]] = {}
        for id in sorted(found, key=_number):
            by_document.setdefault(found[id].documento, []).append(found[id])
        return {documento: by_document.get(bare, []) if bare else [] for documento, bare in wanted.items()}

    async def find(self, documento: str) -> Cliente | None:
        """The one active client with that document. Of several none is picked: that is for a person to do."""
        found = await self.by_document(documento)
        if len(found) > 1:
            ids = ", ".join(cliente.id or "" for cliente in found)
            text = f"{len(found)} active clients have this document (ids {ids}): choose one of them by its id"
            raise Refused(text, erp=self._erp, operation="list cliente")
        return found[0] if found else None

    async def search(self, texto: str, limite: int) -> list[Cliente]:
        """By part of the name, or by a whole document."""
        broken = check_search(texto)
        if broken:
            raise ValidationFailed(broken, erp=self._erp)
        documento = doc.normalise(texto)
        if documento and len(documento) in (11, 14) and not any(c.isspace() for c in texto.strip()):
            found = await self.by_document(documento)
            if found:
                return found[:limite]
        rows = await self._client.first(
            "cliente", Where("razao", "L", texto.strip()), _ACTIVE, limit=limite, sort="razao"
        )
        return [cliente for cliente in self._read(rows) if cliente.id]

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        """The contracts in force and the active logins of a client."""
        return (await self.contracts_of([cliente_id]))[cliente_id]

    async def contracts_of(self, cliente_ids: Sequence[str]) -> dict[str, dict[str, list[Vinculo]]]:
        """The same for each of them."""
        found: dict[str, dict[str, list[Vinculo]]] = {id: {"contrato": [], "login": []} for id in cliente_ids}
        contratos = await self._client.among("cliente_contrato", "id_cliente", cliente_ids)
        logins = await self._client.among("radusuarios", "id_cliente", cliente_ids)
        for contrato in map(ContratoRecord.of, contratos):
            _add(found, contrato.id_cliente, "contrato", movements.read_contract(contrato))
        for login in map(LoginRecord.of, logins):
            _add(found, login.id_cliente, "login", movements.read_login(login))
        return found

    @staticmethod
    def _read(rows: Sequence[Row]) -> list[Cliente]:
        return [movements.read_client(ClienteRecord.of(row)) for row in rows]

    def _still_fresh(self) -> dict[str, Cliente]:
        now = self._clock.monotonic()
        return {id: cliente for id, (until, cliente) in self._recent.items() if now < until}

    def _remember(self, found: dict[str, Cliente]) -> None:
        until = self._clock.monotonic() + _KEPT
        if len(self._recent) + len(found) > _KEEP_AT_MOST:
            self._recent.clear()
        self._recent |= {id: (until, cliente) for id, cliente in found.items()}


def _add(found: dict[str, dict[str, list[Vinculo]]], cliente: str, campo: str, link: Vinculo) -> None:
    if link.ativo and cliente in found:
        found[cliente][campo].append(link)


def _number(id: str | None) -> int:
    return int(id) if id and id.isdecimal() else 0
