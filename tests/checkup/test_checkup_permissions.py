"""What the user of an ERP may read: tables of an IXC by name, and every way of reading tried with a real ticket."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.checkup import State
from erp_bridge.core.adapter import Capability
from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return simulated(tmp_path)


async def test_all_can_be_read(pair: SimulatedPair) -> None:
    report = await look(pair)
    tables, tried = report.of("matriz", "permissions")
    assert tables.detail == "all 16 tables that the bridge reads can be read"
    assert tried.detail.startswith("9 of 9 ways of reading work with ticket")
    assert "writing is tried with --write-test only" in tried.detail
    assert "7 of 7 ways" in report.one("filial", "permissions").detail
    assert not report.erps["matriz"].barred
    assert not report.erps["filial"].barred


@pytest.mark.parametrize(
    ("lang", "detail", "advice"),
    [
        ("en", "service channels have no names", "give the token's user the right to read it, or write its terms as"),
        ("pt-BR", "os canais de atendimento ficam sem nome", "dê ao usuário do token o direito de ler, ou escreva"),
    ],
)
async def test_a_list_that_is_not_offered(pair: SimulatedPair, lang: str, detail: str, advice: str) -> None:
    pair.left.options.unavailable = ("su_canal_atendimento",)
    finding = (await look(pair, lang=lang)).one("matriz", "permissions", "su_canal_atendimento")
    assert finding.state is State.WARNING
    assert detail in finding.detail
    assert advice in finding.advice
    assert finding.advice.endswith("[erp.matriz.vocab.canal]")


async def test_lines_of_the_vocabulary_do_instead_of_a_list(pair: SimulatedPair) -> None:
    pair.left.options.unavailable = ("su_canal_atendimento",)
    pair.tables = '[erp.matriz.vocab.canal]\n"1" = "telefone"\n'
    finding = (await look(pair)).one("matriz", "permissions", "su_canal_atendimento")
    assert (finding.state, finding.advice) == (State.OK, "")


@pytest.mark.parametrize(
    ("table", "lacks"),
    [
        ("su_ticket_arquivos", {Capability.FILES}),
        ("su_oss_chamado", {Capability.WORK_ORDERS}),
        ("radusuarios", {Capability.CONTRACTS}),
        ("su_transf_atendimento", set()),
    ],
)
async def test_what_is_lost_with_a_table(pair: SimulatedPair, table: str, lacks: set[Capability]) -> None:
    pair.left.options.unavailable = (table,)
    report = await look(pair, "matriz")
    assert report.one("matriz", "permissions", table).state is State.WARNING
    assert report.erps["matriz"].barred == lacks
    assert not report.erps["matriz"].failed
    # what is known not to be allowed is not tried once more
    good = 9 - len(lacks)
    assert f"{good} of {good} ways" in report.one("matriz", "permissions", "ways of reading").detail


async def test_a_refusal_is_told_in_the_erps_words(pair: SimulatedPair) -> None:
    pair.left.options.refuse = {"list su_ticket_arquivos": "Usuário sem permissão para arquivos"}
    finding = (await look(pair, "matriz")).one("matriz", "permissions", "su_ticket_arquivos")
    assert finding.detail == (
        "su_ticket_arquivos cannot be read: the files of tickets are not listed; Usuário sem permissão para arquivos"
    )
    assert finding.advice == "give the token's user the right to read it"


async def test_no_message_can_be_read(pair: SimulatedPair) -> None:
    """Without messages the feed cannot be read either; what remains is examined all the same."""
    pair.left.options.unavailable = ("su_mensagens",)
    report = await look(pair)
    assert "no message can be read" in report.one("matriz", "permissions", "su_mensagens").detail
    broken = report.one("matriz", "tickets")
    assert (broken.state, broken.detail) == (State.ERROR, "su_mensagens is not available here")
    assert broken.advice == "This ERP, as configured, has no call for that."
    assert report.one("matriz", "permissions", "no ticket to try")
    assert "ways of reading" in report.one("filial", "permissions").detail


@pytest.mark.parametrize(
    ("lang", "advice"), [("en", "The ERP said no: read its text"), ("pt-BR", "O ERP recusou: leia o texto dele")]
)
async def test_a_saved_query_that_is_refused(pair: SimulatedPair, lang: str, advice: str) -> None:
    pair.right.faults.once("refuse", match="atendimento_protocolo", message="Consulta sem permissão")
    report = await look(pair, lang=lang)
    finding = report.one("filial", "permissions", "find_by_protocolo")
    assert finding.state is State.WARNING
    assert finding.detail == "find_by_protocolo: Consulta sem permissão"
    assert finding.advice.startswith(advice)
    assert report.erps["filial"].barred == {Capability.FIND_BY_PROTOCOLO}
    assert report.of("filial", "permissions", "6 of 7" if lang == "en" else "6 de 7")


@pytest.mark.parametrize(
    ("lang", "detail"),
    [("en", "does not show ticket {id}, which is there"), ("pt-BR", "não mostra o atendimento {id}, que existe")],
)
async def test_a_saved_query_that_finds_nothing(pair: SimulatedPair, lang: str, detail: str) -> None:
    name, _ = pair.right._queries["01QATEND02"]
    pair.right._queries["01QATEND02"] = (name, lambda params: [])
    report = await look(pair, "filial", lang=lang)
    finding = report.one("filial", "permissions", "tickets_of_client")
    newest = max(report.erps["filial"].census.tickets.values(), key=lambda t: (t.cliente is not None, t.aberto_em))
    assert finding.state is State.WARNING
    assert detail.format(id=newest.id) in finding.detail
    assert finding.advice


async def test_nothing_is_written(pair: SimulatedPair) -> None:
    await look(pair)
    assert not [name for name in pair.left.requests if not name.startswith("list ")]
    assert {call.operation.split()[0] for call in pair.right.requests} <= {
        "view.execute", "atendimento.listTypes", "datasource.ocorrencia.status", "services.details",
    }  # fmt: skip


async def test_the_requests_are_counted(pair: SimulatedPair) -> None:
    report = await look(pair)
    assert report.erps["matriz"].requests == len(pair.left.requests)
    assert report.erps["filial"].requests == len(pair.right.requests)
