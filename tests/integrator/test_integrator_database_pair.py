"""A whole pair in which Integrator is read from its database and written through its API."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from erp_bridge.transport.network import Network
from integrator.database_box import LIKELY, PROVEN, STAMP, MirroredTables, joined
from integrator.mariadb import MariaDb
from support.pair import SimulatedPair


class DatabasePair(SimulatedPair):
    def __init__(self, folder: Path, server: MariaDb) -> None:
        super().__init__(folder, erps={"filial": {"database_url": '"file:database"'}})
        self.db = MirroredTables(server, self.right, "isp_pair", joined(PROVEN, LIKELY, STAMP), "utf8mb4")
        (folder / "database").write_text(self.db.url())

    def network(self) -> Network:
        self.db.set_clock(self.clock.now())
        return Network(clock=self.clock, wire=self._of)

    def _of(self, url: str) -> httpx2.AsyncBaseTransport:
        return self.db.transport() if "filial" in url else self._wire(url)


@pytest.fixture
def pair(tmp_path: Path, mariadb: MariaDb) -> DatabasePair:
    return DatabasePair(tmp_path, mariadb)


async def test_both_sides_come_together_and_then_rest(pair):
    report = await pair.sync()
    assert report.error is None
    links = await pair.links()
    assert len(links) > 10
    assert pair.right.count("view.execute") == 0
    for left, right in links.items():
        assert left in pair.left_tickets()
        assert right in pair.right_tickets()

    pair.clock.advance(3600)
    again = await pair.sync()
    assert not any(again.created.values())
    assert not any(again.updated.values())
    assert await pair.links() == links

    left, right = next(
        (left, right) for left, right in links.items() if pair.right_tickets()[right]["codsto"] == "01PENDENTE"
    )
    pair.clock.advance(60)
    pair.right.people.comment(right, "Cliente ligou à tarde 🙂")
    pair.db.mirror()
    await pair.sync()
    assert any("Cliente ligou à tarde 🙂" in str(row["mensagem"]) for row in pair.left_messages(left))
    assert pair.db.server.writes_of(pair.db.user) == []
