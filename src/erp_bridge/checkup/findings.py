"""What an examination leaves behind: findings for people, and the facts that pairs are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from erp_bridge.checkup.census import Census
from erp_bridge.core.adapter import Capability
from erp_bridge.core.errors import BridgeError
from erp_bridge.core.model import Termo
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.i18n import _, rendered
from erp_bridge.sync.carry import Party

_LISTED = 8


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was seen, and what to do when it is not as it should be."""

    subject: str
    topic: str
    state: State
    detail: str
    advice: str = ""


@dataclass
class Examined:
    """One ERP after its examination, as far as that came."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    capabilities: frozenset[Capability] | None = None  # what it declares; None: not known
    barred: set[Capability] = field(default_factory=set)  # of these, what was refused when it was tried
    requests: int = 0
    party: Party | None = None  # None: it could not be examined
    terms: dict[str, Sequence[Termo]] = field(default_factory=dict)  # by kind, as far as it has lists
    parameters: Mapping[str, ParametrosAtendimento] = field(default_factory=dict)  # by subject id; "": without one
    census: Census = field(default_factory=Census)

    @property
    def failed(self) -> bool:
        return any(finding.state is State.ERROR for finding in self.findings)

    def say(self, topic: str, state: State, detail: str, advice: str = "") -> None:
        self.findings.append(Finding(self.name, topic, state, detail, advice))

    def blame(self, topic: str, error: BridgeError) -> None:
        """The error as a finding, with what one does about its kind."""
        advice = rendered((type(error).__doc__ or "").partition("\n")[0])
        self.say(topic, State.ERROR, rendered(error.message), advice)


def listed(items: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    text = ", ".join(items[:_LISTED])
    return text + (_(" and {count} more", count=len(items) - _LISTED) if len(items) > _LISTED else "")


def term(id: str | None, nome: str) -> str:
    """``"Elogio" (90)``."""
    return f'"{nome or "?"}" ({id or "?"})'
