"""Two twins, field by field and message by message, as far as the poorer of their ERPs can hold them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from erp_bridge.core.desconto import normalizar_bloco
from erp_bridge.core.footer import record_of
from erp_bridge.core.model import Atendimento, InteracaoPendente, MelhorHorario, Movimentacao, OrigemEndereco
from erp_bridge.core.text import normal, same_but_for_losses
from erp_bridge.sync import carried, fields
from erp_bridge.sync.carry import Problem
from erp_bridge.sync.planning import Planner
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store.links import Twins
from erp_bridge.sync.store.movements import Noted

#: =: agrees. ~: altered by storage at creation, which is no difference. -: missing on the other side. +: extra there,
#: or doubled. *: differs. !: cannot be compared.
Sign = Literal["=", "~", "-", "+", "*", "!"]

#: What an ERP's form puts into a field that was left empty.
DEFAULTS: Mapping[str, object] = {
    "melhor_horario": MelhorHorario.QUALQUER,
    "interacao_pendente": InteracaoPendente.NENHUMA,
}
#: Left out of a twin where its ERP would refuse them.
LEFT_OUT = ("canal", "data_reservada")
#: A text shorter than this was not cut by storage.
SHORTEST_CUT = 100
#: Results of comparing two values that are remembered: a few statuses and terms stand on all tickets.
REMEMBERED = 10_000
#: Ends both texts where nothing may have been cut off; no text holds it.
_END = "\x1f"


@dataclass(frozen=True)
class Difference:
    """One line: ids of both sides, None where there is no record, and the field or message it is about."""

    sign: Sign
    left: str | None
    right: str | None
    field: str = ""

    def as_json(self) -> dict[str, str | None]:
        return {"sign": self.sign, "left": self.left, "right": self.right, "field": self.field}


#: Of the messages of one ticket: what part of the other side's ticket each is a copy of, None where it is no copy.
Parts = list[str | None]
Notes = Mapping[str, Noted]  # of one ticket: what the store says, by message
NO_NOTES: Both[Notes] = Both({}, {})


@dataclass(frozen=True)
class Pair:
    """Two linked tickets as both ERPs show them, and their messages; ``parts`` by the messages' own footers."""

    twins: Twins
    records: Both[Atendimento]
    messages: Both[Sequence[Movimentacao]]
    parts: Both[Parts]

    def is_clear(self) -> bool:
        """Whether the footers alone tell whose message each is: no more need be known to compare them."""
        for side in Side:
            pairs = zip(self.messages[side], self.parts[side], strict=True)
            own = [message.id for message, part in pairs if part is None and message.texto]
            if own and not {record_of(part) for part in self.parts[side.other] if part is not None}.issuperset(own):
                return False
        return True


