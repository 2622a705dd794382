"""``ticket show|open|move|export|import``: tickets by hand, in any configured ERP, through the one model."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import output
from erp_bridge.cli.complete import names
from erp_bridge.cli.runtime import App, run
from erp_bridge.cli.ticket_lines import export, import_
from erp_bridge.cli.ticket_text import as_json, print_ticket
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge import Adapter, Atendimento, Cliente, Movimentacao, Termo
    from erp_bridge.core.settings import ErpSettings

STATUSES = ("novo", "pendente", "em_progresso", "solucionado", "cancelado")
PRIORITIES = ("baixa", "normal", "alta", "critica")


@click.group(cls=Group, help=N_("Tickets by hand: show, open, move, export, import."))
def ticket() -> None:
    pass


ticket.add_command(export)
ticket.add_command(import_)


def _with(settings: ErpSettings, work: Callable[[Adapter], Awaitable[Any]]) -> Any:
    """What ``work`` does with the opened ERP."""

    async def opened() -> Any:
        from erp_bridge import connect

        async with connect(settings) as erp:
            return await work(erp)

    return run(opened())


@ticket.command(cls=Command, help=N_("Show a ticket with its movements. ID is its id there, or its protocolo."))
@argument("erp", metavar="ERP", shell_complete=names("erp"))
@argument("id", metavar="ID")
@option("--json", "json_wanted", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def show(app: App, erp: str, id: str, json_wanted: bool) -> None:
    async def read(opened: Adapter) -> tuple[Atendimento, list[Movimentacao]]:
        found = await _find(opened, id)
        return found, await opened.movements(found.id or id)

    found, movements = _with(app.erp(erp), read)
    if json_wanted:
        output.emit(as_json(found, movements))
    else:
        print_ticket(erp, found, movements)


async def _find(erp: Adapter, id: str) -> Atendimento:
    from erp_bridge import Capability, NotFound

    try:
        return await erp.get(id)
    except NotFound:
        found = await erp.find_by_protocolo(id) if Capability.FIND_BY_PROTOCOLO in erp.capabilities else None
        if found is None:
            raise
        return found


@ticket.command(
    "open",
    cls=Command,
    help=N_(
        "Open a ticket. The first line printed is the protocolo to tell the client.\n\n"
        "Terms (subject, department, ...) are given by id or by name."
    ),
)
@argument("erp", metavar="ERP", shell_complete=names("erp"))
@option("--cliente", metavar="ID", help=N_("The client, by its id in this ERP."))
@option("--documento", metavar="CPF/CNPJ", help=N_("The client, by CPF or CNPJ."))
@option("--estrutura", metavar="ID", help=N_("The network structure, for a ticket without a client."))
@option("--assunto", metavar="TERM", help=N_("Subject."))
@option("--departamento", metavar="TERM", help=N_("Department."))
@option("--titulo", default="", metavar="TEXT", help=N_("Title; else the name of the subject."))
@option("--descricao", default="", metavar="TEXT", help=N_("What it is about; - reads it from standard input."))
@option("--prioridade", type=click.Choice(PRIORITIES), default="normal", help=N_("Priority; else normal."))
@option("--status", type=click.Choice(STATUSES), default="novo", help=N_("Status; else novo."))
@option("--login", metavar="ID", help=N_("The client's login that it is about."))
@option("--contrato", metavar="ID", help=N_("The client's contract that it is about."))
@option("--endereco", metavar="TEXT", help=N_("Address, when it is neither the client's nor the login's."))
@option("--canal", metavar="TERM", help=N_("Service channel."))
@option("--processo", metavar="TERM", help=N_("Process; it may open work orders in the ERP."))
@option("--responsavel", metavar="TERM", help=N_("Who is responsible."))
@option("--contato", metavar="NAME", help=N_("Whom to call back: the person's name."))
@option("--telefone", metavar="NUMBER", help=N_("Whom to call back: the telephone."))
@option("--email", metavar="ADDRESS", help=N_("Whom to call back: the e-mail."))
@option("--json", "json_wanted", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def open_(app: App, /, erp: str, json_wanted: bool, **given: str | None) -> None:
    from erp_bridge import Atendimento, Contato, Vinculo

    if sum(1 for who in ("cliente", "documento", "estrutura") if given[who]) != 1:
        raise click.UsageError(_("say whom it is about: --cliente, --documento or --estrutura"))
    descricao = sys.stdin.read() if given["descricao"] == "-" else given["descricao"]

    async def create(opened: Adapter) -> Atendimento:
        terms = {
            kind: await _term(opened, kind, name)
            for kind in ("assunto", "departamento", "canal", "processo", "responsavel")
            if (name := given[kind])
        }
        links = {kind: Vinculo(id=given[kind]) for kind in ("login", "contrato") if given[kind]}
        contact = {"nome": given["contato"], "telefone": given["telefone"], "email": given["email"]}
        fields: dict[str, object] = {
            **terms,
            **links,
            "titulo": given["titulo"],
            "descricao": descricao,
            "prioridade": given["prioridade"],
            "status": given["status"],
            "endereco": given["endereco"],
            "origem_endereco": "manual" if given["endereco"] else None,
            "contato": Contato.model_validate(contact) if any(contact.values()) else None,
        }
        if given["estrutura"]:
            fields |= {"tipo": "estrutura", "estrutura": await _term(opened, "estrutura", given["estrutura"])}
        else:
            fields["cliente"] = await _client(opened, given["cliente"], given["documento"])
        return await opened.create(Atendimento.model_validate(fields))

    created = _with(app.erp(erp), create)
    if json_wanted:
        output.emit(as_json(created))
        return
    click.echo(created.protocolo or created.id)
    print_ticket(erp, created)


async def _term(erp: Adapter, kind: str, given: str) -> Termo:
    """A term by its id, where the ERP's list has that id; else by its name, or as the id of a structure."""
    from erp_bridge import Capability, Termo
    from erp_bridge.core.settings import VOCABULARY_KINDS

    if kind not in VOCABULARY_KINDS:
        return Termo(id=given)
    known = await erp.vocabulary(kind) if Capability.VOCABULARY in erp.capabilities else []
    return next((term for term in known if term.id == given), Termo(nome=given))


