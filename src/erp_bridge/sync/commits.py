"""Joins the transactions of many tickets at work: one commit to disk serves all that wait for it.

A commit takes milliseconds of waiting for the disk. It is waited for in a thread, so that requests go on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from erp_bridge.sync.store.database import Database, Fence, LeaseLost

T = TypeVar("T")
_Write = Callable[[Connection], Any]


class Commits:
    """The transactions of one holder of a lease, in the order in which they were asked for."""

    def __init__(self, db: Database, fence: Fence) -> None:
        self._db = db
        self._fence = fence
        self._waiting: list[tuple[_Write, asyncio.Future[Any]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def do(self, write: Callable[[Connection], T]) -> T:
        """What ``write`` gives, once it is committed. Raises what it raises, and ``LeaseLost`` and ``StoreError``."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return cast("T", await done)

    async def settled(self) -> None:
        """Wait for what was asked for."""
        while self._worker is not None and not self._worker.done():
            await asyncio.wait([self._worker])

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            outcomes = await asyncio.to_thread(self._carry_out, [write for write, _ in batch])
            for (_, done), (value, error) in zip(batch, outcomes, strict=True):
                if done.cancelled():
                    continue
                if error is not None:
                    done.set_exception(error)
                else:
                    done.set_result(value)

    def _carry_out(self, writes: list[_Write]) -> list[tuple[Any, BaseException | None]]:
        """All in one transaction; each in its own where one of them cannot be carried out."""
        try:
            with self._db.write(self._fence) as tx:
                return [(write(tx), None) for write in writes]
        except LeaseLost as error:
            return [(None, error) for _ in writes]
        except Exception as error:
            if len(writes) == 1:
                return [(None, error)]
            return [outcome for write in writes for outcome in self._carry_out([write])]
