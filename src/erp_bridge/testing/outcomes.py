"""Writing in bad weather: an error that reads as "not written" is true, and nothing is ever written twice.

Which of its requests writes only the adapter knows. So the failure strikes each request of an operation in turn, and
the ERP is asked afterwards what it holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import Uncertain
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Status
from erp_bridge.i18n import N_
from erp_bridge.testing.check import Check, check, expect
from erp_bridge.testing.failures import LOGIN_PAGE
from erp_bridge.testing.moving import message
from erp_bridge.testing.stand import LOOK_UPS, Stand
from erp_bridge.transport.interference import CUT, HALF, LOST, REFUSED, Fault, answer

#: The ERP has acted, and what comes back does not say so.
_BAD_ANSWERS = (answer(502, LOGIN_PAGE, acts=True), answer(200, LOGIN_PAGE, acts=True), CUT, HALF)
_MOST_REQUESTS = 40


@dataclass(frozen=True)
class Writing:
    """``act`` writes a record with that marker; ``count`` says how many such records the ERP holds."""

    name: str
    act: Callable[[Stand, Footer], Awaitable[object]]
    count: Callable[[Stand, Footer], Awaitable[int]]


async def _creating(at: Stand) -> Writing:
    async def act(other: Stand, footer: Footer) -> object:
        return await other.erp.create(at.bench.novo.model_copy(update={"footer": footer}))

    async def count(other: Stand, footer: Footer) -> int:
        return len(await other.same_ref(footer))

    return Writing("create()", act, count)


async def _saying(at: Stand) -> Writing:
    id = (await at.twin()).id or ""

    async def act(other: Stand, footer: Footer) -> object:
        marked = message(at, "Técnico a caminho.", footer=footer)
        return await other.erp.add_movement(id, marked)

    async def count(other: Stand, footer: Footer) -> int:
        await other.lag()
        return sum(m.footer is not None and m.footer.ref == footer.ref for m in await other.erp.movements(id))

    return Writing("add_movement()", act, count)


async def strike(at: Stand, writing: Writing, fault: Fault, *, for_good: bool) -> None:
    for place in range(1, _MOST_REQUESTS):
        async with at.another() as other:
            footer = at.footer("m1")
            other.line.arm(fault, first=place, last=None if for_good else place)
            before = other.line.count
            error = await other.caught(writing.act(other, footer))
            struck = other.line.count - before >= place
        held = await writing.count(at, footer)
        what = f"{writing.name}, {fault.kind} {place}"
        expect(f"{what}: records", held, 1, ok=held <= 1)
        if error is None:
            expect(f"{what}: records", held, 1)
        elif held:
            expect(what, error, Uncertain, ok=isinstance(error, Uncertain))
        if not struck:
            return


@check(
    "create.lost_reply",
    N_("A lost reply to any request of a creation leaves one ticket at most, and Uncertain where there is one."),
    needs=(Can.CREATE,),
    any_of=LOOK_UPS,
    writes=True,
)
async def create_lost_reply(at: Stand) -> None:
    await strike(at, await _creating(at), LOST, for_good=False)


@check(
    "create.bad_answer",
    N_("A bad answer to any request of a creation leaves one ticket at most, and Uncertain where there is one."),
    needs=(Can.CREATE,),
    any_of=LOOK_UPS,
    writes=True,
)
async def create_bad_answer(at: Stand) -> None:
    writing = await _creating(at)
    for fault in _BAD_ANSWERS:
        await strike(at, writing, fault, for_good=False)


@check(
    "create.line_dead",
    N_("A line that dies in the middle of a creation leaves one ticket at most, and Uncertain where there is one."),
    needs=(Can.CREATE,),
    any_of=LOOK_UPS,
    writes=True,
)
async def create_line_dead(at: Stand) -> None:
    await strike(at, await _creating(at), REFUSED, for_good=True)


@check(
    "message.lost_reply",
    N_("A lost reply to any request of a message leaves one message at most, and Uncertain where there is one."),
    needs=(Can.CREATE, Can.ADD_MOVEMENT, Can.MOVEMENTS),
    writes=True,
)
async def message_lost_reply(at: Stand) -> None:
    await strike(at, await _saying(at), LOST, for_good=False)


@check(
    "message.bad_answer",
    N_("A bad answer or a dead line leaves one message at most, and Uncertain where there is one."),
    needs=(Can.CREATE, Can.ADD_MOVEMENT, Can.MOVEMENTS),
    writes=True,
)
async def message_bad_answer(at: Stand) -> None:
    writing = await _saying(at)
    for fault in _BAD_ANSWERS:
        await strike(at, writing, fault, for_good=False)
    await strike(at, writing, REFUSED, for_good=True)


@check(
    "status.lost_reply",
    N_("After a lost reply to a change of status, an error that reads as not written is true."),
    needs=(Can.CREATE, Can.GET, Can.SET_STATUS),
    writes=True,
)
async def status_lost_reply(at: Stand) -> None:
    status = min(at.erp.statuses - {Status.CANCELADO}, default=Status.CANCELADO)
    for place in range(1, _MOST_REQUESTS):
        ticket = await at.twin()
        async with at.another() as other:
            other.line.arm(LOST, first=place, last=place)
            before = other.line.count
            error = await other.caught(other.erp.set_status(ticket.id or "", status))
            struck = other.line.count - before >= place
        found = (await at.erp.get(ticket.id or "")).status
        if error is None:
            expect(f"set_status(), lost {place}: get().status", found, status)
        elif found is not ticket.status:
            expect(f"set_status(), lost {place}", error, Uncertain, ok=isinstance(error, Uncertain))
        if not struck:
            return


CHECKS: tuple[Check, ...] = (
    create_lost_reply, create_bad_answer, create_line_dead, message_lost_reply, message_bad_answer, status_lost_reply,
)  # fmt: skip
