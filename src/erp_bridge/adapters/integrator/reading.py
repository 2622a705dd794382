"""Reads single tickets, comments, clients and lists of terms. The feeds of many tickets are in ``feed.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from erp_bridge.adapters.integrator import translate
from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.source import Source
from erp_bridge.adapters.integrator.translate import Read, Terms
from erp_bridge.adapters.integrator.wire import (
    CategoryRow,
    ClientRow,
    CommentRow,
    OrderRow,
    PlanRow,
    RoleRow,
    TicketRow,
    TypeRow,
    column,
)
from erp_bridge.core import documento as doc
from erp_bridge.core.adapter import Page, Unreadable
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import Malformed, NotFound, Refused
from erp_bridge.core.model import Atendimento, Cliente, Movimentacao, OrdemServico, Status, Termo, Vinculo
from erp_bridge.core.text import fold
from erp_bridge.core.vocabulary import Vocabulary

_CATALOGUE_KEPT = timedelta(hours=1)
#: Ids in one question: enough for a page, and short enough for any server's limit on a request.
_IDS_AT_ONCE = 500


class Reader:
    """What is read one record, or one list, at a time."""

    def __init__(self, settings: IntegratorSettings, source: Source, client: IntegratorClient, clock: Clock) -> None:
        self._settings = settings
        self._source = source
        self._client = client
        self._clock = clock
        self._catalogues: dict[str, tuple[float, list[Termo]]] = {}
        self.terms = Terms(
            zone=settings.timezone,
            assunto=Vocabulary.of(settings.vocab.get("assunto", {})),
            departamento=Vocabulary.of(settings.vocab.get("departamento", {})),
            status=settings.status_of_code,
            origem=settings.origem_of_code,
        )

    async def ping(self) -> str:
        try:
            types = await self._client.ticket_types()
        except Refused as error:
            raise Refused(
                f"{error.message} (if these words are about the user or its password: this ERP has no other way "
                "of refusing them; check the keys user and password)",
                erp=error.erp,
                operation=error.operation,
            ) from None
        about = await self._source.about()
        return f"Integrator with {len(types)} ticket types" + (f"; {about}" if about else "")

    async def get(self, id: str) -> Atendimento:
        read = await self.find(id)
        if read is None:
            raise NotFound(f"there is no ticket {id}", erp=self._settings.name, operation="atendimento")
        return self._readable(read)

    async def find(self, id: str) -> Read | None:
        """The ticket as far as it can be read; None when there is none."""
        rows = await self._source.tickets([id])
        return self._first([row for row in _tickets(rows) if row.codoco == id])

    async def get_many(self, ids: Sequence[str]) -> Page:
        wanted = list(dict.fromkeys(ids))
        rows: dict[str, TicketRow] = {}
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            for row in _tickets(await self._source.tickets(wanted[start : start + _IDS_AT_ONCE])):
                rows.setdefault(row.codoco, row)
        reads = [translate.read_ticket(rows[id], self.terms) for id in wanted if id in rows]
        return Page(
            atendimentos=tuple(read.atendimento for read in reads if not read.unreadable),
            unreadable=tuple(read.unreadable for read in reads if read.unreadable),
        )

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        rows = await self._source.by_protocolo(protocolo)
        read = self._first([row for row in _tickets(rows) if row.numero_oco == protocolo])
        return self._readable(read) if read else None

    async def tickets_of_client(self, codcli: str, status: Status | None, order: str | None) -> list[Atendimento]:
        """That client's tickets, newest first or by title. One whose status has no meaning here has none."""
        rows = await self._source.of_client(codcli)
        own = [row for row in _tickets(rows) if row.codcli.lstrip("0") == codcli.lstrip("0")]
        tickets = [translate.read_ticket(row, self.terms).atendimento for row in own]
        if status is not None:
            tickets = [ticket for ticket in tickets if ticket.status is status]
        return sorted(tickets, key=lambda ticket: fold(ticket.titulo)) if order == "titulo" else tickets

    async def movements_of(self, ids: Sequence[str]) -> tuple[dict[str, list[Movimentacao]], list[Unreadable]]:
        """The comments of these tickets, oldest first, and what of them could not be read.

        Ids are asked for in ascending order, so that the tenant's SQL can narrow its search to their range.
        """
        found: dict[str, dict[str, Movimentacao]] = {id: {} for id in ids}
        unreadable: dict[str, Unreadable] = {}
        wanted = sorted(found)
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            rows = await self._source.comments(wanted[start : start + _IDS_AT_ONCE])
            for row in map(CommentRow.model_validate, rows):
                if row.codoco not in found:
                    continue
                movement = translate.read_comment(row, self._settings.timezone)
                if movement is None or movement.id is None:
                    unreadable[row.codoco] = Unreadable(row.codoco, "movimentacoes", "codcom")
                else:
                    found[row.codoco][movement.id] = movement
        return {id: _oldest_first(list(by_id.values())) for id, by_id in found.items()}, list(unreadable.values())

    async def work_orders(self, id: str) -> list[OrdemServico]:
        rows = map(OrderRow.model_validate, await self._source.work_orders(id))
        return [translate.read_order(row, self._settings.timezone) for row in rows if row.codords]

    async def clients_by_document(self, documento: str) -> list[tuple[Cliente, bool]]:
        """Clients with exactly that document, and whether each is active."""
        wanted = doc.normalise(documento)
        if wanted is None:
            return []
        rows = await self._source.clients(wanted)
        found = [translate.read_client(ClientRow.model_validate(row)) for row in rows]
        return [(cliente, ativo) for cliente, ativo in found if cliente.id and cliente.documento == wanted]

    async def search_clients(self, texto: str, limite: int) -> list[Cliente]:
        rows = await self._source.search_clients(texto, limite)
        found = [translate.read_client(ClientRow.model_validate(row))[0] for row in rows]
        return [cliente for cliente in found if cliente.id][:limite]

    async def contracts(self, codcli: str) -> dict[str, list[Vinculo]]:
        """The client's plans. They come as rows, or as a list ``planos`` within a row."""
        plans: list[PlanRow] = []
        for row in await self._source.plans(codcli):
            inner = row.get("planos")
            inner = [inner] if isinstance(inner, dict) else inner
            rows = [plan for plan in inner if isinstance(plan, dict)] if isinstance(inner, list) else [row]
            plans += map(PlanRow.model_validate, rows)
        return {"plano": [translate.read_plan(plan) for plan in plans if plan.codsercli]}

    async def vocabulary(self, kind: str) -> list[Termo]:
        """The tenant's lines in the file's order, then the ERP's own list where there is one to read."""
        configured = self._settings.vocab.get(kind, {})
        return list(Vocabulary.of(configured, await self._catalogue(kind)).terms)

    async def written(self, kind: str, term: Termo) -> str | None:
        """The id to write for a term: its own, else found by name. The ERP is asked only if the file does not say."""
        if term.id:
            return term.id
        configured = self._settings.vocab.get(kind, {})
        found = Vocabulary.of(configured).written(term.nome)
        if found is None:
            found = Vocabulary.of(configured, await self._catalogue(kind)).written(term.nome)
        return found.id if found else None

    async def _catalogue(self, kind: str) -> list[Termo]:
        now = self._clock.monotonic()
        kept_until, terms = self._catalogues.get(kind, (0.0, []))
        if now >= kept_until:
            terms = await self._fetch_catalogue(kind)
            self._catalogues[kind] = (now + _CATALOGUE_KEPT.total_seconds(), terms)
        return terms

    async def _fetch_catalogue(self, kind: str) -> list[Termo]:
        match kind:
            case "assunto":
                types = map(TypeRow.model_validate, await self._source.types())
                return [Termo(id=t.codocop, nome=t.nome_ocop) for t in types if t.codocop and fold(t.ativo) != "n"]
            case "departamento":
                roles = map(RoleRow.model_validate, await self._source.roles())
                return [Termo(id=role.codcar, nome=role.nome_car) for role in roles if role.codcar]
            case "categoria":  # nothing of the model, but what one writes into defaults.codcatoco
                rows = map(CategoryRow.model_validate, await self._source.categories())
                return [Termo(id=row.codcatoco, nome=row.descri_catoco) for row in rows if row.codcatoco]
            case "status":
                return await self._status_list()
            case "origem":
                return [Termo(id=code, nome=origem.value) for code, origem in self.terms.origem.items()]
            case _:
                return []

    async def _status_list(self) -> list[Termo]:
        """Its columns are not known: rows are used if they hold ``codsto`` and a name, and are otherwise left."""
        known = [Termo(id=code, nome=status.value) for code, status in self.terms.status.items()]
        try:
            rows = await self._client.status_list()
        except (Refused, Malformed):
            return known
        named = [(column(row.get("codsto")), _name_in(row)) for row in rows]
        return [*known, *(Termo(id=id, nome=nome) for id, nome in named if id and nome and id not in self.terms.status)]

    def _first(self, rows: Sequence[TicketRow]) -> Read | None:
        return translate.read_ticket(rows[0], self.terms) if rows else None

    def _readable(self, read: Read) -> Atendimento:
        if read.unreadable is None:
            return read.atendimento
        at = read.unreadable
        raise Malformed(
            f"ticket {at.id}: {at.campo} has the code {at.codigo!r}, which has no meaning here; "
            f"add a line to its vocabulary, if it should have one",
            erp=self._settings.name,
            operation="atendimento",
        )


def _tickets(rows: Sequence[RowData]) -> list[TicketRow]:
    return [TicketRow.model_validate(row) for row in rows]


def _oldest_first(movements: list[Movimentacao]) -> list[Movimentacao]:
    """By time; as the query gave them where a time is missing."""
    timed = [(movement.instante, movement) for movement in movements if movement.instante]
    if len(timed) < len(movements):
        return movements
    return [movement for _, movement in sorted(timed, key=lambda pair: pair[0])]


def _name_in(row: RowData) -> str:
    """The one column that names the row, if there is just one such."""
    names = [column(value) for key, value in row.items() if key.startswith(("nome", "descri"))]
    return names[0] if len(names) == 1 else ""
