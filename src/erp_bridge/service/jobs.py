"""The line of pair cycles that workers share: procrastinate, in a schema of its own beside the state store.

One job is one cycle of one pair. A pair stands in line once at most (``queueing_lock``); jobs carry no ``lock``, which
a killed worker would keep for ever. Whose turn has come is agreed on in the table ``turns``, in one transaction with
the job, so each turn is handed out once, whoever of the workers does it. The jobs of a worker that shows no life for
three seconds are finished as failed and never tried again by the engine; the pair gets a new job at once.

The line holds nothing that is worth keeping: dropped, it is made anew, and every pair gets its turn.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.store.failure import plain_errors
from erp_bridge.sync.store.postgres import change_alone
from erp_bridge.transport.log import get_logger

#: A worker shows life every second; after three seconds without, it counts as dead.
HEARTBEAT, STALLED = 1.0, 3.0
#: Rows of dead workers are swept away after so many seconds.
SWEPT = 30.0
#: A look for new jobs, when no notification came; and how long any statement may take. Seconds.
POLL, STATEMENT = 1.0, 5.0

QUEUE = "pairs"

#: What goes wrong when the server is away, or when somebody else has finished a job that we thought ours.
Trouble = (exceptions.ProcrastinateException, psycopg.Error, OSError, TimeoutError)

Cycle = Callable[[str, float, int], Awaitable[None]]


def schema_of(check_value: str) -> str:
    """The schema's name: another version of procrastinate, and another store in the same database, have another."""
    version = re.sub(r"\W", "_", procrastinate.__version__).lower()
    return f"erp_bridge_line_{version}_{hashlib.blake2b(check_value.encode(), digest_size=4).hexdigest()}"


def prepare(engine: Engine, schema: str) -> None:
    """Make the schema where there is none; workers that start together make it once.

    Raises ``ConfigError`` when the user of the database may not, ``StoreError`` when the server cannot be used.
    """
    made = SchemaManager.get_schema()
    with plain_errors(), engine.connect() as connection, connection.begin():
        change_alone(connection)
        if connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"{schema}.turns"}) is not None:
            return
        try:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                raise
            database = engine.url.database
            raise ConfigError(
                f"the user of the state store may not make the schema {schema}: let it (GRANT CREATE ON DATABASE "
                f"{database}), or make the schema for it"
            ) from None
        connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")
        cursor = connection.connection.cursor()
        cursor.execute(made)  # many statements at once, which SQLAlchemy would take for one with parameters
        connection.exec_driver_sql("CREATE TABLE turns (pair text PRIMARY KEY, due double precision NOT NULL)")


