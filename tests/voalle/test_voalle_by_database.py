"""The database reader against a real PostgreSQL that mirrors a simulated tenant."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from erp_bridge.adapters.voalle import address, sql
from erp_bridge.adapters.voalle.sql import Schema, Statements
from erp_bridge.core.adapter import Capability, Cursor, Page
from erp_bridge.core.errors import AuthError, BridgeError, ConfigError, Malformed, NotFound, Unavailable
from erp_bridge.core.model import Movimentacao, Status, Termo
from erp_bridge.core.text import normal
from support.postgres import PASSWORD, Postgres
from voalle.database_box import DatabaseBox
from voalle.voalle_box import FOOTER, LONG_AGO, twin


@pytest.fixture
def box(postgres: Postgres) -> Iterator[DatabaseBox]:
    found = DatabaseBox(postgres)
    with found.mirror():
        yield found


async def read(erp, since: datetime | Cursor = LONG_AGO) -> list[Page]:
    return [page async for page in erp.changed_since(since, clientes=False)]


def ids(pages: list[Page]) -> set[str]:
    return {ticket.id or "" for page in pages for ticket in page}


async def test_every_ticket_with_its_history_and_documents(box):
    async with box.reader(page_size=7) as erp:
        pages = await read(erp)
        unreadable = {entry.id for page in pages for entry in page.unreadable}
        assert ids(pages) | unreadable == set(box.tickets)
        tickets = [ticket for page in pages for ticket in page]
        history = {id: movements for page in pages for id, movements in page.movimentacoes.items()}
        for ticket in tickets:
            row = box.tickets[ticket.id or ""]
            assert (ticket.protocolo, ticket.titulo) == (str(row["protocol"]), row["title"])
            assert normal(ticket.descricao) == normal(row["description"])
            said = [r for r in box.reports(ticket.id or "") if r["type_operation"] != 1]
            assert [m.texto for m in history[ticket.id or ""] if m.texto] == [r["description"] for r in said]
            if row["client_id"]:
                person = box.sim.tables["people"][row["client_id"]]
                assert ticket.cliente is not None
                assert (ticket.cliente.nome, ticket.cliente.documento) == (person["name"], person["tx_id"] or None)
        closed = next(t for t in tickets if t.status is Status.SOLUCIONADO)
        assert closed.encerrado_em is not None  # quirk 22
        assert closed.encerrado_em.strftime("%Y-%m-%d %H:%M:%S") == box.tickets[closed.id or ""]["conclusion_date"]
        assert "PostgreSQL" in await erp.ping()
        assert Capability.GET_MANY in erp.capabilities
    assert box.sim.count("getsolicitation") == 0


async def test_single_records(box):
    id = box.an_open_one
    async with box.reader() as erp:
        found = await erp.get(id)
        assert await erp.find_by_protocolo(found.protocolo or "") == found
        assert found.cliente is not None
        assert id in [t.id for t in await erp.tickets_of_client(found.cliente.id or "")]
        assert await erp.find_by_protocolo("9\0") is None
        with pytest.raises(NotFound):
            await erp.get("x'; DROP TABLE assignments; --")
        box.sim.people.delete(id)
        box.db.refresh()
        with pytest.raises(NotFound):
            await erp.get(id)


async def test_what_people_do_shows_by_its_stamp(box):  # quirks 15, 25
    open_ones = [id for id, row in box.tickets.items() if row["incident_status_id"] == 1]
    commented, changed, solved = open_ones[:3]
    async with box.reader(overlap="0s") as erp:
        cursor = (await read(erp))[-1].cursor
        assert cursor is not None
        box.clock.advance(timedelta(hours=1))
        box.sim.people.edit(changed, title="Outro título")
        box.sim.people.solve(solved, "Feito")
        box.sim.people.add(  # an entry that stamps nothing but itself
            "reports",
            assignment_id=int(commented),
            person_id=None,
            title="",
            description="Só um relato",
            created=box.sim.store.stamp(),
            private=False,
            type_operation=2,
            team_id=None,
        )
        box.db.refresh()
        pages = await read(erp, cursor)
        assert {commented, changed, solved} <= ids(pages)
        assert len(ids(pages)) < 10
        found = {ticket.id: ticket for page in pages for ticket in page}
        assert (found[changed].titulo, found[solved].status) == ("Outro título", Status.SOLUCIONADO)
        assert pages[-1].cursor is not None
        assert pages[-1].cursor.instante > cursor.instante
        before = erp.requests
        await read(erp, pages[-1].cursor)
        assert erp.requests - before <= 3


async def test_many_records_on_one_stamp_are_all_read_again(box):
    async with box.reader(overlap="0s", page_size=3) as erp:
        cursor = (await read(erp))[-1].cursor
        assert cursor is not None
        box.clock.advance(3600)
        opened = {str(box.sim.people.open_ticket()) for _ in range(10)}
        box.db.refresh()
        pages = await read(erp, cursor)
        assert opened <= ids(pages)
        assert pages[-1].cursor is not None
        assert opened <= ids(await read(erp, pages[-1].cursor))  # the stamp may not be over yet


async def test_open_tickets(box):
    async with box.reader() as erp:
        found = {ticket.id async for page in erp.open_tickets() for ticket in page}
    assert found == {id for id, row in box.tickets.items() if row["incident_status_id"] not in (3, 4, 8)}


async def test_writing_goes_by_the_api_and_is_read_from_the_tables(box):
    async with box.reader() as erp:
        stored = await erp.create(twin(box.a_client()))
        assert stored.footer == FOOTER
        assert stored.versao is not None
        told = await erp.add_movement(stored.id or "", Movimentacao(texto="Oi", footer=FOOTER))
        assert [m.id for m in await erp.movements(stored.id or "")] == [told.id]
        wanted = (await erp.vocabulary("assunto"))[2]
        current = await erp.get(stored.id or "")
        changed = await erp.update(stored.id or "", expected=current.versao, assunto=Termo(id=wanted.id))
        assert changed.assunto is not None
        assert changed.assunto.id == wanted.id


async def test_it_only_ever_reads(box):
    async with box.reader() as erp:
        await read(erp)
        await erp.tickets_of_client(str(box.a_client()["id"]))
        postgres = erp._source._postgres
        with pytest.raises(Malformed, match="error 25006"):
            await postgres.rows("CREATE TEMPORARY TABLE x (id int)", operation="test")
    said = box.db.server.said_by("bridge")
    assert any("FROM assignments" in text for text in said)
    starts = (
        "select",
        "begin read only",
        "begin transaction read only",
        "commit",
        "rollback",
        "set ",
        "create temporary table x",
    )
    assert [text for text in said if not text.lower().startswith(starts)] == []


async def test_a_statement_has_a_time_limit_on_the_server(box):
    async with box.reader(timeout="100ms") as erp:
        with pytest.raises(Unavailable, match=r"within 0\.1 s"):
            await erp._source._postgres.rows("SELECT pg_sleep(5)", operation="test")
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_a_cancelled_statement_leaves_no_connection_behind(box):
    async with box.reader() as erp:
        running = asyncio.create_task(erp._source._postgres.rows("SELECT pg_sleep(5)", operation="test"))
        await asyncio.sleep(0.05)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_a_connection_that_broke_is_made_anew(box):
    async with box.reader() as erp:
        await erp.get(box.an_open_one)
        with box.db.server.admin() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bridge'")
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_a_user_who_may_write_is_refused(box):
    box.db.execute("GRANT UPDATE ON reports TO bridge")
    with pytest.raises(ConfigError, match=r"may write \(reports\).*GRANT SELECT"):
        async with box.reader():
            pass
    async with box.reader(database_url=box.db.url(allow_write_user="1")) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_columns_that_no_public_source_proves_may_be_missing(box):
    box.db.execute("ALTER TABLE reports DROP COLUMN private")
    box.db.execute("ALTER TABLE assignments DROP COLUMN conclusion_date")
    box.db.execute("ALTER TABLE contract_service_tags DROP COLUMN contract_id")
    box.db.execute("ALTER TABLE assignment_incidents DROP COLUMN team_id")
    async with box.reader() as erp:
        assert not erp.fields["departamento"].read
        assert not erp.fields["encerrado_em"].read
        assert not erp.fields["contrato"].read
        assert "not there: contrato, departamento, encerrado_em" in await erp.ping()
        assert len(ids(await read(erp))) > 10
        assert [t async for page in erp.open_tickets() for t in page]


async def test_a_schema_that_is_not_voalles(box):
    box.db.execute("ALTER TABLE reports DROP COLUMN created")
    with pytest.raises(ConfigError, match=r"no reports\.created"):
        async with box.reader():
            pass


async def test_a_schema_of_another_name(box):
    box.db.execute("CREATE SCHEMA erp")
    for table in sql.TABLES.values():
        box.db.execute(f"ALTER TABLE IF EXISTS {table} SET SCHEMA erp")
    box.db.execute("GRANT USAGE ON SCHEMA erp TO bridge")
    with pytest.raises(ConfigError, match="schema"):
        async with box.reader():
            pass
    box.after = None
    async with box.reader(database_url=box.db.url(schema="erp")) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_a_column_that_goes_while_we_look(box):
    async with box.reader() as erp:
        box.db.execute("ALTER TABLE assignment_incidents DROP COLUMN team_id")
        with pytest.raises(Malformed, match="gone since"):
            await erp.get(box.an_open_one)
        assert (await erp.get(box.an_open_one)).departamento is None


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda url: url.replace("segredo", "errado"), AuthError),
        (lambda url: url.replace("bridge:", "ninguem:"), AuthError),
        (lambda url: url.replace("/test_", "/nada_"), ConfigError),
        (lambda url: re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", url), Unavailable),
        (lambda url: url.replace("127.0.0.1", "nao-existe.invalid"), Unavailable),
    ],
)
async def test_an_address_that_leads_nowhere(box, change, kind):
    with pytest.raises(BridgeError) as error:
        async with box.reader(database_url=change(box.db.url())):
            pass
    assert isinstance(error.value, kind)
    text = "".join(traceback.format_exception(error.value))
    for piece in (PASSWORD, "segredo", "errado"):
        assert piece not in str(error.value)
    assert PASSWORD not in text


async def test_one_who_may_not_read(box):
    box.db.execute("REVOKE SELECT ON reports FROM bridge")
    with pytest.raises(ConfigError, match=r"reports\.id"):
        async with box.reader():
            pass


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:p@h/d", "postgresql://USER"),
        ("postgresql://h/d", "postgresql://USER"),
        ("postgresql://u:p@h", "postgresql://USER"),
        ("postgresql://u:p@h:x/d", "postgresql://USER"),
        ("postgresql://u:p@h/d?sslmode=maybe", "sslmode is one of"),
        ("postgresql://u:p@h/d?schemas=x", "known are host, schema"),
        ("postgresql://u:p@h/d?lag=soon", "lag"),
        ("postgresql://u:p@h/d?allow_write_user=maybe", "1 or 0"),
    ],
)
def test_wrong_addresses(url, words):
    with pytest.raises(ConfigError) as error:
        address.parse(url, "filial")
    assert words in str(error.value)
    assert "p@h" not in str(error.value)


def test_addresses():
    found = address.parse("postgresql://b:s%40%2F@db:6432/erp?schema=erp&sslrootcert=/ca.pem&lag=30s", "filial")
    assert (found.user, found.password, found.host, found.port, found.database) == ("b", "s@/", "db", 6432, "erp")
    assert (found.schema, found.sslmode, found.lag) == ("erp", "verify-full", timedelta(seconds=30))
    assert "s@/" not in repr(found)


def test_statements_name_what_is_there_only():
    rows = [{"name": table, "column": column} for table, columns in sql.NEEDED.items() for column in columns]
    bare = Statements(Schema.of(rows))
    assert Schema.of(rows).missing == []
    assert "NULL::text AS team" in bare.tickets(Statements.by_ids)
    assert "LEFT JOIN" not in bare.tickets(Statements.by_ids)
    assert "NULL::text AS author" in bare.entries()
    assert "conclusion_date" not in bare.open()