async def _client(erp: Adapter, id: str | None, documento: str | None) -> Cliente:
    from erp_bridge import Cliente, NotFound

    if id:
        return Cliente(id=id)
    found = await erp.clients_by_document(documento or "")
    if not found:
        raise NotFound(
            "there is no active client with that document: check it, or name the client by --cliente", erp=erp.name
        )
    if len(found) > 1:
        ids = ", ".join(client.id or "?" for client in found)
        raise click.UsageError(_("several active clients have that document: choose one by --cliente ({ids})", ids=ids))
    return found[0]


@ticket.command(
    cls=Command, help=N_("Move a ticket: take it over, pause, solve, cancel, forward, set a status, comment.")
)
@argument("erp", metavar="ERP", shell_complete=names("erp"))
@argument("id", metavar="ID")
@option("--assumir", is_flag=True, help=N_("Take it over."))
@option("--pausar", metavar="REASON", help=N_("Pause it, for this reason."))
@option("--solucionar", metavar="TEXT", help=N_("Solve it, with this solution."))
@option("--cancelar", metavar="REASON", help=N_("Cancel it, for this reason."))
@option("--encaminhar", metavar="DEPARTMENT", help=N_("Forward it to this department."))
@option("--responsavel", metavar="TERM", help=N_("With --encaminhar: to this person."))
@option("--status", type=click.Choice(STATUSES), help=N_("Set this status."))
@option("--comment", metavar="TEXT", help=N_("Write a comment; with --status, the one that explains it."))
@option("--publica", is_flag=True, help=N_("With --comment: the client may read it."))
@option("--json", "json_wanted", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def move(app: App, /, erp: str, id: str, json_wanted: bool, **given: Any) -> None:
    moves = [name for name in ("assumir", "pausar", "solucionar", "cancelar", "encaminhar") if given[name]]
    if given["status"] or given["comment"]:
        moves.append("status")
    if len(moves) != 1:
        raise click.UsageError(
            _("say one thing to do: --assumir, --pausar, --solucionar, --cancelar, --encaminhar, --status or --comment")
        )
    moved = _with(app.erp(erp), lambda opened: _move(opened, id, moves[0], given))
    if json_wanted:
        output.emit(as_json(moved))
    else:
        print_ticket(erp, moved)


async def _move(erp: Adapter, id: str, what: str, given: dict[str, Any]) -> Atendimento:
    match what:
        case "assumir":
            return await erp.take_over(id)
        case "pausar":
            return await erp.pause(id, given["pausar"])
        case "solucionar":
            return await erp.solve(id, given["solucionar"])
        case "cancelar":
            return await erp.cancel(id, given["cancelar"])
        case "encaminhar":
            person = await _term(erp, "responsavel", given["responsavel"]) if given["responsavel"] else None
            return await erp.forward(id, await _term(erp, "departamento", given["encaminhar"]), person)
        case _:
            return await _comment(erp, id, given)


async def _comment(erp: Adapter, id: str, given: dict[str, Any]) -> Atendimento:
    """A comment, a status, or a status with the comment that explains it."""
    from erp_bridge import Movimentacao, Status, TipoMovimentacao, ValidationFailed, Visibilidade
    from erp_bridge.core.rules import validate_movimentacao

    before = await erp.get(id)
    status = Status(given["status"]) if given["status"] else None
    message = Movimentacao(
        tipo=TipoMovimentacao.STATUS if status else TipoMovimentacao.MENSAGEM,
        texto=given["comment"] or "",
        visibilidade=Visibilidade.PUBLICA if given["publica"] else Visibilidade.PRIVADA,
        status=status,
    )
    broken = validate_movimentacao(message, before.status)
    if broken:
        raise ValidationFailed(broken, erp=erp.name)
    if status:
        return await erp.set_status(id, status, movimentacao=message if message.texto else None)
    await erp.add_movement(id, message)
    return await erp.get(id)
