"""The status machine, written out in full: every pair of statuses, with and without reopening."""

from __future__ import annotations

from itertools import product

import pytest

from erp_bridge.core.model import Status
from erp_bridge.core.status import TERMINAL, TRANSITIONS, can_move, is_open, may_mirror

# Rows: from. Columns: to, in the order of Status. x = always, r = only where reopening is allowed, . = never.
CALLER = {
    "novo":         "x x x x x",
    "pendente":     ". x x x x",
    "em_progresso": ". x x x x",
    "solucionado":  ". r r x x",
    "cancelado":    ". . . . .",
}  # fmt: skip
MIRROR = {
    "novo":         "x x x x x",
    "pendente":     "x x x x x",
    "em_progresso": "x x x x x",
    "solucionado":  "r r r x x",
    "cancelado":    ". . . . x",
}  # fmt: skip
EVERY_MOVE = list(product(Status, Status, (False, True)))


def expected(table: dict[str, str], before: Status, after: Status, *, reopen: bool) -> bool:
    return table[before].split()[list(Status).index(after)] in ("xr" if reopen else "x")


@pytest.mark.parametrize(("before", "after", "reopen"), EVERY_MOVE)
def test_what_a_caller_may_ask_for(before: Status, after: Status, reopen: bool) -> None:
    assert can_move(before, after, reopen=reopen) is expected(CALLER, before, after, reopen=reopen)


@pytest.mark.parametrize(("before", "after", "reopen"), EVERY_MOVE)
def test_what_the_sync_may_mirror(before: Status, after: Status, reopen: bool) -> None:
    assert may_mirror(before, after, reopen=reopen) is expected(MIRROR, before, after, reopen=reopen)


@pytest.mark.parametrize("status", Status)
def test_a_ticket_may_be_opened_in_any_status(status: Status) -> None:
    assert can_move(None, status)
    assert may_mirror(None, status)


def test_reopening_is_not_allowed_unless_somebody_says_so() -> None:
    assert not can_move(Status.SOLUCIONADO, Status.PENDENTE)
    assert not may_mirror(Status.SOLUCIONADO, Status.PENDENTE)


def test_what_is_open() -> None:
    assert [status.value for status in Status if is_open(status)] == ["novo", "pendente", "em_progresso"]
    assert is_open(None)
    assert {Status.SOLUCIONADO, Status.CANCELADO} == TERMINAL


def test_the_machine_names_every_status_and_none_leads_to_itself() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert not [status for status, targets in TRANSITIONS.items() if status in targets]
