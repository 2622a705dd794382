"""One writer per pair: a lease in the store, with a fencing token that every write transaction checks.

The lease is renewed by a thread of its own, so that a busy event loop does not lose it. A holder that died on this host
is noticed at once by a lock file beside a SQLite store; the time to live covers frozen holders and other hosts.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from erp_bridge.core.errors import BridgeError
from erp_bridge.sync.store.database import Database, Fence, LeaseLost, StoreError, sqlite_path
from erp_bridge.sync.store.schema import leases

TTL = 15.0  # seconds
RENEW_EVERY = 4.0


class PairHeld(BridgeError):
    """Another process is working on this pair: wait until it has ended, or stop it."""


class Lease:
    """The right to work on one pair, while it lasts."""

    def __init__(self, db: Database, fence: Fence, *, ttl: float = TTL) -> None:
        self.fence = fence
        self._db = db
        self._ttl = ttl
        self._expires = time.time() + ttl
        self._lock = threading.Lock()
        self._lost = threading.Event()

    def ensure(self, seconds: float) -> None:
        """Make the lease outlast a request that may take so long. Raises ``LeaseLost`` when it is no longer ours.

        Called right before every send: an overtaken worker starts no request.
        """
        if self._lost.is_set():
            raise LeaseLost(f"another process has taken over {self.fence.pair}")
        if self._expires - time.time() <= seconds:
            self.renew(seconds + self._ttl)

    def renew(self, ttl: float | None = None) -> None:
        with self._lock:
            expires = max(time.time() + (ttl or self._ttl), self._expires)
            try:
                with self._db.write() as tx:
                    ours = (leases.c.pair == self.fence.pair, leases.c.token == self.fence.token)
                    done = tx.execute(update(leases).where(*ours).values(expires=expires))
            except StoreError:
                if time.time() >= self._expires:
                    self._lost.set()
                raise
            if done.rowcount == 0:
                self._lost.set()
                raise LeaseLost(f"another process has taken over {self.fence.pair}")
            self._expires = expires

    def release(self) -> None:
        with self._db.write() as tx:
            ours = (leases.c.pair == self.fence.pair, leases.c.token == self.fence.token)
            tx.execute(update(leases).where(*ours).values(expires=0.0))


@contextmanager
def hold(db: Database, pair: str, *, ttl: float = TTL, renew_every: float = RENEW_EVERY) -> Iterator[Lease]:
    """Hold the lease of a pair for a block. Raises ``PairHeld`` at once when somebody alive has it."""
    with _host_lock(db, pair) as alone:
        with db.write() as tx:
            fence = Fence(pair, _take(tx, pair, alone=alone, ttl=ttl))
        lease = Lease(db, fence, ttl=ttl)
        stop = threading.Event()
        thread = threading.Thread(target=_keep, args=(lease, stop, renew_every), name=f"lease-{pair}", daemon=True)
        thread.start()
        try:
            yield lease
        finally:
            stop.set()
            thread.join()
            lease.release()


def holder(tx: Connection, pair: str) -> str | None:
    """Who works on the pair now, or None."""
    row = tx.execute(select(leases).where(leases.c.pair == pair)).first()
    return str(row.holder) if row is not None and row.expires > time.time() else None


def _take(tx: Connection, pair: str, *, alone: bool, ttl: float) -> int:
    """The next token of the pair. ``alone``: no living process of this host holds it."""
    now, host = time.time(), socket.gethostname()
    values = {"holder": f"{host} pid {os.getpid()}", "host": host, "expires": now + ttl}
    row = tx.execute(select(leases).where(leases.c.pair == pair)).first()
    if row is None:
        tx.execute(insert(leases).values(pair=pair, token=1, **values))
        return 1
    died_here = alone and row.host == host
    if row.expires > now and not died_here:
        raise PairHeld(f"{pair} is being worked on by {row.holder}")
    tx.execute(update(leases).where(leases.c.pair == pair).values(token=row.token + 1, **values))
    return int(row.token) + 1


def _keep(lease: Lease, stop: threading.Event, every: float) -> None:
    while not stop.wait(every):
        try:
            lease.renew()
        except LeaseLost:
            return
        except StoreError:
            continue  # tried again in a moment; the worker itself notices when the time is up


@contextmanager
def _host_lock(db: Database, pair: str) -> Iterator[bool]:
    """Whether no other living process of this host holds the pair. Without a file to lock: no, only the lease tells."""
    path = sqlite_path(str(db.engine.url))
    if path is None:
        yield False
        return
    import fcntl

    name = re.sub(r"[^\w.-]", "_", pair)
    handle = os.open(Path(f"{path}-{name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
