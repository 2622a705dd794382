"""Many records at once: tickets by id, the archive, and messages written in a row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from erp_bridge.core.adapter import Archive, Directory, ListingFiles, Opening, Posting
from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import Unsupported
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Arquivo, Atendimento, Status
from erp_bridge.i18n import N_
from erp_bridge.testing.check import Check, check, expect
from erp_bridge.testing.finding import NOBODY
from erp_bridge.testing.moving import history, message
from erp_bridge.testing.outcomes import Writing, strike
from erp_bridge.testing.stand import Stand
from erp_bridge.transport.interference import LOST

_MANY = 12


@check(
    "bulk.requests",
    N_("Many tickets by id cost a few requests, not one each."),
    needs=(Can.CREATE, Can.GET, Can.GET_MANY),
    writes=True,
)
async def bulk_requests(at: Stand) -> None:
    ids = [(await at.twin()).id or "" for _turn in range(_MANY)]
    cost = []
    for wanted in (ids[:2], ids):
        async with at.another() as other:
            await other.erp.get_many(wanted)
            cost.append(other.line.count)
    expect("get_many(): requests", cost, f"+ {_MANY // 2}", ok=cost[1] - cost[0] <= _MANY // 2)


@check(
    "bulk.clients",
    N_("Clients looked up many at once, and their connections, are those looked up one by one."),
    needs=(Can.FIND_CLIENT, Can.CONTRACTS, Can.CLIENTS_BY_DOCUMENTS),
)
async def bulk_clients(at: Stand) -> None:
    directory = cast(Directory, at.erp)
    cliente = at.bench.novo.cliente
    documento, id = (cliente.documento or "", cliente.id or "") if cliente else ("", "")
    found = await directory.clients_by_documents([documento, NOBODY])
    for wanted in (documento, NOBODY):
        expect(f"clients_by_documents()[{wanted}]", found.get(wanted, []), await at.erp.clients_by_document(wanted))
    links = await directory.contracts_of([id])
    expect(f"contracts_of()[{id}]", links.get(id, {}), await at.erp.contracts(id))


@check(
    "bulk.files",
    N_("Files listed for many tickets at once are those listed one by one."),
    needs=(Can.CREATE, Can.ATTACH, Can.FILES, Can.FILES_OF),
    writes=True,
)
async def bulk_files(at: Stand) -> None:
    ids = [(await at.twin()).id or "" for _turn in range(3)]
    for id in ids[:2]:
        await at.erp.attach(id, Arquivo(nome="foto.jpg"), b"\xff\xd8")
    await at.lag()
    found = await cast(ListingFiles, at.erp).files_of(ids)
    for id in ids:
        expect(f"files_of()[{id}]", found.get(id, []), await at.erp.files(id))


@check(
    "archive.window",
    N_("The archive lists each ticket of its time once, open or closed, and none from outside."),
    needs=(Can.CREATE, Can.TICKETS_BETWEEN),
    writes=True,
)
async def archive_window(at: Stand) -> None:
    early = (await at.twin()).id or ""
    await at.wait(7200 if at.time_is_ours else 3)
    start = at.bench.clock.now()
    inside = [(await at.twin()).id or "" for _turn in range(_MANY)]
    if at.claims(Can.SET_STATUS) and Status.SOLUCIONADO in at.erp.statuses:
        await at.erp.set_status(inside[0], Status.SOLUCIONADO)
    await at.wait(7200 if at.time_is_ours else 3)
    end = at.bench.clock.now()
    await at.wait(60 if at.time_is_ours else 3)
    late = (await at.twin()).id or ""
    half = timedelta(hours=1) if at.time_is_ours else timedelta(seconds=1)
    found = await _between(at, start - half, end - half / 2)
    expect("tickets_between()", sorted(set(inside) - set(found)), [])
    expect("tickets_between()", sorted(found), sorted(set(found)))
    expect("tickets_between()", sorted({early, late} & set(found)), [])


@check(
    "archive.resumed",
    N_("The archive comes in the order of ids and goes on behind any of them."),
    needs=(Can.CREATE, Can.TICKETS_BETWEEN),
    writes=True,
)
async def archive_resumed(at: Stand) -> None:
    for _turn in range(_MANY):
        await at.twin()
    found = await _between(at, at.long_ago(), None)
    for place in (0, len(found) // 2, len(found) - 1):
        rest = await _between(at, at.long_ago(), None, found[place])
        expect(f"tickets_between(apos={found[place]})", rest, found[place + 1 :])


@check(
    "posting.ticket",
    N_("A ticket opened without a look is there, as the answer said, under the id that was returned."),
    needs=(Can.CREATE, Can.GET, Can.POST_TICKET),
    writes=True,
)
async def posting_ticket(at: Stand) -> None:
    sent = at.bench.novo.model_copy(update={"footer": at.footer()})
    said = await _opening(at).post_ticket(sent)
    await at.lag()
    found = await at.erp.get(said.id or "")
    expect("get().footer", found.footer and found.footer.ref, sent.footer and sent.footer.ref)
    expect("post_ticket().status", said.status, found.status)
    expect("post_ticket().protocolo", said.protocolo, found.protocolo)


@check(
    "posting.ticket_lost",
    N_("A lost reply to a ticket opened without a look leaves one at most, and Uncertain where there is one."),
    needs=(Can.CREATE, Can.POST_TICKET),
    writes=True,
)
async def posting_ticket_lost(at: Stand) -> None:
    async def act(other: Stand, footer: Footer) -> object:
        return await _opening(other).post_ticket(at.bench.novo.model_copy(update={"footer": footer}))

    async def count(other: Stand, footer: Footer) -> int:
        return len(await other.same_ref(footer))

    await strike(at, Writing("post_ticket()", act, count), LOST, for_good=False)


@check(
    "posting.message",
    N_("A message written without a look around is there, once, under the id that was returned."),
    needs=(Can.CREATE, Can.MOVEMENTS, Can.POST_MOVEMENT),
    writes=True,
)
async def posting_message(at: Stand) -> None:
    ticket = await at.twin()
    sent = message(at, "Técnico a caminho.")
    id = await _posting(at).post_movement(ticket, sent)
    found = [m for m in await history(at, ticket.id) if m.footer and sent.footer and m.footer.ref == sent.footer.ref]
    expect("movements().texto", [m.texto for m in found], ["Técnico a caminho."])
    if id is not None:
        expect("post_movement()", id, found[0].id)


@check(
    "posting.status",
    N_("A status written without a look around is reached, or is Unsupported before any request."),
    needs=(Can.CREATE, Can.GET, Can.SET_STATUS, Can.POST_MOVEMENT),
    writes=True,
)
async def posting_status(at: Stand) -> None:
    status = min(at.erp.statuses)
    ticket = await at.twin()
    before = at.line.count
    error = await at.caught(_posting(at).post_status(ticket.id or "", status))
    if error is not None:
        expect("post_status()", error, Unsupported, ok=isinstance(error, Unsupported))
        expect("post_status(): requests", at.line.count - before, 0)
        return
    expect("get().status", (await at.erp.get(ticket.id or "")).status, status)


@check(
    "posting.lost_reply",
    N_("A lost reply to a message without a look around leaves one at most, and Uncertain where there is one."),
    needs=(Can.CREATE, Can.MOVEMENTS, Can.POST_MOVEMENT),
    writes=True,
)
async def posting_lost_reply(at: Stand) -> None:
    ticket = await at.twin()

    async def act(other: Stand, footer: Footer) -> object:
        return await _posting(other).post_movement(ticket, message(at, "Técnico a caminho.", footer=footer))

    async def count(other: Stand, footer: Footer) -> int:
        return sum(m.footer is not None and m.footer.ref == footer.ref for m in await history(other, ticket.id))

    await strike(at, Writing("post_movement()", act, count), LOST, for_good=False)


async def _between(at: Stand, desde: datetime | None, ate: datetime | None, apos: str = "") -> list[str]:
    archive = cast(Archive, at.erp)
    tickets: list[Atendimento] = []
    async for page in archive.tickets_between(desde, ate, apos=apos):
        expect("tickets_between(): cursor", page.cursor, None)
        tickets += page
    return [ticket.id or "" for ticket in tickets]


def _posting(at: Stand) -> Posting:
    return cast(Posting, at.erp)


CHECKS: tuple[Check, ...] = (
    bulk_requests, bulk_clients, bulk_files, archive_window, archive_resumed, posting_ticket,
    posting_ticket_lost, posting_message, posting_status, posting_lost_reply,
)  # fmt: skip


def _opening(at: Stand) -> Opening:
    return cast(Opening, at.erp)
