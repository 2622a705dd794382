"""``migrate``, ``verify`` and ``ticket export|import`` as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from erp_bridge import i18n
from erp_bridge.cli.main import cli
from migrate.long_past import LongPast
from support.httpclient import forget_logging

Past = Callable[..., LongPast]
Run = Callable[..., Result]

KEYS = {
    "pair", "dry_run", "read", "created", "updated", "adopted", "movements", "conflicts", "quarantined", "in_doubt",
    "failed", "skipped", "not_carried", "requests", "seconds",
}  # fmt: skip


@pytest.fixture
def there(past: Past) -> LongPast:
    there = past(10)
    there.write_config()
    return there


@pytest.fixture
def run(there: LongPast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The program, its requests answered in process."""
    monkeypatch.setattr("erp_bridge.sync.service.Network", there.network)

    def program(*args: str, lang: str = "en") -> Result:
        return CliRunner().invoke(
            cli, ["--config", str(there.config_file), "--lang", lang, *args], prog_name="erp-bridge"
        )

    yield program
    i18n.use("en")
    forget_logging()


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_migration_prints_what_sync_prints_and_a_report_is_written(run: Run, there: LongPast, tmp_path: Path) -> None:
    result = run("migrate", "suporte", "--from", "left", "--json", "--report", str(tmp_path / "r"))
    assert result.exit_code == 0
    assert document(result).keys() == KEYS
    assert document(result)["created"] == {"left": 0, "right": 10}
    names = sorted(path.name for path in (tmp_path / "r").iterdir())
    assert names == [
        "migration-suporte-months.csv", "migration-suporte-tickets.csv", "migration-suporte.html",
        "migration-suporte.json",
    ]  # fmt: skip
    later = run("migrate", "suporte", "--report", str(tmp_path / "later"))
    assert later.exit_code == 0
    account = json.loads((tmp_path / "later" / "migration-suporte.json").read_text())
    assert account["totals"]["moved"] == 10
    assert "Lucas" not in json.dumps(account)


def test_a_dry_run_counts_and_writes_nothing(run: Run, there: LongPast) -> None:
    row = there.left.tables["su_ticket"][10003]
    strange = next(a for a in there.world.left.assuntos if not a.canonico)
    row["id_assunto"] = str(strange.id)
    found = document(run("migrate", "suporte", "--from", "left", "--dry-run", "--json"))
    assert found.keys() == KEYS | {"estimate"}
    assert there.right_tickets() == {}
    estimate = found["estimate"]
    assert (estimate["tickets"], estimate["to_move"]) == (10, 10)
    [gap] = [gap for gap in estimate["gaps"] if gap["then"] == "quarantine"]
    assert (gap["field"], gap["code"], gap["tickets"]) == ("assunto", str(strange.id), 1)
    assert estimate["sample"]["would_move"] == 9
    real = document(run("migrate", "suporte", "--from", "left", "--json"))
    assert estimate["requests"]["right"] == pytest.approx(real["requests"]["right"], rel=0.35)
    after = document(run("migrate", "suporte", "--from", "left", "--dry-run", "--json"))["estimate"]
    assert after["to_move"] == 1


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_what_a_person_reads(run: Run, lang: str) -> None:
    looked = run("migrate", "suporte", "--from", "left", "--dry-run", lang=lang)
    moved = run("migrate", "suporte", "--from", "left", lang=lang)
    verified = run("verify", "suporte", lang=lang)
    assert [looked.exit_code, moved.exit_code, verified.exit_code] == [0, 0, 0]
    wanted = {
        "en": ("tickets: 10, to move: 10", "suporte: from matriz to filial", "10 pairs compared"),
        "pt-BR": ("atendimentos: 10, a mover: 10", "suporte: de matriz para filial", "10 pares comparados"),
    }[lang]
    assert wanted[0] in looked.stdout
    assert wanted[1] in moved.stdout
    assert wanted[2] in verified.stdout


def test_verify_ends_with_3_where_something_differs(run: Run, there: LongPast) -> None:
    run("migrate", "suporte", "--from", "left")
    assert run("verify", "suporte", "--json").exit_code == 0
    there.right.tables["su_ticket"][4]["titulo"] = "Outro título"
    result = run("verify", "suporte", "--json")
    assert result.exit_code == 3
    [item] = document(result)["items"]
    assert document(result)["compared"] == 10
    assert (item["sign"], item["right"], item["field"]) == ("*", "4", "titulo")
    line = run("verify", "suporte").stdout.splitlines()[0]
    assert line == f"*\t{item['left']}\t4\ttitulo"
    assert "Outro" not in run("verify", "suporte").output


def test_wrong_usage(run: Run) -> None:
    assert run("migrate", "suporte").exit_code == 2
    assert run("migrate", "suporte", "--from", "left", "--since", "ontem").exit_code == 2
    assert run("migrate", "suport", "--from", "left").exit_code == 2
    assert run("migrate", "suporte", "--report", "r").exit_code == 2  # nothing to report of


def test_lines_go_out_and_come_in(run: Run, there: LongPast, tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    assert run("ticket", "export", "matriz", "--status", "solucionado", "--out", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    count = len(file.read_text().splitlines())
    assert count == 7
    assert len(run("ticket", "export", "matriz", "--status", "solucionado").stdout.splitlines()) == count
    file.write_text(file.read_text() + "no JSON\n")
    stopped = run("ticket", "import", "filial", str(file), "--stop")
    assert stopped.exit_code == 1
    assert "line 8: this is not JSON" in stopped.stderr
    assert there.right_tickets() == {}
    result = run("ticket", "import", "filial", str(file), "--json")
    assert result.exit_code == 3
    assert document(result)["created"]["right"] == count
    assert document(result)["bad"] == [{"number": 8, "reason": "this is not JSON"}]
    assert document(run("ticket", "import", "filial", str(file), "--json"))["created"]["right"] == 0
