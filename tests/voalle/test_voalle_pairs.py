"""Whole pairs with a Voalle in them: both ways, at rest afterwards, and with replies that are lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from erp_bridge.core.model import Termo
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair
from support.postgres import Postgres
from voalle.database_box import Mirror, mirrored
from voalle.voalle_box import InProcess

PAIRS = [("ixc", "voalle"), ("voalle", "integrator"), ("voalle", "voalle")]
SIZES = {"clients": 16, "left": 6, "right": 5}
WORDS = "Cliente ligou à tarde 🙂"


@pytest.fixture(params=PAIRS, ids="-".join)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> SimulatedPair:
    left, right = request.param
    return SimulatedPair(tmp_path, left_kind=left, right_kind=right, **SIZES)


def assert_silent(report: PassReport) -> None:
    assert report.error is None
    assert not any([*report.created.values(), *report.updated.values(), *report.movements.values()])


async def rested(pair: SimulatedPair) -> dict[str, str]:
    """The pair after its first pass, and another that had nothing to do: left id → right id."""
    first = await pair.sync()
    assert first.error is None
    assert all(first.created.values())
    assert (first.open.get(Kind.DOUBT, 0), first.open.get(Kind.FAILED, 0)) == (0, 0)
    pair.clock.advance(60)
    assert_silent(await pair.sync())
    return await pair.links()


def some(pair: SimulatedPair, links: dict[str, str]) -> tuple[str, str]:
    """A linked ticket that is open on both sides."""
    return next(
        (left, right) for left, right in links.items() if _open(pair, "left", left) and _open(pair, "right", right)
    )


def _open(pair: SimulatedPair, side: str, id: str) -> bool:
    row = (pair.left_tickets() if side == "left" else pair.right_tickets())[id]
    return {
        "ixc": lambda: row["su_status"] not in ("S", "C"),
        "integrator": lambda: row["codsto"] in ("01PENDENTE", "01ANDAMENT"),
        "voalle": lambda: row["incident_status_id"] not in (3, 4, 8),
    }[pair.kinds[side]]()  # fmt: skip


def said(pair: SimulatedPair, side: str, id: str) -> list[str]:
    column = {"ixc": "mensagem", "integrator": "descri_com", "voalle": "description"}[pair.kinds[side]]
    rows = pair.left_messages(id) if side == "left" else pair.right_comments(id)
    return [str(row[column]) for row in rows]


def comment(pair: SimulatedPair, side: str, id: str, text: str) -> None:
    getattr(pair, side).people.comment(id, text)


async def test_both_sides_come_together_and_then_rest(pair):
    links = await rested(pair)
    assert len(links) >= 5
    assert set(links) <= pair.left_tickets().keys()
    assert set(links.values()) <= pair.right_tickets().keys()
    pair.clock.advance(3600)
    assert_silent(await pair.sync(full=True))
    assert await pair.links() == links


async def test_words_travel_both_ways_once(pair):
    left, right = some(pair, await rested(pair))
    pair.clock.advance(60)
    comment(pair, "left", left, f"esquerda: {WORDS}")
    comment(pair, "right", right, f"direita: {WORDS}")
    report = await pair.sync()
    assert (report.movements, report.error) == (dict.fromkeys(report.movements, 1), None)
    pair.clock.advance(60)
    assert_silent(await pair.sync())
    assert sum(f"esquerda: {WORDS}" in text for text in said(pair, "right", right)) == 1
    assert sum(f"direita: {WORDS}" in text for text in said(pair, "left", left)) == 1


#: A Voalle on that side, and another ERP on the other.
ONE_VOALLE = pytest.mark.parametrize(("pair", "side"), [(PAIRS[0], "right"), (PAIRS[1], "left")], indirect=["pair"])


@ONE_VOALLE
async def test_a_closing_in_voalle_arrives_behind_its_words(pair, side):
    left, right = some(pair, await rested(pair))
    here, there = (left, right) if side == "left" else (right, left)
    pair.clock.advance(60)
    getattr(pair, side).people.solve(here, "Trocado o conector")
    report = await pair.sync()
    assert report.error is None
    other = "right" if side == "left" else "left"
    assert not _open(pair, other, there)
    assert any("Trocado o conector" in text for text in said(pair, other, there))
    pair.clock.advance(60)
    assert_silent(await pair.sync())


@ONE_VOALLE
async def test_a_closing_elsewhere_arrives_in_voalle(pair, side):
    left, right = some(pair, await rested(pair))
    here, there = (left, right) if side == "left" else (right, left)
    other = "right" if side == "left" else "left"
    pair.clock.advance(60)
    people = getattr(pair, other).people
    if pair.kinds[other] == "ixc":
        people.set_status(there, "S", "Feito pela outra")
    else:
        people.solve(there, "Feito pela outra")
    report = await pair.sync()
    assert report.error is None
    row = (pair.left_tickets() if side == "left" else pair.right_tickets())[here]
    assert row["incident_status_id"] == 4  # the configured id, of two that mean closed
    assert any("Feito pela outra" in text for text in said(pair, side, here))
    pair.clock.advance(60)
    assert_silent(await pair.sync())


async def test_another_type_and_another_team_are_carried(tmp_path):
    pair = SimulatedPair(tmp_path, left_kind="voalle", right_kind="voalle", **SIZES)
    left, right = some(pair, await rested(pair))
    pair.clock.advance(60)
    wanted = next(
        t for t in pair.world.left.assuntos if t.canonico and t.ativo
        and t.id != pair.left_tickets()[left]["incident_type_id"]
        and any(o.canonico == t.canonico and o.ativo for o in pair.world.right.assuntos)
    )  # fmt: skip
    pair.left.people.reclassify(left, wanted.id)
    team = next(d for d in pair.world.left.departamentos if d.id != pair.left_tickets()[left]["team_id"])
    pair.left.people.forward(left, team.id)
    report = await pair.sync()
    assert report.error is None
    row = pair.right_tickets()[right]
    types = {o.id: o.canonico for o in pair.world.right.assuntos}
    teams = {d.id: d.canonico for d in pair.world.right.departamentos}
    assert (types[row["incident_type_id"]], teams[row["team_id"]]) == (wanted.canonico, team.canonico)
    pair.clock.advance(60)
    assert_silent(await pair.sync())


@pytest.mark.parametrize("fault", ["lost_reply", "reset_before"])
async def test_a_lost_reply_on_create_doubles_nothing(tmp_path, fault):
    pair = SimulatedPair(tmp_path, right_kind="voalle", **SIZES)
    pair.right.faults.once(fault, match="opendetailedsolicitation")
    await pair.sync()
    for _ in range(3):
        pair.clock.advance(60)
        report = await pair.sync()
    assert report.error is None
    assert (report.open.get(Kind.DOUBT, 0), report.open.get(Kind.FAILED, 0)) == (0, 0)
    links = await pair.links()
    twins = [row["description"] for row in pair.right_tickets().values() if "[ref matriz" in row["description"]]
    named = [text.partition("[ref matriz ")[2].partition(" ")[0] for text in twins]
    assert len(named) == len(set(named))
    assert set(named) <= set(links)
    assert_silent(await pair.sync())


@pytest.mark.parametrize("fault", ["lost_reply", "noop"])
async def test_a_lost_reply_on_a_message_doubles_nothing(tmp_path, fault):
    pair = SimulatedPair(tmp_path, right_kind="voalle", **SIZES)
    left, right = some(pair, await rested(pair))
    pair.clock.advance(60)
    comment(pair, "left", left, WORDS)
    pair.right.faults.once(fault, match="createsolicitationreport")
    await pair.sync()
    for _ in range(2):
        pair.clock.advance(60)
        report = await pair.sync()
    copies = sum(WORDS in text for text in said(pair, "right", right))
    if fault == "noop":  # the ERP said that it stored it and did not: a person is asked, nothing is repeated blindly
        assert (copies, report.open.get(Kind.DOUBT)) == (0, 1)
    else:
        assert (copies, report.open.get(Kind.DOUBT, 0)) == (1, 0)


class ByOtherFeed(SimulatedPair):
    """IXC and a Voalle that is read by its internal list, or from a real database that mirrors it."""

    def __init__(self, folder: Path, feed: str, server: Postgres | None = None, stack: ExitStack | None = None) -> None:
        keys = {"feed": f'"{feed}"'}
        if feed == "database":
            keys["database_url"] = '"file:database"'
        super().__init__(folder, right_kind="voalle", erps={"filial": keys}, **SIZES)
        self.mirror: Mirror | None = None
        if server is not None and stack is not None:
            self.mirror = stack.enter_context(mirrored(server, self.right))
            (folder / "database").write_text(self.mirror.url())

    def _wire(self, url: str) -> httpx2.AsyncBaseTransport:
        if self.mirror is None or "filial" not in url:
            return super()._wire(url)
        return InProcess(self._app(url), self.mirror.refresh)

    async def sync(self, **options: Any) -> PassReport:
        """The database's clock is this machine's own, which the test's does not follow."""
        if self.mirror is not None:
            self.mirror.refresh()
        return await super().sync(**{"allow": frozenset({"clock"}), **options})