class Comparison:
    """How the twins of one pair are compared. What does not depend on a ticket is worked out once."""

    def __init__(self, planner: Planner, today: date) -> None:
        self._parties = planner.parties
        self._crossings = planner.crossings
        self._plain = planner.crossings.map(lambda crossing: replace(crossing, transform=None))
        self._steps = any(planner.crossings[side].transform is not None for side in Side)
        self._delivers = Both.of(
            lambda side: planner.rules.carries_from(side) and planner.parties[side.other].takes_messages
        )
        self._compared = Both.of(self._shared)  # by the side of the original
        self._today = today
        self._signs: dict[tuple[Side, str, Any, Any], Sign] = {}

    def pair(self, twins: Twins, records: Both[Atendimento], messages: Both[Sequence[Movimentacao]]) -> Pair:
        return Pair(twins, records, messages, Both.of(lambda side: self._parts(side, twins, messages[side])))

    def signs(self, pair: Pair, noted: Both[Notes] = NO_NOTES) -> Iterator[tuple[Sign, str]]:
        """(sign, field or message) of each that both can hold, and of copies that are too many.

        ``noted`` tells of messages that have lost their footers; a pair that is clear does without.
        """
        parts = pair.parts
        if noted is not NO_NOTES:
            parts = Both.of(lambda side: _by_notes(pair.messages[side], pair.parts[side], noted[side]))
        yield from self._ticket(pair, parts)
        for side in Side:
            yield from self._one_way(side, pair, parts, noted[side])

    # --- fields ------------------------------------------------------------------------------------------------

    def _shared(self, source: Side) -> tuple[str, ...]:
        """Fields that both can hold, where ``source`` has the original."""
        twin = self._parties[source.other]
        found = []
        for campo in fields.MERGED:
            if not all(self._parties[side].supports(campo).read for side in Side):
                continue
            # what a twin cannot be given when it is made stands in its footer instead
            if campo not in ("cliente", "status") and not twin.supports(campo).create:
                continue
            if campo == "status" and not (twin.supports(campo).create or carried.can_change(twin, campo)):
                continue
            found.append(campo)
        return tuple(found)

    def _ticket(self, pair: Pair, parts: Both[Parts]) -> Iterator[tuple[Sign, str]]:
        source = pair.twins.made.other if pair.twins.made else Side.LEFT
        shown: Both[Any] = self._shown(pair.records) if self._steps else pair.records
        mine, theirs = shown[source], pair.records[source.other]
        if isinstance(mine, Problem):
            yield "!", ""
            return
        for campo in self._compared[source]:
            match campo:
                case "cliente":
                    yield _client(mine, theirs), campo
                case "descricao":
                    yield self._description(source, mine, pair, parts[source.other]), campo
                case "titulo":
                    yield _line(mine.titulo, theirs.titulo), campo
                case "endereco":
                    manual = mine.origem_endereco is OrigemEndereco.MANUAL
                    # else it is each ERP's own, of the client or the login
                    yield _line(mine.endereco or "", theirs.endereco or "") if manual else "=", campo
                case _:
                    key = (source, campo, getattr(mine, campo), getattr(theirs, campo))
                    yield self._signs.get(key) or self._value(key, shown, pair.records), campo

    def _shown(self, records: Both[Atendimento]) -> Both[Any]:
        """Each ticket as it is carried after the pair's own step, or a problem."""
        return Both.of(lambda side: self._crossings[side].shown(records[side]))

    def _value(self, key: tuple[Side, str, Any, Any], shown: Both[Any], records: Both[Atendimento]) -> Sign:
        """Of a field that is a code or a term: as few as there are, the result is remembered."""
        source, campo, ours, there = key
        sign: Sign = "*"
        if isinstance(self._plain[source].value(shown[source], campo), Problem):
            sign = "!"
        elif any(self._means(side, campo, shown, records) for side in Side) or (
            ours is None and there is not None and there == DEFAULTS.get(campo)
        ):
            sign = "="
        elif campo in LEFT_OUT and there is None and (campo == "canal" or ours < self._today):
            sign = "~"
        if not self._steps:  # what the other side's step makes of a value may depend on the whole ticket
            if len(self._signs) >= REMEMBERED:
                self._signs.clear()
            self._signs[key] = sign
        return sign

    def _means(self, side: Side, campo: str, shown: Both[Any], records: Both[Atendimento]) -> bool:
        """Whether the other side has what ``side`` would carry there."""
        ours = shown[side]
        return not isinstance(ours, Problem) and self._plain[side].same(ours, records[side.other], campo)

    def _description(self, source: Side, mine: Atendimento, pair: Pair, parts: Parts) -> Sign:
        """A twin that has lost its footer differs, for who opened the ticket and when stands there."""
        theirs = pair.records[source.other]
        rest: dict[str, str] = {}
        for message, part in zip(pair.messages[source.other], parts, strict=True):
            if part is not None and record_of(part) == "d2":
                rest.setdefault(part, message.texto)
        stored = theirs.descricao + "".join(rest[part] for part in sorted(rest, key=_piece))
        footer = theirs.footer
        whole = footer is not None or not rest
        sign = alike(mine.descricao, stored, whole=whole)
        if sign == "*" and self._parties[source].asks_for_discount(mine):
            sign = alike(normalizar_bloco(mine.descricao, self._parties[source].zone), stored, whole=whole)
        lost = pair.twins.made is not None and (footer is None or footer.ref.id != mine.id)
        return "*" if lost and sign == "=" else sign

    # --- messages ----------------------------------------------------------------------------------------------

    def _parts(self, side: Side, twins: Twins, messages: Sequence[Movimentacao]) -> Parts:
        ticket, erp = twins.ids[side.other], self._parties[side.other].erp
        footers = [message.footer for message in messages]
        return [
            footer.ref.part if footer is not None and footer.ref.id == ticket and footer.ref.erp == erp else None
            for footer in footers
        ]

    def _one_way(self, side: Side, pair: Pair, parts: Both[Parts], noted: Notes) -> Iterator[tuple[Sign, str]]:
        """Messages written on ``side`` and their copies on the other."""
        across = pair.messages[side.other]
        copies: dict[str, dict[str, list[Movimentacao]]] = {}  # by message, then by piece of it
        for message, part in zip(across, parts[side.other], strict=True):
            if part is not None:
                copies.setdefault(record_of(part), {}).setdefault(part, []).append(message)
        written = set()
        for message, part in zip(pair.messages[side], parts[side], strict=True):
            id = message.id or ""
            written.add(id)
            if part is not None or not (message.texto.strip() or id in copies):
                continue
            said = self._crossings[side].said(message) if self._steps else message
            found = copies.get(id) or _as_noted(id, noted, across)
            if isinstance(said, Problem):
                yield "!", id
            elif found:
                yield _message(said, [found[piece][0] for piece in sorted(found, key=_piece)]), id
            elif not said.texto.strip():
                continue  # the pair's own step keeps it where it is
            elif self._delivers[side] and not (pair.twins.made is not side.other and _is_kept(noted, id)):
                yield "-", id
        for base, pieces in copies.items():
            of_nothing = base not in written and not _is_own_word(base)  # of what is no longer there
            for alike_ones in pieces.values():
                yield from (("+", message.id or "") for message in (alike_ones if of_nothing else alike_ones[1:]))


