"""Reads single tickets, histories, clients and lists of terms. The feeds of many tickets are in ``feed.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from erp_bridge.adapters.voalle import translate
from erp_bridge.adapters.voalle.client import VoalleClient
from erp_bridge.adapters.voalle.directory import Directory
from erp_bridge.adapters.voalle.settings import VoalleSettings
from erp_bridge.adapters.voalle.source import Source
from erp_bridge.adapters.voalle.translate import Read, Terms
from erp_bridge.adapters.voalle.values import ident, inner, text
from erp_bridge.adapters.voalle.wire import Whole
from erp_bridge.core.adapter import Page, Unreadable
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import Malformed, NotFound
from erp_bridge.core.model import Arquivo, Atendimento, Cliente, Movimentacao, Status, Termo, Vinculo
from erp_bridge.core.text import fold
from erp_bridge.core.vocabulary import Vocabulary

_CATALOGUE_KEPT = timedelta(hours=1)
_SINGLE = "projects/getsolicitationdata"

#: Lists of the tenant's, by the kind of term that they hold; but for the first they serve for writing ``defaults``.
CATALOGUES: Mapping[str, str] = {
    "assunto": "incidenttypespaged",
    "serviceLevelAgreementId": "servicelevelagreementpaged",
    "catalogServiceId": "catalogservicespaged",
    "catalogServiceItemId": "catalogservicesitemspaged",
    "companyPlaceId": "companiesplacespaged",
}


class Reader:
    """What is read one record, or one list, at a time."""

    def __init__(
        self, settings: VoalleSettings, source: Source, client: VoalleClient, directory: Directory, clock: Clock
    ) -> None:
        self._settings = settings
        self._source = source
        self._client = client
        self._directory = directory
        self._clock = clock
        self._catalogues: dict[str, tuple[float, list[Termo]]] = {}
        self._type_codes: dict[str, str] = {}
        vocab = settings.vocab
        self.terms = Terms(
            zone=settings.timezone,
            z_is_utc=settings.times == "utc",
            assunto=Vocabulary.of(vocab.get("assunto", {})),
            departamento=Vocabulary.of(vocab.get("departamento", {})),
            responsavel=Vocabulary.of(vocab.get("responsavel", {})),
            status=settings.status_of_id,
            silent=frozenset(fold(words) for words in settings.silent_entries),
        )

    async def ping(self) -> str:
        types = await self._catalogue("assunto")
        about = await self._source.about()
        return f"Voalle with {len(types)} ticket types" + (f"; {about}" if about else "")

    async def get(self, id: str) -> Atendimento:
        return self._readable(await self.whole(id))

    async def whole(self, id: str) -> Read:
        """The ticket as far as it can be read. Raises ``NotFound``."""
        found = await self.find(id)
        if found is None:
            raise NotFound(
                f"there is no ticket {id}", erp=self._settings.name, operation="projects/getsolicitationdata"
            )
        return found

    async def find(self, id: str) -> Read | None:
        wholes = [whole for whole in await self._source.tickets([id]) if whole.ticket.id == id]
        return translate.read(wholes[0], self.terms) if wholes else None

    async def get_many(self, ids: Sequence[str]) -> Page:
        return self.page(await self._source.tickets(list(dict.fromkeys(ids))))

    def page(self, wholes: Sequence[Whole]) -> Page:
        """Whole tickets as a page of a feed."""
        reads = [translate.read(whole, self.terms) for whole in wholes]
        good = [read for read in reads if read.unreadable is None]
        return Page(
            atendimentos=tuple(read.atendimento for read in good),
            movimentacoes={read.atendimento.id or "": read.movimentacoes for read in good},
            unreadable=tuple(read.unreadable for read in reads if read.unreadable is not None),
        )

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        whole = await self._source.by_protocolo(protocolo)
        return self._readable(translate.read(whole, self.terms)) if whole else None

    async def tickets_of_client(self, client_id: str, status: Status | None, order: str | None) -> list[Atendimento]:
        """That client's tickets, newest first or by title. One whose status has no meaning here has none."""
        reads = [translate.read(whole, self.terms) for whole in await self._source.of_client(client_id)]
        tickets = [read.atendimento for read in reads]
        if status is not None:
            tickets = [ticket for ticket in tickets if ticket.status is status]
        return sorted(tickets, key=lambda ticket: fold(ticket.titulo)) if order == "titulo" else tickets

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        """Histories without what opened the ticket, for that is its own text. Raises ``Malformed``."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, list[Movimentacao]] = {id: [] for id in wanted}
        for whole in await self._source.tickets(wanted, titles=False):
            read = translate.read(whole, self.terms)
            if read.unreadable is not None and read.unreadable.campo == "movimentacoes":
                self._readable(read)
            found[whole.ticket.id] = list(read.movimentacoes)
        return found

    async def entries(self, id: str) -> list[Movimentacao]:
        """All that stands in a ticket's history, its opening too; entries without an id are left out."""
        found = [translate.read_entry(entry, id, self.terms) for entry in await self._source.history(id)]
        return [movement for movement in found if movement is not None]

    async def files(self, id: str, protocolo: str) -> list[Arquivo]:
        rows = await self._client.files(id, protocolo)
        files = []
        for row in rows:
            size = text(inner(row, "size", "fileSize"))
            name = text(inner(row, "fileName", "name", "title", "description"))
            number = ident(inner(row, "id"))
            if number:
                description = text(inner(row, "description")) or None
                files.append(
                    Arquivo(
                        id=number, nome=name or number, descricao=None if description == name else description,
                        tamanho=int(size) if size.isdecimal() else None,
                    )
                )  # fmt: skip
        return files

    async def with_clients(self, tickets: Sequence[Atendimento]) -> list[Atendimento]:
        """The same tickets with their clients' documents."""
        lacking = [t.cliente for t in tickets if t.cliente and t.cliente.id and not t.cliente.documento]
        known = await self._directory.with_documents(lacking) if lacking else {}
        return [
            t.model_copy(update={"cliente": known[t.cliente.id]})
            if t.cliente and t.cliente.id in known and not t.cliente.documento
            else t
            for t in tickets
        ]

    async def contracts(self, client_id: str) -> dict[str, list[Vinculo]]:
        return (await self._directory.connections(client_id)).as_links()

    async def clients_by_document(self, documento: str) -> list[tuple[Cliente, bool]]:
        """Clients with exactly that document, and whether each is active."""
        rows = await self._directory.by_document(documento)
        return [(translate.read_client(row), row.active) for row in rows]

    # --- lists of terms ------------------------------------------------------------------------------------------

    async def vocabulary(self, kind: str) -> list[Termo]:
        """The tenant's lines in the file's order, then the ERP's own list where there is one to read."""
        if kind == "status":  # no list of them can be read: those that the configuration names
            return [Termo(id=id, nome=status.value) for id, status in self.terms.status.items()]
        configured = self._settings.vocab.get(kind, {})
        catalogue = await self._catalogue(kind) if kind in CATALOGUES else []
        return list(Vocabulary.of(configured, catalogue).terms)

    async def written(self, kind: str, term: Termo) -> str | None:
        """The id to write for a term: its own, else found by name. The ERP is asked only if the file does not say."""
        if term.id:
            return term.id
        configured = self._settings.vocab.get(kind, {})
        found = Vocabulary.of(configured).written(term.nome)
        if found is None and kind in CATALOGUES:
            found = Vocabulary.of(configured, await self._catalogue(kind)).written(term.nome)
        return found.id if found else None

    async def type_code(self, type_id: str) -> str | None:
        """The code by which ``solicitationmaintenance`` knows a type."""
        maintenance = self._settings.maintenance
        if maintenance is not None and type_id in maintenance.type_codes:
            return maintenance.type_codes[type_id]
        await self._catalogue("assunto")
        return self._type_codes.get(type_id)

    async def _catalogue(self, kind: str) -> list[Termo]:
        now = self._clock.monotonic()
        kept_until, terms = self._catalogues.get(kind, (float("-inf"), []))
        if now >= kept_until:
            query = {"incident": "true"} if kind == "assunto" else {}
            rows = [row async for page in self._client.pages(CATALOGUES[kind], query) for row in page]
            named = [(ident(row.get("id")), text(inner(row, "title", "description", "name")), row) for row in rows]
            terms = [Termo(id=id, nome=name) for id, name, _ in named if id]
            if kind == "assunto":
                self._type_codes = {id: text(row.get("code")) for id, _, row in named if id and text(row.get("code"))}
            self._catalogues[kind] = (now + _CATALOGUE_KEPT.total_seconds(), terms)
        return terms

    def _readable(self, read: Read) -> Atendimento:
        if read.unreadable is None:
            return read.atendimento
        raise Malformed(_why(read.unreadable), erp=self._settings.name, operation=_SINGLE)


def _why(at: Unreadable) -> str:
    match at.campo:
        case "status":
            return f"ticket {at.id}: the status {at.codigo!r} has no meaning here; add a line to the table statuses"
        case "titulo":
            return f"ticket {at.id}: its client's list does not show it, and no other call shows its title"
        case "movimentacoes":
            return f"an entry in the history of ticket {at.id} has no id, by which it could be known again"
        case _:
            return f"ticket {at.id}: it belongs to no client, and to no structure that this interface shows"
