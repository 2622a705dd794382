"""The write test: a comment on a ticket that somebody named."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.checkup import State
from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return simulated(tmp_path)


def opened(pair: SimulatedPair) -> str:
    return pair.left.people.open_ticket(su_status="P")


@pytest.mark.parametrize(
    ("lang", "detail"),
    [("en", "the comment arrived whole and left the status as it was"),
     ("pt-BR", "o comentário chegou inteiro e não mexeu no status")],
)  # fmt: skip
async def test_all_is_well(pair: SimulatedPair, lang: str, detail: str) -> None:
    ticket = opened(pair)
    finding = (await look(pair, "matriz", lang=lang, write_test=ticket)).one("matriz", "write test")
    assert (finding.state, finding.detail) == (State.OK, detail)
    [message] = pair.left_messages(ticket)
    assert message["visibilidade_mensagens"] == "PR"


async def test_without_a_ticket_nothing_is_written(pair: SimulatedPair) -> None:
    assert not (await look(pair)).of("matriz", "write test")
    assert not pair.left.sent


@pytest.mark.parametrize(("lang", "detail"), [("en", "characters replaced"), ("pt-BR", "caracteres trocados")])
async def test_characters_that_are_lost(pair: SimulatedPair, lang: str, detail: str) -> None:
    pair.left.options.charset = "utf8mb3"
    finding = (await look(pair, "matriz", lang=lang, write_test=opened(pair))).one("matriz", "write test")
    assert finding.state is State.WARNING
    assert detail in finding.detail
    assert finding.advice


@pytest.mark.parametrize(
    ("lang", "detail"),
    [("en", "arrived as another text: Ol\u00c3\u00a1"), ("pt-BR", "chegou como outro texto: Ol\u00c3\u00a1")],
)
async def test_another_text(pair: SimulatedPair, lang: str, detail: str) -> None:
    def spoil() -> None:
        pair.left.people.edit_message(pair.left.tables["su_mensagens"].ids[-1], "Ol\u00c3\u00a1")

    pair.left.faults.once("hook", match="POST su_mensagens", after=spoil)
    report = await look(pair, "matriz", lang=lang, write_test=opened(pair))
    finding = report.one("matriz", "write test")
    assert finding.state is State.ERROR
    assert detail in finding.detail
    assert finding.advice
    assert report.erps["matriz"].failed


@pytest.mark.parametrize(
    ("lang", "detail"),
    [("en", "moved the status from pendente to em_progresso"), ("pt-BR", "mudou o status de pendente para")],
)
async def test_a_status_that_moves(pair: SimulatedPair, lang: str, detail: str) -> None:
    ticket = next(row for row in pair.right.tables["ocorrencias"].values() if row["codsto"] == "01PENDENTE")["codoco"]
    pair.right.faults.once(
        "hook", match="exemploComentar", after=lambda: pair.right.people.set_status(ticket, "01ANDAMENT")
    )
    finding = (await look(pair, "filial", lang=lang, write_test=ticket)).one("filial", "write test")
    assert finding.state is State.ERROR
    assert detail in finding.detail
    assert 'comment_status = "repeat"' in finding.advice


async def test_a_write_that_is_refused(pair: SimulatedPair) -> None:
    pair.left.options.refuse = {"POST su_mensagens": "Usuário sem permissão"}
    report = await look(pair, "matriz", write_test=opened(pair))
    finding = report.one("matriz", "write test")
    assert (finding.state, finding.detail) == (State.ERROR, "Usuário sem permissão")
    assert finding.advice.startswith("The ERP said no")
    assert report.one("matriz", "connection").state is State.OK


async def test_a_ticket_that_is_not_there(pair: SimulatedPair) -> None:
    finding = (await look(pair, "matriz", write_test="424242")).one("matriz", "write test")
    assert finding.state is State.ERROR
    assert "424242" in finding.detail
