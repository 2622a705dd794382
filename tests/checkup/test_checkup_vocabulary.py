"""The share of tickets whose terms the other side knows, counted in both directions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.checkup import State
from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return simulated(tmp_path)


def elogios(pair: SimulatedPair, count: int) -> str:
    """So many tickets on the left with a subject that the right does not have."""
    subject = pair.left.people.add("su_oss_assunto", assunto="Elogio", ativo="S")
    for _ in range(count):
        pair.left.people.open_ticket(id_assunto=subject)
    return subject


async def test_tickets_count_and_not_terms(pair: SimulatedPair) -> None:
    subject = elogios(pair, 3)
    alone = {str(a.id) for a in pair.world.left.assuntos if not a.canonico and a.ativo} | {subject}
    report = await look(pair)
    tickets = report.erps["matriz"].census.tickets.values()
    missing = Counter(t.assunto.id for t in tickets if t.assunto and t.assunto.id in alone)
    total = sum(1 for t in tickets if t.assunto)
    covered = total - missing.total()
    finding = report.one("suporte", "vocabulary", "matriz to filial: assunto")
    assert finding.detail.startswith(
        f"matriz to filial: assunto {100 * covered // total} % ({covered} of {total} tickets); "
        f'missing: "Elogio" ({subject}) ×3'
    )
    assert finding.state is State.WARNING
    assert finding.advice == (
        "`erp-bridge vocab suggest matriz filial` proposes lines; or set [pair.suporte.fallback] assunto"
    )


async def test_all_are_covered(pair: SimulatedPair) -> None:
    report = await look(pair)
    finding = report.one("suporte", "vocabulary", "matriz to filial: departamento")
    count = len(report.erps["matriz"].census.tickets)
    assert finding.detail == f"matriz to filial: departamento 100 % ({count} of {count} tickets)"
    assert (finding.state, finding.advice) == (State.OK, "")


async def test_nearly_all_is_not_all(pair: SimulatedPair) -> None:
    for row in pair.left.tables["su_ticket"].values():
        row["id_assunto"] = "34"
    elogios(pair, 1)
    for _ in range(250):
        pair.left.people.open_ticket(id_assunto="34")
    assert " 99 % (" in (await look(pair)).one("suporte", "vocabulary", "matriz to filial: assunto").detail


@pytest.mark.parametrize(
    ("lang", "detail", "advice"),
    [
        (
            "en",
            "filial to matriz: assunto 75 % (6 of 8 tickets); missing: ",
            "`erp-bridge vocab suggest matriz filial`",
        ),
        ("pt-BR", "filial para matriz: assunto 75 % (6 de 8 atendimentos); faltam: ", "propõe linhas; ou defina"),
    ],
)
async def test_the_other_direction(pair: SimulatedPair, lang: str, detail: str, advice: str) -> None:
    rows = list(pair.right.tables["ocorrencias"].values())
    for place, row in enumerate(rows):
        row |= {"codocop": "01TIPOPROJ" if place < 2 else "01TIPOSEMC", "codsto": "01PENDENTE"}
        row |= {"codcli": row["codcli"] or next(r["codcli"] for r in rows if r["codcli"]), "codpros": ""}
    report = await look(pair, lang=lang)
    [finding] = [f for f in report.of("suporte", "vocabulary", "filial") if f.detail.startswith(detail)]
    assert finding.detail == f'{detail}"Projeto especial" (01TIPOPROJ) ×2'
    assert finding.state is State.WARNING
    assert advice in finding.advice


@pytest.mark.parametrize(("lang", "advice"), [("en", "they become outros"), ("pt-BR", "viram outros")])
async def test_a_fallback_takes_the_alarm_away_and_not_the_count(pair: SimulatedPair, lang: str, advice: str) -> None:
    pair.tables = '[pair.suporte.fallback]\nassunto = "outros"\n'
    subject = elogios(pair, 2)
    report = await look(pair, lang=lang)
    [finding] = report.of("suporte", "vocabulary", f'"Elogio" ({subject}) ×2')
    assert (finding.state, finding.advice) == (State.OK, advice)


@pytest.mark.parametrize(
    ("lang", "detail"),
    [("en", "assunto of filial without a counterpart, on no ticket so far: "),
     ("pt-BR", "assunto de filial sem correspondente, por ora em nenhum atendimento: ")],
)  # fmt: skip
async def test_terms_that_no_ticket_has_yet(pair: SimulatedPair, lang: str, detail: str) -> None:
    for row in pair.right.tables["ocorrencias"].values():
        row["codocop"] = "01TIPOSEMC"
    finding = (await look(pair, lang=lang)).one("suporte", "vocabulary", detail)
    assert finding.detail == f'{detail}"Retirada de equipamento" (01TIPORETI), "Projeto especial" (01TIPOPROJ)'
    assert finding.state is State.OK
    pair.left.people.add("su_oss_assunto", assunto="Retirada de Equipamento", ativo="S")
    pair.left.people.add("su_oss_assunto", assunto="PROJETO ESPECIAL", ativo="S")
    assert not (await look(pair, lang=lang)).of("suporte", "vocabulary", detail)


async def test_a_direction_that_is_not_carried_is_not_judged(pair: SimulatedPair) -> None:
    pair.pair = {"direction": '"left-to-right"'}
    report = await look(pair)
    assert report.of("suporte", "vocabulary", "matriz to filial")
    assert not report.of("suporte", "vocabulary", "filial to matriz")
    assert not report.of("suporte", "vocabulary", "of filial without")
    assert not report.of("suporte", "fields", "from filial")


async def test_tickets_out_of_scope_are_not_judged(pair: SimulatedPair) -> None:
    subject = pair.left.people.add("su_oss_assunto", assunto="Elogio", ativo="S")
    pair.left.people.open_ticket(id_assunto=subject, id_ticket_setor="5")
    assert (await look(pair)).of("suporte", "vocabulary", "×1")
    pair.tables = '[pair.suporte.scope]\ndepartamento = ["Suporte técnico"]\n'
    report = await look(pair)
    of_support = [t for t in report.erps["matriz"].census.tickets.values() if t.departamento.id == "4"]
    finding = report.one("suporte", "vocabulary", "matriz to filial: assunto")
    assert f" of {len(of_support)} tickets)" in finding.detail
    assert "Elogio" not in finding.detail


async def test_twins_are_not_judged_on_their_way_back(pair: SimulatedPair) -> None:
    """A twin's subject was taken from this side's own list: it would make the share look better than it is."""
    before = (await look(pair)).one("suporte", "vocabulary", "filial to matriz: assunto").detail
    assert (await pair.sync()).as_json()["created"]["right"] > 0
    assert (await look(pair)).one("suporte", "vocabulary", "filial to matriz: assunto").detail == before


@pytest.mark.parametrize(
    ("lang", "advice"),
    [("en", "until then such tickets wait in quarantine"), ("pt-BR", "até lá esses atendimentos ficam em quarentena")],
)
async def test_a_status_that_the_other_side_cannot_set(pair: SimulatedPair, lang: str, advice: str) -> None:
    text = pair.write_config().read_text(encoding="utf-8")
    (pair.config_file).write_text(text.replace('"01ANDAMENT" = "em_progresso"\n', ""), encoding="utf-8")
    pair.write_config = lambda: pair.config_file  # type: ignore[method-assign]
    for place, row in enumerate(pair.left.tables["su_ticket"].values()):
        row["su_status"] = "EP" if place < 3 else "P"
    report = await look(pair, lang=lang)
    finding = next(f for f in report.of("suporte", "vocabulary", "em_progresso ×3"))
    assert finding.state is State.WARNING
    assert finding.advice.startswith(advice)
    assert "[erp.filial.vocab.status]" in finding.advice


async def test_terms_that_may_stay_blank(tmp_path: Path) -> None:
    """Between two IXC the responsible person has a field on both sides, and none of their people are the same."""
    pair = simulated(tmp_path, right_kind="ixc")
    person = str(next(iter(pair.left.tables["funcionarios"])))
    pair.left.people.set_field("10001", id_responsavel_tecnico=person)
    finding = (await look(pair)).one("suporte", "vocabulary", "matriz to filial: responsavel")
    assert f"({person}) ×" in finding.detail
    assert (finding.state, finding.advice) == (State.OK, "they stay blank on twins")
