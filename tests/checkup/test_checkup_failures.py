"""What cannot be examined is said; the rest is examined all the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.adapters.ixc.adapter import IxcAdapter
from erp_bridge.checkup import MEANINGS, State
from erp_bridge.core.adapter import Capability
from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return simulated(tmp_path)


@pytest.mark.parametrize(
    ("lang", "advice", "pair_says", "then"),
    [
        (
            "en",
            "The ERP did not accept the credentials",
            "not compared, because matriz could not",
            "correct that first",
        ),
        ("pt-BR", "O ERP não aceitou as credenciais", "não comparado, porque matriz não pôde", "corrija isso primeiro"),
    ],
)
async def test_a_wrong_token(pair: SimulatedPair, lang: str, advice: str, pair_says: str, then: str) -> None:
    pair.write_config()
    pair.left.token = "61:" + "0" * 64
    pair.write_config = lambda: pair.config_file  # type: ignore[method-assign]
    report = await look(pair, lang=lang)
    assert report.erps["matriz"].failed
    assert report.one("matriz", "credentials").advice.startswith(advice)
    assert not report.erps["filial"].failed
    assert report.one("filial", "tickets")
    finding = report.one("suporte", "pair")
    assert finding.detail.startswith(pair_says)
    assert finding.advice.startswith(then)


async def test_credentials_that_are_taken_back_midway(pair: SimulatedPair) -> None:
    pair.left.faults.once("hook", match="list su_evento_status", before=lambda: setattr(pair.left, "token", "61:new"))
    report = await look(pair)
    assert report.one("matriz", "connection").state is State.OK
    assert report.one("matriz", "credentials").state is State.ERROR
    assert not report.of("matriz", "tickets")
    assert report.one("filial", "tickets")


async def test_an_erp_that_does_not_answer(pair: SimulatedPair) -> None:
    pair.right.faults.once("reset_before", count=50)
    report = await look(pair)
    finding = report.one("filial", "connection")
    assert finding.state is State.ERROR
    assert finding.advice == "The ERP did not answer, and nothing was written: try again later."
    assert not report.erps["matriz"].failed
    assert report.one("suporte", "pair").detail == "not compared, because filial could not be examined"
    assert report.erps["filial"].requests > 0


async def test_a_secret_that_is_missing(pair: SimulatedPair) -> None:
    pair.write_config()
    (pair.folder / "token").unlink()
    pair.write_config = lambda: pair.config_file  # type: ignore[method-assign]
    report = await look(pair)
    assert "secret file token cannot be read" in report.one("matriz", "configuration").detail
    assert report.erps["matriz"].capabilities is None
    assert report.one("filial", "tickets")


async def test_a_fault_of_our_own(pair: SimulatedPair, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: Any) -> str:
        raise KeyError("codocop")

    monkeypatch.setattr(IxcAdapter, "ping", broken)
    report = await look(pair)
    finding = report.one("matriz", "fault")
    assert (finding.state, finding.detail) == (State.ERROR, "KeyError: 'codocop'")
    assert "-v" in finding.advice
    assert report.one("filial", "tickets")


async def test_one_subject_that_fails_does_not_end_the_others(pair: SimulatedPair) -> None:
    pair.right.faults.once("refuse", match="view.execute abertos", message="Sem acesso")
    report = await look(pair, "filial")
    finding = report.one("filial", "tickets")
    assert (finding.state, finding.detail) == (State.ERROR, "Sem acesso")
    assert report.erps["filial"].failed
    assert report.one("filial", "vocabulary", "assunto ")
    assert report.of("suporte", "pair") == []  # only one of its ERPs was asked for


async def test_a_list_that_fails(pair: SimulatedPair) -> None:
    pair.right.faults.once("refuse", match="listTypes", message="Sem acesso")
    pair.right.faults.once("refuse", match="listTypes", message="Sem acesso")
    report = await look(pair, "filial")
    assert report.one("filial", "connection").state is State.ERROR  # it is what the ping asks for


@pytest.mark.parametrize(
    ("lang", "detail", "advice"),
    [("en", "the ERP's clock differs from ours by +45 s", "NTP"),
     ("pt-BR", "o relógio do ERP difere do nosso em +45 s", "acerte o relógio")],
)  # fmt: skip
async def test_a_clock_that_goes_wrong(pair: SimulatedPair, lang: str, detail: str, advice: str) -> None:
    assert (await look(pair, "matriz")).one("matriz", "clock").detail == "+0 s"
    now = pair.left._state.now
    pair.left._state.now = lambda: now() + timedelta(seconds=45)
    pair.left.app._now = pair.left._state.now
    finding = (await look(pair, "matriz", lang=lang)).one("matriz", "clock")
    assert (finding.state, finding.detail) == (State.WARNING, detail)
    assert advice in finding.advice


@pytest.mark.parametrize(
    ("lang", "advice"),
    [("en", "a pair needs add_movement, set_status: see"), ("pt-BR", "um par precisa de add_movement")],
)
async def test_capabilities_that_a_pair_needs(pair: SimulatedPair, lang: str, advice: str) -> None:
    assert (await look(pair, "filial")).one("filial", "capabilities").state is State.OK
    text = pair.write_config().read_text(encoding="utf-8")
    head, _, rest = text.partition("[erp.filial.submethods.comentar]")
    pair.config_file.write_text(head + "[erp.filial.vocab" + rest.partition("[erp.filial.vocab")[2], encoding="utf-8")
    pair.write_config = lambda: pair.config_file  # type: ignore[method-assign]
    report = await look(pair, "filial", lang=lang)
    finding = report.one("filial", "capabilities")
    assert finding.state is State.WARNING
    assert finding.advice.startswith(advice)
    assert Capability.SET_STATUS not in report.erps["filial"].capabilities


def test_every_capability_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Capability)


async def test_every_line_that_is_not_ok_says_what_to_do(pair: SimulatedPair) -> None:
    pair.left.options.unavailable = ("su_canal_atendimento", "su_ticket_arquivos")
    pair.left.options.visible_departments = ("2",)
    pair.right.faults.once("refuse", match="atendimento_protocolo", message="Sem acesso")
    english, portuguese = await look(pair), await look(pair, lang="pt-BR")
    assert len(english.not_ok()) > 6
    assert all(finding.advice for finding in [*english.not_ok(), *portuguese.not_ok()])
    advice = {finding.advice for finding in english.findings} - {""}
    assert not advice & {finding.advice for finding in portuguese.findings}
