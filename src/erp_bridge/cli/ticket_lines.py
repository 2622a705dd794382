"""``ticket export|import``: tickets as JSON Lines, for backups and for systems without an adapter."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from erp_bridge.cli import migrate_text, output
from erp_bridge.cli.complete import names
from erp_bridge.cli.migrate import DAY, STATUSES
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _, rendered

FAILED, WAITING = 1, 3


@click.command(
    "export",
    cls=Command,
    help=N_("Write tickets with their movements as JSON Lines: one ticket a line, in the canonical model."),
)
@argument("erp", metavar="ERP", shell_complete=names("erp"))
@option("--since", type=DAY, metavar="DAY", help=N_("Tickets opened on or after that day (YYYY-MM-DD)."))
@option("--until", type=DAY, metavar="DAY", help=N_("Tickets opened before that day."))
@option("--status", type=click.Choice(STATUSES), help=N_("Tickets in that status only."))
@option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("Else standard output."))
@click.pass_obj
def export(
    app: App, erp: str, since: datetime | None, until: datetime | None, status: str | None, out: Path | None
) -> None:
    app.erp(erp)

    async def write(bridge: Any) -> int:
        from erp_bridge.core.model import Status
        from erp_bridge.sync.migrate.archive import Span

        span = Span(
            since.date() if since else None, until.date() if until else None, Status(status) if status else None
        )
        if out is None:
            return int(await bridge.export_tickets(erp, span, sys.stdout))
        half = out.with_name(f".{out.name}.half")
        try:
            with half.open("w", encoding="utf-8") as file:
                half.chmod(0o600)  # people's words are in it
                count = int(await bridge.export_tickets(erp, span, file))
            half.replace(out)
        finally:
            half.unlink(missing_ok=True)
        return count

    count = with_bridge(app, write)
    click.echo(_("{count} tickets written", count=count), err=True)


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Create the tickets of a file of JSON Lines in an ERP, with all their movements.\n\n"
        "What is there already is not created again, however often it is run. A line that cannot be taken is named "
        "with its number and its reason, and left out; with --stop nothing is created while there is one."
    ),
)
@argument("erp", metavar="ERP", shell_complete=names("erp"))
@argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--stop", is_flag=True, help=N_("Create nothing while a line cannot be taken."))
@option("--check", is_flag=True, help=N_("Only look at the lines."))
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def import_(app: App, erp: str, file: Path, stop: bool, check: bool, as_json: bool) -> int:
    from erp_bridge.sync.migrate.jsonl import Lines

    app.erp(erp)
    lines = Lines(file)
    for bad in lines.bad:
        click.echo(_("line {number}: {reason}", number=bad.number, reason=bad.reason), err=True)
    told = {"lines": len(lines.places) + len(lines.bad), "bad": [vars(bad) for bad in lines.bad]}
    if check or not lines.places or (stop and lines.bad):
        if as_json:
            output.emit(told)
        else:
            click.echo(_("{good} lines can be taken, {bad} cannot", good=len(lines.places), bad=len(lines.bad)))
        return FAILED if lines.bad else 0
    with migrate_text.live() as tell:

        async def create(bridge: Any) -> Any:
            return await bridge.import_tickets(lines, erp, tell)

        report = with_bridge(app, create)
    if as_json:
        output.emit({**report.as_json(), **told})
    else:
        counts = report.as_json()
        click.echo(
            _(
                "{created} tickets created, {movements} movements, {waiting} wait: see `erp-bridge quarantine`",
                created=counts["created"]["right"], movements=counts["movements"]["right"],
                waiting=counts["quarantined"] + counts["in_doubt"] + counts["failed"],
            )
        )  # fmt: skip
    if report.error:
        click.echo(_("Error: {line}", line=rendered(report.error)), err=True)
    return int(report.exit_code) or (WAITING if lines.bad else 0)
