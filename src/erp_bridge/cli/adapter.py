"""``adapter``: which ERPs can be spoken to, what the configured ones can do, and whether they keep their promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import output
from erp_bridge.cli.adapter_new import new
from erp_bridge.cli.complete import names
from erp_bridge.cli.failures import FAILED
from erp_bridge.cli.runtime import App, named, run
from erp_bridge.cli.translated import Command, Group, argument, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.core.settings import ErpSettings
    from erp_bridge.testing import Bench, Report, Result

MARKS = {"passed": N_("ok"), "failed": N_("FAILED"), "skipped": N_("skipped")}


@click.group(cls=Group, help=N_("Adapters: the ERPs that can be spoken to."))
def adapter() -> None:
    pass


adapter.add_command(new)


@adapter.command(
    "list", cls=Command, help=N_("List the adapters, and what each ERP of the configuration can and cannot do.")
)
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    from erp_bridge import Capability, connect
    from erp_bridge.adapters import registry
    from erp_bridge.testing.levels import REACHED

    installed: list[dict[str, Any]] = []
    for name in registry.names():
        plugin = registry.plugin(name)
        required = list(plugin.required)
        optional = [key for key in plugin.settings.model_fields if key not in required and key != "name"]
        installed.append({"adapter": name, "required": required, "optional": optional, "level": REACHED.get(name)})
    erps = []
    for erp in (connect(settings) for settings in _configured(app).values()):
        can = sorted(erp.capabilities)
        missing = sorted(set(Capability) - erp.capabilities)
        erps.append({"erp": erp.name, "adapter": erp.kind, "capabilities": can, "missing": missing})
    if as_json:
        output.emit({"items": installed, "erps": erps})
        return
    output.table(
        (_("Adapter"), _("Level"), _("Keys it needs"), _("Keys it may have")),
        [(a["adapter"], a["level"] or "–", ", ".join(a["required"]), ", ".join(a["optional"])) for a in installed],
    )
    if erps:
        output.table(
            (_("ERP"), _("Adapter"), _("Can"), _("Cannot")),
            [(e["erp"], e["adapter"], ", ".join(e["capabilities"]), ", ".join(e["missing"])) for e in erps],
        )


@adapter.command(
    "test",
    cls=Command,
    help=N_(
        "Try whether an adapter keeps its promises: the conformance kit.\n\n"
        "NAME is an ERP of the configuration, or an adapter, which is then tried against its simulated ERP. In an ERP "
        "of the configuration only what reads is tried, unless --write is given: then some two hundred tickets are "
        "opened there for the client of --ticket, and none is removed. Do that in a test tenant only."
    ),
)
@argument("name", metavar="NAME", shell_complete=names("erp"))
@option("--write", is_flag=True, help=N_("Try writing too: in a test tenant only."))
@option("--ticket", metavar="ID", help=N_("The ticket whose client, subject and department new ones get."))
@option("--only", multiple=True, metavar="CHECK", help=N_("Only checks whose names begin so; may be repeated."))
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def test(app: App, name: str, write: bool, ticket: str | None, only: tuple[str, ...], as_json: bool) -> int:
    from erp_bridge.testing import CHECKS

    if only and not any(check.name.startswith(only) for check in CHECKS):
        raise click.UsageError(_("no check has a name that begins with {text}", text=" / ".join(only)))
    report = run(_tested(app, name, write, ticket, only, None if as_json else _say))
    if as_json:
        output.emit(_document(name, report))
    else:
        _sum_up(report, whole=not only and (write or name not in _configured(app)))
    return 0 if report.passed else FAILED


async def _tested(
    app: App, name: str, write: bool, ticket: str | None, only: tuple[str, ...], told: Callable[[Result], None] | None
) -> Report:
    from erp_bridge.testing import run as run_kit

    return await run_kit(await _bench(app, name, write, ticket), told=told, only=only)


async def _bench(app: App, name: str, write: bool, ticket: str | None) -> Callable[[], Bench]:
    from erp_bridge.cli import benches

    erps = _configured(app)
    if name not in erps and name in benches.SIMULATED:
        return benches.SIMULATED[name]
    settings = named(name, {**benches.SIMULATED, **erps}, _("ERP or simulated adapter"))
    if write and ticket is None:
        raise click.UsageError(_("--write needs --ticket: a ticket of the client that new ones are opened for"))
    return await benches.configured(settings, ticket=ticket, writes=write)


def _configured(app: App) -> Mapping[str, ErpSettings]:
    from erp_bridge.config import find

    return app.config.erp if app.config_path or find().exists() else {}


def _say(result: Result) -> None:
    from erp_bridge.testing import CHECKS

    mark = f"[{_(MARKS[result.outcome])}]"
    click.echo(f"{mark:<10} {result.check}{': ' if result.reason else ''}{result.reason}")
    if result.outcome == "failed":
        click.echo(f"{'':<10} → {next(check.proves for check in CHECKS if check.name == result.check)}")


def _sum_up(report: Report, *, whole: bool) -> None:
    counts = {outcome: sum(result.outcome == outcome for result in report.results) for outcome in MARKS}
    click.echo()
    click.echo(_("{passed} passed, {failed} failed, {skipped} skipped", **counts))
    if not whole:
        click.echo(_("Not all was tried, so there is no level; writing is tried with --write, in a test tenant."))
        return
    click.echo(_("Level: {level}", level=report.level or _("none")))
    following, wanting = report.next
    if following is not None:
        click.echo(_("For {level} these have to pass: {checks}", level=following, checks=", ".join(wanting)))


def _document(name: str, report: Report) -> dict[str, Any]:
    from erp_bridge.testing import CHECKS

    proves = {check.name: check.proves for check in CHECKS}
    following, wanting = report.next
    return {
        "adapter": name,
        "ok": report.passed,
        "level": report.level,
        "next": {"level": following, "checks": wanting} if following else None,
        "items": [
            {"check": r.check, "outcome": r.outcome, "reason": r.reason, "proves": proves[r.check]}
            for r in report.results
        ],
    }
