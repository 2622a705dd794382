"""What is written comes back as it was: texts of all kinds, and markers that are cut off and put back."""

from __future__ import annotations

from erp_bridge.core import footer as marks
from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import Refused, ValidationFailed
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Atendimento
from erp_bridge.core.text import normal
from erp_bridge.i18n import N_, _
from erp_bridge.testing.check import NOT_CLAIMED, Check, NotClaimed, check, expect
from erp_bridge.testing.stand import Stand

EMOJI = "Cliente sem sinal 😀👍🏽 desde as 8 h – “não dá”, pão & ação, ﬁbra Ⅳ"
LINE_ENDS = "Primeira linha\r\nSegunda linha\r\n\r\nQuarta linha\nQuinta linha"
MARKUP = "A < B && C > D; <b>não</b> \"aspas\" 'simples' \\n %s {x} [ref a] -- erp_bridge &amp; 100%"
LONG = 65_536

#: Of a ticket to which nobody gave them, these are empty; an ERP has no usual value for them.
_NOTHING = ("endereco", "latitude", "longitude", "data_reservada", "contato", "script", "primeiro_contato")


async def stored(at: Stand, descricao: str, footer: Footer | None = None) -> Atendimento:
    """A ticket with that text, as it is read afterwards."""
    ticket = await at.opened(descricao=descricao, footer=footer or at.footer())
    return await at.erp.get(ticket.id or "")


def same_text(what: str, got: str, wanted: str) -> None:
    """Line ends and blanks at them are all that storage may change."""
    expect(what, got, wanted, ok=normal(got) == normal(wanted))


@check("create.read_back", N_("A new ticket is returned as it is stored."), needs=(Can.CREATE, Can.GET), writes=True)
async def create_read_back(at: Stand) -> None:
    ticket = await at.twin()
    found = await at.erp.get(ticket.id or "")
    for name in ("id", "protocolo", "tipo", "titulo", "descricao", "prioridade", "status", "aberto_em", "versao"):
        expect(f"create().{name}", getattr(ticket, name), getattr(found, name))
    cliente = at.bench.novo.cliente
    expect("get().cliente.id", found.cliente.id if found.cliente else None, cliente.id if cliente else None)


@check(
    "create.invalid",
    N_("A ticket that breaks a rule is refused and not sent."),
    needs=(Can.CREATE,),
    writes=True,
)
async def create_invalid(at: Stand) -> None:
    footer = at.footer()
    marked = f"{EMOJI} {footer.ref.id}"
    for field, nothing in (("descricao", ""), ("cliente", None)):
        novo = at.bench.novo.model_copy(update={"titulo": marked, field: nothing})
        await at.raises(f"create({field}={nothing!r})", at.erp.create(novo), ValidationFailed)
    if at.claims(Can.TICKETS_OF_CLIENT):
        written = [t.id for t in await at.erp.tickets_of_client(await at.client_id()) if footer.ref.id in t.titulo]
        expect("tickets_of_client()", written, [])


@check("text.emoji", N_("Emoji, accents and rare signs survive."), needs=(Can.CREATE, Can.GET), writes=True)
async def text_emoji(at: Stand) -> None:
    same_text("get().descricao", (await stored(at, EMOJI)).descricao, EMOJI)


@check(
    "text.line_ends",
    N_("Line ends of any kind survive, and none are added."),
    needs=(Can.CREATE, Can.GET),
    writes=True,
)
async def text_line_ends(at: Stand) -> None:
    same_text("get().descricao", (await stored(at, LINE_ENDS)).descricao, LINE_ENDS)


@check("text.markup", N_("Text that looks like markup or code stays text."), needs=(Can.CREATE, Can.GET), writes=True)
async def text_markup(at: Stand) -> None:
    same_text("get().descricao", (await stored(at, MARKUP)).descricao, MARKUP)


@check(
    "text.long",
    N_("A text of 64 kB, or of max_text if that is less, survives with its marker."),
    needs=(Can.CREATE, Can.GET),
    writes=True,
)
async def text_long(at: Stand) -> None:
    footer = at.footer()
    limit = min(at.erp.max_text, LONG)
    # A title may stand in front of the text where the ERP has no column for it.
    room = limit - len(marks.join("", footer)) - 2 - len(at.bench.novo.titulo) - 2
    text = ("Sem sinal. " * (room // 11 + 1))[: room - 1] + "."
    ticket = await stored(at, text, footer)
    same_text("get().descricao", ticket.descricao, text)
    expect("get().footer.ref", ticket.footer.ref if ticket.footer else None, footer.ref)


@check(
    "text.too_long",
    N_("A text beyond max_text is refused, not cut in silence."),
    needs=(Can.CREATE,),
    writes=True,
)
async def text_too_long(at: Stand) -> None:
    footer = at.footer()
    novo = at.bench.novo.model_copy(update={"descricao": "x" * (at.erp.max_text + 1), "footer": footer})
    await at.raises("create()", at.erp.create(novo), Refused, ValidationFailed)
    if at.claims(Can.TICKETS_OF_CLIENT):
        expect("[ref …]", [ticket.id for ticket in await at.same_ref(footer)], [])


@check(
    "text.nothing",
    N_("What was not given comes back as nothing: no zero, no word for null, no date of year 0."),
    needs=(Can.CREATE, Can.GET),
    writes=True,
)
async def text_nothing(at: Stand) -> None:
    empty = {name: Atendimento.model_fields[name].default for name in _NOTHING}
    for value in (None, ""):
        ticket = await at.twin(**{**empty, "endereco": value})
        found = await at.erp.get(ticket.id or "")
        for name in _NOTHING:
            got = getattr(found, name)
            expect(f"get().{name}", got, None, ok=got in (None, "", ()))
        expect("get().encerrado_em", found.encerrado_em, None)


@check(
    "footer.cut",
    N_("The marker is cut from a ticket's text on reading and comes back whole beside it."),
    needs=(Can.CREATE, Can.GET),
    writes=True,
)
async def footer_cut(at: Stand) -> None:
    footer = at.footer()
    ticket = await stored(at, "Sem sinal desde cedo.", footer)
    expect("get().descricao", ticket.descricao, "no footer", ok=marks.RULE not in ticket.descricao)
    same_text("get().descricao", ticket.descricao, "Sem sinal desde cedo.")
    expect("get().footer", str(ticket.footer), str(footer))


@check(
    "footer.kept",
    N_("A changed text keeps the marker it had."),
    needs=(Can.CREATE, Can.GET, Can.UPDATE),
    writes=True,
)
async def footer_kept(at: Stand) -> None:
    if not at.erp.fields["descricao"].change:
        raise NotClaimed(_(NOT_CLAIMED, capability="fields: descricao (change)"))
    footer = at.footer()
    ticket = await at.opened(footer=footer)
    await at.erp.update(ticket.id or "", descricao=LINE_ENDS)
    found = await at.erp.get(ticket.id or "")
    same_text("get().descricao", found.descricao, LINE_ENDS)
    expect("get().footer.ref", found.footer.ref if found.footer else None, footer.ref)


CHECKS: tuple[Check, ...] = (
    create_read_back, create_invalid, text_emoji, text_line_ends, text_markup, text_long, text_too_long,
    text_nothing, footer_cut, footer_kept,
)  # fmt: skip
