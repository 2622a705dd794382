"""``adapter test`` and the level in ``adapter list``, as a user runs them; ERPs of the configuration over real HTTP."""

from __future__ import annotations

import pytest

from cli.conftest import Erps, Program, document, erps, program, world
from erp_bridge.testing import CHECKS
from support.clock import FakeClock

__all__ = ["erps", "program", "world"]  # fixtures


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before another attempt take no time."""
    monkeypatch.setattr("erp_bridge.cli.benches.SystemClock", FakeClock)


def test_an_adapter_against_its_simulated_erp(program: Program) -> None:
    result = program("adapter", "test", "ixc", "--only", "claims.", "--only", "text.emoji", "--json")
    assert result.exit_code == 0, result.output
    report = document(result)
    assert (report["adapter"], report["ok"], report["level"]) == ("ixc", True, None)
    assert [item["check"] for item in report["items"]] == [
        "claims.shape", "claims.unsupported", "claims.ping", "claims.requests", "claims.inspection",
        "text.emoji",
    ]  # fmt: skip
    assert {item["outcome"] for item in report["items"]} == {"passed"}
    assert report["next"]["level"] == "bronze"
    assert "get.found" in report["next"]["checks"]


def test_lines_for_people(program: Program) -> None:
    result = program("adapter", "test", "integrator", "--only", "update.expected", "--only", "get.found")
    assert result.stdout.splitlines() == [
        "[ok]       get.found",
        "[skipped]  update.expected: not claimed: update",
        "",
        "1 passed, 0 failed, 1 skipped",
        "Not all was tried, so there is no level; writing is tried with --write, in a test tenant.",
    ]
    pt = program("adapter", "test", "integrator", "--only", "update.expected", lang="pt-BR")
    assert "[pulado]   update.expected: não declarado: update" in pt.stdout.splitlines()


def test_of_a_configured_erp_only_reading_is_tried(program: Program, erps: Erps) -> None:
    before = erps.left.simulator.snapshot()
    only = [
        arg for name in ("claims", "get", "text", "create", "secrets", "http.credentials") for arg in ("--only", name)
    ]
    result = program(*erps.args("adapter", "test", "matriz", *only, "--json"))
    assert result.exit_code == 0, result.output
    outcomes = {item["check"]: (item["outcome"], item["reason"]) for item in document(result)["items"]}
    assert outcomes["get.found"] == ("passed", "")
    assert outcomes["http.credentials"] == ("passed", "")
    assert outcomes["secrets.hidden"] == ("passed", "")
    assert outcomes["create.lost_reply"] == ("skipped", "it writes, and writing was not allowed")
    assert erps.left.simulator.snapshot() == before
    assert all(outcomes[check.name][0] == "skipped" for check in CHECKS if check.writes and check.name in outcomes)


def test_writing_needs_a_ticket_to_go_by(program: Program, erps: Erps) -> None:
    result = program(*erps.args("adapter", "test", "filial", "--write"))
    assert result.exit_code == 2
    assert "--ticket" in result.stderr


def test_writing_in_a_test_tenant(program: Program, erps: Erps) -> None:
    rows = erps.right.simulator.tables["ocorrencias"]
    owner = next(row for row in erps.right.simulator.tables["clientes"].values() if row["cpf"].strip())
    id = erps.right.simulator.people.open_ticket(codcli=owner["codcli"], descri_oco="Sem sinal")
    count = len(rows)
    args = ("--write", "--ticket", id, "--only", "text.emoji", "--only", "feed.edit", "--json")
    result = program(*erps.args("adapter", "test", "filial", *args))
    assert result.exit_code == 0, result.output
    outcomes = {item["check"]: (item["outcome"], item["reason"]) for item in document(result)["items"]}
    assert outcomes == {
        "text.emoji": ("passed", ""),
        "feed.edit": ("skipped", "nobody is at hand to do that in the ERP"),
    }
    assert len(rows) > count
    assert {row["codcli"] for row in list(rows.values())[count:]} == {owner["codcli"]}


def test_what_fails_is_said_and_is_exit_status_1(program: Program, erps: Erps) -> None:
    erps.left.simulator.options.unavailable = ("su_ticket", "su_oss_assunto", "cliente")
    result = program(*erps.args("adapter", "test", "matriz", "--only", "claims.ping"))
    assert result.exit_code == 1
    (erps.config.parent / "filial.password").write_text("errada")
    failing = program(*erps.args("adapter", "test", "filial", "--only", "claims.ping"))
    assert failing.exit_code == 1


def test_names_that_are_not_there(program: Program) -> None:
    for args in (("adapter", "test", "ixx"), ("adapter", "test", "ixc", "--only", "nonsense")):
        result = program(*args)
        assert result.exit_code == 2
        assert "Error" in result.stderr
    assert "'ixc'" in program("adapter", "test", "ixx").stderr


def test_the_list_shows_levels(program: Program) -> None:
    items = {item["adapter"]: item["level"] for item in document(program("adapter", "list", "--json"))["items"]}
    assert {name: items[name] for name in ("ixc", "integrator")} == {"ixc": "platinum", "integrator": "gold"}
    assert "platinum" in program("adapter", "list").stdout
