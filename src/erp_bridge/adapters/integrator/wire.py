"""Integrator's records as they come: every column a text, trimmed (quirk 7), whatever type the answer gave it.

Columns are those of this tenant (quirk 17): one that is missing is empty, one too many is ignored.
"""

from __future__ import annotations

import json
import math
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from erp_bridge.core.text import clean


def column(value: object) -> str:
    """Any JSON value as the text of a column. Never raises."""
    match value:
        case None:
            return ""
        case bool():
            return "S" if value else "N"
        case str():
            return clean(value).strip()
        case float():
            if not math.isfinite(value):
                return ""
            return str(int(value)) if value.is_integer() else str(value)
        case int():
            return str(value)
        case _ if not value:  # PHP writes an empty array where a column is null
            return ""
        case _:
            return clean(json.dumps(value, ensure_ascii=False, default=str))


Column = Annotated[str, BeforeValidator(column)]


class Row(BaseModel):
    """A row of an answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TicketRow(Row):
    """A ticket."""

    codoco: Column = ""
    numero_oco: Column = ""
    codcli: Column = ""
    codcon: Column = ""
    codpros: Column = ""
    codsercli: Column = ""
    codocop: Column = ""
    nome_ocop: Column = ""
    codcatoco: Column = ""
    descri_catoco: Column = ""
    codcar: Column = ""
    nome_car: Column = ""
    codsto: Column = ""
    tipo_contato: Column = ""
    nome_contato: Column = ""
    celular_resposta: Column = ""
    fone_resposta: Column = ""
    email_resposta: Column = ""
    descri_oco: Column = ""
    data_lan: Column = ""
    data_sol: Column = ""
    cpf: Column = ""
    cnpj: Column = ""
    nome_cli: Column = ""
    #: ``None``: this tenant's rows have no such column (quirk 23); ``""``: it has, and the ticket was never changed.
    alterado_em: Annotated[str | None, BeforeValidator(column)] = None


class CommentRow(Row):
    """A comment. ``codcom`` is whatever tells it from all others."""

    codoco: Column = ""
    codcom: Column = ""
    descri_com: Column = ""
    data_com: Column = ""
    nome_usu: Column = ""


class OrderRow(Row):
    """A work order; ``motivo`` is the name of the reason it was closed for."""

    codords: Column = ""
    numero_os: Column = ""
    codmfos: Column = ""
    motivo: Column = ""
    data_cad: Column = ""


class ClientRow(Row):
    """A client."""

    codcli: Column = ""
    nome_cli: Column = ""
    cpf: Column = ""
    cnpj: Column = ""
    ativo: Column = ""


class PlanRow(Row):
    """A contracted plan."""

    codsercli: Column = ""
    codgser: Column = ""
    descri_est: Column = ""
    descricao_status: Column = ""
    descricao_plano: Column = ""


class TypeRow(Row):
    """A ticket type."""

    codocop: Column = ""
    nome_ocop: Column = ""
    ativo: Column = ""


class CategoryRow(Row):
    """A category of tickets."""

    codcatoco: Column = ""
    descri_catoco: Column = ""


class RoleRow(Row):
    """A role that may receive tickets."""

    codcar: Column = ""
    nome_car: Column = ""


class CreatedRow(Row):
    """What ``datasource.criarAtendimento`` answers."""

    codoco: Column = ""
    numero_oco: Column = ""


class InvoiceRow(Row):
    """An invoice, as ``faturas.cliente`` answers it; ``saldo`` is what is left to pay."""

    codfat: Column = ""
    histo_fat: Column = ""
    data_ven: Column = ""
    valor: Column = ""
    saldo: Column = ""
