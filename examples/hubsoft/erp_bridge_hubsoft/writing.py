"""Opens, changes and closes tickets, and reads back what was stored.

Once the ERP has said yes, nothing here raises an error that reads as "not written".
"""

from __future__ import annotations

from erp_bridge import (
    Atendimento,
    AuthError,
    BridgeError,
    Malformed,
    NotFound,
    ParametrosAtendimento,
    Refused,
    Status,
    Termo,
    Tipo,
    Unavailable,
    Uncertain,
    ValidationFailed,
    complete,
    validate,
)
from erp_bridge.adapter_api import Overtaken, Unseen, Vocabulary, repair_for_twin
from erp_bridge_hubsoft import translate, wire
from erp_bridge_hubsoft.client import HubsoftClient, Row
from erp_bridge_hubsoft.reading import Reader
from erp_bridge_hubsoft.settings import HubsoftSettings

#: A ticket is opened on a service of the client, and takes its client from it.
PARAMETERS = ParametrosAtendimento(contrato_obrigatorio=True)
#: What a twin can be refused for here.
_HELD = frozenset({"cliente", "estrutura", "contrato"})
#: How a request can fail.
_FAILED = (AuthError, Malformed, Refused, Unavailable, Uncertain)


class Writer:
    """What is written to one Hubsoft. Callers have checked that it can be."""

    def __init__(self, settings: HubsoftSettings, client: HubsoftClient, reader: Reader) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader

    async def create(self, novo: Atendimento) -> Atendimento:
        ready = self._completed(novo)
        stored = wire.ticket(await self._client.open_ticket(await self._body(ready)), self._settings.timezone)
        if not stored.protocolo:
            raise self._error(Unseen, "the ERP said yes but gave no protocolo: look for the ticket before repeating")
        first = ready.primeiro_contato
        if first and first.resolvido and ready.footer is None:  # its solution stands in the text
            try:
                return await self.close(stored.protocolo)
            except _FAILED as error:
                opened = f"ticket {stored.protocolo} was opened but not closed"
                raise self._error(Uncertain, f"{opened}: {error.message}") from error
        return await self._read_back(stored.protocolo, "the ticket was opened")

    async def update(self, id: str, expected: str | None, campos: dict[str, object]) -> Atendimento:
        """The description, its marker with it: that one is exchanged, never removed."""
        row = await self._reader.row(id)
        if expected is not None and translate.version(row) != expected:
            raise Overtaken(f"ticket {id} has changed meanwhile: read it again", erp=self._settings.name)
        current = translate.read_ticket(row, self._reader.terms).atendimento
        given = {name: value for name, value in campos.items() if name != "footer" or value is not None}
        wanted = Atendimento.model_validate({**dict(current), **given})
        await self._client.change_ticket(row.id, {"descricao": self._fitting(wanted), "fechar_atendimento": False})
        return await self._read_back(id, "the ticket was changed")

    async def close(self, id: str) -> Atendimento:
        """Solved. What is closed already stays as it is; open work orders would be closed too (quirk 6)."""
        row = await self._reader.row(id)
        if row.is_closed:
            return self._reader.readable(translate.read_ticket(row, self._reader.terms))
        waiting = translate.open_orders(translate.read_orders(row, self._settings.timezone))
        if waiting and not self._settings.fechar_com_os:
            numbers = ", ".join(order.numero or order.id for order in waiting)
            words = f"closing would close its work orders too ({numbers}): fechar_com_os = true allows it"
            raise self._error(Refused, words)
        await self._client.change_ticket(row.id, {"fechar_atendimento": True})
        closed = await self._read_back(id, "the ticket was closed")
        if closed.status not in (Status.SOLUCIONADO, Status.CANCELADO):
            raise self._error(Unseen, f"the ERP said that it closed ticket {id}, but shows it open")
        return closed

    async def _body(self, ready: Atendimento) -> Row:
        owner = await self._owner(ready)
        service = ready.contrato.id if ready.contrato else None
        if service not in {vinculo.id for vinculo in translate.read_services(owner)}:
            raise self._error(Refused, f"contrato: {service} is no service of this client")
        contact = translate.write_contact(ready.contato, owner, self._settings.telefone)
        for needed in ("nome", "telefone"):
            if needed not in contact:
                words = f"contato.{needed}: Hubsoft demands one, and neither the ticket nor its client has it"
                raise self._error(Refused, words)
        return {
            "id_cliente_servico": service,
            "descricao": self._fitting(ready),
            "abrir_os": False,  # a technician is sent by people, never by a copied ticket
            **contact,
            **({"id_tipo_atendimento": await self._type_id(ready.assunto)} if ready.assunto else {}),
        }

    async def _owner(self, ticket: Atendimento) -> Row:
        """The client's whole record: the call takes a service only, so whose it is has to be seen beforehand."""
        cliente = ticket.cliente
        if cliente and cliente.id:
            row = await self._reader.client_row(cliente.id)
            rows = [row] if row else []
        else:
            rows = await self._reader.client_rows(cliente.documento if cliente else None, cancelled=True)
        if len(rows) != 1:
            raise self._error(Refused, f"cliente: {len(rows)} clients found; give the client's id")
        return rows[0]

    async def _type_id(self, assunto: Termo) -> str:
        found = assunto if assunto.id else Vocabulary(await self._reader.vocabulary("assunto")).written(assunto.nome)
        if found is None or not found.id:
            words = f"assunto: {assunto.nome!r} is no type of ticket here; add a line to vocab.assunto"
            raise self._error(Refused, words)
        return found.id

    def _completed(self, novo: Atendimento) -> Atendimento:
        """Judged as a form would; a twin only for what this ERP itself cannot take."""
        if novo.footer is None:
            ready = complete(novo, PARAMETERS)
            violations = validate(ready, PARAMETERS)
        else:
            ready, violations = repair_for_twin(novo, PARAMETERS, None, held=_HELD)
        if violations:
            raise ValidationFailed(violations, erp=self._settings.name)
        if ready.tipo is Tipo.ESTRUTURA:
            raise self._error(Refused, "estrutura: Hubsoft opens tickets on services of clients only")
        return ready

    def _fitting(self, ticket: Atendimento) -> str:
        whole, most = translate.write_text(ticket), self._settings.max_text
        if len(whole) > most:
            raise self._error(Refused, f"descricao: {len(whole)} characters are more than max_text = {most}")
        return whole

    async def _read_back(self, id: str, done: str) -> Atendimento:
        """As stored. The write is done: if that cannot be seen now, it is no reason to repeat it."""
        try:
            return (await self._reader.read([await self._reader.row(id)]))[0].atendimento
        except NotFound:
            raise self._error(Unseen, f"{done}, but the ERP does not show it: look before repeating it") from None
        except _FAILED as error:
            raise self._error(Uncertain, f"{done} ({id}), but could not be read again: {error.message}") from error

    def _error(self, kind: type[BridgeError], words: str) -> BridgeError:
        return kind(words, erp=self._settings.name)
