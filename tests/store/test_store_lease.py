"""One writer per pair: who holds the lease, who may take it over, and what a fenced worker can no longer do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.engine import make_url

from erp_bridge.sync.side import Both
from erp_bridge.sync.store import links, postgres
from erp_bridge.sync.store.database import Database, LeaseLost, StoreError
from erp_bridge.sync.store.lease import PairHeld, hold, holder
from erp_bridge.sync.store.schema import leases
from store.place import Place
from store.servers import end_sessions
from support.postgres import Postgres

NOBODY_WAITS = {"renew_every": 60.0}


@pytest.fixture
def open_another(place: Place) -> Iterator[Callable[[], Database]]:
    """The store as another process has it open."""
    with ExitStack() as opened:

        def another() -> Database:
            found = place.open()
            opened.callback(found.close)
            return found

        yield another


def add_a_link(db: Database, fence: object) -> None:
    with db.write(fence) as tx:  # type: ignore[arg-type]
        links.add(tx, "suporte", Both("1", "2"), bases=Both({}, {}), protocolos=Both(None, None), made=None, since=0.0)


def set_leases(db: Database, **values: object) -> None:
    with db.write() as tx:
        tx.execute(update(leases).values(**values))


# --- holding -------------------------------------------------------------------------------------------------------


def test_a_second_holder_is_refused_at_once(db: Database, open_another: Callable[[], Database]) -> None:
    other = open_another()
    with hold(db, "suporte"):
        for anybody in (db, other):
            with pytest.raises(PairHeld, match="suporte"), hold(anybody, "suporte"):
                pass
    for anybody in (db, other, db):
        with hold(anybody, "suporte"):
            pass


def test_other_pairs_are_free(db: Database) -> None:
    with hold(db, "um"), hold(db, "dois"), db.read() as tx:
        assert holder(tx, "um") == f"{socket.gethostname()} pid {os.getpid()}"
        assert holder(tx, "tres") is None
    with db.read() as tx:
        assert holder(tx, "um") is None


def test_each_holder_gets_a_newer_token(db: Database) -> None:
    with hold(db, "suporte") as first:
        pass
    with hold(db, "suporte") as second:
        assert second.fence.token == first.fence.token + 1


def test_of_many_at_the_same_moment_one_gets_a_pair_that_nobody_had(open_another: Callable[[], Database]) -> None:
    barrier, done = threading.Barrier(6), threading.Event()
    outcomes: list[str] = []

    def race(db: Database) -> None:
        barrier.wait()
        try:
            with hold(db, "suporte"):
                outcomes.append("held")
                done.wait(20)
        except PairHeld:
            outcomes.append("refused")
        finally:
            if len(outcomes) == 6:
                done.set()

    threads = [threading.Thread(target=race, args=(open_another(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    until(lambda: len(outcomes) == 6)
    done.set()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held", *["refused"] * 5]


def test_the_lease_outlasts_each_request(db: Database) -> None:
    with hold(db, "suporte", ttl=1.0, **NOBODY_WAITS) as lease:
        lease.ensure(120)
        with db.read() as tx:
            assert tx.scalar(leases.select().with_only_columns(leases.c.expires)) > time.time() + 119


def test_the_lease_is_renewed_while_the_worker_is_busy(db: Database) -> None:
    with hold(db, "suporte", ttl=60.0, renew_every=0.02):
        set_leases(db, expires=1.0)
        until(lambda: expires(db) > time.time() + 50)


def expires(db: Database) -> float:
    with db.read() as tx:
        return float(tx.scalar(leases.select().with_only_columns(leases.c.expires)) or 0.0)


# --- taking over ---------------------------------------------------------------------------------------------------


def test_a_fenced_worker_commits_nothing_and_sends_nothing(db: Database) -> None:
    with hold(db, "suporte", **NOBODY_WAITS) as old:
        set_leases(db, token=leases.c.token + 1)  # somebody took over while we were frozen
        with pytest.raises(LeaseLost):
            add_a_link(db, old.fence)
        with pytest.raises(LeaseLost):
            old.ensure(60)
        with pytest.raises(LeaseLost):
            old.ensure(0)
    with db.read() as tx:
        assert links.count(tx, "suporte") == 0


def test_a_worker_that_is_committing_is_not_overtaken_meanwhile(
    db: Database, open_another: Callable[[], Database]
) -> None:
    """Between the look at the token and the commit there is no gap."""
    other, took_over = open_another(), threading.Event()

    def take_over() -> None:
        with hold(other, "suporte"):
            took_over.set()

    thread = threading.Thread(target=take_over)
    with hold(db, "suporte", **NOBODY_WAITS) as slow:
        set_leases(db, expires=0.0)
        with db.write(slow.fence):
            thread.start()
            assert not took_over.wait(0.15)
        thread.join(10)
        assert took_over.is_set()
        with pytest.raises(LeaseLost):
            add_a_link(db, slow.fence)


def test_a_frozen_holder_is_overtaken_when_its_time_is_up(db: Database, open_another: Callable[[], Database]) -> None:
    with hold(db, "suporte", **NOBODY_WAITS) as frozen:
        set_leases(db, expires=0.0)
        with hold(open_another(), "suporte") as other:
            assert other.fence.token > frozen.fence.token
            with pytest.raises(LeaseLost), db.write(frozen.fence):
                pass


def test_who_overtook_a_frozen_holder_is_not_robbed_when_that_one_goes(
    db: Database, open_another: Callable[[], Database]
) -> None:
    """The sign of life that goes out then is the frozen one's."""
    living, third = open_another(), open_another()
    with ExitStack() as frozen, ExitStack() as held:
        frozen.enter_context(hold(db, "suporte", **NOBODY_WAITS))
        set_leases(db, expires=0.0)
        held.enter_context(hold(living, "suporte", **NOBODY_WAITS))
        frozen.close()
        with pytest.raises(PairHeld), hold(third, "suporte"):
            pass


