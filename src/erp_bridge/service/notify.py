"""Tells people that something waits for them, by a command or a webhook: at most one notice per pair and hour.

A notice is given when something has come to wait since the last one, and once a day as long as anything does. It holds
the pair's name, ids and counts, nothing of what the tickets say. Bookings of discounts that are in doubt belong to an
ERP and to no pair: they are told of after a pass over any pair of that ERP, as ``desconto:<erp>``. How the hour is kept
stands in the state store, so it holds across restarts and on all hosts. One that fails is logged, and tried again when
its hour is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from erp_bridge.config import Config
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import BridgeError
from erp_bridge.core.settings import Secret
from erp_bridge.service.cycle import Cycle, Outcome
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store import notices, waiting
from erp_bridge.sync.store.waiting import Kind, Wait
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.redact import redactor
from erp_bridge.transport.webhook import post

HOUR = 3600.0
DAY = 24 * HOUR
#: What failed is tried again by each pass; only what has failed for so long is worth a person's time. Seconds.
LONG_ENOUGH = 600.0
#: A command or a webhook that takes longer, in seconds, has failed.
PATIENCE = 30.0
#: Ids in one notice, at most.
MOST_IDS = 50

#: Of the body, as ``sha256=`` and 64 hexadecimal digits.
SIGNATURE = "X-Erp-Bridge-Signature"

_COUNTS = {Kind.CONFLICT: "conflicts", Kind.QUARANTINE: "quarantined", Kind.DOUBT: "in_doubt", Kind.FAILED: "failed"}


def signature(secret: str, body: bytes) -> str:
    """What the header says of a body: its HMAC-SHA256 with the secret."""
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


@dataclass(frozen=True)
class _Matter:
    """What a pair waits for: the text of the notice, and since when the newest of it waits (seconds since 1970)."""

    body: dict[str, Any]
    newest: float


class Notifier:
    """Listens to passes. The bridge is looked up anew each time, for another one may take over."""

    def __init__(
        self,
        bridge: Callable[[], Bridge],
        clock: Clock,
        told: Callable[[str], None] = lambda result: None,
    ) -> None:
        self._bridge = bridge
        self._clock = clock
        self._told = told
        self._under_way: set[asyncio.Task[None]] = set()
        self._log = get_logger(part="notify")

    def passed(self, cycle: Cycle) -> None:
        """A pass has ended; whoever has to know is told meanwhile."""
        settings = self._bridge().config.notify
        if settings.command is None and settings.webhook is None:
            return
        waits = cycle.report is not None and any(cycle.report.open.values())
        places = [cycle.pair] if waits or cycle.outcome is Outcome.GATE else []
        for place in (*places, *self._bookings(cycle)):
            task = asyncio.ensure_future(self._tell(cycle, place))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _bookings(self, cycle: Cycle) -> list[str]:
        """Where bookings of the pair's ERPs stand in doubt."""
        bridge = self._bridge()
        pair = bridge.config.pair.get(cycle.pair)
        if pair is None or cycle.report is None:
            return []
        try:
            with bridge.db.read() as tx:
                return [ledger.key(erp) for erp in ledger.in_doubt(tx, (pair.left, pair.right))]
        except BridgeError:
            return []  # the pass has said it

    async def wind_up(self, patience: float = 2.0) -> None:
        """Let notices under way be delivered, as far as that takes no longer."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _tell(self, cycle: Cycle, place: str) -> None:
        bridge, now = self._bridge(), self._clock.now().timestamp()
        try:
            matter = self._due(bridge, cycle, place, now)
            if matter is None:
                return
            body = json.dumps(matter.body, ensure_ascii=False).encode()
            await _deliver(bridge.config, body)
            with bridge.db.write() as tx:
                notices.told(tx, place, now, matter.newest)
        except (BridgeError, OSError) as error:
            self._told("failed")
            self._log.warning("nobody could be told", pair=place, error=str(error))
        except Exception:  # a fault of ours here must not end in silence
            self._told("failed")
            self._log.exception("nobody could be told", pair=place)
        else:
            self._told("told")
            self._log.info("people were told", pair=place, **_counted(matter.body))

    def _due(self, bridge: Bridge, cycle: Cycle, place: str, now: float) -> _Matter | None:
        """What to tell now, if anything; who gets it has the pair's hour."""
        with bridge.db.read() as tx:
            last = notices.last(tx, place)
            waits = waiting.listed(tx, place)
            counts = waiting.counts(tx, place)
        gate = cycle.gate if cycle.outcome is Outcome.GATE and place == cycle.pair else None
        matter = _matter(place, gate, waits, counts, now, lambda wait: _erp(bridge.config, place, wait))
        is_known = matter.newest <= last.seen and now - last.told < DAY
        if not matter.newest or is_known:
            return None
        with bridge.db.write() as tx:
            return matter if notices.claim(tx, place, now, HOUR) else None


