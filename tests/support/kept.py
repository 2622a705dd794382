"""A simulated pair as it stands, kept to be taken up elsewhere again: a first pass need not be made for each test.

What is kept is the store, the configuration and both ERPs with all that they remember, down to their random numbers.
It goes through ``pickle``, which refuses what it could not copy (a lambda over the old state) instead of sharing it.
"""

from __future__ import annotations

import io
import pickle
import tempfile
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from erp_bridge.sandbox.ixc.schema import TABLES
from erp_bridge.sandbox.ixc.tables import Row, Table
from support.pair import SimulatedPair

P = TypeVar("P", bound=SimulatedPair)
Past = Callable[..., Awaitable[SimulatedPair]]

_LOCKS: dict[type, Callable[[], Any]] = {type(make()): make for make in (threading.Lock, threading.RLock)}


@dataclass(frozen=True)
class Kept:
    """A pair at rest: no bridge of it is open. ``files`` is what stands in its folder, with the mode of each."""

    pair: bytes
    files: Mapping[str, tuple[int, bytes]]

    def again(self, folder: Path) -> Any:
        """The pair, in a folder of its own. It shares nothing with any other."""
        for name, (mode, content) in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)
        pair = pickle.loads(self.pair)
        pair.folder = folder
        return pair


def keep(pair: SimulatedPair) -> Kept:
    """A pair as it stands now. Raises ``PicklingError`` or ``AttributeError`` for what cannot be copied (a Voalle)."""
    out = io.BytesIO()
    _Pickler(out, protocol=5).dump(pair)
    files = (path for path in sorted(pair.folder.rglob("*")) if path.is_file())
    return Kept(
        out.getvalue(),
        {str(path.relative_to(pair.folder)): (path.stat().st_mode & 0o777, path.read_bytes()) for path in files},
    )


_KEPT: dict[str, Kept] = {}


async def lived(life: Callable[..., Awaitable[P]], folder: Path, **keys: Any) -> P:
    """``await life(folder, **keys)``, which happens once in this process: later the pair comes as it was then."""
    name = f"{life.__module__}.{life.__qualname__} {sorted(keys.items())!r}"
    if name not in _KEPT:
        with tempfile.TemporaryDirectory() as first:
            _KEPT[name] = keep(await life(Path(first), **keys))
    return cast(P, _KEPT[name].again(folder))


# --- how the simulators are copied ----------------------------------------------------------------------------------


class _Pickler(pickle.Pickler):
    def reducer_override(self, thing: Any) -> Any:
        """Locks are made anew; rows and tables are put down without what they do when they are written to."""
        kind = type(thing)
        if kind in _LOCKS:
            return _LOCKS[kind], ()
        if kind is Table:
            known = TABLES.get(thing.name) is thing.columns
            rest = {key: value for key, value in vars(thing).items() if not (known and key == "columns")}
            rows = {id: dict(row) for id, row in thing.items()}
            return Table.__new__, (Table,), (rest, rows), None, None, _fill
        if kind is Row:  # somebody has one in hand
            return _row, (thing._table, thing._id)
        return NotImplemented


def _fill(table: Table, state: tuple[dict[str, Any], dict[int, dict[str, str]]]) -> None:
    rest, rows = state
    table.__dict__.update({"columns": TABLES.get(rest["name"]), **rest})
    for id, cells in rows.items():
        row = Row(table, id)
        dict.update(row, cells)
        dict.__setitem__(table, id, row)


def _row(table: Table, id: int) -> Row:
    return table[id]
