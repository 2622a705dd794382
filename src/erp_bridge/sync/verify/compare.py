"""Two twins, field by field and message by message, as far as the poorer of their ERPs can hold them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from erp_bridge.core.model import Atendimento, InteracaoPendente, MelhorHorario, Movimentacao, OrigemEndereco
from erp_bridge.core.text import normal, same_but_for_losses
from erp_bridge.sync import carried, fields
from erp_bridge.sync.carry import Problem
from erp_bridge.sync.planning import Planner
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store.links import Link

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
#: Ends both texts where nothing may have been cut off; no text holds it.
_END = "\x1f"

Known = Mapping[str, str | None]  # of one side of a link: movement → its copy on the other side


@dataclass(frozen=True)
class Difference:
    """One line: ids of both sides, None where there is no record, and the field or message it is about."""

    sign: Sign
    left: str | None
    right: str | None
    field: str = ""

    def as_json(self) -> dict[str, str | None]:
        return {"sign": self.sign, "left": self.left, "right": self.right, "field": self.field}


def ticket_fields(
    planner: Planner, link: Link, records: Both[Atendimento], messages: Both[Sequence[Movimentacao]], today: date
) -> Iterator[tuple[Sign, str]]:
    """(sign, field) of each field that both can hold."""
    for campo in fields.MERGED:
        if not all(planner.parties[side].supports(campo).read for side in Side):
            continue
        source = link.made.other if link.made else Side.LEFT
        twin = planner.parties[source.other]
        # what a twin cannot be given when it is made stands in its footer instead
        if campo not in ("cliente", "status") and not twin.supports(campo).create:
            continue
        if campo == "status" and not (twin.supports(campo).create or carried.can_change(twin, campo)):
            continue
        yield _field(planner, source, records, messages, campo, today), campo


def _field(
    planner: Planner,
    source: Side,
    records: Both[Atendimento],
    messages: Both[Sequence[Movimentacao]],
    campo: str,
    today: date,
) -> Sign:
    shown = planner.crossings[source].shown(records[source])
    if isinstance(shown, Problem):
        return "!"
    mine, theirs = shown, records[source.other]
    ours, there = getattr(mine, campo), getattr(theirs, campo)
    match campo:
        case "cliente":
            return _client(mine, theirs)
        case "descricao":
            rest = _own_pieces(planner, source, mine, messages[source.other], "d2")
            return alike(mine.descricao, theirs.descricao + "".join(rest), whole=theirs.footer is not None or not rest)
        case "titulo" | "endereco":
            if campo == "endereco" and mine.origem_endereco is not OrigemEndereco.MANUAL:
                return "="  # each ERP's own, of the client or the login
            if not ours:
                return "~" if there else "="  # the form filled it in
            return alike(ours, there or "", whole=len(there or "") < SHORTEST_CUT)
    if isinstance(planner.crossings[source].value(records[source], campo), Problem):
        return "!"
    if any(planner.crossings[side].same(records[side], records[side.other], campo) for side in Side):
        return "="
    if ours is None and there is not None and there == DEFAULTS.get(campo):
        return "="
    if campo in LEFT_OUT and there is None and (campo == "canal" or ours < today):
        return "~"
    return "*"


def _client(mine: Atendimento, theirs: Atendimento) -> Sign:
    documents = [ticket.cliente.documento if ticket.cliente else None for ticket in (mine, theirs)]
    if mine.cliente is None and theirs.cliente is None:
        return "="
    if None in documents:
        return "!"
    return "=" if documents[0] == documents[1] else "*"


def alike(sent: str, stored: str, *, whole: bool) -> Sign:
    """Two texts; ``whole``: what is stored cannot have been cut, since what was sent behind it is there."""
    if normal(sent) == normal(stored):
        return "="
    if "".join(sent.split()) == "".join(stored.split()):
        return "~"
    if whole:
        return "~" if same_but_for_losses(sent + _END, stored + _END) else "*"
    return "~" if len(stored) >= SHORTEST_CUT and same_but_for_losses(sent, stored) else "*"


# --- messages --------------------------------------------------------------------------------------------------


def ticket_messages(
    planner: Planner,
    link: Link,
    records: Both[Atendimento],
    messages: Both[Sequence[Movimentacao]],
    known: Both[Known],
) -> Iterator[tuple[Sign, str]]:
    """(sign, message) of each message that both can hold, and of copies that are too many."""
    for side in Side:
        yield from _one_way(planner, link, side, records, messages, known)


def _one_way(
    planner: Planner,
    link: Link,
    side: Side,
    records: Both[Atendimento],
    messages: Both[Sequence[Movimentacao]],
    known: Both[Known],
) -> Iterator[tuple[Sign, str]]:
    """Messages written on ``side`` and their copies on the other."""
    copies: dict[str, list[Movimentacao]] = {}
    for message in messages[side.other]:
        part = _part(planner, side, records[side], message)
        if part is not None:
            copies.setdefault(part, []).append(message)
    there = {message.id: message for message in messages[side.other]}
    own = [m for m in messages[side] if m.texto.strip() and not _is_copy(planner, side, records, messages, known, m)]
    carries = planner.rules.carries_from(side) and planner.parties[side.other].takes_messages
    for message in own:
        id = message.id or ""
        pieces = [found[0] for part, found in copies.items() if part.partition(".")[0] == id]
        copy = known[side].get(id)
        if not pieces and copy in there:
            pieces = [there[copy]]
        said = planner.crossings[side].said(message)
        if isinstance(said, Problem):
            yield "!", id
        elif pieces:
            yield _message(said, pieces), id
        elif not said.texto.strip():
            continue  # the pair's own step keeps it where it is
        elif carries and not _is_kept(link, side, known[side], id):
            yield "-", id
    written = {message.id for message in messages[side]}
    for part, found in copies.items():
        base = part.partition(".")[0]
        if base not in written and not _is_own_word(base):
            yield from (("+", message.id or "") for message in found)  # of what is no longer there
        else:
            yield from (("+", message.id or "") for message in found[1:])


def _message(message: Movimentacao, pieces: Sequence[Movimentacao]) -> Sign:
    if message.arquivo is not None and pieces[0].arquivo is not None:
        return "="  # the file itself; its content is not read again
    ended = pieces[-1].footer is not None
    return alike(message.texto, "".join(piece.texto for piece in pieces), whole=ended)


def _part(planner: Planner, side: Side, record: Atendimento, message: Movimentacao) -> str | None:
    """Of which part of the ticket on ``side`` a message of the other side is a copy, by its footer."""
    ref = message.footer.ref if message.footer else None
    if ref is None or (ref.erp, ref.id) != (planner.parties[side].erp, record.id):
        return None
    return ref.part


def _is_copy(
    planner: Planner,
    side: Side,
    records: Both[Atendimento],
    messages: Both[Sequence[Movimentacao]],
    known: Both[Known],
    message: Movimentacao,
) -> bool:
    """Whether the bridge wrote it: by its footer, else by what the store says of a message that lost it."""
    if _part(planner, side.other, records[side.other], message) is not None:
        return True
    origin = known[side].get(message.id or "")
    if origin is None:
        return False
    if known[side.other].get(origin) == message.id:
        twin = next((m for m in messages[side.other] if m.id == origin), None)
        return twin is not None and _part(planner, side, records[side], twin) is None
    return _is_own_word(origin.partition(".")[0])


def _is_kept(link: Link, side: Side, known: Known, id: str) -> bool:
    """Whether it was there before the two were joined, or is the ERP's own row on a twin: it is carried nowhere."""
    return id in known and known[id] is None and link.made is not side.other


def _is_own_word(part: str) -> bool:
    """``s3``, ``d2``, ``m5-status``: what the bridge itself had to say, and the rest of a long text."""
    return part == "d2" or part.endswith("-status") or (part[:1] == "s" and part[1:].isdecimal())


def _own_pieces(
    planner: Planner, side: Side, record: Atendimento, messages: Sequence[Movimentacao], part: str
) -> list[str]:
    """The texts of that part, in order."""
    found: dict[str, str] = {}
    for message in messages:
        name = _part(planner, side, record, message)
        if name is not None and name.partition(".")[0] == part:
            found.setdefault(name, message.texto)
    return [found[name] for name in sorted(found, key=lambda name: (len(name), name))]
