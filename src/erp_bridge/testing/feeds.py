"""Change feeds: nothing is missed, from no cursor that was ever handed out, and little is asked for."""

from __future__ import annotations

from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.adapter import Cursor
from erp_bridge.core.errors import Malformed
from erp_bridge.core.model import Atendimento, Movimentacao, Status
from erp_bridge.i18n import N_, _
from erp_bridge.testing.check import Check, Excused, check, expect
from erp_bridge.testing.moving import message
from erp_bridge.testing.stand import Stand

_FEED = (Can.CHANGED_SINCE, Can.CREATE)
#: An idle reading may cost so many more requests for each new page of tickets, and none for each ticket.
_NEW_TICKETS = 12


def has(what: str, id: str | None, ids: set[str]) -> None:
    expect(what, sorted(ids), f"[… {id} …]", ok=id in ids)


@check("feed.creation", N_("A new ticket comes with the next reading."), needs=_FEED, writes=True)
async def feed_creation(at: Stand) -> None:
    cursor = await at.cursor()
    await at.wait(5)
    ticket = await at.twin()
    found = await at.feed(cursor)
    has("changed_since(cursor)", ticket.id, set(found.tickets))
    expect("changed_since(cursor).footer", found.tickets[ticket.id or ""].footer, ticket.footer)


@check(
    "feed.edit",
    N_("What a person changes in a ticket comes with the next reading."),
    needs=_FEED,
    writes=True,
)
async def feed_edit(at: Stand) -> None:
    ticket = await at.twin()
    cursor = await _much_later(at)
    await at.wait(5)
    await at.person("edit", ticket.id or "")
    await at.lag()
    found = await at.feed(cursor)
    has("changed_since(cursor)", ticket.id, set(found.tickets))


@check(
    "feed.message",
    N_("What a person writes to a ticket comes with the next reading, ticket and message."),
    needs=(*_FEED, Can.MOVEMENTS),
    writes=True,
)
async def feed_message(at: Stand) -> None:
    ticket = await at.twin()
    cursor = await _much_later(at)
    await at.wait(5)
    await at.person("comment", ticket.id or "", "Cliente ligou de novo.")
    await at.lag()
    found = await at.feed(cursor)
    has("changed_since(cursor)", ticket.id, found.ids)
    told = {m.id for m in found.movements.get(ticket.id or "", [])}
    known = {m.id: m.texto for m in await at.erp.movements(ticket.id or "")}
    expect("movimentacoes: ids", sorted(map(str, told - set(known))), [])
    expect("movements()", list(known.values()), "…", ok="Cliente ligou de novo." in known.values())
    new = {id for id, texto in known.items() if texto == "Cliente ligou de novo."}
    if told:
        expect("movimentacoes", sorted(map(str, told)), sorted(map(str, new)), ok=new <= told)


@check(
    "feed.cursors",
    N_("Every cursor that was handed out brings all changes since, also when used again much later."),
    needs=_FEED,
    writes=True,
)
async def feed_cursors(at: Stand) -> None:
    tickets = [await at.twin() for _turn in range(3)]
    kept: list[tuple[Cursor, int]] = []
    changed: list[str] = []
    cursor = await at.cursor()
    for turn in range(4):
        kept.append((cursor, len(changed)))
        await at.wait((0, 5, 3600, 40)[turn] if at.time_is_ours else 3)
        changed.append(await _something_happens(at, tickets, turn))
        await at.lag()
        found = await at.feed(cursor)
        cursor = found.cursors[-1]
    for since, before in kept:
        async with at.another() as later:
            ids = (await later.feed(since)).ids
        for id in changed[before:]:
            has(f"changed_since(cursor {before})", id, ids)


@check(
    "feed.one_stamp",
    N_("Of many tickets with one and the same time none is missed, read at once or with a reading in between."),
    needs=_FEED,
    writes=True,
)
async def feed_one_stamp(at: Stand) -> None:
    before = await at.cursor()
    first = [(await at.twin()).id or "" for _turn in range(_NEW_TICKETS)]
    found = await at.feed(before)
    expect("changed_since(cursor)", sorted(set(first) - set(found.tickets)), [])
    second = [(await at.twin()).id or "" for _turn in range(2)]
    await at.wait(1)
    found = await at.feed(found.cursors[-1])
    expect("changed_since(cursor)", sorted(set(second) - set(found.tickets)), [])


