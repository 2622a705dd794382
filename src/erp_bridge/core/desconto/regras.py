"""The rules of a discount request: what forbids it, and what a person in finance should look at. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Self

from erp_bridge.core.clock import SystemClock
from erp_bridge.core.desconto.calculo import unir_intervalos
from erp_bridge.core.desconto.messages import DESCONTO_MESSAGES
from erp_bridge.core.desconto.modelo import TIMEZONE, MotivoDesconto, SolicitacaoDesconto
from erp_bridge.core.desconto.opa import ler_protocolo_opa
from erp_bridge.core.desconto.tempo import zone
from erp_bridge.core.model import OrdemServico
from erp_bridge.core.rules import Violation

#: Nothing that this library could be asked about happened before this day.
EARLIEST = date(2000, 1, 1)

_WITH_VISIT = (MotivoDesconto.VISITA_ADIADA, MotivoDesconto.FALHA_DA_EMPRESA)
_NUMBER = r"[\s:.#-]*(?:n(?:[o\xb0\xba]|[u\xfa]mero)?\.?)?[\s:.#-]*[0-9]"
#: "os 3" is an article and a number more often than a work order, so small letters need a sign or a long number.
_WORK_ORDER = re.compile(
    rf"(?:\b[Oo]\.\s?[Ss]\b|\bOS(?![A-Za-z])|\bos(?=\s*(?:[:#]|n[o\xb0\xba.]|[0-9]{{4}}))"
    rf"|(?i:\bordem de servi[c\xe7]o\b)){_NUMBER}"
)
_POLICE_REPORT = re.compile(rf"(?i:\bb\.\s?o\b|\bbo(?![a-z])|\bboletim(?: de ocorr[e\xea]ncia)?){_NUMBER}")


@dataclass(frozen=True)
class ViolacaoDesconto(Violation):
    """One rule that a request breaks. ``aviso`` marks those that a person should see and may pass over."""

    aviso: bool = False

    @property
    def severity(self) -> str:
        """``"error"`` or ``"warning"``."""
        return "warning" if self.aviso else "error"

    @classmethod
    def of(cls, code: str, campo: str, **values: object) -> Self:
        """The violation with the words, and the weight, that belong to its code."""
        wording = DESCONTO_MESSAGES[code]
        return cls(code, campo, wording.en.format(**values), wording.pt.format(**values), code in AVISOS)


#: Codes that warn. All others forbid the request.
AVISOS = frozenset(
    {
        "sem-ordem-de-servico",
        "sem-boletim-de-ocorrencia",
        "sem-relato",
        "sem-retorno-do-sinal",
        "sem-contrato",
        "interrupcoes-sobrepostas",
        "interrupcao-maior-que-um-mes",
    }
)


def validar_desconto(
    solicitacao: SolicitacaoDesconto,
    *,
    agora: datetime | None = None,
    inicio_contrato: date | None = None,
    fim_contrato: date | None = None,
    ordens: Sequence[OrdemServico] = (),
    timezone: str | tzinfo = TIMEZONE,
) -> list[ViolacaoDesconto]:
    """Every rule that the request breaks as it stands, errors before warnings, in the order of the block.

    ``agora`` is an aware time (default: now); the two days of the contract are its first and its last, where known;
    ``ordens`` are the ticket's work orders, which prove a visit as well as a number in the text does. Days are those
    of ``timezone``; raises ``ValueError`` when it is unknown or ``agora`` has no zone.
    """
    local = zone(timezone)
    agora = agora or SystemClock().now()
    if agora.utcoffset() is None:
        raise ValueError("a time without its zone does not say when it was: give an aware datetime")
    limits = _Limits(agora, inicio_contrato, fim_contrato, local)
    found = [*_missing(solicitacao), *_order(solicitacao), *limits.broken(solicitacao), *_protocol(solicitacao)]
    found += [*_evidence(solicitacao, ordens), *_duration(solicitacao)]
    return sorted(found, key=lambda violation: violation.aviso)


def _missing(s: SolicitacaoDesconto) -> Iterable[ViolacaoDesconto]:
    if not s.solicitado_pelo_cliente:  # possible by model_copy
        yield ViolacaoDesconto.of("nao-solicitado-pelo-cliente", "solicitado_pelo_cliente")
    if s.motivo is None and not s.programada:
        yield ViolacaoDesconto.of("motivo-desconto-obrigatorio", "motivo")
    if s.data_ocorrido is None:
        yield ViolacaoDesconto.of("data-ocorrido-obrigatoria", "data_ocorrido")
    if s.abertura_chamado is None:
        yield ViolacaoDesconto.of("abertura-chamado-obrigatoria", "abertura_chamado")
    if s.retorno_sinal is None:
        yield ViolacaoDesconto.of("sem-retorno-do-sinal", "retorno_sinal")
    if s.contrato is None:
        yield ViolacaoDesconto.of("sem-contrato", "contrato")


def _order(s: SolicitacaoDesconto) -> Iterable[ViolacaoDesconto]:
    if s.abertura_chamado and s.retorno_sinal and s.retorno_sinal < s.abertura_chamado:
        yield ViolacaoDesconto.of("fim-antes-do-inicio", "retorno_sinal")
    for place, interrupcao in enumerate(s.interrupcoes):
        if interrupcao.fim < interrupcao.inicio:
            yield ViolacaoDesconto.of("fim-antes-do-inicio", f"interrupcoes.{place}.fim")


@dataclass(frozen=True)
class _Limits:
    """Between which days and before which instant a request's times must lie."""

    agora: datetime
    first: date | None
    last: date | None
    zone: tzinfo

    def broken(self, s: SolicitacaoDesconto) -> Iterable[ViolacaoDesconto]:
        yield from self._day("data_ocorrido", s.data_ocorrido)
        yield from self._instant("abertura_chamado", s.abertura_chamado)
        yield from self._instant("retorno_sinal", s.retorno_sinal)
        for place, interrupcao in enumerate(s.interrupcoes):
            yield from self._instant(f"interrupcoes.{place}.inicio", interrupcao.inicio)
            yield from self._instant(f"interrupcoes.{place}.fim", interrupcao.fim)

    def _instant(self, campo: str, instant: datetime | None) -> Iterable[ViolacaoDesconto]:
        if instant is None:
            return
        if instant > self.agora:
            yield ViolacaoDesconto.of("data-futura", campo)
        else:
            yield from self._day(campo, _local_day(instant, self.zone))

    def _day(self, campo: str, day: date | None) -> Iterable[ViolacaoDesconto]:
        if day is None:
            return
        if day > _local_day(self.agora, self.zone):
            yield ViolacaoDesconto.of("data-futura", campo)
        elif day < EARLIEST:
            yield ViolacaoDesconto.of("data-implausivel", campo)
        elif (self.first and day < self.first) or (self.last and day > self.last):
            yield ViolacaoDesconto.of("fora-do-contrato", campo)


