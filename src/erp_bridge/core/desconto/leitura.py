"""Reads the block of a request out of a description, as the bridge writes it or as a person typed it. Pure.

Each field is read right or not at all: what is not plain is None, its label stands in ``nao_lido``, and what was
typed there is kept for a person to look at.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TypeVar

from erp_bridge.core.desconto import bloco, motivos, tempo
from erp_bridge.core.desconto.modelo import TIMEZONE, Interrupcao, LeituraDesconto, SolicitacaoDesconto
from erp_bridge.core.desconto.opa import ler_protocolo_opa
from erp_bridge.core.desconto.rotulos import BLOCO, CONTINUA, Rotulo, Trecho, achar
from erp_bridge.core.desconto.tempo import Referencia, ler_dia, ler_instante
from erp_bridge.core.model import Atendimento, Cliente, Vinculo
from erp_bridge.core.text import clean, fold, normal

_T = TypeVar("_T")
_ENDS = re.compile(r"\s+(?:até|ate|a|às|as)\s+|\s+[-\u2013\u2014]\s+", re.IGNORECASE)


def ler_atendimento(a: Atendimento, timezone: str | tzinfo = TIMEZONE) -> LeituraDesconto:
    """The request that a ticket's description holds, with the ticket's client and contract."""
    return ler_bloco(a.descricao, timezone, cliente=a.cliente, contrato=a.contrato)


def ler_bloco(
    texto: str,
    timezone: str | tzinfo = TIMEZONE,
    *,
    cliente: Cliente | None = None,
    contrato: Vinculo | None = None,
) -> LeituraDesconto:
    """The same for a bare text. Raises ``ValueError`` for an unknown ``timezone``, and for nothing else."""
    texto = _prepared(texto)
    said = _Said.of(texto, achar(texto))
    local = tempo.zone(timezone)
    unread: set[Rotulo] = set()
    ocorrido = said.one(Rotulo.OCORRIDO, ler_dia)
    abertura = _moment(said, Rotulo.ABERTURA, local, Referencia(ocorrido, ocorrido))
    same_day = ocorrido if abertura is None or abertura.date() == ocorrido else None
    retorno = _moment(said, Rotulo.RETORNO, local, Referencia(ocorrido, same_day))
    if abertura and retorno and retorno < abertura:
        retorno = None
    begins, descricao = _description(said)
    if begins is None:
        unread.add(Rotulo.DESCRICAO)
    interrupcoes = [_interruption(value, local) for value in said.values(Rotulo.INTERRUPCAO)]
    if None in interrupcoes:
        unread.add(Rotulo.INTERRUPCAO)
    planned = said.one(Rotulo.PROGRAMADA, _yes_or_no)
    if planned is None and said.values(Rotulo.PROGRAMADA):
        unread.add(Rotulo.PROGRAMADA)
    solicitacao = SolicitacaoDesconto(
        motivo=begins.motivo if begins else None,
        solicitado_pelo_cliente=True,
        descricao=descricao,
        data_ocorrido=ocorrido,
        abertura_chamado=abertura,
        retorno_sinal=retorno,
        periodo=said.one(Rotulo.PERIODO, _one_line),
        protocolo_opa=said.one(Rotulo.PROTOCOLO, ler_protocolo_opa),
        cliente=cliente,
        contrato=contrato,
        interrupcoes=tuple(filter(None, interrupcoes)),
        programada=bool(planned or (begins and begins.programada)),
    )
    unread |= {rotulo for rotulo, campo in _FIELDS.items() if getattr(solicitacao, campo) is None}
    return LeituraDesconto(solicitacao, tuple(str(rotulo) for rotulo in Rotulo if rotulo in unread), said.as_typed())


def normalizar_bloco(descricao: str, timezone: str | tzinfo = TIMEZONE) -> str:
    """The description with its block in the procedure's form and order; the text around it stays as it is.

    What was not read is kept as it was typed. Returned unchanged where there is no such block, or where the form
    would say anything else than what was typed. Twice gives the same as once.
    """
    texto = _prepared(descricao)
    trechos = achar(texto)
    if len({trecho.rotulo for trecho in trechos} & set(BLOCO)) < 2:
        return descricao
    leitura = ler_bloco(texto, timezone)
    start, end = trechos[0].inicio, trechos[-1].fim
    written = _rewritten(leitura, timezone)
    parts = [texto[:start].rstrip(" "), written, _between(texto, trechos), texto[end:]]
    before, after = parts[0], parts[3]
    if before and not before.endswith("\n"):
        before += "\n"
    body = "\n\n".join(part for part in parts[1:3] if part)
    after = re.sub(r"\A[ *_,;|/.\u2022\u00b7(\u2013\u2014-]+(?=\n|\Z)", "", after)
    if after and not after.startswith("\n"):
        after = "\n\n" + after.lstrip(" ,;|/-")
    result = before + body + after
    again = ler_bloco(result, timezone)
    return result if (again.solicitacao, again.nao_lido) == (leitura.solicitacao, leitura.nao_lido) else descricao


_FIELDS = {
    Rotulo.DESCRICAO: "descricao",
    Rotulo.OCORRIDO: "data_ocorrido",
    Rotulo.ABERTURA: "abertura_chamado",
    Rotulo.RETORNO: "retorno_sinal",
    Rotulo.PERIODO: "periodo",
    Rotulo.PROTOCOLO: "protocolo_opa",
}


@dataclass(frozen=True)
class _Said:
    """What was typed behind each label; empty values left out. ``motivo``: behind a label that asks for the reason."""

    by_label: Mapping[Rotulo, Sequence[str]]
    motivo: Sequence[str] = ()

    @classmethod
    def of(cls, texto: str, trechos: Iterable[Trecho]) -> _Said:
        by_label: dict[Rotulo, list[str]] = {}
        motivo: list[str] = []
        for trecho in trechos:
            value = _unmarked(texto[trecho.valor : trecho.fim])
            place = motivo if trecho.motivo else by_label.setdefault(trecho.rotulo, [])
            if any(char.isalnum() for char in value):
                place.append(value)
        return cls(by_label, motivo)

    def values(self, rotulo: Rotulo) -> Sequence[str]:
        return self.by_label.get(rotulo, ())

    def one(self, rotulo: Rotulo, read: Callable[[str], _T | None]) -> _T | None:
        """What the label's values say, if all of them say the same."""
        found = {read(value) for value in self.values(rotulo)}
        return found.pop() if len(found) == 1 else None

    def as_typed(self) -> Mapping[str, str]:
        typed = {str(rotulo): " / ".join(values) for rotulo, values in self.by_label.items() if values}
        if self.motivo:
            typed[Rotulo.DESCRICAO] = "\n".join([*self.motivo, *self.values(Rotulo.DESCRICAO)])
        return typed


