"""``demo``: two simulated ERPs, a pass, a day's work of the people on both sides, another pass, and what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import output, progress
from erp_bridge.cli.pass_text import print_report
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.ticket_text import as_json as ticket_json
from erp_bridge.cli.ticket_text import print_ticket
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_, _, language

if TYPE_CHECKING:
    from erp_bridge import Atendimento, Movimentacao
    from erp_bridge.sync.report import PassReport
    from erp_bridge.sync.service import Bridge

PAIR = "suporte"
NAMES = {"ixc": "matriz", "integrator": "filial"}

CONFIG = """
[pair.suporte]
left = "matriz"
right = "filial"
[pair.suporte.policy]
default = "ask"
"""

Seen = tuple["Atendimento", list["Movimentacao"]]
Twins = tuple[str, str]


@dataclass
class Story:
    """What the demo has to tell."""

    first: PassReport
    acts: list[str]
    second: PassReport
    third: PassReport
    waiting: list[dict[str, Any]]
    ticket: dict[str, Seen]


@click.command(cls=Command, help=N_("Two simulated ERPs with data, brought into step before your eyes."))
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def demo(app: App, as_json: bool) -> None:
    with _running(quiet=as_json) as (config, erps), progress.bar(wanted=not as_json) as tell:
        own = App(str(config), app.log_format, app.verbose)
        story = with_bridge(own, lambda bridge: _play(bridge, erps, tell))
    if as_json:
        output.emit(_document(story))
    else:
        _tell(story)


@contextmanager
def _running(*, quiet: bool) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Both ERPs on free ports, and a configuration that reaches them; all gone afterwards."""
    from datetime import UTC, datetime

    from erp_bridge.cli import simulated
    from erp_bridge.sandbox.world import generate

    world = generate(clients=40, left=30, right=15, now=datetime.now(UTC))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="erp-bridge-demo-")))
        erps = {name: simulated.simulate(adapter, world) for adapter, name in NAMES.items()}
        tables = []
        for name, erp in erps.items():
            server = stack.enter_context(erp.serve())
            for key, secret in erp.credentials.items():
                (folder / f"{name}.{key}").write_text(secret)
            tables.append(erp.table(name, server.url, {key: f"file:{name}.{key}" for key in erp.credentials}))
            if not quiet:
                click.echo(_("{name}: a simulated {adapter} at {url}", name=name, adapter=erp.adapter, url=server.url))
        (folder / "bridge.toml").write_text("\n".join([*tables, CONFIG]))
        yield folder / "bridge.toml", {name: erp.simulator for name, erp in erps.items()}


async def _play(bridge: Bridge, erps: dict[str, Any], tell: progress.Progress | None) -> Story:
    from erp_bridge.sync.engine import PassOptions
    from erp_bridge.sync.store.waiting import Kind

    first = await bridge.sync(PAIR, PassOptions(on_progress=tell))
    cast = await _cast(bridge)
    acts = _work(erps, *cast)
    second = await bridge.sync(PAIR)
    third = await bridge.sync(PAIR)
    shown = {}
    for name, id in zip(("matriz", "filial"), cast[0], strict=True):
        erp = await bridge.erp(name)
        shown[name] = (await erp.get(id), await erp.movements(id))
    waiting = [item for kind in Kind for item in bridge.waiting(kind, PAIR, language())]
    return Story(first, acts, second, third, waiting, shown)


async def _cast(bridge: Bridge) -> list[Twins]:
    """Three twins to play with: one new, to be talked about; one new, to be solved; one paused, to be disputed."""
    twins = {link.ids.left: link.ids.right for link in bridge.links(PAIR) if not link.tombstone}
    page = await (await bridge.erp("matriz")).get_many(sorted(twins, key=int))
    by_status: dict[str, list[Twins]] = {}
    for ticket in page:
        id = ticket.id or ""
        by_status.setdefault(ticket.status or "", []).append((id, twins[id]))
    return [*by_status["novo"][:2], by_status["pendente"][0]]


def _work(erps: dict[str, Any], talked: Twins, solved: Twins, disputed: Twins) -> list[str]:
    """What the people of both companies do at their screens."""
    matriz, filial = erps["matriz"].people, erps["filial"].people
    matriz.comment(talked[0], "Cliente ligou: a internet caiu de novo às 9h.")
    filial.comment(talked[1], "Técnico a caminho, chega até as 14h.")
    filial.set_status(talked[1], "01ANDAMENT")
    matriz.set_status(solved[0], "S", "Trocado o conector; cliente confirmou o sinal.")
    matriz.set_status(disputed[0], "EP", "Assumido pela matriz.")
    filial.solve(disputed[1], "Solucionado pela filial.")
    opened = matriz.open_ticket(titulo="Aberto depois da primeira passada")
    return [
        _("matriz writes a comment to ticket {id}", id=talked[0]),
        _("filial answers in its twin {id} and takes it over", id=talked[1]),
        _("matriz solves ticket {id}", id=solved[0]),
        _(
            "both change the status of one ticket ({left} and {right}), to different values",
            left=disputed[0],
            right=disputed[1],
        ),
        _("matriz opens ticket {id}", id=opened),
    ]


def _document(story: Story) -> dict[str, Any]:
    return {
        "passes": [report.as_json() for report in (story.first, story.second, story.third)],
        "acts": story.acts,
        "items": story.waiting,
        "ticket": {name: ticket_json(ticket, movements) for name, (ticket, movements) in story.ticket.items()},
    }


def _tell(story: Story) -> None:
    from erp_bridge.config import PairSettings

    pair = PairSettings(name=PAIR, left="matriz", right="filial")
    _heading(_("The first pass: every open ticket gets its twin"))
    print_report(pair, story.first)
    _heading(_("Then people go on working, on both sides"))
    for act in story.acts:
        click.echo(f"- {act}")
    _heading(_("The second pass carries it over"))
    print_report(pair, story.second)
    _heading(_("The third pass finds nothing new and writes nothing"))
    print_report(pair, story.third)
    _heading(_("What waits for a person, and why"))
    rows = [(getattr(pair, item["side"]), item["ticket"], item["field"], item["reason"]) for item in story.waiting]
    output.table((_("ERP"), _("Ticket"), _("Field"), _("Reason")), rows)
    _heading(_("One ticket, as each ERP shows it"))
    for name, (ticket, movements) in story.ticket.items():
        print_ticket(name, ticket, movements)
        click.echo()
    click.echo(_("Now with your own: `erp-bridge init`. Or look around in a simulated ERP: `erp-bridge sandbox ixc`."))


def _heading(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)
