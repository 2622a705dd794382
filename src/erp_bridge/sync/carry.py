"""From one ERP's ticket to the form that the other one takes. Pure: the look-ups were made before.

What has no counterpart becomes a :class:`Problem`, or a line in the footer; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from erp_bridge.core.adapter import Capability, FieldSupport
from erp_bridge.core.desconto import e_solicitacao_desconto, normalizar_bloco
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Movimentacao,
    OrigemEndereco,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
)
from erp_bridge.core.text import fold, normal, same_but_for_losses
from erp_bridge.core.vocabulary import Vocabulary
from erp_bridge.sync import fields
from erp_bridge.sync.transform import Failed, Passage, Transform

#: Carried as they are wherever the target takes them at creation.
AS_THEY_ARE = (
    "tipo", "titulo", "descricao", "data_reservada", "melhor_horario", "origem", "interacao_pendente",
    "contato", "script", "primeiro_contato",
)  # fmt: skip

#: Connections: chosen on the target among the client's own, never copied.
CONNECTIONS = ("login", "contrato", "plano")

NO_SUPPORT = FieldSupport()

OPEN = frozenset({Status.PENDENTE, Status.EM_PROGRESSO})

Record = TypeVar("Record", Atendimento, Movimentacao)
ZONE = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True)
class Problem:
    """Why a record cannot be carried: the field, a stable code, and what fills the words of that code."""

    campo: str
    code: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Party:
    """What carrying needs to know of one side of a pair."""

    erp: str
    fields: Mapping[str, FieldSupport]
    capabilities: frozenset[Capability]
    statuses: frozenset[Status]
    max_text: int
    vocab: Mapping[str, Vocabulary] = field(default_factory=dict)
    zone: tzinfo = ZONE

    def supports(self, campo: str) -> FieldSupport:
        return self.fields.get(campo, NO_SUPPORT)

    @property
    def takes_messages(self) -> bool:
        return Capability.ADD_MOVEMENT in self.capabilities

    def named(self, campo: str, termo: Termo | None) -> Termo | None:
        """The term with its canonical name, or the ERP's own where the tenant has no line for it."""
        if termo is None or termo.nome or termo.id is None:
            return termo
        return self.vocab.get(campo, Vocabulary()).named(termo.id)

    def asks_for_discount(self, record: Atendimento) -> bool:
        """Whether the ticket is a discount request, by the names of its subject and department."""
        names = {campo: self.named(campo, getattr(record, campo)) for campo in ("assunto", "departamento")}
        return e_solicitacao_desconto(record.model_copy(update=names))


@dataclass(frozen=True)
class Found:
    """What the target knows of a ticket's client: the active clients of the document, and their connections."""

    clientes: Sequence[Cliente] = ()
    conexoes: Mapping[str, Sequence[Vinculo]] = field(default_factory=dict)


