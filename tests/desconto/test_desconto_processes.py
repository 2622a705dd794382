"""``desconto book`` as a real process, killed by ``kill -9`` at any moment: one discount or none, and one knows which.

``ERP_BRIDGE_KILLS=200 pytest -s tests/desconto/test_desconto_processes.py`` is the full proof; it prints its figures.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from desconto.provedor import BLOCO, ITEMS, booked, open_request, with_one_contract
from erp_bridge.core.billing import mark
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.world import generate
from faults.processes import Ended, Killer, Nursery, Strike

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

KILLS = int(os.environ.get("ERP_BRIDGE_KILLS", "4"))
SEED = int(os.environ.get("ERP_BRIDGE_SEED", "7"))
#: Seconds after which a lost booking counts as not carried out.
SETTLE = 1.5
#: Always among the strikes: around the two writes.
WRITES = [Strike(how, match=match) for match in (f"POST {ITEMS}", "POST su_mensagens") for how in ("before", "after")]  # type: ignore[arg-type]


class House:
    """One IXC on HTTP, and the command in front of it."""

    def __init__(self, folder: Path, nursery: Nursery) -> None:
        self.world = generate(1, clients=120, left=2, right=2)
        self.sim = IxcSimulator(self.world, side="left")
        self.folder = folder
        self.nursery = nursery
        self.people = with_one_contract(self.world, common=False)
        self.count = 0

    def write_config(self, url: str) -> None:
        (self.folder / "token").write_text(self.sim.token)
        (self.folder / "bridge.toml").write_text(
            f"""[erp.matriz]
adapter = "ixc"
url = "{url}"
token = "file:token"
timezone = "America/Sao_Paulo"
requests_per_minute = 30000
settle = "0s"
timeout = "{SETTLE}s"
desconto = {{ via = "servico", id_produto = "77", id_unidade = "1" }}
"""
        )

    def approved(self) -> str:
        _, client, contract = self.people[self.count % len(self.people)]
        self.count += 1
        ticket = open_request(self.sim, client, contract, text=BLOCO.replace("10/09/26", "10/09/25"))
        self.sim.people.comment(ticket, "Desconto aprovado: R$ 0,90")
        return ticket

    def args(self, ticket: str, *options: str) -> list[str]:
        return ["--config", str(self.folder / "bridge.toml"), "desconto", "book", "matriz", ticket, "--json", *options]

    def start(self, ticket: str, *options: str) -> Any:
        return self.nursery.start("bridge", self.args(ticket, *options))

    def call(self, ticket: str, *options: str) -> dict[str, Any]:
        ended: Ended = self.start(ticket, *options).wait()
        assert ended.status == 0, ended.err
        found: dict[str, Any] = json.loads(ended.out)
        return found

    def in_the_books(self, ticket: str) -> int:
        return sum(mark("matriz", ticket) in row["descricao"] for row in booked(self.sim))

    def said(self, ticket: str) -> int:
        rows = self.sim.tables["su_mensagens"].values()
        return sum(row["id_ticket"] == ticket and "/desconto prot" in row["mensagem"] for row in rows)


def test_killed_at_any_moment(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    fates: Counter[str] = Counter()
    with Nursery(tmp_path) as nursery:
        house = House(tmp_path, nursery)
        with Server(house.sim.app) as server:
            house.write_config(server.url)
            house.call(house.approved(), "--yes")  # the store is made
            killer = Killer([house.sim], SEED)
            for number in range(max(KILLS, len(WRITES))):
                ticket = house.approved()
                strike = WRITES[number] if number < len(WRITES) else _drawn(rng)
                ended = killer.attack(lambda ticket=ticket: house.start(ticket, "--yes"), strike)  # type: ignore[misc]
                seen = house.call(ticket, "--dry-run")
                there = house.in_the_books(ticket)
                assert (seen["estado"] == "lancado") == bool(there), (strike, seen)
                assert there <= 1, strike
                fates["booked" if there else "not booked"] += ended.killed
                final = house.call(ticket, "--yes")
                assert (final["estado"], final["repetidos"], final["avisado"]) == ("lancado", [], True), strike
                assert (house.in_the_books(ticket), house.said(ticket)) == (1, 1), strike
    print(f"\n{killer.kills} kills: {dict(killer.strikes)}; before the next call: {dict(fates)}")
    assert killer.kills >= len(WRITES)
    assert set(fates) == {"booked", "not booked"}
    assert len(booked(house.sim)) == house.count


def _drawn(rng: random.Random) -> Strike:
    if rng.random() < 0.3:
        return Strike("moment", rng.uniform(0.05, 1.0))
    return Strike(rng.choice(("before", "after")), nth=rng.randint(1, 25))
