"""Finds twins among records that no link joins yet: by footer, then by protocolo. Pure.

Copies of the bridge's own footers, and tickets opened by hand on both sides with the other's protocolo in the text,
are told apart here; what is not certain becomes a doubt for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from erp_bridge.core.model import Atendimento
from erp_bridge.sync.side import Both, Side

_WORD = re.compile(r"[0-9A-Za-z]{6,}")

_Record = tuple[Side, str]


@dataclass(frozen=True)
class Adoption:
    """Two records that are twins already. ``made`` is the side of the one that the bridge wrote, if it did."""

    ids: Both[str]
    made: Side | None


@dataclass(frozen=True)
class Ambiguity:
    """A record whose twin is not certain; ``candidates`` are ids of the other side."""

    side: Side
    id: str
    code: str
    candidates: tuple[str, ...]


def claims(records: Iterable[Atendimento], other_erp: str) -> dict[str, str]:
    """Which ticket of the other ERP each record's footer names."""
    return {
        record.id or "": ref.id
        for record in records
        if record.footer and (ref := record.footer.ref).erp == other_erp and ref.part is None
    }


def match_footers(
    unlinked: Both[Mapping[str, Atendimento]], names: Both[str]
) -> tuple[list[Adoption], list[Ambiguity]]:
    """Adoptions by footers among the records that have no link; ``names`` are those of the ERPs.

    A footer that names a ticket which is not there says nothing. Of several records that name one ticket the oldest is
    its twin; another is in doubt, unless it has a twin of its own. Nothing is a twin and an original at once: where
    footers say so, one of them was pasted, and a person tells which.
    """
    named: dict[_Record, _Record] = {}
    for side in Side:
        for id, other in claims(unlinked[side].values(), names[side.other]).items():
            if other in unlinked[side.other]:
                named[side, id] = (side.other, other)
    rivals: dict[_Record, list[_Record]] = {}  # who names a ticket, the oldest first
    for record in sorted(named, key=lambda record: (len(record[1]), record)):  # ids grow; clocks may go back
        rivals.setdefault(named[record], []).append(record)
    twins = {oldest: original for original, (oldest, *_) in rivals.items()}
    tangled = {record for twin, original in twins.items() if original in twins for record in (twin, original)}
    tangled |= {twins[record] for record in tangled if record in twins}
    plain = {twin: original for twin, original in twins.items() if twin not in tangled}
    adoptions = [Adoption(_ids(*twin, original[1]), made=twin[0]) for twin, original in plain.items()]
    settled = {*plain, *plain.values(), *tangled}
    doubts = [Ambiguity(*record, "tangled", _near(record, twins)) for record in sorted(tangled)]
    doubts += [
        Ambiguity(*newer, "same-reference", (twin[1],))
        for twin, original in plain.items()
        for newer in rivals[original][1:]
        if newer not in settled
    ]
    return adoptions, doubts


def _near(record: _Record, twins: Mapping[_Record, _Record]) -> tuple[str, ...]:
    """What footers join a record with, either way."""
    near = {original for twin, original in twins.items() if twin == record}
    near |= {twin for twin, original in twins.items() if original == record}
    return tuple(sorted(id for _, id in near))


def spoken_protocolos(record: Atendimento) -> set[str]:
    """Words of a ticket's own text that could be the other ERP's protocolo."""
    return set(_WORD.findall(f"{record.titulo}\n{record.descricao}")) - {record.protocolo}


def match_protocolos(
    unlinked: Both[Mapping[str, Atendimento]], linked: Both[Mapping[str, str]]
) -> tuple[list[Adoption], list[Ambiguity]]:
    """Adoptions by an exact protocolo of the other side in text or title, with the same documento.

    ``linked`` gives, by side, protocolos of records that have a twin already (protocolo → id): naming one is a doubt.
    """
    candidates: dict[tuple[Side, str], set[str]] = {}
    taken: dict[tuple[Side, str], set[str]] = {}
    for side in Side:
        free = {r.protocolo: r for r in unlinked[side.other].values() if r.protocolo}
        for id, record in unlinked[side].items():
            for word in spoken_protocolos(record):
                other = free.get(word)
                if other is not None and other.id and _same_client(record, other):
                    candidates.setdefault((side, id), set()).add(other.id)
                    candidates.setdefault((side.other, other.id), set()).add(id)
                elif word in linked[side.other]:
                    taken.setdefault((side, id), set()).add(linked[side.other][word])
    return _settle(candidates, taken)


def _settle(
    candidates: Mapping[tuple[Side, str], set[str]], taken: Mapping[tuple[Side, str], set[str]]
) -> tuple[list[Adoption], list[Ambiguity]]:
    adoptions, doubts = [], []
    for (side, id), others in candidates.items():
        if len(others) > 1:
            doubts.append(Ambiguity(side, id, "several-twins", tuple(sorted(others))))
            continue
        (other,) = others
        if side is Side.LEFT and len(candidates[Side.RIGHT, other]) == 1:
            adoptions.append(Adoption(Both(id, other), made=None))
    for (side, id), others in taken.items():
        if (side, id) not in candidates:
            doubts.append(Ambiguity(side, id, "partner-linked", tuple(sorted(others))))
    return adoptions, doubts


def _same_client(a: Atendimento, b: Atendimento) -> bool:
    return bool(a.cliente and b.cliente and a.cliente.documento and a.cliente.documento == b.cliente.documento)


def _ids(side: Side, id: str, other_id: str) -> Both[str]:
    return Both(id, other_id) if side is Side.LEFT else Both(other_id, id)
