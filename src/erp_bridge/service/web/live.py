"""What the ERPs hold at this moment, fetched when somebody looks and kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from erp_bridge.core.errors import BridgeError, Unsupported
from erp_bridge.core.model import Termo
from erp_bridge.i18n import N_
from erp_bridge.report.words import Words, say
from erp_bridge.service.web.speech import of_error
from erp_bridge.sync.fields import MERGED
from erp_bridge.sync.fields import words as as_words
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import trace
from erp_bridge.sync.store.waiting import Wait

T = TypeVar("T")

#: A person waits so many seconds at most; what the ERPs hold is then left out.
PATIENCE = 20.0
#: Candidates of a doubt that are fetched.
MOST_CANDIDATES = 4


@dataclass(frozen=True)
class Seen:
    """Tickets side by side. ``heads`` name the columns, each by ERP and id; ``rows`` are (field, values)."""

    heads: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    problem: Words | None = None
    sides: tuple[Side, ...] = field(default=())


async def both(bridge: Bridge, wait: Wait) -> Seen:
    """Both tickets of an entry, or the one that there is. An ERP that does not answer does not hide the other."""
    try:
        pair = bridge.pair(wait.pair)
        with bridge.db.read() as tx:
            ids = trace.tickets_of(tx, wait)
    except BridgeError as error:
        return _table([], [], of_error(error))
    places = [(side, str(getattr(pair, side.value)), id) for side in Side if (id := ids[side]) is not None]
    found = await asyncio.gather(*(_tried(lambda at=at: _fetched(bridge, *at[1:])) for at in places))  # type: ignore[misc]
    problems = [problem for _, problem in found if problem is not None]
    seen = [(at, fields) for at, (fields, _) in zip(places, found, strict=True) if fields is not None]
    heads = [(erp, id) for (_, erp, id), _ in seen]
    columns, sides = [fields for _, fields in seen], tuple(side for (side, *_), _ in seen)
    return _table(heads, columns, _joined(problems), sides)


async def alone(bridge: Bridge, erp: str, id: str) -> Seen:
    """One ticket of an ERP."""
    fields, problem = await _tried(lambda: _fetched(bridge, erp, id))
    return _table([(erp, id)] if fields else [], [fields] if fields else [], problem)


async def candidates(bridge: Bridge, wait: Wait, ids: Sequence[str], side: Side) -> Seen:
    """The ticket of a doubt beside those, of one side, that it is mistaken for or mixed up with."""
    pair = bridge.pair(wait.pair)
    mine, theirs = getattr(pair, wait.side.value), getattr(pair, side.value)
    places = [(mine, wait.ticket), *((theirs, id) for id in ids[:MOST_CANDIDATES])]

    heads, columns, problem = [], [], None
    for erp, id in places:
        fields, trouble = await _tried(lambda erp=erp, id=id: _fetched(bridge, erp, id))  # type: ignore[misc]
        problem = problem or trouble
        if fields is not None:
            heads.append((erp, id))
            columns.append(fields)
    return _table(heads, columns, problem)


async def terms(bridge: Bridge, erp: str, kind: str) -> tuple[Sequence[Termo], Words | None]:
    """An ERP's list of terms; none where it has no such list."""

    async def fetch() -> Sequence[Termo]:
        try:
            return await (await bridge.erp(erp)).vocabulary(kind)
        except Unsupported:
            return ()

    found, problem = await _tried(fetch)
    return found or (), problem


async def _fetched(bridge: Bridge, erp: str, id: str) -> dict[str, str]:
    ticket = await (await bridge.erp(erp)).get(id)
    return {campo: as_words(ticket, campo) for campo in MERGED}


def _joined(problems: Sequence[Words]) -> Words | None:
    """What went wrong, each thing once."""
    if not problems:
        return None
    told = tuple(dict.fromkeys(problems))
    return Words("; ".join(one.en for one in told), "; ".join(one.pt for one in told))


async def _tried(fetch: Callable[[], Awaitable[T]]) -> tuple[T | None, Words | None]:
    """What was fetched, or why it could not be: that is often the very reason why something waits."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await fetch(), None
    except TimeoutError:
        return None, say(N_("The ERPs did not answer within {seconds} s."), seconds=int(PATIENCE))
    except BridgeError as error:
        return None, of_error(error)


def _table(
    heads: Sequence[tuple[str, str]], columns: Sequence[dict[str, str]], problem: Words | None,
    sides: tuple[Side, ...] = (),
) -> Seen:  # fmt: skip
    """Rows of what any of them holds."""
    rows = [(campo, tuple(column.get(campo, "-") for column in columns)) for campo in MERGED]
    kept = tuple(row for row in rows if any(value != "-" for value in row[1]))
    return Seen(tuple(heads), kept, problem, sides)
