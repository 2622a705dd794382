"""What a client pays, as far as a discount needs it: open invoices, and the order to book one. Values only.

A booked discount is found again by its mark, ``[ref <erp> <ticket>/desconto]``: it stands in the record's own text, is
compared as a whole (123 is not 1234), and is the same however often the same request is booked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from erp_bridge.core.footer import Ref
from erp_bridge.core.model import Id, Model, Texto

#: The part of a ticket that the mark names.
PART = "desconto"
_CENT = Decimal("0.01")


def _cents(value: Decimal) -> Decimal:
    if value != value.quantize(_CENT):
        raise ValueError("an amount of money has at most two decimal places")
    return value.quantize(_CENT)


Quantia = Annotated[Decimal, Field(gt=0, lt=10**9, allow_inf_nan=False), AfterValidator(_cents)]


class Fatura(Model):
    """An open invoice. ``contrato`` is None where the ERP does not say which contract it is for."""

    id: Id
    contrato: Id | None = None
    vencimento: date | None = None
    valor: Decimal
    aberto: Decimal
    descricao: Texto = ""


class OrdemDesconto(Model):
    """A discount to be booked once on a contract. ``dia`` and ``validade`` are days of the ERP's own calendar.

    ``validade`` is the last day of a discount that stands on the contract itself; None lets the adapter choose the
    next invoice that is still to be made.
    """

    erp: str
    atendimento: Id
    cliente: Id
    contrato: Id
    valor: Quantia
    dia: date
    validade: date | None = None

    @property
    def marca(self) -> str:
        return mark(self.erp, self.atendimento)

    @property
    def descricao(self) -> str:
        """The text of the record, short enough for any column and readable on an invoice."""
        return f"Desconto em fatura {self.marca}"


class Requisicao(Model):
    """A write exactly as it will be sent: what a dry run shows is what is booked."""

    method: str
    path: str
    body: Mapping[str, str]


class Lancamento(Model):
    """A booked discount as it stands in the ERP. ``onde`` is the table that holds it."""

    id: Id
    onde: str
    valor: Decimal | None = None


def mark(erp: str, atendimento: str) -> str:
    """The mark of the one discount that a ticket may bring. ``ValueError`` for an id that cannot stand in one."""
    return f"[ref {Ref(erp=erp, id=atendimento, part=PART)}]"


def carries(text: str, marca: str) -> bool:
    """Whether a stored text holds that mark, however an ERP treats case and blanks."""
    return _squeezed(marca) in _squeezed(text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def money(text: str) -> Decimal | None:
    """An amount as an ERP writes it (``26.00``, ``139.900000000``, ``1.234,56``); None for what is none."""
    text = text.strip()
    if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]{1,10}|-?[0-9]+,[0-9]{1,10}", text):
        text = text.replace(".", "").replace(",", ".")
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?", text) else None
