"""``desconto open|parse|calc|list|book``: a client's request for a discount, from the ticket to the invoice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import desconto_given as given_words
from erp_bridge.cli import desconto_text, output
from erp_bridge.cli.complete import names
from erp_bridge.cli.desconto_book import book, list_
from erp_bridge.cli.runtime import App, run
from erp_bridge.cli.ticket_text import as_json as ticket_json
from erp_bridge.cli.ticket_text import print_ticket
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge import Adapter, Atendimento, LeituraDesconto, SolicitacaoDesconto
    from erp_bridge.adapters.opa import Conversa
    from erp_bridge.core.settings import ErpSettings

ZONE = "America/Sao_Paulo"
as_json = option("--json", "json_wanted", is_flag=True, help=N_("One JSON object."))


@click.group(cls=Group, help=N_("Discount requests: open, parse, calc, list, book."))
def desconto() -> None:
    pass


desconto.add_command(list_)
desconto.add_command(book)


@desconto.command(
    cls=Command,
    help=N_("Compute the discount for an interruption.\n\nA month has 30 days, 720 hours or 43200 minutes."),
)
@option("--mensalidade", metavar="AMOUNT", required=True, help=N_("Monthly fee of the service that stopped."))
@option("--inicio", metavar="TIME", required=True, help=N_("When it stopped: 2026-10-03T14:30 or 03/10/2026 14h30."))
@option("--fim", metavar="TIME", required=True, help=N_("When it was back."))
@option("--politica", type=click.Choice(given_words.POLICIES), required=True, help=N_("The way of counting."))
@option("--timezone", default=ZONE, metavar="ZONE", show_default=True, help=N_("Zone of times without an offset."))
@as_json
def calc(mensalidade: str, inicio: str, fim: str, politica: str, timezone: str, json_wanted: bool) -> None:
    from erp_bridge.core.desconto import detalhar_desconto

    zone = given_words.zone(timezone)
    ends = (given_words.moment(inicio, zone), given_words.moment(fim, zone))
    try:
        found = detalhar_desconto(given_words.amount(mensalidade), [ends], politica)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    document = {"valor": found.valor, "politica": found.politica.value, "minutos": found.minutos, "base": found.base}
    if json_wanted:
        output.emit(document)
    else:
        desconto_text.print_amount(found)


@desconto.command(
    cls=Command,
    help=N_(
        "Read the block of a request: from a file, from standard input, or from a ticket.\n\n"
        "What cannot be read is listed, never guessed."
    ),
)
@argument("file", metavar="[FILE]", type=click.File(encoding="utf-8"), required=False)
@option("--ticket", nargs=2, metavar="ERP ID", default=None, help=N_("The ticket that holds it, instead of a file."))
@option("--timezone", default=ZONE, metavar="ZONE", show_default=True, help=N_("Zone of times without an offset."))
@given_words.opa_options
@as_json
@click.pass_obj
def parse(
    app: App, /, file: Any, ticket: tuple[str, str] | None, timezone: str, json_wanted: bool, **opa: str | None
) -> None:
    from erp_bridge.core.desconto import ler_bloco, normalizar_bloco

    if file is not None and ticket is not None:
        raise click.UsageError(_("give a file or --ticket, not both"))
    if ticket is not None:
        settings = app.erp(ticket[0])
        zone: Any = settings.timezone
        found = run(_ticket(settings, ticket[1]))
        text, leitura = found.descricao, _read(found, zone)
    else:
        zone = given_words.zone(timezone)
        text = (file or sys.stdin).read()
        leitura = ler_bloco(text, zone)
    asked = leitura.solicitacao
    conversa = given_words.conversation(asked.protocolo_opa, zone, **opa)
    block = normalizar_bloco(text, zone)
    if json_wanted:
        output.emit(desconto_text.request_json(leitura, block, zone, conversa))
    else:
        desconto_text.print_request(leitura, block, zone, conversa)


async def _ticket(settings: ErpSettings, id: str) -> Atendimento:
    from erp_bridge import connect

    async with connect(settings) as erp:
        return await erp.get(id)


def _read(ticket: Atendimento, zone: Any) -> LeituraDesconto:
    from erp_bridge import SolicitacaoDesconto

    return SolicitacaoDesconto.from_atendimento(ticket, zone)


@desconto.command(
    "open",
    cls=Command,
    help=N_(
        "Open the ticket of a request. The first line printed is the protocolo to tell the client.\n\n"
        "There is no discount that the client did not ask for."
    ),
)
@argument("erp", metavar="ERP", shell_complete=names("erp"))
@option("--cliente", metavar="ID", help=N_("The client, by its id in this ERP."))
@option("--documento", metavar="CPF/CNPJ", help=N_("The client, by CPF or CNPJ."))
@option("--contrato", metavar="ID", help=N_("The client's contract that it is about."))
@option("--login", metavar="ID", help=N_("The client's login that it is about."))
@option("--solicitado-pelo-cliente", is_flag=True, help=N_("The client asked for it. Without this nothing is opened."))
@option("--motivo", type=click.Choice(given_words.REASONS), help=N_("The reason."))
@option("--programada", is_flag=True, help=N_("It was planned maintenance."))
@option("--descricao", default="", metavar="TEXT", help=N_("What happened; - reads it from standard input."))
@option("--data-ocorrido", metavar="DATE", help=N_("The day it happened; else that of --abertura."))
@option("--abertura", metavar="TIME", help=N_("When the call was opened, and the interruption began."))
@option("--retorno", metavar="TIME", help=N_("When the signal was back."))
@option("--periodo", metavar="TEXT", help=N_("The period to be discounted, in words."))
@option("--protocolo-opa", metavar="PROTOCOLO", help=N_("Protocolo of the Opa! conversation."))
@option("--departamento", metavar="TERM", default="FINANCEIRO", show_default=True, help=N_("Department."))
@option("--assunto", metavar="TERM", default="DESCONTO EM FATURA", show_default=True, help=N_("Subject."))
@given_words.opa_options
@as_json
@click.pass_obj
def open_(app: App, /, erp: str, json_wanted: bool, opa_url: str | None, opa_token: str, **given: Any) -> None:
    if sum(1 for who in ("cliente", "documento") if given[who]) != 1:
        raise click.UsageError(_("say whom it is about: --cliente or --documento"))
    settings = app.erp(erp)
    text = sys.stdin.read() if given["descricao"] == "-" else given["descricao"]
    conversa = given_words.conversation(given["protocolo_opa"], settings.timezone, opa_url=opa_url, opa_token=opa_token)
    asked = given_words.request({**given, "descricao": text}, settings.timezone, conversa)
    for warning in given_words.judged(asked, settings.timezone):
        click.echo(_("Note: {line}", line=warning), err=True)

    created = run(_open(settings, asked, given, conversa))
    if json_wanted:
        output.emit(ticket_json(created))
        return
    click.echo(created.protocolo or created.id)
    print_ticket(erp, created)


async def _open(
    settings: ErpSettings, asked: SolicitacaoDesconto, given: dict[str, Any], conversa: Conversa | None
) -> Atendimento:
    from erp_bridge import Vinculo, connect
    from erp_bridge.cli.ticket import _client, _term

    async with connect(settings) as erp:
        novo = asked.to_atendimento(
            await _term(erp, "departamento", given["departamento"]),
            await _term(erp, "assunto", given["assunto"]),
            timezone=settings.timezone,
        )
        fields: dict[str, Any] = {"cliente": await _client(erp, given["cliente"], given["documento"])}
        fields |= {kind: Vinculo(id=given[kind]) for kind in ("login", "contrato") if given[kind]}
        canal = await _channel(erp, conversa)
        return await erp.create(novo.model_copy(update={**fields, **({"canal": canal} if canal else {})}))


async def _channel(erp: Adapter, conversa: Conversa | None) -> Any:
    """The ERP's own service channel of the conversation's name, where it has one and takes it."""
    from erp_bridge import Capability
    from erp_bridge.core.vocabulary import Vocabulary

    if conversa is None or not conversa.canal or not erp.fields["canal"].create:
        return None
    if Capability.VOCABULARY not in erp.capabilities:
        return None
    return Vocabulary(await erp.vocabulary("canal")).written(conversa.canal)
