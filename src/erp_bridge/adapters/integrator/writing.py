"""Writes tickets, comments, files and status changes, and reads back what was stored.

Once the ERP has said yes, nothing here raises an error that reads as "not written": what fails after that is
``Uncertain``, or the answer is made of what was sent.
"""

from __future__ import annotations

import base64
import re
from pathlib import PurePosixPath

from erp_bridge.adapters.integrator import support, times, translate
from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.adapters.integrator.reading import Reader
from erp_bridge.adapters.integrator.settings import IntegratorSettings, Movements
from erp_bridge.adapters.integrator.source import Source
from erp_bridge.adapters.integrator.wire import CreatedRow, column
from erp_bridge.core import footer
from erp_bridge.core.adapter import Capability
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import (
    AuthError,
    BridgeError,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
    Uncertain,
    Unsupported,
    ValidationFailed,
)
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Movimentacao,
    Origem,
    Status,
    Termo,
    Tipo,
    TipoMovimentacao,
)
from erp_bridge.core.rules import ParametrosAtendimento, complete, repair_for_twin, validate
from erp_bridge.core.text import same_but_for_losses

#: In every public example the reason is this word (quirk 15).
_REASON = {"codmvis": "PROBLEMA"}
#: How a request can fail. What a guard raises to forbid one is none of it, and goes through as it is.
FAILED = (AuthError, Malformed, NotFound, Refused, Unavailable, Uncertain)
#: What a twin can be refused for here; it has defaults for the rest.
_HELD = frozenset({"cliente", "estrutura"})


