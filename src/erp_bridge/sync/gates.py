"""What stops a pass before its first write. Pure; each message names the option that lifts it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from erp_bridge.core.errors import BridgeError
from erp_bridge.sync.side import Both, Side

#: Below so many links a mass change is an ordinary day.
FEW_LINKS = 10

#: An ERP's clock, or ours, may drift so far between two passes.
CLOCK_DRIFT = timedelta(minutes=10)

#: A record may be stamped so far ahead of its ERP's clock.
FUTURE_STAMP = timedelta(days=1)


class GateClosed(BridgeError):
    """The pass was stopped before its first write: look at what it would do, then lift the gate if it is right."""

    def __init__(self, gate: str, message: str) -> None:
        super().__init__(message)
        self.gate = gate


def check_creates(count: int, limit: int) -> None:
    if count > limit:
        raise GateClosed(
            "max_create",
            f"more than {limit} tickets would be created; look with `plan`, then lift it with --max-create N "
            "or max_create in the pair's table",
        )


def check_changes(count: int, limit: int) -> None:
    if count > limit:
        raise GateClosed(
            "max_changes",
            f"{count} tickets would be changed, more than {limit}; look with `plan`, then lift it with "
            "--max-changes N or max_changes in the pair's table",
        )


def check_emptied(names: Both[str], read: Mapping[Side, int], links: int, allowed: Collection[str]) -> None:
    """A side that shows no ticket at all in a full pass, while twins are known there."""
    for side in Side:
        if links and not read[side] and "emptied" not in allowed:
            raise GateClosed(
                "emptied",
                f"{names[side]} shows no ticket at all, though {links} are linked there; check its user's filters, "
                "or lift it with --allow emptied",
            )


def check_mass_change(names: Both[str], changed: Mapping[Side, int], links: int, allowed: Collection[str]) -> None:
    for side in Side:
        if links >= FEW_LINKS and changed[side] * 2 > links and "mass-change" not in allowed:
            raise GateClosed(
                "mass-change",
                f"{changed[side]} of {links} linked tickets have changed in {names[side]}; if that is right, lift it "
                "with --allow mass-change",
            )


def check_clock(
    names: Both[str],
    offsets: Mapping[Side, timedelta | None],
    before: Mapping[Side, timedelta | None],
    newest: Mapping[Side, datetime | None],
    now: datetime,
    last_pass: datetime | None,
    allowed: Collection[str],
) -> None:
    """A clock that jumped since the last pass, or records stamped in the future."""
    if "clock" in allowed:
        return
    if last_pass is not None and now < last_pass - CLOCK_DRIFT:
        raise GateClosed("clock", "this machine's clock has gone back; correct it, or lift it with --allow clock")
    for side in Side:
        offset, known, stamp = offsets[side], before[side], newest[side]
        if offset is not None and known is not None and abs(offset - known) > CLOCK_DRIFT:
            raise GateClosed(
                "clock", f"the clock of {names[side]} has jumped since the last pass; lift it with --allow clock"
            )
        if stamp is not None and stamp - (offset or timedelta()) > now + FUTURE_STAMP:
            raise GateClosed(
                "clock",
                f"{names[side]} holds tickets stamped in the future; correct them, or lift it with --allow clock",
            )