@check(
    "feed.own_clock",
    N_("Its cursor moves to times read in the ERP, never to our own clock."),
    needs=_FEED,
    writes=True,
)
async def feed_own_clock(at: Stand) -> None:
    if not at.time_is_ours:
        raise Excused(_("this needs a clock that can be moved"))
    await at.twin()
    await at.wait(60)
    cursor = await at.cursor()
    newest = at.bench.clock.now()
    await at.wait(7200)
    for _turn in range(2):
        cursor = await at.cursor(cursor)
    expect("cursor.instante", cursor.instante, f"<= {newest}", ok=cursor.instante <= newest)


@check(
    "feed.cost",
    N_("An idle reading asks for pages, never for one ticket at a time."),
    needs=_FEED,
    writes=True,
)
async def feed_cost(at: Stand) -> None:
    async def idle() -> int:
        await at.wait(86_400 if at.time_is_ours else 5)
        cursor = await at.cursor(await at.cursor())
        before = at.line.count
        await at.feed(cursor)
        return at.line.count - before

    few = await idle()
    for _turn in range(_NEW_TICKETS):
        ticket = await at.twin()
        if at.claims(Can.ADD_MOVEMENT):
            await at.erp.add_movement(ticket.id or "", message(at, "Só um recado."))
    many = await idle()
    expect("changed_since(): requests", many - few, f"<= {_NEW_TICKETS // 2}", ok=many - few <= _NEW_TICKETS // 2)


@check(
    "feed.unreadable",
    N_("A ticket with an unknown status is named as unreadable, is Malformed to get, and keeps no other one back."),
    needs=(*_FEED, Can.GET),
    writes=True,
)
async def feed_unreadable(at: Stand) -> None:
    cursor = await at.cursor()
    await at.wait(5)
    good, bad = await at.twin(), await at.twin()
    await at.person("spoil", bad.id or "")
    await at.lag()
    found = await at.feed(cursor)
    named = [(item.id, item.campo) for item in found.unreadable]
    expect("Page.unreadable", named, [(bad.id, "status")], ok=(bad.id, "status") in named)
    expect("Page.unreadable", [item.codigo for item in found.unreadable], "codes",
           ok=all(item.codigo for item in found.unreadable))  # fmt: skip
    has("changed_since(cursor)", good.id, set(found.tickets))
    expect("changed_since(cursor)", sorted(found.tickets), f"no {bad.id}", ok=bad.id not in found.tickets)
    await at.raises("get()", at.erp.get(bad.id or ""), Malformed)


@check(
    "feed.open",
    N_("The listing of open tickets shows those that are open, not those that are closed, and has no cursor."),
    needs=(Can.OPEN_TICKETS, Can.CREATE),
    writes=True,
)
async def feed_open(at: Stand) -> None:
    still_open = await at.twin()
    closed: Atendimento | None = None
    if at.claims(Can.SET_STATUS) and Status.SOLUCIONADO in at.erp.statuses:
        closed = await at.erp.set_status((await at.twin()).id or "", Status.SOLUCIONADO)
    await at.lag()
    ids: list[str] = []
    async for page in at.erp.open_tickets(clientes=False):
        expect("open_tickets(): cursor", page.cursor, None)
        ids += [ticket.id or "" for ticket in page]
    has("open_tickets()", still_open.id, set(ids))
    expect("open_tickets()", sorted(ids), sorted(set(ids)))
    if closed is not None:
        expect("open_tickets()", sorted(ids), f"no {closed.id}", ok=closed.id not in ids)


async def _much_later(at: Stand) -> Cursor:
    """Where the feed stands when the tickets so far are old."""
    await at.wait(3600 if at.time_is_ours else 1)
    await at.twin()
    await at.wait(60 if at.time_is_ours else 3)
    return await at.cursor()


async def _something_happens(at: Stand, tickets: list[Atendimento], turn: int) -> str:
    """One change, by the strongest means that are claimed; returns the ticket's id."""
    ticket = tickets[turn % len(tickets)]
    id = ticket.id or ""
    if turn % 2 and at.claims(Can.ADD_MOVEMENT, Can.MOVEMENTS):
        await at.erp.add_movement(id, message(at, f"Recado {turn}."))
        return id
    if at.claims(Can.SET_STATUS) and Status.EM_PROGRESSO in at.erp.statuses and turn == 0:
        await at.erp.set_status(id, Status.EM_PROGRESSO, movimentacao=_words(at))
        return id
    return (await at.twin()).id or ""


def _words(at: Stand) -> Movimentacao | None:
    return message(at, "Assumido.") if at.claims(Can.ADD_MOVEMENT) else None


CHECKS: tuple[Check, ...] = (
    feed_creation, feed_edit, feed_message, feed_cursors, feed_one_stamp, feed_own_clock, feed_cost, feed_unreadable,
    feed_open,
)  # fmt: skip
