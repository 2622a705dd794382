"""The line of jobs on a real PostgreSQL: made once, each turn handed out once, dead workers replaced by new jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from erp_bridge.core.errors import ConfigError
from erp_bridge.service.jobs import Line, prepare, schema_of
from erp_bridge.service.worker import _last_turn
from store.servers import store_url
from support.postgres import Postgres

SCHEMA = schema_of("v1:the check value of a store")


@pytest.fixture
def engine(server: Postgres) -> Iterator[Engine]:
    with server.database() as name:
        made = create_engine(store_url(server, name))
        yield made
        made.dispose()


@asynccontextmanager
async def line(engine: Engine, done: list[Any] | None = None) -> AsyncIterator[Line]:
    async def cycle(pair: str, due: float, follow: int) -> None:
        if done is not None:
            done.append((pair, due, follow))

    async with Line(engine, SCHEMA, cycle) as opened:
        yield opened


def jobs(engine: Engine) -> list[tuple[str, str, Any]]:
    query = f"SELECT queueing_lock, status::text, lock FROM {SCHEMA}.procrastinate_jobs ORDER BY id"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_workers_that_start_together_make_it_once(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: prepare(engine, SCHEMA), range(4)))
    prepare(engine, SCHEMA)
    assert jobs(engine) == []
    with engine.connect() as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.scalar(text(tables)) == 0, "the store's own schema stays as it is"


def test_another_store_in_the_same_database_has_a_line_of_its_own() -> None:
    assert schema_of("v1:another") != SCHEMA
    assert SCHEMA.isidentifier()
    assert SCHEMA.lower() == SCHEMA


def test_a_user_that_may_make_no_schema_is_told_what_to_do(server: Postgres) -> None:
    with server.database() as name:
        server.user("poor", name)
        poor = create_engine(server.url(name, "poor").replace("postgresql:", "postgresql+psycopg:"))
        with pytest.raises(ConfigError, match="GRANT CREATE ON DATABASE"):
            prepare(poor, SCHEMA)
        poor.dispose()


async def test_each_turn_is_handed_out_once(engine: Engine) -> None:
    prepare(engine, SCHEMA)
    due = {f"p{n}": 60.0 for n in range(30)}
    async with line(engine) as one, line(engine) as other:
        won = await asyncio.gather(one.hand_out(due), other.hand_out(due), one.hand_out(due))
        assert sorted(pair for part in won for pair in part) == sorted(due)
        assert len(jobs(engine)) == 30
        assert all(lock is None for _, _, lock in jobs(engine)), "a killed worker would keep it for ever"
        again = await other.hand_out(dict.fromkeys(due, 120.0))
        assert len(again) == 30
        assert len(jobs(engine)) == 30, "who stands in line does not stand there twice"
        assert await one.hand_out(due) == [], "an older turn is none"


async def test_who_has_done_a_turn_leaves_nothing_behind(engine: Engine) -> None:
    prepare(engine, SCHEMA)
    done: list[Any] = []
    async with line(engine, done) as opened:
        await opened.hand_out({"a": 1.0, "b": 2.0})
        working = asyncio.create_task(opened.work(2))
        async with asyncio.timeout(10):
            while jobs(engine):
                await asyncio.sleep(0.02)
        assert await opened.workers() == 1
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        assert await opened.workers() == 0
    assert sorted(done) == [("a", 1.0, 0), ("b", 2.0, 0)]


async def test_a_dead_workers_job_is_finished_and_its_pair_put_in_line_anew_by_one(engine: Engine) -> None:
    prepare(engine, SCHEMA)
    async with line(engine) as one, line(engine) as other:
        await one.hand_out({"a": 1.0})
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
            worker = connection.scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
            fetch = text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['pairs'], :worker)")
            old = connection.scalar(fetch, {"worker": worker})
        assert await one.rescue(5) == [], "it lives"
        with engine.begin() as connection:
            connection.execute(
                text(f"UPDATE {SCHEMA}.procrastinate_workers SET last_heartbeat = now() - interval '4 s'")
            )
        rescued = await asyncio.gather(one.rescue(5), other.rescue(5))
        assert sorted(rescued) == [[], ["a"]]
        [(pair, status, _)] = jobs(engine)
        assert (pair, status) == ("a", "todo")
        with engine.connect() as connection:
            query = f"SELECT id, args FROM {SCHEMA}.procrastinate_jobs"
            id, args = connection.execute(text(query)).one()
        assert id != old, "the engine tries no job again: it is another one"
        assert args == {"pair": "a", "due": 1.0, "follow": 5}


@given(st.text("abc", min_size=1, max_size=5), st.floats(1, 86400), st.floats(1.7e9, 1.9e9))
def test_the_newest_turn_that_has_come_is_the_same_on_all_hosts(pair: str, interval: float, now: float) -> None:
    turn = _last_turn(pair, interval, now)
    assert turn <= now < turn + interval + 6
    assert _last_turn(pair, interval, turn) == turn
