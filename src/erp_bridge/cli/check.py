"""``check``: can every ERP be reached, what can it do, and what will a pair be unable to carry?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from erp_bridge.cli import output
from erp_bridge.cli.complete import names
from erp_bridge.cli.failures import FAILED
from erp_bridge.cli.runtime import App, run
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge.checkup import Examined, Finding
    from erp_bridge.core.adapter import Capability

MARKS = {"ok": N_("ok"), "warning": N_("look"), "error": N_("FAILED")}
ABLE = {"yes": N_("yes"), "no": N_("no"), "barred": N_("not allowed"), "unknown": "?"}


@click.command(
    cls=Command,
    help=N_(
        "Try every ERP of the configuration, or those named.\n\n"
        "Looks at connection, credentials, clock, capabilities, permissions, hidden tickets and vocabulary, and says "
        "what to do about each bad line.\n\n"
        "Writes nothing. Reads the tickets of the last 90 days, or of fewer where that would take more than about "
        "200 requests; open tickets likewise."
    ),
)
@argument("erps", metavar="[ERP]...", nargs=-1, shell_complete=names("erp"))
@option("--write-test", metavar="ID", help=N_("Also write a comment to this test ticket (of the one ERP named)."))
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def check(app: App, erps: tuple[str, ...], write_test: str | None, as_json: bool) -> int:
    from erp_bridge.checkup import examine

    for name in erps:
        app.erp(name)
    if write_test and len(erps) != 1:
        raise click.UsageError(_("--write-test needs the one ERP whose ticket it is"))
    examined, pairs = run(examine(app.config, erps, write_test=write_test))
    if as_json:
        output.emit(_document(examined, pairs))
    else:
        _print(examined, pairs)
    return FAILED if any(erp.failed for erp in examined) else 0


def _document(examined: list[Examined], pairs: list[Finding]) -> dict[str, Any]:
    from erp_bridge import Capability

    return {
        "ok": not any(erp.failed for erp in examined),
        "erps": [
            {
                "erp": erp.name,
                "ok": not erp.failed,
                "requests": erp.requests,
                "capabilities": [{"capability": str(name), "state": _able(erp, name)} for name in Capability],
                "findings": [_listed(finding) for finding in erp.findings],
            }
            for erp in examined
        ],
        "pairs": [{"pair": finding.subject, **_listed(finding)} for finding in pairs],
    }


def _listed(finding: Finding) -> dict[str, str]:
    return {key: str(value) for key, value in vars(finding).items() if key != "subject"}


def _able(erp: Examined, capability: Capability) -> str:
    if erp.capabilities is None:
        return "unknown"
    if capability in erp.barred:
        return "barred"
    return "yes" if capability in erp.capabilities else "no"


def _print(examined: list[Examined], pairs: list[Finding]) -> None:
    from erp_bridge import Capability
    from erp_bridge.checkup import MEANINGS

    for finding in [finding for erp in examined for finding in erp.findings] + pairs:
        mark = f"[{_(MARKS[finding.state])}]"
        click.echo(f"{mark:<10} {finding.subject}  {_(finding.topic)}: {finding.detail}")
        if finding.advice:
            click.echo(f"{'':<10} → {finding.advice}")
    click.echo()
    output.table(
        (_("Capability"), "", *(erp.name for erp in examined)),
        [(name, _(MEANINGS[name]), *(_(ABLE[_able(erp, name)]) for erp in examined)) for name in Capability],
    )
    click.echo(", ".join(_("{erp}: {count} requests", erp=erp.name, count=erp.requests) for erp in examined))
