"""People's hands and an auditor's eyes on one simulated ERP, in words that are the same for both kinds.

What the bridge wrote is told from what people wrote by the author that the ERP itself put down, and its markers are
read with a pattern of their own: this is the second opinion about the bridge, so it uses nothing of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.world import World

_MARK = re.compile(r"^-- erp_bridge\s*\n\[ref (\S+) ([^\s/\]]+)(?:/([^\s\]]+))? prot .*\]", re.M)

#: A subject and a department that both sides know beyond doubt.
SUBJECT, DEPARTMENT = "sem conexao", "suporte tecnico"


@dataclass(frozen=True)
class Mark:
    """Where a text says that it comes from."""

    erp: str
    ticket: str
    part: str | None


@dataclass(frozen=True)
class Said:
    """One message of a ticket. ``status`` is the one it set, where the ERP keeps that with it."""

    id: str
    text: str
    by_bridge: bool
    status: str | None = None

    @property
    def mark(self) -> Mark | None:
        return mark_of(self.text)

    @property
    def words(self) -> str:
        return words_of(self.text)


@dataclass(frozen=True)
class Record:
    """One ticket as its ERP holds it."""

    id: str
    text: str
    title: str
    status: str
    priority: str
    by_bridge: bool


def mark_of(text: str) -> Mark | None:
    found = _MARK.findall(text.replace("\r\n", "\n"))
    return Mark(found[-1][0], found[-1][1], found[-1][2] or None) if found else None


def words_of(text: str) -> str:
    """The text above the rule."""
    return text.replace("\r\n", "\n").partition("-- erp_bridge\n")[0].strip()


def common_documents(world: World) -> list[str]:
    """Documents that stand on exactly one record, an active one, on either side."""
    found: list[set[str]] = []
    for side in (world.left, world.right):
        documents = [client.documento for client in side.clientes]
        active = {client.documento for client in side.clientes if client.ativo and client.documento}
        found.append({documento for documento in active if documents.count(documento) == 1})
    return sorted(found[0] & found[1])


class Hands(Protocol):
    """What a person does in one ERP, and what one sees there."""

    name: str

    @property
    def documents(self) -> set[str]:
        """Of clients for whom one can open a ticket here."""
        ...

    @property
    def deletions(self) -> list[str]: ...
    def open(self, documento: str, title: str, text: str) -> str: ...
    def comment(self, ticket: str, text: str) -> str: ...
    def set_status(self, ticket: str, status: str, text: str = "") -> str | None: ...
    def retitle(self, ticket: str, title: str) -> None: ...
    def prioritise(self, ticket: str, code: str) -> None: ...
    def rewrite(self, ticket: str, text: str) -> None: ...
    def rewrite_message(self, message: str, text: str) -> None: ...
    def tickets(self) -> dict[str, Record]: ...
    def history(self, ticket: str) -> list[Said]: ...
    def writes(self) -> int: ...


class IxcHands:
    """One IXC."""

    CODES: ClassVar = {"novo": "N", "pendente": "P", "em_progresso": "EP", "solucionado": "S", "cancelado": "C"}
    _NAMES: ClassVar = {code: name for name, code in CODES.items()}

    def __init__(self, name: str, simulator: IxcSimulator, world: World, side: str) -> None:
        self.name, self.simulator = name, simulator
        here = world.side(side)
        self._robot = simulator.token.partition(":")[0]
        self._clients = {c.documento: str(c.id) for c in here.clientes if c.documento}
        self._subject = str(next(a.id for a in here.assuntos if a.canonico == SUBJECT))
        self._department = str(next(d.id for d in here.departamentos if d.canonico == DEPARTMENT))
        self._old = {name: set(simulator.tables[name].ids) for name in ("su_ticket", "su_mensagens")}

    @property
    def documents(self) -> set[str]:
        return set(self._clients)

    @property
    def deletions(self) -> list[str]:
        return [name for name in self.simulator.requests if name.startswith("DELETE")]

    def open(self, documento: str, title: str, text: str) -> str:
        return self.simulator.people.open_ticket(
            id_cliente=self._clients[documento], id_assunto=self._subject, id_ticket_setor=self._department,
            titulo=title, menssagem=text, prioridade="M",
        )  # fmt: skip

    def comment(self, ticket: str, text: str) -> str:
        return "m" + self.simulator.people.comment(ticket, text)

    def set_status(self, ticket: str, status: str, text: str = "") -> str | None:
        return "m" + self.simulator.people.set_status(ticket, self.CODES[status], text)

    def retitle(self, ticket: str, title: str) -> None:
        self.simulator.people.set_field(ticket, titulo=title)

    def prioritise(self, ticket: str, code: str) -> None:
        self.simulator.people.set_field(ticket, prioridade=code)

    def rewrite(self, ticket: str, text: str) -> None:
        self.simulator.people.set_field(ticket, menssagem=text)

    def rewrite_message(self, message: str, text: str) -> None:
        self.simulator.people.edit_message(message[1:], text)

    def tickets(self) -> dict[str, Record]:
        rows = self.simulator.tables["su_ticket"]
        return {
            str(id): Record(
                str(id), row["menssagem"], row["titulo"], self._NAMES.get(row["su_status"], "?"), row["prioridade"],
                row["id_usuario_abertura"] == self._robot and id not in self._old["su_ticket"],
            )
            for id, row in rows.items()
        }  # fmt: skip

    def history(self, ticket: str) -> list[Said]:
        rows = self.simulator.tables["su_mensagens"]
        return [
            Said(
                f"m{id}",
                rows[id]["mensagem"],
                rows[id]["operador"] == self._robot and id not in self._old["su_mensagens"],
                self._NAMES.get(rows[id]["su_status"]),
            )
            for id in sorted(rows.where("id_ticket", [ticket]))
        ]  # fmt: skip

    def writes(self) -> int:
        quiet = ("list ", "gerar_protocolo")
        return sum(not any(word in name for word in quiet) for name in self.simulator.requests)


class IntegratorHands:
    """One Integrator. It has no field for a priority; its title leads the text."""

    CODES: ClassVar = {
        "novo": "01PENDENTE",
        "pendente": "01PENDENTE",
        "em_progresso": "01ANDAMENT",
        "solucionado": "01CONCLUID",
        "cancelado": "01CANCELAD",
    }
    _NAMES: ClassVar = {code: name for name, code in CODES.items() if name != "novo"}

    def __init__(self, name: str, simulator: IntegratorSimulator, world: World, side: str) -> None:
        self.name, self.simulator = name, simulator
        here = world.side(side)
        self._clients = {c.documento: str(c.id) for c in here.clientes if c.documento}
        self._subject = next(a.codigo for a in here.assuntos if a.canonico == SUBJECT)
        self._department = next(d.codigo for d in here.departamentos if d.canonico == DEPARTMENT)
        self._before = set(simulator.tables["ocorrencias"]) | set(simulator.tables["comentarios"])

    @property
    def documents(self) -> set[str]:
        return set(self._clients)

    @property
    def deletions(self) -> list[str]:
        return [call.operation for call in self.simulator.requests if "delete" in call.operation.lower()]

    def open(self, documento: str, title: str, text: str) -> str:
        return str(
            self.simulator.people.open_ticket(
                codcli=self._clients[documento], codocop=self._subject, codcar=self._department,
                descri_oco=f"{title}\r\n{text}",
            )
        )  # fmt: skip

    def comment(self, ticket: str, text: str) -> str:
        return "c" + self.simulator.people.comment(ticket, text)

    def set_status(self, ticket: str, status: str, text: str = "") -> str | None:
        said = self.comment(ticket, text) if text else None
        self.simulator.people.set_status(ticket, self.CODES[status])
        return said

    def retitle(self, ticket: str, title: str) -> None:
        _, _, rest = self.tickets()[ticket].text.partition("\n")
        self.rewrite(ticket, f"{title}\n{rest}")

    def prioritise(self, ticket: str, code: str) -> None:
        """There is no such field: nothing to do."""

    def rewrite(self, ticket: str, text: str) -> None:
        self.simulator.people.edit(ticket, descri_oco=text)

    def rewrite_message(self, message: str, text: str) -> None:
        self.simulator.tables["comentarios"][message[1:]]["descri_com"] = text

    def tickets(self) -> dict[str, Record]:
        return {
            id: Record(
                id, row["descri_oco"], "", self._status(row), "", row["codusu"] == self.simulator.user
                and id not in self._before,
            )
            for id, row in self.simulator.tables["ocorrencias"].items()
        }  # fmt: skip

    def history(self, ticket: str) -> list[Said]:
        return [
            Said("c" + row["codcom"], row["descri_com"], row["codusu"] == self.simulator.user
                 and row["codcom"] not in self._before)
            for row in self.simulator.store.comments_of(ticket)
        ]  # fmt: skip

    def writes(self) -> int:
        reads = ("view.execute", "listTypes", "status", "services.details", "plan.")
        return sum(
            not any(word in call.operation for word in reads) or "exemplo" in call.operation
            for call in self.simulator.requests
        )

    def _status(self, row: dict[str, Any]) -> str:
        name = self._NAMES.get(row["codsto"], "?")
        closed = not row["data_sol"].startswith("0000")
        return ("cancelado" if name == "cancelado" else "solucionado") if closed else name


def hands_on(name: str, simulator: Any, world: World, side: str) -> Hands:
    from faults.hands_voalle import VoalleHands

    if isinstance(simulator, VoalleSimulator):
        return VoalleHands(name, simulator, world, side)
    kind = IxcHands if isinstance(simulator, IxcSimulator) else IntegratorHands
    return kind(name, simulator, world, side)
