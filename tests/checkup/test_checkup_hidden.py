"""Tickets that are hidden from the token's user without a word: two views compared, and the user's own filters."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from checkup.examined_pair import Report, look, simulated
from erp_bridge.checkup import Finding, State
from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return simulated(tmp_path, left=40, right=1)


def told_of(pair: SimulatedPair) -> set[str]:
    """Tickets that other tables tell of."""
    tables = pair.left.tables
    columns = {"su_mensagens": "id_ticket", "su_transf_atendimento": "id_atendimento", "su_oss_chamado": "id_ticket"}
    return {row[column] for name, column in columns.items() for row in tables[name].values()}


def compared(report: Report) -> Finding:
    return report.one("matriz", "hidden tickets", "listing of tickets")


async def test_none_is_hidden(pair: SimulatedPair) -> None:
    report = await look(pair, "matriz")
    count = len(told_of(pair))
    assert count > 20
    assert f"shows {count} of the {count} tickets" in compared(report).detail
    assert compared(report).state is State.OK
    assert report.one("matriz", "hidden tickets", "no filter of the token's user (61)").state is State.OK


@pytest.mark.parametrize(
    ("lang", "words", "advice", "switched"),
    [
        (
            "en",
            ["a deleted ticket looks the same as a hidden one"],
            "open one of these on the ERP's own screen",
            "filters of the token's user (61) are switched on: filtra_departamento_ticket",
        ),
        (
            "pt-BR",
            ["um atendimento excluído parece igual a um oculto"],
            "abra um deles na tela do próprio ERP",
            "há filtros ligados no usuário do token (61): filtra_departamento_ticket",
        ),
    ],
)
async def test_a_filter_by_department(
    pair: SimulatedPair, lang: str, words: list[str], advice: str, switched: str
) -> None:
    pair.left.options.visible_departments = ("2", "3")
    tickets = pair.left.tables["su_ticket"]
    hidden = {id for id in told_of(pair) if tickets[id]["id_ticket_setor"] not in ("2", "3")}
    assert hidden
    report = await look(pair, "matriz", lang=lang)
    lacking, filters = report.of("matriz", "hidden tickets")
    assert (lacking.state, filters.state) == (State.WARNING, State.WARNING)
    total = len(told_of(pair))
    assert re.search(rf"\b{total - len(hidden)} (of the|dos) {total}\b", lacking.detail)
    named = re.findall(r"\b10\d{3}\b", lacking.detail)
    assert named == sorted(hidden)[:8]
    for text in words:
        assert text in lacking.detail
    assert lacking.advice.startswith(advice)
    assert filters.detail == switched
    assert filters.advice


async def test_the_hidden_ones_are_counted_by_status(pair: SimulatedPair) -> None:
    pair.left.options.visible_departments = ("2", "3")
    tickets = pair.left.tables["su_ticket"]
    status = dict.fromkeys(told_of(pair), "-")
    for row in pair.left.tables["su_mensagens"].values():
        status[row["id_ticket"]] = row["su_status"] or status[row["id_ticket"]]
    everything = Counter(status.values())
    hidden = Counter(code for id, code in status.items() if tickets[id]["id_ticket_setor"] not in ("2", "3"))
    detail = compared(await look(pair, "matriz")).detail
    for code, count in everything.items():
        assert f"{code} {hidden[code]}/{count}" in detail


async def test_a_filter_by_employee(pair: SimulatedPair) -> None:
    pair.left.options.visible_employee = "138"
    pair.left.tables["usuarios"][61]["mostrar_ticket_sem_funcionario"] = "N"
    report = await look(pair, "matriz")
    assert report.one(
        "matriz", "hidden tickets", "filtra_funcionario_ticket, mostrar_ticket_sem_funcionario = N"
    ).advice
    assert compared(report).state is State.WARNING


async def test_a_filter_that_hides_nothing_of_late_is_told_all_the_same(pair: SimulatedPair) -> None:
    pair.left.options.visible_departments = ("2", "3", "4", "5", "7")
    report = await look(pair, "matriz")
    assert compared(report).state is State.OK
    assert report.one("matriz", "hidden tickets", "filtra_departamento_ticket").state is State.WARNING


async def test_a_deleted_ticket_looks_the_same(pair: SimulatedPair) -> None:
    gone = sorted(told_of(pair))[-1]
    pair.left.people.delete("su_ticket", gone)
    report = await look(pair, "matriz")
    assert f"among these are {gone};" in compared(report).detail
    assert "a deleted ticket looks the same" in compared(report).detail
    assert report.one("matriz", "hidden tickets", "no filter").state is State.OK


@pytest.mark.parametrize(
    ("lang", "detail"),
    [("en", "the filters of the token's user (61) cannot be read"),
     ("pt-BR", "não se consegue ler os filtros do usuário do token (61)")],
)  # fmt: skip
async def test_a_user_who_may_not_look_at_users(pair: SimulatedPair, lang: str, detail: str) -> None:
    pair.left.options.unavailable = ("usuarios",)
    report = await look(pair, "matriz", lang=lang)
    finding = report.of("matriz", "hidden tickets")[-1]
    assert (finding.state, finding.detail) == (State.WARNING, detail)
    assert finding.advice


async def test_a_user_who_is_not_in_the_list_of_users(pair: SimulatedPair) -> None:
    pair.left.people.delete("usuarios", 61)
    finding = (await look(pair, "matriz")).of("matriz", "hidden tickets")[-1]
    assert "cannot be read" in finding.detail


async def test_nothing_to_compare_with(tmp_path: Path) -> None:
    pair = simulated(tmp_path, left=0, right=0)
    finding = (await look(pair, "matriz")).of("matriz", "hidden tickets")[0]
    assert finding.state is State.OK
    assert finding.detail.startswith("there are no messages, transfers or work orders to compare")


async def test_tickets_that_cannot_be_listed_at_all_are_not_called_hidden(pair: SimulatedPair) -> None:
    pair.left.options.unavailable = ("su_ticket",)
    report = await look(pair, "matriz")
    assert "no ticket can be read" in report.one("matriz", "permissions", "su_ticket is").detail
    assert not report.of("matriz", "hidden tickets", "listing of tickets")
    assert report.erps["matriz"].failed
