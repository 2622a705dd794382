"""PostgreSQL's own part of the state store: how a session behaves, and which statements SQLite has no need of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, event, text

#: What a session never waits longer for, in milliseconds. A transaction that stands still belongs to a frozen process:
#: the server ends it, so that whoever takes over the pair need not wait for it.
LIMITS = {
    "idle_in_transaction_session_timeout": 10_000,
    "lock_timeout": 10_000,
    "statement_timeout": 30_000,
    "idle_session_timeout": 0,
}

#: Settings that older servers do not have.
SINCE = {"idle_session_timeout": 140_000}

#: A server that is gone without a word is noticed within half a minute.
_WIRE = {
    "application_name": "erp-bridge",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

_ONE_AT_A_TIME = 0x6272_6964_6765  # any number, the same for all of us: the schema is changed by one process at a time


def options(url: URL) -> dict[str, Any]:
    """Arguments of ``create_engine`` beside the address; what the address itself says goes first."""
    wire = {name: value for name, value in _WIRE.items() if name not in url.query}
    return {"pool_pre_ping": True, "connect_args": wire}


def tune(engine: Engine) -> None:
    event.listen(engine, "connect", _limit)


def _limit(connection: Any, _record: object) -> None:
    known = {name: value for name, value in LIMITS.items() if connection.info.server_version >= SINCE.get(name, 0)}
    connection.autocommit = True
    connection.execute("; ".join(f"SET {name} = {value}" for name, value in known.items()))
    connection.autocommit = False


def change_alone(connection: Connection) -> None:
    """Until this transaction ends no other process changes the schema, and none is hurried."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})


def now(connection: Connection) -> float:
    """The server's clock, the same for every host; seconds since 1970."""
    return float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())::float8")) or 0.0)


def started(connection: Connection) -> str:
    """When this server was started; advisory locks of before are gone."""
    query = "SELECT 'postgres ' || extract(epoch FROM pg_postmaster_start_time())::text"
    return str(connection.scalar(text(query)))


def renumber(connection: Connection, table: str) -> None:
    """After rows came with numbers of their own: the next one is above them all."""
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608  a table of ours
            f"(SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
        )
    )


def examine(connection: Connection) -> list[tuple[str, bool, str]]:
    """The server as the store finds it: topic, whether it is right, what was seen."""
    one = connection.execute(
        text(
            "SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,"
            " pg_is_in_recovery() AS copy, current_setting('synchronous_commit') AS commits"
        )
    ).one()
    seen = "a copy that only reads" if one.copy else f"PostgreSQL {one.version}"
    return [
        ("server", not one.copy, seen),
        ("encoding", one.encoding == "UTF8", str(one.encoding)),
        ("synchronous_commit", one.commits != "off", str(one.commits)),
    ]
