"""``desconto list`` and ``desconto book``: what waits for finance, and booking it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import desconto_given as given_words
from erp_bridge.cli import desconto_text, output
from erp_bridge.cli.asking import agreed
from erp_bridge.cli.complete import names
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.sync.desconto.booking import Escolha, Lancador, Preparado, Situacao
    from erp_bridge.sync.desconto.ledger import Entry
    from erp_bridge.sync.desconto.pedidos import Pedido

as_json = option("--json", "json_wanted", is_flag=True, help=N_("One JSON object."))
erp_argument = argument("erp", metavar="ERP", shell_complete=names("erp"))

#: Done, but something waits for a person.
WAITS = 3


@click.command(
    "list",
    cls=Command,
    help=N_("List the open requests of an ERP: amounts, decision, and the open invoices of each client."),
)
@erp_argument
@as_json
@click.pass_obj
def list_(app: App, /, erp: str, json_wanted: bool) -> None:
    app.erp(erp)

    async def look(bridge: Any) -> list[tuple[Pedido, Entry | None]]:
        from erp_bridge.sync.desconto import ledger
        from erp_bridge.sync.desconto.pedidos import Leitor

        opened = await bridge.erp(erp)
        found = [pedido async for pedido in Leitor(opened).abertos()]
        with bridge.db.read() as tx:
            booked = ledger.entries(tx, erp)
        return [(pedido, booked.get(pedido.id)) for pedido in found]

    found = with_bridge(app, look)
    if json_wanted:
        output.emit({"items": [desconto_text.pedido_json(pedido, entry) for pedido, entry in found]})
    elif found:
        for pedido, entry in found:
            desconto_text.print_pedido(pedido, entry)
    else:
        click.echo(_("No open discount requests."))


@click.command(
    cls=Command,
    help=N_(
        "Book the approved discount of a ticket, once.\n\n"
        "Called again it says what became of it: nothing is ever booked twice. --dry-run shows the exact request."
    ),
)
@erp_argument
@argument("id", metavar="ID")
@option("--valor", metavar="AMOUNT", help=N_("How much, where the decision does not say it."))
@option("--politica", type=click.Choice(given_words.POLICIES), help=N_("How much: what this way of counting gives."))
@option("--validade", metavar="DATE", help=N_("Last day of a discount on the contract; else that of its next invoice."))
@option("--aprovar", is_flag=True, help=N_("Approve it herewith; the booking says so in the ticket."))
@option(
    "--recusar", metavar="REASON", help=N_("Refuse it, for this reason: said in the ticket, and nothing is booked.")
)
@option("--dry-run", is_flag=True, help=N_("Only show what would be sent."))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@as_json
@click.pass_context
def book(ctx: click.Context, /, erp: str, id: str, dry_run: bool, yes: bool, json_wanted: bool, **given: Any) -> int:
    app: App = ctx.obj
    app.erp(erp)
    if given["recusar"] and (given["aprovar"] or given["valor"] or dry_run):
        raise click.UsageError(_("--recusar goes with no other choice"))
    if json_wanted and not (yes or dry_run or given["recusar"]):
        raise click.UsageError(_("--json asks nothing: say --yes or --dry-run"))

    async def work(bridge: Any) -> tuple[Situacao | None, Preparado | None]:
        from erp_bridge.sync.desconto.booking import Estado, Lancador

        lancador = Lancador(bridge, await bridge.erp(erp))
        if given["recusar"]:
            await lancador.recusar(id, given["recusar"])
            return None, None
        seen = await lancador.situacao(id)
        if seen.estado is not Estado.NAO_LANCADO:
            return (seen if dry_run else await lancador.concluir(id)), None
        preparado = await lancador.preparar(id, _choice(given))
        if dry_run:
            return seen, preparado
        return await _confirmed(lancador, preparado, yes), preparado

    situacao, preparado = with_bridge(app, work)
    if situacao is None:
        _say_refused(erp, id, json_wanted)
        return 0
    if json_wanted:
        output.emit(desconto_text.booking_json(situacao, preparado, dry_run=dry_run))
    else:
        desconto_text.print_booking(situacao, preparado, dry_run=dry_run)
    return WAITS if desconto_text.waits(situacao) else 0


def _choice(given: dict[str, Any]) -> Escolha:
    from erp_bridge import PoliticaDesconto
    from erp_bridge.sync.desconto.booking import Escolha

    return Escolha(
        valor=given_words.amount(given["valor"]) if given["valor"] else None,
        politica=PoliticaDesconto(given["politica"]) if given["politica"] else None,
        validade=given_words.day(given["validade"]) if given["validade"] else None,
        aprovar=given["aprovar"],
    )


async def _confirmed(lancador: Lancador, preparado: Preparado, yes: bool) -> Situacao:
    if not yes:
        desconto_text.print_request_to_send(preparado)
        if not agreed(_("Book it?"), default=False):
            raise click.Abort
    return await lancador.lancar(preparado)


def _say_refused(erp: str, id: str, json_wanted: bool) -> None:
    if json_wanted:
        output.emit({"erp": erp, "ticket": id, "estado": "recusado"})
    else:
        click.echo(_("Refused in ticket {id}; nothing was booked.", id=id))
