"""The SQL that tenants paste, run over the tables of the simulated tenant: it gives what the adapter expects.

SQLite stands in for MySQL, with MySQL's few functions added.
"""

from __future__ import annotations

import re
import sqlite3
from importlib.resources import files
from typing import Any

import pytest

from erp_bridge.adapters.integrator.settings import Queries
from erp_bridge.adapters.integrator.wire import ClientRow, CommentRow, RoleRow, TicketRow
from erp_bridge.sandbox.integrator.queries import Queries as SimulatedQueries
from integrator.tenant_box import TenantBox

SQL = (files("erp_bridge.adapters.integrator") / "queries.sql").read_text(encoding="utf-8")
STATEMENTS = dict(re.findall(r"^-- name: (\w+)\n(.*?)(?=^-- name:|\Z)", SQL, re.DOTALL | re.MULTILINE))
TICKET_QUERIES = ("atendimentos", "abertos", "atendimento", "atendimento_protocolo", "atendimentos_cliente")

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


@pytest.fixture(scope="module")
def database(box: TenantBox) -> sqlite3.Connection:
    found = sqlite3.connect(":memory:")
    found.row_factory = sqlite3.Row
    found.create_function("FIND_IN_SET", 2, lambda one, several: one in several.split(","))
    found.create_function("SUBSTRING_INDEX", 3, _substring_index)
    found.create_function("CONCAT", -1, lambda *parts: "".join(parts))
    for table in ("ocorrencias", "comentarios", "oco_padrao", "categoria_oco", "clientes", "cargos", "usuarios"):
        rows = list(box.sim.tables[table].values())
        names = list(rows[0])
        found.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        places = ", ".join(f":{name}" for name in names)
        found.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    return found


def _substring_index(text: str, by: str, count: int) -> str:
    parts = text.split(by)
    return by.join(parts[:count] if count > 0 else parts[count:])


def run(database: sqlite3.Connection, name: str, **params: Any) -> list[dict[str, Any]]:
    limit = {"limite": int(params["limite"])} if "limite" in params else {}
    return [dict(row) for row in database.execute(STATEMENTS[name], {**params, **limit})]


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


def arguments(box: TenantBox) -> dict[str, list[dict[str, str]]]:
    some = list(box.tickets.values())
    codocos = sorted(row["codoco"] for row in box.comments.values())[::2]
    return {
        "atendimentos": [
            {"desde": desde, "apos": apos, "limite": "7"}
            for desde in ("2000-01-01", "2026-09-01 00:00:00")
            for apos in ("", some[9]["codoco"])
        ],
        "abertos": [{"apos": "", "limite": "1000"}, {"apos": some[9]["codoco"], "limite": "3"}],
        "atendimento": [{"codoco": some[3]["codoco"]}, {"codoco": "none"}],
        "atendimento_protocolo": [{"numero_oco": some[3]["numero_oco"]}],
        "atendimentos_cliente": [{"codcli": row["codcli"]} for row in some[:5] if row["codcli"]],
        "comentarios": [{"codocos": ",".join(sorted(set(codocos)))}],
        "clientes": [{"documento": re.sub(r"\W", "", box.a_client["cpf"] or box.a_client["cnpj"])}],
        "clientes_busca": [{"texto": box.a_client["nome_cli"][:4], "limite": "100"}],
        "cargos": [{}],
    }  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_it_gives_what_the_simulated_tenant_gives(name, box, database):
    simulated = SimulatedQueries(box.sim.store, change_stamp=False).by_name[name]
    record: Any = {"comentarios": CommentRow, "cargos": RoleRow}.get(
        name, TicketRow if name in TICKET_QUERIES else ClientRow
    )
    found_some = False
    for params in arguments(box)[name]:
        expected = [record.model_validate(row) for row in simulated(params)]
        found = [record.model_validate(row) for row in run(database, name, **params)]
        if name == "clientes_busca":
            expected, found = sorted(expected, key=lambda r: r.codcli), sorted(found, key=lambda r: r.codcli)
        assert found == expected
        found_some = found_some or bool(found)
    assert found_some
