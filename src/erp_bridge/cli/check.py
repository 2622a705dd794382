"""``check``: can every ERP be reached, what can it do, and what will a pair be unable to carry?"""

from __future__ import annotations

import click

from erp_bridge.cli import output
from erp_bridge.cli.complete import names
from erp_bridge.cli.failures import FAILED
from erp_bridge.cli.runtime import App, run
from erp_bridge.cli.translated import Command, argument, option
from erp_bridge.i18n import N_, _

MARKS = {"ok": N_("ok"), "warning": N_("look"), "error": N_("FAILED")}


@click.command(
    cls=Command,
    help=N_(
        "Try every ERP of the configuration, or those named.\n\n"
        "Looks at connection, credentials, clock, capabilities and vocabulary, and says what to do about each bad line."
    ),
)
@argument("erps", metavar="[ERP]...", nargs=-1, shell_complete=names("erp"))
@option("--write-test", metavar="ID", help=N_("Also write a comment to this test ticket (of the one ERP named)."))
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def check(app: App, erps: tuple[str, ...], write_test: str | None, as_json: bool) -> int:
    from erp_bridge.checkup import Finding, examine

    for name in erps:
        app.erp(name)
    if write_test and len(erps) != 1:
        raise click.UsageError(_("--write-test needs the one ERP whose ticket it is"))
    examined, pairs = run(examine(app.config, erps, write_test=write_test))
    failed = any(erp.failed for erp in examined)
    if as_json:

        def listed(findings: list[Finding]) -> list[dict[str, str]]:
            return [
                {key: str(value) for key, value in vars(finding).items() if key != "subject"} for finding in findings
            ]

        output.emit(
            {
                "ok": not failed,
                "erps": [{"erp": erp.name, "ok": not erp.failed, "findings": listed(erp.findings)} for erp in examined],
                "pairs": [{"pair": finding.subject, **listed([finding])[0]} for finding in pairs],
            }
        )
        return FAILED if failed else 0
    for finding in [finding for erp in examined for finding in erp.findings] + pairs:
        mark = f"[{_(MARKS[finding.state])}]"
        click.echo(f"{mark:<10} {finding.subject}  {_(finding.topic)}: {finding.detail}")
        if finding.advice:
            click.echo(f"{'':<10} → {finding.advice}")
    return FAILED if failed else 0
