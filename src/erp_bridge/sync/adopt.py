"""Finds twins among records that no link joins yet: by footer, then by protocolo. Pure.

Copies of the bridge's own footers, and tickets opened by hand on both sides with the other's protocolo in the text,
are told apart here; what is not certain becomes a doubt for a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from erp_bridge.core.model import Atendimento
from erp_bridge.sync.side import Both, Side

_WORD = re.compile(r"[0-9A-Za-z]{6,}")


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


@dataclass(frozen=True)
class Matching:
    adoptions: tuple[Adoption, ...] = ()
    doubts: tuple[Ambiguity, ...] = ()


def referenced(records: Sequence[Atendimento], other_erp: str) -> dict[str, list[Atendimento]]:
    """Records by the id of the other ERP's ticket that their footer names, the oldest first."""
    found: dict[str, list[Atendimento]] = {}
    for record in sorted(records, key=_age):
        ref = record.footer.ref if record.footer else None
        if ref is not None and ref.erp == other_erp and ref.part is None:
            found.setdefault(ref.id, []).append(record)
    return found


def match_footers(
    side: Side, named: Mapping[str, Sequence[Atendimento]], free: Collection[str]
) -> tuple[list[Adoption], list[Ambiguity]]:
    """Adoptions by the footers of ``side``'s records. ``free`` are the named tickets that exist and have no link.

    A footer that names a linked or missing ticket is a copy: it is ignored, and its record syncs as a new one.
    """
    adoptions, doubts = [], []
    for other_id, records in named.items():
        if other_id not in free:
            continue
        oldest, *newer = (record.id or "" for record in records)
        adoptions.append(Adoption(_ids(side, oldest, other_id), made=side))
        doubts += [Ambiguity(side, id, "same-reference", (oldest,)) for id in newer]
    return adoptions, doubts


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


def _age(record: Atendimento) -> tuple[datetime, int, str]:
    id = record.id or ""
    return (record.aberto_em or datetime.max.replace(tzinfo=UTC), len(id), id)
