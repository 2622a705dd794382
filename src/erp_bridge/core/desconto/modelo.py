"""What a discount request says, and what was read of one that a person typed. Values only.

The fields are those of the block that the provider's procedure has people write into the ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, field_validator
from pydantic_core import PydanticCustomError

from erp_bridge.core.desconto.calculo import Intervalo
from erp_bridge.core.desconto.messages import DESCONTO_MESSAGES
from erp_bridge.core.desconto.opa import ler_protocolo_opa
from erp_bridge.core.model import Atendimento, Cliente, Instante, Model, Termo, Vinculo
from erp_bridge.core.text import clean, normal

DEPARTAMENTO = "FINANCEIRO"
ASSUNTO = "DESCONTO EM FATURA"
TIMEZONE = "America/Sao_Paulo"


class MotivoDesconto(StrEnum):
    """The five reasons for which a client who asks gets a discount (the provider's procedure)."""

    #: The technician could not come on the agreed day, and the visit was put off.
    VISITA_ADIADA = "visita_adiada"
    #: The visit showed that the fault was the company's: faulty device, access point and the like.
    FALHA_DA_EMPRESA = "falha_da_empresa"
    ROMPIMENTO_EXTERNO = "rompimento_externo"
    #: The network was down for many by an internal fault of configuration.
    QUEDA_MASSIVA = "queda_massiva"
    #: A splice box of the outside network was stolen.
    ROUBO_CAIXA_EMENDA = "roubo_caixa_emenda"


def _line(text: str | None) -> str | None:
    """One line; None when nothing can be read in it."""
    line = " ".join(normal(clean(text or "")).split())
    return line if any(char.isalnum() for char in line) else None


def _text(text: str | None) -> str | None:
    return None if text is None else normal(clean(text))


def _protocol(text: str | None) -> str | None:
    return (ler_protocolo_opa(text) or text) if text else None


def _placed(value: object) -> object:
    return value.replace(tzinfo=ZoneInfo(TIMEZONE)) if isinstance(value, datetime) and value.tzinfo is None else value


Linha = Annotated[str | None, AfterValidator(_line)]
#: A time that says no zone is one of São Paulo, as in the block that people type.
Hora = Annotated[Instante, BeforeValidator(_placed)]


class Interrupcao(Model):
    """One interruption: from its start until the signal was back."""

    inicio: Hora
    fim: Hora


class SolicitacaoDesconto(Model):
    """A client's request for a discount. None means: not known, or not read.

    ``solicitado_pelo_cliente`` must be true: without the client's own request there is no discount, and the value
    cannot be built. Everything else is judged by ``validar_desconto``. ``abertura_chamado`` to ``retorno_sinal`` is
    the interruption; ``interrupcoes`` holds further ones of the same request. ``programada`` marks planned
    maintenance, which counts by a formula of its own and needs no ``motivo``.
    """

    motivo: MotivoDesconto | None
    solicitado_pelo_cliente: bool
    descricao: Annotated[str | None, AfterValidator(_text)] = ""
    data_ocorrido: date | None
    abertura_chamado: Hora | None
    retorno_sinal: Hora | None = None
    periodo: Linha = None
    #: As ``OPA`` and digits where it has that shape, else as it was written.
    protocolo_opa: Annotated[Linha, AfterValidator(_protocol)] = None
    cliente: Cliente | None = None
    contrato: Vinculo | None = None
    interrupcoes: tuple[Interrupcao, ...] = ()
    programada: bool = False

    @field_validator("solicitado_pelo_cliente")
    @classmethod
    def _asked_for(cls, value: bool) -> bool:
        if not value:
            code = "nao-solicitado-pelo-cliente"
            raise PydanticCustomError(code, DESCONTO_MESSAGES[code].en)
        return value

    @property
    def intervalos(self) -> tuple[Intervalo, ...]:
        """Every interruption whose two ends are known, as the arithmetic takes them; none ends before it begins."""
        pairs = [(self.abertura_chamado, self.retorno_sinal), *((i.inicio, i.fim) for i in self.interrupcoes)]
        return tuple((start, end) for start, end in pairs if start is not None and end is not None and start <= end)

    def to_atendimento(
        self, departamento: Termo | str = DEPARTAMENTO, assunto: Termo | str = ASSUNTO, *,
        timezone: str | tzinfo | None = None,
    ) -> Atendimento:  # fmt: skip
        """The ticket that asks finance for it, with the labelled block as its description.

        Hours are written in ``timezone``; without it as they stand, where their offset is one of Brazil's, else in
        that of São Paulo. An hour that would not be read back in São Paulo's as the same instant says its offset.
        """
        from erp_bridge.core.desconto.bloco import ticket

        return ticket(self, departamento, assunto, timezone)

    @classmethod
    def from_atendimento(cls, a: Atendimento, timezone: str | tzinfo = TIMEZONE) -> LeituraDesconto:
        """What a ticket's description says, also when a person typed it. Never raises for what stands in there.

        Raises ``ValueError`` for an unknown ``timezone``.
        """
        from erp_bridge.core.desconto.leitura import ler_atendimento

        return ler_atendimento(a, timezone)


@dataclass(frozen=True)
class LeituraDesconto:
    """A request as it was read. ``nao_lido`` names the labels of the block whose fields are None, in its order.

    ``brutos`` holds, by label, what stood there as it was typed, so that a person can decide what was not read.
    """

    solicitacao: SolicitacaoDesconto
    nao_lido: tuple[str, ...] = ()
    brutos: Mapping[str, str] = field(default_factory=dict, repr=False)
