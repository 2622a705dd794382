"""The small pieces of a migration: the fixed line, how it goes, joined commits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from erp_bridge.core.footer import Footer, Ref, join, split
from erp_bridge.core.model import Atendimento, Movimentacao, OrdemServico, Status
from erp_bridge.sync.commits import Commits
from erp_bridge.sync.migrate.line import history_line, order_line
from erp_bridge.sync.migrate.progress import Progress, Tracker
from erp_bridge.sync.store.database import Fence, LeaseLost, open_database
from erp_bridge.sync.store.lease import hold
from support.clock import FakeClock

ZONE = ZoneInfo("America/Sao_Paulo")
OPENED, CLOSED = datetime(2016, 3, 1, 13, 0, tzinfo=UTC), datetime(2016, 3, 2, 20, 30, tzinfo=UTC)


def test_the_line_of_a_closed_ticket_survives_as_a_note() -> None:
    ticket = Atendimento(status=Status.SOLUCIONADO, aberto_em=OPENED)
    said = [
        Movimentacao(status=Status.PENDENTE, autor="Eva", instante=OPENED),
        Movimentacao(status=Status.SOLUCIONADO, autor="João\nda Silva", instante=CLOSED),
    ]
    line = history_line(ticket, said, "Maria", ZONE)
    assert line == ("Histórico: aberto em 01/03/2016 10:00 por Maria; encerrado em 02/03/2016 17:30 por João da Silva")
    footer = Footer(ref=Ref(erp="matriz", id="7"), assinatura="Maria · 01/03/2016 10:00 · matriz", notas=(line,))
    assert split(join("o texto", footer)) == ("o texto", footer)


def test_the_line_says_what_is_not_known() -> None:
    assert history_line(Atendimento(status=Status.PENDENTE), [], None, ZONE) == "Histórico: aberto em - por -"
    own = Atendimento(status=Status.CANCELADO, aberto_em=OPENED, encerrado_em=CLOSED)
    line = history_line(own, [], None, ZONE)
    assert line == "Histórico: aberto em 01/03/2016 10:00 por -; encerrado em 02/03/2016 17:30 por -"


def test_a_work_order_is_a_line() -> None:
    order = OrdemServico(id="9", numero="9/16", status="finalizada", aberta_em=OPENED)
    assert order_line("matriz", order, ZONE) == "O.S. em matriz: 9/16 · finalizada · 01/03/2016 10:00"


def test_who_is_waited_for() -> None:
    clock, asked, cpu, told = FakeClock(), {"matriz": 0, "filial": 0}, [0.0], list[Progress]()
    tracker = Tracker(clock, {"filial": 300}, lambda: asked, lambda: cpu[0], told.append, total=100)
    tracker.look()
    clock.advance(10)
    asked["filial"] += 50
    for _ in range(20):
        tracker.note("moved")
    tracker.look()
    assert (told[-1].waits_for, told[-1].erp, told[-1].rate, told[-1].seconds_left) == ("limit", "filial", 2.0, 40.0)
    clock.advance(60)
    asked["filial"] += 10
    tracker.look()
    clock.advance(1)
    cpu[0] += 60
    tracker.look()
    assert told[-1].waits_for == "us"
    tracker.waiting = True
    tracker.look("pause")
    assert told[-1].waits_for == "lease"


async def test_commits_are_joined_and_each_has_its_own_outcome(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'b.db'}", key_file=tmp_path / "b.key")
    with hold(db, "p") as lease:
        commits = Commits(db, lease.fence)

        def broken(tx: object) -> None:
            raise KeyError("no")

        outcomes = await asyncio.gather(
            *(commits.do(lambda tx, n=n: tx.execute(text(f"INSERT INTO meta VALUES ('n{n}', '')")).rowcount)
              for n in range(20)),
            commits.do(broken),
            return_exceptions=True,
        )  # fmt: skip
        assert outcomes[:20] == [1] * 20
        assert isinstance(outcomes[20], KeyError)
        with db.read() as tx:
            assert tx.scalar(text("SELECT COUNT(*) FROM meta WHERE name LIKE 'n%'")) == 20
        stale = Commits(db, Fence("p", lease.fence.token - 1))
        with pytest.raises(LeaseLost):
            await stale.do(lambda tx: None)
        await commits.settled()
    db.close()