class Line:
    """This process's end of the line. ``async with`` it; ``work`` takes jobs from it, the rest puts them there."""

    def __init__(self, engine: Engine, schema: str, cycle: Cycle) -> None:
        self._app = procrastinate.App(connector=_connector(engine, schema))
        self._task = self._app.task(name="cycle", queue=QUEUE)(cycle)

    async def __aenter__(self) -> Line:
        await self._app.open_async()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._app.close_async()

    async def work(self, concurrency: int) -> None:
        """Take jobs until cancelled, or until the server goes away; then call it again."""
        await self._app.run_worker_async(
            queues=[QUEUE], concurrency=concurrency, install_signal_handlers=False, delete_jobs="always",
            update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=SWEPT, shutdown_graceful_timeout=0,
            fetch_job_polling_interval=POLL, listen_notify=True,
        )  # fmt: skip

    async def now(self) -> float:
        """The server's clock, which all workers share; seconds since 1970."""
        row = await self._one("SELECT extract(epoch FROM clock_timestamp())::float8 AS now")
        return float(row["now"])

    async def workers(self) -> int:
        """How many show life."""
        row = await self._one(
            "SELECT count(*) AS alive FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %(secs)s)",
            secs=STALLED,
        )
        return int(row["alive"])

    async def hand_out(self, due: Mapping[str, float]) -> list[str]:
        """Give these pairs their turns, as far as nobody else has; who got one."""
        pairs = sorted(due)  # the same order everywhere, so that nobody waits for each other
        claim = (
            "INSERT INTO turns (pair, due) SELECT * FROM unnest(%(pairs)s::text[], %(due)s::float8[])"
            " ON CONFLICT (pair) DO UPDATE SET due = excluded.due WHERE turns.due < excluded.due RETURNING pair"
        )
        async with self._pool.connection() as connection, connection.transaction():
            cursor = await connection.execute(claim, {"pairs": pairs, "due": [due[pair] for pair in pairs]})
            won = sorted(row[0] for row in await cursor.fetchall())
            await self._enqueue(connection, [self._job(pair, due[pair], 0) for pair in won])
        return won

    async def put(self, pair: str, due: float, follow: int, wait: int = 0) -> None:
        """One more job for a pair, unless it stands in line already. ``follow``: as :meth:`rescue` gives it."""
        later = self._task.configure(queueing_lock=pair, schedule_in={"seconds": wait} if wait else None)
        job = later.make_new_job(pair=pair, due=due, follow=follow)
        try:
            await self._app.job_manager.defer_job_async(job)
        except exceptions.AlreadyEnqueued:
            return

    async def rescue(self, follow: int) -> list[str]:
        """Finish the jobs of workers that show no life, and give their pairs new ones; which pairs.

        ``follow`` is how often such a job may come again while the dead worker's lease still holds.
        """
        rescued = []
        for job in await self._app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED):
            try:
                await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            except exceptions.ConnectorException:
                continue  # another worker was faster
            pair, due = str(job.task_kwargs["pair"]), float(str(job.task_kwargs["due"]))
            await self.put(pair, due, follow)
            rescued.append(pair)
        return rescued

    async def sweep(self) -> None:
        """Forget workers that are long dead."""
        await self._app.job_manager.prune_stalled_workers(SWEPT)

    @property
    def _pool(self) -> Any:
        return self._app.connector.pool  # type: ignore[attr-defined]  # of the one kind of connector made here

    async def _one(self, query: str, **arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = await self._app.connector.execute_query_one_async(query, **arguments)
        return found

    def _job(self, pair: str, due: float, follow: int) -> Job:
        made: Job = self._task.configure(queueing_lock=pair).make_new_job(pair=pair, due=due, follow=follow)
        return made

    async def _enqueue(self, connection: Any, jobs: list[Job]) -> None:
        if not jobs:
            return
        defer = self._app.job_manager.batch_defer_jobs_async
        try:
            async with connection.transaction():
                await defer(jobs, connection=connection)
        except exceptions.AlreadyEnqueued:  # some are in line still, from their last turn
            for job in jobs:
                try:
                    async with connection.transaction():
                        await defer([job], connection=connection)
                except exceptions.AlreadyEnqueued:
                    continue


def _connector(engine: Engine, schema: str) -> procrastinate.PsycopgConnector:
    _, words = engine.dialect.create_connect_args(engine.url)
    words = {name: value for name, value in words.items() if name != "context"}
    settings = {
        "search_path": schema,
        "statement_timeout": int(STATEMENT * 1000),
        "lock_timeout": int(STATEMENT * 1000),
        # a frozen worker must not keep the others from their turns
        "idle_in_transaction_session_timeout": int(STALLED * 1000),
    }
    options = " ".join([str(words.pop("options", "")), *(f"-c {name}={value}" for name, value in settings.items())])
    wire = {"application_name": "erp-bridge line", "connect_timeout": 5, "keepalives_idle": 5,
            "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}  # fmt: skip
    return procrastinate.PsycopgConnector(
        kwargs={**wire, **words, "options": options.strip()}, min_size=1, max_size=4, timeout=STATEMENT
    )


class _Forward(logging.Handler):
    """What procrastinate and its pool complain of goes where our own events go, without their tracebacks."""

    def emit(self, record: logging.LogRecord) -> None:
        get_logger(part=record.name.partition(".")[0]).warning(record.getMessage())


def forward_complaints(names: Iterable[str] = ("procrastinate", "psycopg.pool")) -> None:
    for name in names:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not any(isinstance(handler, _Forward) for handler in logger.handlers):
            logger.addHandler(_Forward())


async def until_done(*tasks: asyncio.Task[None]) -> None:
    """Wait for the first to end; then end the others. Raises what it has raised."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
