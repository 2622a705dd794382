"""What subjects of one side demand of a ticket, and how many tickets of the other side bring it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from erp_bridge.core.model import Atendimento, Termo
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.sync.carry import CONNECTIONS, Crossing
from erp_bridge.sync.fields import REQUIRED_TERMS


@dataclass
class Share:
    """One subject of the target: the tickets that come to it, and how many of them lack what it demands."""

    assunto: Termo | None  # None: tickets without a subject
    tickets: int = 0
    lacking: int = 0


@dataclass(frozen=True)
class Demand:
    """A field that subjects of the target demand.

    ``chosen``: it is never copied, but chosen among the client's own where there is exactly one.
    ``brought``: whether tickets of the source can have it at all.
    """

    campo: str
    chosen: bool
    brought: bool
    shares: list[Share] = field(default_factory=list)

    @property
    def lacking(self) -> int:
        return sum(share.lacking for share in self.shares)


def demands(
    crossing: Crossing, tickets: Sequence[Atendimento], parameters: Mapping[str, ParametrosAtendimento]
) -> list[Demand]:
    """What may go wrong, by field, with the subjects that tickets of the source can come to."""
    coming: defaultdict[str, list[Atendimento]] = defaultdict(list)
    subjects: dict[str, Termo | None] = {"": None}
    for ticket in tickets:
        subject = crossing.term("assunto", ticket.assunto)
        if isinstance(subject, Termo):
            subjects[subject.id or ""] = subject
            coming[subject.id or ""].append(ticket)
        elif subject is None:
            coming[""].append(ticket)
    for term in crossing.source.vocab["assunto"].terms if "assunto" in crossing.source.vocab else ():
        subject = crossing.term("assunto", term)
        if isinstance(subject, Termo):
            subjects[subject.id or ""] = subject
    found: dict[str, Demand] = {}
    for id, subject in subjects.items():
        for campo in _demanded(parameters.get(id, ParametrosAtendimento())):
            if not crossing.target.supports(campo).create:
                continue  # what it has no field for cannot be missing there
            demand = Demand(campo, chosen=campo in CONNECTIONS, brought=_brings(crossing, campo))
            share = Share(subject, len(coming[id]), sum(_lacks(crossing, ticket, campo) for ticket in coming[id]))
            uncertain = (demand.chosen or not demand.brought) and (subject is not None or share.tickets)
            if share.lacking or uncertain:
                found.setdefault(campo, demand).shares.append(share)
    return list(found.values())


def _demanded(parametros: ParametrosAtendimento) -> Iterator[str]:
    yield "departamento"
    flags = {
        "assunto": parametros.assunto_obrigatorio,
        "canal": parametros.canal_obrigatorio,
        "status_complementar": parametros.status_complementar_obrigatorio,
        "processo": parametros.processo_obrigatorio,
        "login": parametros.login_obrigatorio,
        "contrato": parametros.exige_contrato_do_atendimento or parametros.exige_contrato,
    }
    yield from (campo for campo, demanded in flags.items() if demanded)


def _brings(crossing: Crossing, campo: str) -> bool:
    if campo == "processo" and campo not in crossing.trigger:
        return False
    return crossing.source.supports(campo).read


def _lacks(crossing: Crossing, ticket: Atendimento, campo: str) -> bool:
    if campo in CONNECTIONS:
        return False  # known when the ticket's client is looked up, not before
    if campo in REQUIRED_TERMS and getattr(ticket, campo) is not None:
        return False  # one without a counterpart is a matter of the vocabulary
    return not (_brings(crossing, campo) and isinstance(crossing.term(campo, getattr(ticket, campo)), Termo))
