"""Integrator in ``init``: which codes of the tenant a person is asked for, and how its part of the file looks.

There is no public call for most of what a bridge needs: what a tenant must name is said in the adapter's README.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import click

from erp_bridge.cli.asking import asked
from erp_bridge.i18n import N_, _, rendered

#: Inner tables of the ERP's, by name: ``queries``, ``defaults``, ``submethods.comentar`` and its ``….params``.
Tables = dict[str, dict[str, str]]
Told = Mapping[str, Mapping[str, str]]

#: What each saved query shows, in the order of ``queries.sql``.
QUERIES: Mapping[str, str] = {
    "atendimentos": N_("tickets opened, closed or commented since a moment"),
    "abertos": N_("all open tickets"),
    "atendimento": N_("one ticket, by its code"),
    "atendimento_protocolo": N_("one ticket, by its protocolo"),
    "atendimentos_cliente": N_("the tickets of one client"),
    "comentarios": N_("the comments of several tickets"),
    "clientes": N_("clients, by CPF or CNPJ"),
    "clientes_busca": N_("clients, by name"),
    "cargos": N_("the roles that a ticket may go to"),
}
#: What every ticket opened by the bridge carries.
DEFAULTS: Mapping[str, str] = {
    "codusu": N_("the user who opens tickets"),
    "codcatoco": N_("their category"),
}
#: Calls that are not public: what each does, and its usual parameters.
SUBMETHODS: Mapping[str, tuple[str, str]] = {
    "comentar": (N_("to comment"), "codoco={id}, descri_com={texto}"),
    "alterar_status": (N_("to set a status"), "codoco={id}, codsto={status}"),
}
_EXAMPLES = {"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"}


def sql() -> str:
    """Where the SQL of the queries stands on this machine."""
    return str(files("erp_bridge.adapters.integrator") / "queries.sql")


def ask(given: Tables) -> Tables:
    """The tables that the answers make; ``given`` are those that were told as options, which are not asked again."""
    tables: Tables = {name: dict(keys) for name, keys in given.items()}
    click.echo()
    click.echo(_("Integrator has no public call for reading tickets: the bridge runs queries that you save there."))
    click.echo(_("Their SQL: {path}", path=sql()))
    click.echo(_("Save each in your Integrator; it gives it a code of 10 characters, which is asked for here."))
    click.echo(_("Where its screens show the code is not public: whoever keeps your Integrator knows."))
    click.echo(_("Enter leaves one out: what it is for is then refused, and the file has its line as a comment."))
    _codes(tables, "queries", QUERIES)
    click.echo()
    click.echo(_("What every ticket opened by the bridge carries: codes of your own lists of users and categories."))
    _codes(tables, "defaults", DEFAULTS)
    click.echo()
    click.echo(_("The calls to comment and to set a status are not public: ask Elitesoft for their names."))
    click.echo(_("Without them no message and no status reaches this ERP; Enter leaves them out for now."))
    for call, (meaning, usual) in SUBMETHODS.items():
        if f"submethods.{call}" not in tables:
            _submethod(tables, call, _(meaning), usual)
    return tables


def _codes(tables: Tables, table: str, wanted: Mapping[str, str]) -> None:
    for key, meaning in wanted.items():
        if key in tables.get(table, {}):
            continue
        code = asked(f"  {key} ({_(meaning)})", str, "")
        if code:
            tables.setdefault(table, {})[key] = code


def _submethod(tables: Tables, call: str, meaning: str, usual: str) -> None:
    name = asked(f"  {call} ({meaning})", str, "")
    if not name:
        return
    question = "  " + _("Its parameters, with {places} where the values go", places=_places(usual))
    params = asked(question, lambda text: _params(call, name, text), usual)
    tables[f"submethods.{call}"] = {"submethod": name}
    tables[f"submethods.{call}.params"] = params


def _places(usual: str) -> str:
    return " ".join(item.partition("=")[2].strip() for item in usual.split(","))


def _params(call: str, name: str, text: str) -> dict[str, str]:
    """The parameters as they are typed: ``codoco={id}, descri_com={texto}``."""
    from pydantic import ValidationError

    from erp_bridge.adapters.integrator.settings import Submethods

    items = [item.partition("=") for item in text.split(",") if item.strip()]
    params = {key.strip(): value.strip() for key, _sign, value in items}
    try:
        Submethods.model_validate({call: {"submethod": name, "params": params}})
    except ValidationError as error:
        message = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise click.BadParameter(rendered(message)) from None
    return params


# --- the file -----------------------------------------------------------------------------------------------------


def lines(erp: str, tables: Told) -> list[str]:
    """What only an Integrator has, filled in as far as it was told, and else as comments to fill in."""
    return [
        _comment(_("Messages go out as: comment (needs submethods.comentar below), attachment or none.")),
        'movements = "comment"',
        _comment(_("What every ticket opened here carries; the codes are this tenant's own.")),
        *_table(f"erp.{erp}.defaults", tables.get("defaults", {}), {**_EXAMPLES, "codmvis": "PROBLEMA"}),
        _comment(_("Codes of the queries saved in this tenant; a query that is not there takes its function along.")),
        _comment(_("Their SQL: {path}", path=sql())),
        *_table(f"erp.{erp}.queries", tables.get("queries", {}), dict.fromkeys(QUERIES, "..."), QUERIES),
        _comment(_("Calls for commenting and for the status: not public, ask Elitesoft for their names.")),
        *(line for call in SUBMETHODS for line in _call(erp, call, tables)),
        *(line for name in sorted(tables) if not _known(name) for line in _table(f"erp.{erp}.{name}", tables[name])),
    ]


def _known(table: str) -> bool:
    return table in ("defaults", "queries") or table.startswith("submethods.")


def _call(erp: str, call: str, tables: Told) -> list[str]:
    usual = dict(item.strip().split("=") for item in SUBMETHODS[call][1].split(","))
    told, params = tables.get(f"submethods.{call}", {}), tables.get(f"submethods.{call}.params", {})
    if told or params:
        keys = [f"{_key(key)} = {_text(value)}" for key, value in told.items()]
        return [f"[erp.{erp}.submethods.{call}]", *keys, f"params = {_inline(params)}"]
    return [f"# [erp.{erp}.submethods.{call}]", '# submethod = "..."', f"# params = {_inline(usual)}"]


def _table(
    name: str, told: Mapping[str, str], examples: Mapping[str, str] | None = None, said: Mapping[str, str] | None = None
) -> list[str]:
    """The table with the keys that were told; the others, and the whole of it without any, as comments."""
    examples, said = examples or {}, said or {}
    found = [f"[{name}]" if told else f"# [{name}]"]
    found += [f"{_key(key)} = {_text(value)}" for key, value in told.items()]
    width = max((len(key) for key in examples), default=0)
    for key, example in examples.items():
        if key not in told:
            meaning = f"  # {_(said[key])}" if key in said else ""
            found.append(f"# {key:<{width}} = {_text(example)}{meaning}")
    return found


def _inline(params: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_key(key)} = {_text(value)}" for key, value in params.items()) + " }"


def _comment(text: str) -> str:
    return f"# {text}"


def _key(key: str) -> str:
    return key if key.replace("-", "_").isidentifier() and key.isascii() else _text(key)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
