"""The canonical model: values that survive a journey, and are what they say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from pydantic import ValidationError

from core.strategies import WHOLE_TICKETS, atendimentos, movimentacoes
from erp_bridge.core.model import Atendimento, Cliente, Movimentacao, Status, Termo, Tipo

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@WHOLE_TICKETS
@given(atendimentos())
def test_any_ticket_survives_json(ticket: Atendimento) -> None:
    assert Atendimento.model_validate_json(ticket.model_dump_json()) == ticket


@given(movimentacoes())
def test_any_movement_survives_json(movement: Movimentacao) -> None:
    assert Movimentacao.model_validate_json(movement.model_dump_json()) == movement


def test_an_empty_ticket_has_a_type_and_nothing_else() -> None:
    filled = Atendimento().model_dump(exclude_defaults=False, mode="json")
    assert {name: value for name, value in filled.items() if value} == {"tipo": "cliente"}


def test_a_ticket_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        Atendimento().titulo = "outro"


def test_a_misspelt_field_is_an_error() -> None:
    with pytest.raises(ValidationError, match="title"):
        Atendimento(title="Sem conexão")


def test_codes_are_enumerations_whose_values_are_the_words() -> None:
    ticket = Atendimento.model_validate({"tipo": "estrutura", "status": "em_progresso"})
    assert (ticket.tipo, ticket.status) == (Tipo.ESTRUTURA, Status.EM_PROGRESSO)
    assert f"{ticket.status}" == "em_progresso"


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValidationError):
        Atendimento(status="A")


def test_ids_are_texts_also_when_given_as_numbers() -> None:
    assert Termo(id=34).id == "34"
    assert Atendimento(id=123).id == "123"


def test_the_document_is_kept_without_punctuation() -> None:
    assert Cliente(documento="111.444.777-35").documento == "11144477735"
    assert Cliente(documento=" ").documento is None


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValidationError):
        Atendimento(aberto_em=datetime(2026, 9, 1, 8, 0))


@pytest.mark.parametrize("dirty", ["lone \ud83d half", "null\x00 and bell\x07"])
def test_what_no_json_can_carry_is_taken_out_of_every_text(dirty: str) -> None:
    ticket = Atendimento(id=dirty, titulo=dirty, codigos={"origem": dirty}, versao=dirty, cliente=Cliente(nome=dirty))
    back = Atendimento.model_validate(json.loads(ticket.model_dump_json()))
    assert back == ticket
    assert "\x00" not in back.titulo


def test_the_two_hours_of_the_end_of_daylight_saving_are_told_apart() -> None:
    first = datetime(2018, 2, 17, 23, 30, tzinfo=SAO_PAULO)
    a, b = Atendimento(aberto_em=first).aberto_em, Atendimento(aberto_em=first.replace(fold=1)).aberto_em
    assert a is not None
    assert b is not None
    assert b - a == timedelta(hours=1)
    assert a == datetime(2018, 2, 18, 1, 30, tzinfo=UTC)


def test_the_footer_and_the_raw_codes_stay_out_of_sight() -> None:
    shown = repr(Atendimento(codigos={"status": "XX"}, versao="2026-09-01 08:05:00"))
    assert "codigos" not in shown
    assert "versao" not in shown
    assert "footer" not in shown
