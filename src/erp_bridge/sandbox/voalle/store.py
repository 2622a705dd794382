"""The tables of one Voalle tenant, and the only ways in which its tickets change.

``tables`` are plain dicts, table → id → row, under the names of the vendor's database, and may be read and edited from
anywhere. Tickets and reports go through :class:`Store`, which stamps them and keeps what makes many rows quick to find.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from erp_bridge.sandbox.voalle import values
from erp_bridge.sandbox.voalle.options import Options
from erp_bridge.sandbox.voalle.replies import Refusal

Row = dict[str, Any]

#: ``assignments.assignment_origin`` of a ticket of the service desk.
SERVICE_DESK = 5
#: ``type_operation`` of reports; the vendor's values are not public.
OPENING, REPORT, NOTE, FORWARD, CHANGE = 1, 2, 3, 4, 5

_ASSIGNMENT: Row = {
    "title": "", "description": "", "priority": 0, "progress": 0, "beginning_date": None, "final_date": None,
    "conclusion_date": None, "created": None, "modified": None, "requestor_id": None, "responsible_id": None,
    "created_by": None, "assignment_origin": SERVICE_DESK, "task": 1, "deleted": False, "company_place_id": None,
}  # fmt: skip
_INCIDENT: Row = {
    "protocol": None, "client_id": None, "incident_status_id": 1, "incident_type_id": None, "team_id": None,
    "contract_service_tag_id": None, "catalog_service_id": None, "catalog_service_item_id": None,
    "service_level_agreement_id": None, "solicitation_problem_id": None, "authentication_access_point_id": None,
    "matrix_type": 1, "solicitation_service_matrix_code": "",
}  # fmt: skip
_COLUMNS = _ASSIGNMENT.keys() | _INCIDENT.keys()


class Store:
    """``lock`` is held by whoever reads or writes: the app runs in another thread than a test's people."""

    def __init__(self, *, zone: ZoneInfo, now: Callable[[], datetime], options: Options) -> None:
        self.zone, self.now, self.options = zone, now, options
        self.lock = threading.RLock()
        self.tables: defaultdict[str, dict[int, Row]] = defaultdict(dict)
        self.files: dict[int, bytes] = {}  # bytes of uploads, by id in assignment_uploads
        self.by_client: defaultdict[int, list[int]] = defaultdict(list)  # people id → assignment ids, ascending
        self.by_protocol: dict[int, int] = {}
        self.reports_of: defaultdict[int, list[int]] = defaultdict(list)  # assignment id → report ids, ascending
        self.integration: Row = {}  # the row of the user under whom everything is written (quirk 13)
        self._last: defaultdict[str, int] = defaultdict(int, {"protocol": 1_600_000})

    def stamp(self, instant: datetime | None = None) -> str:
        """An instant (the present when not given) as the tables hold it."""
        return values.stamp(instant or self.now(), self.zone)

    def text(self, text: str) -> str:
        """What a column for long text keeps."""
        charset = "latin-1" if self.options.charset == "latin1" else "utf-8"
        text = text.encode(charset, "replace").decode(charset).replace("\0", "")
        return text if self.options.max_text is None else text[: self.options.max_text]

    def next_id(self, table: str) -> int:
        """Ids ascend and are never given twice."""
        if table not in self._last:
            self._last[table] = max(self.tables.get(table, ()), default=0)
        self._last[table] += 1
        return self._last[table]

    def insert(self, table: str, row: Row) -> int:
        """Any other record, under its own id or the next one."""
        id_ = int(row.get("id") or self.next_id(table))
        self._last[table] = max(self._last[table], id_)
        self.tables[table][id_] = {**row, "id": id_}
        return id_

    # --- reading

    def ticket(self, assignment_id: int | None, protocol: int | None = None) -> tuple[Row, Row]:
        """A ticket's two rows, by either of its two ids (quirk 20); a refusal when both do not mean the same."""
        by_protocol = self.by_protocol.get(protocol) if protocol else None
        found = assignment_id or by_protocol
        if found is None or (protocol and by_protocol != found):
            raise Refusal("Solicitação não encontrada")
        assignment, incident = self.tables["assignments"].get(found), self.tables["assignment_incidents"].get(found)
        if assignment is None or incident is None or assignment["deleted"]:
            raise Refusal("Solicitação não encontrada")
        return assignment, incident

    def is_closed(self, incident: Row) -> bool:
        """Whether its status is one of those that end a ticket."""
        return bool(self.tables["incident_status"].get(incident["incident_status_id"], {}).get("closing"))

    def name_of(self, table: str, id_: int | None, column: str = "title") -> str | None:
        """The title of a row that another one points at."""
        row = self.tables[table].get(id_ or 0)
        return None if row is None else row[column]

    # --- writing

    def add_ticket(self, columns: Row, *, opening: str | None = None, person_id: int | None = None) -> int:
        """A new ticket with these columns of its two tables, and its first report; returns the assignment's id."""
        given = {name: value for name, value in columns.items() if name != "id"}
        _known(given)
        id_ = int(columns.get("id") or self.next_id("assignments"))
        self._last["assignments"] = max(self._last["assignments"], id_)
        now = self.stamp()
        assignment = {"id": id_, **_ASSIGNMENT, "created": now, "modified": now, "beginning_date": now}
        assignment |= {name: value for name, value in given.items() if name in _ASSIGNMENT}
        incident = {"id": self.next_id("assignment_incidents.id"), "assignment_id": id_, **_INCIDENT}
        incident |= {name: value for name, value in given.items() if name in _INCIDENT}
        incident["protocol"] = incident["protocol"] or self.next_id("protocol")
        self._last["protocol"] = max(self._last["protocol"], incident["protocol"])
        assignment["description"] = self.text(assignment["description"])
        self.tables["assignments"][id_], self.tables["assignment_incidents"][id_] = assignment, incident
        self.by_protocol[incident["protocol"]] = id_
        if incident["client_id"]:
            self.by_client[incident["client_id"]].append(id_)
        self._date_end(assignment, incident, assignment["conclusion_date"])
        text = assignment["description"] if opening is None else opening
        self.add_report(
            id_, text, title=assignment["title"], kind=OPENING, person_id=person_id, at=assignment["created"]
        )
        return id_

    def add_report(
        self,
        assignment_id: int,
        text: str,
        *,
        title: str = "Relato",
        kind: int = REPORT,
        person_id: int | None = None,
        private: bool = False,
        at: str | None = None,
    ) -> int:
        """An entry of a ticket's history; it does not stamp the ticket."""
        incident = self.tables["assignment_incidents"][assignment_id]
        id_ = self.insert(
            "reports",
            {
                "assignment_id": assignment_id, "person_id": person_id, "title": title,
                "description": self.text(text), "created": at or self.stamp(), "private": private,
                "type_operation": kind, "team_id": incident["team_id"],
            },
        )  # fmt: skip
        self.reports_of[assignment_id].append(id_)
        return id_

    def change(self, assignment_id: int, /, **columns: Any) -> None:
        """Change columns of a ticket without judging them, and stamp it unless ``modified`` is given."""
        assignment = self.tables["assignments"][assignment_id]
        incident = self.tables["assignment_incidents"][assignment_id]
        _known(columns)
        if "client_id" in columns and columns["client_id"] != incident["client_id"]:
            if incident["client_id"]:
                self.by_client[incident["client_id"]].remove(assignment_id)
            if columns["client_id"]:
                self.by_client[columns["client_id"]] = sorted([*self.by_client[columns["client_id"]], assignment_id])
        if "description" in columns:
            columns["description"] = self.text(columns["description"])
        assignment.update({name: value for name, value in columns.items() if name in _ASSIGNMENT})
        incident.update({name: value for name, value in columns.items() if name in _INCIDENT})
        if "incident_status_id" in columns:
            self._date_end(assignment, incident, columns.get("conclusion_date") or assignment["conclusion_date"])
        if "modified" not in columns:
            assignment["modified"] = self.stamp()

    def _date_end(self, assignment: Row, incident: Row, end: str | None) -> None:
        """The real end is ``conclusion_date``; ``final_date`` stays the forecast (quirk 22)."""
        closed = self.is_closed(incident)
        assignment["conclusion_date"] = (end or self.stamp()) if closed else None
        if closed:
            assignment["progress"] = 100


def _known(columns: Row) -> None:
    unknown = columns.keys() - _COLUMNS
    if unknown:
        raise ValueError(f"a ticket has no column {', '.join(sorted(unknown))}")
