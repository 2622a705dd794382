"""The reason of a request in words: how it is written, and how people begin a description with it.

A reason is read from the beginning of a description only, and only where no other reading is likely. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from erp_bridge.core.desconto.modelo import MotivoDesconto
from erp_bridge.core.desconto.rotulos import flat

PALAVRAS: Mapping[MotivoDesconto, str] = {
    MotivoDesconto.VISITA_ADIADA: "Visita técnica adiada",
    MotivoDesconto.FALHA_DA_EMPRESA: "Falha da empresa",
    MotivoDesconto.ROMPIMENTO_EXTERNO: "Rompimento externo",
    MotivoDesconto.QUEDA_MASSIVA: "Queda massiva de rede",
    MotivoDesconto.ROUBO_CAIXA_EMENDA: "Roubo de caixa de emenda",
}
PROGRAMADA = "Manutenção programada"
#: Between the reason and the text.
TRACO = " - "


class Abertura(NamedTuple):
    """How a description begins: with a reason, or with planned maintenance, and what it says then."""

    motivo: MotivoDesconto | None
    programada: bool
    texto: str


_LOST = r"[?\ufffd]{0,4}"  # what an ERP may have made of a letter with an accent
_TECNICA = rf"t(?:e|{_LOST})cnic[ao]"
_PUT_OFF = "(?:adiada|prorrogada|postergada|remarcada|reagendada)"
_NET = r"(?: (?:d[eao]|na|no) (?:rede|sinal|internet|conexao))?"
_ENDS = r"(?=\s*(?:$|[-\u2013\u2014:;,.\n(]))"

_WORDS: Mapping[MotivoDesconto, re.Pattern[str]] = {
    MotivoDesconto.VISITA_ADIADA: re.compile(
        rf"visita(?: {_TECNICA})?(?: foi)? {_PUT_OFF}\b"
        rf"|(?:adiamento|prorrogacao|remarcacao|reagendamento) d[ae] visita(?: {_TECNICA})?\b"
        r"|tecnico nao (?:foi|compareceu|veio|conseguiu (?:ir|comparecer|chegar))\b"
        r"|nao comparecimento do tecnico\b"
    ),
    MotivoDesconto.FALHA_DA_EMPRESA: re.compile(
        r"(?:falha|problema|defeito|erro|culpa)(?: (?:e|era|foi))? (?:da|na) (?:nossa )?empresa\b"
        r"|(?:falha|problema|defeito)(?: (?:e|era|foi))? noss[ao]\b"
        r"|(?:equipamento|aparelho|onu|ont|nap|cto)s? com (?:defeito|problema)s?\b"
        r"|(?:defeito|problema)s? n[ao] (?:nap|cto|onu|ont|equipamento|aparelho)\b"
    ),
    MotivoDesconto.ROMPIMENTO_EXTERNO: re.compile(
        r"rompimento(?: d[eao]| n[ao])? (?:fibra|cabo|rede|backbone)(?: de fibra)?(?: optic[ao])?(?: extern[oa])?\b"
        rf"|rompimentos? externos?\b|rompimento{_ENDS}"
        r"|(?:fibra|cabo|rede)(?: optic[ao])? extern[ao] rompid[ao]\b"
    ),
    MotivoDesconto.QUEDA_MASSIVA: re.compile(
        rf"(?:queda|falha|interrupcao|problema|evento){_NET} (?:massiv[ao]|generalizad[ao]|em massa){_NET}"
        rf"|queda geral{_NET}\b|massiva{_ENDS}"
    ),
    MotivoDesconto.ROUBO_CAIXA_EMENDA: re.compile(
        r"(?:roubo|furto)(?: d[ae]s?)? caixas?(?: d[ae])? emendas?(?: (?:optica|de fibra))?\b"
        r"|caixa(?: de)? emenda (?:foi )?(?:roubada|furtada)\b"
    ),
}
_PLANNED = re.compile(r"manuten(?:ca|[ca?\ufffd]{0,8})o(?: preventiva)? (?:programada|agendada|planejada)\b")
_SEPARATOR = re.compile(r"\s*(?:[-\u2013\u2014:;,]+|\.(?=\s|$)|\n)\s*")
_DASH = re.compile(r"\s+[-\u2013\u2014]\s+")
#: Words beside a reason after which it no longer is one.
_DOUBT = re.compile(
    r"\?(?![a-z?])|\b(?:nao confirmad[oa]|a confirmar|possivel|provavel|talvez|suspeita|descartad[oa])\b"
)
_OTHERWISE: Mapping[MotivoDesconto, re.Pattern[str]] = {
    MotivoDesconto.VISITA_ADIADA: re.compile(
        r"\b(?:pel[ao]|pedido d[oa]|por conta d[oa]|solicitacao d[oa]) (?:client|assinant|titular|morador)"
        r"|\b(?:client|assinant|titular|morador)\w* "
        r"(?:ausente|nao estava|nao atendeu|pediu|solicitou|remarcou|reagendou)"
    ),
    MotivoDesconto.FALHA_DA_EMPRESA: re.compile(r"\b(?:d[oa] (?:proprio )?(?:client|assinant)|particular|de energia)"),
    MotivoDesconto.ROMPIMENTO_EXTERNO: re.compile(r"\b(?:drop|intern[ao]|dentro d|residencia|casa d|contrat)"),
    MotivoDesconto.QUEDA_MASSIVA: re.compile(r"\bde energia|\beletric"),
    MotivoDesconto.ROUBO_CAIXA_EMENDA: re.compile(r"(?!)"),
}


def escrever(motivo: MotivoDesconto | None, programada: bool, texto: str) -> str:
    """The description as the block holds it: the reason in words, a dash, the text."""
    words = PALAVRAS[motivo] if motivo else PROGRAMADA if programada else ""
    return TRACO.join(part for part in (words, texto) if part)


def ler(descricao: str) -> Abertura | None:
    """The reason with which a description begins; None where it does not plainly begin with one."""
    return _as_written(descricao) or _as_typed(descricao)


def _as_written(descricao: str) -> Abertura | None:
    for motivo, words in ((None, PROGRAMADA), *PALAVRAS.items()):
        if descricao == words:
            return Abertura(motivo, motivo is None, "")
        if descricao.startswith(words + TRACO):
            return Abertura(motivo, motivo is None, descricao[len(words + TRACO) :])
    return None


def _as_typed(descricao: str) -> Abertura | None:
    text, places = flat(descricao)
    planned = _PLANNED.match(text)
    matches = {motivo: match for motivo, words in _WORDS.items() if (match := words.match(text))}
    if planned and not _DOUBT.search(text):
        return Abertura(None, True, _rest(descricao, text, places, planned.end()))
    if len(matches) != 1:
        return None
    [(motivo, match)] = matches.items()
    end = match.end()
    dashed = _DASH.match(text, end)
    clause = text[end:] if not dashed else ""
    others = any(words.search(clause) for other, words in _WORDS.items() if other is not motivo)
    if others or text[end:].startswith("?") or _DOUBT.search(_clause(text)) or _OTHERWISE[motivo].search(text):
        return None
    return Abertura(motivo, False, _rest(descricao, text, places, end))


def _clause(text: str) -> str:
    """The sentence with which the description begins."""
    return re.split(r"[.;\n](?:\s|$)|\s[-\u2013\u2014]\s", text, maxsplit=1)[0]


def _rest(descricao: str, text: str, places: Sequence[int], end: int) -> str:
    """What is said behind the reason; where nothing divides the two, the whole, so that no word is lost."""
    if not text[end:].strip(" .!"):
        return ""
    divided = _SEPARATOR.match(text, end)
    return descricao[places[divided.end()] :].strip() if divided else descricao
