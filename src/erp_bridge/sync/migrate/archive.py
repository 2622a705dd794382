"""Reads one side's past: by id where the ERP lists it so, else by its feed of changes; and what belongs to a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import cast

from erp_bridge.core.adapter import Adapter, Archive, Capability, Page
from erp_bridge.core.errors import Unsupported
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Atendimento, Movimentacao, OrdemServico, Status
from erp_bridge.sync.migrate.line import history_line, order_line
from erp_bridge.sync.scribe import Scribe
from erp_bridge.sync.side import Side

#: Before any ticket of any ERP.
EVER = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """Days of opening, in the ERP's own zone: from ``since`` on and before ``until``; and a status."""

    since: date | None = None
    until: date | None = None
    status: Status | None = None


def can_list(adapter: Adapter) -> bool:
    return bool({Capability.TICKETS_BETWEEN, Capability.CHANGED_SINCE} & adapter.capabilities)


async def listing(adapter: Adapter, span: Span, after: str = "") -> AsyncIterator[Page]:
    """Tickets of that time, without clients. By ascending id above ``after`` where the ERP can list so.

    Elsewhere ``after`` does not help, and a ticket may come twice. Raises ``Unsupported`` where nothing is listed.
    """
    desde, ate = _instant(span.since, adapter), _instant(span.until, adapter)
    if Capability.TICKETS_BETWEEN in adapter.capabilities:
        async for page in cast(Archive, adapter).tickets_between(desde, ate, status=span.status, apos=after):
            yield page
        return
    if Capability.CHANGED_SINCE not in adapter.capabilities:
        raise Unsupported(adapter.name, Capability.TICKETS_BETWEEN)
    async for page in adapter.changed_since(desde or EVER, clientes=False):
        chosen = tuple(t for t in page if _within(t, desde, ate) and span.status in (None, t.status))
        yield Page(atendimentos=chosen, unreadable=page.unreadable)


async def count(adapter: Adapter, span: Span) -> int | None:
    """How many tickets that are, where one request tells."""
    if Capability.TICKETS_BETWEEN not in adapter.capabilities:
        return None
    desde, ate = _instant(span.since, adapter), _instant(span.until, adapter)
    return await cast(Archive, adapter).count_between(desde, ate, status=span.status)


def last_id(page: Page) -> str:
    """Where the listing goes on behind this page."""
    if page.atendimentos:
        return page.atendimentos[-1].id or ""
    return page.unreadable[-1].id if page.unreadable else ""


@dataclass
class Told:
    """Who opened tickets of ``erp``, and their work orders: what is told of a page of them beside their own words."""

    erp: str
    openers: dict[str, str] = field(default_factory=dict)
    orders: dict[str, list[OrdemServico]] = field(default_factory=dict)

    async def learn(self, adapter: Adapter, ids: Sequence[str]) -> None:
        """Of these tickets, and of no others any more: who opened them, and their work orders."""
        archive = cast(Archive, adapter) if Capability.TICKETS_BETWEEN in adapter.capabilities else None
        self.openers, self.orders = {}, {}
        if archive is not None and ids:
            self.openers = await archive.openers(ids)
        if Capability.WORK_ORDERS in adapter.capabilities and ids:
            if archive is not None:
                self.orders = await archive.work_orders_of(ids)
            else:
                self.orders = {id: await adapter.work_orders(id) for id in ids}


@dataclass
class Footers:
    """The footers of twins of the past."""

    scribe: Scribe
    told: Told

    def footer(self, side: Side, ticket: Atendimento, history: Sequence[Movimentacao]) -> Footer:
        zone, id = self.scribe.zones[side], ticket.id or ""
        opener = self.told.openers.get(id)
        orders = (order_line(self.told.erp, order, zone) for order in self.told.orders.get(id, ()))
        notes = (history_line(ticket, history, opener, zone), *orders)
        return self.scribe.footer(side, ticket, autor=opener).model_copy(update={"notas": notes})


def _instant(day: date | None, adapter: Adapter) -> datetime | None:
    return datetime.combine(day, time(), adapter.timezone) if day else None


def _within(ticket: Atendimento, desde: datetime | None, ate: datetime | None) -> bool:
    opened = ticket.aberto_em
    if opened is None:
        return desde is None and ate is None
    return (desde is None or opened >= desde) and (ate is None or opened < ate)
