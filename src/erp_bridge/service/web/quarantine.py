"""Quarantined records by what stands in their way, with the lines of the configuration that would clear it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from erp_bridge.config import Config
from erp_bridge.config.checks import FIXED_NAMES
from erp_bridge.config.suggest import THRESHOLD, likeness
from erp_bridge.core.model import Termo
from erp_bridge.core.settings import VOCABULARY_KINDS
from erp_bridge.core.text import fold
from erp_bridge.report.words import Words
from erp_bridge.service.web import words
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.store.waiting import Wait

#: Terms that are offered for a line.
OFFERED = 5


@dataclass(frozen=True)
class Advice:
    """Lines for ``bridge.toml``: a table, and what to write in it. ``id`` stands for an id that is to be looked up.

    ``erp`` is the one whose terms are to be looked at, ``kind`` which of them, ``name`` what the term is called here.
    """

    table: str
    line: str
    erp: str
    kind: str
    name: str
    fallback: str = ""

    @property
    def toml(self) -> str:
        return f"[{self.table}]\n{self.line}"


@dataclass(frozen=True)
class Group:
    """Records of one pair that wait for the same thing; ``waits`` from the oldest to the newest."""

    pair: str
    waits: tuple[Wait, ...]
    what: Words
    next_step: Words
    advice: Advice | None

    @property
    def code(self) -> str:
        return self.waits[0].code

    @property
    def field(self) -> str:
        return self.waits[0].field

    @property
    def asked(self) -> int:
        """How many are to be tried again by the next pass."""
        return sum(wait.decision is not None for wait in self.waits)


def groups(waits: Iterable[Wait], config: Config) -> list[Group]:
    """The largest first."""
    found: dict[tuple[str, ...], list[Wait]] = {}
    for wait in waits:
        found.setdefault(_key(wait), []).append(wait)
    made = [_group(tuple(waits), config) for waits in found.values()]
    return sorted(made, key=lambda group: (-len(group.waits), group.pair, group.code, group.field))


def _key(wait: Wait) -> tuple[str, ...]:
    # of a field in which a movement's id stands every record would be a group of its own
    campo = wait.field if wait.field.islower() and not re.search(r"\d", wait.field) else ""
    narrow = (wait.detail.get("raw", ""),) if wait.code in ("unmapped", "unreadable") else ()
    return (wait.pair, wait.side.value, wait.code, campo, wait.detail.get("erp", ""), *narrow)


def _group(waits: tuple[Wait, ...], config: Config) -> Group:
    one = waits[0]
    source, target = sides(one, config)
    return Group(one.pair, waits, words.what(one, source, target), words.next_step(one, source, target),
                 advice(one, config))  # fmt: skip


def sides(wait: Wait, config: Config) -> tuple[str, str]:
    """The ERP of the record, and the other one; names of sides where the pair is no longer in the configuration.

    A booking has one ERP only.
    """
    alone = ledger.erp_of(wait.pair)
    if alone is not None:
        return alone, alone
    pair = config.pair.get(wait.pair)
    return tuple(getattr(pair, side.value, side.value) for side in (wait.side, wait.side.other))  # type: ignore[return-value]


def advice(wait: Wait, config: Config) -> Advice | None:
    """The line that would give a term its counterpart, or a code its meaning."""
    kind, raw = wait.field, wait.detail.get("raw", "")
    source, target = sides(wait, config)
    erp = wait.detail.get("erp", source)
    if kind not in VOCABULARY_KINDS:
        return None
    if wait.code == "unreadable" and raw:
        names = " | ".join(FIXED_NAMES.get(kind, ("…",)))
        return Advice(f"erp.{erp}.vocab.{kind}", f"{quoted(raw)} = {quoted('…')}  # {names}", erp, "", "")
    if wait.code != "unmapped":
        return None
    other = wait.detail.get("other", target)
    known = config.erp[erp].vocab.get(kind, {}) if erp in config.erp else {}
    name = known.get(raw) or fold(wait.detail.get("name", "")) or raw
    fallback = f"[pair.{wait.pair}.fallback]\n{kind} = {quoted('…')}"
    return Advice(f"erp.{other}.vocab.{kind}", f"{quoted('…')} = {quoted(name)}", other, kind, name, fallback)


def offers(advice: Advice, terms: Sequence[Termo], taken: Mapping[str, str]) -> list[tuple[str, str]]:
    """Lines with the ids of terms that resemble the name, the most alike first, each with what the ERP calls it.

    Terms that have a line already mean something else.
    """
    scored = [
        (likeness(advice.name, term.nome), term)
        for term in terms
        if term.id and term.nome and term.id not in taken
    ]  # fmt: skip
    best = sorted(scored, key=lambda one: (-one[0], one[1].nome))[:OFFERED]
    return [
        (f"{quoted(term.id or '')} = {quoted(advice.name)}", " ".join(term.nome.split()))
        for score, term in best
        if score >= THRESHOLD
    ]  # fmt: skip


def quoted(text: str) -> str:
    """As TOML writes a text."""
    return json.dumps(text, ensure_ascii=False)
