"""Messages, statuses, transfers and files: what happens to a ticket, as people's buttons would do it.

A status is set by a message (quirk 18). A comment is a message too and must not move the ticket, so it sends no status.
Whether every version leaves the status alone then is not known: the first comment on a ticket of each status is
checked, and where one moved its ticket or was refused, the ticket's own status is sent from then on.
"""

from __future__ import annotations

from erp_bridge.adapters.ixc import movements
from erp_bridge.adapters.ixc.client import IxcClient, Where
from erp_bridge.adapters.ixc.movements import message_record, transfer_record
from erp_bridge.adapters.ixc.reading import MESSAGES, Reader
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.values import moment, present
from erp_bridge.adapters.ixc.wire import ArquivoRecord, SuMensagem, SuTicket
from erp_bridge.adapters.ixc.writing import Writer
from erp_bridge.core import footer
from erp_bridge.core.errors import Refused, Unseen, Unsupported, ValidationFailed
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Arquivo, Atendimento, Movimentacao, Status, Termo
from erp_bridge.core.rules import validate_movimentacao
from erp_bridge.transport.log import get_logger

_FILES = "su_ticket_arquivos"


class Mover:
    """Writes of one installation that add to a ticket."""

    def __init__(
        self, settings: IxcSettings, client: IxcClient, reader: Reader, writer: Writer, dialect: Dialect
    ) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader
        self._writer = writer
        self._dialect = dialect
        self._repeat = settings.comment_status == "repeat"
        self._proven: set[str] = set()  # statuses that a comment without one was seen to leave alone

    async def add_movement(self, id: str, movement: Movimentacao) -> Movimentacao:
        ticket = await self._ticket(id)
        self._judge(movement, ticket)
        texto = self._text(movement)
        if movement.status is not None:
            number = await self._say(ticket, movement, texto, self._code(movement.status))
            await self._check_status(id, movement.status, number)
        else:
            number = await self._comment(ticket, movement, texto)
        done = f"message {number} was written"
        stored = await self._writer.read_back(done, self._reader.message(number))
        if stored is None:
            text = f"the ERP says that it stored message {number}, but does not show it"
            raise Unseen(text, erp=self._settings.name, operation=f"insert {MESSAGES}")
        return stored

    async def post(self, ticket: Atendimento, movement: Movimentacao) -> str | None:
        """``add_movement`` without a look before and after, for a ticket just made and read back; the message's id.

        Until comments without a status are known to leave a status like its own alone, it looks all the same.
        """
        row = SuTicket(
            id=ticket.id or "",
            id_cliente=(ticket.cliente.id or "") if ticket.cliente else "",
            interacao_pendente=ticket.codigos.get("interacao_pendente", ""),
            su_status=ticket.codigos.get("status", ""),
        )
        if movement.status is not None:
            number = await self._say(row, movement, self._text(movement), self._code(movement.status))
        elif self._repeat or row.su_status in self._proven:
            su_status = row.su_status if self._repeat else ""
            number = await self._say(row, movement, self._text(movement), su_status)
        else:
            return (await self.add_movement(row.id, movement)).id
        return f"{movements.MESSAGE}{number}"

    async def set_status(self, id: str, status: Status, movement: Movimentacao | None) -> Atendimento:
        ticket = await self._ticket(id)
        if movement is None and self._dialect.status.read(ticket.su_status) is status:
            return await self._reader.get(id)
        message = (movement or Movimentacao()).model_copy(update={"status": status})
        self._judge(message, ticket)
        number = await self._say(ticket, message, self._text(message), self._code(status))
        return await self._check_status(id, status, number)

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None) -> Atendimento:
        """The transfer button. Without ``responsavel`` the ticket goes to nobody in particular."""
        to = await self._writer.term_id("departamento", departamento)
        whom = await self._writer.term_id("responsavel", responsavel)
        if not to:
            raise self._refused("departamento: say which one is to have the ticket")
        ticket = await self._ticket(id)
        self._writer.refuse_cancelled(self._dialect.status.read(ticket.su_status))
        if present(ticket.id_ticket_setor) == to and whom in ("", present(ticket.id_responsavel_tecnico)):
            return await self._reader.get(id)
        action = self._settings.transfer_action
        try:
            await self._client.action(action, transfer_record(ticket, to, whom, self._writer.local_now()))
        except Unsupported:
            hint = f"forward ({action}; other versions have another number: set transfer_action)"
            raise Unsupported(self._settings.name, hint) from None
        done = f"ticket {id} was forwarded"
        row = await self._writer.read_back(done, self._reader.row(id))
        if present(SuTicket.of(row).id_ticket_setor) != to:
            raise self._refused(f"ticket {id}: the ERP accepted the transfer but left the ticket where it was")
        return await self._writer.read_back(done, self._reader.whole(row))

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        ticket = await self._ticket(id)
        self._writer.refuse_cancelled(self._dialect.status.read(ticket.su_status))
        form = {"descricao": (arquivo.descricao or arquivo.nome)[:100], "id_ticket": ticket.id}
        number = await self._client.upload(_FILES, form, "local_arquivo", arquivo.nome, dados)
        row = await self._writer.read_back(f"file {number} was attached", self._client.one(_FILES, number))
        if row is None:
            raise self._refused(f"the ERP says that it stored file {number}, but does not show it")
        return movements.read_file(ArquivoRecord.of(row)).model_copy(update={"tamanho": len(dados)})

    async def _comment(self, ticket: SuTicket, movement: Movimentacao, texto: str) -> str:
        if self._repeat:
            return await self._say(ticket, movement, texto, ticket.su_status)
        try:
            number = await self._say(ticket, movement, texto, "")
        except Refused:
            ticket = await self._ticket(ticket.id)
            number = await self._say(ticket, movement, texto, ticket.su_status)
            self._repeat_from_now_on("refused")
            return number
        if ticket.su_status not in self._proven:
            await self._writer.read_back(f"message {number} was written", self._prove(ticket, movement, number))
        return number

    async def _prove(self, before: SuTicket, movement: Movimentacao, number: str) -> None:
        """See whether the comment left the status alone; if not, put it back."""
        after = await self._ticket(before.id)
        if after.su_status == before.su_status:
            self._proven.add(before.su_status)
        elif not await self._somebody_else_moved(before, after, number):
            self._repeat_from_now_on("moved")
            status = self._dialect.status.read(before.su_status)
            message = Movimentacao(status=status, footer=_aside(movement.footer))
            await self._say(after, message, self._text(message), before.su_status)

    async def _somebody_else_moved(self, before: SuTicket, after: SuTicket, number: str) -> bool:
        """Whether another message set that status since the ticket was read."""
        since = moment(before.ultima_atualizacao)
        rows = await self._client.first(MESSAGES, Where("id_ticket", "=", before.id), limit=20, newest=True)
        for message in map(SuMensagem.of, rows):
            written = moment(message.data)
            late = since is None or written is None or written >= since
            if message.id != number and message.su_status == after.su_status and late:
                return True
        return False

    async def _say(self, ticket: SuTicket, movement: Movimentacao, texto: str, su_status: str) -> str:
        record = message_record(ticket, texto, movement.visibilidade, su_status)
        return await self._client.insert(MESSAGES, record)

    async def _check_status(self, id: str, status: Status, number: str) -> Atendimento:
        """The ticket as it stands after message ``number``."""
        done = f"message {number} was written"
        stored = await self._writer.read_back(done, self._reader.get(id))
        if stored.status is not status:
            raise self._refused(f"ticket {id}: message {number} was stored, but the status is now {stored.status}")
        return stored

    async def _ticket(self, id: str) -> SuTicket:
        return SuTicket.of(await self._reader.row(id))

    def _judge(self, movement: Movimentacao, ticket: SuTicket) -> None:
        """What a caller asks for obeys the status machine; what the bridge mirrors only never leaves cancelado."""
        before = self._dialect.status.read(ticket.su_status)
        if movement.footer is not None:
            self._writer.refuse_cancelled(before)
            return
        broken = validate_movimentacao(movement, before)
        if broken:
            raise ValidationFailed(broken, erp=self._settings.name)

    def _text(self, movement: Movimentacao) -> str:
        texto = movement.texto
        if not texto.strip() and movement.status is not None:
            where = movement.footer.ref.erp if movement.footer else self._settings.name
            texto = f"Status em {where}: {movement.status.replace('_', ' ')}"
        if not texto.strip() and movement.footer is None:
            raise self._refused("a message needs a text")
        return self._writer.fitting(footer.join(texto, movement.footer))

    def _code(self, status: Status) -> str:
        code = self._dialect.status.write(status)
        if code is None:
            raise self._refused(f"status: this ERP has no code for {status.value!r}")
        return code

    def _repeat_from_now_on(self, why: str) -> None:
        self._repeat = True
        get_logger(erp=self._settings.name).warning(
            "comments without a status do not work here; set comment_status = repeat", reason=why
        )

    def _refused(self, text: str) -> Refused:
        return Refused(text, erp=self._settings.name)


def _aside(rodape: Footer | None) -> Footer | None:
    """A footer for the message that puts a status back: known as the bridge's own, and not the comment's."""
    if rodape is None:
        return None
    return rodape.model_copy(update={"ref": rodape.ref.model_copy(update={"part": f"{rodape.ref.part or 's'}-status"})})
