"""Messages, transfers and what hangs on a ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.adapters.ixc import movements
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.wire import (
    ArquivoRecord,
    ClienteRecord,
    ContratoRecord,
    LoginRecord,
    OrdemRecord,
    SuMensagem,
    SuTicket,
    SuTransfAtendimento,
)
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Movimentacao, Status, TipoMovimentacao, Visibilidade

ZONE = ZoneInfo("America/Sao_Paulo")
DIALECT = Dialect(ZONE)
ROW = {
    "id": "789", "id_ticket": "12", "data": "2026-09-01 08:00:00", "titulo": "Sem conexao", "mensagem": "Reiniciado.",
    "operador": "61", "su_status": "", "visibilidade_mensagens": "PU", "existe_pendencia_externa": "0",
}  # fmt: skip


def message(**changes: Any) -> Movimentacao:
    record = SuMensagem.of({**ROW, **changes})
    return movements.read_message(record, DIALECT, lambda id: {"61": "Ana"}.get(id, ""))


def test_a_message() -> None:
    assert message() == Movimentacao(
        id="m789", atendimento_id="12", tipo=TipoMovimentacao.MENSAGEM, texto="Reiniciado.", autor="Ana",
        instante=datetime(2026, 9, 1, 11, tzinfo=UTC), visibilidade=Visibilidade.PUBLICA,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "tipo", "status"),
    [
        ("N", TipoMovimentacao.STATUS, Status.NOVO),
        ("P", TipoMovimentacao.PAUSADO, Status.PENDENTE),
        ("EP", TipoMovimentacao.ASSUMIDO, Status.EM_PROGRESSO),
        ("S", TipoMovimentacao.SOLUCIONADO, Status.SOLUCIONADO),
        ("C", TipoMovimentacao.CANCELADO, Status.CANCELADO),
        ("", TipoMovimentacao.MENSAGEM, None),
        ("AG", TipoMovimentacao.MENSAGEM, None),
    ],
)
def test_what_a_message_says_of_the_status(code: str, tipo: TipoMovimentacao, status: Status | None) -> None:
    found = message(su_status=code)
    assert (found.tipo, found.status) == (tipo, status)


@pytest.mark.parametrize(
    ("code", "seen"), [("PR", Visibilidade.PRIVADA), ("P", Visibilidade.PADRAO), ("", None), ("X", None)]
)
def test_who_may_see_it(code: str, seen: Visibilidade | None) -> None:
    assert message(visibilidade_mensagens=code).visibilidade is seen


def test_an_unknown_author_is_nobody() -> None:
    assert message(operador="0").autor is None
    assert message(operador="99").autor is None


def test_the_footer_is_cut_also_from_html() -> None:
    footer = Footer(ref=Ref(erp="filial", id="7", part="01COM"), assinatura="Bia · 01/09/2026 08:00 · filial")
    found = message(mensagem=f"Feito\n\n{footer}".replace("\n", "<br />"))
    assert (found.texto, found.footer) == ("Feito", footer)


def test_html_of_people_stays() -> None:
    assert message(mensagem="<b>Feito</b><br />ok").texto == "<b>Feito</b><br />ok"


def test_a_transfer() -> None:
    row = {
        "id": "12",
        "id_atendimento": "5",
        "data_transferencia": "2026-09-01 08:00:00",
        "id_departamento_destino": "2",
    }
    assert movements.read_transfer(SuTransfAtendimento.of(row), ZONE) == Movimentacao(
        id="t12", atendimento_id="5", tipo=TipoMovimentacao.ENCAMINHADO, instante=datetime(2026, 9, 1, 11, tzinfo=UTC)
    )


def test_history_is_sorted_by_time_then_by_number() -> None:
    at = datetime(2026, 9, 1, 11, tzinfo=UTC)
    later = at.replace(hour=12)
    mixed = [
        Movimentacao(id=id, instante=when)
        for id, when in [("m10", at), ("t3", at), ("m9", at), ("m2", later), ("m1", None)]
    ]
    assert [m.id for m in movements.in_order(mixed)] == ["m1", "m9", "m10", "t3", "m2"]


def test_a_message_that_repeats_the_status_sets_none() -> None:
    codes = ["N", "P", "P", "EP", "EP", "", "S"]
    told = movements.told_apart([message(id=str(n), su_status=code) for n, code in enumerate(codes, 1)])
    assert [m.status for m in told] == [
        None,
        Status.PENDENTE,
        None,
        Status.EM_PROGRESSO,
        None,
        None,
        Status.SOLUCIONADO,
    ]
    assert [m.tipo for m in told if m.status is None] == [TipoMovimentacao.MENSAGEM] * 4


def test_what_a_message_sends() -> None:
    ticket = SuTicket(id="12", id_cliente="500", interacao_pendente="E", su_status="EP")
    assert movements.message_record(ticket, "Olá", None, "") == {
        "id_cliente": "500", "mensagem_ticket": "Olá", "mensagem": "Olá", "visibilidade_mensagens": "PR",
        "su_status": "", "id_ticket": "12", "existe_pendencia_externa": "E",
    }  # fmt: skip
    assert movements.message_record(ticket, "x", Visibilidade.PUBLICA, "S")["visibilidade_mensagens"] == "PU"


def test_a_client() -> None:
    row = {"id": "5", "razao": "Maria ", "cnpj_cpf": "111.444.777-35", "senha": "segredo"}
    found = movements.read_client(ClienteRecord.of(row))
    assert (found.id, found.documento, found.nome) == ("5", "11144477735", "Maria")
    assert "segredo" not in repr(ClienteRecord.of(row))


@pytest.mark.parametrize(
    ("status", "active"), [("A", True), ("P", False), ("I", False), ("N", False), ("D", False), ("", False)]
)
def test_only_contracts_in_force_are_active(status: str, active: bool) -> None:
    assert movements.read_contract(ContratoRecord(id="9", contrato="Fibra", status=status)).ativo is active


def test_a_login_has_no_password() -> None:
    record = LoginRecord.of({"id": "4", "login": "maria@", "ativo": "S", "senha": "segredo"})
    assert movements.read_login(record).ativo
    assert "segredo" not in repr(record)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"nome_arquivo": "foto.jpg", "local_arquivo": "arquivos/1_foto.jpg"}, "foto.jpg"),
        ({"local_arquivo": "arquivos/1_foto.jpg"}, "1_foto.jpg"),
        ({"local_arquivo": r"c:\x\foto.jpg"}, "foto.jpg"),
        ({"descricao": "Foto"}, "Foto"),
        ({}, ""),
    ],
)
def test_the_name_of_a_file(row: dict[str, str], name: str) -> None:
    assert movements.read_file(ArquivoRecord.of({"id": "1", **row})).nome == name


def test_a_work_order() -> None:
    row = {"id": "3", "protocolo": "99", "status": "AG", "data_abertura": "2026-09-01 08:00:00"}
    order = movements.read_order(OrdemRecord.of(row), ZONE)
    assert (order.numero, order.status) == ("99", "Agendada")
    assert movements.read_order(OrdemRecord(id="3", status="ZZ"), ZONE).status == "ZZ"


@pytest.mark.parametrize(
    ("bare", "written"),
    [
        ("11144477735", "111.444.777-35"),
        ("11222333000181", "11.222.333/0001-81"),
        ("12ABC34501DE35", "12.ABC.345/01DE-35"),
        ("123", "123"),
    ],
)
def test_documents_as_people_type_them(bare: str, written: str) -> None:
    assert movements.formatted(bare) == written


odd = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[]), max_size=30)
)
columns = [
    "id",
    "id_ticket",
    "data",
    "mensagem",
    "operador",
    "su_status",
    "visibilidade_mensagens",
    "id_atendimento",
    "data_transferencia",
    "cnpj_cpf",
    "razao",
    "status",
    "ativo",
    "protocolo",
    "data_abertura",
]


@given(st.dictionaries(st.sampled_from(columns), odd))
def test_no_record_crashes_a_reader(row: dict[str, Any]) -> None:
    movements.read_message(SuMensagem.of(row), DIALECT, lambda id: "").model_dump_json()
    movements.read_transfer(SuTransfAtendimento.of(row), ZONE).model_dump_json()
    movements.read_client(ClienteRecord.of(row)).model_dump_json()
    movements.read_contract(ContratoRecord.of(row)).model_dump_json()
    movements.read_login(LoginRecord.of(row)).model_dump_json()
    movements.read_order(OrdemRecord.of(row), ZONE).model_dump_json()
    movements.in_order([movements.read_message(SuMensagem.of(row), DIALECT, lambda id: "")] * 2)
