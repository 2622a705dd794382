"""Opens tickets and changes their fields. What was written is read back: success can mean nothing (quirk 15)."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import date
from typing import Any, TypeVar

from erp_bridge.adapters.ixc import support, translate, values
from erp_bridge.adapters.ixc.catalogue import Catalogue
from erp_bridge.adapters.ixc.client import IxcClient
from erp_bridge.adapters.ixc.clients import Clients
from erp_bridge.adapters.ixc.reading import TICKETS, Reader
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.translate import Dialect, NoCode
from erp_bridge.adapters.ixc.wire import as_text
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import (
    AuthError,
    Malformed,
    Overtaken,
    Refused,
    Unavailable,
    Uncertain,
    Unseen,
    Unsupported,
    ValidationFailed,
)
from erp_bridge.core.model import Atendimento, Movimentacao, OrigemEndereco, Status, Termo, Tipo, Vinculo
from erp_bridge.core.rules import (
    REFUSED_BY_TARGET,
    ParametrosAtendimento,
    Violation,
    complete,
    repair_for_twin,
    validate,
    validate_movimentacao,
)
from erp_bridge.transport.log import get_logger

T = TypeVar("T")

#: What the vendor's form sends when nobody touches it, as far as production clients send it too. The first two must
#: be there and empty: "S", the form's own default, lets the empty form overwrite the client's record (quirk 19).
_FORM: Mapping[str, str] = {
    "atualizar_cliente": "",
    "atualizar_login": "",
    "tipo": "C",
    "origem_endereco": "M",
    "origem_endereco_estrutura": "E",
    "prioridade": "M",
    "melhor_horario_reserva": "Q",
    "id_ticket_origem": "I",
    "interacao_pendente": "N",
    "su_status": "N",
    "status": "T",
    "finalizar_atendimento": "N",
    "origem_cadastro": "P",
    "mensagens_nao_lida_cli": "0",
    "mensagens_nao_lida_sup": "0",
}
_CREATED = frozenset(name for name, able in support.FIELDS.items() if able.create) - translate.IN_TEXT
_HELD = frozenset(name for name, able in support.FIELDS.items() if able.read)


class Writer:
    """Writes of one installation that concern the ticket's own record."""

    def __init__(
        self,
        settings: IxcSettings,
        client: IxcClient,
        reader: Reader,
        catalogue: Catalogue,
        clients: Clients,
        dialect: Dialect,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader
        self._catalogue = catalogue
        self._clients = clients
        self._dialect = dialect
        self._clock = clock

    async def create(self, novo: Atendimento) -> Atendimento:
        """Open a ticket. Processes and canned replies are sent if given: whoever copies tickets leaves them out."""
        id, _ = await self._open(novo)
        row = await self.read_back(f"ticket {id} was opened", self._client.one(TICKETS, id))
        if row is None:
            text = (
                f"the ERP says that it opened ticket {id}, but does not show it: it may have stored nothing, or the "
                "token's user may not see this department; check that user's filters before trying again"
            )
            raise Unseen(text, erp=self._settings.name, operation=f"insert {TICKETS}")
        return await self.read_back(f"ticket {id} was opened", self._reader.whole(row))

    async def post(self, novo: Atendimento) -> Atendimento:
        """``create`` without a look: the ticket as the form that was sent describes it."""
        id, form = await self._open(novo)
        try:
            return self._reader.readable({**form, "id": id})
        except Malformed as error:  # by a code among the tenant's defaults
            text = f"ticket {id} was opened: {error.message}"
            raise Uncertain(text, erp=self._settings.name, operation=error.operation) from None

    async def _open(self, novo: Atendimento) -> tuple[str, Row]:
        """The new ticket's id, and the form that was sent."""
        asked = await self._resolved(novo)
        parametros = await self._reader.parameters(asked.assunto.id if asked.assunto else None)
        ready = self._judged(asked, parametros)
        record = self._opening(ready)
        if not ready.protocolo:  # never automatic (quirk 16)
            record["protocolo"] = await self._client.reserve_protocolo()
        return await self._client.insert(TICKETS, record), record

    async def update(self, id: str, expected: str | None, campos: Mapping[str, object]) -> Atendimento:
        """Write the whole record back with these fields changed, if nobody was faster (quirks 12 to 15)."""
        _check_changeable(self._settings.name, campos)
        asked = Atendimento.model_validate(dict(campos))
        row = await self._reader.row(id)
        if expected is not None and as_text(row.get("ultima_atualizacao")) != expected:
            text = f"ticket {id} was changed in the ERP meanwhile: read it again before changing it"
            raise Overtaken(text, erp=self._settings.name)
        current = self._reader.readable(row)
        self.refuse_cancelled(current.status)
        asked = await self._resolved(asked.model_copy(update={"tipo": current.tipo}), current)
        changes = self._changes(row, current, {campo: getattr(asked, campo) for campo in campos})
        if not changes:
            return await self._reader.whole(row)
        await self._judge_changes(current, asked, campos)
        record = {column: text for columns in changes.values() for column, text in columns.items()}
        await self._client.replace(TICKETS, id, translate.whole_record(row, record))
        stored = await self.read_back(f"ticket {id} was changed", self._reader.row(id))
        lost = [
            campo
            for campo, columns in changes.items()
            if not all(
                translate.kept(name, text, _text(stored, name), _text(row, name)) for name, text in columns.items()
            )
        ]
        if lost:
            raise self._refused(
                f"ticket {id}: the ERP accepted the change but did not keep {', '.join(lost)}; "
                "this version or user may not change that"
            )
        return await self._reader.whole(stored)

    async def term_id(self, campo: str, termo: Termo | None) -> str:
        """The id to write for a term; "" for none."""
        if termo is None or not (termo.id or termo.nome.strip()):
            return ""
        if termo.id:
            return termo.id
        found = None if campo == "estrutura" else (await self._catalogue.vocabulary(campo)).written(termo.nome)
        if found is None or found.id is None:
            raise self._refused(
                f"{campo}: nothing here is called {termo.nome!r}: add a line to vocab.{campo}, or give the id"
            )
        return found.id

    def refuse_cancelled(self, status: Status | None) -> None:
        """A cancelled ticket accepts nothing any more."""
        if status is Status.CANCELADO:
            raise ValidationFailed(validate_movimentacao(Movimentacao(), status), erp=self._settings.name)

    def fitting(self, whole: str) -> str:
        """The text as it is to be stored, with its blocks and footer, if it is not too long."""
        if len(whole) > self._settings.max_text:
            raise self._refused(f"the text has {len(whole)} characters; max_text is {self._settings.max_text}")
        return whole

    async def read_back(self, done: str, reading: Awaitable[T]) -> T:
        """Read after a write: what fails now does not undo the write, so it may not look as if nothing was written."""
        try:
            return await reading
        except (Unavailable, AuthError, Malformed, Refused) as error:
            text = f"{done}, but could not be read back ({error.message}): look at it before repeating anything"
            raise Uncertain(text, erp=self._settings.name, operation=error.operation) from None

    def today(self) -> date:
        """The ERP's own day."""
        now = self._clock.now()
        return (self._client.erp_time(now) or now).astimezone(self._settings.timezone).date()

    def local_now(self) -> str:
        now = self._clock.now()
        return values.local_text(self._client.erp_time(now) or now, self._settings.timezone)

    async def _resolved(self, ticket: Atendimento, current: Atendimento | None = None) -> Atendimento:
        """With ids wherever only a name or a document was given."""
        found: dict[str, Any] = {}
        for campo in translate.TERMS:
            termo: Termo | None = getattr(ticket, campo)
            if termo is not None:
                id = await self.term_id(campo, termo)
                found[campo] = termo.model_copy(update={"id": id}) if id else None
        cliente = ticket.cliente
        if cliente and not cliente.id and cliente.documento:
            cliente = await self._clients.find(cliente.documento)
            if cliente is None:
                raise self._refused("cliente: no active client here has this document")
            found["cliente"] = cliente
        owner = cliente or (current.cliente if current else None)
        for campo in translate.LINKS:
            link: Vinculo | None = getattr(ticket, campo)
            if link is not None and not link.id:
                found[campo] = await self._link(campo, link.nome, owner.id if owner else None)
        assunto: Termo | None = found.get("assunto")
        if current is None and assunto and assunto.id and not assunto.nome and not ticket.titulo.strip():
            await self._catalogue.know({"assunto": [assunto.id]})
            nome = self._catalogue.named("assunto", assunto.id)
            found["assunto"] = assunto.model_copy(update={"nome": nome})  # becomes the title
        return ticket.model_copy(update=found)

    async def _link(self, campo: str, nome: str, cliente_id: str | None) -> Vinculo | None:
        if not nome.strip():
            return None
        links = (await self._clients.contracts(cliente_id)).get(campo, []) if cliente_id else []
        found = [link for link in links if link.nome.strip().casefold() == nome.strip().casefold()]
        if len(found) != 1:
            raise self._refused(f"{campo}: the client has no single active one of that name; give its id")
        return found[0]

    def _judged(self, asked: Atendimento, parametros: ParametrosAtendimento) -> Atendimento:
        """As the forms would have it; of a twin only what the ERP itself refuses counts."""
        violations: list[Violation]
        if asked.footer is not None:
            ready, violations = repair_for_twin(asked, parametros, self.today(), held=_HELD)
        else:
            ready = complete(asked, parametros)
            violations = validate(ready, parametros, hoje=self.today())
        if violations:
            raise ValidationFailed(violations, erp=self._settings.name)
        if ready.origem_endereco is None and ready.tipo is Tipo.CLIENTE:
            origem = OrigemEndereco.MANUAL if ready.endereco else OrigemEndereco.CLIENTE
            ready = ready.model_copy(update={"origem_endereco": origem})
        return ready

    def _opening(self, ready: Atendimento) -> dict[str, str]:
        """The form to send: its defaults, the tenant's, then the ticket's own; empty fields are left out."""
        given = {campo: value for campo in _CREATED if (value := getattr(ready, campo)) not in (None, "")}
        if ready.footer is not None:  # a copy does not fail for what has no code here
            given = {campo: value for campo, value in given.items() if self._has_code(campo, value, ready.tipo)}
        else:
            self._tell_what_is_lost(ready)
        own = self._columns(given, ready.tipo)
        own |= {"menssagem": self.fitting(translate.description(ready))}
        return {**_FORM, **self._settings.defaults, **{column: text for column, text in own.items() if text}}

    def _columns(self, given: Mapping[str, Any], tipo: Tipo) -> dict[str, str]:
        try:
            return translate.columns(given, tipo, self._dialect)
        except NoCode as error:
            raise self._refused(str(error)) from None

    def _has_code(self, campo: str, value: object, tipo: Tipo) -> bool:
        try:
            translate.columns({campo: value}, tipo, self._dialect)
        except NoCode:
            return False
        return True

    def _changes(self, row: Row, current: Atendimento, campos: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """What is really to change: columns by field. A code that means nothing here stays as it is."""
        found = {}
        spoken = {campo: value for campo, value in campos.items() if campo in translate.IN_TEXT}
        if spoken.get("footer") is None:
            spoken["footer"] = current.footer  # a marker is exchanged, never removed
        for campo, value in campos.items():
            if (campo in current.codigos or campo in translate.IN_TEXT) and getattr(current, campo) == value:
                continue
            if campo in translate.IN_TEXT:
                columns = {"menssagem": self.fitting(translate.description(current.model_copy(update=spoken)))}
            else:
                columns = self._columns({campo: value}, current.tipo)
            if not all(translate.same(column, text, _text(row, column)) for column, text in columns.items()):
                found[campo] = columns
        return found

    async def _judge_changes(self, current: Atendimento, asked: Atendimento, campos: Mapping[str, object]) -> None:
        """Refuse a change that makes the ticket one that the ERP would not have let open."""
        changed = current.model_copy(update={campo: getattr(asked, campo) for campo in campos})
        parametros = await self._reader.parameters(changed.assunto.id if changed.assunto else None)
        before = {violation.code for violation in validate(current, parametros)}
        broken = [
            violation
            for violation in validate(changed, parametros)
            if violation.code in REFUSED_BY_TARGET - before and violation.campo in campos
        ]
        if broken:
            raise ValidationFailed(broken, erp=self._settings.name)

    def _tell_what_is_lost(self, ready: Atendimento) -> None:
        lost = [name for name, able in support.FIELDS.items() if not able.read and getattr(ready, name)]
        lost = [name for name in lost if name not in ("codigos", "versao", "footer")]
        if lost:
            get_logger(erp=self._settings.name).warning("fields not carried", fields=lost)

    def _refused(self, text: str) -> Refused:
        return Refused(text, erp=self._settings.name)


def _text(row: Row, column: str) -> str:
    return as_text(row.get(column))


def _check_changeable(erp: str, campos: Mapping[str, object]) -> None:
    for campo in campos:
        if campo in ("status", "departamento"):
            way = "set_status" if campo == "status" else "forward"
            raise ValueError(f"{campo} is not changed with update: use {way}")
        if campo in support.FIELDS and campo not in support.CHANGEABLE | {"footer"}:
            raise Unsupported(erp, f"changing {campo}")
