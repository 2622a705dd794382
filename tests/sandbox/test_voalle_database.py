"""The simulated Voalle as a database: its tables written into a real one, and kept in step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from voalle_sim_box import LOCAL, STARTED, WAITING, Box

from erp_bridge.sandbox.voalle import VoalleDatabase
from erp_bridge.sandbox.voalle.database import SCHEMA


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as connection:
        yield connection
    connection.close()


def test_all_tables_and_rows_are_written(connection: sqlite3.Connection) -> None:
    box = Box()
    VoalleDatabase(box.sim, connection, mark="?").refresh()
    for table, columns in SCHEMA.items():
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert count == len(box.sim.tables[table]) > 0, table
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        assert names == list(columns)


def test_a_ticket_as_the_vendors_names_join_it(connection: sqlite3.Connection) -> None:
    box = Box()
    id = box.sim.people.open_ticket(title="Sem sinal", description="Texto 🙂")
    box.sim.people.comment(id, "Ligou de novo")
    VoalleDatabase(box.sim, connection, mark="?").refresh()
    row = connection.execute(
        "SELECT a.title, a.description, a.modified, i.protocol, s.title, t.title, p.name FROM assignments a "
        "JOIN assignment_incidents i ON i.assignment_id = a.id JOIN incident_status s ON s.id = i.incident_status_id "
        "JOIN incident_types t ON t.id = i.incident_type_id JOIN people p ON p.id = i.client_id WHERE a.id = ?",
        [id],
    ).fetchone()
    assert row[:5] == ("Sem sinal", "Texto 🙂", LOCAL, box.ticket(id)["protocol"], "Abertura")
    said = connection.execute("SELECT description FROM reports WHERE assignment_id = ? ORDER BY id", [id]).fetchall()
    assert said == [("Texto 🙂",), ("Ligou de novo",)]
    tag = connection.execute(
        "SELECT c.client_id FROM contract_service_tags g JOIN contracts c ON c.id = g.contract_id WHERE g.id = ?",
        [box.tag_of(box.served())],
    ).fetchone()
    assert tag == (box.served(),)


def test_what_changes_is_carried_over_and_nothing_else(connection: sqlite3.Connection) -> None:
    box = Box()
    database = VoalleDatabase(box.sim, connection, mark="?")
    assert database.refresh() == sum(len(box.sim.tables[table]) for table in SCHEMA)
    assert database.refresh() == 0
    id = box.world.right.tickets[-1].id
    box.sim.people.set_status(id, WAITING)
    database.refresh()
    box.later(minutes=1)
    box.sim.people.set_status(id, STARTED)
    assert database.refresh() == 4  # two rows of the ticket, each taken away and written anew
    modified = connection.execute("SELECT modified FROM assignments WHERE id = ?", [id]).fetchone()
    assert modified == ("2026-03-10 12:01:00",)
    gone = next(iter(box.sim.tables["people"]))
    del box.sim.tables["people"][gone]
    assert database.refresh() == 1
    assert connection.execute("SELECT count(*) FROM people WHERE id = ?", [gone]).fetchone() == (0,)


def test_a_schema_that_exists_may_be_named(connection: sqlite3.Connection) -> None:
    connection.execute("ATTACH ':memory:' AS erp")
    box = Box()
    VoalleDatabase(box.sim, connection, schema="erp", mark="?").refresh()
    assert connection.execute("SELECT count(*) FROM erp.teams").fetchone() == (5,)
