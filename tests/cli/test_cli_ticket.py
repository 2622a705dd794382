"""Tickets by hand, vocabularies, the list of adapters and the writing of a configuration."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Erps, Program, document, no_traceback
from erp_bridge.config import load


def client_with_document(erps: Erps) -> tuple[str, str]:
    """Id and document of a client whom nobody shares a document with."""
    rows = list(erps.left.simulator.tables["cliente"].values())
    documents = [row["cnpj_cpf"] for row in rows]
    found = next(
        row for row in rows if row["cnpj_cpf"] and documents.count(row["cnpj_cpf"]) == 1 and row["ativo"] == "S"
    )
    return found["id"], found["cnpj_cpf"]


def opened(program: Program, erps: Erps, *args: str) -> Any:
    given = ("--assunto", "outros", "--departamento", "financeiro", "--descricao", "Cliente pede segunda via.")
    result = program(*erps.args("ticket", "open", "matriz", *given, "--json", *args))
    no_traceback(result)
    assert result.exit_code == 0, result.output
    return document(result)


def test_open_prints_the_protocolo_first(program: Program, erps: Erps) -> None:
    id, documento = client_with_document(erps)
    result = program(
        *erps.args("ticket", "open", "matriz", "--documento", documento, "--assunto", "outros"),
        "--departamento", "financeiro", "--titulo", "Pelo terminal", "--descricao", "-", stdin="Linha um\nLinha dois\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    [row] = [row for row in erps.left.simulator.tables["su_ticket"].values() if row["titulo"] == "Pelo terminal"]
    assert result.stdout.split("\n")[0] == row["protocolo"]
    assert row["id_cliente"] == id
    assert "Linha dois" in row["menssagem"]


def test_show_tells_fields_and_movements(program: Program, erps: Erps) -> None:
    id, _ = client_with_document(erps)
    ticket = opened(program, erps, "--cliente", id, "--titulo", "Segunda via")
    erps.left.simulator.people.comment(ticket["id"], "Boleto enviado.")
    by_id = program(*erps.args("ticket", "show", "matriz", ticket["id"]), lang="pt-BR")
    assert by_id.exit_code == 0
    for words in ("Segunda via", "Cliente pede segunda via.", "Boleto enviado.", "Assunto", "outros"):
        assert words in by_id.stdout
    by_protocolo = document(program(*erps.args("ticket", "show", "matriz", ticket["protocolo"], "--json")))
    assert by_protocolo["id"] == ticket["id"]
    assert [m["texto"] for m in by_protocolo["movimentacoes"]] == ["Boleto enviado."]
    assert "codigos" not in by_protocolo


def test_moves(program: Program, erps: Erps) -> None:
    id, _ = client_with_document(erps)
    ticket = opened(program, erps, "--cliente", id)["id"]

    def move(*args: str) -> Any:
        result = program(*erps.args("ticket", "move", "matriz", ticket, *args, "--json"))
        no_traceback(result)
        assert result.exit_code == 0, result.output
        return document(result)

    assert move("--assumir")["status"] == "em_progresso"
    assert move("--pausar", "Aguardando o cliente.")["status"] == "pendente"
    assert move("--comment", "Cliente respondeu.")["status"] == "pendente"
    assert move("--status", "em_progresso", "--comment", "Retomado.")["status"] == "em_progresso"
    assert move("--encaminhar", "suporte tecnico")["departamento"]["nome"] == "suporte tecnico"
    assert move("--solucionar", "Boleto pago.")["status"] == "solucionado"
    assert move("--cancelar", "Aberto por engano.")["status"] == "cancelado"
    result = program(*erps.args("ticket", "move", "matriz", ticket, "--comment", "Tarde demais."), lang="pt-BR")
    assert result.exit_code == 1
    assert "transicao-invalida" in result.stderr


def test_a_record_that_breaks_a_rule_is_not_sent(program: Program, erps: Erps) -> None:
    id, _ = client_with_document(erps)
    before = len(erps.left.simulator.tables["su_ticket"])
    args = erps.args("ticket", "open", "matriz", "--cliente", id, "--assunto", "outros", "--titulo", "Sem texto")
    english, portuguese = program(*args), program(*args, lang="pt-BR")
    assert (english.exit_code, portuguese.exit_code) == (1, 1)
    for result in (english, portuguese):
        no_traceback(result)
        assert "descricao-obrigatoria" in result.stderr
        assert "departamento-obrigatorio" in result.stderr
    assert english.stderr != portuguese.stderr
    assert len(erps.left.simulator.tables["su_ticket"]) == before


def test_nobody_has_that_document(program: Program, erps: Erps) -> None:
    result = program(*erps.args("ticket", "open", "matriz", "--documento", "52998224725", "--descricao", "x"))
    assert result.exit_code == 1
    assert "no active client" in result.stderr


def test_what_an_erp_cannot_do_is_said(program: Program, erps: Erps) -> None:
    ticket = next(iter(erps.right.simulator.tables["ocorrencias"]))
    result = program(*erps.args("ticket", "move", "filial", ticket, "--encaminhar", "financeiro"))
    no_traceback(result)
    assert result.exit_code == 1
    assert "forward" in result.stderr


def test_vocab_suggest_joins_names_that_resemble_each_other(program: Program, erps: Erps) -> None:
    text = erps.config.read_text()
    without = "\n".join(
        line for line in text.splitlines() if not line.startswith(('"', "[erp.matriz.vocab", "[erp.filial.vocab"))
    )
    erps.config.write_text(without + "\n")
    result = program(*erps.args("vocab", "suggest", "matriz", "filial"))
    assert result.exit_code == 0
    proposed = tomllib.loads(result.stdout)["erp"]
    assert proposed["filial"]["vocab"]["status"]["01CANCELAD"] == "cancelado"
    items = document(program(*erps.args("vocab", "suggest", "matriz", "filial", "--json")))["items"]
    assert all(0.6 <= item["confidence"] <= 1 for item in items)
    erps.config.write_text(without + "\n" + result.stdout)
    load(erps.config)


def test_adapter_list(program: Program, erps: Erps) -> None:
    alone = document(program("adapter", "list", "--json"))
    assert {item["adapter"] for item in alone["items"]} >= {"ixc", "integrator"}
    assert alone["erps"] == []
    configured = document(program(*erps.args("adapter", "list", "--json")))["erps"]
    assert [erp["erp"] for erp in configured] == ["matriz", "filial"]
    assert "forward" in configured[0]["capabilities"]
    assert "forward" in configured[1]["missing"]
    assert "matriz" in program(*erps.args("adapter", "list")).stdout


INIT = (
    "init", "--erp", "matriz", "ixc", "https://ixc.example.net",
    "--erp", "filial", "integrator", "https://integrator.example.net",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_init_writes_what_load_accepts(program: Program, tmp_path: Path, lang: str) -> None:
    result = program(*INIT, "--secret", "matriz.token=file:ixc.token", lang=lang)
    assert result.exit_code == 0, result.output
    path = tmp_path / "bridge.toml"
    config = load(path)
    assert list(config.erp) == ["matriz", "filial"]
    assert (config.pair["suporte"].left, config.pair["suporte"].right) == ("matriz", "filial")
    text = path.read_text()
    assert 'token    = "file:ixc.token"' in text
    assert 'password = "env:FILIAL_PASSWORD"' in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "erp-bridge check" in result.stdout
    assert ("senão" in text or "Certificado" in text) == (lang == "pt-BR")


def test_init_never_overwrites_unless_told(program: Program, tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text("mine")
    refused = program(*INIT)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert (tmp_path / "bridge.toml").read_text() == "mine"
    assert program(*INIT, "--force").exit_code == 0
    load(tmp_path / "bridge.toml")


def test_init_refuses_a_bare_secret_and_writes_nothing(program: Program, tmp_path: Path) -> None:
    result = program(*INIT, "--secret", "matriz.token=61:deadbeef")
    assert result.exit_code == 2
    assert "deadbeef" not in result.output
    assert not (tmp_path / "bridge.toml").exists()


def test_init_has_nobody_to_ask(program: Program) -> None:
    result = program("init")
    assert result.exit_code == 2
    assert "--erp" in result.stderr
