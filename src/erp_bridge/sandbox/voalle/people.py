"""What the tenant's own people do at their screens, out of the bridge's sight."""

from __future__ import annotations

from typing import Any

from erp_bridge.sandbox.voalle import store as kinds
from erp_bridge.sandbox.voalle import uploads
from erp_bridge.sandbox.voalle.store import Row, Store

#: Statuses by their number in most tenants.
OPENED, STARTED, CLOSED, CANCELLED, WAITING = 1, 2, 4, 8, 10


class People:
    """Acts take assignment ids. Every act is dated by the ERP's clock, stamps ``modified`` and needs no permission."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def operator(self) -> Row:
        """Who acts: the first active user who is not the integration's."""
        users = self._store.tables["users"].values()
        return next(u for u in users if u["active"] and u["id"] != self._store.integration["id"])

    def open_ticket(self, **columns: Any) -> int:
        """Open a ticket with these columns of ``assignments`` and ``assignment_incidents``; returns its id.

        What is not said is that of an ordinary one: an active client with a contract, the first type and its team.
        """
        store = self._store
        with store.lock:
            first = next(id_ for id_, row in store.tables["incident_types"].items() if row["active"])
            type_id = int(columns.get("incident_type_id", first))
            client_id = columns["client_id"] if "client_id" in columns else self._some_client()
            usual = {
                "title": store.tables["incident_types"][type_id]["title"],
                "description": "Cliente relata lentidão à noite.\r\nPede retorno.",
                "priority": 2, "client_id": client_id, "requestor_id": client_id, "incident_type_id": type_id,
                "team_id": store.tables["incident_types"][type_id]["team_id"], "created_by": self.operator["id"],
            }  # fmt: skip
            return store.add_ticket(usual | columns, person_id=self.operator["person_id"])

    def comment(self, assignment_id: int | str, text: str, *, private: bool = False, title: str = "Relato") -> int:
        """Write a report that changes no status; returns its id."""
        with self._store.lock:
            id_ = self._store.add_report(
                int(assignment_id), text, title=title, person_id=self.operator["person_id"], private=private
            )
            self._store.change(int(assignment_id))
            return id_

    def set_status(self, assignment_id: int | str, status_id: int, text: str = "") -> None:
        """Change the status, with a report when there is a text."""
        with self._store.lock:
            if status_id not in self._store.tables["incident_status"]:
                raise ValueError(f"incident_status has no {status_id}")
            if text:
                self.comment(assignment_id, text)
            self._store.change(int(assignment_id), incident_status_id=status_id)

    def solve(self, assignment_id: int | str, text: str = "Resolvido por telefone.") -> None:
        """Close."""
        self.set_status(assignment_id, CLOSED, text)

    def cancel(self, assignment_id: int | str, text: str = "Aberto em duplicidade.") -> None:
        """Cancel, which is a status like the others (quirk 21)."""
        self.set_status(assignment_id, CANCELLED, text)

    def retitle(self, assignment_id: int | str, title: str) -> None:
        """Another title; the history keeps the old one in its first entry."""
        self.edit(assignment_id, title=title)

    def reclassify(self, assignment_id: int | str, incident_type_id: int) -> None:
        """Another type."""
        self.edit(assignment_id, incident_type_id=incident_type_id)

    def forward(self, assignment_id: int | str, team_id: int, responsible_id: int | None = None) -> None:
        """Pass on to another team, and to a person of it."""
        with self._store.lock:
            self._store.change(int(assignment_id), team_id=team_id, responsible_id=responsible_id)
            self._store.add_report(
                int(assignment_id), "Atendimento encaminhado", title="Encaminhamento", kind=kinds.FORWARD,
                person_id=self.operator["person_id"],
            )  # fmt: skip

    def edit(self, assignment_id: int | str, **columns: Any) -> None:
        """Change any columns of the ticket's two tables."""
        with self._store.lock:
            self._store.change(int(assignment_id), **columns)

    def attach(self, assignment_id: int | str, name: str, content: bytes, description: str = "") -> int:
        """Put a file to a ticket; returns its id."""
        with self._store.lock:
            id_ = uploads.attach(self._store, int(assignment_id), name, content, description=description)
            self._store.change(int(assignment_id))
            return id_

    def delete(self, assignment_id: int | str) -> None:
        """Delete a ticket: the row stays, marked."""
        with self._store.lock:
            self._store.change(int(assignment_id), deleted=True)

    def change(self, table: str, id_: int, **columns: Any) -> None:
        """Change any other record: a person's document, a contract's status, a title in ``incident_status``."""
        with self._store.lock:
            self._store.tables[table][id_].update(columns)

    def add(self, table: str, **columns: Any) -> int:
        """Add any other record; returns its id."""
        with self._store.lock:
            return self._store.insert(table, columns)

    def _some_client(self) -> int:
        tables = self._store.tables
        served = {c["client_id"] for c in tables["contracts"].values() if c["status"] == 1}
        return next(id_ for id_, row in tables["people"].items() if id_ in served and row["status"] == 1)