def _erp(config: Config, place: str, wait: Wait) -> str:
    """The ERP of an entry's ticket."""
    return ledger.erp_of(place) or str(getattr(config.pair.get(place), wait.side.value, wait.side.value))


def _matter(
    place: str, gate: str | None, waits: list[Wait], counts: dict[Kind, int], now: float, erp: Callable[[Wait], str]
) -> _Matter:
    """``gate`` is the one that has stopped the pair."""
    known = [w for w in waits if w.decision is None and (w.kind is not Kind.FAILED or now - w.since >= LONG_ENOUGH)]
    since = min((wait.since for wait in known), default=now)
    body: dict[str, Any] = {
        "event": "waiting" if gate is None else "gate",
        "pair": place,
        "time": _iso(now),
        **{name: counts.get(kind, 0) for kind, name in _COUNTS.items()},
        "since": _iso(since) if known else None,
        "items": [{"id": wait.id, "kind": wait.kind.value, "side": wait.side.value, "erp": erp(wait), "code": wait.code}
                  for wait in known[-MOST_IDS:]],
    }  # fmt: skip
    newest = max((w.since + LONG_ENOUGH * (w.kind is Kind.FAILED) for w in known), default=0.0)
    if gate is not None:  # the pair stands still until somebody comes: that is said every hour
        body["gate"], newest = gate, now
    return _Matter(body, newest)


def _counted(body: dict[str, Any]) -> dict[str, object]:
    return {"event_kind": body["event"], **{name: body[name] for name in _COUNTS.values()}}


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


# --- delivery ------------------------------------------------------------------------------------------------------


async def _deliver(config: Config, body: bytes) -> None:
    """By the command, the webhook, or both. Raises ``BridgeError`` when one of them did not take it."""
    wrong = []
    for way in (_command, _webhook):
        try:
            await way(config, body)
        except BridgeError as error:
            wrong.append(error.message)
    if wrong:
        raise BridgeError("; ".join(wrong))


async def _command(config: Config, body: bytes) -> None:
    command = config.notify.command
    if command is None:
        return
    quiet: dict[str, Any] = {
        "stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.DEVNULL,
        "start_new_session": True,  # so that it can be ended with all that it has started
    }  # fmt: skip
    try:
        process = await (
            asyncio.create_subprocess_shell(command, **quiet)
            if isinstance(command, str)
            else asyncio.create_subprocess_exec(*command, **quiet)
        )
    except (OSError, ValueError) as error:
        raise BridgeError(f"the command of [notify] cannot be started: {error}") from None
    try:
        async with asyncio.timeout(PATIENCE):
            await process.communicate(body)
    except TimeoutError:
        raise BridgeError(f"the command of [notify] has not ended within {PATIENCE:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        raise BridgeError(f"the command of [notify] ended with status {process.returncode}")


async def _webhook(config: Config, body: bytes) -> None:
    settings = config.notify
    if settings.webhook is None:
        return
    address = Secret(settings.webhook, config.folder).reveal()
    redactor.remember(address)
    headers = {"Content-Type": "application/json"}
    if settings.secret is not None:
        secret = settings.secret.reveal()
        redactor.remember(secret)
        headers[SIGNATURE] = signature(secret, body)
    try:
        await post(address, body, headers, timeout=PATIENCE)
    except BridgeError as error:
        raise BridgeError(f"the webhook of [notify]: {error.message}") from None
