"""The labels of the block: their wordings, and where they stand in a text that a person typed. Pure."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Rotulo(StrEnum):
    """The labels, in the order and wording of the procedure; the last two are written only where they are needed."""

    DESCRICAO = "Descrição"
    OCORRIDO = "Data ocorrido"
    ABERTURA = "Hora da abertura do chamado"
    RETORNO = "Hora do retorno do sinal da internet"
    PERIODO = "Período para dar desconto"
    PROTOCOLO = "Protocolo OPA"
    INTERRUPCAO = "Outra interrupção"
    PROGRAMADA = "Manutenção programada"


#: Those of the procedure, always written.
BLOCO = tuple(Rotulo)[:6]
#: Begins a further line of the description.
CONTINUA = "|"


@dataclass(frozen=True)
class Trecho:
    """A label and its value, by places in the text: the label from ``inicio``, the value from ``valor`` to ``fim``.

    ``motivo``: the label asks for the reason and not for a description.
    """

    rotulo: Rotulo
    inicio: int
    valor: int
    fim: int
    motivo: bool = False


def flat(text: str) -> tuple[str, Sequence[int]]:
    """The text without case, accents and doubled blanks; and for each place in it, and its end, the one in ``text``."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        plain = _plain(char)
        if plain != " " or not chars or chars[-1] != " ":
            chars.append(plain)
            places.append(place)
    return "".join(chars), [*places, len(text)]


def achar(text: str) -> Sequence[Trecho]:
    """The labels in a text (composed characters, ``\n`` as line end) with their values, in the order of the text."""
    plain, places = flat(text)
    written = list(_written(plain))
    found = written[0] if len(written) == 1 else list(_values(plain, _typed(plain)))
    return [Trecho(one.rotulo, places[one.inicio], places[one.valor], places[one.fim], one.motivo) for one in found]


def _plain(char: str) -> str:
    if char.isascii():
        return " " if char == "\t" else char.lower()
    if char in "\u00a0\u2007\u202f":
        return " "
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)).casefold()
    return bare if len(bare) == 1 and not bare.isspace() else char  # an accent alone leaves a blank


_LOST = r"[?\ufffd]{0,8}"  # what an ERP may have made of letters with accents
_OF = r"(?: d[aoe])?"
_CALL = r"(?:cham(?:ado)?|atend(?:imento)?|ticket|protocolo|solicitacao|o\.?s)\.?"
_OPENING = r"abert(?:ura)?\.?"
_RETURN = r"(?:ret(?:orno)?|volta|retomada|restabelecimento|normalizacao)\.?"
_SIGNAL = r"(?: (?:d[oae] )?(?:sinal|internet|conexao|servico|rede)){1,2}"
_HOUR = r"(?:(?:data|dt)\.? ?(?:e|/) ?)?(?:horario|hora|hor|hr|h)s?\.?(?: ?(?:e|/) ?(?:data|dt)\.?)?"
_DAY = r"(?:data|dt|dia)\.?"
_PERIOD = rf"per(?:(?:i|{_LOST})odo)?\.?"
_NUMBER = r"(?:n(?:o|umero|\.)?\.? ?(?:do |de )?)?"

#: By label: wordings that can mean nothing else, and words that mean it only inside such a block.
_WORDINGS = {
    Rotulo.OCORRIDO: (
        rf"{_DAY}(?: ?(?:e|/) ?hora)?{_OF} (?:ocorrido|ocorrencia|ocorr|problema|incidente|fato|acontecido)\.?"
        rf"|{_DAY} (?:em )?que ocorreu|ocorrido (?:em|no dia|dia)",
        r"data|dt\.?|ocorrido|ocorrencia",
    ),
    Rotulo.ABERTURA: (
        rf"(?:{_HOUR}|{_DAY}){_OF} {_OPENING}(?:{_OF} {_CALL})?|{_OPENING}{_OF} {_CALL}"
        r"|(?:hora|horario)(?: d[oe])? (?:chamado|atendimento)|chamado aberto(?: em| as)?",
        rf"{_OPENING}|aberto(?: em| as)?",
    ),
    Rotulo.RETORNO: (
        rf"(?:{_HOUR}|{_DAY}){_OF} {_RETURN}(?:{_SIGNAL})?|{_RETURN}{_SIGNAL}",
        r"retorno|ret\.?|(?:voltou|normalizado|normalizou)(?: em| as)?",
    ),
    Rotulo.PERIODO: (
        rf"{_PERIOD}(?: (?:para|p/|pra|de|do|a|com))?(?: (?:dar|ser|o))? ?(?:descontado|descontar|desconto|desc\.?)"
        r"(?: (?:em|na) fatura)?",
        _PERIOD,
    ),
    Rotulo.PROTOCOLO: (
        rf"{_NUMBER}prot(?:oc(?:olo)?)?\.?(?: d[oae]| -)? ?\(?opa!?(?: ?suite)?\)?",
        r"prot(?:ocolo)?\.?|opa!?",
    ),
}
_DESCRIPTION = (
    rf"desc(?:r(?:i(?:ca|{_LOST})o)?)?\.?(?:{_OF} (?:motivo|problema|ocorrido|ocorrencia|caso))?(?: ?[/(] ?motivo\)?)?"
)
_REASON = r"motivo(?: d[oae] (?:desconto|solicitacao|pedido))?"
_EXTRA = {
    Rotulo.INTERRUPCAO: rf"(?:outra )?interrup(?:ca|{_LOST})o(?: [0-9]{{1,2}})?",
    Rotulo.PROGRAMADA: rf"manuten(?:ca|{_LOST})o programada",
}
_MARK = r"[*_]*"
_SEP = rf"{_MARK} *(?::|=|-+>?|\u2013|\u2014) *{_MARK} *"
_COLON = rf"{_MARK} *[:=] *{_MARK} *"
_BEGINS = (
    r"(?:[0-9]|(?:no )?dia [0-9]|no dia|as [0-9]|(?:no )?mesmo dia|meio[- ]dia|opa[ .:#-]*[0-9]"
    r"|(?:segunda|terca|quarta|quinta|sexta|sabado|domingo)\b)"
)
_VALUE = rf"(?= *{_BEGINS})"
_LINE = r"^[ >*_\u2022\u00b7#-]*(?:[0-9]{1,2} ?[).o-]+ *)?[*_]*"
_INSIDE = r"(?<![a-z0-9])"


