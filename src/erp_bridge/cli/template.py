"""The text of a new ``bridge.toml``: short, commented, and without a single secret in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from erp_bridge.cli import init_integrator
from erp_bridge.i18n import _

if TYPE_CHECKING:
    from erp_bridge.config.suggest import Line, Proposal

#: From this likeness on a proposed line is written ready for use; below it a person takes the "#" away.
SURE = 0.8
#: Terms without a counterpart that are named, at most, for each kind.
NAMED = 12


@dataclass(frozen=True)
class NewErp:
    """What is known of an ERP when the file is written. ``secrets`` are references by key."""

    name: str
    adapter: str
    url: str
    timezone: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)  # others that this adapter cannot do without
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # inner ones, by name: queries, defaults
    table: str = ""  # its whole table, where somebody else has written it


def bridge_toml(erps: Sequence[NewErp], pair: str | None, proposals: Sequence[Proposal] | None = None) -> str:
    """The whole file. With two ERPs or more, ``pair`` joins the first two; None: nobody could look for vocabulary."""
    parts = [_state()]
    for erp in erps:
        parts += [erp.table.rstrip() if erp.table else _erp(erp), *_vocabulary(erp, proposals), ""]
    if pair and len(erps) > 1:
        parts.append(_pair(pair, erps[0].name, erps[1].name))
    return "\n".join(parts)


def _state() -> str:
    return "\n".join(
        [
            _comment(_("What the bridge remembers: ids, digests and times; no names, no texts.")),
            "[state]",
            'url = "sqlite:///bridge.db"',
            _comment(_('The key of the digests is made beside it at the first start; move it with key = "file:PATH".')),
            "",
        ]
    )


def _erp(erp: NewErp) -> str:
    lines = [
        f"[erp.{erp.name}]",
        f"adapter  = {_text(erp.adapter)}",
        f"url      = {_text(erp.url)}",
        *(f"{key:<8} = {_text(value)}" for key, value in {**erp.secrets, **erp.keys}.items()),
        f"timezone = {_text(erp.timezone)}",
        _comment(_("How hard the bridge may work this ERP:")),
        "requests_per_minute = 300",
        "max_concurrency     = 4",
        _comment(_("A certificate that this machine does not know: verify = the path of its CA file, never false.")),
        "verify = true",
        *_of_adapter(erp),
    ]
    return "\n".join(lines)


def _vocabulary(erp: NewErp, proposals: Sequence[Proposal] | None) -> list[str]:
    """What both ERPs' lists gave, the surest first; without them, where the lines would stand."""
    written = f"[erp.{erp.name}.vocab." in erp.table
    if proposals is None and written:
        return []
    lines = [
        _comment(_("This ERP's id = the name that both sides share. `erp-bridge vocab suggest` proposes these lines."))
    ]
    if proposals is None:
        return [*lines, f"[erp.{erp.name}.vocab.assunto]", f"[erp.{erp.name}.vocab.departamento]"]
    if not written:
        lines.append(_comment(_("Terms of the same name on both sides need no line.")))
    found = []
    for proposal in proposals:
        mine = sorted((line for line in proposal.lines if line.erp == erp.name), key=lambda line: -line.confidence)
        alone = [f"{term.id} {' '.join(term.nome.split())}" for name, term in proposal.alone if name == erp.name]
        title = f"[erp.{erp.name}.vocab.{proposal.kind}]"
        head = [] if title in erp.table else [title]  # a table that is there already is gone on with by a person
        if mine or alone:
            found += head if mine else []
            found += [_proposed(line, free=bool(head)) for line in mine]
        if alone:
            more = f" (+{len(alone) - NAMED})" if len(alone) > NAMED else ""
            said = _("{kind}: nothing over there resembles {terms}", kind=proposal.kind, terms="; ".join(alone[:NAMED]))
            found.append(_comment(said + more))
    return [*lines, *found] if found or not written else []


def _proposed(line: Line, *, free: bool) -> str:
    name = " ".join(line.name.split())
    text = f"{_text(line.id)} = {_text(line.canonical)}"
    if free and line.confidence >= SURE:
        return f"{text:<40} # {line.confidence:.0%}  {name}"
    return f"# {text:<38} # {line.confidence:.0%}  {name}: " + _("right? then take the first # away")


def _of_adapter(erp: NewErp) -> list[str]:
    """What only one kind of ERP needs: filled in as far as it was told, and else as comments to fill in."""
    if erp.adapter == "integrator":
        return init_integrator.lines(erp.name, erp.tables)
    told = [line for name, keys in erp.tables.items() for line in _inner(f"erp.{erp.name}.{name}", keys)]
    if erp.adapter == "voalle":
        return [
            _comment(_("How changes are seen, as the public API has no call for it: clients, internal or database.")),
            'feed = "clients"',
            _comment(_("The host of url on port 45700 gives the token; another place is named here:")),
            '# token_url = "https://erp.example.net:45700"',
            _comment(_("This tenant's status id = status; what has no line goes by its title.")),
            f"# [erp.{erp.name}.statuses]",
            '# "1" = "novo"',
            _comment(_("What every ticket opened here carries; the codes are this tenant's own.")),
            f"# [erp.{erp.name}.defaults]",
            '# incidentTypeId = "1"',
            *told,
        ]
    return told


def _inner(name: str, keys: Mapping[str, str]) -> list[str]:
    return [f"[{name}]", *(f"{_text(key)} = {_text(value)}" for key, value in keys.items())]


def _pair(name: str, left: str, right: str) -> str:
    return "\n".join(
        [
            f"[pair.{name}]",
            f"left  = {_text(left)}",
            f"right = {_text(right)}",
            _comment(_("both, left-to-right or right-to-left")),
            'direction = "both"',
            _comment(
                _("Only tickets opened on or after that day; without the line, those open now or changed from now on.")
            ),
            "# since = 2026-01-01",
            'interval = "60s"',
            _comment(_("A pass that would do more than this stops before its first write.")),
            "max_create  = 1000",
            "max_changes = 1000",
            f"[pair.{name}.fallback]",
            _comment(_("The shared name for a subject that the other side does not have.")),
            '# assunto = "outros"',
            f"[pair.{name}.policy]",
            _comment(_("When both sides changed the same field: newest, left, right, or ask a person.")),
            'default = "newest"',
            "",
        ]
    )


def _comment(text: str) -> str:
    return f"# {text}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
