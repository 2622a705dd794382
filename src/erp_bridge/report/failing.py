"""Why a pass failed and what one does about it, in both languages, from the lines that the store keeps of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from erp_bridge.core.errors import BridgeError
from erp_bridge.i18n import N_, rendered
from erp_bridge.report.words import PORTUGUESE, Words, plain, say
from erp_bridge.sync.failing import INTERRUPTED, LOOKED

_STATES: Mapping[str, Words] = {
    INTERRUPTED: say(N_("broken off: the process ended, or was told to")),
    LOOKED: say(N_("looked only, as it was asked to")),
}
_FAULT = say(N_("a fault of erp-bridge itself ({kind}); the log tells where"))


@dataclass(frozen=True)
class Failure:
    """One error: the class it belongs to ("" where that is not known), what happened, and the next step."""

    kind: str
    what: Words
    next_step: Words


def failures(error: str | None) -> list[Failure]:
    """What the store keeps of the failure of a pass."""
    return [_failure(line) for line in (error or "").split("\n") if line]


def _failure(line: str) -> Failure:
    if line in _STATES:
        return Failure("", _STATES[line], plain(""))
    head, _, rest = line.partition(": ")
    kind = named(head)
    if kind is None:
        if not rest and line.isidentifier():
            fault = _FAULT
            return Failure("", Words(fault.en.format(kind=line), fault.pt.format(kind=line)), plain(""))
        return Failure("", translated(line), plain(""))
    advice = translated((kind.__doc__ or "").strip())
    return Failure(head, translated(rest), advice) if rest else Failure(head, advice, plain(""))


def translated(message: str) -> Words:
    """A finished English message in both languages; names before it, set off by a colon, stay as they are."""
    # a pattern that begins with a place to fill in would match too early: the best try leaves the least as it was
    return Words(message, min(_tries(message), key=lambda text: len({*text.split()} & {*message.split()})))


def _tries(message: str) -> Iterator[str]:
    yield message
    rest, before = message, ""
    while rest:
        found = rendered(rest, PORTUGUESE)
        if found != rest:
            yield before + found
        head, colon, rest = rest.partition(": ")
        before += head + colon


def named(name: str) -> type[BridgeError] | None:
    """The error of that name, also of a layer that is not known here."""
    kinds = [BridgeError]
    while kinds:
        kind = kinds.pop()
        if kind.__name__ == name:
            return kind
        kinds += kind.__subclasses__()
    return None
