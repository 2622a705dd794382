"""Tenants whose tables stand in a real MariaDB, as the simulator has them. Import as ``integrator.database_box``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx2

from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.sandbox.integrator import IntegratorSimulator
from integrator.mariadb import MariaDb
from integrator.tenant_box import InProcess, TenantBox

_CODE, _NAME = "CHAR(10)", "VARCHAR(60)"
_ZERO = "DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00'"

#: The schema of a tenant, as far as public sources show it: table → column → type.
PROVEN: Mapping[str, Mapping[str, str]] = {
    "ocorrencias": {
        "codoco": "CHAR(10) NOT NULL PRIMARY KEY", "numero_oco": "VARCHAR(20)", "codcli": "INT UNSIGNED",
        "codcon": _CODE, "codpros": _CODE, "codsercli": _CODE, "codocop": _CODE, "codcatoco": _CODE, "codsto": _CODE,
        "descri_oco": "LONGTEXT", "data_lan": _ZERO, "data_sol": _ZERO,
    },
    "comentarios": {"codoco": "CHAR(10) NOT NULL, KEY (codoco)", "descri_com": "LONGTEXT"},
    "oco_padrao": {"codocop": "CHAR(10) PRIMARY KEY", "nome_ocop": _NAME},
    "categoria_oco": {"codcatoco": "CHAR(10) PRIMARY KEY", "descri_catoco": _NAME},
    "ordem_servico": {
        "codords": "CHAR(10) PRIMARY KEY", "numero_os": "INT", "codoco": "CHAR(10), KEY (codoco)", "codtords": _CODE,
        "codmfos": _CODE, "obs": "TEXT", "data_cad": "DATE",
    },
    "motivo_fechamento_os": {"codmfos": "CHAR(10) PRIMARY KEY", "descri_mfos": _NAME},
    "clientes": {
        "codcli": "INT UNSIGNED PRIMARY KEY", "nome_cli": "VARCHAR(100)", "nome_fan": _NAME, "cpf": "VARCHAR(18)",
        "cnpj": "VARCHAR(20)", "ativo": "CHAR(1)",
    },
    "servicos_cli": {"codsercli": "CHAR(10) PRIMARY KEY", "codcli": "INT UNSIGNED", "codser": _CODE, "codest": _CODE},
    "servicos": {"codser": "CHAR(10) PRIMARY KEY", "descri_ser": _NAME},
    "status": {"codest": "CHAR(10) PRIMARY KEY", "descri_est": _NAME},
}  # fmt: skip
#: What tenants may well have beside it.
LIKELY: Mapping[str, Mapping[str, str]] = {
    "ocorrencias": {
        "codcar": _CODE, "tipo_contato": "CHAR(20)", "nome_contato": _NAME,
    },
    "comentarios": {"codcom": "CHAR(10) PRIMARY KEY", "data_com": "DATETIME, KEY (data_com)", "codusu": _CODE},
    "oco_padrao": {"ativo": "CHAR(1)"},
    "cargos": {"codcar": "CHAR(10) PRIMARY KEY", "nome_car": _NAME},
    "usuarios": {"codusu": "CHAR(10) PRIMARY KEY", "nome_usu": _NAME},
}  # fmt: skip

#: Whom to call back, which the saved queries of the simulator do not show.
CONTACT: Mapping[str, Mapping[str, str]] = {
    "ocorrencias": {"celular_resposta": _NAME, "fone_resposta": _NAME, "email_resposta": _NAME}
}

#: The stamp of a ticket's last change, which most tenants do not have (quirk 23).
STAMP: Mapping[str, Mapping[str, str]] = {"ocorrencias": {"alterado_em": "DATETIME"}}

Tables = Mapping[str, Mapping[str, str]]

#: When it is on the database server unless a test says otherwise: nothing in the tables is too fresh.
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def joined(*parts: Tables) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        for name, columns in part.items():
            found.setdefault(name, {}).update(columns)
    return found


class MirroredTables:
    """A schema of its own on the server that shows a simulator's tables, and a user who may read it."""

    def __init__(
        self, server: MariaDb, sim: IntegratorSimulator, schema: str, columns: Tables, charset: str = "latin1"
    ) -> None:
        self.server, self.sim, self.schema, self.columns = server, sim, schema, columns
        self.user = f"bridge_{schema}"
        make_schema(server, schema, columns, charset)
        server.user(self.user, f"SELECT ON `{schema}`.*")
        self.set_clock(LATER)
        self.mirror()

    def mirror(self) -> None:
        """The simulator's tables, as they are now, in the database: all at once, for it is read at the same time."""
        with self.server.root(self.schema, autocommit=False) as cursor:
            for name, columns in self.columns.items():
                cursor.execute(f"DELETE FROM {name}")
                insert(cursor, name, list(columns), self.sim.tables[name].values())
            cursor.connection.commit()

    def set_clock(self, now: datetime) -> None:
        """The time that the database server tells its new users from here on."""
        with self.server.root() as cursor:
            cursor.execute("SET GLOBAL init_connect = %s", (f"SET SESSION timestamp = {int(now.timestamp())}",))

    def sql(self, statement: str, *values: Any) -> Sequence[Any]:
        """Something that happens in the tenant's database behind the simulator's back."""
        with self.server.root(self.schema) as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def url(self, **options: str) -> str:
        return self.server.url(self.schema, self.user, **options)

    def transport(self) -> httpx2.AsyncBaseTransport:
        """The simulator in process; after each request the database shows what came of it."""
        return _Mirroring(self)


class _Mirroring(InProcess):
    def __init__(self, tables: MirroredTables) -> None:
        super().__init__(tables.sim.app)
        self._tables = tables

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        finally:
            if b"view.execute" not in request.content and b"listTypes" not in request.content:
                self._tables.mirror()


class DatabaseBox(TenantBox):
    """A tenant whose tables show in a real database: ``db``."""

    def __init__(
        self,
        server: MariaDb,
        schema: str = "ispintegrator",
        *,
        charset: str = "latin1",
        columns: Tables | None = None,
        **keys: Any,
    ) -> None:
        super().__init__(**{"charset": "latin1" if charset == "latin1" else "utf8", **keys})
        columns = joined(PROVEN, LIKELY) if columns is None else columns
        if keys.get("change_stamp"):
            columns = joined(columns, STAMP)
        self.db = MirroredTables(server, self.sim, schema, columns, charset)
        self.server, self.schema, self.columns, self.user = server, schema, columns, self.db.user
        self.mirror, self.sql, self.url, self.set_clock = self.db.mirror, self.db.sql, self.db.url, self.db.set_clock

    def reader(self, url: str = "", **keys: Any) -> IntegratorAdapter:
        """The adapter that reads the database, without any saved query; what it writes shows there at once."""
        return self.adapter(wire=self.db.transport, **{"queries": {}, "database_url": url or self.url(), **keys})


def make_schema(server: MariaDb, schema: str, columns: Tables, charset: str) -> None:
    with server.root() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{schema}`")
        cursor.execute(f"CREATE DATABASE `{schema}` CHARACTER SET {charset}")
        cursor.execute(f"USE `{schema}`")
        for name, found in columns.items():
            lines = ", ".join(f"{column} {kind}" for column, kind in found.items())
            cursor.execute(f"CREATE TABLE {name} ({lines})")


def insert(cursor: Any, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    values = [tuple(row.get(column) for column in columns) for row in rows]
    if values:
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", values)
