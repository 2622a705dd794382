"""A few read-only connections to one MySQL or MariaDB, used from threads, and what their errors mean.

No text of the driver gets into an error here: it may quote the user, the address or a client's data.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event
from sqlalchemy.exc import DBAPIError

from erp_bridge.adapters.integrator.address import Address
from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import AuthError, BridgeError, ConfigError, Malformed
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.redact import redactor
from erp_bridge.transport.retry import persist
from erp_bridge.transport.verdict import Failure

CONNECTIONS = 2
_CONNECT_SECONDS = 5.0
_RECYCLE_SECONDS = 300
_SHORTEST_BUDGET = 60.0  # seconds for all attempts of one statement

#: Errors of the server and the driver, by what one does about them.
_UNKNOWN_VARIABLE, _NOT_UNDERSTOOD = 1193, 1064
_NO_SUCH_SCHEMA, _NO_SUCH_CHARSET = 1049, 1115
_NOT_REACHED = frozenset({2002, 2003, 2005})
_REFUSED = frozenset({1044, 1045, 1129, 1130, 1251, 1698, 1820, 1862, 2059, 3118, 4151})
_NOT_GRANTED = frozenset({1142, 1143, 1227, 1370})
_NOT_THERE = frozenset({1054, 1146})
_TOO_LONG = frozenset({1969, 3024})
_LOST = frozenset({0, 1053, 1158, 1159, 1160, 1161, 1184, 1205, 1213, 1317, 1927, 2006, 2013, 2055})
_FULL = frozenset({1040, 1203, 1226})


class SchemaChanged(Malformed):
    """A table or column is gone since the schema was looked at: try again."""


class Mysql:
    """``requests`` counts the statements that were sent."""

    def __init__(self, erp: str, address: Address, timeout: float, clock: Clock) -> None:
        self.requests = 0
        self._erp = erp
        self._address = address
        self._timeout = timeout
        self._clock = clock
        self._slots = asyncio.Semaphore(CONNECTIONS)
        redactor.remember(address.password)
        self._engine = self._opened()

    async def rows(self, statement: Executable, *, operation: str) -> list[RowData]:
        """What a statement gives: columns by their labels, values as text. Raises as every reader of an ERP does."""
        try:
            return await persist(
                lambda _number: self._attempt(statement, operation),
                clock=self._clock,
                writes=False,
                budget=max(_SHORTEST_BUDGET, 2 * self._timeout),
            )
        except Failure as failure:
            raise failure.as_error(self._erp, operation, writes=False) from None

    async def aclose(self) -> None:
        await asyncio.to_thread(self._engine.dispose)

    # --- one statement -----------------------------------------------------------------------------------------

    async def _attempt(self, statement: Executable, operation: str) -> list[RowData]:
        async with self._slots:  # so that nobody waits for a connection inside a thread
            guard = send_guard.get()
            if guard is not None:
                guard(self._timeout)
            self.requests += 1
            line = _Line()
            try:
                return await asyncio.to_thread(self._read, statement, operation, line)
            except asyncio.CancelledError:
                line.cut()
                raise

    def _read(self, statement: Executable, operation: str, line: _Line) -> list[RowData]:
        try:
            with self._engine.connect() as connection:
                line.take(connection)
                try:
                    answer = connection.execute(statement)
                except UnicodeEncodeError:
                    return []  # what the connection's charset cannot say stands in no column either
                names = list(answer.keys())
                return [dict(zip(names, map(as_text, row), strict=True)) for row in answer]
        except DBAPIError as error:
            raise self._meaning(error.orig, operation) from None
        except RuntimeError as error:
            if "cryptography" not in str(error):
                raise
            text = (
                "the server wants a way of logging in that needs an encrypted connection: add ssl_ca to database_url, "
                "or install the package cryptography"
            )
            raise self._error(AuthError, text, operation) from None

    # --- the connections ---------------------------------------------------------------------------------------

    def _opened(self) -> Engine:
        at = self._address
        url = URL.create("mysql+pymysql", at.user, host=at.host, port=at.port, database=at.schema)
        arguments: dict[str, Any] = {
            "password": at.password.encode(),  # as text the driver would take it for latin1
            "charset": at.charset,
            "sql_mode": "",  # that of the server might change what a quote or a backslash means
            "connect_timeout": min(_CONNECT_SECONDS, self._timeout),
            "read_timeout": self._timeout,
            "write_timeout": self._timeout,
            "autocommit": True,  # every statement sees what is there now
        }
        if at.unix_socket:
            arguments["unix_socket"] = at.unix_socket
        if at.ssl_ca:
            arguments["ssl"] = self._tls(at.ssl_ca)
        engine = create_engine(
            url,
            connect_args=arguments,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            pool_recycle=_RECYCLE_SECONDS,
            pool_reset_on_return=None,
            skip_autocommit_rollback=True,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
        )
        event.listen(engine, "connect", self._read_only)
        return engine

    def _read_only(self, connection: Any, _record: object) -> None:
        """Nothing can be written over this connection, and no statement outlives our patience on the server."""
        with connection.cursor() as cursor:
            for command in (
                "SET SESSION TRANSACTION READ ONLY",
                f"SET SESSION max_statement_time = {self._timeout:g}",  # MariaDB
                f"SET SESSION max_execution_time = {int(self._timeout * 1000)}",  # MySQL
            ):
                try:
                    cursor.execute(command)
                except Exception as error:
                    if _code(error) not in (_UNKNOWN_VARIABLE, _NOT_UNDERSTOOD):  # servers that are too old for it
                        raise

    def _tls(self, ca: str) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=ca)
        except (OSError, ValueError):
            text = "database_url: the file of ssl_ca cannot be read as certificates"
            raise ConfigError(text, erp=self._erp) from None
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # which the certificates that MySQL makes do not pass
        context.check_hostname = self._address.ssl_check_hostname
        return context

    # --- what an error means -----------------------------------------------------------------------------------

    def _meaning(self, error: BaseException | None, operation: str) -> Exception:
        code, schema = _code(error), self._address.schema
        if code in _NOT_REACHED:
            return self._not_reached(getattr(error, "original_exception", None))
        if code in _TOO_LONG or (code == 2013 and "timed out" in str(error)):
            text = f"the database gave no answer within {self._timeout:g} s: try again later, or raise timeout"
            return Failure("late", text, may_have_acted=True)
        if code in _LOST:
            text = f"the database broke off before its answer was complete (error {code}): try again later"
            return Failure("lost", text, may_have_acted=True)
        if code in _FULL:
            text = f"the database takes no more connections (error {code}): try again later"
            return Failure("full", text, may_have_acted=False)
        if code in _REFUSED:
            text = (
                f"the database did not let the user of database_url in (error {code}): check its password and host, or "
            )
            return self._error(AuthError, text + grant(schema), operation)
        if code in _NOT_GRANTED:
            return self._error(AuthError, f"the database user may not read this: {grant(schema)}", operation)
        if code == _NO_SUCH_SCHEMA:
            text = f"the server has no schema {schema}: correct it in database_url"
            return self._error(ConfigError, text, operation)
        if code == _NO_SUCH_CHARSET:
            text = "the server does not know this charset: add charset=utf8 or charset=latin1 to database_url"
            return self._error(ConfigError, text, operation)
        if code in _NOT_THERE:
            text = f"a table or column is gone since the schema was looked at (error {code}): try again"
            return self._error(SchemaChanged, text, operation)
        return self._error(Malformed, f"the database answered with error {code}", operation)

    def _not_reached(self, cause: BaseException | None) -> Failure:
        why, passing = "", True
        match cause:
            case ssl.SSLCertVerificationError():
                why, passing = " (its certificate is not trusted: check ssl_ca)", False
            case socket.gaierror():
                why = " (its host is not found)"
            case TimeoutError():
                why = " (it did not answer in time)"
            case ConnectionRefusedError():
                why = " (connection refused)"
            case FileNotFoundError() | PermissionError():
                why = " (its socket cannot be opened)"
        text = f"the database cannot be reached{why}: check database_url, and that the server is running"
        return Failure("unreachable", text, may_have_acted=False, passing=passing)

    def _error(self, kind: type[BridgeError], text: str, operation: str) -> BridgeError:
        return kind(text, erp=self._erp, operation=operation)


class _Line:
    """The connection that a statement is running on, to be torn down when nobody waits for the answer any more."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._unwanted = False

    def take(self, connection: Connection) -> None:
        self._socket = getattr(connection.connection.dbapi_connection, "_sock", None)
        if self._unwanted:
            self.cut()

    def cut(self) -> None:
        self._unwanted = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def as_text(value: object) -> str | None:
    """A value as text: bytes as UTF-8, in which every byte that does not fit is Windows-1252 (quirk 8)."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "erp_bridge.foreign_bytes")  # registered by transport.reply
    return None if value is None else str(value)


def grant(schema: str) -> str:
    """The statement that makes a user who can read and do nothing else."""
    return f"GRANT SELECT ON `{schema}`.* TO 'bridge'@'<the bridge's address>' IDENTIFIED BY '<password>'"


def _code(error: BaseException | None) -> int:
    code = error.args[0] if error is not None and error.args else 0
    return code if isinstance(code, int) else 0
