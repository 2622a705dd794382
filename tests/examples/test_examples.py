"""Every example does what it says, against simulated ERPs and as its reader would run it."""

from __future__ import annotations

import ast
import csv
import io
import os
import re
import runpy
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import erp_bridge
from erp_bridge import adapter_api
from erp_bridge.cli import simulated
from erp_bridge.core.footer import split
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import generate
from erp_bridge.sync import events
from support.httpclient import forget_logging
from support.two import Two, two_erps

EXAMPLES = Path(erp_bridge.__file__).parents[2] / "examples"
PROGRAMS = sorted(path.name for path in EXAMPLES.glob("*.py"))
HERE = ZoneInfo("America/Sao_Paulo")

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """``run("open_ticket.py", "123")``: what the program prints; it runs in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def started(program: str, *args: str) -> str:
        monkeypatch.setattr(sys, "argv", [program, *args])
        runpy.run_path(str(EXAMPLES / program), run_name="__main__")
        return capsys.readouterr().out

    yield started
    forget_logging()


@pytest.fixture
def ixc(monkeypatch: pytest.MonkeyPatch) -> Iterator[simulated.Simulated]:
    """The IXC that ``erp-bridge sandbox ixc`` starts, and the environment that it names."""
    now = datetime.now(UTC)
    erp = simulated.simulate("ixc", generate(seed=5, clients=30, left=40, right=0, now=now), Faults())
    with erp.serve() as server:
        monkeypatch.setenv("MATRIZ_URL", server.url)
        monkeypatch.setenv("MATRIZ_TOKEN", erp.credentials["token"])
        yield erp


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Two]:
    """Two simulated ERPs and a ``bridge.toml`` in the folder where the program runs."""
    with two_erps(tmp_path, datetime.now(UTC), monkeypatch) as both:
        yield both


def add(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(path.read_text() + text)


def a_client(erp: simulated.Simulated) -> str:
    """The document of a client whom the ERP knows once."""
    rows = erp.simulator.tables["cliente"].values()
    known = [re.sub(r"\D", "", row["cnpj_cpf"]) for row in rows if row["ativo"] == "S" and row["cnpj_cpf"]]
    return next(documento for documento in known if known.count(documento) == 1)


# --- what holds for all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_uses_only_what_is_public_and_says_what_it_shows(program: str) -> None:
    tree = ast.parse((EXAMPLES / program).read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    public = {"erp_bridge": erp_bridge.__all__, "erp_bridge.adapter_api": adapter_api.__all__,
              "erp_bridge.events": vars(events)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("erp_bridge"):
            assert {alias.name for alias in node.names} <= set(public[node.module or ""])


def test_each_is_listed_tested_and_short() -> None:
    listed = set(re.findall(r"\]\((\w+\.py)\)", (EXAMPLES / "README.md").read_text(encoding="utf-8")))
    assert listed == set(PROGRAMS)
    tests = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in PROGRAMS if not re.search(rf'run\(\s*"{name}"', tests)] == []
    assert [name for name in PROGRAMS if len((EXAMPLES / name).read_text().splitlines()) > 60] == []


# --- one by one ------------------------------------------------------------------------------------------------


def test_open_ticket(ixc: simulated.Simulated, run: Run) -> None:
    printed = run("open_ticket.py", a_client(ixc), "Sem", "sinal", "desde", "cedo").strip()
    [row] = [row for row in ixc.simulator.tables["su_ticket"].values() if row["protocolo"] == printed]
    assert "Sem sinal desde cedo" in row["menssagem"]
    lines = [line for line in (EXAMPLES / "open_ticket.py").read_text().splitlines() if line.strip()]
    assert len(lines) <= 15


def test_open_ticket_for_nobody_says_which_field_is_missing(ixc: simulated.Simulated, run: Run) -> None:
    before = len(ixc.simulator.tables["su_ticket"])
    with pytest.raises(SystemExit, match="cliente: "):
        run("open_ticket.py", "00000000191", "x")
    assert len(ixc.simulator.tables["su_ticket"]) == before


def test_yesterday_to_csv(ixc: simulated.Simulated, run: Run) -> None:
    table = ixc.simulator.tables["su_ticket"]
    today = datetime.now(HERE).replace(hour=0, minute=0, second=0, microsecond=0)
    some = sorted(table)[:3]
    for id, moment in zip(some, (today - timedelta(hours=1), today - timedelta(hours=30), today), strict=True):
        stamp = moment.strftime("%Y-%m-%d %H:%M:%S")
        table[id]["data_criacao"] = stamp
        table[id]["ultima_atualizacao"] = today.strftime("%Y-%m-%d %H:%M:%S")
    rows = list(csv.DictReader(io.StringIO(run("yesterday_to_csv.py"))))
    days = {row["aberto_em"][:10] for row in rows}
    assert days == {(today - timedelta(days=1)).date().isoformat()}
    ids = {row["id"] for row in rows}
    assert str(some[0]) in ids
    assert not ids & {str(some[1]), str(some[2])}


def test_embedded_daemon(two: Two, run: Run) -> None:
    def stop_after_a_pass() -> None:
        for _ in range(400):
            if len(two[1].simulator.tables["ocorrencias"]) > 5:
                break
            done.wait(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    done = threading.Event()
    watcher = threading.Thread(target=stop_after_a_pass)
    watcher.start()
    printed = run("embedded_daemon.py")
    watcher.join()
    assert "suporte: 0 links, next pass by itself" in printed
    assert re.search(r"^suporte (done|waits)$", printed, re.MULTILINE)


def test_migration_with_transform(two: Two, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(EXAMPLES / "migration_with_transform.py", tmp_path)
    monkeypatch.delitem(sys.modules, "migration_with_transform", raising=False)
    add(tmp_path, 'transform = "migration_with_transform:tidy"\n')
    left, right = two
    table = left.simulator.tables["su_ticket"]
    for row in table.values():
        row["titulo"] = f"[SUP] {row['titulo']}"
    printed = run("migration_with_transform.py", "suporte")
    made = [row for row in right.simulator.tables["ocorrencias"].values() if "[ref matriz" in row["descri_oco"]]
    assert len(made) >= 3
    assert not [row for row in made if "[SUP]" in row["descri_oco"]]
    assert f"moved {len(made)} tickets, " in printed
    assert all(row["titulo"].startswith("[SUP] ") for row in table.values())  # the source stays as it was


def test_own_merge_policy(two: Two, run: Run, tmp_path: Path) -> None:
    add(tmp_path, '[pair.suporte.policy]\ndefault = "ask"\n')
    left, right = two
    assert run("own_merge_policy.py", "suporte") == ""
    twins = {split(row["descri_oco"])[1].ref.id: id for id, row in right.simulator.tables["ocorrencias"].items()
             if "[ref matriz" in row["descri_oco"]}  # fmt: skip
    one = next(id for id in twins if left.simulator.tables["su_ticket"][int(id)]["su_status"] in ("N", "P"))
    left.simulator.people.set_status(one, "S", "Resolvido por telefone")
    right.simulator.people.set_status(twins[one], "01ANDAMENT")
    assert re.fullmatch(r"conflict \d+, status: left\n", run("own_merge_policy.py", "suporte"))
    assert right.simulator.tables["ocorrencias"][twins[one]]["codsto"] == "01CONCLUID"


def test_own_notifier(two: Two, run: Run) -> None:
    printed = run("own_notifier.py", "suporte").splitlines()
    created = [line for line in printed if line.startswith("new in ")]
    assert created
    assert printed[-1] == f"pass ended: well, {len(created)} created"
    assert any(line.startswith("somebody should look: quarantine ") for line in printed)


def test_discount_from_whatsapp(ixc: simulated.Simulated, run: Run) -> None:
    began = (datetime.now(HERE) - timedelta(days=2)).replace(hour=14, minute=30, second=0, microsecond=0)
    times = [moment.replace(tzinfo=None).isoformat() for moment in (began, began + timedelta(hours=6))]
    protocolo, money = run(
        "discount_from_whatsapp.py", a_client(ixc), "opa nº 2026-12345", *times, "Poste", "derrubado."
    ).splitlines()
    [row] = [row for row in ixc.simulator.tables["su_ticket"].values() if row["protocolo"] == protocolo]
    assert "OPA202612345" in row["menssagem"]
    assert "Poste derrubado." in row["menssagem"]
    assert money == "R$ 0.83"  # 99.90 × 360 / 43200


def test_ticket_times(ixc: simulated.Simulated, run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    printed = run("ticket_times.py", "times.png")
    assert "mediana" in printed
    assert len(printed.splitlines()) > 3
    assert (tmp_path / "times.png").read_bytes()[:4] == b"\x89PNG"
