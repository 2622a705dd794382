"""One pass as a service makes it: whatever happens in it becomes a value, and nothing stops the other pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from erp_bridge.core.errors import AuthError, BridgeError, Unavailable
from erp_bridge.sync.gates import GateClosed
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.database import StoreError
from erp_bridge.sync.store.lease import PairHeld
from erp_bridge.transport.log import get_logger, one_pass

#: Stands among the ERPs that are down when it is the state store that does not answer.
STORE = "[state]"


class Outcome(StrEnum):
    """How a pass ended."""

    DONE = "done"
    WAITS = "waits"  # done, but something waits for a person
    DOWN = "down"  # an ERP did not answer
    GATE = "gate"  # stopped by a safety gate
    HELD = "held"  # another process works on the pair
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Cycle:
    """What became of one pass. ``delay`` is how late it began, ``seconds`` how long it took; ``down`` names ERPs.

    ``gate`` is the gate that stopped it; ``pass_id`` is what its log lines carry.
    """

    pair: str
    outcome: Outcome
    started: datetime
    delay: float
    seconds: float
    report: PassReport | None = None
    error: str = ""
    down: tuple[str, ...] = ()
    gate: str = ""
    pass_id: str = ""

    @property
    def is_well(self) -> bool:
        return self.outcome in (Outcome.DONE, Outcome.WAITS)


async def run_cycle(bridge: Bridge, pair: str, *, delay: float = 0.0) -> Cycle:
    """One pass over a pair. Raises nothing but ``CancelledError``."""
    with one_pass() as pass_id:
        return await _run(bridge, pair, delay, pass_id)


async def _run(bridge: Bridge, pair: str, delay: float, pass_id: str) -> Cycle:
    clock = bridge.clock
    started, began = clock.now(), clock.monotonic()

    def ended(
        outcome: Outcome,
        error: str = "",
        *,
        report: PassReport | None = None,
        down: tuple[str, ...] = (),
        gate: str = "",
    ) -> Cycle:
        seconds = clock.monotonic() - began
        return Cycle(pair, outcome, started, delay, seconds, report, error, down, gate, pass_id)

    try:
        report = await bridge.sync(pair)
    except PairHeld as held:
        return ended(Outcome.HELD, str(held))
    except GateClosed as gate:
        return ended(Outcome.GATE, str(gate), gate=gate.gate)
    except (Unavailable, AuthError) as error:
        return ended(Outcome.DOWN, str(error), down=(error.erp,) if error.erp else ())
    except StoreError as error:
        return ended(Outcome.FAILED, str(error), down=(STORE,))
    except BridgeError as error:
        return ended(Outcome.FAILED, f"{type(error).__name__}: {error}")
    except Exception as error:  # a fault of ours in one pair must not stop the others
        get_logger(pair=pair).exception("the pass ended unexpectedly")
        return ended(Outcome.FAILED, f"{type(error).__name__}: {error}")
    if report.error:
        return ended(Outcome.DOWN, report.error, report=report, down=tuple(report.down))
    return ended(Outcome.WAITS if report.exit_code else Outcome.DONE, report=report)
