"""Proposes twins among open tickets: same client, similar words, opened near each other. Nothing is recorded."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from erp_bridge.core.adapter import Adapter
from erp_bridge.core.model import Atendimento
from erp_bridge.core.text import fold
from erp_bridge.sync.side import Both

#: Tickets opened further apart are not proposed.
NEAR = timedelta(days=7)
#: Nor those that score less, between 0 and 1.
ENOUGH = 0.35


@dataclass(frozen=True)
class Suggestion:
    """Two tickets that may be twins; ``score`` between 0 and 1."""

    left: str
    right: str
    score: float


async def suggest_links(adapters: Both[Adapter], taken: Both[Collection[str]]) -> list[Suggestion]:
    """Suggestions over all open tickets without a link, the best first."""
    left = await _open(adapters.left, taken.left)
    right = await _open(adapters.right, taken.right)
    by_client: dict[str, list[Atendimento]] = {}
    for ticket in right:
        if ticket.cliente and ticket.cliente.documento:
            by_client.setdefault(ticket.cliente.documento, []).append(ticket)
    found = [
        Suggestion(mine.id or "", theirs.id or "", score)
        for mine in left
        if mine.cliente and mine.cliente.documento
        for theirs in by_client.get(mine.cliente.documento, ())
        if (score := likeness(mine, theirs)) >= ENOUGH
    ]
    return sorted(found, key=lambda s: (-s.score, s.left, s.right))


def likeness(a: Atendimento, b: Atendimento) -> float:
    """How much two tickets of one client look like one: words count for two thirds, nearness in time for the rest."""
    words = difflib.SequenceMatcher(None, _words(a), _words(b)).ratio()
    apart = abs(a.aberto_em - b.aberto_em) if a.aberto_em and b.aberto_em else NEAR
    near = max(0.0, 1 - apart / NEAR)
    return round((2 * words + near) / 3, 2) if near else 0.0


def _words(ticket: Atendimento) -> str:
    subject = ticket.assunto.nome if ticket.assunto else ""
    return fold(f"{subject} {ticket.titulo} {ticket.descricao[:500]}")


async def _open(adapter: Adapter, taken: Collection[str]) -> Sequence[Atendimento]:
    return [t async for page in adapter.open_tickets() for t in page if t.id not in taken and t.footer is None]
