"""Canonical tickets as JSON Lines: one ticket a line, with its movements. Written from an ERP, read as if from one.

A line holds the ticket's fields by their names in the model; ``movimentacoes``, a list of such records, files among
them; ``ordens_servico``, likewise; ``aberto_por``, a name; and ``erp``, the name of the system it comes from. What
serves the bridge alone is not written, and is refused when it is read, like any misspelt name.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from erp_bridge.adapters.plain import PlainAdapter
from erp_bridge.core.adapter import Adapter, Capability, FieldSupport, Page
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import NotFound
from erp_bridge.core.footer import Ref
from erp_bridge.core.model import Atendimento, Movimentacao, OrdemServico, Status
from erp_bridge.core.settings import ErpSettings
from erp_bridge.sync import files
from erp_bridge.sync.migrate.archive import Span, Told, listing

#: What serves the bridge, and no one else.
INTERNAL = ("footer", "codigos", "versao")
PAGE = 100


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be taken, by its number in the file from 1 on. No value of it is told."""

    number: int
    reason: str


@dataclass(frozen=True)
class Line:
    """One line: a ticket of ``erp`` with what belongs to it; ``opener`` is a name, or empty."""

    erp: str
    ticket: Atendimento
    movements: list[Movimentacao]
    opener: str = ""
    orders: list[OrdemServico] = field(default_factory=list)


# --- writing -------------------------------------------------------------------------------------------------------


async def export(adapter: Adapter, span: Span, to: IO[str]) -> int:
    """Write the tickets of that time, as they are read; how many."""
    count = 0
    async for page in listing(adapter, span):
        tickets = await adapter.with_clients(list(page.atendimentos))
        ids = [ticket.id or "" for ticket in tickets]
        said: Mapping[str, Sequence[Movimentacao]] = {}
        if Capability.MOVEMENTS in adapter.capabilities and ids:
            said = await adapter.movements_of(ids)
        attached = await files.entries(adapter, ids)
        told = Told(adapter.name)
        await told.learn(adapter, ids)
        for ticket in tickets:
            id = ticket.id or ""
            movements = [*said.get(id, ()), *attached.get(id, ())]
            line = Line(adapter.name, ticket, movements, told.openers.get(id, ""), told.orders.get(id, []))
            to.write(as_text(line) + "\n")
            count += 1
    return count


def as_text(line: Line) -> str:
    """One line; what the bridge wrote for another ticket keeps its words only."""
    document: dict[str, Any] = {"erp": line.erp, **_dumped(line.ticket)}
    if line.opener:
        document["aberto_por"] = line.opener
    document["movimentacoes"] = [_dumped(movement) for movement in line.movements]
    if line.orders:
        document["ordens_servico"] = [_dumped(order) for order in line.orders]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _dumped(record: Atendimento | Movimentacao | OrdemServico) -> dict[str, Any]:
    found: dict[str, Any] = record.model_dump(mode="json", exclude=set(INTERNAL), exclude_defaults=True)
    return found


# --- reading -------------------------------------------------------------------------------------------------------


def read_line(text: str) -> Line:
    """What a line says. Raises ``ValueError`` with a reason that quotes no value."""
    try:
        document = json.loads(text)
    except ValueError:
        raise ValueError("this is not JSON") from None
    if not isinstance(document, dict):
        raise ValueError("a line is one object: a ticket")  # noqa: TRY004 - one kind of error for one kind of reader
    erp, opener = document.pop("erp", None), document.pop("aberto_por", "")
    said, ordered = document.pop("movimentacoes", []), document.pop("ordens_servico", [])
    if any(name in document for name in INTERNAL):
        raise ValueError(f"{', '.join(INTERNAL)} are the bridge's own and are not read")
    if not isinstance(said, list) or not isinstance(ordered, list) or not isinstance(opener, str):
        raise ValueError("movimentacoes and ordens_servico are lists, aberto_por is a name")  # noqa: TRY004
    try:
        ticket = Atendimento.model_validate(document)
        movements = [_movement(ticket, place, one) for place, one in enumerate(said, 1)]
        orders = [OrdemServico.model_validate(one) for one in ordered]
        Ref(erp=erp, id=ticket.id or "")
        for movement in movements:
            Ref(erp=erp, id=ticket.id or "", part=movement.id)
    except ValidationError as error:
        raise ValueError("; ".join(_plain(detail) for detail in error.errors())) from None
    if len({movement.id for movement in movements}) < len(movements):
        raise ValueError("movimentacoes: an id stands twice")
    if ticket.status is None:
        raise ValueError("status: it is missing")
    return Line(str(erp), ticket, movements, opener, orders)


