"""IXC's codes and the canonical values they stand for. Pure tables; the tenant's lines may add to some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from erp_bridge.core.model import (
    InteracaoPendente,
    MelhorHorario,
    Origem,
    OrigemEndereco,
    Prioridade,
    Status,
    Tipo,
    Visibilidade,
)
from erp_bridge.core.text import fold

E = TypeVar("E", bound=StrEnum)


class Codes(Generic[E]):
    """Between one enumerated column and one canonical type."""

    def __init__(self, kind: type[E], known: Mapping[str, E], configured: Mapping[str, str] | None = None) -> None:
        self._kind = kind
        self._known = known
        lines = {code: member for code, name in (configured or {}).items() if (member := self.member(name))}
        self._members = {**known, **lines}
        self.read: Callable[[str], E | None] = self._members.get  # what a code stands for
        self._codes: dict[E, str] = {}
        for code, member in [*lines.items(), *known.items()]:  # the tenant's first line is the one to write
            self._codes.setdefault(member, code)

    def with_lines(self, configured: Mapping[str, str]) -> Codes[E]:
        return Codes(self._kind, self._known, configured)

    def write(self, member: E) -> str | None:
        return self._codes.get(member)

    def items(self) -> list[tuple[str, E]]:
        """Code and value; those to write come first."""
        preferred = {code: member for member, code in self._codes.items()}
        return list({**preferred, **self._members}.items())

    def member(self, name: str) -> E | None:
        """The canonical value of that name, written with blanks, accents or capitals or without."""
        wanted = fold(name).replace(" ", "_").replace("-", "_")
        return next((member for member in self._kind if member.value == wanted), None)

    @property
    def names(self) -> list[str]:
        return [member.value for member in self._kind]


TIPO = Codes(Tipo, {"C": Tipo.CLIENTE, "E": Tipo.ESTRUTURA})
STATUS = Codes(
    Status,
    {
        "N": Status.NOVO,
        "P": Status.PENDENTE,
        "EP": Status.EM_PROGRESSO,
        "S": Status.SOLUCIONADO,
        "C": Status.CANCELADO,
    },
)
# Work orders say N for normal, tickets say M; the vendor's list of fields mixes them up.
PRIORIDADE = Codes(
    Prioridade,
    {"B": Prioridade.BAIXA, "M": Prioridade.NORMAL, "A": Prioridade.ALTA, "C": Prioridade.CRITICA},
)
ORIGEM = Codes(Origem, {"I": Origem.INTERNA, "H": Origem.HOTSITE})
MELHOR_HORARIO = Codes(
    MelhorHorario,
    {"M": MelhorHorario.MANHA, "T": MelhorHorario.TARDE, "N": MelhorHorario.NOITE, "Q": MelhorHorario.QUALQUER},
)
INTERACAO_PENDENTE = Codes(
    InteracaoPendente,
    {
        "A": InteracaoPendente.AMBOS,
        "E": InteracaoPendente.EXTERNA,
        "I": InteracaoPendente.INTERNA,
        "N": InteracaoPendente.NENHUMA,
    },
)
#: Where the address of a client's ticket comes from, and that of a structure's.
ORIGEM_ENDERECO = Codes(
    OrigemEndereco,
    {
        "C": OrigemEndereco.CLIENTE,
        "L": OrigemEndereco.LOGIN,
        "CC": OrigemEndereco.CONTRATO,
        "M": OrigemEndereco.MANUAL,
    },
)
ORIGEM_ENDERECO_ESTRUTURA = Codes(OrigemEndereco, {"E": OrigemEndereco.ESTRUTURA, "M": OrigemEndereco.MANUAL})
VISIBILIDADE = Codes(
    Visibilidade,
    {"PU": Visibilidade.PUBLICA, "PR": Visibilidade.PRIVADA, "P": Visibilidade.PADRAO},
)

#: Kinds of vocabulary whose names are canonical values, not free words.
CONFIGURABLE: Mapping[str, Codes[Status] | Codes[Prioridade] | Codes[Origem]] = {
    "status": STATUS,
    "prioridade": PRIORIDADE,
    "origem": ORIGEM,
}

#: Statuses of a work order, in the ERP's own words.
STATUS_OS: Mapping[str, str] = {
    "A": "Aberta",
    "AN": "Em análise",
    "EN": "Encaminhada",
    "AS": "Assumida",
    "AG": "Agendada",
    "DS": "Em deslocamento",
    "EX": "Em execução",
    "F": "Finalizada",
    "RAG": "Aguardando reagendamento",
    "C": "Cancelada",
}
