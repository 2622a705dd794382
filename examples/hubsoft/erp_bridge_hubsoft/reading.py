"""Reads tickets, clients and lists, one question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from erp_bridge import Atendimento, BridgeError, Cliente, Malformed, NotFound, Page, Status, Termo, Vinculo
from erp_bridge.adapter_api import Clock, HttpClient, Vocabulary, documento, text
from erp_bridge_hubsoft import translate, wire
from erp_bridge_hubsoft.client import MOST_TICKETS, HubsoftClient, Row
from erp_bridge_hubsoft.settings import HubsoftSettings
from erp_bridge_hubsoft.translate import Read, Terms
from erp_bridge_hubsoft.wire import TicketRow

_TYPES_KEPT = timedelta(hours=1)
#: Hours of a client's history are looked up for so many days, the newest: each costs a list of all its tickets.
_DAYS_WITH_HOURS = 5


class Reader:
    """What is read of one Hubsoft."""

    def __init__(self, settings: HubsoftSettings, client: HubsoftClient, http: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._http = http
        self._clock = clock
        self._documents: dict[str, str | None] = {}  # by client, for as long as this adapter is open
        self._types: list[Termo] = []
        self._types_until = float("-inf")
        lines = settings.vocab.get("assunto", {})
        self.terms = Terms(settings.timezone, Vocabulary.of(lines), settings.statuses, {})

    def now(self) -> datetime:
        """The ERP's time, as far as its replies tell it."""
        return self._clock.now() + (self._http.clock_offset or timedelta(0))

    # --- tickets -----------------------------------------------------------------------------------------------

    def of_list(self, row: Row) -> Read | None:
        """A row of the long list, which teaches the ids of types by the way; None for what is no ticket."""
        ticket = wire.ticket(row, self._settings.timezone)
        if ticket.hidden:
            return None
        if ticket.type_id and ticket.type_name:
            self.terms.type_ids.setdefault(text.fold(ticket.type_name), ticket.type_id)
        return translate.read_ticket(ticket, self.terms)

    async def row(self, protocolo: str) -> TicketRow:
        """The one ticket of that number: it is read by its protocolo, there being no call by its id (quirk 7)."""
        rows = await self._client.tickets("protocolo", protocolo)
        await self._know_types(rows)
        tickets = [wire.ticket(row, self._settings.timezone) for row in rows]
        found = {ticket.id: ticket for ticket in tickets if ticket.protocolo == protocolo and not ticket.hidden}
        if not found:
            raise self._error(NotFound, f"there is no ticket {protocolo}")
        if len(found) > 1:
            raise self._error(Malformed, f"several tickets have the protocolo {protocolo}")
        return found.popitem()[1]

    async def get(self, protocolo: str) -> Atendimento:
        return self.readable((await self.read([await self.row(protocolo)]))[0])

    async def get_many(self, ids: Sequence[str]) -> Page:
        """A request for each, there being no call for several, and those for the days they were opened on."""
        rows = []
        for id in dict.fromkeys(ids):
            try:
                rows.append(await self.row(id))
            except NotFound:
                continue
        reads = await self.read(rows)
        good = tuple(read.atendimento for read in reads if read.unreadable is None)
        return Page(good, unreadable=tuple(read.unreadable for read in reads if read.unreadable))

    async def read(self, rows: Sequence[TicketRow], *, days: int | None = None) -> list[Read]:
        """These tickets with their hours, which only the long list shows (quirk 2); of so many days at most."""
        vague = {row.protocolo: row.opened for row in rows if row.day_only and row.opened}
        exact: dict[str, TicketRow] = {}
        for day in sorted({opened.date() for opened in vague.values()}, reverse=True)[:days]:
            wanted = {protocolo for protocolo, opened in vague.items() if opened.date() == day}
            async for page in self._client.listed(day, day):
                listed = (wire.ticket(row, self._settings.timezone) for row in page)
                exact |= {ticket.protocolo: ticket for ticket in listed if ticket.protocolo in wanted}
                if wanted <= exact.keys():
                    break
        timed = [
            replace(row, opened=exact[row.protocolo].opened, closed=exact[row.protocolo].closed)
            if row.protocolo in exact
            else row
            for row in rows
        ]
        return [translate.read_ticket(row, self.terms) for row in timed]

    async def tickets_of_client(self, codigo: str, status: Status | None, order: str | None) -> list[Atendimento]:
        """Newest first. Longer histories than one answer holds are read on from the day of the last ticket."""
        found: dict[str, TicketRow] = {}
        dates: dict[str, str] = {}
        while True:
            rows = await self._client.tickets("codigo_cliente", codigo, **dates)
            await self._know_types(rows)
            known, last = len(found), None
            for row in rows:
                ticket = wire.ticket(row, self._settings.timezone)
                last = ticket.opened or last
                if ticket.protocolo and ticket.client_code == codigo and not ticket.hidden:
                    found[ticket.protocolo] = ticket
            if len(rows) < MOST_TICKETS or last is None:
                break
            if len(found) == known:
                day = f"{last:%d/%m/%Y}"
                raise self._error(
                    Malformed, f"a client has more than {MOST_TICKETS} tickets of {day}: no call lists them"
                )
            tomorrow = self.now().astimezone(self._settings.timezone).date() + timedelta(days=1)
            dates = {"data_inicio": f"{last:%Y-%m-%d}", "data_fim": tomorrow.isoformat()}
        reads = await self.read(list(found.values()), days=_DAYS_WITH_HOURS)
        tickets = [read.atendimento for read in reads if status in (None, read.atendimento.status)]
        return sorted(tickets, key=lambda ticket: text.fold(ticket.titulo)) if order == "titulo" else tickets[::-1]

    def readable(self, read: Read) -> Atendimento:
        at = read.unreadable
        if at is None:
            return read.atendimento
        raise self._error(
            Malformed,
            f"ticket {at.id}: {at.campo} has the code {at.codigo!r}, which has no meaning here; "
            "add a line to its vocabulary, if it should have one",
        )

    # --- clients -----------------------------------------------------------------------------------------------

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        """One request for each client not met before: there is no call for several."""
        whole = []
        for ticket in atendimentos:
            cliente = ticket.cliente
            if cliente is None or not cliente.id or cliente.documento:
                whole.append(ticket)
                continue
            if cliente.id not in self._documents:
                row = await self.client_row(cliente.id)
                self._documents[cliente.id] = translate.read_client(row).documento if row else None
            known = cliente.model_copy(update={"documento": self._documents[cliente.id]})
            whole.append(ticket.model_copy(update={"cliente": known}))
        return whole

    async def client_row(self, codigo: str, *, cancelled: bool = True) -> Row | None:
        rows = await self._client.clients("codigo_cliente", codigo, cancelled=cancelled)
        return next((row for row in rows if wire.column(row, "codigo_cliente") == codigo), None)

    async def client_rows(self, given: str | None, *, cancelled: bool = False) -> list[Row]:
        """The clients with exactly that document."""
        wanted = documento.normalise(given) if given else None
        rows = await self._client.clients("cpf_cnpj", wanted, cancelled=cancelled) if wanted else []
        return [row for row in rows if translate.read_client(row).documento == wanted]

    async def search_clients(self, texto: str, limite: int) -> list[Cliente]:
        rows = await self._client.clients("nome_razaosocial", texto, limit=limite)
        return [cliente for cliente in map(translate.read_client, rows) if cliente.id][:limite]

    async def services(self, codigo: str) -> list[Vinculo]:
        row = await self.client_row(codigo, cancelled=False)
        return translate.read_services(row) if row else []

    # --- types of ticket ---------------------------------------------------------------------------------------

    async def ticket_types(self) -> list[Termo]:
        if self._clock.monotonic() >= self._types_until:
            rows = await self._client.ticket_types()
            found = [Termo(id=wire.column(r, "id_tipo_atendimento"), nome=wire.column(r, "descricao")) for r in rows]
            self._types = [type for type in found if type.id]
            self._types_until = self._clock.monotonic() + _TYPES_KEPT.total_seconds()
            for type in self._types:
                self.terms.type_ids.setdefault(text.fold(type.nome), type.id or "")
        return self._types

    async def vocabulary(self, kind: str) -> list[Termo]:
        """The tenant's lines in the file's order, then the ERP's own list where there is one to read."""
        lines = self._settings.vocab.get(kind, {})
        return list(Vocabulary.of(lines, await self.ticket_types() if kind == "assunto" else ()).terms)

    async def _know_types(self, rows: Sequence[Row]) -> None:
        """These rows name types only; their ids are looked up where the list has not taught them."""
        names = {text.fold(wire.ticket(row, self._settings.timezone).type_name) for row in rows} - {""}
        if names - self.terms.type_ids.keys():
            await self.ticket_types()

    def _error(self, kind: type[BridgeError], words: str) -> BridgeError:
        return kind(words, erp=self._settings.name)