@dataclass(frozen=True)
class _Wording:
    """One way of recognising a label. ``own``: it can mean nothing else; ``inline``: it may stand inside a line.

    ``beside``: only in a line that already holds a value, which is not that of a description.
    """

    rotulo: Rotulo
    pattern: re.Pattern[str]
    own: bool = True
    motivo: bool = False
    inline: bool = False
    beside: bool = False


@dataclass(frozen=True)
class _Label:
    rotulo: Rotulo
    inicio: int
    valor: int
    way: _Wording


@cache
def _ways() -> Sequence[_Wording]:
    """Every way, compiled at the first reading: whoever only writes a block does not wait for it."""
    return tuple(_wordings())


def _wordings() -> Iterator[_Wording]:
    for motivo, words in ((False, _DESCRIPTION), (True, _REASON)):
        at_line = re.compile(rf"{_LINE}(?:{words})(?:{_SEP}|{_MARK} *$)", re.MULTILINE)
        yield _Wording(Rotulo.DESCRICAO, at_line, motivo=motivo)
        yield _Wording(Rotulo.DESCRICAO, re.compile(rf"{_INSIDE}(?:{words}){_COLON}"), motivo=motivo, inline=True)
    for rotulo, (own, word) in _WORDINGS.items():
        yield _Wording(rotulo, re.compile(rf"{_LINE}(?:{own})(?:{_SEP}|{_MARK} *$|{_VALUE})", re.MULTILINE))
        yield _Wording(rotulo, re.compile(rf"{_INSIDE}(?:{own})(?:{_COLON}|(?:{_SEP})?{_VALUE})"), inline=True)
        yield _Wording(rotulo, re.compile(rf"{_LINE}(?:{word})(?:{_COLON}|{_SEP}{_VALUE})", re.MULTILINE), own=False)
        yield _Wording(rotulo, re.compile(rf"{_INSIDE}(?:{word}){_SEP}{_VALUE}"), own=False, inline=True)
        yield _Wording(rotulo, re.compile(rf"{_INSIDE}(?:{word}){_COLON}"), own=False, inline=True, beside=True)
    for rotulo, own in _EXTRA.items():
        yield _Wording(rotulo, re.compile(rf"{_LINE}(?:{own}){_COLON}", re.MULTILINE))


_REASON_LINE = re.compile(rf"{_LINE}(?:{_REASON}){_SEP}")
_AS_WRITTEN = tuple(
    (rotulo, re.compile(rf"{words}: ?"))
    for rotulo, words in (
        (Rotulo.DESCRICAO, rf"descri(?:ca|{_LOST})o"),
        *((rotulo, str(rotulo).lower()) for rotulo in BLOCO[1:4]),
        (Rotulo.PERIODO, rf"per(?:i|{_LOST})odo para dar desconto"),
        (Rotulo.PROTOCOLO, "protocolo opa"),
        (Rotulo.INTERRUPCAO, rf"outra interrup(?:ca|{_LOST})o"),
        (Rotulo.PROGRAMADA, rf"manuten(?:ca|{_LOST})o programada"),
    )
)


def _written(plain: str) -> Iterator[Sequence[Trecho]]:
    """Blocks as the bridge writes them: every label of the procedure on a line of its own, in its order."""
    lines, place = [], 0
    for line in plain.split("\n"):
        lines.append((place, line))
        place += len(line) + 1
    for number, (_, line) in enumerate(lines):
        if _AS_WRITTEN[0][1].match(line):
            found = list(_one_written(lines[number:]))
            if [trecho.rotulo for trecho in found[: len(BLOCO)]] == list(BLOCO):
                yield [*_reason_above(lines[number - 1 : number]), *found]