def _client(mine: Atendimento, theirs: Atendimento) -> Sign:
    if mine.cliente is None and theirs.cliente is None:
        return "="
    ours, there = (ticket.cliente.documento if ticket.cliente else None for ticket in (mine, theirs))
    if ours is None or there is None:
        return "!"
    return "=" if ours == there else "*"


def _line(ours: str, there: str) -> Sign:
    if not ours:
        return "~" if there else "="  # the form filled it in
    return alike(ours, there, whole=len(there) < SHORTEST_CUT)


def alike(sent: str, stored: str, *, whole: bool) -> Sign:
    """Two texts; ``whole``: what is stored cannot have been cut, since what was sent behind it is there."""
    if sent == stored or normal(sent) == normal(stored):
        return "="
    if "".join(sent.split()) == "".join(stored.split()):
        return "~"
    if whole:
        return "~" if same_but_for_losses(sent + _END, stored + _END) else "*"
    return "~" if len(stored) >= SHORTEST_CUT and same_but_for_losses(sent, stored) else "*"


def _message(message: Movimentacao, pieces: Sequence[Movimentacao]) -> Sign:
    """A copy that has lost its footer differs, for who wrote it and when stands there."""
    if message.arquivo is not None and pieces[0].arquivo is not None:
        return "="  # the file itself; its content is not read again
    ended = pieces[-1].footer is not None
    text = pieces[0].texto if len(pieces) == 1 else "".join(piece.texto for piece in pieces)
    sign = alike(message.texto, text, whole=ended)
    return "*" if sign == "=" and any(piece.footer is None for piece in pieces) else sign


def _by_notes(messages: Sequence[Movimentacao], parts: Parts, noted: Notes) -> Parts:
    """The same, and of messages that have lost their footers what the store says."""
    notes = [noted.get(message.id or "") for message in messages]
    return [
        note.twin if part is None and note is not None and note.state == "copy" else part
        for part, note in zip(parts, notes, strict=True)
    ]


def _as_noted(id: str, noted: Notes, across: Sequence[Movimentacao]) -> dict[str, list[Movimentacao]]:
    """The copy of a message that the store knows, where its own note is gone."""
    note = noted.get(id)
    found = [message for message in across if note is not None and note.twin is not None and message.id == note.twin]
    return {id: found} if found else {}


def _is_kept(noted: Notes, id: str) -> bool:
    """Whether it was there before the two were joined, or is the ERP's own row on a twin: it is carried nowhere."""
    return id in noted and noted[id].twin is None


def _piece(part: str) -> tuple[int, str]:
    """Sorts the pieces of one message."""
    return len(part), part


def _is_own_word(part: str) -> bool:
    """``s3``, ``d2``, ``m5-status``: what the bridge itself had to say, and the rest of a long text."""
    return part == "d2" or part.endswith("-status") or (part[:1] == "s" and part[1:].isdecimal())