def _prepared(texto: str) -> str:
    return unicodedata.normalize("NFC", clean(texto).replace("\r\n", "\n").replace("\r", "\n"))


def _unmarked(value: str) -> str:
    """A value without the marks of its further lines."""
    first, *more = value.split("\n")
    return normal("\n".join([first, *(line.removeprefix(CONTINUA).removeprefix(" ") for line in more)]))


def _moment(said: _Said, rotulo: Rotulo, local: tzinfo, referencia: Referencia) -> datetime | None:
    values = said.values(rotulo)
    if len(values) == 2:  # "Data abertura: ..." and "Hora abertura: ..."
        days, hours = [v for v in values if tempo.so_dia(v)], [v for v in values if tempo.so_hora(v)]
        if len(days) == len(hours) == 1:
            return ler_instante(f"{days[0]} {hours[0]}", local, referencia)
    return said.one(rotulo, lambda value: ler_instante(value, local, referencia))


def _description(said: _Said) -> tuple[motivos.Abertura | None, str | None]:
    """The reason and the text; a reason named under a label of its own must not contradict the description."""
    texts = said.values(Rotulo.DESCRICAO)
    if len(set(texts)) > 1:
        return None, None
    text = texts[0] if texts else None
    begins = motivos.ler(text) if text is not None else None
    if not said.motivo:
        return begins, begins.texto if begins else text
    named = {motivos.ler(value) for value in said.motivo}
    reason = named.pop() if len(named) == 1 else None
    if text is None:
        return reason, reason.texto if reason else "\n".join(said.motivo)
    if reason is None or (begins and begins[:2] != reason[:2]):
        return None, "\n".join([*said.motivo, text])
    rest = begins.texto if begins else text
    return reason, "\n".join(part for part in (reason.texto, rest) if part)


def _interruption(value: str, local: tzinfo) -> Interrupcao | None:
    found = set()
    for match in _ENDS.finditer(value):
        start = ler_instante(value[: match.start()], local, Referencia())
        day: date | None = start.date() if start else None
        end = ler_instante(value[match.end() :], local, Referencia(day, day))
        if start and end and start <= end:
            found.add((start, end))
    if len(found) != 1:
        return None
    [(inicio, fim)] = found
    return Interrupcao(inicio=inicio, fim=fim)


def _yes_or_no(value: str) -> bool | None:
    return {"sim": True, "s": True, "nao": False, "n": False}.get(fold(value).strip(" ."))


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _rewritten(leitura: LeituraDesconto, timezone: str | tzinfo) -> str:
    """The block of what was read, and of what was typed where nothing was read."""
    lines = []
    for rotulo, value in bloco.valores(leitura.solicitacao, timezone):
        raw = leitura.brutos.get(rotulo, "")
        keep = rotulo in leitura.nao_lido and rotulo is not Rotulo.DESCRICAO and not value
        lines.append(bloco.linha(rotulo, " ".join(raw.split()) if keep else value))
    return "\n".join(lines)


def _between(texto: str, trechos: Sequence[Trecho]) -> str:
    """What stands between the values and belongs to none of them."""
    gaps = (texto[one.fim : below.inicio] for one, below in itertools.pairwise(trechos))
    return "\n".join(gap.strip(" \n*_,;|/-") for gap in gaps if any(char.isalnum() for char in gap))
