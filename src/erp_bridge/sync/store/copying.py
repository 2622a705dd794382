"""Copies a whole store into another, of either kind, and proves that every row arrived as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, select

from erp_bridge.sync.store import postgres
from erp_bridge.sync.store.failure import StoreError
from erp_bridge.sync.store.schema import leases, meta, metadata

BATCH = 1000  # rows


def copied_tables() -> list[Table]:
    """All but ``meta``, which each store has of its own."""
    return [table for table in metadata.sorted_tables if table is not meta]


def is_empty(tx: Connection) -> bool:
    return all(tx.execute(select(table).limit(1)).first() is None for table in copied_tables())


def copy(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row; how many, by table. Leases come with their tokens, held by nobody.

    Raises ``StoreError`` unless what can be read of the copy afterwards is what was read of the source.
    """
    counts = {}
    for table in copied_tables():
        sent = _Total()
        for rows in _batches(source, table):
            target.execute(table.insert(), [dict(zip(table.c.keys(), row, strict=True)) for row in rows])
            sent.add(rows)
        arrived = _Total()
        for rows in _batches(target, table):
            arrived.add(rows)
        if (sent.rows, sent.sum) != (arrived.rows, arrived.sum):
            raise StoreError(f"the copy of the table {table.name} is not what was copied: nothing was kept of it")
        if target.dialect.name == "postgresql" and table.autoincrement_column is not None:
            postgres.renumber(target, table.name)
        counts[table.name] = sent.rows
    return counts


class _Total:
    """Rows, and a sum over them that does not depend on their order: the two kinds of store sort text differently."""

    def __init__(self) -> None:
        self.rows = 0
        self.sum = 0

    def add(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows += len(rows)
        for row in rows:
            digest = hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            self.sum = (self.sum + int.from_bytes(digest, "big")) % 2**128


def _batches(tx: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    found = tx.execute(select(table).execution_options(yield_per=BATCH))
    for rows in found.partitions():
        yield [_freed(row._mapping) if table is leases else tuple(row) for row in rows]


def _freed(row: Any) -> tuple[Any, ...]:
    return tuple(0.0 if name == "expires" else value for name, value in row.items())


def count(tx: Connection) -> dict[str, int]:
    """Rows by table."""
    return {table.name: tx.scalar(select(func.count()).select_from(table)) or 0 for table in copied_tables()}