def _reason_above(lines: Sequence[tuple[int, str]]) -> Iterator[Trecho]:
    """A line "Motivo: ..." that a person put before the block."""
    for place, line in lines:
        match = _REASON_LINE.match(line)
        if match:
            yield Trecho(Rotulo.DESCRICAO, place, place + match.end(), place + len(line), motivo=True)


def _one_written(lines: Sequence[tuple[int, str]]) -> Iterator[Trecho]:
    number = 0
    for rotulo, pattern in _AS_WRITTEN:
        while number < len(lines) and (match := pattern.match(lines[number][1])):
            place, line = lines[number]
            number += 1
            fim = place + len(line)
            while rotulo is Rotulo.DESCRICAO and number < len(lines) and lines[number][1].startswith(CONTINUA):
                fim = lines[number][0] + len(lines[number][1])
                number += 1
            yield Trecho(rotulo, place, place + match.end(), fim)
            if rotulo is not Rotulo.INTERRUPCAO:
                break
        else:
            if rotulo in BLOCO:
                return


def _typed(plain: str) -> Sequence[_Label]:
    own = _without_overlaps(plain, _candidates(plain, [wording for wording in _ways() if wording.own]))
    named = {label.rotulo for label in own}
    words = [wording for wording in _ways() if not wording.own and wording.rotulo not in named]
    taken = [range(label.inicio, label.valor) for label in own]
    loose = [
        label
        for label in _candidates(plain, words)
        if not any(label.inicio < span.stop and span.start < label.valor for span in taken)
        and (label.rotulo is not Rotulo.PROTOCOLO or "opa" in plain[label.inicio : label.valor + len("opa")])
    ]
    if len(named | {label.rotulo for label in loose}) < 2:  # "Data: ..." alone is no such block
        return own
    return _without_overlaps(plain, [*own, *loose])


def _candidates(plain: str, wordings: Iterable[_Wording]) -> Sequence[_Label]:
    return [
        _Label(way.rotulo, match.start(), _value_start(plain, way.rotulo, match), way)
        for way in wordings
        for match in way.pattern.finditer(plain)
    ]


def _value_start(plain: str, rotulo: Rotulo, match: re.Match[str]) -> int:
    """Where the value begins: "Protocolo OPA 2026123" has no colon, so its OPA belongs to the value."""
    if rotulo is Rotulo.PROTOCOLO and not re.search(r"[:=\-\u2013\u2014][ *_]*$", match[0]):
        return match.start() + match[0].rindex("opa") if "opa" in match[0] else match.end()
    return match.end()


def _without_overlaps(plain: str, labels: Sequence[_Label]) -> Sequence[_Label]:
    """From left to right the longest ones; inside a description none that begins another one."""
    chosen: list[_Label] = []
    for label in sorted(labels, key=lambda label: (label.inicio, -label.valor)):
        last = chosen[-1] if chosen else None
        described = last is not None and last.rotulo is Rotulo.DESCRICAO
        if last is not None and label.inicio < last.valor:
            continue
        if described and label.rotulo is Rotulo.DESCRICAO and label.way.inline:
            continue
        if last is not None and _same_protocol(plain, last, label):
            continue
        if label.way.beside and (last is None or described or "\n" in plain[last.valor : label.inicio]):
            continue
        chosen.append(label)
    return chosen


def _same_protocol(plain: str, last: _Label, label: _Label) -> bool:
    """Whether "Opa-1" behind "Protocolo:" looks like a label, and is the value."""
    both = last.rotulo is label.rotulo is Rotulo.PROTOCOLO
    return both and not plain[last.valor : label.inicio].strip()


def _values(plain: str, labels: Sequence[_Label]) -> Iterator[Trecho]:
    for label, below in itertools.zip_longest(labels, labels[1:]):
        end = below.inicio if below else len(plain)
        value = plain[label.valor : end]
        if label.rotulo is Rotulo.DESCRICAO and not label.way.motivo:
            length = len(value) if below else _paragraph(value)
        else:
            length = _first_line(value)
        valor, fim = _trimmed(plain, label.valor, label.valor + length)
        yield Trecho(label.rotulo, label.inicio, valor, fim, label.way.motivo)


def _first_line(value: str) -> int:
    """The rest of the line; where it is empty, the next line if that begins like a value."""
    first, *more = value.split("\n", 2)
    if not first.strip(" *_") and more and re.match(rf" *{_BEGINS}", more[0]):
        return len(first) + 1 + len(more[0])
    return len(first)


def _paragraph(value: str) -> int:
    match = re.search(r"(?<=\S) *\n *\n", value)
    return match.start() if match else len(value)


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks around, and without what divides it from the next label."""
    value = plain[start:end]
    kept = value.rstrip(" \n*_,;|/-\u2013\u2014\u2022\u00b7(")
    left = len(kept) - len(kept.lstrip(" \n"))
    return start + left, start + max(len(kept), left)
