"""Adapters that are broken where they describe themselves, look things up, or read many at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from erp_bridge.core.adapter import Capability, Cursor, Notice, Page
from erp_bridge.core.errors import Malformed, NotFound
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Status,
    Termo,
    Vinculo,
)
from erp_bridge.core.rules import ParametrosAtendimento
from testing.flaws import breaks
from testing.toy_adapter import ToyAdapter

# --- what it says of itself


@breaks("claims.shape")
class Nameless(ToyAdapter):
    kind = ""


@breaks("claims.unsupported")
class AsksFirst(ToyAdapter):
    capabilities = ToyAdapter.capabilities - {Capability.SET_LABEL}

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        return await self.get(id)


@breaks("claims.ping")
class SaysNothing(ToyAdapter):
    async def ping(self) -> str:
        await super().ping()
        return ""


@breaks("claims.requests")
class DoesNotCount(ToyAdapter):
    requests = 0


@breaks("claims.inspection")
class LacksWithoutWords(ToyAdapter):
    async def inspect(self) -> list[Notice]:
        return [Notice("rights", "", lacks=frozenset({Capability.FILES}))]


# --- looking up


@breaks("get.found")
class PoorListing(ToyAdapter):
    async def tickets_of_client(self, *args: Any, **kwargs: Any) -> list[Atendimento]:
        found = await super().tickets_of_client(*args, **kwargs)
        return [ticket.model_copy(update={"protocolo": None}) for ticket in found]


@breaks("get.missing")
class CallsItMalformed(ToyAdapter):
    async def get(self, id: str) -> Atendimento:
        try:
            return await super().get(id)
        except NotFound as error:
            raise Malformed(error.message) from error


@breaks("get.many")
class AllOrNothing(ToyAdapter):
    async def get_many(self, ids: Sequence[str]) -> Page:
        page = await super().get_many(ids)
        if 1 < len(ids) != len(page.atendimentos):
            raise NotFound("one is missing")
        return page


@breaks("protocolo.found")
class FindsReservedOnesOnly(ToyAdapter):
    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        found = await super().find_by_protocolo(protocolo)
        return None if found and found.protocolo == f"2026{found.id}" else found


@breaks("protocolo.whole")
class FindsByBeginning(ToyAdapter):
    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        found = await super().find_by_protocolo(protocolo)
        every = await self.page(await self.call("list"))
        return found or next((t for t in every if (t.protocolo or "").startswith(protocolo)), None)


@breaks("client.tickets")
class ForgetsWhose(ToyAdapter):
    async def tickets_of_client(self, *args: Any, **kwargs: Any) -> list[Atendimento]:
        found = await super().tickets_of_client(*args, **kwargs)
        return [ticket.model_copy(update={"cliente": None}) for ticket in found]


@breaks("client.tickets_sorted")
class UnsortedTitles(ToyAdapter):
    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        return await super().tickets_of_client(cliente_id, status=status)


@breaks("client.found")
class DigitsOnly(ToyAdapter):
    async def clients_by_document(self, documento: str) -> list[Cliente]:
        return await super().clients_by_document(documento) if documento.isdigit() else []


@breaks("client.search")
class NoLimit(ToyAdapter):
    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        return await super().search_clients(texto)


@breaks("client.contracts")
class LinksWithoutId(ToyAdapter):
    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        found = await super().contracts(cliente_id)
        return {**found, "plano": [*found["plano"], Vinculo(nome="Fibra 500")]}


@breaks("lists.vocabulary")
class NamelessTerms(ToyAdapter):
    async def vocabulary(self, kind: str) -> list[Termo]:
        return [*await super().vocabulary(kind), *([Termo(id="9")] if kind == "status" else [])]


@breaks("lists.parameters")
class NoRules(ToyAdapter):
    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return None  # type: ignore[return-value]


class Reading(ToyAdapter):
    """Spoils tickets as they are read."""

    def spoilt(self, ticket: Atendimento) -> dict[str, Any]:
        raise NotImplementedError

    def read(self, row: Mapping[str, Any], clients: Mapping[str, Cliente] | None = None) -> Any:
        found = super().read(row, clients)
        return found.model_copy(update=self.spoilt(found)) if isinstance(found, Atendimento) else found


@breaks("times.right", "archive.window")
class TakesLocalForUtc(Reading):
    def spoilt(self, ticket: Atendimento) -> dict[str, Any]:
        return {"aberto_em": ticket.aberto_em - timedelta(hours=3)} if ticket.aberto_em else {}


@breaks("clients.filled_in")
class LeavesClientsOut(ToyAdapter):
    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        return list(atendimentos)


class Creating(ToyAdapter):
    """Spoils tickets as they are created."""

    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        raise NotImplementedError

    async def create(self, novo: Atendimento) -> Atendimento:
        return await super().create(novo.model_copy(update=self.spoilt(novo)))


@breaks("marker.protocolo")
class IgnoresTheReservedNumber(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        return {"protocolo": None}


@breaks("marker.listed", "create.lost_reply", "create.bad_answer", "create.line_dead", "client.tickets")
class ShowsItMinutesLater(ToyAdapter):
    async def tickets_of_client(self, *args: Any, **kwargs: Any) -> list[Atendimento]:
        limit = self._clock.now() - timedelta(minutes=5)
        found = await super().tickets_of_client(*args, **kwargs)
        return [ticket for ticket in found if not ticket.footer or (ticket.aberto_em or limit) < limit]


# --- feeds


class Feeding(ToyAdapter):
    """Spoils the pages of the change feed. ``since`` is where reading started."""

    async def spoilt(self, page: Page, since: datetime) -> Page:
        raise NotImplementedError

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        since = desde.instante if isinstance(desde, Cursor) else desde
        async for page in super().changed_since(desde, clientes=clientes):
            yield await self.spoilt(page, since)


@breaks("feed.creation")
class FeedWithoutMarkers(Feeding):
    async def spoilt(self, page: Page, since: datetime) -> Page:
        return replace(page, atendimentos=tuple(t.model_copy(update={"footer": None}) for t in page))


@breaks("feed.edit")
class SeesMessagesOnly(Feeding):
    async def spoilt(self, page: Page, since: datetime) -> Page:
        def shows(ticket: Atendimento) -> bool:
            told = page.movimentacoes.get(ticket.id or "", ())
            times = [ticket.aberto_em, *(m.instante for m in told)]
            return any(time >= since - timedelta(seconds=5) for time in times if time)

        return replace(page, atendimentos=tuple(filter(shows, page)), movimentacoes={})


@breaks("feed.message")
class DeafToPeople(Feeding):
    async def spoilt(self, page: Page, since: datetime) -> Page:
        told = page.movimentacoes
        deaf = {id for id, own in told.items() if any(m.autor == "Maria" for m in own)}
        return replace(page, atendimentos=tuple(t for t in page if t.id not in deaf),
                       movimentacoes={id: own for id, own in told.items() if id not in deaf})  # fmt: skip


@breaks("feed.cursors")
class CursorInMemory(ToyAdapter):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._handed_out: set[datetime] = set()

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        if isinstance(desde, Cursor) and desde.instante not in self._handed_out:
            desde = Cursor(instante=self._clock.now())
        async for page in super().changed_since(desde, clientes=clientes):
            if page.cursor:
                self._handed_out.add(page.cursor.instante)
            yield page


@breaks("feed.one_stamp")
class TwoPagesAreEnough(ToyAdapter):
    async def pages(self, *, first: int = 0, **by: Any) -> AsyncIterator[list[dict[str, Any]]]:
        left = 2
        async for rows in super().pages(first=first, **by):
            if left or not by.get("since"):
                yield rows
            left -= bool(left)


@breaks("feed.own_clock")
class OwnClock(Feeding):
    async def spoilt(self, page: Page, since: datetime) -> Page:
        return replace(page, cursor=Cursor(instante=self._clock.now())) if page.cursor else page


@breaks("feed.cost")
class OneByOne(Feeding):
    async def spoilt(self, page: Page, since: datetime) -> Page:
        if page.cursor:
            for row in await self.call("list"):
                await self.call("messages", ids=[row["id"]])
        return page


@breaks("feed.unreadable")
class DropsTheUnreadable(Feeding):
    async def spoilt(self, page: Page, since: datetime) -> Page:
        return replace(page, unreadable=())


@breaks("feed.open")
class ClosedOnesToo(ToyAdapter):
    async def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        async for rows in self.pages():
            yield await self.page(rows, clientes=clientes)
