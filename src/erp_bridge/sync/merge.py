"""Three-way merge of one field of one link. Pure: who changed it, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from erp_bridge.sync.side import Both, Side

Policy = Literal["newest", "left", "right", "ask"]
Direction = Literal["both", "left-to-right", "right-to-left"]

#: Two edits nearer than this cannot be put in order: ERPs stamp whole seconds.
TOO_CLOSE = timedelta(seconds=2)


@dataclass(frozen=True)
class Carry:
    """The value of ``source`` goes to the other side."""

    source: Side


@dataclass(frozen=True)
class Settle:
    """Nothing to write: both sides agree again, or the change is on a side that is not carried."""


@dataclass(frozen=True)
class Clash:
    """A person decides. ``code`` says why."""

    code: str


Outcome = Carry | Settle | Clash | None


def merge_field(
    changed: Both[bool],
    *,
    equal: bool,
    policy: Policy = "newest",
    stamps: Both[datetime | None] = Both(None, None),  # noqa: B008 - an immutable value
    direction: Direction = "both",
) -> Outcome:
    """What to do about a field.

    ``changed`` compares each side with its own base; ``equal`` says that both values mean the same to the ERPs;
    ``stamps`` are the times of the edits on one common clock, None where an ERP does not tell.
    """
    if not (changed.left or changed.right):
        return None
    if equal:
        return Settle()
    if direction != "both":
        source = Side.LEFT if direction == "left-to-right" else Side.RIGHT
        return Carry(source) if changed[source] else Settle()
    if changed.left != changed.right:
        return Carry(Side.LEFT if changed.left else Side.RIGHT)
    return _by_policy(policy, stamps)


def _by_policy(policy: Policy, stamps: Both[datetime | None]) -> Outcome:
    if policy in ("left", "right"):
        return Carry(Side(policy))
    if policy == "ask":
        return Clash("both-changed")
    if stamps.left is None or stamps.right is None or abs(stamps.left - stamps.right) < TOO_CLOSE:
        return Clash("both-changed")
    return Carry(Side.LEFT if stamps.left > stamps.right else Side.RIGHT)