@dataclass(frozen=True)
class Crossing:
    """One direction of a pair."""

    source: Party
    target: Party
    fallback: Mapping[str, str]
    trigger: frozenset[str] = frozenset()
    pair: str = ""
    transform: Transform | None = None

    def shown(self, source: Atendimento) -> Atendimento | Problem:
        """The ticket as it is carried: after the pair's own step, where it has one."""
        return self._transformed(source)

    def said(self, movement: Movimentacao) -> Movimentacao | Problem:
        """The movement as it is carried; the problem's field is the movement's id."""
        return self._transformed(movement)

    def _transformed(self, record: Record) -> Record | Problem:
        if self.transform is None:
            return record
        try:
            return self.transform.of(record, Passage(self.pair, self.source.erp, self.target.erp))
        except Failed as failed:
            campo = record.id or "" if isinstance(record, Movimentacao) else ""
            detail = {"function": failed.function, "raw": failed.why, "erp": self.source.erp}
            return Problem(campo, "transform", detail)

    def term(self, campo: str, termo: Termo | None) -> Termo | Problem | None:
        """The target's term of the same canonical name, else the fallback; a problem only where one is required."""
        named = self.source.named(campo, termo)
        if named is None or not (named.id or named.nome):
            return self._fallback(campo)
        vocab = self.target.vocab.get(campo, Vocabulary())
        match = vocab.written(named.nome) if named.nome else None
        if match is not None:
            return match
        instead = self._fallback(campo)
        if instead is None and campo in fields.REQUIRED_TERMS:
            return self._unmapped(campo, named.id or named.nome, named.nome)
        return instead

    def status(self, status: Status | None) -> Status | Problem | None:
        """The status to set on the target for one that the source reports. Nothing is ever set to ``novo``.

        One of a kind that cannot be set there at all, open or closed, is returned as it is: words tell of it.
        """
        if status is None:
            return None
        wanted = Status.PENDENTE if status is Status.NOVO else status
        if wanted in self.target.statuses:
            return wanted
        instead = self.fallback.get("status")
        if instead in self.target.statuses:
            return Status(instead)
        alike = OPEN if wanted in OPEN else frozenset(Status) - OPEN
        return self._unmapped("status", status.value) if self.target.statuses & alike else wanted

    def value(self, source: Atendimento, campo: str) -> Any:
        """The field's value in the target's terms, or a Problem."""
        shown = self.shown(source)
        if isinstance(shown, Problem):
            return replace(shown, campo=campo)
        return self._value(shown, campo)

    def _value(self, source: Atendimento, campo: str) -> Any:
        if campo in fields.TERMS:
            return self.term(campo, getattr(source, campo))
        if campo == "status":
            return self.status(source.status)
        if campo == "prioridade":
            return self._prioridade(source)
        if campo == "descricao" and self.source.asks_for_discount(source):
            return normalizar_bloco(source.descricao, self.source.zone)
        return getattr(source, campo)

    def same(self, source: Atendimento, target: Atendimento, campo: str, *, losses: bool = True) -> bool:
        """Whether the target's value already means what the source's does; with ``losses`` those of storage aside."""
        theirs = getattr(target, campo)
        if campo == "status" and source.status is Status.NOVO:
            return theirs in (Status.NOVO, Status.PENDENTE)  # an ERP without `novo` starts at its first open status
        ours = self.value(source, campo)
        if isinstance(ours, Problem):
            return False
        if isinstance(ours, Termo) and isinstance(theirs, Termo):
            return ours.id == theirs.id if ours.id and theirs.id else fold(ours.nome) == fold(theirs.nome)
        if isinstance(ours, str) and isinstance(theirs, str):
            if not losses:
                return normal(ours) == normal(theirs)
            return same_but_for_losses(ours, theirs) or same_but_for_losses(theirs, ours)
        return bool((ours or None) == (theirs or None))

    def twin(self, source: Atendimento, footer: Footer, found: Found) -> tuple[Atendimento, tuple[Problem, ...]]:
        """The ticket to create on the target, and why it cannot be, if so. Its text is not yet cut to size."""
        problems: list[Problem] = []
        values: dict[str, Any] = {}
        shown = self.shown(source)
        if isinstance(shown, Problem):
            return Atendimento(footer=footer), (shown,)
        source = shown
        for campo in AS_THEY_ARE:
            if self.target.supports(campo).create:
                values[campo] = self._value(source, campo)
        for campo in ("prioridade", *fields.TERMS):
            if campo == "processo" and campo not in self.trigger:
                continue
            value = self._value(source, campo) if self.target.supports(campo).create else None
            if isinstance(value, Problem):
                problems.append(value)
            else:
                values[campo] = value
        if source.status in (Status.PENDENTE, Status.EM_PROGRESSO) and self.target.supports("status").create:
            values["status"] = source.status
        values |= self._place(source)
        problems += self._client(source, found, values)
        problems += self._structure(source, values)
        notes = self._notes(source, values)
        return Atendimento(**values, footer=footer.model_copy(update={"notas": (*footer.notas, *notes)})), tuple(
            problems
        )

    def _fallback(self, campo: str) -> Termo | None:
        name = self.fallback.get(campo)
        return self.target.vocab.get(campo, Vocabulary()).written(name) if name else None

    def _unmapped(self, campo: str, raw: str, name: str = "") -> Problem:
        return Problem(campo, "unmapped", {"raw": raw, "name": name, "erp": self.source.erp, "other": self.target.erp})

    def _prioridade(self, source: Atendimento) -> Prioridade | None:
        if source.prioridade is not None or not self.target.supports("prioridade").create:
            return source.prioridade
        # the source has no priorities; `normal` is what the ERPs' own forms start with
        return Prioridade(self.fallback.get("prioridade", Prioridade.NORMAL))

    def _place(self, source: Atendimento) -> dict[str, Any]:
        """An address typed by hand travels as text; any other is the target's own, taken from its client."""
        if not self.target.supports("origem_endereco").create:
            return {}
        if source.origem_endereco is OrigemEndereco.MANUAL and source.endereco:
            return {"origem_endereco": OrigemEndereco.MANUAL, "endereco": source.endereco}
        return {"origem_endereco": OrigemEndereco.CLIENTE} if source.tipo is Tipo.CLIENTE else {}

    def _client(self, source: Atendimento, found: Found, values: dict[str, Any]) -> list[Problem]:
        if source.tipo is not Tipo.CLIENTE:
            return []
        known = {"erp": self.source.erp, "other": self.target.erp, "raw": (source.cliente and source.cliente.id) or ""}
        if source.cliente is None or not source.cliente.documento:
            return [Problem("cliente", "no-document", known)]
        if not found.clientes:
            return [Problem("cliente", "unknown-client", known)]
        if len(found.clientes) > 1:
            return [Problem("cliente", "ambiguous-client", {**known, "count": str(len(found.clientes))})]
        values["cliente"] = found.clientes[0]
        for campo in CONNECTIONS:
            active = [v for v in found.conexoes.get(campo, ()) if v.ativo]
            if len(active) == 1 and self.target.supports(campo).create:
                values[campo] = active[0]
        return []

    def _structure(self, source: Atendimento, values: dict[str, Any]) -> list[Problem]:
        if source.tipo is not Tipo.ESTRUTURA:
            return []
        # structures have no key that two ERPs share, and no vocabulary
        raw = (source.estrutura and (source.estrutura.id or source.estrutura.nome)) or ""
        values.pop("estrutura", None)
        return [self._unmapped("estrutura", raw)]

    def _notes(self, source: Atendimento, values: Mapping[str, Any]) -> list[str]:
        """What the twin has no field for, or no term, as lines of the footer."""
        notes = []
        for campo in fields.TOLD_IN_WORDS:
            if campo in ("status", "titulo", "descricao", "endereco") or values.get(campo) is not None:
                continue
            if not self.source.supports(campo).read:
                continue
            value = self.source.named(campo, getattr(source, campo)) if campo in fields.TERMS else None
            named = source if value is None else source.model_copy(update={campo: value})
            told = fields.words(named, campo)
            if told != "-":
                notes.append(f"{fields.LABELS[campo]}: {told}")
        return notes