@pytest.fixture
def by_database(tmp_path: Path, postgres: Postgres) -> Iterator[ByOtherFeed]:
    with ExitStack() as stack:
        yield ByOtherFeed(tmp_path, "database", postgres, stack)


async def _goes_well(pair: ByOtherFeed) -> None:
    left, right = some(pair, await rested(pair))
    pair.clock.advance(60)
    comment(pair, "left", left, f"esquerda: {WORDS}")
    pair.right.people.comment(right, f"direita: {WORDS}")
    report = await pair.sync()
    assert report.error is None
    assert sum(f"esquerda: {WORDS}" in text for text in said(pair, "right", right)) == 1
    assert sum(f"direita: {WORDS}" in text for text in said(pair, "left", left)) == 1
    pair.clock.advance(60)
    assert_silent(await pair.sync())


async def test_by_the_internal_list(tmp_path):
    pair = ByOtherFeed(tmp_path, "internal")
    await _goes_well(pair)
    assert pair.right.count("GetAllSolicitations") > 2


async def test_by_the_database(by_database):
    await _goes_well(by_database)
    assert by_database.right.count("solicitationlist") == 0


async def test_an_idle_pass_by_the_database_costs_a_few_statements(by_database):
    await rested(by_database)
    by_database.clock.advance(7200)
    await by_database.sync()
    by_database.clock.advance(60)
    report = await by_database.sync()
    assert_silent(report)
    assert all(count <= 8 for count in report.requests.values())


async def test_the_check_tells_what_a_pass_costs(tmp_path):
    from erp_bridge.checkup.erp import examine_erp
    from erp_bridge.config import load

    pair = SimulatedPair(tmp_path, right_kind="voalle", **SIZES)
    config = load(pair.write_config())
    seen = await examine_erp(config.erp["filial"], pair.network(), None)
    assert not seen.failed, seen.findings
    told = [finding.detail for finding in seen.findings if finding.topic == "tickets"]
    assert any("a pass without news takes" in text for text in told)
    assert Termo(id="10", nome="pendente") in seen.terms["status"]
