"""A check, what it may say, and how it is declared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from erp_bridge.core.adapter import Capability
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.testing.stand import Stand


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """What came of a check; ``reason`` says why it failed or was skipped, or what a passed one had to leave out."""

    check: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Check:
    """One thing that adapters promise. ``sentence`` is English, and the key of its translation."""

    name: str
    sentence: str
    needs: frozenset[Capability]
    any_of: frozenset[Capability]
    writes: bool
    run: Callable[[Stand], Awaitable[None]]

    @property
    def proves(self) -> str:
        """What it proves, in the language spoken now."""
        return _(self.sentence)

    def __str__(self) -> str:
        return self.name


class Failed(Exception):
    """What was found is not what was promised."""


class NotClaimed(Exception):
    """The adapter does not promise that: a check that finds out only on its way."""


class Excused(Exception):
    """The bench says in writing why this cannot be tried."""


def check(
    name: str,
    sentence: str,
    *,
    needs: tuple[Capability, ...] = (),
    any_of: tuple[Capability, ...] = (),
    writes: bool = False,
) -> Callable[[Callable[[Stand], Awaitable[None]]], Check]:
    """Make a check of the function below. It needs all of ``needs`` and one of ``any_of`` to be claimed."""

    def made(function: Callable[[Stand], Awaitable[None]]) -> Check:
        return Check(name, sentence, frozenset(needs), frozenset(any_of), writes, function)

    return made


def expect(what: str, got: object, wanted: object, *, ok: bool | None = None) -> None:
    """Fail unless ``got`` is ``wanted`` (or ``ok`` says it will do). ``what`` is a name from the contract: no words."""
    if got == wanted if ok is None else ok:
        return
    raise Failed(unlike(what, got, wanted))


def unlike(what: str, got: object, wanted: object) -> str:
    """The line that says so."""
    return _("{what}: expected {wanted}, got {got}", what=what, wanted=_shown(wanted), got=_shown(got))


def _shown(value: object) -> str:
    if isinstance(value, BaseException):
        return f"{type(value).__name__} ({value})"
    if isinstance(value, type):
        return value.__name__
    text = value if isinstance(value, str) and not value.isspace() and value else repr(value)
    return text if len(text) <= 160 else f"{text[:100]!r}… ({len(text)})"


NOT_CLAIMED = N_("not claimed: {capability}")
