"""A plan is a value: what a pass would write, record by record. Pure; nothing here reads or sends.

One :class:`Work` is everything about one ticket, in the order in which it must happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from erp_bridge.core.model import Arquivo, Atendimento, Movimentacao, Status, Termo
from erp_bridge.sync.digest import Digester
from erp_bridge.sync.fields import LABELS, words
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Wait


@dataclass(frozen=True)
class CreateTwin:
    """Create the ticket on ``side``."""

    side: Side
    twin: Atendimento


@dataclass(frozen=True)
class Send:
    """Write a message on ``side``. ``part`` is its marker: the source's movement id, ``""`` for the bridge's own words.

    With ``status`` the message sets it; ``settles`` are the fields whose change it delivers. A long movement takes
    several messages: ``completes`` names it on the last one.
    """

    side: Side
    part: str
    movimentacao: Movimentacao
    status: Status | None = None
    settles: tuple[str, ...] = ()
    completes: str = ""


@dataclass(frozen=True)
class Attach:
    """Attach on ``side`` a file of the other side. ``line`` tells of it where it turns out that it cannot travel."""

    side: Side
    arquivo: Arquivo
    line: Send
    settles: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        return self.line.part

    @property
    def completes(self) -> str:
        return self.line.completes


@dataclass(frozen=True)
class Write:
    """Change fields of the ticket on ``side``, in one call."""

    side: Side
    campos: Mapping[str, Any]

    @property
    def settles(self) -> tuple[str, ...]:
        return tuple(self.campos)


@dataclass(frozen=True)
class SetStatus:
    """Set the status on ``side`` by a call of its own."""

    side: Side
    status: Status
    settles: tuple[str, ...] = ("status",)


@dataclass(frozen=True)
class Forward:
    """Hand the ticket on ``side`` to another department."""

    side: Side
    departamento: Termo
    settles: tuple[str, ...] = ("departamento",)


Action = CreateTwin | Send | Attach | Write | SetStatus | Forward


@dataclass(frozen=True)
class Copy:
    """A message on ``side`` that the bridge wrote and finds again by its footer; ``part`` is its marker there."""

    side: Side
    id: str
    part: str


@dataclass(frozen=True)
class Row:
    """One line of a plan as people read it. ``before`` and ``after`` are for the terminal only."""

    direction: str
    left: str | None
    right: str | None
    action: str
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Work:
    """Everything to do about one ticket. ``source`` is the side of a new ticket; None for linked ones."""

    ids: Both[str | None]
    records: Both[Atendimento | None]
    link: Link | None = None
    source: Side | None = None
    made: Side | None = None
    adopts: bool = False
    actions: tuple[Action, ...] = ()
    settled: tuple[str, ...] = ()  # both bases renewed, nothing to write
    kept: Both[tuple[str, ...]] = field(default_factory=lambda: Both((), ()))  # movements only remembered
    copies: tuple[Copy, ...] = ()
    waits: tuple[Wait, ...] = ()
    changed: Both[bool] = field(default_factory=lambda: Both(False, False))

    @property
    def key(self) -> str:
        """The work's name in a saved plan: ``left|right``."""
        return f"{self.ids.left or ''}|{self.ids.right or ''}"

    @property
    def creates(self) -> Side | None:
        return next((action.side for action in self.actions if isinstance(action, CreateTwin)), None)

    @property
    def writes(self) -> int:
        return sum(1 for action in self.actions if not isinstance(action, CreateTwin))

    @property
    def is_idle(self) -> bool:
        return not (self.actions or self.notes)

    @property
    def notes(self) -> bool:
        """Whether the store has something to note even if nothing is written to an ERP."""
        return bool(self.adopts or self.settled or self.waits or self.copies or self.kept.left or self.kept.right)

    def rows(self) -> Iterator[Row]:
        """The work in words."""
        if self.adopts:
            yield Row("=", self.ids.left, self.ids.right, "adopt", reason="both records exist already")
        for action in self.actions:
            yield from _rows(self, action)
        for wait in self.waits:
            left, right = (wait.ticket, None) if wait.side is Side.LEFT else (None, wait.ticket)
            yield Row(
                "!", left or self.ids.left, right or self.ids.right, wait.kind.value, wait.field, reason=wait.code
            )

    def signature(self, digester: Digester) -> str:
        """A digest of all that would be written: the same plan made later has the same."""
        parts = [str(self.ids), str(self.adopts), *(_content(action) for action in self.actions)]
        return digester.of("work", "\n".join(parts))


@dataclass(frozen=True)
class Plan:
    """What one pass would do."""

    pair: str
    works: tuple[Work, ...]

    @property
    def creates(self) -> int:
        return sum(1 for work in self.works if work.creates)

    @property
    def changes(self) -> int:
        return sum(1 for work in self.works if not work.creates and work.writes)

    def rows(self) -> Iterator[Row]:
        for work in self.works:
            yield from work.rows()


def _rows(work: Work, action: Action) -> Iterator[Row]:
    direction = "->" if action.side is Side.RIGHT else "<-"
    place = (direction, work.ids.left, work.ids.right)
    source, target = work.records[action.side.other], work.records[action.side]
    match action:
        case CreateTwin(twin=twin):
            yield Row(*place, "create", after=twin.titulo, reason="no twin yet")
        case Send(part=part, movimentacao=movimentacao, status=status, settles=settles):
            for campo in settles:
                yield Row(*place, "message", campo, _seen(target, campo), _seen(source, campo), "changed")
            if part or not settles:
                text = " ".join(movimentacao.texto.split())[:80]
                yield Row(*place, "movement", part, after=text, reason="new" if status is None else f"sets {status}")
        case Attach(arquivo=arquivo, line=line):
            yield Row(*place, "attach", line.part, after=arquivo.nome, reason="new")
        case Write(campos=campos):
            for campo, value in campos.items():
                after = _seen(Atendimento.model_construct(**{campo: value}), campo)  # not always what the source says
                yield Row(*place, "change", campo, _seen(target, campo), after, "changed")
        case SetStatus(status=status):
            yield Row(*place, "status", "status", _seen(target, "status"), status.value, "changed")
        case Forward(departamento=departamento):
            yield Row(*place, "forward", "departamento", _seen(target, "departamento"), departamento.nome, "changed")


def _seen(record: Atendimento | None, campo: str) -> str:
    return words(record, campo) if record is not None and campo in LABELS else ""


def _content(action: Action) -> str:
    match action:
        case CreateTwin(twin=twin):
            return f"create {action.side} {twin.model_dump_json()}"
        case Send():
            sent = action.movimentacao.model_dump_json()
            return f"send {action.side} {action.part} {action.status} {action.settles} {sent}"
        case Attach(arquivo=arquivo, line=line):
            return f"attach {action.side} {line.part} {arquivo.model_dump_json()}"
        case Write(campos=campos):
            return f"write {action.side} {sorted((name, str(value)) for name, value in campos.items())}"
        case SetStatus(status=status):
            return f"status {action.side} {status}"
        case Forward(departamento=departamento):
            return f"forward {action.side} {departamento.id} {departamento.nome}"
