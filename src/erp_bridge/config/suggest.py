"""Proposes vocabulary lines for two ERPs by how much the names of their terms resemble each other. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from erp_bridge.config.checks import FIXED_NAMES
from erp_bridge.core.model import Termo
from erp_bridge.core.text import fold

THRESHOLD = 0.6
#: What tenants usually call a status or a priority that has a name of its own here.
USUAL: Mapping[str, tuple[str, ...]] = {
    "pendente": ("aguardando", "em espera", "pausado"),
    "em_progresso": ("em andamento", "em atendimento", "em execucao"),
    "solucionado": ("concluido", "resolvido", "finalizado", "encerrado", "fechado"),
    "critica": ("urgente",),
}


@dataclass(frozen=True)
class Terms:
    """The terms of one kind in one ERP; ``lines`` are those that its configuration names already.

    ``to_write`` are fixed names that the ERP is read by as it is, but that need a line to be written.
    """

    erp: str
    terms: Sequence[Termo]
    lines: Mapping[str, str]
    to_write: Collection[str] = ()

    def own(self) -> list[Termo]:
        """Terms that can be written about: with an id and a name."""
        return [term for term in self.terms if term.id and term.nome]

    def canonical(self, term: Termo) -> str | None:
        return self.lines.get(term.id or "")


@dataclass(frozen=True)
class Line:
    """One proposed line of ``[erp.X.vocab.KIND]``; ``name`` is what the ERP itself calls the term."""

    erp: str
    kind: str
    id: str
    name: str
    canonical: str
    confidence: float


@dataclass(frozen=True)
class Proposal:
    """The lines for one kind, and the terms on either side that resemble nothing on the other."""

    kind: str
    lines: tuple[Line, ...]
    alone: tuple[tuple[str, Termo], ...]


def suggest(kind: str, left: Terms, right: Terms, *, threshold: float = THRESHOLD) -> Proposal:
    """Each term with the one it resembles most, the surest first, each term once.

    Terms of the same name, and those that a line of the configuration already joins, need no new line.
    """
    if kind in FIXED_NAMES:
        return _to_fixed_names(kind, (left, right), threshold)
    taken_left: set[str | None] = set()
    taken_right: set[str | None] = set()
    lines: list[Line] = []
    scored = [(likeness(_shared(left, a), _shared(right, b)), a, b) for a in left.own() for b in right.own()]
    for score, a, b in sorted(scored, key=lambda s: (-s[0], s[1].id or "", s[2].id or "")):
        if score < threshold or a.id in taken_left or b.id in taken_right:
            continue
        taken_left.add(a.id)
        taken_right.add(b.id)
        if fold(_shared(left, a)) == fold(_shared(right, b)):
            continue
        canonical = left.canonical(a) or right.canonical(b) or fold(a.nome)
        for side, term in ((left, a), (right, b)):
            if side.canonical(term) is None:
                lines.append(Line(side.erp, kind, term.id or "", term.nome, canonical, score))
    alone = [(left.erp, t) for t in left.own() if t.id not in taken_left]
    alone += [(right.erp, t) for t in right.own() if t.id not in taken_right]
    return Proposal(kind, tuple(lines), tuple(alone))


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the best of the names as they are, with their words sorted, and without a label before " - "."""
    a, b = fold(one), fold(other)
    return max(SequenceMatcher(None, x, y, autojunk=False).ratio() for x, y in zip(_forms(a), _forms(b), strict=True))


def toml(proposals: Iterable[Proposal]) -> str:
    """The lines ready to paste, each with its confidence and the ERP's own name behind it."""
    out: list[str] = []
    for proposal in proposals:
        for erp in dict.fromkeys(line.erp for line in proposal.lines):
            out.append(f"[erp.{erp}.vocab.{proposal.kind}]")
            for line in sorted((x for x in proposal.lines if x.erp == erp), key=lambda x: -x.confidence):
                written = f"{_quoted(line.id)} = {_quoted(line.canonical)}"
                out.append(f"{written:<40} # {line.confidence:.0%}  {' '.join(line.name.split())}")
            out.append("")
    return "\n".join(out)


def _shared(side: Terms, term: Termo) -> str:
    """The name to compare: the line's where there is one."""
    return side.canonical(term) or term.nome


def _to_fixed_names(kind: str, sides: Iterable[Terms], threshold: float) -> Proposal:
    lines: list[Line] = []
    alone: list[tuple[str, Termo]] = []
    for side in sides:
        for term in side.own():
            if side.canonical(term) is not None:
                continue
            if term.nome in FIXED_NAMES[kind]:  # the adapter knows this code itself
                if term.nome in side.to_write and term.nome not in side.lines.values():
                    lines.append(Line(side.erp, kind, term.id or "", term.nome, term.nome, 1.0))
                continue
            score, name = max((_likeness_to_fixed(term.nome, name), name) for name in FIXED_NAMES[kind])
            if score >= threshold:
                lines.append(Line(side.erp, kind, term.id or "", term.nome, name, score))
            else:
                alone.append((side.erp, term))
    return Proposal(kind, tuple(lines), tuple(alone))


def _likeness_to_fixed(term: str, name: str) -> float:
    return max(likeness(term, word) for word in (name.replace("_", " "), *USUAL.get(name, ())))


def _forms(name: str) -> tuple[str, str, str]:
    return name, " ".join(sorted(name.split())), name.rpartition(" - ")[2]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
