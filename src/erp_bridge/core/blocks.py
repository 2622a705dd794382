"""Service script and first contact as text, for ERPs without fields for them: written as blocks, read back exactly.

```
<the text itself>

[Script de Atendimento]
Pergunta: Qual é a cor da luz do aparelho?
Opção: Verde
Opção: Vermelha
Resposta: Vermelha
Explicação para o cliente: Vamos verificar o sinal.
| Leva um minuto.

[Primeiro Contato]
Verificações: luz LOS acesa
Resolvido: não
Pede O.S.: sim
```

A block ends at the first line that is neither one of its labels nor the continuation (``| ``) of one, so what a person
writes below it stays part of the text. What does not read as a block stays text as well. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from erp_bridge.core.model import PerguntaResposta, PrimeiroContato
from erp_bridge.core.text import normal

SCRIPT = "[Script de Atendimento]"
PRIMEIRO_CONTATO = "[Primeiro Contato]"

_PERGUNTA, _OPCAO = "Pergunta", "Opção"
_SCRIPT_LABELS = {
    _PERGUNTA: "pergunta",
    _OPCAO: "opcoes",
    "Resposta": "resposta",
    "Explicação para o cliente": "explicacao_cliente",
    "Explicação para o operador": "explicacao_operador",
}
_CONTATO_LABELS = {
    "Verificações": "verificacoes",
    "Resolvido": "resolvido",
    "Solução": "solucao",
    "Pede O.S.": "pede_os",
}
_YES, _NO = "sim", "não"
_GOES_ON = "|"

_Entry = tuple[str, str]  # field of the model, value
_T = TypeVar("_T")


def join(text: str, script: Sequence[PerguntaResposta] = (), primeiro_contato: PrimeiroContato | None = None) -> str:
    """The text with its blocks below it; the same text where there is nothing to add."""
    parts = [text, _script_block(script), _contato_block(primeiro_contato)]
    return "\n\n".join(part for part in parts if part)


def split(text: str) -> tuple[str, tuple[PerguntaResposta, ...], PrimeiroContato | None]:
    """The text without its blocks, and what they say. Of several blocks of a kind the last one counts."""
    if SCRIPT not in text and PRIMEIRO_CONTATO not in text:
        return text, (), None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    script, rest = _cut(lines, SCRIPT, _SCRIPT_LABELS, _as_script)
    contato, rest = _cut(rest, PRIMEIRO_CONTATO, _CONTATO_LABELS, _as_contato)
    if script is None and contato is None:
        return text, (), None
    return "\n".join(rest), script or (), contato


def _script_block(script: Sequence[PerguntaResposta]) -> str:
    lines: list[str] = []
    for question in script:
        lines += _written(_PERGUNTA, question.pergunta)
        for option in question.opcoes:
            lines += _written(_OPCAO, option)
        for label, campo in list(_SCRIPT_LABELS.items())[2:]:
            lines += _written(label, getattr(question, campo), omit_empty=True)
    return "\n".join([SCRIPT, *lines]) if lines else ""


def _contato_block(contato: PrimeiroContato | None) -> str:
    if contato is None:
        return ""
    lines = [PRIMEIRO_CONTATO]
    for label, campo in _CONTATO_LABELS.items():
        value = getattr(contato, campo)
        words = (_YES if value else _NO) if isinstance(value, bool) else value
        lines += _written(label, words, omit_empty=True)
    return "\n".join(lines)


def _written(label: str, value: str | None, *, omit_empty: bool = False) -> list[str]:
    first, *more = normal(value or "").split("\n")
    if omit_empty and not first:
        return []
    return [f"{label}: {first}".rstrip(), *(f"{_GOES_ON} {line}".rstrip() for line in more)]


def _cut(
    lines: list[str], header: str, labels: Mapping[str, str], build: Callable[[list[_Entry]], _T | None]
) -> tuple[_T | None, list[str]]:
    """The last block of that kind, and the lines without it."""
    for start in range(len(lines) - 1, -1, -1):
        if lines[start].strip() != header:
            continue
        entries, length = _entries(lines[start + 1 :], labels)
        found = build(entries)
        if found is not None:
            above = "\n".join(lines[:start]).rstrip("\n ")
            below = "\n".join(lines[start + 1 + length :]).strip("\n ")
            return found, "\n\n".join(part for part in (above, below) if part).split("\n")
    return None, lines


def _entries(lines: list[str], labels: Mapping[str, str]) -> tuple[list[_Entry], int]:
    """What stands behind the labels, and how many lines that took."""
    patterns = [(campo, _pattern(label)) for label, campo in labels.items()]
    entries: list[_Entry] = []
    for count, line in enumerate(lines):
        if entries and line.startswith(_GOES_ON):
            campo, value = entries[-1]
            entries[-1] = (campo, f"{value}\n{line[len(_GOES_ON) :].removeprefix(' ')}")
            continue
        for campo, pattern in patterns:
            match = pattern.fullmatch(line)
            if match:
                entries.append((campo, match[1].strip()))
                break
        else:
            return entries, count
    return entries, len(lines)


def _pattern(label: str) -> re.Pattern[str]:
    """The label before a colon; a letter that an ERP could not store may have become question marks or nothing."""
    lossy = (re.escape(c) if ord(c) < 127 else rf"(?:{c}|[?\ufffd]{{0,4}})" for c in label)
    return re.compile(rf"{''.join(lossy)}:(.*)", re.DOTALL)


def _as_script(entries: Iterable[_Entry]) -> tuple[PerguntaResposta, ...] | None:
    questions: list[dict[str, object]] = []
    for campo, value in entries:
        if campo == "pergunta":
            questions.append({"pergunta": value, "opcoes": ()})
        elif not questions:
            return None
        elif campo == "opcoes":
            questions[-1]["opcoes"] = (*_options(questions[-1]), value)
        elif campo in questions[-1]:
            return None  # said twice: not what the bridge writes, so it stays text
        else:
            questions[-1][campo] = value or None
    return tuple(PerguntaResposta.model_validate(question) for question in questions) or None


def _options(question: Mapping[str, object]) -> tuple[str, ...]:
    found = question["opcoes"]
    return found if isinstance(found, tuple) else ()


def _as_contato(entries: Iterable[_Entry]) -> PrimeiroContato | None:
    found: dict[str, object] = {}
    for campo, value in entries:
        if campo in found:
            return None
        found[campo] = value.casefold() == _YES if campo in ("resolvido", "pede_os") else value or None
    return PrimeiroContato.model_validate(found) if "resolvido" in found else None
