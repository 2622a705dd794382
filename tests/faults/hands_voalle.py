"""People's hands in one Voalle. Its priority is nobody's matter here; its text is the first entry of its history."""

from __future__ import annotations

from typing import Any, ClassVar

from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.voalle.store import OPENING
from erp_bridge.sandbox.world import World
from faults.hands import DEPARTMENT, SUBJECT, Record, Said

READS = ("getsolicitationdata", "contract/getpaged", "connect/token")


class VoalleHands:
    """What a person does in one Voalle, and what one sees there."""

    CODES: ClassVar = {"novo": 1, "pendente": 10, "em_progresso": 2, "solucionado": 4, "cancelado": 8}
    _NAMES: ClassVar = {code: name for name, code in CODES.items()} | {3: "solucionado", 11: "pendente", 0: "cancelado"}

    def __init__(self, name: str, simulator: VoalleSimulator, world: World, side: str) -> None:
        self.name, self.simulator = name, simulator
        here, people = world.side(side), simulator.tables["people"]
        served = {row["client_id"] for row in simulator.tables["contracts"].values() if row["status"] == 1}
        documents = {client.documento for client in here.clientes if client.documento}
        self._clients = {row["tx_id"]: id for id, row in people.items() if row["tx_id"] in documents and id in served}
        self._subject = next(a.id for a in here.assuntos if a.canonico == SUBJECT)
        self._department = next(d.id for d in here.departamentos if d.canonico == DEPARTMENT)
        self._robot = simulator.store.integration
        self._old = {name: set(simulator.tables[name]) for name in ("assignments", "reports")}

    @property
    def documents(self) -> set[str]:
        """Of clients who are served here: the others have no contract."""
        return set(self._clients)

    @property
    def deletions(self) -> list[str]:
        return [call.operation for call in self.simulator.requests if call.method == "DELETE"]

    def open(self, documento: str, title: str, text: str) -> str:
        return str(
            self.simulator.people.open_ticket(
                client_id=self._clients[documento], requestor_id=self._clients[documento],
                incident_type_id=self._subject, team_id=self._department, title=title, description=text,
            )
        )  # fmt: skip

    def comment(self, ticket: str, text: str) -> str:
        return self._movement(self.simulator.people.comment(ticket, text))

    def set_status(self, ticket: str, status: str, text: str = "") -> str | None:
        said = self.comment(ticket, text) if text else None
        self.simulator.people.set_status(ticket, self.CODES[status])
        return said

    def retitle(self, ticket: str, title: str) -> None:
        self.simulator.people.retitle(ticket, title)

    def prioritise(self, ticket: str, code: str) -> None:
        """Nothing tells the bridge of it."""

    def rewrite(self, ticket: str, text: str) -> None:
        self._opening(ticket)["description"] = text
        self.simulator.people.edit(ticket, description=text)

    def rewrite_message(self, message: str, text: str) -> None:
        self.simulator.tables["reports"][int(message.rpartition("_")[2])]["description"] = text

    def tickets(self) -> dict[str, Record]:
        incidents = self.simulator.tables["assignment_incidents"]
        return {
            str(id): Record(
                str(id), self._opening(str(id))["description"], row["title"],
                self._NAMES.get(incidents[id]["incident_status_id"], "?"), "",
                row["created_by"] == self._robot["id"] and id not in self._old["assignments"],
            )
            for id, row in self.simulator.tables["assignments"].items()
            if not row["deleted"]
        }  # fmt: skip

    def history(self, ticket: str) -> list[Said]:
        reports, store = self.simulator.tables["reports"], self.simulator.store
        return [
            Said(self._movement(id), reports[id]["description"], reports[id]["person_id"] == self._robot["person_id"]
                 and id not in self._old["reports"])
            for id in store.reports_of[int(ticket)]
            if reports[id]["type_operation"] != OPENING
        ]  # fmt: skip

    def writes(self) -> int:
        return sum(call.method == "POST" and not call.name.endswith(READS) for call in self.simulator.requests)

    def _movement(self, id: int) -> str:
        """An entry as the bridge names it: its kind, then its number."""
        return f"h{self.simulator.tables['reports'][id]['type_operation']}_{id}"

    def _opening(self, ticket: str) -> dict[str, Any]:
        reports = self.simulator.tables["reports"]
        return reports[self.simulator.store.reports_of[int(ticket)][0]]
