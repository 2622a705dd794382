"""Any mixture of people's acts and of faults, in any order: afterwards everything is in step and nothing was doubled.

``ERP_BRIDGE_HYPOTHESIS=nightly`` runs a thousand of them instead of sixty.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from erp_bridge.sync.side import Side
from erp_bridge.sync.store.lease import PairHeld
from erp_bridge.sync.store.waiting import Kind
from faults.bench import SETTLE, Bench, RealBridge, Runner
from faults.invariants import check, quiesce
from faults.town import SIDES, Town
from faults.wire import Kill
from support.kept import Kept

NIGHTLY = os.environ.get("ERP_BRIDGE_HYPOTHESIS") == "nightly"
#: Runs of one pairing, and of one that is tried often: a thousand, or more than sixty, together.
RUNS = (60, 300) if NIGHTLY else (4, 20)

PROFILE = settings(
    stateful_step_count=25 if NIGHTLY else 14,
    deadline=None,
    derandomize=not NIGHTLY,
    database=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink) if NIGHTLY else (Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

sides = st.sampled_from(SIDES)
some = st.integers(0, 99)
WRITES = {"ixc": ("POST su_ticket", "POST su_mensagens", "PUT su_ticket"),
          "integrator": ("criarAtendimento", "exemploComentar", "exemploStatus"),
          "voalle": ("opendetailedsolicitation", "createsolicitationreport", "solicitationmaintenance")}  # fmt: skip
#: The pairings that most groups have are tried most.
OFTEN = (("ixc", "integrator"), ("ixc", "ixc"))
#: How it stands after their first pass, which is the same for the same clocks.
_BEGUN: dict[tuple[Any, ...], Kept] = {}
LISTS = {"ixc": "list su_", "integrator": "view.execute", "voalle": "GET "}


class Machine(RuleBasedStateMachine):
    """What stands on the left and on the right is the subclass's."""

    left_kind, right_kind = "ixc", ""
    runner: Callable[[Any], Runner] = RealBridge

    def __init__(self) -> None:
        super().__init__()
        self.bench: Any = None  # until the clocks are set
        self.town: Any = None
        self.copies: list[dict[str, bytes]] = []
        self.refused: list[object] = []

    def teardown(self) -> None:
        if self.bench is None:
            return
        try:
            quiesce(self.bench)
            check(self.bench, self.town)
        finally:
            self.bench.close()

    def pick(self, side: str, which: int, *, open_only: bool = False) -> str | None:
        found = self.town.tickets(side, open_only=open_only)
        return found[which % len(found)] if found else None

    @initialize(left=st.sampled_from([0, -2, 90, -1800]), right=st.sampled_from([0, 3, -45, 3600]))
    def clocks_that_do_not_agree(self, left: float, right: float) -> None:
        name = (type(self).runner, self.left_kind, self.right_kind, left, right)
        if name in _BEGUN:
            self.bench = Bench.again(_BEGUN[name])
        else:
            self.bench = self.begin(left, right)
            if (self.left_kind, self.right_kind) in OFTEN and type(self).runner is RealBridge:
                _BEGUN[name] = self.bench.kept()
        self.town = self.bench.town

    def begin(self, left: float, right: float) -> Bench:
        """The first pass between such clocks."""
        bench = Bench(
            self.right_kind, left_kind=self.left_kind, runner=type(self).runner, erps={"filial": {"max_text": "900"}}
        )
        town = Town(bench)
        bench.skew.update(left=left, right=right)
        town.open("left")
        town.open("right")
        bench.sync_once()
        bench.advance(2)
        return bench

    # --- people ------------------------------------------------------------------------------------------------

    @rule(side=sides, long=st.booleans())
    def open(self, side: str, long: bool) -> None:
        self.town.open(side, long=long)

    @rule(side=sides, which=some, long=st.sampled_from([False, False, True]))
    def comment(self, side: str, which: int, long: bool) -> None:
        ticket = self.pick(side, which, open_only=True)
        if ticket:
            self.town.comment(side, ticket, long=long)

    @rule(side=sides, which=some, status=st.sampled_from(["pendente", "em_progresso", "solucionado", "cancelado"]),
          silent=st.booleans())  # fmt: skip
    def set_status(self, side: str, which: int, status: str, silent: bool) -> None:
        ticket = self.pick(side, which)
        if ticket and self.bench.hands[side].tickets()[ticket].status != "cancelado":
            self.town.set_status(side, ticket, status, silent=silent)

    @rule(side=sides, which=some, code=st.sampled_from("BMAC"), title=st.booleans())
    def edit(self, side: str, which: int, code: str, title: bool) -> None:
        ticket = self.pick(side, which, open_only=True)
        if ticket and title:
            self.town.retitle(side, ticket)
        elif ticket:
            self.town.prioritise(side, ticket, code)

    @rule(which=some, one=st.sampled_from(["pendente", "em_progresso"]), other=st.sampled_from(["solucionado"]))
    def both_sides_in_one_second(self, which: int, one: str, other: str) -> None:
        ticket = self.pick("left", which, open_only=True)
        twin = ticket and self.town.twin_of("left", ticket)
        if ticket and twin and self.bench.hands["right"].tickets()[twin[1]].status != "cancelado":
            self.town.set_status("left", ticket, one)
            self.town.set_status("right", twin[1], other)

    @rule(side=sides, which=some, how=st.sampled_from(["delete", "new ticket", "comment"]))
    def maltreat_footer(self, side: str, which: int, how: str) -> None:
        ticket = self.pick(side, which, open_only=True)
        if ticket and how == "delete":
            self.town.delete_footer(side, ticket)
        elif ticket and how == "new ticket":
            self.town.copy_footer_into_new_ticket(side, ticket)
        elif ticket:
            self.town.paste_copy(side, ticket)

    # --- time and passes ---------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 3, SETTLE + 1, 60, 2400]))
    def wait(self, seconds: float) -> None:
        self.bench.advance(seconds)

    @rule(full=st.sampled_from([False, False, False, True]))
    def sync(self, full: bool) -> None:
        self.bench.sync_once(full=full)

    @rule(at=st.integers(1, 30), when=st.sampled_from(["before", "after", "late"]), late_by=st.sampled_from([1.0, 6.0]))
    def killed_while_it_syncs(self, at: int, when: str, late_by: float) -> None:
        self.bench.sync_once(Kill(at, when, late_by))  # type: ignore[arg-type]

    @rule(side=sides, kind=st.sampled_from(["lost_reply", "reset_before", "html", "truncate", "status"]),
          what=st.integers(0, 2), count=st.integers(1, 3))  # fmt: skip
    def bad_network(self, side: str, kind: str, what: int, count: int) -> None:
        details = {"code": 503, "acts": True} if kind == "status" else {}
        self.bench.simulators[side].faults.once(kind, match=self.writes(side)[what], count=count, **details)

    @rule(side=sides, kind=st.sampled_from(["shift_pages", "more_rows", "html", "reset_before"]))
    def bad_reads(self, side: str, kind: str) -> None:
        there = self.bench.kinds[side]
        if kind not in ("shift_pages", "more_rows") or there == "ixc":
            self.bench.simulators[side].faults.once(kind, match=LISTS[there])

    @rule(
        late_by=st.sampled_from([1.0, 6.0]), hidden_for=st.sampled_from([0.0, 2.0, SETTLE - 1]), shuffled=st.booleans()
    )
    def bad_weather(self, late_by: float, hidden_for: float, shuffled: bool) -> None:
        weather = self.bench.weather
        weather.late_writes, weather.hidden_for, weather.shuffled = [late_by], hidden_for, shuffled

    @rule(side=sides, drift=st.sampled_from([-20.0, 20.0]))
    def a_clock_drifts(self, side: str, drift: float) -> None:
        self.bench.skew[side] += drift
        self.town.ledger.clock_went_back |= drift < 0

    @rule(side=sides, what=st.integers(0, 2), act=st.sampled_from(["comment", "status", "retitle"]), which=some)
    def a_person_is_faster_than_the_read_back(self, side: str, what: int, act: str, which: int) -> None:
        ticket = self.pick(side, which, open_only=True)
        if ticket is None:
            return

        def meddle() -> None:
            self.bench.note_births()
            self.bench.audit.meddled = True
            if self.bench.hands[side].tickets()[ticket].status in ("solucionado", "cancelado"):
                return
            if act == "comment":
                self.town.comment(side, ticket)
            elif act == "status":
                self.town.set_status(side, ticket, "em_progresso")
            else:
                self.town.retitle(side, ticket)

        self.bench.simulators[side].faults.once("hook", match=self.writes(side)[what], after=meddle)

    @rule()
    def a_second_worker_comes(self) -> None:
        async def come() -> None:
            before = self.bench.weather.count
            self.refused.append(await self.bench.second_worker())
            assert isinstance(self.refused[-1], PairHeld)
            assert self.bench.weather.count == before, "it asked an ERP before it knew that it was alone"

        first = {"ixc": "list su_ticket", "integrator": "view.execute", "voalle": "GET solicitationlist"}
        self.bench.left.faults.once("hook", match=first[self.bench.kinds["left"]], before=come)

    # --- the store ---------------------------------------------------------------------------------------------

    @rule()
    def copy_store(self) -> None:
        self.copies.append(self.bench.copy_store())

    @precondition(lambda self: self.copies)
    @rule(which=some)
    def restore_old_store(self, which: int) -> None:
        self.bench.advance(SETTLE + 1)
        self.town.lose_store(self.copies[which % len(self.copies)])

    @rule()
    def delete_store(self) -> None:
        self.bench.advance(SETTLE + 1)
        self.town.lose_store()

    @rule(take=st.sampled_from(list(Side)))
    def decide_conflicts(self, take: Side) -> None:
        for item in self.bench.ask_bridge(lambda bridge: bridge.waiting(Kind.CONFLICT)):
            self.bench.ask_bridge(lambda bridge, id=item["id"]: bridge.take(id, take))

    def writes(self, side: str) -> tuple[str, ...]:
        return WRITES[self.bench.kinds[side]]


KINDS = ("ixc", "integrator", "voalle")
PAIRINGS = [(left, right) for left in KINDS for right in KINDS]


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize(("left", "right"), PAIRINGS)
def test_machine(left: str, right: str) -> None:
    machine = type(f"{left.title()}And{right.title()}", (Machine,), {"left_kind": left, "right_kind": right})
    run_state_machine_as_test(machine, settings=settings(PROFILE, max_examples=RUNS[(left, right) in OFTEN]))
