"""``plan``, ``apply``, ``sync`` and ``status``: passes over a pair, and how the pairs stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from erp_bridge.cli import output, progress
from erp_bridge.cli.complete import names
from erp_bridge.cli.pass_text import print_plan, print_report, print_status
from erp_bridge.cli.runtime import App, with_bridge
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _, rendered

if TYPE_CHECKING:
    from erp_bridge.config import PairSettings
    from erp_bridge.sync.engine import PassOptions
    from erp_bridge.sync.plan import Plan
    from erp_bridge.sync.report import PassReport

F = TypeVar("F", bound=Callable[..., Any])
GATES = ("emptied", "mass-change", "clock")

as_json = option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
pair_argument = argument("pair", metavar="PAIR", shell_complete=names("pair"))


def gates(command: F) -> F:
    """The options that lift the gates of a pass."""
    limit = click.IntRange(0)
    for decorate in (
        option("--allow", type=click.Choice(GATES), multiple=True, help=N_("Lift this gate for this pass.")),
        option("--max-changes", type=limit, metavar="N", help=N_("Most tickets changed; else the pair's own.")),
        option("--max-create", type=limit, metavar="N", help=N_("Most tickets created; else the pair's own.")),
        option("--full", is_flag=True, help=N_("Read everything again, not only what changed.")),
    ):
        command = decorate(command)
    return command


def _options(tell: progress.Progress | None, given: dict[str, Any], *, dry_run: bool = False) -> PassOptions:
    from erp_bridge.sync.engine import PassOptions

    return PassOptions(dry_run=dry_run, on_progress=tell, **{**given, "allow": frozenset(given.get("allow", ()))})


def _finish(pair: PairSettings, report: PassReport, as_json: bool) -> int:
    """Tell of the pass; its exit status."""
    if as_json:
        output.emit(report.as_json())
    else:
        print_report(pair, report)
    if report.error:
        click.echo(_("Error: {line}", line=rendered(report.error)), err=True)
    return report.exit_code


@click.command(cls=Command, help=N_("Show what a pass would do, record by record. Changes nothing."))
@pair_argument
@option("--out", metavar="FILE", help=N_("Save the plan for `apply`: ids, fields and digests, no values."))
@gates
@as_json
@click.pass_obj
def plan(app: App, /, pair: str, out: str | None, as_json: bool, **given: Any) -> int:
    app.pair(pair)
    with progress.bar(wanted=not as_json) as tell:

        async def look(bridge: Any) -> tuple[Plan, PassReport, dict[str, Any]]:
            made, report = await bridge.plan(pair, _options(tell, given, dry_run=True))
            return made, report, bridge.saved(made)

        made, report, document = with_bridge(app, look)
    if out:
        Path(out).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if not as_json:
        print_plan(app.pair(pair), made)
    status = _finish(app.pair(pair), report, as_json)
    if out and not as_json:
        click.echo(_("Saved: {path}; `erp-bridge apply {path}` carries it out.", path=out))
    return status


@click.command(cls=Command, help=N_("Carry out a saved plan. What has changed since is refused, record by record."))
@argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@as_json
@click.pass_obj
def apply(app: App, file: str, as_json: bool) -> int:
    from erp_bridge import ConfigError

    try:
        document = json.loads(Path(file).read_text(encoding="utf-8"))
    except ValueError:
        document = None
    if not isinstance(document, dict) or "pair" not in document:
        raise ConfigError("this is not a plan that `erp-bridge plan --out` has written")
    pair = app.pair(str(document["pair"]))
    with progress.bar(wanted=not as_json) as tell:
        report = with_bridge(app, lambda bridge: bridge.apply(document, _options(tell, {})))
    return _finish(pair, report, as_json)


@click.command(cls=Command, help=N_("Run one pass: both sides are brought into step."))
@pair_argument
@option("--dry-run", is_flag=True, help=N_("Only say what it would do."))
@gates
@as_json
@click.pass_obj
def sync(app: App, /, pair: str, dry_run: bool, as_json: bool, **given: Any) -> int:
    settings = app.pair(pair)
    with progress.bar(wanted=not as_json) as tell:
        report = with_bridge(app, lambda bridge: bridge.sync(pair, _options(tell, given, dry_run=dry_run)))
    return _finish(settings, report, as_json)


@click.command(cls=Command, help=N_("How the pairs stand: lag, links, what waits, last error, next run."))
@argument("pair", metavar="[PAIR]", required=False, shell_complete=names("pair"))
@as_json
@click.pass_obj
def status(app: App, pair: str | None, as_json: bool) -> None:
    if pair:
        app.pair(pair)

    async def look(bridge: Any) -> Any:
        return bridge.status(pair)

    standing = with_bridge(app, look)
    if as_json:
        output.emit({"pairs": [one.as_json() for one in standing]})
    else:
        print_status(standing)
