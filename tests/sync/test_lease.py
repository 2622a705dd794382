"""One writer per pair: who holds the lease, who may take it over, and what a fenced worker can no longer do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from pathlib import Path

import pytest
from sqlalchemy import update

from erp_bridge.sync.side import Both
from erp_bridge.sync.store import links
from erp_bridge.sync.store.database import Database, LeaseLost, open_database
from erp_bridge.sync.store.lease import PairHeld, hold, holder
from erp_bridge.sync.store.schema import leases


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path}/bridge.db", key_file=tmp_path / "bridge.key")


def test_a_second_holder_is_refused_at_once(db: Database) -> None:
    with hold(db, "suporte"), pytest.raises(PairHeld, match="suporte"), hold(db, "suporte"):
        pass
    with hold(db, "suporte"):
        pass


def test_other_pairs_are_free(db: Database) -> None:
    with hold(db, "um"), hold(db, "dois"), db.read() as tx:
        assert holder(tx, "um") is not None
        assert holder(tx, "tres") is None


def test_each_holder_gets_a_newer_token(db: Database) -> None:
    with hold(db, "suporte") as first:
        pass
    with hold(db, "suporte") as second:
        assert second.fence.token == first.fence.token + 1


def test_a_fenced_worker_commits_nothing_and_sends_nothing(db: Database) -> None:
    with hold(db, "suporte") as old:
        with db.write() as tx:
            tx.execute(update(leases).values(token=leases.c.token + 1))  # somebody took over while we were frozen
        with pytest.raises(LeaseLost), db.write(old.fence) as tx:
            links.add(
                tx, "suporte", Both("1", "2"), bases=Both({}, {}), protocolos=Both(None, None), made=None, since=0.0
            )  # fmt: skip
        with pytest.raises(LeaseLost):
            old.ensure(60)
        with pytest.raises(LeaseLost):
            old.ensure(0)
    with db.read() as tx:
        assert links.count(tx, "suporte") == 0


def test_the_lease_outlasts_each_request(db: Database) -> None:
    with hold(db, "suporte", ttl=1.0, renew_every=60) as lease:
        lease.ensure(120)
        with db.read() as tx:
            import time

            assert tx.scalar(leases.select().with_only_columns(leases.c.expires)) > time.time() + 119


def test_a_frozen_holder_of_this_host_is_overtaken_when_its_time_is_up(db: Database) -> None:
    with hold(db, "suporte", renew_every=60) as frozen:
        with db.write() as tx:
            tx.execute(update(leases).values(expires=0.0))
        with hold(db, "suporte") as other:
            assert other.fence.token > frozen.fence.token
            with pytest.raises(LeaseLost), db.write(frozen.fence):
                pass


def test_a_holder_on_another_host_is_waited_for(db: Database) -> None:
    with hold(db, "suporte"):
        pass
    with db.write() as tx:
        tx.execute(update(leases).values(host="elsewhere", expires=4_000_000_000.0))
    with pytest.raises(PairHeld), hold(db, "suporte"):
        pass


def _hold_for_ever(folder: str, ready: multiprocessing.synchronize.Event) -> None:
    db = open_database(f"sqlite:///{folder}/bridge.db", key_file=Path(folder) / "bridge.key")
    with hold(db, "suporte"):
        ready.set()
        signal.pause()


def test_a_killed_holder_of_this_host_is_not_waited_for(db: Database, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold_for_ever, args=(str(tmp_path), ready))
    process.start()
    assert ready.wait(20)
    with pytest.raises(PairHeld), hold(db, "suporte"):
        pass
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(10)
    with hold(db, "suporte") as lease, db.read() as tx:
        assert lease.fence.token == 2
        assert (holder(tx, "suporte") or "").startswith(socket.gethostname())
