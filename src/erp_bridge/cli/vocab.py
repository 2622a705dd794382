"""``vocab suggest``: proposes the vocabulary lines that two ERPs need to understand each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from erp_bridge.cli import output
from erp_bridge.cli.complete import names
from erp_bridge.cli.runtime import App, run
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.config.suggest import Proposal, Terms
    from erp_bridge.core.adapter import Adapter
    from erp_bridge.core.settings import ErpSettings


@click.group(cls=Group, help=N_("Vocabularies: which term of one ERP is which of the other."))
def vocab() -> None:
    pass


@vocab.command(
    cls=Command,
    help=N_(
        "Propose vocabulary lines by the likeness of names.\n\n"
        "Prints TOML ready to paste; read it before you do. Terms of the same name need no line."
    ),
)
@argument("left", metavar="ERP", shell_complete=names("erp"))
@argument("right", metavar="ERP", shell_complete=names("erp"))
@option(
    "--min", "threshold", type=click.FloatRange(0, 1), default=0.6, metavar="N", help=N_("Least likeness; else 0.6.")
)
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def suggest(app: App, left: str, right: str, threshold: float, as_json: bool) -> None:
    from erp_bridge.config.suggest import toml

    proposals = run(propose(app.erp(left), app.erp(right), threshold))
    text = toml(proposals)
    lines = [line for proposal in proposals for line in proposal.lines]
    alone = [(proposal.kind, erp, term) for proposal in proposals for erp, term in proposal.alone]
    if as_json:
        output.emit(
            {
                "items": [{**vars(line), "confidence": round(line.confidence, 2)} for line in lines],
                "alone": [{"kind": kind, "erp": erp, "id": term.id, "name": term.nome} for kind, erp, term in alone],
                "toml": text,
            }
        )
        return
    click.echo(text or _("# nothing to propose: every term has a line or a counterpart of the same name"))
    for kind, erp, term in alone:
        click.echo(_("# {erp}, {kind}: nothing resembles {id} {name}", erp=erp, kind=kind, id=term.id, name=term.nome))


async def propose(left: ErpSettings, right: ErpSettings, threshold: float) -> list[Proposal]:
    """The lines for each kind of which both ERPs have a list."""
    from erp_bridge import connect
    from erp_bridge.config.checks import FIXED_NAMES
    from erp_bridge.config.suggest import suggest
    from erp_bridge.core.settings import VOCABULARY_KINDS
    from erp_bridge.transport.network import Network

    network = Network()
    proposals = []
    async with connect(left, network=network) as one, connect(right, network=network) as other:
        for kind in VOCABULARY_KINDS:
            a, b = await _terms(one, left, kind), await _terms(other, right, kind)
            if a and b and (a.terms or kind in FIXED_NAMES) and (b.terms or kind in FIXED_NAMES):
                proposals.append(suggest(kind, a, b, threshold=threshold))
    return proposals


async def _terms(erp: Adapter, settings: ErpSettings, kind: str) -> Terms | None:
    """The terms of that kind; ``None`` where this ERP has no such list."""
    from erp_bridge import Status, Unsupported
    from erp_bridge.config.suggest import Terms

    # no ticket is ever set to novo
    to_write = {status.value for status in set(Status) - {Status.NOVO} - erp.statuses} if kind == "status" else ()
    try:
        return Terms(erp.name, await erp.vocabulary(kind), settings.vocab.get(kind, {}), to_write)
    except Unsupported:
        return None