def _local_day(instant: datetime, local: tzinfo) -> date:
    try:
        return instant.astimezone(local).date()
    except OverflowError:  # at the very ends of the calendar a day more or less does not matter
        return instant.date()


def _protocol(s: SolicitacaoDesconto) -> Iterable[ViolacaoDesconto]:
    if s.protocolo_opa and ler_protocolo_opa(s.protocolo_opa) != s.protocolo_opa:
        yield ViolacaoDesconto.of("protocolo-opa-invalido", "protocolo_opa")


def _evidence(s: SolicitacaoDesconto, ordens: Sequence[OrdemServico]) -> Iterable[ViolacaoDesconto]:
    text = s.descricao or ""
    if not text:
        yield ViolacaoDesconto.of("sem-relato", "descricao")
    if s.motivo in _WITH_VISIT and not ordens and not _WORK_ORDER.search(text):
        yield ViolacaoDesconto.of("sem-ordem-de-servico", "descricao")
    if s.motivo is MotivoDesconto.ROUBO_CAIXA_EMENDA and not _POLICE_REPORT.search(text):
        yield ViolacaoDesconto.of("sem-boletim-de-ocorrencia", "descricao")


def _duration(s: SolicitacaoDesconto) -> Iterable[ViolacaoDesconto]:
    each = sum((end - start for start, end in s.intervalos), timedelta())
    together = sum((end - start for start, end in unir_intervalos(s.intervalos)), timedelta())
    if together < each:
        yield ViolacaoDesconto.of("interrupcoes-sobrepostas", "interrupcoes")
    if together > timedelta(days=30):
        yield ViolacaoDesconto.of("interrupcao-maior-que-um-mes", "retorno_sinal")
