"""``migrate``: the history of one side, moved to the other once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import migrate_text, output
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.sync import as_json, pair_argument
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_, _, language, rendered

if TYPE_CHECKING:
    from erp_bridge.config import PairSettings
    from erp_bridge.sync.migrate.estimate import Estimate
    from erp_bridge.sync.migrate.run import MigrateOptions
    from erp_bridge.sync.report import PassReport

STATUSES = ("novo", "pendente", "em_progresso", "solucionado", "cancelado")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    cls=Command,
    help=N_(
        "Move the history of one side to the other: closed tickets too, with all their movements.\n\n"
        "It goes on where it was broken off, and repeats nothing. Look first with --dry-run. --report without --from "
        "writes the report of what was done so far."
    ),
)
@pair_argument
@option("--from", "source", type=click.Choice(["left", "right"]), help=N_("The side that the history comes from."))
@option("--since", type=DAY, metavar="DAY", help=N_("Tickets opened on or after that day (YYYY-MM-DD)."))
@option("--until", type=DAY, metavar="DAY", help=N_("Tickets opened before that day."))
@option("--status", type=click.Choice(STATUSES), help=N_("Tickets in that status only."))
@option("--concurrency", type=click.IntRange(1), metavar="N", help=N_("Tickets at once; else what the target bears."))
@option("--dry-run", is_flag=True, help=N_("Only count: tickets, gaps in the vocabulary, requests, hours."))
@option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_("Write the report there: JSON, CSV and a page."),
)
@as_json
@click.pass_obj
def migrate(app: App, /, pair: str, source: str | None, report: Path | None, as_json: bool, **given: Any) -> int:
    settings = app.pair(pair)
    if source is None:
        if report is None:
            raise click.UsageError(_("say which side the history comes from: --from left or --from right"))
        return _report_only(app, pair, report, as_json=as_json)
    if given.pop("dry_run"):
        return _estimate(app, settings, source, given, as_json=as_json)
    with migrate_text.live() as tell:

        async def move(bridge: Any) -> tuple[PassReport, Any]:
            try:
                moved = await bridge.migrate(pair, _options(source, given, tell))
            finally:
                if report is not None:
                    _write(bridge.migration(pair), report)
            return moved, bridge.migration(pair)

        moved, account = with_bridge(app, move)
    if as_json:
        output.emit(moved.as_json())
    else:
        migrate_text.print_account(account, moved)
    if report is not None:
        click.echo(_("report: {folder}", folder=report), err=True)
    if moved.error:
        click.echo(_("Error: {line}", line=rendered(moved.error)), err=True)
    return int(moved.exit_code)


def _options(source: str, given: dict[str, Any], tell: Any = None) -> MigrateOptions:
    from erp_bridge.core.model import Status
    from erp_bridge.sync.migrate.run import MigrateOptions
    from erp_bridge.sync.side import Side

    def day(moment: datetime | None) -> Any:
        return moment.date() if moment else None

    return MigrateOptions(
        source=Side(source),
        since=day(given["since"]),
        until=day(given["until"]),
        status=Status(given["status"]) if given["status"] else None,
        concurrency=given["concurrency"],
        on_progress=tell,
    )


def _estimate(app: App, settings: PairSettings, source: str, given: dict[str, Any], *, as_json: bool) -> int:
    with _counting(wanted=not as_json) as on_page:

        async def look(bridge: Any) -> tuple[Estimate, PassReport]:
            found: tuple[Estimate, PassReport] = await bridge.estimate(settings.name, _options(source, given), on_page)
            return found

        found, report = with_bridge(app, look)
    if as_json:
        output.emit({**report.as_json(), "estimate": found.as_json()})
    else:
        migrate_text.print_estimate(settings, source, found)
    return 0


@contextmanager
def _counting(*, wanted: bool) -> Iterator[Callable[[int], None] | None]:
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    yield lambda count: click.echo("\r" + _("{count} tickets read", count=count), err=True, nl=False)
    click.echo(err=True)


def _report_only(app: App, pair: str, folder: Path, *, as_json: bool) -> int:
    async def look(bridge: Any) -> Any:
        return bridge.migration(pair)

    account = with_bridge(app, look)
    if account is None:
        raise click.UsageError(_("nothing of {pair} has been migrated yet", pair=pair))
    written = _write(account, folder)
    if as_json:
        output.emit(account.as_json())
    else:
        for path in written:
            click.echo(str(path))
    return 0


def _write(account: Any, folder: Path) -> list[Path]:
    from erp_bridge.report import write

    return write(account, folder, language()) if account is not None else []
