"""How the pairs stand, in one word each and in numbers, from the store alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from erp_bridge.config import PairSettings
from erp_bridge.config.model import Direction
from erp_bridge.i18n import N_
from erp_bridge.report.words import Words, say
from erp_bridge.service.web.sparkline import SHOWN, Lag, drawn, lags
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge, PairStatus
from erp_bridge.sync.store import trace, waiting
from erp_bridge.sync.store.waiting import Kind

#: state → (words, how it looks). In the order in which they want to be seen.
STATES: Mapping[str, tuple[Words, str]] = {
    "failing": (say(N_("last pass failed")), "bad"),
    "late": (say(N_("behind")), "bad"),
    "waits": (say(N_("waits for a person")), "warn"),
    "new": (say(N_("no pass yet")), "soft"),
    "well": (say(N_("in step")), "good"),
    "off": (say(N_("switched off")), "soft"),
}

#: A pair is behind after so many intervals without a good pass, and some seconds more.
PATIENCE, GRACE = 3, 60.0

#: What waits for a person, and not for the next pass.
FOR_A_PERSON = (Kind.CONFLICT, Kind.QUARANTINE, Kind.DOUBT)

ARROWS = {Direction.BOTH: "⇄", Direction.LEFT_TO_RIGHT: "→", Direction.RIGHT_TO_LEFT: "←"}
DIRECTIONS = {
    Direction.BOTH: say(N_("both ways")),
    Direction.LEFT_TO_RIGHT: say(N_("from left to right only")),
    Direction.RIGHT_TO_LEFT: say(N_("from right to left only")),
}


@dataclass(frozen=True)
class Card:
    """One pair at a glance. ``next_run`` is in seconds from now, as the daemon knows it, else as the store does."""

    pair: PairSettings
    status: PairStatus
    state: str
    lags: Sequence[Lag]
    next_run: float | None

    @property
    def words(self) -> Words:
        return STATES[self.state][0]

    @property
    def look(self) -> str:
        return STATES[self.state][1]

    @property
    def arrow(self) -> str:
        return ARROWS[self.pair.direction]

    @property
    def direction(self) -> Words:
        return DIRECTIONS[self.pair.direction]

    @property
    def spark(self) -> Markup:
        return drawn(self.lags)

    @property
    def longest(self) -> float:
        return max((lag.seconds for lag in self.lags), default=0.0)

    @property
    def failed(self) -> int:
        return sum(not lag.is_good for lag in self.lags)

    @property
    def conflicts(self) -> int:
        return self.status.waiting.get(Kind.CONFLICT, 0)

    @property
    def quarantined(self) -> int:
        return self.status.waiting.get(Kind.QUARANTINE, 0)

    @property
    def in_doubt(self) -> int:
        return self.status.waiting.get(Kind.DOUBT, 0)

    @property
    def undelivered(self) -> int:
        return self.status.waiting.get(Kind.FAILED, 0)


def card(bridge: Bridge, name: str, next_run: Callable[[str], float | None]) -> Card:
    """How one pair stands. Raises ``ConfigError`` for an unknown one."""
    pair = bridge.pair(name)
    (status,) = bridge.status(name)
    with bridge.db.read() as tx:
        last = trace.passes_of(tx, name, SHOWN + 1)
    ahead = next_run(name)
    if ahead is None and status.next_run is not None:
        ahead = max(0.0, (status.next_run - bridge.clock.now()).total_seconds())
    state = state_of(pair, status.last_error, status.lag_seconds, status.waiting)
    return Card(pair, status, state, lags(last), ahead if pair.enabled else None)


def state_of(pair: PairSettings, error: str | None, lag: float | None, waiting: Mapping[Kind, int]) -> str:
    """What is most worth saying of a pair. ``lag`` is in seconds, None before the first good pass."""
    if not pair.enabled:
        return "off"
    if error is not None:
        return "failing"
    if lag is None:
        return "new"
    if lag > PATIENCE * pair.interval.total_seconds() + GRACE:
        return "late"
    if any(waiting.get(kind, 0) for kind in FOR_A_PERSON):
        return "waits"
    return "well"


@dataclass(frozen=True)
class Overview:
    """All pairs together: how many fail or are behind, what waits, and cards of some of those that were sought.

    What waits of bookings, which belong to no pair, is in it.
    """

    pairs: int
    bad: int
    waiting: Mapping[Kind, int]
    found: int
    cards: Sequence[Card]


def overview(bridge: Bridge, next_run: Callable[[str], float | None], sought: str, first: int, most: int) -> Overview:
    """Pairs with ``sought`` in their name from number ``first`` on; those that want to be seen come first."""
    pairs, order, now = bridge.config.pair, list(STATES), bridge.clock.now().timestamp()
    with bridge.db.read() as tx:
        standings = trace.standings(tx, pairs)
        booked = sum(ledger.erp_of(wait.pair) is not None for wait in waiting.listed(tx, None, Kind.DOUBT))
    states = {
        name: state_of(pairs[name], one.error, None if one.good is None else now - one.good, one.waiting)
        for name, one in standings.items()
    }
    found = sorted((name for name in pairs if sought.lower() in name.lower()), key=lambda n: order.index(states[n]))
    return Overview(
        pairs=len(pairs),
        bad=sum(STATES[state][1] == "bad" for state in states.values()),
        waiting={
            kind: sum(one.waiting.get(kind, 0) for one in standings.values()) + booked * (kind is Kind.DOUBT)
            for kind in Kind
        },
        found=len(found),
        cards=[card(bridge, name, next_run) for name in found[first : first + most]],
    )
