"""Clients and their contracts: who there is, by id and by document. Kept for an hour, in memory only.

No call reads a person by id, and tickets show no document. So both come from the list of contracts, which every client
who can be served stands in, and for the others from the list of clients.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta

from erp_bridge.adapters.voalle import translate, wire
from erp_bridge.adapters.voalle.client import VoalleClient
from erp_bridge.adapters.voalle.settings import VoalleSettings
from erp_bridge.adapters.voalle.wire import ContractRow, PersonRow, TagRow
from erp_bridge.core import documento as doc
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import Malformed
from erp_bridge.core.model import Cliente, Vinculo
from erp_bridge.core.text import fold

_KEPT = timedelta(hours=1)
_COMPANY_DIGITS = 14


class Directory:
    """One tenant's clients."""

    def __init__(self, settings: VoalleSettings, client: VoalleClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._lock = asyncio.Lock()
        self._people: dict[str, PersonRow] = {}
        self._with_contract: tuple[str, ...] = ()
        self._owners: dict[str, str] = {}
        self._contracts_until = self._clients_until = float("-inf")

    async def served(self) -> tuple[str, ...]:
        """Ids of the clients that the feed polls: those of the configuration, else all with a contract, in order."""
        if self._settings.clients:
            return tuple(sorted(set(self._settings.clients), key=_by_number))
        async with self._lock:
            await self._read_contracts()
        return self._with_contract

    async def owners(self) -> Mapping[str, str]:
        """Client id by contract id, of contracts in force."""
        async with self._lock:
            await self._read_contracts()
        return self._owners

    async def is_served(self, client_id: str, documento: str | None) -> bool:
        """Whether the client has a contract in force: as the list knows it, else asked for that client alone."""
        if documento is None or self._clock.monotonic() < self._contracts_until:
            return client_id in (await self.owners()).values()
        rows = await self._contracts(documento)
        return any(row.client.id in ("", client_id) and row.active is not False for row in rows)

    async def document_of(self, id: str) -> str | None:
        """The client's CPF or CNPJ, digits."""
        return translate.read_client(found).documento if (found := await self._person(id)) is not None else None

    async def with_documents(self, clients: Iterable[Cliente]) -> dict[str, Cliente]:
        """The same clients with their documents, by id, as far as the lists know them."""
        found: dict[str, Cliente] = {}
        for cliente in clients:
            if cliente.id and cliente.id not in found:
                row = await self._person(cliente.id)
                documento = translate.read_client(row).documento if row is not None else None
                found[cliente.id] = cliente.model_copy(update={"documento": documento})
        return found

    async def by_document(self, documento: str) -> list[PersonRow]:
        """Every client with exactly that document: as the ERP finds it, and others that the list of contracts shows."""
        wanted = doc.normalise(documento)
        if not wanted:
            return []
        found = await self._client.person(wanted)
        rows = [wire.person(found)] if found is not None else []
        rows += [contract.client for contract in await self._contracts(wanted)]
        people: dict[str, PersonRow] = {}
        for row in rows:
            if row.id and translate.read_client(row).documento == wanted:
                people.setdefault(row.id, row)
                self._people[row.id] = people[row.id]
        return list(people.values())

    async def search(self, texto: str, limite: int) -> list[Cliente]:
        """Clients whose name or document holds the text. The list is asked to filter, and is not trusted to do so."""
        wanted, found = fold(texto), dict[str, Cliente]()
        async for page in self._client.pages("getclient", {"Filter": texto}):
            for row in map(wire.person, page):
                if row.id and (wanted in fold(row.name) or texto in row.document):
                    found.setdefault(row.id, translate.read_client(row))
            if len(found) >= limite:
                break
        return list(found.values())[:limite]

    async def connections(self, client_id: str, documento: str | None = None) -> Connections:
        """The client's contracts and service tags."""
        documento = documento or await self.document_of(client_id)
        if documento is None:
            return Connections()
        contracts = [row for row in await self._contracts(documento) if row.client.id in ("", client_id)]
        tags = [wire.service_tag(row) for row in await self._client.tags(documento)]
        return Connections(contracts, [tag for tag in tags if tag.id and tag.client in ("", client_id)])

    async def _contracts(self, documento: str) -> list[ContractRow]:
        """Contracts by document, which takes the number of its type (quirk 10)."""
        company = len(documento) == _COMPANY_DIGITS
        kind = self._settings.tx_id_type if company else 3 - self._settings.tx_id_type
        body = {"txId": documento, "txIdType": kind, "onlyActiveContracts": False}
        rows = [wire.contract(row) for row in await self._client.contracts(body)]
        return [row for row in rows if row.id or row.number]

    async def _person(self, id: str) -> PersonRow | None:
        async with self._lock:
            if id not in self._people or not self._people[id].document:
                await self._read_contracts()
            if id not in self._people or not self._people[id].document:
                await self._read_clients()
            return self._people.get(id)

    async def _read_contracts(self) -> None:
        if self._clock.monotonic() < self._contracts_until:
            return
        contracts = [wire.contract(row) for row in await self._client.contracts({"onlyActiveContracts": False})]
        owners = {row.client.id: row.client for row in contracts if row.client.id}
        if contracts and not owners:
            raise Malformed(
                "contract/getpaged does not tell whose its contracts are: name the clients in the key `clients`",
                erp=self._settings.name,
                operation="contract/getpaged",
            )
        self._people |= owners
        self._owners = {row.id or row.number: row.client.id for row in contracts if row.active is not False}
        self._with_contract = tuple(sorted(owners, key=_by_number))
        self._contracts_until = self._clock.monotonic() + _KEPT.total_seconds()

    async def _read_clients(self) -> None:
        if self._clock.monotonic() < self._clients_until:
            return
        async for page in self._client.pages("getclient"):
            self._people.update({row.id: row for row in map(wire.person, page) if row.id})
        self._clients_until = self._clock.monotonic() + _KEPT.total_seconds()


class Connections:
    """A client's contracts, and the service tags that tie tickets to them."""

    def __init__(self, contracts: Iterable[ContractRow] = (), tags: Iterable[TagRow] = ()) -> None:
        self.contracts = list(contracts)
        self.tags = list(tags)

    def as_links(self) -> dict[str, list[Vinculo]]:
        logins = {
            tag.login: Vinculo(id=tag.login, nome=tag.user, ativo=tag.login_active and tag.active)
            for tag in self.tags
            if tag.login
        }
        return {
            "contrato": [translate.read_contract(row) for row in self.contracts],
            "etiqueta": [translate.read_tag(tag) for tag in self.tags],
            "login": list(logins.values()),
        }

    def tag_of(self, *, contrato: str | None, login: str | None) -> str | None:
        """The one service tag in force of that login, else of that contract; None where there is none or a choice."""
        if login:
            found = [tag for tag in self.tags if tag.login == login]
        else:
            numbers = {row.number for row in self.contracts if contrato in (row.id, row.number) and row.number}
            found = [tag for tag in self.tags if contrato == tag.contract or tag.contract_number in numbers]
        active = [tag for tag in found if tag.active is not False]
        return active[0].id if len(active) == 1 else None


def _by_number(id: str) -> tuple[int, int, str]:
    return (0, int(id), "") if id.isdecimal() and len(id) < 19 else (1, 0, id)
