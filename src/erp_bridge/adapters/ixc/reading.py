"""Reads single tickets, their history, files and work orders, and the rules of subjects. Feeds are in ``feed.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from erp_bridge.adapters.ixc import movements, translate
from erp_bridge.adapters.ixc.catalogue import Catalogue
from erp_bridge.adapters.ixc.client import IxcClient, Where
from erp_bridge.adapters.ixc.clients import Clients
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.values import present
from erp_bridge.adapters.ixc.wire import ArquivoRecord, OrdemRecord, SuMensagem, SuTicket, SuTransfAtendimento, as_text
from erp_bridge.core.adapter import Page, Unreadable
from erp_bridge.core.errors import Malformed, NotFound, Refused, Unsupported
from erp_bridge.core.model import Arquivo, Atendimento, Movimentacao, OrdemServico, Status
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.core.text import fold

TICKETS, MESSAGES, TRANSFERS = "su_ticket", "su_mensagens", "su_transf_atendimento"

_FILTERS = ("filtra_departamento_ticket", "filtra_funcionario_ticket", "filtra_setor", "filtra_funcionario")

#: What a subject may demand (quirk 26): column of su_oss_assunto by parameter.
_DEMANDS = {
    "login_obrigatorio": "login_obrigatorio",
    "contrato_obrigatorio": "contrato_obrigatorio",
    "processo_obrigatorio": "obrigar_processo_atendimento",
    "canal_obrigatorio": "obrigar_preenchimento_canal_atendimento",
    "status_complementar_obrigatorio": "obrigatorio_status_complementar",
}


class Reader:
    """What is read one ticket, or a few, at a time."""

    def __init__(
        self, settings: IxcSettings, client: IxcClient, catalogue: Catalogue, clients: Clients, dialect: Dialect
    ) -> None:
        self._settings = settings
        self._client = client
        self._catalogue = catalogue
        self._clients = clients
        self._dialect = dialect

    async def ping(self) -> str:
        try:
            rows = await self._client.first("empresa", limit=1)
        except (Unsupported, Refused):  # this user may see tickets and nothing else
            rows = []
            await self._client.first(TICKETS, limit=1)
        name = next((text for row in rows for key in ("fantasia", "razao") if (text := as_text(row.get(key)))), "")
        return f"IXC Provedor, {name}" if name else "IXC Provedor"

    async def hidden_by(self) -> list[str]:
        """Settings of the token's user that hide tickets from it, without a word in any listing (quirk 21)."""
        try:
            user = await self._client.one("usuarios", self._client.user_id)
        except (Unsupported, Refused):
            return []
        return [flag for flag in _FILTERS if user is not None and as_text(user.get(flag)) == "S"]

    async def row(self, id: str) -> Row:
        """A ticket's row as it came, passwords aside."""
        row = await self._client.one(TICKETS, id)
        if row is None:
            text = f"there is no ticket {id}, or the token's user may not see it"
            raise NotFound(text, erp=self._settings.name, operation=f"list {TICKETS}")
        return row

    def read(self, row: SuTicket) -> Atendimento | Unreadable:
        return translate.read_ticket(row, self._dialect, self._catalogue.named)

    def readable(self, row: Row) -> Atendimento:
        """The same, or ``Malformed`` naming the field and the code."""
        read = self.read(SuTicket.of(row))
        if isinstance(read, Atendimento):
            return read
        text = (
            f"ticket {read.id}: {read.campo} has the code {read.codigo!r}, which has no meaning here; "
            "correct the ticket in the ERP, or give the code a line in the vocabulary"
        )
        raise Malformed(text, erp=self._settings.name, operation=f"list {TICKETS}")

    async def whole(self, row: Row, *, recent: bool = True) -> Atendimento:
        """The ticket of that row with its client and the names of its terms."""
        await self.know_terms([SuTicket.of(row)])
        [ticket] = await self._clients.with_clients([self.readable(row)], recent=recent)
        return ticket

    async def know_terms(self, rows: Sequence[SuTicket]) -> None:
        """Have the names of the lists' entries that stand on these tickets at hand."""
        found = translate.ids_on(rows, translate.TERMS)
        del found["estrutura"]
        await self._catalogue.know(
            {kind: {id for text in texts if (id := present(text))} for kind, texts in found.items()}
        )

    async def get(self, id: str) -> Atendimento:
        return await self.whole(await self.row(id), recent=False)

    async def rows(self, ids: Sequence[str]) -> list[SuTicket]:
        return await self._client.records_among(SuTicket, TICKETS, "id", ids)

    def page(self, rows: Sequence[SuTicket]) -> Page:
        tickets, unreadable = translate.read_tickets(rows, self._dialect, self._catalogue.named)
        return Page(atendimentos=tuple(tickets), unreadable=tuple(unreadable))

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        """The oldest ticket with exactly that number; the ERP lets a number be given twice (quirk 24)."""
        if not protocolo.strip():
            return None
        rows = await self._client.all(TICKETS, Where("protocolo", "=", protocolo))
        row = next((row for row in rows if as_text(row.get("protocolo")).strip() == protocolo.strip()), None)
        return await self.whole(row, recent=False) if row else None

    async def tickets_of_client(self, cliente_id: str, status: Status | None, order: str | None) -> list[Atendimento]:
        """By number, by ``titulo``, or ``newest`` first. Those that cannot be read are left out."""
        if order not in (None, "titulo", "newest"):
            raise ValueError(f'order is "titulo" or "newest", not {order!r}')
        if not cliente_id.isdecimal():
            return []
        rows = await self._client.all_records(SuTicket, TICKETS, Where("id_cliente", "=", cliente_id))
        await self.know_terms(rows)
        own = [ticket for ticket in self.page(rows).atendimentos if status in (None, ticket.status)]
        tickets = await self._clients.with_clients(own)
        if order == "titulo":
            return sorted(tickets, key=lambda ticket: fold(ticket.titulo))
        return tickets[::-1] if order == "newest" else tickets

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        """The whole history of these tickets, in as few requests as the page size allows."""
        messages = await self._client.among(MESSAGES, "id_ticket", ids)
        transfers = await self._client.among(TRANSFERS, "id_atendimento", ids, optional=True)
        found = await self.histories(messages, transfers, ids)
        return {id: movements.told_apart(history) for id, history in found.items()}

    async def histories(
        self, messages: Sequence[Row], transfers: Sequence[Row], ids: Sequence[str] = ()
    ) -> dict[str, list[Movimentacao]]:
        """These rows by ticket and in order, with their authors' names; each of ``ids`` has a list, if an empty one."""
        records = [SuMensagem.of(row) for row in messages]
        authors = {operator for record in records if (operator := present(record.operador))}
        await self._catalogue.know({"usuario": sorted(authors)})
        found: dict[str, list[Movimentacao]] = {id: [] for id in ids}
        for record in records:
            movement = movements.read_message(record, self._dialect, lambda id: self._catalogue.named("usuario", id))
            found.setdefault(record.id_ticket, []).append(movement)
        for transfer in (SuTransfAtendimento.of(row) for row in transfers):
            found.setdefault(transfer.id_atendimento, []).append(movements.read_transfer(transfer, self._dialect.zone))
        return {id: movements.in_order(own) for id, own in found.items()}

    async def message(self, id: str) -> Movimentacao | None:
        row = await self._client.one(MESSAGES, id)
        if row is None:
            return None
        return next(iter((await self.histories([row], [])).values()))[0]

    async def files(self, id: str) -> list[Arquivo]:
        return (await self.files_of([id]))[id]

    async def files_of(self, ids: Sequence[str]) -> dict[str, list[Arquivo]]:
        """The files of these tickets, in as few requests as the page size allows."""
        found: dict[str, list[Arquivo]] = {id: [] for id in ids}
        for row in await self._client.among("su_ticket_arquivos", "id_ticket", ids):
            record = ArquivoRecord.of(row)
            found.setdefault(record.id_ticket, []).append(movements.read_file(record))
        return found

    async def work_orders(self, id: str) -> list[OrdemServico]:
        rows = await self._of_ticket("su_oss_chamado", id)
        return [movements.read_order(OrdemRecord.of(row), self._dialect.zone) for row in rows]

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        """What the installation and this subject demand."""
        subject = (await self._catalogue.rows("assunto")).get(assunto_id, {}) if assunto_id else {}
        demands: dict[str, Any] = {name: as_text(subject.get(column)) == "S" for name, column in _DEMANDS.items()}
        channels = await self._catalogue.rows("canal")
        return ParametrosAtendimento(
            assunto_obrigatorio=self._settings.assunto_obrigatorio,
            login_exige_contrato=self._settings.login_exige_contrato,
            processos_com_assinatura=frozenset(self._settings.processos_com_assinatura),
            canais_inativos=frozenset(id for id, row in channels.items() if as_text(row.get("ativo")) == "N"),
            **demands,
        )

    async def _of_ticket(self, table: str, id: str) -> list[Row]:
        return await self._client.all(table, Where("id_ticket", "=", id)) if id.isdecimal() else []
