"""``conflicts``, ``doubts``, ``quarantine``: what waits for a person. A decision is recorded; the next pass acts."""

from __future__ import annotations

from typing import Any

import click

from erp_bridge.cli import output
from erp_bridge.cli.complete import names
from erp_bridge.cli.failures import explain
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _, language

as_json = option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
pair_option = option("--pair", metavar="PAIR", shell_complete=names("pair"), help=N_("Only those of this pair."))


def _list(app: App, kind: str, pair: str | None, as_json: bool) -> None:
    if pair:
        app.pair(pair)

    async def look(bridge: Any) -> list[dict[str, Any]]:
        from erp_bridge.sync.store.waiting import Kind

        found: list[dict[str, Any]] = bridge.waiting(Kind(kind), pair, language())
        return found

    items = with_bridge(app, look)
    if as_json:
        output.emit({"items": items})
    elif items:
        headings = (_("No."), _("Pair"), _("ERP"), _("Ticket"), _("Field"), _("Reason"), _("Since"))
        keys = ("id", "pair", "erp", "ticket", "field", "reason", "since")
        output.table(headings, [[({**item, "erp": _erp(app, item)})[key] for key in keys] for item in items])
    else:
        click.echo(_("Nothing waits."))


def _erp(app: App, item: dict[str, Any]) -> str:
    """The name of the ERP on that side; the side itself where the pair is no longer in the configuration."""
    from erp_bridge.sync.desconto import ledger

    alone = ledger.erp_of(item["pair"])  # of a booking, which belongs to no pair
    if alone is not None:
        return alone
    pair = app.config.pair.get(item["pair"])
    return str(getattr(pair, item["side"], item["side"]))


def _show(app: App, kind: str, id: int, as_json: bool) -> None:
    async def look(bridge: Any) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
        from erp_bridge import BridgeError
        from erp_bridge.sync.store.waiting import Kind

        wait = bridge.wait(Kind(kind), id)
        item = next(item for item in bridge.waiting(Kind(kind), wait.pair, language()) if item["id"] == id)
        try:
            return item, await bridge.values(wait)
        except BridgeError as error:  # what cannot be read is often the very reason why it waits
            click.echo(_("Error: {line}", line=explain(error)[0]), err=True)
            return item, {}

    item, values = with_bridge(app, look)
    if as_json:
        output.emit({**item, "values": values})
        return
    click.echo(f"{item['id']}  {item['pair']}  {item['code']}")
    click.echo(item["reason"])
    if not values:
        return
    fields = list(dict.fromkeys(field for side in values.values() for field in side))
    rows = [[field, *(side.get(field, "") for side in values.values())] for field in fields]
    heads = values if item["pair"] in app.config.pair else [_erp(app, {**item, "side": side}) for side in values]
    output.table((_("Field"), *heads), rows)


def _group(name: str, kind: str, help: str) -> Group:
    """A group that lists when it is called alone, with ``list`` and ``show``."""

    @click.group(name, cls=Group, invoke_without_command=True, help=help)
    @pair_option
    @as_json
    @click.pass_context
    def group(ctx: click.Context, pair: str | None, as_json: bool) -> None:
        if ctx.invoked_subcommand is None:
            _list(ctx.obj, kind, pair, as_json)

    @group.command("list", cls=Command, help=N_("List them; so does the command alone."))
    @pair_option
    @as_json
    @click.pass_obj
    def list_(app: App, pair: str | None, as_json: bool) -> None:
        _list(app, kind, pair, as_json)

    @group.command("show", cls=Command, help=N_("Show one, with both tickets as they are now."))
    @argument("id", metavar="ID", type=int)
    @as_json
    @click.pass_obj
    def show(app: App, id: int, as_json: bool) -> None:
        _show(app, kind, id, as_json)

    assert isinstance(group, Group)  # noqa: S101  for the type checker
    return group


conflicts = _group("conflicts", "conflict", N_("Fields changed on both sides to different values."))
doubts = _group("doubts", "doubt", N_("Records of which nobody can prove what became of them."))
quarantine = _group("quarantine", "quarantine", N_("Records that cannot be carried over as they are."))


@conflicts.command(cls=Command, help=N_("Say which side is right; the next pass carries it out."))
@argument("id", metavar="ID", type=int)
@option("--take", type=click.Choice(["left", "right"]), required=True, help=N_("The side that is right."))
@click.pass_obj
def resolve(app: App, id: int, take: str) -> None:
    async def decide(bridge: Any) -> None:
        from erp_bridge.sync.side import Side

        bridge.take(id, Side(take))

    with_bridge(app, decide)
    _recorded()


@doubts.command("resolve", cls=Command, help=N_("Say which record is the twin, or that there is none."))
@argument("id", metavar="ID", type=int)
@option("--twin", metavar="ERPID", help=N_("The twin's id in the other ERP."))
@option("--none", "no_twin", is_flag=True, help=N_("There is no twin."))
@click.pass_obj
def resolve_doubt(app: App, id: int, twin: str | None, no_twin: bool) -> None:
    if bool(twin) == no_twin:
        raise click.UsageError(_("say either --twin ERPID or --none"))

    async def decide(bridge: Any) -> tuple[str | None, str]:
        from erp_bridge.sync.desconto import ledger
        from erp_bridge.sync.store.waiting import Kind

        bridge.settle_doubt(id, twin)
        wait = bridge.wait(Kind.DOUBT, id)
        return ledger.erp_of(wait.pair), wait.ticket

    erp, ticket = with_bridge(app, decide)
    if erp is None:
        _recorded()
        return
    click.echo(_("Recorded; carry it out with `erp-bridge desconto book {erp} {ticket}`.", erp=erp, ticket=ticket))


@quarantine.command(cls=Command, help=N_("Let the next pass try again: one record, or all."))
@argument("id", metavar="[ID]", type=int, required=False)
@click.pass_obj
def retry(app: App, id: int | None) -> None:
    async def decide(bridge: Any) -> int:
        count: int = bridge.retry(id)
        return count

    count = with_bridge(app, decide)
    click.echo(_("{count} to be tried again by the next pass.", count=count))


def _recorded() -> None:
    click.echo(_("Recorded; the next pass carries it out."))
