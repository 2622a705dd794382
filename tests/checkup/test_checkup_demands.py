"""Subjects that demand what the pair does not deliver; the numbers are those that a pass then leaves in quarantine."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from checkup.examined_pair import Report, look, simulated
from erp_bridge.checkup import Finding, State
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair

FLAGS = ("login_obrigatorio", "contrato_obrigatorio", "obrigar_processo_atendimento",
         "obrigar_preenchimento_canal_atendimento", "obrigatorio_status_complementar")  # fmt: skip


def demanding(pair: SimulatedPair, subject: str = "", *flags: str) -> None:
    """On the left this subject demands that, and no other demands anything."""
    for id, row in pair.left.tables["su_oss_assunto"].items():
        row.update({flag: "S" if str(id) == subject and flag in flags else "N" for flag in FLAGS})


def with_client(pair: SimulatedPair, codocop: str, count: int) -> list[str]:
    """So many open tickets of clients on the right with that type; all others are of one that demands nothing."""
    rows = list(pair.right.tables["ocorrencias"].values())
    for row in rows:
        row["codocop"] = "01TIPOSEMC"
    chosen = [row for row in rows if row["codcli"] and row["codsto"] == "01PENDENTE"][:count]
    assert len(chosen) == count
    for row in chosen:
        row["codocop"] = codocop
    return [row["codoco"] for row in chosen]


def demands(report: Report, part: str = "") -> list[Finding]:
    return report.of("suporte", "demands", part)


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return simulated(tmp_path, right=20)


async def test_nothing_is_demanded(pair: SimulatedPair) -> None:
    demanding(pair)
    with_client(pair, "01TIPOCANC", 2)
    assert demands(await look(pair)) == []


@pytest.mark.parametrize(
    ("lang", "detail", "advice"),
    [
        (
            "en",
            "matriz demands canal, which does not come from filial: ",
            "they wait in quarantine: lift the demand",
        ),
        ("pt-BR", "matriz exige canal, que não vem de filial: ", "ficam em quarentena: retire a exigência em matriz"),
    ],
)
async def test_a_field_that_the_source_does_not_have(pair: SimulatedPair, lang: str, detail: str, advice: str) -> None:
    demanding(pair, "62", "obrigar_preenchimento_canal_atendimento")
    with_client(pair, "01TIPOCANC", 3)
    [finding] = demands(await look(pair, lang=lang))
    assert finding.detail == f'{detail}"cancelamento" (62) 3/3'
    assert finding.state is State.WARNING
    assert finding.advice.startswith(advice)


async def test_a_demand_that_meets_no_ticket_yet(pair: SimulatedPair) -> None:
    demanding(pair, "62", "obrigar_preenchimento_canal_atendimento")
    with_client(pair, "01TIPOCANC", 0)
    [finding] = demands(await look(pair))
    assert finding.detail.endswith('"cancelamento" (62) (no ticket so far)')
    assert finding.state is State.OK
    [finding] = demands(await look(pair, lang="pt-BR"))
    assert finding.detail.endswith('"cancelamento" (62) (por ora nenhum atendimento)')


async def test_a_subject_that_no_term_of_the_source_leads_to_demands_nothing(pair: SimulatedPair) -> None:
    demanding(pair, "95", "obrigar_preenchimento_canal_atendimento")  # without a counterpart on the right
    assert demands(await look(pair)) == []


async def test_the_fallback_subject_counts_too(pair: SimulatedPair) -> None:
    pair.tables = '[pair.suporte.fallback]\nassunto = "outros"\n'
    demanding(pair, "90", "obrigar_preenchimento_canal_atendimento")
    with_client(pair, "01TIPOPROJ", 2)
    [finding] = demands(await look(pair))
    assert finding.detail.endswith('"outros" (90) 2/2')


@pytest.mark.parametrize(("flag", "campo"), [("login_obrigatorio", "login"), ("contrato_obrigatorio", "contrato")])
@pytest.mark.parametrize(
    ("lang", "detail", "advice"),
    [
        ("en", "which is filled in for clients who have exactly one there", "tickets of clients with several or none"),
        ("pt-BR", "que se preenche quando o cliente tem exatamente um lá", "atendimentos de clientes com vários ou"),
    ],
)
async def test_a_connection_that_the_client_may_have_several_of(
    pair: SimulatedPair, flag: str, campo: str, lang: str, detail: str, advice: str
) -> None:
    demanding(pair, "38", flag)
    with_client(pair, "01TIPOEQUI", 4)
    [finding] = demands(await look(pair, lang=lang))
    assert f" {campo}, {detail}" in finding.detail
    assert finding.detail.endswith('"troca de equipamento" (38) ×4')
    assert finding.state is State.WARNING
    assert finding.advice.startswith(advice)


@pytest.mark.parametrize(("lang", "detail"), [("en", "without a subject 2/2"), ("pt-BR", "sem assunto 2/2")])
async def test_tickets_without_a_subject(pair: SimulatedPair, lang: str, detail: str) -> None:
    demanding(pair)
    with_client(pair, "", 2)
    assert demands(await look(pair, lang=lang)) == []
    pair.erps = {"matriz": {"assunto_obrigatorio": "true"}}
    [finding] = demands(await look(pair, lang=lang))
    assert finding.detail.endswith(detail)
    assert finding.state is State.WARNING


async def test_tickets_without_a_department(pair: SimulatedPair) -> None:
    """A ticket of an Integrator may be for a person instead of a role."""
    demanding(pair)
    [one] = with_client(pair, "01TIPOLENT", 1)
    pair.right.tables["ocorrencias"][one]["codcar"] = ""
    [finding] = demands(await look(pair))
    assert finding.detail == 'matriz demands departamento; tickets of filial without one: "lentidao" (35) 1/1'
    assert finding.advice == (
        "they wait in quarantine: fill the field in filial, or set [pair.suporte.fallback] departamento"
    )


async def test_a_pass_then_leaves_as_many_in_quarantine(pair: SimulatedPair) -> None:
    pair.erps = {"matriz": {"assunto_obrigatorio": "true"}}
    demanding(pair, "62", "obrigar_preenchimento_canal_atendimento")
    tickets = with_client(pair, "01TIPOCANC", 6)
    for place, id in enumerate(tickets):
        changed = {"codocop": ""} if place < 2 else {"codcar": ""} if place == 2 else {}
        pair.right.tables["ocorrencias"][id].update(changed)
    said = {
        f.detail.partition(" demands ")[2].partition(" ")[0].rstrip(",;"): f.detail for f in demands(await look(pair))
    }
    assert '"cancelamento" (62) 4/4' in said["canal"]
    assert '"cancelamento" (62) 1/4' in said["departamento"]
    assert "without a subject 2/2" in said["assunto"]
    await pair.sync()
    waiting = await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE, "suporte"))
    codes = Counter(item["code"] for item in waiting if item["ticket"] in tickets)
    assert codes == {"canal-obrigatorio": 4, "departamento-obrigatorio": 1, "assunto-obrigatorio": 2}


@pytest.fixture
def twins(tmp_path: Path) -> SimulatedPair:
    """Two IXC, whose subjects, channels and processes have the same names."""
    pair = simulated(tmp_path, right_kind="ixc", right=12)
    demanding(pair)
    for row in pair.right.tables["su_ticket"].values():
        row.update({"id_assunto": "534", "su_status": "N", "prioridade": "M"})
    for table, field in (("su_oss_assunto", FLAGS),):
        for row in pair.right.tables[table].values():
            row.update(dict.fromkeys(field, "N"))
    return pair


async def test_a_field_that_only_some_tickets_have(twins: SimulatedPair) -> None:
    demanding(twins, "40", "obrigar_preenchimento_canal_atendimento")
    ids = [str(id) for id in twins.right.tables["su_ticket"]][:3]
    for place, id in enumerate(ids):
        row = twins.right.tables["su_ticket"][id]
        row.update({"id_assunto": "540", "id_canal_atendimento": "502" if place else "0"})
    [finding] = demands(await look(twins))
    assert finding.detail == 'matriz demands canal; tickets of filial without one: "mudanca de endereco" (40) 1/3'
    assert finding.state is State.WARNING
    assert finding.advice == "they wait in quarantine: lift the demand in matriz, or fill the field in filial"
    twins.right.tables["su_ticket"][ids[0]]["id_canal_atendimento"] = "501"
    assert demands(await look(twins)) == []


async def test_a_process_is_not_carried_unless_the_pair_says_so(twins: SimulatedPair) -> None:
    demanding(twins, "40", "obrigar_processo_atendimento")
    row = next(iter(twins.right.tables["su_ticket"].values()))
    row.update({"id_assunto": "540", "id_wfl_processo": "507"})
    [finding] = demands(await look(twins))
    assert finding.detail == 'matriz demands processo, which does not come from filial: "mudanca de endereco" (40) 1/1'
    assert finding.advice.endswith('or set trigger = ["processo"] in [pair.suporte]: it opens work orders')
    twins.pair = {"trigger": '["processo"]'}
    assert demands(await look(twins)) == []
