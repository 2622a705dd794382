"""A few read-only connections to one PostgreSQL, and what their errors mean.

No text of the driver gets into an error here: it may quote the user, the address or a client's data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from erp_bridge.adapters.voalle.address import Address
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import AuthError, BridgeError, ConfigError, Malformed
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.redact import redactor
from erp_bridge.transport.retry import persist
from erp_bridge.transport.verdict import Failure

CONNECTIONS = 2
_CONNECT_SECONDS = 5
_SHORTEST_BUDGET = 60.0  # seconds for all attempts of one statement

RowText = Mapping[str, str | None]
Parameters = Sequence[object] | Mapping[str, object] | None

#: Words of the driver and the server when nobody is let in, which come without a code.
_REFUSED = ("authentication failed", "no pg_hba.conf entry", "no password supplied", "role", "autenticação")
_NO_DATABASE = ("database",)
_UNTRUSTED = ("certificate", "SSL error")


class SchemaChanged(Malformed):
    """A table or column is gone since the schema was looked at: try again."""


class Postgres:
    """``requests`` counts the statements that were sent. Every statement is a transaction of its own, read only."""

    def __init__(self, erp: str, address: Address, timeout: float, zone: str, clock: Clock) -> None:
        self.requests = 0
        self._erp = erp
        self._address = address
        self._timeout = timeout
        self._zone = zone
        self._clock = clock
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[psycopg.AsyncConnection[dict[str, Any]]] = []
        redactor.remember(address.password)

    async def rows(self, statement: str, parameters: Parameters = None, *, operation: str) -> list[RowText]:
        """What a statement gives: columns by their labels, values as text. Raises as every reader of an ERP does."""
        try:
            return await persist(
                lambda _number: self._attempt(statement, parameters, operation),
                clock=self._clock,
                writes=False,
                budget=max(_SHORTEST_BUDGET, 2 * self._timeout),
            )
        except Failure as failure:
            raise failure.as_error(self._erp, operation, writes=False) from None

    async def aclose(self) -> None:
        while self._idle:
            with suppress(psycopg.Error):
                await self._idle.pop().close()

    async def _attempt(self, statement: str, parameters: Parameters, operation: str) -> list[RowText]:
        async with self._slots:
            guard = send_guard.get()
            if guard is not None:
                guard(self._timeout)
            self.requests += 1
            connection: psycopg.AsyncConnection[dict[str, Any]] | None = None
            try:
                async with asyncio.timeout(self._timeout + _CONNECT_SECONDS):
                    connection = self._idle.pop() if self._idle else await self._connected()
                    found = await self._read(connection, statement, parameters)
            except (psycopg.Error, TimeoutError, OSError) as error:
                if connection is not None:
                    with suppress(psycopg.Error):
                        await connection.close()
                raise self._meaning(error, operation, reached=connection is not None) from None
            except BaseException:
                if connection is not None:
                    await connection.close()
                raise
            self._idle.append(connection)
            return found

    async def _read(
        self, connection: psycopg.AsyncConnection[dict[str, Any]], statement: str, parameters: Parameters
    ) -> list[RowText]:
        async with connection.transaction(), connection.cursor() as cursor:
            await cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('TimeZone', %s, true), "
                "set_config('search_path', coalesce(%s, current_setting('search_path')), true)",
                (str(int(self._timeout * 1000)), self._zone, self._address.schema),
            )
            await cursor.execute(statement.encode(), parameters)
            return [dict(row) for row in await cursor.fetchall()]

    async def _connected(self) -> psycopg.AsyncConnection[dict[str, Any]]:
        """A connection on which every transaction begins as one that can only read."""
        at = self._address
        words = make_conninfo(
            host=at.host, port=at.port, user=at.user, password=at.password or None, dbname=at.database,
            sslmode=at.sslmode, sslrootcert=at.sslrootcert, connect_timeout=_CONNECT_SECONDS, client_encoding="utf8",
            application_name="erp-bridge",
        )  # fmt: skip
        found = await psycopg.AsyncConnection.connect(words, row_factory=dict_row, prepare_threshold=None)
        await found.set_read_only(True)
        return found

    # --- what an error means -----------------------------------------------------------------------------------

    def _meaning(self, error: BaseException, operation: str, *, reached: bool) -> Exception:
        if isinstance(error, TimeoutError) or (isinstance(error, psycopg.Error) and error.sqlstate == "57014"):
            text = f"the database gave no answer within {self._timeout:g} s: try again later, or raise timeout"
            return Failure("late", text, may_have_acted=True)
        if not reached or not isinstance(error, psycopg.Error):
            return self._not_reached(str(error), operation)
        code = error.sqlstate or ""
        if code == "42501":
            return self._error(AuthError, f"the database user may not read this: {grant(self._address)}", operation)
        if code in ("42P01", "42703", "3F000"):
            text = f"a table or column is gone since the schema was looked at (error {code}): try again"
            return self._error(SchemaChanged, text, operation)
        if code[:2] in ("53", "57", "08", "40") or not code:
            text = f"the database broke off before its answer was complete (error {code or '-'}): try again later"
            return Failure("lost", text, may_have_acted=True)
        return self._error(Malformed, f"the database answered with error {code}", operation)

    def _not_reached(self, words: str, operation: str) -> Exception:
        """Why no connection came about; by words, for the driver gives no code here."""
        quoted = '"' in words  # the server names a user or a database in quotation marks
        if any(sign in words for sign in _UNTRUSTED):
            text = "the database cannot be reached (its certificate is not trusted: check sslrootcert)"
            return Failure("unreachable", text, may_have_acted=False, passing=False)
        if "FATAL" in words and any(sign in words for sign in _REFUSED):
            text = (
                f"the database did not let the user of database_url in: check its password, or {grant(self._address)}"
            )
            return self._error(AuthError, text, operation)
        if "FATAL" in words and quoted and any(sign in words for sign in _NO_DATABASE):
            text = f"the server has no database {self._address.database}: correct it in database_url"
            return self._error(ConfigError, text, operation)
        text = "the database cannot be reached: check database_url, and that the server is running"
        return Failure("unreachable", text, may_have_acted=False)

    def _error(self, kind: type[BridgeError], text: str, operation: str) -> BridgeError:
        return kind(text, erp=self._erp, operation=operation)


def grant(address: Address) -> str:
    """The statements that make a user who can read and do nothing else."""
    schema = address.schema or "public"
    return (
        "CREATE ROLE bridge LOGIN PASSWORD '<password>'; "
        f"GRANT USAGE ON SCHEMA {schema} TO bridge; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO bridge"
    )
