"""The text of a new ``bridge.toml``: short, commented, and without a single secret in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from erp_bridge.i18n import _


@dataclass(frozen=True)
class NewErp:
    """What is known of an ERP when the file is written. ``secrets`` are references by key."""

    name: str
    adapter: str
    url: str
    timezone: str
    secrets: Mapping[str, str] = field(default_factory=dict)


def bridge_toml(erps: Sequence[NewErp], pair: str | None) -> str:
    """The whole file. With two ERPs or more, ``pair`` joins the first two."""
    parts = [_state(), *(_erp(erp) for erp in erps)]
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
        *(f"{key:<8} = {_text(reference)}" for key, reference in erp.secrets.items()),
        f"timezone = {_text(erp.timezone)}",
        _comment(_("How hard the bridge may work this ERP:")),
        "requests_per_minute = 300",
        "max_concurrency     = 4",
        _comment(_("A certificate that this machine does not know: verify = the path of its CA file, never false.")),
        "verify = true",
        *_of_adapter(erp),
        _comment(_("This ERP's id = the name that both sides share. `erp-bridge vocab suggest` proposes these lines.")),
        f"[erp.{erp.name}.vocab.assunto]",
        f"[erp.{erp.name}.vocab.departamento]",
        "",
    ]
    return "\n".join(lines)


def _of_adapter(erp: NewErp) -> list[str]:
    """What only one kind of ERP needs, as comments to fill in."""
    if erp.adapter != "integrator":
        return []
    return [
        _comment(_("Messages go out as: comment (needs submethods.comentar below), attachment or none.")),
        'movements = "comment"',
        _comment(_("What every ticket opened here carries; the codes are this tenant's own.")),
        f"# [erp.{erp.name}.defaults]",
        '# codusu   = "01USUAPI00"',
        '# codcatoco = "01CATTEC00"',
        '# codmvis  = "PROBLEMA"',
        _comment(_("Codes of the queries saved in this tenant; a query that is not there takes its function along.")),
        f"# [erp.{erp.name}.queries]",
        '# atendimentos = "01QATEND00"',
        '# comentarios  = "01QCOMENT0"',
        '# clientes     = "01QCLIENT0"',
        _comment(_("Calls for commenting and for the status: not public, ask Elitesoft for their names.")),
        f"# [erp.{erp.name}.submethods.comentar]",
        '# submethod = "..."',
        '# params = { codoco = "{id}", descri_com = "{texto}" }',
    ]


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
