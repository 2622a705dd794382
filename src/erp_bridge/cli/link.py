"""``link PAIR``: twins that existed before the bridge did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from erp_bridge.cli import output
from erp_bridge.cli.complete import names
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _

as_json = option("--json", "as_json", is_flag=True, help=N_("One JSON object."))


@click.group(cls=Group, help=N_("Links: which ticket is whose twin."))
@argument("pair", metavar="PAIR", shell_complete=names("pair"))
@click.pass_context
def link(ctx: click.Context, pair: str) -> None:
    ctx.meta["pair"] = pair


def _pair(app: App) -> str:
    """The pair named before the verb."""
    name: str = click.get_current_context().meta["pair"]
    app.pair(name)
    return name


@link.command("list", cls=Command, help=N_("List the links of the pair."))
@as_json
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    pair = _pair(app)

    async def look(bridge: Any) -> Any:
        return bridge.links(pair)

    items = [
        {
            "id": found.id,
            "left": found.ids.left,
            "right": found.ids.right,
            "since": datetime.fromtimestamp(found.since, UTC).isoformat(timespec="seconds"),
        }
        for found in with_bridge(app, look)
        if not found.tombstone
    ]
    if as_json:
        output.emit({"items": items})
        return
    settings = app.pair(pair)
    output.table((_("No."), settings.left, settings.right, _("Since")), [list(item.values()) for item in items])


@link.command(cls=Command, help=N_("Propose twins among the open tickets; records nothing."))
@as_json
@click.pass_obj
def suggest(app: App, as_json: bool) -> None:
    pair = _pair(app)
    found = with_bridge(app, lambda bridge: bridge.suggest_links(pair))
    if as_json:
        output.emit({"items": [{"left": s.left, "right": s.right, "score": s.score} for s in found]})
        return
    settings = app.pair(pair)
    output.table((settings.left, settings.right, _("Likeness")), [(s.left, s.right, f"{s.score:.0%}") for s in found])


@link.command(cls=Command, help=N_("Join two tickets that are twins already; the next pass carries it out."))
@argument("left", metavar="LEFT")
@argument("right", metavar="RIGHT")
@click.pass_obj
def add(app: App, left: str, right: str) -> None:
    pair = _pair(app)
    with_bridge(app, lambda bridge: bridge.link(pair, left, right))
    click.echo(_("Recorded; the next pass carries it out."))


@link.command(cls=Command, help=N_("Part two twins for good; neither is carried again."))
@argument("id", metavar="ID", type=int)
@click.pass_obj
def remove(app: App, id: int) -> None:
    pair = _pair(app)

    async def part(bridge: Any) -> None:
        bridge.unlink(pair, id)

    with_bridge(app, part)
    click.echo(_("Recorded; the next pass carries it out."))
