"""The block as it is written: to the letter, with what is around it left alone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from desconto.pedidos import at, request
from erp_bridge import Interrupcao, SolicitacaoDesconto, normalizar_bloco
from erp_bridge.core.desconto import escrever_bloco, ler_bloco

WHOLE = """\
Descrição: Rompimento externo - Poste derrubado.
| Equipe desde as 10h.
|
| Data ocorrido: ontem
Data ocorrido: 03/10/2026
Hora da abertura do chamado: 14:30
Hora do retorno do sinal da internet: 04/10/2026 09:15
Período para dar desconto: 3 e 4/10
Protocolo OPA: OPA202612345"""


def test_the_block_to_the_letter() -> None:
    text = "Poste derrubado.\nEquipe desde as 10h.\n\nData ocorrido: ontem"
    s = request(descricao=text, retorno_sinal=at("2026-10-04 09:15"), periodo="3 e 4/10")
    assert s.to_atendimento().descricao == WHOLE
    assert ler_bloco(WHOLE).solicitacao == s.model_copy(update={"cliente": None, "contrato": None})


def test_what_is_not_known_stays_empty() -> None:
    s = request(descricao="", retorno_sinal=None, periodo=None, protocolo_opa=None)
    assert escrever_bloco(s).split("\n") == [
        "Descrição: Rompimento externo",
        "Data ocorrido: 03/10/2026",
        "Hora da abertura do chamado: 14:30",
        "Hora do retorno do sinal da internet:",
        "Período para dar desconto:",
        "Protocolo OPA:",
    ]


@pytest.mark.parametrize(
    ("motivo", "words"),
    [
        ("visita_adiada", "Visita técnica adiada"),
        ("falha_da_empresa", "Falha da empresa"),
        ("rompimento_externo", "Rompimento externo"),
        ("queda_massiva", "Queda massiva de rede"),
        ("roubo_caixa_emenda", "Roubo de caixa de emenda"),
    ],
)
def test_the_reasons_in_words(motivo: str, words: str) -> None:
    assert escrever_bloco(request(motivo=motivo)).startswith(f"Descrição: {words} - Poste derrubado.\n")


def test_further_interruptions_and_planned_maintenance() -> None:
    more = Interrupcao(inicio=at("2026-10-05 23:00"), fim=at("2026-10-06 01:00"))
    s = request(interrupcoes=(more,), programada=True)
    assert escrever_bloco(s).split("\n")[6:] == [
        "Outra interrupção: 05/10/2026 23:00 até 06/10/2026 01:00",
        "Manutenção programada: sim",
    ]
    assert escrever_bloco(request(motivo=None, programada=True)).startswith(
        "Descrição: Manutenção programada - Poste derrubado.\nData ocorrido"
    )


@pytest.mark.parametrize(
    ("instant", "zone", "text"),
    [
        (at("2026-10-03 14:30"), None, "14:30"),
        (datetime(2026, 10, 3, 17, 30, tzinfo=UTC), None, "14:30"),
        (datetime(2026, 10, 3, 14, 30, tzinfo=ZoneInfo("America/Manaus")), None, "14:30 UTC-04:00"),
        (datetime(2026, 10, 3, 14, 30, tzinfo=ZoneInfo("America/Manaus")), "America/Manaus", "14:30"),
        (datetime(2026, 10, 3, 18, 30, 5, tzinfo=UTC), "America/Manaus", "14:30:05"),
        (datetime(2026, 10, 4, 2, 30, tzinfo=UTC), None, "23:30"),
        (datetime(2026, 10, 4, 3, 30, tzinfo=UTC), None, "04/10/2026 00:30"),
    ],
)
def test_an_hour_that_the_zone_alone_does_not_tell_says_its_offset(
    instant: datetime, zone: str | None, text: str
) -> None:
    s = request(abertura_chamado=instant, retorno_sinal=None)
    lines = escrever_bloco(s, zone).split("\n")
    assert lines[2] == f"Hora da abertura do chamado: {text}"
    read = ler_bloco("\n".join(lines), zone or "America/Sao_Paulo").solicitacao.abertura_chamado
    assert read == instant


@pytest.mark.parametrize("timezone", [None, "America/Sao_Paulo"])
def test_the_second_of_two_equal_hours_comes_back(timezone: str | None) -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    first, second = (datetime(2018, 2, 17, 23, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    s = request(data_ocorrido=date(2018, 2, 17), abertura_chamado=first, retorno_sinal=second)
    lines = escrever_bloco(s, timezone).split("\n")
    assert lines[2:4] == [
        "Hora da abertura do chamado: 23:30",
        "Hora do retorno do sinal da internet: 23:30 UTC-03:00",
    ]
    read = SolicitacaoDesconto.from_atendimento(s.to_atendimento(timezone=timezone)).solicitacao
    assert read == s
    assert read.retorno_sinal is not None
    assert read.abertura_chamado is not None
    assert (read.retorno_sinal - read.abertura_chamado).total_seconds() == 3600


def test_a_skipped_hour_is_the_next_one_that_exists() -> None:
    read = ler_bloco("Data ocorrido: 04/11/2018\nHora da abertura do chamado: 00:30").solicitacao
    assert read.abertura_chamado == datetime.fromisoformat("2018-11-04T01:30:00-02:00")


TYPED = """\
Bom dia, financeiro!
Cliente ligou agora.

descricao: rompimento externo, poste caiu
  HORA ABERTURA 14h30 - retorno do sinal: amanhã cedo
data ocorrido - 03/10/26
falar com a supervisora

Obrigado pela atenção."""


def test_a_typed_block_in_the_form_of_the_procedure() -> None:
    assert (
        normalizar_bloco(TYPED)
        == """\
Bom dia, financeiro!
Cliente ligou agora.

Descrição: Rompimento externo - poste caiu
Data ocorrido: 03/10/2026
Hora da abertura do chamado: 14:30
Hora do retorno do sinal da internet: amanhã cedo
Período para dar desconto:
Protocolo OPA:
falar com a supervisora

Obrigado pela atenção."""
    )


def test_what_stood_between_the_lines_stands_below_them() -> None:
    typed = "Data ocorrido: 03/10/26\ncliente muito irritado\nHora abertura: 14h\nfim"
    assert normalizar_bloco(typed).endswith("Protocolo OPA:\n\ncliente muito irritado\nfim")


@pytest.mark.parametrize("text", ["", "sem bloco", "Data: 03/10/2026", "Retorno: 10h\r\n", "só a descrição: teste"])
def test_a_text_without_block_is_not_touched(text: str) -> None:
    assert normalizar_bloco(text) == text


def test_a_block_in_normal_form_is_not_touched() -> None:
    around = f"Olá,\n\n{WHOLE}\n\nAtt, suporte"
    assert normalizar_bloco(around) == around


@pytest.mark.parametrize(
    "text",
    [
        "Descrição:\n" * 6000,
        "Data ocorrido: 03/10/2026 " * 2500,
        WHOLE + "\n|" * 30000,
        ("hora da abertura do " * 3500) + ":",
        "- " * 30000,
        "data " * 12000,
        "?" * 60000,
        "desc" + "?" * 60000,
    ],
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    ler_bloco(text)
    assert time.process_time() - began < 2
