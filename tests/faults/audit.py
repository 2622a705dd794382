"""Watches every write that reaches a simulated ERP: what the bridge made, and what it should not have done.

People may alter or delete a footer later on, so each record's marker is noted at the moment of its birth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from faults.hands import Hands, Mark, mark_of

OPEN = ("novo", "pendente", "em_progresso")


class Auditor:
    """What the bridge has done on each side: ``tickets`` and ``messages`` that it made, and its ``offences``."""

    def __init__(self, hands: Mapping[str, Hands]) -> None:
        self.hands = hands
        self.tickets: dict[tuple[str, str], Mark | None] = {}
        self.messages: dict[tuple[str, str, str], Mark | None] = {}
        self.offences: list[str] = []
        self.meddled = False  # a person acted within the request now under way
        self._ever: dict[str, set[str]] = {side: set(there.tickets()) for side, there in hands.items()}

    @contextmanager
    def watching(self, side: str) -> Iterator[None]:
        """Around one write: whatever changes within is the bridge's doing, unless a person meddled."""
        before = {id: record.status for id, record in self.hands[side].tickets().items()}
        self._ever[side].update(before)
        lengths = {id: len(self.hands[side].history(id)) for id, status in before.items() if status == "cancelado"}
        self.meddled = False
        try:
            yield
        finally:
            self.note_births(side)
            if not self.meddled:
                self._judge(side, before, lengths)

    def note_births(self, side: str) -> None:
        there = self.hands[side]
        for id, record in there.tickets().items():
            self._ever[side].add(id)
            if record.by_bridge and (side, id) not in self.tickets:
                self.tickets[side, id] = mark_of(record.text)
            for said in there.history(id):
                if said.by_bridge and (side, id, said.id) not in self.messages:
                    self.messages[side, id, said.id] = said.mark

    def vanished(self) -> list[str]:
        """Tickets that stood in an ERP once and do not any more."""
        return [
            f"{side} {id}"
            for side, there in self.hands.items()
            for id in sorted(self._ever[side] - set(there.tickets()))
        ]

    def _judge(self, side: str, before: Mapping[str, str], lengths: Mapping[str, int]) -> None:
        for id, record in self.hands[side].tickets().items():
            if before.get(id) == "cancelado":
                if record.status != "cancelado" or len(self.hands[side].history(id)) != lengths[id]:
                    self.offences.append(f"wrote to {side} {id}, which was cancelled")
            elif before.get(id) == "solucionado" and record.status in OPEN:
                self.offences.append(f"reopened {side} {id}")
