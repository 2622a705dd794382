"""Where a check stands: an opened adapter, the line to its ERP, and what most checks do first."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from erp_bridge.core.adapter import Adapter, Capability, Cursor, Unreadable
from erp_bridge.core.clock import SystemClock
from erp_bridge.core.errors import BridgeError
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.i18n import N_, _
from erp_bridge.testing.bench import Act, Bench
from erp_bridge.testing.check import NOT_CLAIMED, Excused, Failed, NotClaimed, expect, unlike
from erp_bridge.transport.interference import Line
from erp_bridge.transport.network import Network

T = TypeVar("T")

#: Where a record that the bridge wrote may be looked for.
LOOK_UPS = (Capability.TICKETS_OF_CLIENT, Capability.CHANGED_SINCE, Capability.OPEN_TICKETS)
_NO_ACT = N_("the bench has no people.{act}: offer it, or write in its place why there is none")
_LONG_AGO = timedelta(days=2)


@dataclass
class Feed:
    """What one reading of ``changed_since`` brought."""

    tickets: dict[str, Atendimento] = field(default_factory=dict)
    movements: dict[str, list[Movimentacao]] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)
    cursors: list[Cursor] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        return {*self.tickets, *self.movements}


@dataclass
class Stand:
    """``erp`` is the adapter, entered; ``line`` is its way to the ERP."""

    bench: Bench
    line: Line
    erp: Adapter
    notes: list[str] = field(default_factory=list)

    # --- the adapter ---------------------------------------------------------------------------------------------

    def claims(self, *capabilities: Capability) -> bool:
        return self.erp.capabilities.issuperset(capabilities)

    def need(self, *capabilities: Capability) -> None:
        for capability in capabilities:
            if capability not in self.erp.capabilities:
                raise NotClaimed(_(NOT_CLAIMED, capability=capability))

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Stand]:
        """The same ERP reached anew: a limiter, a breaker and a cache of its own."""
        async with stand(self.bench) as other:
            yield other

    async def caught(self, work: Awaitable[object]) -> BaseException | None:
        """The error of the bridge that this ends with. Any other error is a failure by itself."""
        try:
            await work
        except BridgeError as error:
            return error
        except (Failed, NotClaimed, Excused):
            raise
        except Exception as error:
            raise Failed(
                _("it ended in {error}, which is no error of the bridge", error=f"{type(error).__name__}: {error}")
            ) from error
        return None

    async def raises(self, what: str, work: Awaitable[object], *wanted: type[BridgeError]) -> BridgeError:
        """It must end with one of these errors."""
        error = await self.caught(work)
        if isinstance(error, wanted):
            return error
        names = " / ".join(kind.__name__ for kind in wanted)
        raise Failed(unlike(what, error if error is not None else _("no error"), names))

    # --- time and people -----------------------------------------------------------------------------------------

    async def wait(self, seconds: float | timedelta) -> None:
        await self.bench.clock.sleep(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)

    async def lag(self) -> None:
        """Wait until what was written must show."""
        if self.erp.lag:
            await self.wait(self.erp.lag)

    @property
    def time_is_ours(self) -> bool:
        """Whether the clock can be moved."""
        return not isinstance(self.bench.clock, SystemClock)

    async def person(self, act: str, *args: object) -> None:
        """Let somebody do that at the ERP's own screens."""
        does: Act = getattr(self.bench.people, act)
        if does is None:
            raise Failed(_(_NO_ACT, act=act))
        if isinstance(does, str):
            raise Excused(does)
        done = does(*args)
        if inspect.isawaitable(done):
            await done

    # --- records -------------------------------------------------------------------------------------------------

    def footer(self, part: str | None = None) -> Footer:
        """A marker that nobody has used."""
        when = self.bench.clock.now().astimezone(self.erp.timezone)
        number = f"k{secrets.token_hex(5)}"
        signature = f"Conformance · {when:%d/%m/%Y %H:%M} · outro"
        return Footer(ref=Ref(erp="outro", id=number, part=part), protocolo="2026001", assinatura=signature)

    async def opened(self, **fields: Any) -> Atendimento:
        """A new ticket, visible. Fields differ from the bench's ``novo``."""
        ticket = await self.erp.create(self.bench.novo.model_copy(update=fields))
        expect("create().id", ticket.id, "an id", ok=bool(ticket.id))
        await self.lag()
        return ticket

    async def twin(self, **fields: Any) -> Atendimento:
        """A new ticket as the bridge opens it, with a marker."""
        return await self.opened(**{"footer": self.footer(), **fields})

    async def same_ref(self, footer: Footer) -> list[Atendimento]:
        """All tickets with that marker, looked for as the engine would, by a reader of its own."""
        async with self.another() as reader:
            return [t for t in await reader.look_around() if t.footer is not None and t.footer.ref == footer.ref]

    async def look_around(self) -> list[Atendimento]:
        """The tickets of the bench's client, by the first look-up that is claimed."""
        await self.lag()
        if self.claims(Capability.TICKETS_OF_CLIENT):
            return await self.erp.tickets_of_client(await self.client_id())
        if self.claims(Capability.CHANGED_SINCE):
            return list((await self.feed(self.long_ago())).tickets.values())
        if self.claims(Capability.OPEN_TICKETS):
            return [ticket async for page in self.erp.open_tickets(clientes=False) for ticket in page]
        raise NotClaimed(_(NOT_CLAIMED, capability=" / ".join(LOOK_UPS)))

    async def client_id(self) -> str:
        cliente = self.bench.novo.cliente
        if cliente is None or not cliente.id:
            raise Failed(_("the bench's novo has no cliente with {field}", field="id, documento"))
        return cliente.id

    # --- feeds ---------------------------------------------------------------------------------------------------

    def long_ago(self) -> datetime:
        return self.bench.clock.now().astimezone(UTC) - _LONG_AGO

    async def feed(self, since: datetime | Cursor, *, clientes: bool = False) -> Feed:
        """Everything since then. A cursor is handed over as the engine does: after a trip through JSON."""
        if isinstance(since, Cursor):
            since = Cursor.model_validate_json(since.model_dump_json())
        found = Feed()
        async for page in self.erp.changed_since(since, clientes=clientes):
            for ticket in page:
                found.tickets[ticket.id or ""] = ticket
            for id, movements in page.movimentacoes.items():
                found.movements.setdefault(id, []).extend(movements)
            found.unreadable += page.unreadable
            if page.cursor is not None:
                found.cursors.append(page.cursor)
        return found

    async def cursor(self, since: datetime | Cursor | None = None) -> Cursor:
        """Where the feed stands now."""
        found = await self.feed(since or self.long_ago())
        if not found.cursors:
            raise Failed(_("{what}: expected {wanted}, got {got}", what="Page.cursor", wanted="Cursor", got="None"))
        return found.cursors[-1]


@asynccontextmanager
async def stand(bench: Bench) -> AsyncIterator[Stand]:
    """Everything in place for one check."""
    line = Line(bench.clock, bench.app, verify=bench.verify)
    async with bench.open(Network(clock=bench.clock, wire=line.wire)) as erp:
        yield Stand(bench, line, erp)


def by_id(movements: Sequence[Movimentacao]) -> dict[str, Movimentacao]:
    return {movement.id or "": movement for movement in movements}
