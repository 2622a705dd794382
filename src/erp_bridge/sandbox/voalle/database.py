"""The same tenant as its database: writes the simulator's tables into a real one, and keeps them in step.

Made for PostgreSQL through any DB-API connection. Columns that public sources do not show are marked ``# plausible``.
"""

from __future__ import annotations

from typing import Any, Protocol

from erp_bridge.sandbox.voalle.simulator import VoalleSimulator
from erp_bridge.sandbox.voalle.store import Row

_ID = "bigint primary key"
_NUMBER, _TEXT, _STAMP, _FLAG = "bigint", "text", "timestamp", "boolean"

#: Table → column → type.
SCHEMA: dict[str, dict[str, str]] = {
    "assignments": {
        "id": _ID, "title": _TEXT, "description": _TEXT, "progress": _NUMBER, "beginning_date": _STAMP,
        "final_date": _STAMP, "conclusion_date": _STAMP, "created": _STAMP, "modified": _STAMP,
        "requestor_id": _NUMBER, "responsible_id": _NUMBER, "created_by": _NUMBER, "assignment_origin": _NUMBER,
        "task": _NUMBER, "deleted": _FLAG,
        "priority": _NUMBER,  # plausible: the web pages' own list names it
    },
    "assignment_incidents": {
        "id": _ID,  # plausible
        "assignment_id": _NUMBER, "protocol": _NUMBER, "client_id": _NUMBER, "incident_status_id": _NUMBER,
        "incident_type_id": _NUMBER, "team_id": _NUMBER, "contract_service_tag_id": _NUMBER,
        "catalog_service_id": _NUMBER, "solicitation_problem_id": _NUMBER,
        "authentication_access_point_id": _NUMBER,
    },
    # plausible: of the next three only the tables' names are public
    "incident_status": {"id": _ID, "title": _TEXT, "active": _FLAG},
    "incident_types": {"id": _ID, "title": _TEXT, "code": _TEXT, "active": _FLAG},
    "teams": {"id": _ID, "title": _TEXT, "code": _TEXT},
    "reports": {
        "id": _ID,  # plausible
        "assignment_id": _NUMBER, "person_id": _NUMBER, "title": _TEXT, "description": _TEXT, "created": _STAMP,
        "private": _FLAG,  # plausible
    },
    "people": {
        "id": _ID, "name": _TEXT, "tx_id": _TEXT,
        "name_2": _TEXT, "client": _FLAG, "status": _NUMBER,  # plausible
    },
    "contract_service_tags": {
        "id": _ID,
        "contract_id": _NUMBER, "service_tag": _TEXT, "description": _TEXT, "active": _FLAG,  # plausible
    },
    "contracts": {
        "id": _ID, "status": _NUMBER, "contract_number": _TEXT,
        "client_id": _NUMBER, "description": _TEXT,  # plausible
    },
}  # fmt: skip


class Connection(Protocol):
    """What a DB-API connection has."""

    def cursor(self) -> Any: ...
    def commit(self) -> Any: ...


class VoalleDatabase:
    """``VoalleDatabase(simulator, psycopg.connect(...)).refresh()``: once to fill the tables, again to catch up.

    ``schema`` is a schema that exists already; ``mark`` is how the driver's SQL writes a parameter.
    """

    def __init__(
        self, simulator: VoalleSimulator, connection: Connection, *, schema: str = "", mark: str = "%s"
    ) -> None:
        self._simulator, self._connection, self._mark = simulator, connection, mark
        self._names = {table: f"{schema}.{table}" if schema else table for table in SCHEMA}
        self._written: dict[str, dict[int, tuple[Any, ...]]] = {table: {} for table in SCHEMA}
        cursor = connection.cursor()
        for table, columns in SCHEMA.items():
            types = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            cursor.execute(f"DROP TABLE IF EXISTS {self._names[table]}")
            cursor.execute(f"CREATE TABLE {self._names[table]} ({types})")
        cursor.close()
        connection.commit()

    def refresh(self) -> int:
        """Carry over what has changed since the last time, in one transaction; returns how many rows that were."""
        cursor, changed = self._connection.cursor(), 0
        with self._simulator.store.lock:
            for table, columns in SCHEMA.items():
                rows = {id_: _values(row, columns) for id_, row in self._simulator.tables[table].items()}
                written = self._written[table]
                gone = [values[0:1] for id_, values in written.items() if rows.get(id_) != values]
                fresh = [values for id_, values in rows.items() if written.get(id_) != values]
                if gone:
                    cursor.executemany(f"DELETE FROM {self._names[table]} WHERE id = {self._mark}", gone)
                if fresh:
                    marks = ", ".join([self._mark] * len(columns))
                    names = ", ".join(columns)
                    cursor.executemany(f"INSERT INTO {self._names[table]} ({names}) VALUES ({marks})", fresh)
                self._written[table] = rows
                changed += len(gone) + len(fresh)
        cursor.close()
        self._connection.commit()
        return changed


def _values(row: Row, columns: dict[str, str]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)
