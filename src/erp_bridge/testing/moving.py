"""Messages: their texts, their order, their times, and what they do to the ticket."""

from __future__ import annotations

from datetime import timedelta

from erp_bridge.core import footer as marks
from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import Refused, ValidationFailed
from erp_bridge.core.model import Movimentacao, Status, TipoMovimentacao, Visibilidade
from erp_bridge.i18n import N_
from erp_bridge.testing.check import Check, check, expect
from erp_bridge.testing.stand import Stand
from erp_bridge.testing.texts import EMOJI, LINE_ENDS, LONG, MARKUP, same_text

_LEEWAY = timedelta(minutes=2)
#: From a status to the ways out of it that the status machine knows.
_MESSAGES = (Can.CREATE, Can.MOVEMENTS, Can.ADD_MOVEMENT)


def message(at: Stand, texto: str, part: str = "m1", **fields: object) -> Movimentacao:
    """A message as the bridge delivers it."""
    return Movimentacao(texto=texto, footer=at.footer(part)).model_copy(update=fields)


async def history(at: Stand, id: str | None) -> list[Movimentacao]:
    await at.lag()
    return await at.erp.movements(id or "")


@check(
    "message.read_back",
    N_("A message is stored with its text, its ticket and the id that was returned for it."),
    needs=_MESSAGES,
    writes=True,
)
async def message_read_back(at: Stand) -> None:
    ticket = await at.twin()
    sent = await at.erp.add_movement(ticket.id or "", message(at, "Técnico a caminho."))
    expect("add_movement().id", sent.id, "an id", ok=bool(sent.id))
    found = [m for m in await history(at, ticket.id) if m.id == sent.id]
    expect("movements(): id", [m.id for m in found], [sent.id])
    expect("movements().atendimento_id", found[0].atendimento_id, ticket.id)
    same_text("movements().texto", found[0].texto, "Técnico a caminho.")


