"""One writer per pair: a lease in the store, with a fencing token that every write transaction checks.

The lease is renewed by a thread of its own, so that a busy event loop does not lose it. A holder that died is noticed
at once by its sign of life; the time to live covers frozen holders, and those whose sign shows elsewhere.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, bindparam, select, update

from erp_bridge.core.errors import BridgeError
from erp_bridge.sync.store import postgres
from erp_bridge.sync.store.database import Database, Fence, LeaseLost, StoreError
from erp_bridge.sync.store.dialect import insert
from erp_bridge.sync.store.presence import Sign
from erp_bridge.sync.store.schema import leases

TTL = 15.0  # seconds
RENEW_EVERY = 4.0
_OF_PAIR = select(leases).where(leases.c.pair == bindparam("pair")).with_for_update()


class PairHeld(BridgeError):
    """Another process is working on this pair: wait until it has ended, or stop it."""


class _Deadline:
    """A moment on two clocks, the careful way: one that people can set, and one that stands still in sleep."""

    def __init__(self, began: tuple[float, float], length: float) -> None:
        self._began = began
        self._length = length

    @property
    def left(self) -> float:
        gone = max(time.time() - self._began[0], time.monotonic() - self._began[1])
        return self._length - gone


class Lease:
    """The right to work on one pair, while it lasts."""

    def __init__(self, db: Database, fence: Fence, sign: Sign, began: tuple[float, float], *, ttl: float = TTL) -> None:
        self.fence = fence
        self._db = db
        self._sign = sign
        self._ttl = ttl
        self._deadline = _Deadline(began, ttl)
        self._lock = threading.Lock()
        self._lost = threading.Event()
        self._doubtful = threading.Event()  # our sign went out: somebody may have thought us dead

    def ensure(self, seconds: float) -> None:
        """Make the lease outlast a request that may take so long. Raises ``LeaseLost`` when it is no longer ours.

        Called right before every send: an overtaken worker starts no request.
        """
        if self._lost.is_set():
            raise LeaseLost(f"another process has taken over {self.fence.pair}")
        self._look_at_the_sign()
        if self._doubtful.is_set() or self._deadline.left <= seconds:
            self.renew(seconds + self._ttl)

    def renew(self, ttl: float | None = None) -> None:
        """Make it last so long from now on. Raises ``LeaseLost``, and ``StoreError`` when the store cannot be asked."""
        with self._lock:
            began = time.time(), time.monotonic()
            length = max(ttl or self._ttl, self._deadline.left)
            try:
                with self._db.write(self.fence, durable=False) as tx:
                    self._set(tx, expires=_now(tx) + length, host=self._sign.place(tx))
            except StoreError:
                if self._deadline.left <= 0:
                    self._lost.set()
                raise
            except LeaseLost:
                self._lost.set()
                raise
            self._deadline = _Deadline(began, length)
            self._doubtful.clear()

    def keep(self) -> None:
        """What the lease needs every few seconds."""
        self._look_at_the_sign()
        self.renew()

    def _look_at_the_sign(self) -> None:
        if self._sign.interrupted():
            self._doubtful.set()

    def release(self) -> None:
        """Give it up. What the store cannot be told now, this process remembers, and others see when its time is up."""
        self._db.given_up.add(self.fence)
        with suppress(LeaseLost, StoreError):
            with self._db.write(self.fence, durable=False) as tx:
                self._set(tx, expires=0.0)
            self._db.given_up.discard(self.fence)

    def _set(self, tx: Connection, **values: object) -> None:
        tx.execute(update(leases).where(leases.c.pair == self.fence.pair).values(**values))


@contextmanager
def hold(db: Database, pair: str, *, ttl: float = TTL, renew_every: float = RENEW_EVERY) -> Iterator[Lease]:
    """Hold the lease of a pair for a block. Raises ``PairHeld`` at once when somebody alive has it."""
    with db.presence.at(pair) as sign:
        began = time.time(), time.monotonic()
        with db.write(durable=False) as tx:
            fence = _take(tx, pair, sign, db.given_up, ttl)
        lease = Lease(db, fence, sign, began, ttl=ttl)
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
    return str(row.holder) if row is not None and row.expires > _now(tx) else None


def _now(tx: Connection) -> float:
    """The clock that all holders of this store share."""
    return postgres.now(tx) if tx.dialect.name == "postgresql" else time.time()


def _take(tx: Connection, pair: str, sign: Sign, given_up: Container[Fence], ttl: float) -> Fence:
    """The lease with the next token of the pair. Raises ``PairHeld``."""
    row = tx.execute(_OF_PAIR, {"pair": pair}).first()
    if row is None:
        nobody = {"pair": pair, "token": 0, "holder": "", "host": "", "expires": 0.0}
        tx.execute(insert(tx, leases).on_conflict_do_nothing(), nobody)
        row = tx.execute(_OF_PAIR, {"pair": pair}).one()
    here, now = sign.place(tx), _now(tx)
    held = row.expires > now and Fence(pair, row.token) not in given_up
    if held and not (row.host == here and sign.died(tx, row.token)):
        raise PairHeld(f"{pair} is being worked on by {row.holder}")
    token = int(row.token) + 1
    sign.show(token)  # before anybody can read the token
    name = f"{socket.gethostname()} pid {os.getpid()}"
    values = {"token": token, "holder": name, "host": here, "expires": now + ttl}
    tx.execute(update(leases).where(leases.c.pair == pair).values(**values))
    return Fence(pair, token)


def _keep(lease: Lease, stop: threading.Event, every: float) -> None:
    while not stop.wait(every):
        try:
            lease.keep()
        except LeaseLost:
            return
        except StoreError:
            continue  # tried again in a moment; the worker itself notices when the time is up
