"""``init``: asks what it must know, or takes it from options, and writes a commented ``bridge.toml``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from erp_bridge.cli.runtime import App
from erp_bridge.cli.template import NewErp, bridge_toml
from erp_bridge.cli.translated import Command, option
from erp_bridge.i18n import N_, _

ZONE = "America/Sao_Paulo"


@click.command(
    cls=Command,
    help=N_(
        "Write a commented bridge.toml.\n\n"
        "Without options it asks. Secrets are never written: the file names the environment variables that hold them."
    ),
)
@option(
    "--erp", "erps", nargs=3, multiple=True, metavar="NAME ADAPTER URL", help=N_("An ERP; repeat it for the second.")
)
@option(
    "--secret", "secrets", multiple=True, metavar="NAME.KEY=REFERENCE",
    help=N_("Where a secret is found: env:NAME, file:PATH or keyring:SERVICE/USER; else env:NAME_KEY."),
)  # fmt: skip
@option("--timezone", default=None, metavar="ZONE", help=N_("Time zone of the ERPs; else America/Sao_Paulo."))
@option("--pair", default="suporte", metavar="NAME", help=N_("Name of the pair that joins two ERPs; else suporte."))
@option("--force", is_flag=True, help=N_("Overwrite a file that is there already."))
@click.pass_obj
def init(
    app: App,
    erps: tuple[tuple[str, str, str], ...],
    secrets: tuple[str, ...],
    timezone: str | None,
    pair: str,
    force: bool,
) -> None:
    from erp_bridge.config import find, loads

    path = find(app.config_path)
    given = _given(secrets)
    if path.exists() and not force:
        raise click.UsageError(_("{path} is there already: --force overwrites it", path=path))
    if erps:
        wanted = [_from_options(name, adapter, url, timezone or ZONE, given) for name, adapter, url in erps]
    elif _somebody_is_there():
        wanted = _ask(timezone, given)
    else:
        raise click.UsageError(_("there is nobody to ask here: name the ERPs with --erp NAME ADAPTER URL"))
    text = bridge_toml(wanted, pair)
    loads(text, path)  # a file that this program writes must please it
    _write(path, text)
    click.echo(_("Written: {path}", path=path))
    for step, line in enumerate(_next_steps(wanted, pair), start=1):
        click.echo(f"  {step}. {line}")


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _given(secrets: tuple[str, ...]) -> dict[str, str]:
    pairs = [item.partition("=") for item in secrets]
    if any("." not in name or not reference for name, _sign, reference in pairs):
        raise click.UsageError(_("--secret is written as NAME.KEY=REFERENCE, for example matriz.token=env:IXC_TOKEN"))
    return {name: reference for name, _sign, reference in pairs}


def _secret_keys(adapter: str) -> list[str]:
    """The keys of that adapter that hold a secret and must be there."""
    from erp_bridge.adapters import registry
    from erp_bridge.core.settings import Secret

    fields = registry.plugin(adapter).settings.model_fields
    return [name for name, field in fields.items() if field.annotation is Secret and field.is_required()]


def _from_options(name: str, adapter: str, url: str, timezone: str, given: dict[str, str]) -> NewErp:
    references = {key: given.get(f"{name}.{key}", _variable(name, key)) for key in _secret_keys(adapter)}
    return NewErp(name, adapter, url, timezone, references)


def _variable(erp: str, key: str) -> str:
    return "env:" + f"{erp}_{key}".upper().replace("-", "_").replace(".", "_")


def _ask(timezone: str | None, given: dict[str, str]) -> list[NewErp]:
    from erp_bridge.adapters import registry

    asked: list[NewErp] = []
    for suggestion, adapter_suggestion in (("matriz", "ixc"), ("filial", "integrator")):
        name = click.prompt(_("Name of the ERP"), default=suggestion)
        known = ", ".join(registry.names())
        adapter = click.prompt(_("Adapter ({known})", known=known), default=adapter_suggestion)
        registry.plugin(adapter)
        url = click.prompt(_("Address (https://...)"))
        zone = timezone or click.prompt(_("Time zone"), default=ZONE)
        references = {}
        for key in _secret_keys(adapter):
            suggested = given.get(f"{name}.{key}", _variable(name, key))
            references[key] = click.prompt(_("Where is its {key} found? (a reference)", key=key), default=suggested)
        asked.append(NewErp(name, adapter, url, zone, references))
        if len(asked) == 1 and not click.confirm(_("A second ERP, to be kept in step with it?"), default=True):
            break
    return asked


def _write(path: Path, text: str) -> None:
    """At once or not at all, readable by this user only: it names hosts and variables."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _next_steps(erps: list[NewErp], pair: str) -> list[str]:
    variables = [ref.removeprefix("env:") for erp in erps for ref in erp.secrets.values() if ref.startswith("env:")]
    steps = (
        [_("put the secrets into the environment: {variables}", variables=", ".join(variables))] if variables else []
    )
    steps.append(_("`erp-bridge check` tries addresses and credentials, and says what is missing"))
    if len(erps) > 1:
        first, second = erps[0].name, erps[1].name
        steps.append(
            _("`erp-bridge vocab suggest {first} {second}` proposes vocabulary lines", first=first, second=second)
        )
        steps.append(_("`erp-bridge plan {pair}` shows what a pass would do, and changes nothing", pair=pair))
        steps.append(_("`erp-bridge sync {pair}` does it", pair=pair))
    return steps
