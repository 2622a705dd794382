"""The people who work in both ERPs, and a ledger of what they did: what the bridge is to be measured by."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from faults.bench import Bench
from faults.hands import Mark, common_documents, words_of

SIDES = ("left", "right")


@dataclass
class Ledger:
    """Tickets are named by (side, id)."""

    opened: list[tuple[str, str]] = field(default_factory=list)
    edits: Counter[tuple[str, str]] = field(default_factory=Counter)  # of title and priority
    rewritten: set[tuple[str, str]] = field(default_factory=set)  # text or title changed after its opening
    tampered: set[tuple[str, str]] = field(default_factory=set)  # a footer in it was deleted
    pasted: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))  # copies of its footer
    unprovable: set[tuple[str, str]] = field(default_factory=set)  # tampered with while no store knew better
    said_at: dict[tuple[str, str, str], float] = field(default_factory=dict)  # when people wrote each message
    stores_lost: int = 0
    clock_went_back: bool = False  # in which order messages were written is then a matter of opinion


class Town:
    """Acts of people. Every text is written once only, so that a second one like it is a copy."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.town = self
        self.ledger = Ledger()
        served = [hands.documents for hands in bench.hands.values()]
        self.documents = [d for d in common_documents(bench.world) if all(d in some for some in served)]
        self._number = 0

    def words(self, what: str, *, long: bool = False) -> str:
        self._number += 1
        text = f"{what} nº {self._number:04d}: ação às 10h, sinal −27 dBm 😀\r\nsegunda linha & <fim>"
        return text + "".join(f"\r\nmedida {n} do laudo {self._number}" for n in range(60)) if long else text

    # --- who is there ------------------------------------------------------------------------------------------

    def tickets(self, side: str, *, open_only: bool = False, people_only: bool = False) -> list[str]:
        """Tickets of the town's own, and their twins."""
        audit, hands = self.bench.audit, self.bench.hands[side]
        mine = {id for where, id in self.ledger.opened if where == side}
        opened = set(self.ledger.opened)
        for (where, id), mark in audit.tickets.items():
            if where == side and mark and not people_only and (self.side_of(mark.erp), mark.ticket) in opened:
                mine.add(id)
        found = sorted(mine, key=lambda id: (len(id), id))
        if open_only:
            records = hands.tickets()
            found = [id for id in found if records[id].status not in ("solucionado", "cancelado")]
        return found

    def side_of(self, erp: str) -> str:
        return next(side for side in SIDES if self.bench.hands[side].name == erp)

    def twin_of(self, side: str, id: str) -> tuple[str, str] | None:
        """The other record of a ticket, by what was noted when the bridge made it."""
        audit, name = self.bench.audit, self.bench.hands[side].name
        mark = audit.tickets.get((side, id))
        if mark is not None:
            return self.side_of(mark.erp), mark.ticket
        for (where, twin), made_of in audit.tickets.items():
            if where != side and made_of == Mark(name, id, None):
                return where, twin
        return None

    # --- acts --------------------------------------------------------------------------------------------------

    def open(self, side: str, *, long: bool = False, text: str = "") -> str:
        document = self.documents[len(self.ledger.opened) % len(self.documents)]
        title = f"Chamado {len(self.ledger.opened) + 1}"
        id = self.bench.hands[side].open(document, title, text or self.words("Abertura", long=long))
        self.ledger.opened.append((side, id))
        return id

    def comment(self, side: str, ticket: str, *, long: bool = False) -> None:
        said = self.bench.hands[side].comment(ticket, self.words("Comentário", long=long))
        self._note(side, ticket, said)

    def set_status(self, side: str, ticket: str, status: str, *, silent: bool = False) -> None:
        text = "" if silent else self.words(f"Status {status}")
        self._note(side, ticket, self.bench.hands[side].set_status(ticket, status, text))

    def _note(self, side: str, ticket: str, said: str | None) -> None:
        if said is not None:
            self.ledger.said_at[side, ticket, said] = self.bench.clock.now().timestamp()

    def retitle(self, side: str, ticket: str) -> None:
        self._number += 1
        self.ledger.edits[side, ticket] += 1
        self.ledger.rewritten.add((side, ticket))
        self.bench.hands[side].retitle(ticket, f"Título {self._number}")

    def prioritise(self, side: str, ticket: str, code: str) -> None:
        self.ledger.edits[side, ticket] += 1
        self.bench.hands[side].prioritise(ticket, code)

    def delete_footer(self, side: str, ticket: str) -> None:
        """Of the ticket itself, and of every message of the bridge in it."""
        hands = self.bench.hands[side]
        self.bench.note_births()
        hands.rewrite(ticket, words_of(hands.tickets()[ticket].text))
        for said in hands.history(ticket):
            if said.by_bridge:
                hands.rewrite_message(said.id, said.words)
        self.ledger.tampered.add((side, ticket))
        if self.ledger.stores_lost and not self._is_linked(side, ticket):
            self._cannot_be_proven(side, ticket)

    def _is_linked(self, side: str, ticket: str) -> bool:
        links = self.bench.ask_bridge(lambda bridge: bridge.links("suporte"))
        return ticket in {link.ids.left if side == "left" else link.ids.right for link in links}

    def _cannot_be_proven(self, side: str, ticket: str) -> None:
        twin = self.twin_of(side, ticket)
        self.ledger.unprovable |= {(side, ticket)} | ({twin} if twin else set())
        # what holds a copy of that footer looks as much like the twin as the ticket that lost its own
        self.ledger.unprovable |= {(side, copy) for copy in self.ledger.pasted[side, ticket]}

    def copy_footer_into_new_ticket(self, side: str, ticket: str) -> str:
        text = self.bench.hands[side].tickets()[ticket].text
        copy = self.open(side, text=text.replace("Abertura", self.words("Cópia")))
        self.ledger.rewritten.add((side, copy))  # its text is no text of its own
        self.ledger.pasted[side, ticket].append(copy)
        return copy

    def paste_copy(self, side: str, ticket: str) -> None:
        """A person pastes the newest message of the bridge, its footer too, as a comment of their own."""
        hands = self.bench.hands[side]
        ours = [said for said in hands.history(ticket) if said.by_bridge]
        if ours:
            said = hands.comment(ticket, f"{self.words('Repasso')}\r\n{ours[-1].text}")
            self._note(side, ticket, said)

    # --- the store ---------------------------------------------------------------------------------------------

    def lose_store(self, files: dict[str, bytes] | None = None) -> None:
        """Delete it, or put an old copy of it in its place."""
        bench, ledger = self.bench, self.ledger
        bench.note_births()
        bench.put_store(files or {})
        ledger.stores_lost += 1
        for side, id in ledger.tampered:
            self._cannot_be_proven(side, id)
