"""Writes tickets, reports, notes, files and changes, and reads back what was stored.

Once the ERP has said yes, nothing here raises an error that reads as "not written": what fails after that is
``Uncertain``, or the answer is made of what was sent.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from erp_bridge.adapters.voalle import translate, wire
from erp_bridge.adapters.voalle.client import VoalleClient
from erp_bridge.adapters.voalle.directory import Directory
from erp_bridge.adapters.voalle.reading import Reader
from erp_bridge.adapters.voalle.settings import IN_ASSIGNMENT, START_STATUS, VoalleSettings
from erp_bridge.adapters.voalle.source import Source
from erp_bridge.adapters.voalle.values import as_id_for_json, ident, inner, write_time
from erp_bridge.adapters.voalle.wire import TicketRow
from erp_bridge.core import footer
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import (
    AuthError,
    BridgeError,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
    Uncertain,
    Unseen,
    ValidationFailed,
)
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Movimentacao,
    Status,
    Termo,
    Tipo,
    TipoMovimentacao,
    Vinculo,
    Visibilidade,
)
from erp_bridge.core.rules import ParametrosAtendimento, Violation, complete, repair_for_twin, validate
from erp_bridge.core.text import fold, same_but_for_losses

#: How a request can fail. What a guard raises to forbid one is none of it, and goes through as it is.
FAILED = (AuthError, Malformed, NotFound, Refused, Unavailable, Uncertain)
#: What a twin can be refused for here; it has defaults for the rest.
_HELD = frozenset({"cliente", "estrutura", "contrato"})
#: What every report says beside its text; the meaning of other values is not known.
_REPORT = {"progress": "0", "notificationTarget": "0"}
#: A note's title, which the call wants.
_NOTE_TITLE = "Anotação"


class Writer:
    """What is written one record at a time. Callers have checked the capability."""

    def __init__(
        self,
        settings: VoalleSettings,
        source: Source,
        client: VoalleClient,
        reader: Reader,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._source = source
        self._client = client
        self._reader = reader
        self._directory = directory
        self._clock = clock
        self._parameters: tuple[object, ParametrosAtendimento] | None = None

    async def parameters(self) -> ParametrosAtendimento:
        """What any ticket needs: its type, unless the tenant gave one for all, and a client with a contract."""
        owners = await self._directory.owners() if self._settings.exige_contrato else {}
        if self._parameters is None or self._parameters[0] is not owners:
            demands = self._demands(exige_contrato=self._settings.exige_contrato)
            self._parameters = (owners, demands.model_copy(update={"donos_de_contrato": owners}))
        return self._parameters[1]

    def _demands(self, *, exige_contrato: bool) -> ParametrosAtendimento:
        return ParametrosAtendimento(
            assunto_obrigatorio="incidentTypeId" not in self._settings.defaults, exige_contrato=exige_contrato
        )

    # --- opening -----------------------------------------------------------------------------------------------

    async def create(self, novo: Atendimento) -> Atendimento:
        novo = await self._completed(novo)
        solves = novo.footer is None and novo.primeiro_contato is not None and novo.primeiro_contato.resolvido
        body = await self._body(novo)
        answer = await self._client.open_ticket(body)
        id, protocolo = ident(inner(answer, "assignmentId")), ident(inner(answer, "protocol"))
        if id is None:
            raise Unseen(
                "the ERP said yes but gave no assignmentId: look for the ticket before repeating",
                erp=self._settings.name,
                operation="opendetailedsolicitation",
            )
        stored = await self._read_back(novo, id, protocolo)
        return await self._solve_at_once(stored, novo) if solves else stored

    async def _completed(self, novo: Atendimento) -> Atendimento:
        """Judged as a form would; a twin only for what this ERP itself cannot take.

        Only where nothing on the ticket names a contract, and everything else is in order, the ERP is asked for one.
        """
        judged = self._judged(novo, self._demands(exige_contrato=False))
        named = any(vinculo is not None and vinculo.id for vinculo in (novo.contrato, novo.etiqueta, novo.login))
        if self._settings.exige_contrato and not named and judged.tipo is Tipo.CLIENTE:
            client_id, documento = await self._client_of(judged.cliente)
            if not await self._directory.is_served(client_id, documento):
                raise ValidationFailed([Violation.of("cliente-sem-contrato", "contrato")], erp=self._settings.name)
        return judged

    def _judged(self, novo: Atendimento, parameters: ParametrosAtendimento) -> Atendimento:
        if novo.footer is None:
            completed = complete(novo, parameters)
            violations = validate(completed, parameters)
        else:
            completed, violations = repair_for_twin(novo, parameters, None, held=_HELD)
        if violations:
            raise ValidationFailed(violations, erp=self._settings.name)
        if completed.tipo is Tipo.ESTRUTURA:
            raise self._refusal("estrutura: tickets about structures are opened at the screens only")
        return completed

    async def _body(self, novo: Atendimento) -> dict[str, object]:
        client_id, documento = await self._client_of(novo.cliente)
        stored = self._within_limit(translate.write_text(novo))
        settings = self._settings
        top = {key: as_id_for_json(value) for key, value in settings.defaults.items() if key not in IN_ASSIGNMENT}
        within = {key: as_id_for_json(value) for key, value in settings.defaults.items() if key in IN_ASSIGNMENT}
        top["incidentStatusId"] = as_id_for_json(self._start_status(novo))
        top.setdefault("personId", as_id_for_json(client_id))
        if novo.solicitante and novo.solicitante.id and novo.footer is None:  # a twin's is a person of the other ERP
            top["personId"] = as_id_for_json(novo.solicitante.id)
        top["clientId"] = as_id_for_json(client_id)
        if novo.assunto:
            top["incidentTypeId"] = as_id_for_json(await self._written("assunto", novo.assunto))
        tag = await self._tag(novo, client_id, documento)
        if tag:
            top["contractServiceTagId"] = as_id_for_json(tag)
        team = await self._team_code(novo)
        if team:
            top["teamCode"] = team
        priority = self._priority(novo)
        if priority:
            within["priority"] = as_id_for_json(priority)
        now = write_time(self._clock.now(), settings.timezone, z_is_utc=settings.times == "utc")
        report = {"beginningDate": "", "finalDate": "", "description": stored}
        assignment = {"title": _title(novo), "description": stored, "beginningDate": now, "finalDate": "", **within}
        return {**top, "assignment": {**assignment, "report": report}}

    def _start_status(self, novo: Atendimento) -> str:
        """An open one: a closing id would open and close at once (quirk 19)."""
        known = self._settings.id_of_status
        wanted = novo.status if novo.status in (Status.PENDENTE, Status.EM_PROGRESSO) else Status.NOVO
        return known.get(wanted) or known.get(Status.NOVO, START_STATUS)

    async def _client_of(self, cliente: Cliente | None) -> tuple[str, str | None]:
        if cliente and cliente.id:
            return cliente.id, cliente.documento
        if cliente and cliente.documento:
            found = await self._reader.clients_by_document(cliente.documento)
            active = [person.id for person, ativo in found if ativo and person.id]
            if len(active) == 1:
                return active[0], cliente.documento
            raise self._refusal(f"cliente: {len(active)} active clients have this document; give the client's id")
        raise self._refusal("cliente: the client's id is missing")

    async def _tag(self, novo: Atendimento, client_id: str, documento: str | None) -> str | None:
        """The service tag that ties the ticket to its contract: given, or the only one of the contract or login."""
        if novo.etiqueta and novo.etiqueta.id:
            return novo.etiqueta.id
        contrato = novo.contrato.id if novo.contrato else None
        login = novo.login.id if novo.login else None
        if contrato is None and login is None:
            return None
        found = (await self._directory.connections(client_id, documento)).tag_of(contrato=contrato, login=login)
        if found is None and novo.footer is None:
            raise self._refusal("etiqueta: the contract has not exactly one active service tag; give one")
        return found

    async def _team_code(self, novo: Atendimento) -> str | None:
        if novo.departamento is None or not self._settings.team_codes:
            return None
        id = await self._written("departamento", novo.departamento)
        code = self._settings.team_codes.get(id)
        if code is None and novo.footer is None:
            raise self._refusal(f"departamento: the team {id} has no line in team_codes")
        return code

    def _priority(self, novo: Atendimento) -> str | None:
        if novo.prioridade is None:
            return None
        lines = self._settings.vocab.get("prioridade", {})
        return next((code for code, name in lines.items() if fold(name) == novo.prioridade), None)

    async def _read_back(self, novo: Atendimento, id: str, protocolo: str | None) -> Atendimento:
        """As stored. The ticket exists: if it cannot be read now, what was sent stands for it."""
        try:
            read = await self._reader.find(id)
        except FAILED:
            read = None
        if read is not None and (read.atendimento.footer or novo.footer is None):
            return read.atendimento
        status = novo.status if novo.status in (Status.PENDENTE, Status.EM_PROGRESSO) else Status.NOVO
        return novo.model_copy(update={"id": id, "protocolo": protocolo, "status": status})

    async def _solve_at_once(self, stored: Atendimento, novo: Atendimento) -> Atendimento:
        """Resolved at the first contact: opened, then solved with its solution."""
        solution = novo.primeiro_contato.solucao if novo.primeiro_contato else None
        movement = Movimentacao(tipo=TipoMovimentacao.SOLUCIONADO, texto=solution or "")
        try:
            return await self.set_status(stored.id or "", Status.SOLUCIONADO, movement if solution else None)
        except FAILED as error:
            opened = f"ticket {stored.id} (protocolo {stored.protocolo}) was opened but not solved"
            raise self._half_done(opened, error) from error

    # --- what happens later ------------------------------------------------------------------------------------

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        """A report sets its status in the same write; one that shall not repeats the present one (quirk 17)."""
        if not movimentacao.texto.strip() and movimentacao.footer is None:
            raise self._refusal("texto: a message needs a text")
        stored = self._within_limit(footer.join(movimentacao.texto, movimentacao.footer))
        if movimentacao.status is None and self._settings.movements == "note":
            await self._client.note(
                {
                    "assignmentId": as_id_for_json(id),
                    "personId": as_id_for_json(self._settings.person_id or ""),
                    "title": _NOTE_TITLE,
                    "description": stored,
                }
            )
        else:
            await self._report(id, stored, movimentacao.status, private=movimentacao.visibilidade)
        return await self._stored_movement(id, movimentacao, stored)

    async def set_status(self, id: str, status: Status, movimentacao: Movimentacao | None) -> Atendimento:
        """A report without words of its own says which status it sets, for the call wants a text."""
        words = f"Status: {status.value.replace('_', ' ')}"
        if movimentacao is not None and (movimentacao.texto.strip() or movimentacao.footer):
            words = footer.join(movimentacao.texto, movimentacao.footer)
        visibility = movimentacao.visibilidade if movimentacao else Visibilidade.PRIVADA
        await self._report(id, self._within_limit(words), status, private=visibility)
        return await self._after(id, "the status was written")

    async def reclassify(self, id: str, assunto: Termo) -> Atendimento:
        """Another type, by its code and the ticket's protocolo."""
        maintenance = self._settings.maintenance
        if maintenance is None:
            raise self._refusal("assunto: no maintenance is configured")
        type_id = await self._written("assunto", assunto)
        code = await self._reader.type_code(type_id)
        if code is None:
            raise self._refusal(f"assunto: the type {type_id} has no code; add a line to maintenance.type_codes")
        now = await self._present(id)
        await self._client.maintain(
            {
                "protocol": now.protocolo,
                "solicitationServiceMatrixCode": maintenance.matrix_code,
                "incidentTypeCode": code,
                "report": "",
            }
        )
        return await self._after(id, "the type was written")

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None) -> Atendimento:
        call = self._settings.forward
        if call is None:
            raise self._refusal("departamento: no call for forwarding is configured")
        now = await self._present(id)
        team = await self._written("departamento", departamento)
        values = {
            "id": id,
            "protocolo": now.protocolo,
            "departamento": team,
            "codigo": self._settings.team_codes.get(team, team),
            "responsavel": (responsavel.id if responsavel else None) or "",
            "texto": translate.FORWARDED,
        }
        await self._client.tenant_call(call, values)
        return await self._after(id, "the ticket was forwarded")

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        call = self._settings.set_label
        if call is None or not etiqueta.id:
            raise self._refusal("etiqueta: its id is missing")
        now = await self._present(id)
        await self._client.tenant_call(call, {"id": id, "protocolo": now.protocolo, "etiqueta": etiqueta.id})
        return await self._after(id, "the label was written")

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        name = PurePosixPath(arquivo.nome.replace("\\", "/")).name
        name = re.sub(r"[\x00-\x1f\x7f\"]", "", name)
        if not name or not dados:
            raise self._refusal("nome: a file needs a name and a content")
        if len(dados) > self._settings.max_attachment:
            limit = self._settings.max_attachment
            raise self._refusal(f"{len(dados)} bytes are more than max_attachment = {limit} allows")
        now = await self._present(id)
        answer = await self._client.attach(now.protocolo, self._settings.documentation_type or "", name, dados)
        return Arquivo(id=ident(inner(answer, "id")), nome=name, descricao=arquivo.descricao, tamanho=len(dados))

    async def _report(self, id: str, texto: str, status: Status | None, *, private: Visibilidade | None) -> None:
        now = await self._present(id)
        status_id = self._status_id(status) if status is not None else now.status.id
        if not status_id:
            raise self._refusal(f"status: ticket {id} does not tell the id of its status, which a report must repeat")
        body: dict[str, object] = {
            **_REPORT,
            **self._settings.report,
            "assignmentId": id,
            "protocol": now.protocolo,
            "incidentStatusId": status_id,
            "description": texto,
            "privateReport": "false" if private is Visibilidade.PUBLICA else "true",
        }
        await self._client.report(body)

    def _status_id(self, status: Status) -> str:
        id = self._settings.id_of_status.get(status)
        if id is None:
            raise self._refusal(f"status: {status.value!r} has no id to write; add a line to the table statuses")
        return id

    async def _present(self, id: str) -> TicketRow:
        """The ticket as it stands this moment, by the API itself: a database may lag. Raises ``NotFound``."""
        return wire.ticket(await self._client.ticket(id=id))

    async def _stored_movement(self, id: str, sent: Movimentacao, whole: str) -> Movimentacao:
        """The message as the history shows it: by its footer, else the newest with that text."""
        try:
            history = await self._reader.entries(id)
        except FAILED as error:
            raise self._half_done("the message was written, but the history could not be read", error) from error
        for movement in reversed(history):
            if sent.footer is not None:
                if movement.footer is not None and movement.footer.ref == sent.footer.ref:
                    return movement.model_copy(update={"status": sent.status})
            elif movement.footer is None and same_but_for_losses(whole, movement.texto):
                return movement.model_copy(update={"status": sent.status})
        raise Unseen(
            f"the ERP took a message for ticket {id}, but does not show it: look before repeating it",
            erp=self._settings.name,
            operation="getsolicitationhistory",
        )

    async def _after(self, id: str, what: str) -> Atendimento:
        try:
            return await self._reader.get(id)
        except FAILED as error:
            raise self._half_done(f"{what}, but the ticket could not be read again", error) from error

    async def _written(self, campo: str, term: Termo) -> str:
        code = await self._reader.written(campo, term)
        if code is None:
            raise self._refusal(f"{campo}: {term.nome!r} is no term of this ERP; add a line to vocab.{campo}")
        return code

    def _within_limit(self, texto: str) -> str:
        if len(texto) > self._settings.max_text:
            raise self._refusal(f"texto: {len(texto)} characters are more than max_text = {self._settings.max_text}")
        return texto

    def _half_done(self, what: str, error: BridgeError) -> Uncertain:
        return Uncertain(f"{what}: {error.message}", erp=self._settings.name, operation=error.operation)

    def _refusal(self, words: str) -> Refused:
        return Refused(words, erp=self._settings.name)


def _title(novo: Atendimento) -> str:
    title = re.sub(r"\s*[\r\n]+\s*", " ", novo.titulo).strip()
    return title or (novo.assunto.nome if novo.assunto and novo.assunto.nome else "Atendimento")
