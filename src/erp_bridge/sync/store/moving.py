"""Moves the store: every row to another place, while nobody works, and the old place refuses from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.engine import make_url

from erp_bridge.config.model import StateSettings
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import Secret
from erp_bridge.sync.store import copying, keys
from erp_bridge.sync.store.database import MOVED, Database, Fence, LeaseLost, lock_meta, open_beside
from erp_bridge.sync.store.lease import hold
from erp_bridge.sync.store.schema import leases, meta


@dataclass(frozen=True)
class Moved:
    """What was moved: rows by table. ``key`` is the copy of the digest key, where the new place looks for one."""

    rows: Mapping[str, int]
    key: Path | None


def move(db: Database, state: StateSettings, pairs: Iterable[str], url: str) -> Moved:
    """Move the store of ``state`` to ``url``, an address or a reference as in ``[state] url``.

    All or nothing, in one transaction on each side. Raises ``PairHeld`` while somebody works on any pair,
    ``ConfigError`` for a place that is not empty, ``StoreError`` when a row did not arrive as it was.
    """
    place = _settings(state, url)
    with db.read() as tx:
        if copying.is_empty(tx):
            raise ConfigError("this state store is empty: there is nothing to move")
        known = {*pairs, *tx.scalars(select(leases.c.pair))}
    key = _place_key(state, place)
    target = open_beside(db, place.database_url())
    try:
        with target.read() as tx:
            _check_empty(tx)  # soon said, as when it is the same place
        with ExitStack() as held:
            fences = [held.enter_context(hold(db, pair)).fence for pair in sorted(known)]
            rows = _copy(db, fences, target)
    finally:
        target.close()
    return Moved(rows, key)


def _settings(state: StateSettings, url: str) -> StateSettings:
    StateSettings(url=url)  # says what is wrong with it
    if not Secret(url).is_reference and make_url(url).password:
        raise ConfigError('an address with a password in it is refused: write a reference, for example "env:NAME"')
    return state.model_copy(update={"url": url})


def _copy(db: Database, fences: Iterable[Fence], target: Database) -> dict[str, int]:
    # the source waits, locked, until the copy is committed: so it is never given up before there is another
    with db.write() as source:
        lock_meta(source, shared=False)
        _take_time(source)
        for fence in fences:
            token = select(leases.c.token).where(leases.c.pair == fence.pair).with_for_update()
            if source.scalar(token) != fence.token:
                raise LeaseLost(f"another process has taken over {fence.pair}")
        source.execute(meta.insert().values(name=MOVED, value=target.engine.url.get_backend_name()))
        with target.write() as arriving:
            _take_time(arriving)
            lock_meta(arriving, shared=False)
            _check_empty(arriving)
            return copying.copy(source, arriving)


def _check_empty(tx: Connection) -> None:
    if not copying.is_empty(tx):
        raise ConfigError("there is a state store in that place already: name an empty one")


def _take_time(tx: Connection) -> None:
    """This transaction is long; it waits for the other store."""
    if tx.dialect.name == "postgresql":
        for name in ("idle_in_transaction_session_timeout", "statement_timeout"):
            tx.execute(text(f"SET LOCAL {name} = 0"))


def _place_key(state: StateSettings, place: StateSettings) -> Path | None:
    """The key where the new place looks for it, when that is another file. One that stands there is not replaced."""
    old, new = state.key_file, place.key_file
    if old is None or new is None or old == new:
        return None
    key = old.read_text(encoding="utf-8")
    keys.put(new, key)
    if new.read_text(encoding="utf-8").strip() != key.strip():
        raise ConfigError(f"{new} is the key of another store: name {old} in [state] key, then move")
    return new
