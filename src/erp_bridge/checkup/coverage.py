"""How many tickets of one side have terms that the other side knows, by kind of term. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from erp_bridge.core.model import Atendimento, Status, Termo
from erp_bridge.core.text import fold
from erp_bridge.sync.carry import Crossing, Party, Problem
from erp_bridge.sync.fields import TERMS

Named = tuple[str, str]  # a term's id and name


@dataclass(frozen=True)
class Coverage:
    """Of ``tickets`` with a term of that kind, those whose term has no counterpart are counted in ``missing``."""

    campo: str
    tickets: int
    missing: Counter[Named]

    @property
    def covered(self) -> int:
        return self.tickets - self.missing.total()

    @property
    def percent(self) -> int:
        """Rounded down, so that only all are 100 %."""
        return 100 * self.covered // self.tickets


def coverage(crossing: Crossing, tickets: Sequence[Atendimento]) -> Iterator[Coverage]:
    """By kind, as far as tickets have such terms and the target takes them. Fallbacks do not count.

    ``tickets`` are those of :func:`carried`: what the pair's own step made of them is what the target must know.
    """
    plain = replace(crossing, fallback={})
    for campo in (*TERMS, "status"):
        if not _carries(plain, campo):
            continue
        terms = Counter(key for ticket in tickets if (key := _key(plain.source, ticket, campo)))
        missing = Counter({key: count for key, count in terms.items() if not _matches(plain, campo, key)})
        if terms:
            yield Coverage(campo, terms.total(), missing)


def without_counterpart(crossing: Crossing, campo: str) -> list[Named]:
    """Terms of the source's own list that the target does not know, used or not."""
    plain = replace(crossing, fallback={})
    vocab = crossing.source.vocab.get(campo)
    keys = [(term.id or "", term.nome) for term in vocab.terms] if vocab and _carries(plain, campo) else []
    return [key for key in keys if not _matches(plain, campo, key)]


def own_tickets(
    tickets: Sequence[Atendimento], source: Party, other: str, scope: Mapping[str, Sequence[str]]
) -> list[Atendimento]:
    """Those that may be carried: within the pair's scope, and not themselves a twin of the other side's."""
    return [
        ticket
        for ticket in tickets
        if not (ticket.footer and ticket.footer.ref.erp == other)
        and all(_named_so(source, ticket, campo, names) for campo, names in scope.items() if names)
    ]


def carried(crossing: Crossing, tickets: Sequence[Atendimento]) -> tuple[list[Atendimento], Counter[str]]:
    """The tickets after the pair's own step, as a pass would carry them; and why that failed on the others."""
    shown, failures = [], Counter[str]()
    for ticket in tickets:
        found = crossing.shown(ticket)
        if isinstance(found, Problem):
            failures[found.detail["raw"]] += 1
        else:
            shown.append(found)
    return shown, failures


def _named_so(source: Party, ticket: Atendimento, campo: str, names: Sequence[str]) -> bool:
    term = source.named(campo, getattr(ticket, campo))
    return term is not None and fold(term.nome) in {fold(name) for name in names}


def _carries(crossing: Crossing, campo: str) -> bool:
    if campo == "status":
        return bool(crossing.target.statuses)
    if campo == "processo" and campo not in crossing.trigger:
        return False
    support = crossing.target.supports(campo)
    return crossing.source.supports(campo).read and (support.create or support.change)


def _key(source: Party, ticket: Atendimento, campo: str) -> Named | None:
    if campo == "status":
        return (ticket.status.value, "") if ticket.status else None
    term = source.named(campo, getattr(ticket, campo))
    return (term.id or "", term.nome) if term and (term.id or term.nome) else None


def _matches(crossing: Crossing, campo: str, key: Named) -> bool:
    if campo == "status":
        return isinstance(crossing.status(Status(key[0])), Status)
    return isinstance(crossing.term(campo, Termo(id=key[0] or None, nome=key[1])), Termo)
