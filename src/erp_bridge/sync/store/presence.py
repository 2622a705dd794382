"""A sign that a process lives, which ends with the process: so a dead holder of a lease is noticed at once.

Beside a SQLite store it is a locked file that names the token, on PostgreSQL an advisory lock of a session that the
process keeps open. A sign proves death only where it was shown: on this host, on a server not restarted since.
"""

from __future__ import annotations

import hashlib
import os
import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from erp_bridge.sync.store import postgres
from erp_bridge.sync.store.failure import plain_errors


class Sign(Protocol):
    """The sign of one process for one pair."""

    def place(self, tx: Connection) -> str:
        """Where it shows. A sign that was shown in another place proves nothing here."""
        ...

    def died(self, tx: Connection, token: int) -> bool:
        """Whether the process that showed that token is certainly gone."""
        ...

    def show(self, token: int) -> None:
        """This process holds that token, from now on and as long as it lives."""
        ...

    def interrupted(self) -> bool:
        """Whether it went out since this was last asked; it shows again, but who looked may have thought us dead."""
        ...


class Presence(Protocol):
    """All signs of this process in one store."""

    def at(self, pair: str) -> AbstractContextManager[Sign]: ...

    def close(self) -> None: ...


class _FileSign:
    """A lock on a file that holds the token. Only who has the lock writes there, so it speaks of nobody else."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._token: int | None = None
        self._locked = self._lock()

    def _lock(self) -> bool:
        import fcntl  # there is none on Windows, where nothing else of this package is missing

        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def place(self, tx: Connection) -> str:
        return socket.gethostname()

    def died(self, tx: Connection, token: int) -> bool:
        return self._locked and os.pread(self._handle, 40, 0).strip() == str(token).encode()

    def show(self, token: int) -> None:
        self._token = token
        if self._locked:
            os.pwrite(self._handle, f"{token:<24}\n".encode(), 0)  # to cut it off first would cost a write to disk

    def interrupted(self) -> bool:
        if not self._locked and self._token is not None:  # whoever was frozen with the lock has let it go, perhaps
            self._locked = self._lock()
            self.show(self._token)
        return False


class Files:
    """Signs beside a SQLite store."""

    def __init__(self, store: Path) -> None:
        self._store = store

    @contextmanager
    def at(self, pair: str) -> Iterator[Sign]:
        name = re.sub(r"[^\w.-]", "_", pair)
        handle = os.open(Path(f"{self._store}-{name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            yield _FileSign(handle)
        finally:
            os.close(handle)

    def close(self) -> None:
        """Each sign goes out by itself."""


class _SessionSign:
    """An advisory lock whose number stands for one token of one pair."""

    def __init__(self, session: Session, pair: str) -> None:
        self._session = session
        self._pair = pair
        self._shown: list[int] = []
        self._seen = session.lives

    def place(self, tx: Connection) -> str:
        return postgres.started(tx)

    def died(self, tx: Connection, token: int) -> bool:
        # looked up, not tried: behind a pooler the server's session may be one that both of us share
        number = self._number(token) & (2**64 - 1)
        held = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = :high AND objid::bigint = :low"
        )
        return not tx.scalar(held, {"high": number >> 32, "low": number & (2**32 - 1)})

    def show(self, token: int) -> None:
        self._shown.append(self._number(token))
        self._session.lock(self._shown[-1])
        self._seen = self._session.lives

    def interrupted(self) -> bool:
        before, self._seen = self._seen, self._session.alive()
        return before != self._seen

    def end(self) -> None:
        for number in self._shown:
            self._session.unlock(number)

    def _number(self, token: int) -> int:
        digest = hashlib.blake2b(f"{self._session.salt} {self._pair} {token}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


class Session:
    """One session of this process on the server, for all its pairs; opened again when it breaks.

    The connection must be a session of its own: through a pooler that shares sessions between transactions, the death
    of a process is noticed by the time to live alone.
    """

    def __init__(self, engine: Engine, salt: str) -> None:
        self.salt = salt  # other stores in the same database have another
        self.lives = 0
        self._engine = engine
        self._connection: Connection | None = None
        self._numbers: set[int] = set()
        self._missing: set[int] = set()  # not ours yet: our former session still has them
        self._alone = threading.RLock()

    @contextmanager
    def at(self, pair: str) -> Iterator[Sign]:
        sign = _SessionSign(self, pair)
        try:
            yield sign
        finally:
            sign.end()

    def lock(self, number: int) -> None:
        with self._alone, plain_errors():
            self._numbers.add(number)
            self._missing.add(number)
            self._make_sure()

    def unlock(self, number: int) -> None:
        with self._alone, suppress(SQLAlchemyError):  # a session that is gone holds nothing
            self._numbers.discard(number)
            self._missing.discard(number)
            if self._connection is not None:
                self._connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})

    def alive(self) -> int:
        """Make sure of the session; how many there have been, so that an interruption shows."""
        with self._alone, plain_errors():
            self._make_sure()
            return self.lives

    def close(self) -> None:
        with self._alone, suppress(SQLAlchemyError):
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _make_sure(self) -> None:
        connection = self._connection
        if connection is None or not _answers(connection):
            connection = self._open()
            self._missing |= self._numbers
        for number in tuple(self._missing):
            self._take(connection, number)

    def _open(self) -> Connection:
        self.close()
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # it is none of the pool's
        self._connection = connection
        self.lives += 1
        return connection

    def _take(self, connection: Connection, number: int) -> None:
        got = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number})
        (self._missing.discard if got else self._missing.add)(number)


def _answers(connection: Connection) -> bool:
    """Whether the session stands. A quiet socket is one that the server has not closed: no need to ask it."""
    try:
        driver: Any = connection.connection.dbapi_connection
        wire = select.poll()
        wire.register(driver.fileno(), select.POLLIN)
        if wire.poll(0):
            connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, ValueError):
        return False
    return True
