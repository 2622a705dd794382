"""The statements of the database reader, made for the columns that this tenant's schema really has. Pure.

Every value comes as text, so no date and no number can be of a type that the driver does not know. What is put into a
statement as it is are names out of the lists below, never a value.
"""
# ruff: noqa: S608  names only

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Tables by the letters they have in the statements.
TABLES: Mapping[str, str] = {
    "a": "assignments", "i": "assignment_incidents", "s": "incident_status", "t": "incident_types", "m": "teams",
    "g": "contract_service_tags", "p": "people", "n": "authentication_access_points", "e": "reports",
}  # fmt: skip
#: What nothing can be read without.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "assignments": ("id", "title", "modified", "created"),
    "assignment_incidents": ("assignment_id", "protocol", "client_id", "incident_status_id"),
    "reports": ("id", "assignment_id", "description", "created"),
}
#: Label → letter of the table and column, for a ticket.
_TICKET: Mapping[str, str] = {
    "id": "a.id", "title": "a.title", "description": "a.description", "beginning": "a.beginning_date",
    "conclusion": "a.conclusion_date", "created": "a.created", "modified": "a.modified",
    "protocol": "i.protocol", "status_id": "i.incident_status_id", "status": "s.title",
    "type_id": "i.incident_type_id", "type": "t.title", "team_id": "i.team_id", "team": "m.title",
    "tag_id": "i.contract_service_tag_id", "service_tag": "g.service_tag", "tag": "g.description",
    "contract_id": "g.contract_id", "access_point_id": "i.authentication_access_point_id", "access_point": "n.title",
    "client_id": "i.client_id", "client": "p.name", "client_tx_id": "p.tx_id",
    "requestor_id": "a.requestor_id", "requestor": "r.name", "requestor_tx_id": "r.tx_id",
    "responsible_id": "a.responsible_id", "responsible": "q.name",
}  # fmt: skip
_ENTRY: Mapping[str, str] = {
    "id": "e.id", "ticket": "e.assignment_id", "kind": "e.type_operation", "title": "e.title",
    "description": "e.description", "created": "e.created", "private": "e.private", "author": "p.name",
}  # fmt: skip
#: Letter → the column that leads to that table's id.
_LEADS: Mapping[str, str] = {
    "s": "i.incident_status_id", "t": "i.incident_type_id", "m": "i.team_id", "g": "i.contract_service_tag_id",
    "n": "i.authentication_access_point_id", "p": "i.client_id", "r": "a.requestor_id", "q": "a.responsible_id",
}  # fmt: skip
#: People stand in one table under three letters.
_PEOPLE = ("p", "r", "q")

COLUMNS_OF = (
    "SELECT table_name::text AS name, column_name::text AS column FROM information_schema.columns "
    "WHERE table_schema = ANY(current_schemas(false)) AND table_name = ANY(%s)"
)


@dataclass(frozen=True)
class Schema:
    """Tables and columns that this user may see."""

    tables: Mapping[str, frozenset[str]]

    @staticmethod
    def of(rows: Iterable[Mapping[str, str | None]]) -> Schema:
        """From the rows of ``COLUMNS_OF``."""
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["name"] or "", set()).add(row["column"] or "")
        return Schema({name: frozenset(columns) for name, columns in found.items()})

    @property
    def missing(self) -> list[str]:
        """What is needed and not there."""
        return [
            f"{name}.{column}" for name, columns in NEEDED.items() for column in columns if not self.has(name, column)
        ]

    def has(self, name: str, column: str) -> bool:
        return column in self.tables.get(name, frozenset())

    def shows(self, letter: str, column: str) -> bool:
        """Whether a column behind one of the letters can be read, and the way to it."""
        table = TABLES["p" if letter in _PEOPLE else letter]
        if not self.has(table, column):
            return False
        lead = _LEADS.get(letter)
        if lead is None:
            return True
        before, _, foreign = lead.partition(".")
        return self.has(table, "id") and self.has(TABLES[before], foreign)


class Statements:
    """Statements with ``%s`` for values; ``ids`` are texts."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def tickets(self, where: str) -> str:
        """Rows of tickets; see the methods below for what may stand in ``where``."""
        joins = [
            f"LEFT JOIN {TABLES['p' if letter in _PEOPLE else letter]} {letter} ON {letter}.id = {lead}"
            for letter, lead in _LEADS.items()
            if self._schema.shows(letter, "id")
        ]
        return f"SELECT {self._labelled(_TICKET)} {self._from()} {' '.join(joins)} WHERE {where} AND {self._there()}"

    by_ids = "a.id::text = ANY(%s)"
    by_protocolo = "i.protocol::text = %s"
    of_client = "i.client_id::text = %s"

    def changed(self) -> str:
        """Ids of tickets changed, opened or reported on since %(since)s, above %(after)s, by id."""
        since = "%(since)s::timestamp"
        reported = f"a.id IN (SELECT e.assignment_id FROM reports e WHERE e.created >= {since})"
        return self._ids(f"(a.modified >= {since} OR a.created >= {since} OR {reported})")

    def open(self) -> str:
        """Ids of tickets that have no end, or a status not known to be one of %(closed)s; above %(after)s, by id."""
        ended = "a.conclusion_date IS NULL OR " if self._schema.has("assignments", "conclusion_date") else ""
        return self._ids(f"({ended}i.incident_status_id::text <> ALL(%(closed)s))")

    def entries(self) -> str:
        author = "LEFT JOIN people p ON p.id = e.person_id" if self._authors else ""
        return (
            f"SELECT {self._labelled(_ENTRY)} FROM reports e {author} WHERE e.assignment_id::text = ANY(%s) "
            "ORDER BY e.assignment_id, e.created, e.id"
        )

    @property
    def _authors(self) -> bool:
        return self._schema.has("reports", "person_id") and self._schema.has("people", "id")

    def _ids(self, where: str) -> str:
        return (
            f"SELECT a.id::text AS id {self._from()} WHERE {where} AND {self._there()} AND a.id > %(after)s::bigint "
            "ORDER BY a.id LIMIT %(limit)s"
        )

    def _from(self) -> str:
        return "FROM assignments a JOIN assignment_incidents i ON i.assignment_id = a.id"

    def _there(self) -> str:
        """Not marked as deleted, of whatever type that mark is."""
        if not self._schema.has("assignments", "deleted"):
            return "true"
        return "COALESCE(a.deleted::text, 'f') IN ('f', 'false', '0')"

    def _labelled(self, columns: Mapping[str, str]) -> str:
        return ", ".join(f"{self._value(place)} AS {label}" for label, place in columns.items())

    def _value(self, place: str) -> str:
        letter, _, column = place.partition(".")
        there = self._schema.shows(letter, column)
        if letter == "p" and column == "name":  # of a ticket its client, of an entry its author
            there = self._schema.has("people", "name") and self._schema.has("people", "id")
        return f"{place}::text" if there else "NULL::text"


def writable(tables: Sequence[str]) -> str:
    """Which of these tables this user may change with, and whether it may do anything at all."""
    rights = " OR ".join(
        f"has_table_privilege(c.oid, '{right}')" for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
    )
    names = ", ".join(f"'{name}'" for name in tables)
    return (
        f"SELECT c.relname::text AS name FROM pg_class c WHERE c.relname IN ({names}) AND c.relkind IN ('r', 'p') "
        "AND c.relnamespace = ANY(SELECT oid FROM pg_namespace WHERE nspname = ANY(current_schemas(false))) "
        f"AND ({rights}) ORDER BY 1"
    )
