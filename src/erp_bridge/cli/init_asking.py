"""What ``init`` asks a person: one ERP after the other, each answer judged where it is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from erp_bridge.cli import init_integrator
from erp_bridge.cli.asking import agreed, asked
from erp_bridge.cli.template import NewErp
from erp_bridge.i18n import _, rendered

ZONE = "America/Sao_Paulo"
#: What is asked of a Voalle beside what its table cannot do without: a host may give tokens elsewhere.
TOKEN_URL = "token_url"  # noqa: S105  the name of a key

Tables = dict[str, dict[str, str]]


@dataclass
class Answers:
    """The ERPs that were named; ``secrets`` are those that were typed, by the file that is to hold them."""

    erps: list[NewErp] = field(default_factory=list)
    secrets: dict[Path, str] = field(default_factory=dict)


def ask(folder: Path, timezone: str | None, given: Mapping[str, str], said: Mapping[str, str]) -> Answers:
    """``given`` and ``said`` are the references and keys told as options: NAME.KEY = value."""
    from erp_bridge.adapters import registry

    answers = Answers()
    for suggestion, adapter_suggestion in (("matriz", "ixc"), ("filial", "integrator")):
        name = asked(_("Name of the ERP"), _name, suggestion)
        known = ", ".join(registry.names())
        adapter = asked(_("Adapter ({known})", known=known), _adapter, adapter_suggestion)
        url = asked(_("Address (https://...)"), _address)
        zone = timezone or asked(_("Time zone"), _zone, ZONE)
        references = {key: _reference(answers, folder, name, key, given) for key in secret_keys(adapter)}
        keys, tables = own_keys(name, said)
        for key in told_keys(adapter):
            if key not in keys:
                keys[key] = click.prompt(_("Its {key} (a code of this tenant)", key=key))
        if adapter == "voalle" and TOKEN_URL not in keys:
            text = click.prompt(
                _("Where it gives tokens (empty: its host, port 45700)"), default="", show_default=False
            )
            keys |= {TOKEN_URL: _address(text)} if text else {}
        if adapter == "integrator":
            tables = init_integrator.ask(tables)
        answers.erps.append(NewErp(name, adapter, url, zone, references, keys, tables=tables))
        if len(answers.erps) == 1 and not agreed(_("A second ERP, to be kept in step with it?"), default=True):
            break
    return answers


def secret_keys(adapter: str) -> list[str]:
    """The keys of that adapter that hold a secret and must be there."""
    from erp_bridge.adapters import registry
    from erp_bridge.core.settings import Secret

    found = registry.plugin(adapter)
    return [key for key in found.required if found.settings.model_fields[key].annotation is Secret]


def told_keys(adapter: str) -> list[str]:
    """What else its table cannot do without, beside what every ERP's needs."""
    from erp_bridge.adapters import registry
    from erp_bridge.core.settings import ErpSettings

    secrets = secret_keys(adapter)
    return [key for key in registry.plugin(adapter).required if key not in (*ErpSettings.model_fields, *secrets)]


def own_keys(erp: str, said: Mapping[str, str]) -> tuple[dict[str, str], Tables]:
    """What options say of that ERP: keys, and keys of its inner tables (``filial.queries.atendimentos``)."""
    keys: dict[str, str] = {}
    tables: Tables = {}
    for path, value in said.items():
        name, _dot, key = path.partition(".")
        table, _dot, last = key.rpartition(".")
        if name == erp:
            (tables.setdefault(table, {}) if table else keys)[last] = value
    return keys, tables


def variable(erp: str, key: str) -> str:
    """The usual reference to a secret."""
    return "env:" + f"{erp}_{key}".upper().replace("-", "_").replace(".", "_")


def _reference(answers: Answers, folder: Path, erp: str, key: str, given: Mapping[str, str]) -> str:
    """Where a secret is found. One that is nowhere yet may be typed, and is kept in a file of its own."""
    from erp_bridge import ConfigError
    from erp_bridge.core.settings import Secret

    file = folder / f"{erp}.{key}"
    usual = f"file:{file.name}" if file.exists() else variable(erp, key)
    suggested = given.get(f"{erp}.{key}", usual)
    question = _("Where is its {key} found? (a reference)", key=key)
    reference = asked(question, _a_reference, suggested)
    try:
        Secret(reference, folder).reveal()
    except ConfigError as error:
        click.echo("  " + rendered(error.message))
        if file.exists() or not reference.startswith(("env:", f"file:{file.name}")):
            return reference
        question = "  " + _("Type it, to be kept in the file {file}; or Enter, and put it there later", file=file.name)
        typed = str(click.prompt(question, default="", show_default=False, hide_input=True)).strip()
        if typed:
            answers.secrets[file] = typed
            return f"file:{file.name}"
    return reference


# --- each answer, judged where it is given -----------------------------------------------------------------------


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise click.BadParameter(_("a name has letters without accents, digits, - and _ only"))
    return text


def _adapter(text: str) -> str:
    from erp_bridge import ConfigError
    from erp_bridge.adapters import registry

    try:
        registry.plugin(text)
    except ConfigError as error:
        raise click.BadParameter(rendered(error.message)) from None
    return text


def _address(text: str) -> str:
    if not re.match(r"https?://[^/\s@]+(/|$)", text):
        raise click.BadParameter(_('an address starts with "https://" (or "http://") and a host'))
    return text.rstrip("/")


def _address_if_any(text: str) -> str:
    return _address(text) if text else ""


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        return str(ZoneInfo(text))
    except (KeyError, ValueError, OSError):
        raise click.BadParameter(_('not a known time zone; in Brazil for example "America/Sao_Paulo"')) from None


def _a_reference(text: str) -> str:
    from erp_bridge.core.settings import Secret

    if not Secret(text).is_reference:
        raise click.BadParameter(_('a secret is a reference: "env:NAME", "file:PATH" or "keyring:SERVICE/USER"'))
    return text