class Writer:
    """What is written one record at a time. Callers have checked the capability."""

    def __init__(
        self, settings: IntegratorSettings, source: Source, client: IntegratorClient, reader: Reader, clock: Clock
    ) -> None:
        self._settings = settings
        self._source = source
        self._client = client
        self._reader = reader
        self._clock = clock

    def parameters(self) -> ParametrosAtendimento:
        """A ticket needs its type, unless the tenant gave one for all."""
        return ParametrosAtendimento(assunto_obrigatorio="codocop" not in self._settings.defaults)

    async def create(self, novo: Atendimento) -> Atendimento:
        novo = self._completed(novo)
        solves = novo.footer is None and novo.primeiro_contato is not None and novo.primeiro_contato.resolvido
        if solves:
            self._require_status(Status.SOLUCIONADO)
        params = await self._create_params(novo)
        rows = await self._client.create_ticket(params)
        created = CreatedRow.model_validate(rows[0] if rows else {})
        if not created.codoco:
            raise Uncertain(
                "the ERP said yes but gave no codoco: look for the ticket before repeating",
                erp=self._settings.name,
                operation="datasource.criarAtendimento",
            )
        stored = await self._read_back(novo, created)
        return await self._solve_at_once(stored, novo) if solves else stored

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        """A message, then the status that it brings; a tenant's status call that takes a text gets the same one."""
        if movimentacao.status is not None:
            self._require_status(movimentacao.status)
        stored = await self._deliver(id, movimentacao)
        if movimentacao.status is not None:
            try:
                await self._write_status(id, movimentacao.status, footer.join(movimentacao.texto, movimentacao.footer))
            except FAILED as error:
                raise self._half_done("the message was written, its status was not", error) from error
        return stored

    async def post(self, id: str, movimentacao: Movimentacao) -> str | None:
        """Write a message and no more; its id where the answer names it. Whoever calls this reads it back."""
        texto = self._fitting(movimentacao)
        if self._settings.movements is Movements.ATTACHMENT:
            return (await self._deliver_as_file(id, movimentacao, texto)).id
        return await self._comment(id, texto)

    async def post_status(self, id: str, status: Status) -> None:
        """Write a status and no more. Whoever calls this reads it back."""
        self._require_status(status)
        await self._write_status(id, status, "")

    async def set_status(self, id: str, status: Status, movimentacao: Movimentacao | None) -> Atendimento:
        """The message goes before the status, or within its call where the tenant's call takes a text."""
        self._require_status(status)
        call = self._settings.submethods.alterar_status
        texto = ""
        if movimentacao is not None and call is not None and "texto" in call.placeholders:
            texto = self._fitting(movimentacao)
        elif movimentacao is not None and support.can_comment(self._settings):
            await self._deliver(id, movimentacao)
            try:
                await self._write_status(id, status, "")
            except FAILED as error:
                raise self._half_done("the message was written, the status was not", error) from error
            return await self._after_status(id, status)
        await self._write_status(id, status, texto)
        return await self._after_status(id, status)

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        name = PurePosixPath(arquivo.nome.replace("\\", "/")).name
        if not name:
            raise self._refusal("nome: a file needs a name")
        if len(dados) > self._settings.max_attachment:
            limit = self._settings.max_attachment
            raise self._refusal(f"{len(dados)} bytes are more than max_attachment = {limit} allows")
        content = base64.b64encode(dados).decode("ascii")
        extension = PurePosixPath(name).suffix.removeprefix(".")
        rows = await self._client.add_file(id, name, extension, content, arquivo.descricao or "")
        found = column(rows[0].get("codoca")) if rows else ""
        return Arquivo(id=found or None, nome=name, descricao=arquivo.descricao, tamanho=len(dados))

    def _completed(self, novo: Atendimento) -> Atendimento:
        """Judged as a form would; a twin only for what this ERP itself cannot take."""
        parameters = self.parameters()
        if novo.footer is None:
            completed = complete(novo, parameters)
            violations = validate(completed, parameters)
        else:
            completed, violations = repair_for_twin(novo, parameters, None, held=_HELD)
        if violations:
            raise ValidationFailed(violations, erp=self._settings.name)
        if completed.tipo is Tipo.ESTRUTURA:
            raise self._refusal("estrutura: this ERP opens tickets for clients only (its call takes no codcon)")
        return completed

    async def _create_params(self, novo: Atendimento) -> dict[str, str]:
        params = {**_REASON, **self._settings.defaults}
        params |= translate.write_contact(novo.contato)
        params["descri_oco"] = self._within_limit(translate.write_text(novo))
        tipo_contato = self._tipo_contato(novo)
        if tipo_contato:
            params["tipo_contato"] = tipo_contato
        if novo.plano and novo.plano.id:
            params["codsercli"] = novo.plano.id
        if novo.assunto:
            params["codocop"] = await self._written("assunto", novo.assunto)
        if novo.departamento:
            params["codcar"] = await self._written("departamento", novo.departamento)
            params.pop("codusu_d", None)  # the target is one of the two (quirk 14)
        params["codcli"] = await self._client_id(novo.cliente)
        return params

    def _tipo_contato(self, novo: Atendimento) -> str | None:
        if novo.origem is None:
            return None
        code = translate.write_origem(novo.origem, self._reader.terms)
        if code is None and novo.footer is None and novo.origem is not Origem.OUTRO:
            raise self._refusal(f"origem: {novo.origem.value!r} has no line in vocab.origem")
        return code

    async def _written(self, campo: str, term: Termo) -> str:
        code = await self._reader.written(campo, term)
        if code is None:
            raise self._refusal(f"{campo}: {term.nome!r} is no term of this ERP; add a line to vocab.{campo}")
        return code

    async def _client_id(self, cliente: Cliente | None) -> str:
        if cliente and cliente.id:
            return cliente.id
        if cliente and cliente.documento and Capability.FIND_CLIENT in self._source.offers:
            found = await self._reader.clients_by_document(cliente.documento)
            active = [person.id for person, ativo in found if ativo and person.id]
            if len(active) == 1:
                return active[0]
            raise self._refusal(f"cliente: {len(active)} active clients have this document; give the client's id")
        raise self._refusal("cliente: the client's id is missing")

    async def _read_back(self, novo: Atendimento, created: CreatedRow) -> Atendimento:
        """As stored. The ticket exists: if it cannot be read now, what was sent stands for it."""
        if Capability.GET in self._source.offers:
            try:
                read = await self._reader.find(created.codoco)
            except FAILED:
                read = None
            if read is not None:
                return read.atendimento
        numbers = {"id": created.codoco, "protocolo": created.numero_oco or None, "status": Status.NOVO}
        return novo.model_copy(update=numbers)

    async def _solve_at_once(self, stored: Atendimento, novo: Atendimento) -> Atendimento:
        """Resolved at the first contact: opened, then solved with its solution."""
        solution = novo.primeiro_contato.solucao if novo.primeiro_contato else None
        movement = Movimentacao(tipo=TipoMovimentacao.SOLUCIONADO, texto=solution or "") if solution else None
        try:
            return await self.set_status(stored.id or "", Status.SOLUCIONADO, movement)
        except FAILED as error:
            opened = f"ticket {stored.id} (protocolo {stored.protocolo}) was opened but not solved"
            raise self._half_done(opened, error) from error

    async def _deliver(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        texto = self._fitting(movimentacao)
        if self._settings.movements is Movements.ATTACHMENT:
            return await self._deliver_as_file(id, movimentacao, texto)
        found = await self._comment(id, texto)
        stored = movimentacao.model_copy(update={"id": found, "atendimento_id": id})
        if found:
            return stored
        return await self._written_comment(id, movimentacao) if Capability.MOVEMENTS in self._source.offers else stored

    async def _comment(self, id: str, texto: str) -> str | None:
        call = self._settings.submethods.comentar
        if call is None:
            raise self._refusal("texto: no call for comments is configured")
        rows = await self._client.tenant_call(call, {"id": id, "texto": texto})
        found = _at(rows, call.id_field) if call.id_field else ""
        return translate.comment_id(found) if found else None

    async def _written_comment(self, id: str, sent: Movimentacao) -> Movimentacao:
        """Our comment among those of the ticket: by its footer, else the newest of the same text."""
        try:
            comments, unreadable = await self._reader.movements_of([id])
        except FAILED:
            return sent.model_copy(update={"id": None, "atendimento_id": id})  # written, but its id is not known
        whole = footer.join(sent.texto, sent.footer)
        for comment in reversed(comments[id]):
            if sent.footer and comment.footer:
                if comment.footer.ref == sent.footer.ref:
                    return comment
            elif comment.footer is None and same_but_for_losses(whole, comment.texto):
                return comment
        if unreadable:
            return sent.model_copy(update={"id": None, "atendimento_id": id})
        raise Uncertain(
            f"the ERP took a comment for ticket {id}, but does not show it: look before repeating it",
            erp=self._settings.name,
            operation="comentarios",
        )

    async def _deliver_as_file(self, id: str, movimentacao: Movimentacao, texto: str) -> Movimentacao:
        moment = movimentacao.instante or self._clock.now()
        stamp = re.sub(r"\D", "", times.write(moment, self._settings.timezone))
        arquivo = Arquivo(nome=f"comentario-{stamp}.txt", descricao="Comentário")
        stored = await self.attach(id, arquivo, texto.encode("utf-8"))
        number = f"a{stored.id}" if stored.id else None
        return movimentacao.model_copy(update={"id": number, "atendimento_id": id})

    def _require_status(self, status: Status) -> None:
        reachable = support.statuses(self._settings)
        if not reachable:
            raise Unsupported(self._settings.name, Capability.SET_STATUS)
        if status not in reachable:
            raise self._refusal(f"status: {status.value!r} has no code to write; add a line to vocab.status")

    async def _write_status(self, id: str, status: Status, texto: str) -> None:
        call = self._settings.submethods.alterar_status
        code = self._settings.code_of_status.get(status)
        if call is None or code is None:
            raise self._refusal(f"status: {status.value!r} cannot be written")
        await self._client.tenant_call(call, {"id": id, "status": code, "texto": texto})

    async def _after_status(self, id: str, status: Status) -> Atendimento:
        if Capability.GET not in self._source.offers:
            return Atendimento(id=id, status=status)
        try:
            return await self._reader.get(id)
        except FAILED as error:
            raise self._half_done("the status was written, but the ticket could not be read again", error) from error

    def _fitting(self, movimentacao: Movimentacao) -> str:
        if not movimentacao.texto.strip() and movimentacao.footer is None:
            raise self._refusal("texto: a message needs a text")
        return self._within_limit(footer.join(movimentacao.texto, movimentacao.footer))

    def _within_limit(self, texto: str) -> str:
        if len(texto) > self._settings.max_text:
            raise self._refusal(f"texto: {len(texto)} characters are more than max_text = {self._settings.max_text}")
        return texto

    def _half_done(self, what: str, error: BridgeError) -> Uncertain:
        return Uncertain(f"{what}: {error.message}", erp=self._settings.name, operation=error.operation)

    def _refusal(self, text: str) -> Refused:
        return Refused(text, erp=self._settings.name)


def _at(rows: list[RowData], path: str) -> str:
    """The value at a dotted path of the answer's first row."""
    value: object = rows[0] if rows else None
    for name in path.split("."):
        value = value.get(name) or value.get(name.lower()) if isinstance(value, dict) else None
    return column(value)
