"""Why a pass failed: kept without anybody's words, and said with the next step, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from erp_bridge import i18n
from erp_bridge.cli.pass_text import print_status
from erp_bridge.core.errors import AuthError, BridgeError, Overtaken, Refused, Unavailable
from erp_bridge.report.failing import failures, translated
from erp_bridge.sync import failing
from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.gates import GateClosed
from erp_bridge.sync.store import journal
from support.pair import SimulatedPair


def test_of_a_failure_the_kind_the_place_and_our_words_are_kept() -> None:
    error = Unavailable("no answer within 30 s", erp="matriz", operation="list su_ticket")
    assert failing.kept(error) == "Unavailable: matriz list su_ticket: no answer within 30 s"
    assert failing.kept(GateClosed("emptied", "a text")) == "GateClosed: a text"
    assert failing.lost({"matriz": "slow", "filial": "gone"}) == (
        "Unavailable: matriz: slow\nUnavailable: filial: gone"
    )  # fmt: skip


@pytest.mark.parametrize("kind", [Refused, Overtaken])
def test_the_words_of_an_erp_are_not_kept(kind: type[BridgeError]) -> None:
    error = kind("Cliente Maria da Silva bloqueado", erp="matriz", operation="list su_ticket")
    assert failing.kept(error) == f"{kind.__name__}: matriz list su_ticket"


def test_secrets_and_numbers_of_people_are_masked_and_a_long_text_is_cut() -> None:
    kept = failing.kept(AuthError("token=geheim123 of 123.456.789-09\nmaria@example.com " + "x " * 400, erp="matriz"))
    for word in ("geheim123", "789-09", "maria@", "\n"):
        assert word not in kept
    assert len(kept) <= failing.LONGEST
    assert failing.kept(KeyError("Maria da Silva")) == "KeyError"


def test_it_is_said_in_both_languages_with_the_next_step() -> None:
    text = "the ERP or the gateway before it is overloaded or down (HTTP 503): try again later (tried 4 times)"
    [one] = failures(failing.kept(Unavailable(text, erp="matriz", operation="list su_ticket")))
    assert one.kind == "Unavailable"
    assert one.what.en == f"matriz list su_ticket: {text}"
    assert one.what.pt.startswith("matriz list su_ticket: o ERP, ou o servidor à frente dele, está sobrecarregado")
    assert one.what.pt.endswith("(4 tentativas)")
    assert one.next_step.en == Unavailable.__doc__
    assert one.next_step.pt.startswith("O ERP não respondeu")
    assert [each.what.en for each in failures("Unavailable: matriz: slow\nUnavailable: filial: gone")] == [
        "matriz: slow", "filial: gone",
    ]  # fmt: skip


def test_what_an_older_version_kept_is_said_too() -> None:
    [one] = failures("AuthError")
    assert one.what.pt.startswith("O ERP não aceitou")
    [one] = failures("filial: no answer within 30 s")
    assert one.what.pt == "filial: sem resposta em 30 s"
    assert failures(None) == failures("") == []


def test_a_fault_of_the_program_and_a_process_that_ended() -> None:
    [fault], [ended] = failures("KeyError"), failures(failing.INTERRUPTED)
    assert "a fault of erp-bridge itself (KeyError)" in fault.what.en
    assert "(KeyError)" in fault.what.pt
    assert ended.what.pt.startswith("interrompida")


def test_a_message_that_nobody_translated_stays() -> None:
    assert translated("Some: words: of nobody").pt == "Some: words: of nobody"


async def test_the_store_keeps_why_a_pass_failed(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    async with pair.bridge() as bridge:
        with pytest.raises(GateClosed):
            await bridge.sync("suporte", PassOptions(max_create=1))
        [status] = bridge.status("suporte")
        [why] = failures(status.last_error)
        assert why.kind == "GateClosed"
        assert "--max-create" in why.what.en
        assert "seriam criados" in why.what.pt
        await bridge.sync("suporte")
        assert bridge.status("suporte")[0].last_error is None
        left = next(iter(pair.left_tickets()))
        pair.left.people.comment(left, "Sem sinal.")
        pair.right.faults.once("status", match="exemploComentar", count=500, code=429)
        report = await bridge.sync("suporte")
        assert report.error
        [why] = failures(bridge.status("suporte")[0].last_error)
        assert why.kind == "Unavailable"
        assert why.what.en.startswith("filial: ")


async def test_what_only_looked_is_neither_a_failure_nor_a_pass(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        before = bridge.status("suporte")[0].last_started
        pair.clock.advance(60)
        await bridge.plan("suporte")
        status = bridge.status("suporte")[0]
        assert (status.last_error, status.last_started) == (None, before)
        with bridge.db.read() as tx:
            assert journal.last(tx, "suporte", whole=False) == journal.last(tx, "suporte")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("suporte: the last pass failed: filial atendimentos: ", "The ERP did not answer")),
        ("pt-BR", ("suporte: a última passada falhou: filial atendimentos: ", "O ERP não respondeu")),
    ],
)
async def test_status_tells_why_and_what_comes_next(
    lang: str,
    said: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(i18n, "_chosen", lang)
    pair = SimulatedPair(tmp_path)
    pair.right.faults.once("status", count=500, code=503)
    async with pair.bridge() as bridge:
        with pytest.raises(Unavailable):
            await bridge.sync("suporte")
        print_status(bridge.status())
    told = capsys.readouterr().out
    for text in said:
        assert text in told
    assert "Unavailable" in told.split(), "the kind, as the page of errors lists it"
