"""What the author of an adapter brings to the kit: a test server, and the way to open the adapter against it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from erp_bridge.core.adapter import Adapter
from erp_bridge.core.clock import Clock
from erp_bridge.core.model import Atendimento
from erp_bridge.transport.network import Network

#: Something done outside the adapter; or, in writing, why nobody can do it here; or not thought of yet.
Act = Callable[..., object] | str | None

_LET_OTHERS_GO = 200


class BenchClock:
    """A clock that moves at once when something sleeps on it. Give its ``now`` to the simulated server as well."""

    def __init__(self, start: datetime = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        until = self._elapsed + max(0.0, seconds)
        for _turn in range(_LET_OTHERS_GO if seconds >= 1 else 1):  # who does not sleep acts before time passes
            await asyncio.sleep(0)
            if len(asyncio.all_tasks()) == 1:
                break  # nobody else is there
        self._elapsed = max(self._elapsed, until)


@dataclass(frozen=True)
class People:
    """What somebody does at the ERP's own screens while the bridge is not looking. Each may be ``async`` or not.

    A check that needs an act fails as long as the bench neither offers it nor writes why not (the text instead).
    """

    edit: Act = None  # edit(id): change anything of that ticket that the adapter reads, as a person would
    comment: Act = None  # comment(id, texto): write a message to that ticket
    spoil: Act = None  # spoil(id): give that ticket a status code that nobody has told the bridge of


@dataclass(frozen=True)
class Bench:
    """A test server and an adapter that talks to it. Make a new one for each check.

    ``open``: the adapter over the network given: ``lambda network: PLUGIN.open(settings, network)``. Set a
    ``page_size`` of about 5 and a very high ``requests_per_minute``.
    ``novo``: a ticket as one opens it there, valid, of an active client with ``id`` and ``documento``.
    ``app``: the ASGI app of the test server, or one for each beginning of a URL; None means that it is reached by its
    real address.
    ``clock``: time for adapter and kit; the server has to follow it. A server with a clock of its own: ``SystemClock``.
    ``missing_id``: has the form of a ticket's id, and there is none such.
    ``secrets``: credentials that may show nowhere.
    ``samples``: by field, a value to open a ticket with (or a list of two: that, and one to change it to), for those
    that the kit cannot make up or find in ``vocabulary`` and ``contracts``.
    ``excuses``: why something cannot be tried here, by the check's name or ``"field:NAME"``. Shown with the results.
    ``writes``: False keeps all checks away that write.
    """

    open: Callable[[Network], Adapter]
    novo: Atendimento
    app: Any = None
    clock: Clock = field(default_factory=BenchClock)
    missing_id: str = "999999999"
    secrets: tuple[str, ...] = ()
    people: People = People()
    samples: Mapping[str, object] = field(default_factory=dict)
    excuses: Mapping[str, str] = field(default_factory=dict)
    writes: bool = True
    verify: bool | str = True
