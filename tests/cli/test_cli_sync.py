"""Passes, plans and decisions from the command line, over two simulated ERPs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Erps, Program, document, no_traceback

COUNTS = {
    "pair", "dry_run", "read", "created", "updated", "adopted", "movements", "conflicts", "quarantined", "in_doubt",
    "failed", "skipped", "not_carried", "requests", "seconds",
}  # fmt: skip
SIDES = {"left", "right"}
ITEM = {"id", "pair", "side", "ticket", "field", "code", "reason", "since"}


def sync(program: Program, erps: Erps, *args: str) -> Any:
    result = program(*erps.args("sync", "suporte", "--json", *args))
    no_traceback(result)
    assert result.exit_code in (0, 3), result.output
    return document(result)


def tables(erps: Erps) -> str:
    """All that the two ERPs hold."""
    left = {name: dict(rows) for name, rows in erps.left.simulator.tables.items() if name.startswith("su_")}
    return json.dumps([left, dict(erps.right.simulator.tables)], default=str, sort_keys=True)


def test_sync_prints_the_counts_and_a_second_pass_writes_nothing(program: Program, erps: Erps) -> None:
    first = sync(program, erps)
    assert set(first) == COUNTS
    for key in ("read", "created", "updated", "movements", "requests"):
        assert set(first[key]) == SIDES
    assert first["created"]["left"]
    assert first["created"]["right"]
    before = tables(erps)
    second = sync(program, erps)
    assert tables(erps) == before
    assert [second[key] for key in ("created", "updated", "movements")] == [{"left": 0, "right": 0}] * 3


def test_the_exit_status_says_that_something_waits(program: Program, erps: Erps) -> None:
    result = program(*erps.args("sync", "suporte", "--json"))
    waits = sum(document(result)[key] for key in ("conflicts", "quarantined", "in_doubt", "failed"))
    assert waits
    assert result.exit_code == 3


def test_a_dry_run_and_a_plan_change_nothing(program: Program, erps: Erps) -> None:
    before = tables(erps)
    assert sync(program, erps, "--dry-run")["dry_run"] is True
    result = program(*erps.args("plan", "suporte"))
    no_traceback(result)
    assert "create" in result.stdout
    assert "criar" in program(*erps.args("plan", "suporte"), lang="pt-BR").stdout
    assert set(document(program(*erps.args("plan", "suporte", "--json")))) == COUNTS
    assert tables(erps) == before


def test_a_saved_plan_holds_no_values_and_can_be_applied(program: Program, erps: Erps, tmp_path: Path) -> None:
    result = program(*erps.args("plan", "suporte", "--out", "plan.json"))
    assert result.exit_code in (0, 3)
    text = (tmp_path / "plan.json").read_text()
    title = next(t["titulo"] for t in erps.left.simulator.tables["su_ticket"].values() if len(t["titulo"]) > 5)
    assert title not in text
    applied = program(*erps.args("apply", "plan.json", "--json"))
    no_traceback(applied)
    assert document(applied)["created"]["right"] > 0
    assert program(*erps.args("sync", "suporte", "--json")).exit_code in (0, 3)


def test_what_is_no_plan_is_wrong_usage(program: Program, erps: Erps, tmp_path: Path) -> None:
    for content in ("not json", "[]", "{}"):
        (tmp_path / "plan.json").write_text(content)
        result = program(*erps.args("apply", "plan.json"))
        assert result.exit_code == 2
        assert "not a plan" in result.stderr


def test_a_gate_stops_the_pass_with_its_own_status(program: Program, erps: Erps) -> None:
    before = tables(erps)
    result = program(*erps.args("sync", "suporte", "--max-create", "1"))
    assert result.exit_code == 5
    assert "--max-create" in result.stderr
    assert tables(erps) == before


def test_a_pair_held_elsewhere_has_its_own_status(program: Program, erps: Erps) -> None:
    from erp_bridge.config import load
    from erp_bridge.sync.store.database import open_database
    from erp_bridge.sync.store.lease import hold

    state = load(erps.config).state
    db = open_database(state.database_url(), key=state.key, key_file=state.key_file)
    try:
        with hold(db, "suporte"):
            result = program(*erps.args("sync", "suporte"))
    finally:
        db.close()
    assert result.exit_code == 4
    no_traceback(result)


def test_a_wrong_digest_key_is_a_matter_of_configuration(program: Program, erps: Erps) -> None:
    sync(program, erps)
    (erps.config.parent / "bridge.key").write_text("0123456789abcdef" * 4)
    result = program(*erps.args("status"))
    assert result.exit_code == 2
    assert "digest key" in result.stderr


def test_an_unknown_pair_offers_the_nearest(program: Program, erps: Erps) -> None:
    result = program(*erps.args("sync", "suport"))
    assert result.exit_code == 2
    assert "'suporte'" in result.stderr


def test_an_erp_that_is_down_fails_the_pass(program: Program, erps: Erps) -> None:
    erps.right.simulator.faults.once("status", code=503, count=1000)
    result = program(*erps.args("sync", "suporte"))
    no_traceback(result)
    assert result.exit_code == 1
    assert "filial" in result.stderr


def test_status_and_lists(program: Program, erps: Erps) -> None:
    counts = sync(program, erps)
    status = document(program(*erps.args("status", "--json")))
    assert [(p["pair"], p["quarantined"]) for p in status["pairs"]] == [("suporte", counts["quarantined"])]
    assert "suporte" in program(*erps.args("status")).stdout
    for args in (("quarantine",), ("quarantine", "list")):
        items = document(program(*erps.args(*args, "--json")))["items"]
        assert len(items) == counts["quarantined"] > 0
        assert all(set(item) == ITEM for item in items)
    portuguese = program(*erps.args("quarantine"), lang="pt-BR").stdout
    assert items[0]["reason"] not in portuguese
    assert document(program(*erps.args("conflicts", "--json"))) == {"items": []}
    shown = program(*erps.args("quarantine", "show", str(items[0]["id"])))
    assert shown.exit_code == 0
    assert items[0]["reason"] in shown.stdout
    retried = program(*erps.args("quarantine", "retry"))
    assert retried.stdout.startswith(str(counts["quarantined"]))
    missing = program(*erps.args("doubts", "show", "999"))
    assert missing.exit_code == 1
    no_traceback(missing)


def test_a_conflict_is_shown_decided_and_carried_out(program: Program, erps: Erps) -> None:
    erps.config.write_text(erps.config.read_text() + '[pair.suporte.policy]\ndefault = "ask"\n')
    sync(program, erps)
    links = document(program(*erps.args("link", "suporte", "list", "--json")))["items"]
    assert all(set(link) == {"id", "left", "right", "since"} for link in links)
    tickets = erps.left.simulator.tables["su_ticket"]
    link = next(link for link in links if tickets[int(link["left"])]["su_status"] == "P")
    erps.left.simulator.people.set_status(link["left"], "EP", "Assumido.")
    erps.right.simulator.people.solve(link["right"], "Resolvido.")
    assert sync(program, erps)["conflicts"] == 1
    [item] = document(program(*erps.args("conflicts", "--json")))["items"]
    assert (item["field"], item["pair"]) == ("status", "suporte")
    shown = document(program(*erps.args("conflicts", "show", str(item["id"]), "--json")))
    assert shown["values"]["left"]["status"] != shown["values"]["right"]["status"]
    result = program(*erps.args("conflicts", "resolve", str(item["id"]), "--take", "right"))
    assert result.exit_code == 0
    assert sync(program, erps)["conflicts"] == 0
    assert tickets[int(link["left"])]["su_status"] == "S"


def test_links_are_proposed_added_and_removed(program: Program, erps: Erps) -> None:
    proposed = document(program(*erps.args("link", "suporte", "suggest", "--json")))
    assert all(set(item) == {"left", "right", "score"} for item in proposed["items"])
    sync(program, erps)
    [first, *_] = document(program(*erps.args("link", "suporte", "list", "--json")))["items"]
    assert program(*erps.args("link", "suporte", "remove", str(first["id"]))).exit_code == 0
    sync(program, erps)
    left = {item["id"] for item in document(program(*erps.args("link", "suporte", "list", "--json")))["items"]}
    assert first["id"] not in left
    absent = program(*erps.args("link", "suporte", "add", "999999", "888888"))
    assert absent.exit_code == 1
    no_traceback(absent)


@pytest.mark.slow
def test_demo(program: Program) -> None:
    result = program("demo", "--json")
    no_traceback(result)
    assert result.exit_code == 0
    told = document(result)
    first, second, third = told["passes"]
    assert all(set(report) == COUNTS for report in told["passes"])
    assert first["created"]["left"]
    assert first["created"]["right"]
    assert second["movements"]["left"]
    assert second["movements"]["right"]
    assert (second["created"]["right"], second["conflicts"]) == (1, 1)
    assert [third[key] for key in ("created", "updated", "movements")] == [{"left": 0, "right": 0}] * 3
    assert told["ticket"]["matriz"]["status"] == told["ticket"]["filial"]["status"] == "em_progresso"
    assert all(item["reason"] for item in told["items"])
