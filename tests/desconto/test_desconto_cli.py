"""``desconto`` as people and programs call it, against simulated ERPs on HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desconto.provedor import BLOCO, ITEMS, booked, fee, open_request, with_one_contract
from erp_bridge import i18n
from erp_bridge.cli import simulated
from erp_bridge.cli.main import cli
from erp_bridge.core.clock import SystemClock
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.opa import OpaSimulator
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.world import World, generate
from support.clock import FakeClock
from support.httpclient import forget_logging

Program = Callable[..., Result]
#: An hour that lies behind any clock of these tests.
BLOCK = BLOCO.replace("10/09/26", "10/09/25").replace("10/09/2026", "10/09/2025")


class _Now(FakeClock):
    """The clock on the wall, which does not wait."""

    def __init__(self) -> None:
        super().__init__(SystemClock().now())


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Program]:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "ERP_BRIDGE_CONFIG", "ERP_BRIDGE_OPA_URL", "ERP_BRIDGE_OPA_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("erp_bridge.transport.network.SystemClock", _Now)

    def run(*args: str, lang: str = "", stdin: str | None = None) -> Result:
        return CliRunner().invoke(
            cli, [*(("--lang", lang) if lang else ()), *args], input=stdin, prog_name="erp-bridge"
        )

    yield run
    i18n.use("en")
    forget_logging()


@dataclass
class Office:
    """An IXC that books discounts, an Integrator beside it, and the program in front of them."""

    program: Program
    left: Any
    right: Any
    world: World
    config: Path

    def __post_init__(self) -> None:
        people = with_one_contract(self.world)
        _, self.client, self.contract = people[len(booked(self.left)) % len(people)]

    def __call__(self, *args: str, **keys: Any) -> Result:
        result = self.program("--config", str(self.config), "desconto", *args, **keys)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def request(self, *, approved: bool = True) -> str:
        ticket = open_request(self.left, self.client, self.contract, text=BLOCK)
        if approved:
            self.left.people.comment(ticket, "Desconto aprovado: R$ 0,90")
        return ticket


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=3, clients=40, left=4, right=3)


@pytest.fixture
def office(world: World, tmp_path: Path, program: Program) -> Iterator[Office]:
    left = simulated.simulate("ixc", world, Faults())
    right = simulated.simulate("integrator", world, Faults())
    tables = []
    with left.serve() as one, right.serve() as other:
        for erp, name, url in ((left, "matriz", one.url), (right, "filial", other.url)):
            for key, secret in erp.credentials.items():
                (tmp_path / f"{name}.{key}").write_text(secret)
            tables.append(erp.table(name, url, {key: f"file:{name}.{key}" for key in erp.credentials}))
        tables.append('[erp.matriz.desconto]\nvia = "servico"\nid_produto = "77"\nid_unidade = "1"\n')
        path = tmp_path / "bridge.toml"
        path.write_text("\n".join(tables))
        yield Office(program, left.simulator, right.simulator, world, path)


def document(result: Result) -> Any:
    return json.loads(result.stdout)


class TestCalc:
    def test_the_document(self, program: Program) -> None:
        result = program(
            "desconto", "calc", "--mensalidade", "99.90", "--inicio", "2026-10-03T08:00:00-03:00",
            "--fim", "2026-10-03T14:31:00-03:00", "--politica", "por_hora", "--json",
        )  # fmt: skip
        assert result.exit_code == 0
        assert document(result) == {"valor": "0.97", "politica": "por_hora", "minutos": 391, "base": "99.90"}

    @pytest.mark.parametrize(
        ("inicio", "fim"),
        [
            ("2026-10-03T08:00", "2026-10-03 14:31"),
            ("03/10/2026 8h", "03/10/26 14h31"),
            ("2026-10-03T11:00:00Z", "03/10/2026 14:31"),
        ],
    )
    @pytest.mark.parametrize("fee", ["99.90", "99,90", "R$ 99,90"])
    def test_times_and_amounts_as_people_write_them(self, program: Program, inicio: str, fim: str, fee: str) -> None:
        result = program(
            "desconto", "calc", "--mensalidade", fee, "--inicio", inicio, "--fim", fim, "--politica", "por_minuto",
            "--json",
        )  # fmt: skip
        assert document(result)["valor"] == "0.90"

    def test_in_words(self, program: Program) -> None:
        args = ("calc", "--mensalidade", "99.90", "--inicio", "2026-10-01T00:00", "--fim", "2026-10-02T05:00",
                "--politica", "manutencao_programada")  # fmt: skip
        assert (
            program("desconto", *args).stdout == "R$ 6,66\nplanned maintenance: 1740 min of a monthly fee of R$ 99,90\n"
        )
        said = program("desconto", *args, lang="pt-BR").stdout
        assert said == "R$ 6,66\nmanutenção programada: 1740 min de uma mensalidade de R$ 99,90\n"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"--fim": "2026-10-02T08:00"}, "ends before it begins"),
            ({"--fim": "amanhã"}, "no time"),
            ({"--mensalidade": "muito"}, "no amount"),
            ({"--mensalidade": "-5"}, "zero or more"),
            ({"--politica": "por_dia"}, "por_minuto"),
            ({"--timezone": "Brasil/Acre2"}, "not a known time zone"),
        ],
    )
    def test_wrong_usage(self, program: Program, changes: dict[str, str], words: str) -> None:
        given = {"--mensalidade": "99.90", "--inicio": "2026-10-03T08:00", "--fim": "2026-10-03T09:00",
                 "--politica": "por_minuto"} | changes  # fmt: skip
        result = program("desconto", "calc", *(part for pair in given.items() for part in pair))
        assert result.exit_code == 2
        assert words in result.stderr
        assert "Traceback" not in result.output


class TestParse:
    def test_a_typed_block(self, program: Program) -> None:
        found = document(program("desconto", "parse", "--json", stdin=BLOCK.replace("14:31", "amanhã")))
        assert found["motivo"] == "rompimento_externo"
        assert found["abertura_chamado"] == "2025-09-10T08:00:00-03:00"
        assert found["protocolo_opa"] == "OPA202612345"
        assert found["nao_lido"] == ["Hora do retorno do sinal da internet", "Período para dar desconto"]
        assert found["brutos"] == {"Hora do retorno do sinal da internet": "amanhã"}
        assert {v["code"]: v["severity"] for v in found["violacoes"]}["sem-retorno-do-sinal"] == "warning"
        assert found["bloco"].startswith(
            "Descrição: Rompimento externo - poste derrubado na BR\nData ocorrido: 10/09/2025"
        )

    def test_from_a_file_in_words(self, program: Program, tmp_path: Path) -> None:
        (tmp_path / "bloco.txt").write_text(BLOCK, encoding="utf-8")
        result = program("desconto", "parse", "bloco.txt", lang="pt-BR")
        assert "Hora do retorno do sinal da internet: 14:31" in result.stdout
        assert "Não lido: Período para dar desconto" in result.stderr

    def test_a_ticket(self, office: Office) -> None:
        ticket = office.request()
        found = document(office("parse", "--ticket", "matriz", ticket, "--json"))
        assert (found["cliente"], found["contrato"]) == (office.client, office.contract)
        assert found["retorno_sinal"] == "2025-09-10T14:31:00-03:00"
        assert office("parse", "x.txt", "--ticket", "matriz", ticket).exit_code == 2

    def test_its_conversation(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        sim = OpaSimulator([{"_id": "1", "protocolo": "OPA202612345", "status": "F", "canal": "whatsapp"}])
        monkeypatch.setenv("ERP_BRIDGE_OPA_TOKEN", sim.token)
        with Server(sim.app) as server:
            found = document(program("desconto", "parse", "--opa-url", server.url, "--json", stdin=BLOCK))
            assert found["opa"]["canal"] == "whatsapp"
            other = program("desconto", "parse", "--opa-url", server.url, stdin=BLOCK.replace("12345", "99999"))
        assert "Opa! has no conversation OPA202699999" in other.stderr

    @pytest.mark.parametrize("token", ["a-bare-secret", "env:NOT_SET"])
    def test_its_token_is_a_reference(self, program: Program, token: str) -> None:
        args = ("desconto", "parse", "--opa-url", "http://127.0.0.1:1", "--opa-token", token)
        result = program(*args, stdin=BLOCK)
        assert result.exit_code == 2
        assert "a-bare-secret" not in result.output


class TestOpen:
    def args(self, office: Office, **changes: str) -> list[str]:
        given = {
            "--cliente": office.client, "--contrato": office.contract, "--motivo": "rompimento_externo",
            "--descricao": "Poste derrubado.", "--abertura": "10/09/2025 08h", "--retorno": "10/09/2025 14:31",
            "--protocolo-opa": "opa 2026-12345",
        } | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}  # fmt: skip
        return ["open", "matriz", "--solicitado-pelo-cliente", *(p for pair in given.items() for p in pair)]

    def test_the_first_line_is_the_protocolo(self, office: Office) -> None:
        result = office(*self.args(office))
        assert result.exit_code == 0, result.output
        protocolo = result.stdout.splitlines()[0]
        [row] = [row for row in office.left.tables["su_ticket"].values() if row["protocolo"] == protocolo]
        assert (row["id_assunto"], row["id_ticket_setor"], row["titulo"]) == ("53", "2", "DESCONTO EM FATURA")
        assert (row["id_cliente"], row["id_contrato"]) == (office.client, office.contract)
        assert "Data ocorrido: 10/09/2025" in row["menssagem"]
        assert "Protocolo OPA: OPA202612345" in row["menssagem"]

    def test_it_is_listed_then(self, office: Office) -> None:
        created = document(office(*self.args(office), "--json"))
        items = document(office("list", "matriz", "--json"))["items"]
        assert created["id"] in [item["id"] for item in items]

    def test_not_without_the_clients_own_wish(self, office: Office) -> None:
        args = [arg for arg in self.args(office) if arg != "--solicitado-pelo-cliente"]
        result = office(*args)
        assert result.exit_code == 1
        assert "nao-solicitado-pelo-cliente" in result.stderr
        assert office.left.count("POST su_ticket") == 0

    def test_a_request_that_breaks_a_rule_is_not_opened(self, office: Office) -> None:
        result = office(*self.args(office, retorno="10/09/2025 07:00"))
        assert result.exit_code == 1
        assert "fim-antes-do-inicio" in result.stderr
        assert office.left.count("POST su_ticket") == 0

    def test_what_a_person_should_look_at_is_said(self, office: Office) -> None:
        result = office(*self.args(office, motivo="visita_adiada"), lang="pt-BR")
        assert result.exit_code == 0
        assert "Atenção:" in result.stderr
        assert "sem-ordem-de-servico" in result.stderr

    def test_opa_fills_in_channel_agent_and_times(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        sim = OpaSimulator(
            [{"_id": "1", "protocolo": "OPA202612345", "status": "F", "canal": "whatsapp", "id_atendente": "u1",
              "date": "2025-09-10T11:05:00.000Z", "fim": "2025-09-10T11:20:00.000Z"}],
            [{"_id": "u1", "nome": "Dora", "tipo": "user"}],
        )  # fmt: skip
        monkeypatch.setenv("MY_TOKEN", sim.token)
        args = self.args(office)
        place = args.index("--abertura")
        del args[place : place + 2]
        with Server(sim.app) as server:
            result = office(*args, "--opa-url", server.url, "--opa-token", "env:MY_TOKEN", "--json")
        text = document(result)["descricao"]
        assert "Atendimento Opa! OPA202612345, canal whatsapp, agente Dora, de 10/09/2025 08:05 a 08:20" in text
        assert "Hora da abertura do chamado: 08:05" in text

    def test_whom_it_is_about(self, office: Office) -> None:
        assert office("open", "matriz", "--solicitado-pelo-cliente").exit_code == 2


class TestList:
    def test_amounts_invoices_and_decision(self, office: Office) -> None:
        ticket = office.request()
        price = fee(office.world, office.contract)
        item = next(i for i in document(office("list", "matriz", "--json"))["items"] if i["id"] == ticket)
        assert (item["contrato"], item["minutos"], item["mensalidade"]) == (office.contract, 391, f"{price:.2f}")
        assert set(item["valores"]) == {"por_minuto", "por_hora"}
        assert (item["decisao"]["aprovado"], item["decisao"]["valor"]) == (True, "0.90")
        assert item["decisao"]["autor"]
        assert [invoice["aberto"] for invoice in item["faturas"]] == [f"{price:.2f}"]
        assert item["lancamento"] is None

    def test_in_words(self, office: Office) -> None:
        ticket = office.request()
        said = office("list", "matriz", lang="pt-BR").stdout
        assert f"matriz {ticket}" in said
        assert "por minuto R$" in said
        assert "aprovado R$ 0,90" in said
        assert "Fatura em aberto" in said

    def test_an_erp_that_tells_less(self, office: Office) -> None:
        right = next(c for c in office.world.right.clientes if c.ativo and c.documento)
        ticket = office.right.people.open_ticket(
            codcli=str(right.id), codocop="01TIPODESC", codcar="01CARFINAN", descri_oco=BLOCK
        )
        [item] = [i for i in document(office("list", "filial", "--json"))["items"] if i["id"] == ticket]
        assert (item["mensalidade"], item["valores"], item["decisao"]) == (None, {}, None)
        rows = office.right.tables["faturas"].values()
        open_ones = [r["codfat"] for r in rows if r["codcli"] == str(right.id) and r["status"] != "P"]
        assert [invoice["id"] for invoice in item["faturas"]] == open_ones

    def test_an_unknown_erp(self, office: Office) -> None:
        result = office("list", "matrix")
        assert result.exit_code == 2
        assert "matriz" in result.stderr


class TestBook:
    def test_the_dry_run_shows_the_exact_request(self, office: Office) -> None:
        ticket = office.request()
        found = document(office("book", "matriz", ticket, "--dry-run", "--json"))
        assert (found["estado"], found["dry_run"], found["valor"]) == ("nao_lancado", True, "0.90")
        assert booked(office.left) == []
        shown = found["requisicao"]
        done = document(office("book", "matriz", ticket, "--yes", "--json"))
        assert done["estado"] == "lancado"
        assert (shown["method"], f"POST {shown['path']}") == ("POST", f"POST {ITEMS}")
        assert office.left.sent[-2] == (f"POST {ITEMS}", shown["body"])  # the last write is the word in the ticket

    def test_called_again_it_says_what_became_of_it(self, office: Office) -> None:
        ticket = office.request()
        first = document(office("book", "matriz", ticket, "--yes", "--json"))
        again = office("book", "matriz", ticket, "--yes", "--json")
        assert (again.exit_code, document(again)["lancamento"]) == (0, first["lancamento"])
        assert len(booked(office.left)) == 1
        item = next(i for i in document(office("list", "matriz", "--json"))["items"] if i["id"] == ticket)
        assert item["lancamento"] == {"estado": "lancado", "id": first["lancamento"]["id"]}

    def test_it_asks_first(self, office: Office) -> None:
        ticket = office.request()
        no = office("book", "matriz", ticket, stdin="n\n")
        assert (no.exit_code, booked(office.left)) == (130, [])
        assert f"POST {ITEMS}" in no.stdout
        yes = office("book", "matriz", ticket, stdin="s\n", lang="pt-BR")
        assert yes.exit_code == 0
        assert f"Lançado: {ITEMS} 1 R$ 0,90" in yes.stdout

    def test_a_program_is_not_asked(self, office: Office) -> None:
        assert office("book", "matriz", office.request(), "--json").exit_code == 2

    def test_not_before_the_decision(self, office: Office) -> None:
        ticket = office.request(approved=False)
        result = office("book", "matriz", ticket, "--yes", lang="pt-BR")
        assert result.exit_code == 1
        assert "ainda não tem decisão" in result.stderr

    def test_approved_and_booked_at_once(self, office: Office) -> None:
        ticket = office.request(approved=False)
        assert office("book", "matriz", ticket, "--aprovar", "--valor", "0,55", "--yes").exit_code == 0
        assert booked(office.left)[0]["valor_total"] == "0.55"

    def test_refused(self, office: Office) -> None:
        ticket = office.request(approved=False)
        assert (
            document(office("book", "matriz", ticket, "--recusar", "avisado antes", "--json"))["estado"] == "recusado"
        )
        item = next(i for i in document(office("list", "matriz", "--json"))["items"] if i["id"] == ticket)
        assert (item["decisao"]["aprovado"], item["decisao"]["motivo"]) == (False, "avisado antes")
        assert office("book", "matriz", ticket, "--recusar", "x", "--aprovar").exit_code == 2

    def test_a_doubt_waits_for_a_person(self, office: Office) -> None:
        ticket = office.request()
        office.left.faults.once("noop", match=f"POST {ITEMS}")
        result = office("book", "matriz", ticket, "--yes", "--json")
        assert (result.exit_code, document(result)["estado"]) == (3, "em_duvida")
        listed = office.program("--config", str(office.config), "doubts", "list", "--json")
        [item] = document(listed)["items"]
        assert item["ticket"] == ticket
        assert (
            office.program("--config", str(office.config), "doubts", "resolve", str(item["id"]), "--none").exit_code
            == 0
        )
        assert document(office("book", "matriz", ticket, "--yes", "--json"))["estado"] == "lancado"

    def test_an_erp_that_cannot(self, office: Office) -> None:
        result = office("book", "filial", "01A0000001", "--yes")
        assert result.exit_code == 1
        assert "book_discount" in result.stderr
