"""``adapter list``: which ERPs can be spoken to, and what the configured ones can do."""

from __future__ import annotations

import click

from erp_bridge.cli import output
from erp_bridge.cli.runtime import App
from erp_bridge.cli.translated import Command, Group, option
from erp_bridge.i18n import N_, _


@click.group(cls=Group, help=N_("Adapters: the ERPs that can be spoken to."))
def adapter() -> None:
    pass


@adapter.command(
    "list", cls=Command, help=N_("List the adapters, and what each ERP of the configuration can and cannot do.")
)
@option("--json", "as_json", is_flag=True, help=N_("One JSON object."))
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    from erp_bridge import Capability, connect
    from erp_bridge.adapters import registry
    from erp_bridge.config import find

    installed = []
    for name in registry.names():
        fields = registry.plugin(name).settings.model_fields
        required = [key for key, field in fields.items() if field.is_required()]
        optional = [key for key in fields if key not in required and key != "name"]
        installed.append({"adapter": name, "required": required, "optional": optional})
    erps = []
    if app.config_path or find().exists():
        for erp in (connect(settings) for settings in app.config.erp.values()):
            can = sorted(erp.capabilities)
            missing = sorted(set(Capability) - erp.capabilities)
            erps.append({"erp": erp.name, "adapter": erp.kind, "capabilities": can, "missing": missing})
    if as_json:
        output.emit({"items": installed, "erps": erps})
        return
    output.table(
        (_("Adapter"), _("Keys it needs"), _("Keys it may have")),
        [(a["adapter"], ", ".join(a["required"]), ", ".join(a["optional"])) for a in installed],
    )
    if erps:
        output.table(
            (_("ERP"), _("Adapter"), _("Can"), _("Cannot")),
            [(e["erp"], e["adapter"], ", ".join(e["capabilities"]), ", ".join(e["missing"])) for e in erps],
        )