def test_a_holder_whose_sign_shows_elsewhere_is_waited_for(db: Database) -> None:
    with hold(db, "suporte"):
        pass
    set_leases(db, host="elsewhere", expires=4_000_000_000.0)
    with pytest.raises(PairHeld), hold(db, "suporte"):
        pass


def _hold_for_ever(place: Place, ready: multiprocessing.synchronize.Event, inside: bool) -> None:
    db = place.open()
    with hold(db, "suporte") as lease:
        if inside:
            add_a_link(db, lease.fence)
            with db.write(lease.fence) as tx:
                tx.execute(text("UPDATE links SET writes = 7"))
                ready.set()
                signal.pause()
        ready.set()
        signal.pause()


@contextmanager
def another_process(place: Place, *, inside: bool = False) -> Iterator[multiprocessing.process.BaseProcess]:
    """One that holds the pair, outside or inside a transaction."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold_for_ever, args=(place, ready, inside))
    process.start()
    try:
        assert ready.wait(30)
        yield process
    finally:
        process.kill()
        process.join(10)


def test_a_killed_holder_is_noticed_at_once_and_what_it_had_in_hand_is_undone(place: Place, db: Database) -> None:
    with another_process(place, inside=True) as process:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(10)
        began = time.monotonic()
        lease = taken_at_last(db)
        assert time.monotonic() - began < 2
        assert lease == 2
    with db.read() as tx:
        assert [link.writes for link in links.all_of(tx, "suporte")] == [0]


def taken_at_last(db: Database) -> int:
    """The token, once the kernel has told the server of a death."""
    for _ in range(200):
        try:
            with hold(db, "suporte") as lease:
                return lease.fence.token
        except PairHeld:
            time.sleep(0.01)
    raise AssertionError("nobody is let in")


def test_a_living_holder_is_waited_for(place: Place, db: Database) -> None:
    with another_process(place) as process, pytest.raises(PairHeld, match=f"pid {process.pid}"), hold(db, "suporte"):
        pass


# --- what only a server can do -------------------------------------------------------------------------------------


def database_of(place: Place) -> str:
    return make_url(place.url).database or ""


@pytest.fixture
def server_db(postgres_place: Place) -> Iterator[Database]:
    opened = postgres_place.open()
    yield opened
    opened.close()


def test_a_process_frozen_inside_a_transaction_is_thrown_out_by_the_server(
    postgres_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres.LIMITS, "idle_in_transaction_session_timeout", 200)
    db, other = postgres_place.open(), postgres_place.open()
    with hold(db, "suporte", **NOBODY_WAITS) as frozen:
        set_leases(db, expires=0.0)
        with pytest.raises(StoreError), db.write(frozen.fence) as tx:  # noqa: PT012  it is thrown out in the middle
            with hold(other, "suporte") as lease:  # waits for the row, as long as the server lets it
                assert lease.fence.token == frozen.fence.token + 1
            tx.execute(text("SELECT 1"))
    db.close()
    other.close()


def test_a_session_that_ended_is_opened_again_before_the_next_request(
    server_db: Database, postgres_place: Place, postgres_server: Postgres
) -> None:
    other = postgres_place.open()
    with hold(server_db, "suporte", **NOBODY_WAITS) as lease:
        lease.ensure(1)
        end_sessions(postgres_server, database_of(postgres_place))
        lease.ensure(1)
        with pytest.raises(PairHeld), hold(other, "suporte"):
            pass
        add_a_link(server_db, lease.fence)
    other.close()


def test_who_was_taken_for_dead_starts_no_request(
    server_db: Database, postgres_place: Place, postgres_server: Postgres
) -> None:
    other = postgres_place.open()
    with hold(server_db, "suporte", **NOBODY_WAITS) as lease:
        end_sessions(postgres_server, database_of(postgres_place))
        with hold(other, "suporte"):  # its sign is gone: it must be dead
            with pytest.raises(LeaseLost):
                lease.ensure(1)
            with pytest.raises(LeaseLost):
                lease.ensure(1)
    other.close()


def test_the_keeper_shows_the_sign_again_by_itself(
    server_db: Database, postgres_place: Place, postgres_server: Postgres
) -> None:
    other = postgres_place.open()
    with hold(server_db, "suporte", renew_every=0.02):
        end_sessions(postgres_server, database_of(postgres_place), "application_name = 'erp-bridge'")
        time.sleep(0.3)
        with pytest.raises(PairHeld), hold(other, "suporte"):
            pass
    other.close()


def test_one_session_serves_all_pairs_of_a_process(
    server_db: Database, postgres_place: Place, postgres_server: Postgres
) -> None:
    with ExitStack() as held:
        for number in range(20):
            held.enter_context(hold(server_db, f"par-{number}", **NOBODY_WAITS))
        with postgres_server.admin(database_of(postgres_place)) as admin:
            row = admin.execute(
                "SELECT count(DISTINCT pid), count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchone()
    assert row == (1, 20)


def test_a_send_asks_the_server_nothing_while_all_is_well(server_db: Database) -> None:
    with hold(server_db, "suporte", **NOBODY_WAITS) as lease:
        asked: list[str] = []
        event.listen(server_db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        lease.ensure(1)
        assert asked == []


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it never happens"
        time.sleep(0.005)
