"""`init` at a terminal: it asks what it cannot know, judges each answer at once, and writes what was said."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from cli.conftest import Program
from erp_bridge.adapters.integrator.settings import Queries, Submethods
from erp_bridge.cli import init_integrator, simulated
from erp_bridge.config import load
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import World, integrator_queries

Talk = Callable[..., Result]

IXC = ("", "", "https://ixc.example.net", "", "", "")  # name, adapter, address, zone, reference, no secret yet
#: Name, adapter, address, zone, twice a reference without a secret; then nothing of what the tenant must name.
INTEGRATOR = ("", "", "https://i.example.net", "", "", "", "", "", *("",) * 9, "", "", "", "")
NAMED = (*integrator_queries().values(), "01USUAPI00", "01CATTEC00")


@pytest.fixture
def talk(program: Program, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """``talk(*answers)``: ``init`` in an empty folder, with somebody who says that."""
    monkeypatch.setattr("erp_bridge.cli.init._somebody_is_there", lambda: True)
    for name in ("MATRIZ_TOKEN", "FILIAL_USER", "FILIAL_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def say(*answers: str, lang: str = "pt-BR", options: tuple[str, ...] = ()) -> Result:
        return program("init", *options, stdin="\n".join(answers) + "\n", lang=lang)

    return say


def test_enter_is_enough_where_nothing_is_known(talk: Talk, tmp_path: Path) -> None:
    result = talk(*IXC, "s", *INTEGRATOR)
    assert result.exit_code == 0, result.output
    assert "Fuso horário" in result.stdout
    assert "queries.sql" in result.stdout
    assert list(load(tmp_path / "bridge.toml").erp) == ["matriz", "filial"]
    text = (tmp_path / "bridge.toml").read_text()
    for name in Queries.model_fields:
        assert f"# {name:<21} = " in text
    assert "# [erp.filial.submethods.comentar]" in text
    assert "1. ponha os segredos no ambiente: MATRIZ_TOKEN, FILIAL_USER, FILIAL_PASSWORD" in result.stdout


def test_one_erp_alone(talk: Talk, tmp_path: Path) -> None:
    assert talk(*IXC, "não").exit_code == 0
    assert list(load(tmp_path / "bridge.toml").erp) == ["matriz"]


def test_every_query_and_call_that_a_tenant_must_name_is_asked_for() -> None:
    assert list(init_integrator.QUERIES) == list(Queries.model_fields)
    assert list(init_integrator.SUBMETHODS) == list(Submethods.model_fields)
    assert Path(init_integrator.sql()).is_file()


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_what_the_tenant_names_is_written(talk: Talk, tmp_path: Path, lang: str) -> None:
    calls = ("atendimento.exemploComentar", "", "atendimento.exemploStatus", "oco={id}, sto={status}")
    result = talk(*IXC, "y", *INTEGRATOR[:8], *NAMED, *calls, lang=lang)
    assert result.exit_code == 0, result.output
    filial = load(tmp_path / "bridge.toml").erp["filial"]
    assert filial.queries.model_dump() == integrator_queries()
    assert filial.defaults == {"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"}
    assert filial.submethods.comentar.params == {"codoco": "{id}", "descri_com": "{texto}"}
    assert filial.submethods.alterar_status.params == {"oco": "{id}", "sto": "{status}"}
    assert filial.submethods.alterar_status.submethod == "atendimento.exemploStatus"


def test_a_part_of_it_may_be_left_out(talk: Talk, tmp_path: Path) -> None:
    assert talk(*IXC, "y", *INTEGRATOR[:8], "01QATEND00", *INTEGRATOR[9:]).exit_code == 0
    filial = load(tmp_path / "bridge.toml").erp["filial"]
    assert filial.queries.model_dump(exclude_none=True) == {"atendimentos": "01QATEND00"}
    assert "# abertos" in (tmp_path / "bridge.toml").read_text()


def test_what_was_told_as_an_option_is_not_asked(talk: Talk, tmp_path: Path) -> None:
    options = ("--set", "filial.queries.atendimentos=01QATEND00", "--set", "filial.submethods.comentar.submethod=x.y")
    options += (
        "--set",
        "filial.submethods.comentar.params.a={id}",
        "--set",
        "filial.submethods.comentar.params.b={texto}",
    )
    result = talk(*IXC, "y", *INTEGRATOR[:8], *("",) * 8, "", "", "", options=options)
    assert result.exit_code == 0, result.output
    filial = load(tmp_path / "bridge.toml").erp["filial"]
    assert filial.queries.atendimentos == "01QATEND00"
    assert filial.submethods.comentar.params == {"a": "{id}", "b": "{texto}"}


@pytest.mark.parametrize(
    ("place", "wrong", "said"),
    [
        (0, "matriz sul", "letras sem acento"),
        (1, "ixx", "não há o adaptador 'ixx'; quis dizer 'ixc'?"),
        (2, "ixc.example.net", "um endereço começa com"),
        (2, "https://a:b@ixc.example.net", "um endereço começa com"),
        (3, "Brasilia", "fuso horário desconhecido"),
        (4, "61:deadbeef", "um segredo é uma referência"),
        (6, "talvez", "responda sim ou não"),
    ],
)
def test_a_wrong_answer_is_judged_at_once_and_asked_again(talk: Talk, place: int, wrong: str, said: str) -> None:
    answers = [*IXC, "n"]
    result = talk(*answers[:place], wrong, *answers[place:])
    assert result.exit_code == 0, result.output
    assert said in result.stdout.partition("Erro: ")[2].partition("\n")[0]


def test_parameters_without_a_place_for_the_text_are_asked_again(talk: Talk, tmp_path: Path) -> None:
    result = talk(*IXC, "y", *INTEGRATOR[:8], *NAMED, "x.y", "codoco={id}", "codoco={id}, t={texto}", "")
    assert result.exit_code == 0, result.output
    assert "Erro: comentar:" in result.stdout
    assert load(tmp_path / "bridge.toml").erp["filial"].submethods.comentar.params == {"codoco": "{id}", "t": "{texto}"}


def test_a_secret_may_be_typed_and_is_kept_in_a_file_of_its_own(talk: Talk, tmp_path: Path) -> None:
    result = talk(*IXC[:5], "61:segredo", "n")
    assert result.exit_code == 0, result.output
    assert "segredo" not in result.stdout.replace("segredos", "")
    file = tmp_path / "matriz.token"
    assert file.read_text() == "61:segredo\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(tmp_path / "bridge.toml").erp["matriz"].token.reveal() == "61:segredo"
    again = talk(*IXC[:5], "n", options=("--force",))  # it is there: it is proposed and not asked for
    assert again.exit_code == 0, again.output
    assert "[file:matriz.token]" in again.stdout


def test_voalle_is_asked_for_what_its_table_cannot_do_without(talk: Talk, tmp_path: Path) -> None:
    voalle = ("", "voalle", "https://v.example.net", "", *("", "") * 3, "4", "")
    assert talk(*voalle, "n").exit_code == 0
    settings = load(tmp_path / "bridge.toml").erp["matriz"]
    assert settings.closing_status == "4"
    assert settings.token_url is None


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_with_two_running_erps_it_ends_with_a_check_and_a_plan(
    talk: Talk, world: World, tmp_path: Path, lang: str
) -> None:
    left, right = simulated.simulate("ixc", world, Faults()), simulated.simulate("integrator", world, Faults())
    with left.serve() as one, right.serve() as other:
        secrets = (right.credentials["user"], right.credentials["password"])
        erps = ("", "", one.url, "", "", left.credentials["token"], "y", "", "", other.url, "")
        calls = ("atendimento.exemploComentar", "", "atendimento.exemploStatus", "")
        result = talk(*erps, "", secrets[0], "", secrets[1], *NAMED, *calls, lang=lang)
        assert result.exit_code == 0, result.output
        assert ("check: ok" if lang == "en" else "verificação: ok") in result.stdout
        assert ("created\t" if lang == "en" else "criados\t") in result.stdout
        assert "erp-bridge sync suporte" in result.stdout.splitlines()[-1]
        config = load(tmp_path / "bridge.toml")
        assert config.erp["filial"].vocab["status"]["01PENDENTE"] == "pendente"  # known for reading, not for writing
        assert config.erp["filial"].vocab["status"]["01CONCLUID"] == "solucionado"
        assert config.erp["filial"].vocab["status"]["01ANDAMENT"] == "em_progresso"


def test_without_the_queries_the_check_is_green_and_it_is_said_why_there_is_no_plan(talk: Talk, world: World) -> None:
    left, right = simulated.simulate("ixc", world, Faults()), simulated.simulate("integrator", world, Faults())
    with left.serve() as one, right.serve() as other:
        secrets = (right.credentials["user"], right.credentials["password"])
        erps = ("", "", one.url, "", "", left.credentials["token"], "y", "", "", other.url, "")
        result = talk(*erps, "", secrets[0], "", secrets[1], *("",) * 13, lang="en")
        assert result.exit_code == 0, result.output
        assert "check: ok" in result.stdout
        assert "No plan yet: filial cannot list its tickets" in result.stdout
        assert "1. `erp-bridge check`" in result.stdout
