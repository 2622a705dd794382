"""``check`` at the terminal and as JSON. What it finds is tested in ``tests/checkup``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Erps, Program, document, no_traceback
from erp_bridge.core.adapter import Capability


def test_it_examines_every_erp_and_pair(program: Program, erps: Erps) -> None:
    result = program(*erps.args("check", "--json"))
    assert result.exit_code == 0
    report = document(result)
    assert report["ok"] is True
    assert [(erp["erp"], erp["ok"]) for erp in report["erps"]] == [("matriz", True), ("filial", True)]
    topics = {finding["topic"] for finding in report["erps"][0]["findings"]}
    assert topics == {
        "connection", "clock", "capabilities", "vocabulary", "permissions", "hidden tickets", "tickets", "codes",
    }  # fmt: skip
    assert {finding["topic"] for finding in report["pairs"]} == {"fields", "vocabulary", "demands"}
    for finding in [*report["erps"][0]["findings"], *report["pairs"]]:
        assert finding["state"] in ("ok", "warning", "error")
        assert finding["detail"]
        assert finding["advice"] or finding["state"] == "ok"
    said = json.dumps(report["pairs"], ensure_ascii=False)
    assert "origem_endereco" in said  # a field that Integrator cannot hold
    assert "Projeto especial" in said  # a subject without a counterpart


def test_capabilities_as_a_list(program: Program, erps: Erps) -> None:
    erps.left.simulator.options.unavailable = ("su_ticket_arquivos",)
    matriz, filial = document(program(*erps.args("check", "--json")))["erps"]
    assert [item["capability"] for item in matriz["capabilities"]] == list(Capability)
    state = {item["capability"]: item["state"] for item in matriz["capabilities"]}
    assert (state["forward"], state["files"], state["set_label"]) == ("yes", "barred", "no")
    assert {"capability": "inspect", "state": "no"} in filial["capabilities"]
    assert matriz["requests"] > 30


@pytest.mark.parametrize(
    ("lang", "row", "words", "cost"),
    [
        ("en", "files\tlist the files of a ticket\tnot allowed\tno", "[look]     matriz  permissions: ", " requests"),
        ("pt-BR", "files\tlistar os arquivos de um atendimento\tsem permissão\tnão", "[veja]     matriz  permissões: ",
         " requisições"),
    ],
)  # fmt: skip
def test_lines_and_a_table_for_people(program: Program, erps: Erps, lang: str, row: str, words: str, cost: str) -> None:
    erps.left.simulator.options.unavailable = ("su_ticket_arquivos",)
    result = program(*erps.args("check"), lang=lang)
    lines = result.stdout.splitlines()
    assert row in lines
    assert [line for line in lines if line.startswith(words)]
    assert lines[-1].startswith("matriz: ")
    assert lines[-1].endswith(cost)
    arrows = [place for place, line in enumerate(lines) if line.startswith(f"{'':<10} → ")]
    assert arrows
    assert all(lines[place - 1].startswith("[") for place in arrows)


def test_one_erp_that_fails_does_not_hide_the_other(program: Program, erps: Erps) -> None:
    (erps.config.parent / "matriz.token").write_text("61:" + "e" * 64)
    result = program(*erps.args("check", "--json"))
    assert result.exit_code == 1
    report = document(result)
    assert [erp["ok"] for erp in report["erps"]] == [False, True]
    assert report["ok"] is False
    assert report["erps"][0]["findings"][-1]["topic"] == "credentials"
    assert [finding["topic"] for finding in report["pairs"]] == ["pair"]


def test_an_erp_whose_capabilities_are_not_known(program: Program, erps: Erps) -> None:
    (erps.config.parent / "matriz.token").unlink()
    result = program(*erps.args("check"))
    assert result.exit_code == 1
    no_traceback(result)
    assert "create\topen a ticket\t?\tyes" in result.stdout
    assert "[FAILED]   matriz  configuration: the secret file" in result.stdout


def test_a_wrong_clock(program: Program, erps: Erps) -> None:
    result = program(*erps.args("check", "matriz"))  # the test's own clock stands in another month than the ERP's
    assert "clock differs" in result.stdout
    assert "NTP" in result.stdout


def test_a_warning_is_no_failure(program: Program, erps: Erps) -> None:
    result = program(*erps.args("check", "filial"))
    assert "[look]" in result.stdout
    assert result.exit_code == 0


def test_the_write_test_leaves_a_comment_and_the_status(program: Program, erps: Erps) -> None:
    ticket = erps.left.simulator.people.open_ticket()
    result = program(*erps.args("check", "matriz", "--write-test", ticket))
    assert result.exit_code == 0
    assert "arrived whole" in result.stdout
    messages = [m for m in erps.left.simulator.tables["su_mensagens"].values() if m["id_ticket"] == ticket]
    assert len(messages) == 1


def test_the_write_test_needs_to_know_whose_ticket_it_is(program: Program, erps: Erps) -> None:
    result = program(*erps.args("check", "--write-test", "1"))
    assert result.exit_code == 2
    assert "--write-test" in result.stderr


def test_its_help_says_what_it_costs(program: Program, tmp_path: Path) -> None:
    assert "200 requests" in " ".join(program("check", "--help").stdout.split())
    assert "200 requisições" in " ".join(program("check", "--help", lang="pt-BR").stdout.split())