@check(
    "message.text",
    N_("Emoji, line ends, markup and long texts survive in messages."),
    needs=_MESSAGES,
    writes=True,
)
async def message_text(at: Stand) -> None:
    ticket = await at.twin()
    long = ("Sem sinal. " * (LONG // 11))[: min(at.erp.max_text, LONG) - 300] + "."
    for text in (EMOJI, LINE_ENDS, MARKUP, long):
        sent = await at.erp.add_movement(ticket.id or "", message(at, text))
        found = [m for m in await history(at, ticket.id) if m.id == sent.id]
        expect("movements(): id", [m.id for m in found], [sent.id])
        same_text("movements().texto", found[0].texto, text)


@check(
    "message.footer",
    N_("A message's marker is cut off on reading and comes back whole beside the text."),
    needs=_MESSAGES,
    writes=True,
)
async def message_footer(at: Stand) -> None:
    ticket = await at.twin()
    sent = message(at, "Técnico a caminho.")
    await at.erp.add_movement(ticket.id or "", sent)
    found = [m for m in await history(at, ticket.id) if m.footer and sent.footer and m.footer.ref == sent.footer.ref]
    expect("movements().footer", [str(m.footer) for m in found], [str(sent.footer)])
    expect("movements().texto", found[0].texto, "no footer", ok=marks.RULE not in found[0].texto)


@check(
    "message.order",
    N_("Messages come in the order in which they were written, each with an id of its own that stays."),
    needs=_MESSAGES,
    writes=True,
)
async def message_order(at: Stand) -> None:
    ticket = await at.twin()
    texts = [f"Mensagem {number}" for number in (10, 9, 2, 1, 11)]
    for text in texts:
        await at.erp.add_movement(ticket.id or "", message(at, text))
    first = await history(at, ticket.id)
    expect("movements(): order", [m.texto for m in first if m.texto in texts], texts)
    ids = [m.id for m in first]
    expect("movements(): ids", sorted(map(str, ids)), sorted(map(str, set(ids))))
    expect("movements(): ids", ids, "ids", ok=all(ids))
    async with at.another() as again:
        expect("movements(): ids", [m.id for m in await again.erp.movements(ticket.id or "")], ids)


@check("message.bulk", N_("Histories read in bulk are those read one by one."), needs=_MESSAGES, writes=True)
async def message_bulk(at: Stand) -> None:
    ids = []
    for text in ("Um", "Dois", "Três"):
        ticket = await at.twin()
        ids.append(ticket.id or "")
        if text != "Dois":
            await at.erp.add_movement(ids[-1], message(at, text))
    await at.lag()
    found = await at.erp.movements_of(ids)
    for id in ids:
        expect(f"movements_of()[{id}]", found.get(id, []), await at.erp.movements(id))


@check("message.time", N_("The time of a message is the moment it was written."), needs=_MESSAGES, writes=True)
async def message_time(at: Stand) -> None:
    ticket = await at.twin()
    await at.wait(3600 if at.time_is_ours else 1)
    before = at.bench.clock.now()
    sent = await at.erp.add_movement(ticket.id or "", message(at, "Técnico a caminho."))
    found = next((m for m in await history(at, ticket.id) if m.id == sent.id), sent)
    ok = found.instante is not None and abs(found.instante - before) <= _LEEWAY
    expect("movements().instante", found.instante, before, ok=ok)


@check(
    "message.private",
    N_("A message of unknown visibility does not become public; a private one stays private."),
    needs=_MESSAGES,
    writes=True,
)
async def message_private(at: Stand) -> None:
    ticket = await at.twin()
    for visibilidade in (None, Visibilidade.PRIVADA):
        sent = await at.erp.add_movement(ticket.id or "", message(at, "Cuidado.", visibilidade=visibilidade))
        for m in await history(at, ticket.id):
            if m.id == sent.id:
                expect("movements().visibilidade", m.visibilidade, visibilidade, ok=m.visibilidade in (
                    None, Visibilidade.PRIVADA))  # fmt: skip


@check(
    "message.keeps_status",
    N_("A message that names no status leaves the ticket's status alone."),
    needs=(Can.CREATE, Can.GET, Can.ADD_MOVEMENT),
    writes=True,
)
async def message_keeps_status(at: Stand) -> None:
    ticket = await at.twin()
    states = [None]
    if at.claims(Can.SET_STATUS) and Status.EM_PROGRESSO in at.erp.statuses:
        states.append(Status.EM_PROGRESSO)  # type: ignore[arg-type]
    for status in states:
        if status is not None:
            await at.erp.set_status(ticket.id or "", status)
        before = (await at.erp.get(ticket.id or "")).status
        await at.erp.add_movement(ticket.id or "", message(at, "Só um recado."))
        expect("get().status", (await at.erp.get(ticket.id or "")).status, before)


@check(
    "message.status",
    N_("A message that names a status sets it in the same write."),
    needs=(Can.CREATE, Can.GET, Can.ADD_MOVEMENT, Can.MOVEMENT_STATUS),
    writes=True,
)
async def message_status(at: Stand) -> None:
    ticket = await at.twin()
    for status in (s for s in (Status.PENDENTE, Status.EM_PROGRESSO, Status.SOLUCIONADO) if s in at.erp.statuses):
        sent = message(at, f"Agora {status}.", status=status)
        await at.erp.add_movement(ticket.id or "", sent)
        expect("get().status", (await at.erp.get(ticket.id or "")).status, status)


@check(
    "message.refused",
    N_("A message without a text and one beyond max_text are refused."),
    needs=(Can.CREATE, Can.ADD_MOVEMENT),
    writes=True,
)
async def message_refused(at: Stand) -> None:
    ticket = await at.twin()
    for texto in ("", "x" * (at.erp.max_text + 1)):
        work = at.erp.add_movement(ticket.id or "", Movimentacao(texto=texto))
        await at.raises(f"add_movement({len(texto)})", work, Refused, ValidationFailed)
    if at.claims(Can.MOVEMENTS):
        mine = [m.texto for m in await history(at, ticket.id) if m.tipo is TipoMovimentacao.MENSAGEM]
        expect("movements()", [len(texto) for texto in mine if "x" in texto or not texto], [])


CHECKS: tuple[Check, ...] = (
    message_read_back, message_text, message_footer, message_order, message_bulk, message_time, message_private,
    message_keeps_status, message_status, message_refused,
)  # fmt: skip