def _movement(ticket: Atendimento, place: int, given: object) -> Movimentacao:
    """One that has no id gets its place as one: in the same file it stays the same."""
    movement = Movimentacao.model_validate(given)
    return movement.model_copy(update={"id": movement.id or f"n{place}", "atendimento_id": ticket.id, "footer": None})


def _plain(detail: Mapping[str, Any]) -> str:
    return f"{'.'.join(map(str, detail['loc'])) or 'ticket'}: {detail['msg']}"


@dataclass
class Lines:
    """A file of tickets, looked through once: where each good line lies, and what is wrong with the others."""

    path: Path
    erp: str = ""
    places: dict[str, int] = field(default_factory=dict)  # where the line of an id begins, in the file's order
    bad: list[BadLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        offset = 0
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                self._look(number, offset, raw)
                offset += len(raw)

    def _look(self, number: int, offset: int, raw: bytes) -> None:
        if not raw.strip():
            return
        try:
            line = read_line(_decoded(raw))
        except ValueError as error:
            self.bad.append(BadLine(number, str(error)))
            return
        if self.erp not in ("", line.erp):
            self.bad.append(BadLine(number, "erp: another one than in the lines before; one file, one system"))
        elif (line.ticket.id or "") in self.places:
            self.bad.append(BadLine(number, "id: it stands in an earlier line"))
        else:
            self.erp = line.erp
            self.places[line.ticket.id or ""] = offset

    def read(self, ids: Sequence[str]) -> Iterator[Line]:
        """Those that are there."""
        with self.path.open("rb") as file:
            for id in ids:
                if id in self.places:
                    file.seek(self.places[id])
                    yield read_line(_decoded(file.readline()))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("this is not UTF-8") from None


class FileAdapter(PlainAdapter):
    """A file of tickets as one side of a pair: read only, in the order of its lines."""

    capabilities = frozenset(
        {Capability.TICKETS_BETWEEN, Capability.GET, Capability.GET_MANY, Capability.MOVEMENTS, Capability.WORK_ORDERS}
    )
    supported = {  # noqa: RUF012
        name: FieldSupport(read=True) for name in Atendimento.model_fields if name not in INTERNAL
    }

    requests = 0
    clock_offset = None

    def __init__(self, lines: Lines, timezone: ZoneInfo, clock: Clock) -> None:
        # not through the plain adapter's own, which opens an HTTP client
        self.settings = ErpSettings(name=lines.erp, adapter="jsonl", url="http://localhost", timezone=timezone)
        self.clock = clock
        self._lines = lines

    async def __aexit__(self, *exc: object) -> None:
        pass

    async def ping(self) -> str:
        return f"{len(self._lines.places)} tickets in {self._lines.path.name}"

    async def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> AsyncIterator[Page]:
        ids = list(self._lines.places)
        start = ids.index(apos) + 1 if apos in self._lines.places else 0
        for place in range(start, len(ids), PAGE):
            yield Page(atendimentos=tuple(line.ticket for line in self._lines.read(ids[place : place + PAGE])))

    async def count_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None
    ) -> int | None:
        return len(self._lines.places)

    async def openers(self, ids: Sequence[str]) -> dict[str, str]:
        return {line.ticket.id or "": line.opener for line in self._lines.read(ids) if line.opener}

    async def work_orders_of(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        return {line.ticket.id or "": line.orders for line in self._lines.read(ids)}

    async def get(self, id: str) -> Atendimento:
        for line in self._lines.read([id]):
            return line.ticket
        raise NotFound(f"there is no ticket {id} in the file", erp=self.name)

    async def get_many(self, ids: Sequence[str]) -> Page:
        return Page(atendimentos=tuple(line.ticket for line in self._lines.read(ids)))

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        found = {line.ticket.id or "": line.movements for line in self._lines.read(ids)}
        return {id: found.get(id, []) for id in ids}
