"""The SQL that tenants paste, run over the tables of the simulated tenant: it gives what the adapter expects.

It runs on MariaDB, and on SQLite with MySQL's few functions added, which is there on every machine.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions

from erp_bridge.adapters.integrator.settings import Queries
from erp_bridge.adapters.integrator.wire import ClientRow, CommentRow, RoleRow, TicketRow
from erp_bridge.sandbox.integrator.queries import Queries as SimulatedQueries
from integrator.database_box import DatabaseBox
from integrator.mariadb import PASSWORD, MariaDb
from integrator.shipped_sql import STATEMENTS, TICKET_QUERIES, arguments
from integrator.tenant_box import TenantBox

Run = Callable[..., list[dict[str, Any]]]
_DATES_AS_TEXT = {key: value for key, value in conversions.items() if key not in (FIELD_TYPE.DATETIME, FIELD_TYPE.DATE)}

#: What public sources show of each table; everything else is to be marked.
PROVEN = {
    "o": {"codoco", "numero_oco", "codcli", "codcon", "codpros", "codsercli", "codocop", "codcatoco", "codsto",
          "descri_oco", "data_lan", "data_sol"},
    "m": {"codoco", "descri_com"},
    "t": {"codocop", "nome_ocop"},
    "k": {"codcatoco", "descri_catoco"},
    "c": {"codcli", "nome_cli", "cpf", "cnpj", "ativo"},
}  # fmt: skip


@pytest.fixture(scope="module")
def box() -> TenantBox:
    return TenantBox()


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def run(request: pytest.FixtureRequest, box: TenantBox) -> Iterator[Run]:
    """A statement by name, with its parameters, in one of the databases."""
    yield from _in_sqlite(box) if request.param == "sqlite" else _in_mariadb(request.getfixturevalue("mariadb"))


def _in_sqlite(box: TenantBox) -> Iterator[Run]:
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.create_function("FIND_IN_SET", 2, lambda one, several: one in several.split(","))
    database.create_function("SUBSTRING_INDEX", 3, _substring_index)
    database.create_function("CONCAT", -1, lambda *parts: "".join(parts))
    for table in ("ocorrencias", "comentarios", "oco_padrao", "categoria_oco", "clientes", "cargos", "usuarios"):
        rows = list(box.sim.tables[table].values())
        names = list(rows[0])
        database.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        places = ", ".join(f":{name}" for name in names)
        database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)

    def run(name: str, **params: Any) -> list[dict[str, Any]]:
        limit = {"limite": int(params["limite"])} if "limite" in params else {}
        return [dict(row) for row in database.execute(STATEMENTS[name], {**params, **limit})]

    yield run
    database.close()


def _substring_index(text: str, by: str, count: int) -> str:
    parts = text.split(by)
    return by.join(parts[:count] if count > 0 else parts[count:])


def _in_mariadb(server: MariaDb) -> Iterator[Run]:
    DatabaseBox(server, "consultas", charset="utf8mb4")
    server.user("bridge_sql", "SELECT ON `consultas`.*")

    def run(name: str, **params: Any) -> list[dict[str, Any]]:
        """As Integrator might run it: values quoted, ``limite`` as it is, dates as texts."""
        values: dict[str, Any] = {**params, "limite": int(params.get("limite", "0"))}
        statement = re.sub(r"--.*", "", STATEMENTS[name]).replace("%", "%%")
        with server.root("consultas", user="bridge_sql", password=PASSWORD.encode(), conv=_DATES_AS_TEXT) as cursor:
            cursor.execute(re.sub(r":(\w+)", r"%(\1)s", statement), values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    yield run


def test_there_is_one_for_every_query():
    assert STATEMENTS.keys() == Queries.model_fields.keys()


@pytest.mark.parametrize("name", STATEMENTS)
def test_what_no_public_source_shows_is_marked(name):
    code = [line for line in STATEMENTS[name].split("\n") if not line.startswith("--")]
    for line in code:
        unproven = {
            f"{alias}.{column}"
            for alias, column in re.findall(r"\b([a-z])\.(\w+)", line.partition("--")[0])
            if column not in PROVEN.get(alias, set())
        }
        assert not unproven or "-- confirme" in line, line
        if re.search(r"\b(cargos|usuarios|data_com|alterado_em)\b", line):
            assert "-- confirme" in line, line


@pytest.mark.parametrize("name", TICKET_QUERIES)
def test_ticket_rows_carry_every_column_that_is_read(name):
    for column in TicketRow.model_fields:
        assert re.search(rf"\b{column}\b", STATEMENTS[name]), column


@pytest.mark.parametrize(
    ("name", "row"),
    [("comentarios", CommentRow), ("clientes", ClientRow), ("clientes_busca", ClientRow), ("cargos", RoleRow)],
)
def test_other_rows_carry_every_column_that_is_read(name, row):
    for column in row.model_fields:
        assert re.search(rf"\b{column}\b", STATEMENTS[name]), column


@pytest.mark.parametrize("name", STATEMENTS)
def test_it_gives_what_the_simulated_tenant_gives(name, box, run):
    simulated = SimulatedQueries(box.sim.store, change_stamp=False).by_name[name]
    record: Any = {"comentarios": CommentRow, "cargos": RoleRow}.get(
        name, TicketRow if name in TICKET_QUERIES else ClientRow
    )
    found_some = False
    for params in arguments(box)[name]:
        expected = [record.model_validate(row) for row in simulated(params)]
        found = [record.model_validate(row) for row in run(name, **params)]
        if name in ("clientes_busca", "cargos"):
            assert sorted(map(str, found)) == sorted(map(str, expected))
        else:
            assert found == expected
        found_some = found_some or bool(found)
    assert found_some
