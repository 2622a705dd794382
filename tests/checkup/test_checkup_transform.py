"""A pair's own step counts in what ``check`` foresees: the figures are those of the tickets as a pass carries them."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.checkup import State
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair

RENAMES = """
from erp_bridge import Atendimento, Termo

def tidy(record, passage):
    if isinstance(record, Atendimento) and passage.source == "matriz" and record.assunto.nome == "Elogio":
        return record.model_copy(update={"assunto": Termo(nome="outros")})
    return record
"""
#: A praise is known by its text, and its client by the document: a pass gives both to the step.
READS = """
from erp_bridge import Atendimento, Termo

def tidy(record, passage):
    if isinstance(record, Atendimento) and "parabéns" in record.descricao and len(record.cliente.documento) in (11, 14):
        return record.model_copy(update={"assunto": Termo(nome="outros")})
    return record
"""
FAILS = """
from erp_bridge import Atendimento

def tidy(record, passage):
    if isinstance(record, Atendimento) and record.assunto and record.assunto.nome == "Elogio":
        raise ValueError(record.descricao)
    return record
"""


def with_step(tmp_path: Path, source: str, name: str) -> tuple[SimulatedPair, str]:
    """A pair with that step, and three tickets on the left with a subject that the right does not have."""
    pair = simulated(tmp_path)
    if source:
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        pair.pair = {"transform": f'"{name}:tidy"'}
    subject = pair.left.people.add("su_oss_assunto", assunto="Elogio", ativo="S")
    client = next(row["id_cliente"] for row in pair.left.tables["su_ticket"].values() if row["id_cliente"])
    for _ in range(3):
        pair.left.people.open_ticket(id_assunto=subject, id_cliente=client, menssagem="Dou os parabéns à equipe.")
    return pair, subject


async def unmapped(pair: SimulatedPair) -> int:
    """How many tickets a pass left waiting for a subject."""
    await pair.sync()
    items = await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    return sum((item["side"], item["code"], item["field"]) == ("matriz", "unmapped", "assunto") for item in items)


@pytest.mark.parametrize(("name", "source"), [("step_renames", RENAMES), ("step_reads", READS)])
async def test_what_the_step_makes_of_a_ticket_is_counted(tmp_path: Path, name: str, source: str) -> None:
    pair, subject = with_step(tmp_path, source, name)
    finding = (await look(pair)).one("suporte", "vocabulary", "matriz to filial: assunto")
    assert f'"Elogio" ({subject})' not in finding.detail
    assert not (await look(pair)).of("suporte", "transform")
    missing = sum(int(part.partition(",")[0]) for part in finding.detail.partition("; missing")[2].split(" ×")[1:])
    assert await unmapped(pair) == missing


async def test_without_the_step_they_are_missing(tmp_path: Path) -> None:
    pair, subject = with_step(tmp_path, "", "")
    finding = (await look(pair)).one("suporte", "vocabulary", "matriz to filial: assunto")
    assert f'"Elogio" ({subject}) ×3' in finding.detail


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "step_fails_en:tidy fails on 3 of "), ("pt-BR", "step_fails_pt:tidy falha em 3 de ")],
)
async def test_a_step_that_fails_is_told_without_a_word_of_the_ticket(tmp_path: Path, lang: str, words: str) -> None:
    pair, subject = with_step(tmp_path, FAILS, f"step_fails_{lang[:2]}")
    report = await look(pair, lang=lang)
    finding = report.one("suporte", "transform", "matriz")
    assert words in finding.detail
    assert finding.detail.endswith("ValueError in line 6 ×3")
    assert finding.state is State.WARNING
    assert "parabéns" not in finding.detail
    assert f'"Elogio" ({subject})' not in next(f.detail for f in report.of("suporte", "vocabulary", "matriz"))


async def test_texts_are_kept_for_a_step_only(tmp_path: Path) -> None:
    """They may be long, and are nobody's business where nothing looks at them."""
    pair, _subject = with_step(tmp_path, "", "")
    assert not any(ticket.descricao for ticket in (await look(pair)).erps["matriz"].census.tickets.values())
