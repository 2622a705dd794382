"""The status machine: what a caller may ask for, and what the sync may mirror. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.model import Status

#: Statuses in which nobody works on the ticket any more.
TERMINAL = frozenset({Status.SOLUCIONADO, Status.CANCELADO})

#: Where a caller may take a ticket from each status. Nothing returns to novo, nothing leaves cancelado.
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.NOVO: frozenset({Status.PENDENTE, Status.EM_PROGRESSO, Status.SOLUCIONADO, Status.CANCELADO}),
    Status.PENDENTE: frozenset({Status.EM_PROGRESSO, Status.SOLUCIONADO, Status.CANCELADO}),
    Status.EM_PROGRESSO: frozenset({Status.PENDENTE, Status.SOLUCIONADO, Status.CANCELADO}),
    Status.SOLUCIONADO: frozenset({Status.CANCELADO}),
    Status.CANCELADO: frozenset(),
}

#: Where a solved ticket may be reopened to, in places that allow it.
REOPENED = frozenset({Status.PENDENTE, Status.EM_PROGRESSO})


def is_open(status: Status | None) -> bool:
    """Whether somebody still has to work on the ticket. An unset status says nothing of an end."""
    return status not in TERMINAL


def can_move(before: Status | None, after: Status, *, reopen: bool = False) -> bool:
    """Whether a caller may ask for ``after``. Staying is allowed, but a cancelled ticket accepts nothing more.

    A ticket that does not exist yet (``None``) may be opened in any status.
    """
    if before is None:
        return True
    if before is after:
        return before is not Status.CANCELADO
    return after in TRANSITIONS[before] or (reopen and before is Status.SOLUCIONADO and after in REOPENED)


def may_mirror(before: Status | None, after: Status, *, reopen: bool = False) -> bool:
    """Whether the sync may bring a twin to what the other ERP reports.

    It mirrors every step of people, except that it never leaves cancelado, and solucionado only with ``reopen``.
    """
    if before is None or before is after:
        return True
    if before is Status.CANCELADO:
        return False
    return before is not Status.SOLUCIONADO or after is Status.CANCELADO or reopen
