"""What finance decided, as a movement of the ticket says it: it reads back as written, and only what is plain is read.

```
Desconto aprovado: R$ 12,34          Desconto negado
Observação: na fatura de novembro    Motivo: interrupção avisada com antecedência
```

Questions, conditions and second amounts make a text no decision. Pure.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from erp_bridge.core.desconto.rotulos import flat
from erp_bridge.core.model import Model
from erp_bridge.core.text import clean, normal

_CENT = Decimal("0.01")

_APPROVED, _REFUSED = "Desconto aprovado", "Desconto negado"
_REMARK = {True: "Observação: ", False: "Motivo: "}

_YES = r"(?:aprovad|autorizad|deferid|concedid|liberad)[oa]"
_NO = rf"(?:(?:negad|recusad|reprovad|indeferid)[oa]|nao (?:foi )?{_YES})"
_VERB = rf"(?:(?P<nao>{_NO})|(?P<sim>{_YES}))\b"
_ASKED = r"(?:desconto|credito|abatimento|(?:solicitacao|pedido)(?: de desconto)?)"
_WHAT = rf"(?:(?:o|a|seu|sua) )?{_ASKED}(?: (?:em|na|de) fatura)?"
_NUMBER = r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]{2})?|[0-9]+\.[0-9]{2}"
_END = r"(?![0-9]|[.,][0-9]| ?%)"


def _amount(name: str) -> str:
    cents = r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]{2}"
    return rf"(?:r\$ ?(?P<{name}1>{_NUMBER}){_END}|(?P<{name}2>{_NUMBER}){_END} reais\b|(?P<{name}3>{cents}){_END})"


_LEAD = r"(?: ?[:=-])? ?(?:(?:(?:de|em|no valor de|o valor de|valor(?: de)?|no total de|total de) ?:? ?)?"
_HEAD = re.compile(
    r"(?:(?:bom dia|boa tarde|boa noite|ola)[ ,.!]+)?"
    rf"(?:(?:{_WHAT}(?: (?:de|no valor de) {_amount('a')})? (?:foi )?|foi )?{_VERB}(?: (?:{_WHAT}))?)"
    rf"(?:{_LEAD}{_amount('b')}))?"
)
_DIVIDES = re.compile(
    r"\s*\n\s*|\s*[:;]\s*|\s+[-\u2013\u2014]\s+|[.!]\s+|,?\s+(?=por(?:que)?\b|pois\b|devido\b|motivo\b)"
)
_LABEL = re.compile(r"(?:motivo|observacao|obs|justificativa)\.?\s*:\s*")
_HEDGE = re.compile(
    r"\?|\b(?:mas|porem|contudo|se|caso|desde que|talvez|parcial(?:mente)?|exceto|a principio|por enquanto"
    r"|(?:aguard|depend|condicion|pendente|sujeit|verific|confirm|revis|analis|retific|corrig|cancel)\w*)\b"
)
_DOUBT = re.compile(r"\?|\b(?:talvez|parcial(?:mente)?|a principio|por enquanto|(?:retific|corrig|cancel)\w*)\b")
_MONEY = re.compile(r"r\$|\breais\b|[0-9],[0-9]{2}\b|%")
_VERBS = {True: re.compile(rf"\b{_NO}\b"), False: re.compile(rf"\b{_YES}\b")}


def _cents(valor: Decimal) -> Decimal:
    rounded = valor.quantize(_CENT)
    if rounded != valor:
        raise ValueError("an amount has at most two decimal places: round it first")
    return rounded


def _remark(text: str | None) -> str | None:
    return normal(clean(text or "")) or None


class DecisaoDesconto(Model):
    """Approved or refused. ``valor``, above zero with at most two places, only of an approval that names it.

    ``motivo`` is the reason of a refusal, or a remark beside an approval.
    """

    aprovado: bool
    valor: Annotated[Decimal, Field(gt=0, lt=10**9), AfterValidator(_cents)] | None = None
    motivo: Annotated[str | None, AfterValidator(_remark)] = None

    @model_validator(mode="after")
    def _no_amount_refused(self) -> Self:
        if not self.aprovado and self.valor is not None:
            raise ValueError("a refusal has no amount: leave valor out")
        return self

    def texto(self) -> str:
        """The decision in words, for a movement; ``ler_decisao`` reads it back as the same value."""
        text = _APPROVED if self.aprovado else _REFUSED
        if self.valor is not None:
            text += f": R$ {reais(self.valor)}"
        return f"{text}\n{_REMARK[self.aprovado]}{self.motivo}" if self.motivo else text


def reais(valor: Decimal) -> str:
    """``1.234,56``."""
    return f"{valor:,.2f}".translate({ord(","): ".", ord("."): ","})


def ler_decisao(texto: str) -> DecisaoDesconto | None:
    """The decision that a movement states, or None where it does not plainly state one."""
    text = normal(clean(texto))
    plain, places = flat(text)
    head = _HEAD.match(plain)
    if head is None:
        return None
    aprovado = head["sim"] is not None
    amounts = [head[name] for name in ("a1", "a2", "a3", "b1", "b2", "b3") if head[name]]
    remark = _remark_as_written(text, places[head.end()], aprovado)
    if remark is None:
        start = _remark_as_typed(plain, head.end(), aprovado)
        remark = text[places[start] :] if start is not None else None
    if remark is None or len(amounts) > aprovado:
        return None
    valor = _decimal(amounts[0]) if amounts else None
    if valor is not None and not 0 < valor < 10**9:
        return None
    return DecisaoDesconto(aprovado=aprovado, valor=valor, motivo=remark)


def _remark_as_written(text: str, end: int, aprovado: bool) -> str | None:
    """The remark behind its own label, as the bridge writes it: whatever is said there, the decision is plain."""
    label = re.compile(r"\s+Observa\S{1,8}o: ?" if aprovado else r"\s+Motivo: ?").match(text, end)
    return text[label.end() :] if label and text.startswith(_APPROVED if aprovado else _REFUSED) else None


def _remark_as_typed(plain: str, end: int, aprovado: bool) -> int | None:
    """Where the remark begins, if there is any; None where what is said takes the plainness away."""
    if not plain[end:].strip(" .!\n"):
        return len(plain)
    divided = _DIVIDES.match(plain, end)
    if divided is None:
        return None
    label = _LABEL.match(plain, divided.end())
    start = label.end() if label else divided.end()
    said = plain[start:]
    if (_HEDGE if aprovado else _DOUBT).search(said) or _VERBS[aprovado].search(said):
        return None
    return None if aprovado and _MONEY.search(said) else start


def _decimal(number: str) -> Decimal:
    if "," in number:
        return Decimal(number.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[0-9]+\.[0-9]{2}", number):
        return Decimal(number)
    return Decimal(number.replace(".", ""))
