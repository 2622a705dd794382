"""What the token's user may not read, and whether tickets are hidden from it (quirks 21, 32). For ``check``.

Filters of that user make every listing of tickets a subset without a word. So the listing is compared with what other
tables tell of tickets, and the user's own settings are looked up. Nothing is written: what may be written shows only
when it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from erp_bridge.adapters.ixc.client import IxcClient, row_id
from erp_bridge.adapters.ixc.reading import MESSAGES, TICKETS, TRANSFERS
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.values import present
from erp_bridge.adapters.ixc.wire import as_text
from erp_bridge.core.adapter import Capability, Notice
from erp_bridge.core.errors import Malformed, Refused, Unsupported

PERMISSIONS, HIDDEN = "permissions", "hidden tickets"

USERS, ORDERS = "usuarios", "su_oss_chamado"

#: Tables that name tickets and are not filtered with them, and the column in which they do.
_VIEWS: Mapping[str, str] = {MESSAGES: "id_ticket", TRANSFERS: "id_atendimento", ORDERS: "id_ticket"}
#: How many of their newest rows are compared with the listing of tickets.
_NEWEST = 200
#: How many ids are named at most.
_NAMED = 8

#: Switched on ("S"), each of these hides tickets.
_FILTERS = ("filtra_departamento_ticket", "filtra_funcionario_ticket", "filtra_setor", "filtra_funcionario")
#: Switched off, this one hides the tickets of nobody too, where those of other employees are hidden.
_SHOWS_UNASSIGNED = "mostrar_ticket_sem_funcionario"


@dataclass(frozen=True)
class _Table:
    """A table that the adapter reads, and what is missing without it."""

    name: str
    without: str
    lacks: frozenset[Capability] = frozenset()
    kind: str = ""  # the kind of terms that it lists


def _tables(settings: IxcSettings) -> tuple[_Table, ...]:
    finding = frozenset({Capability.FIND_CLIENT, Capability.SEARCH_CLIENTS})
    connections, no_connections = frozenset({Capability.CONTRACTS}), "contracts and logins stay blank"
    reading = frozenset(
        {Capability.CHANGED_SINCE, Capability.OPEN_TICKETS, Capability.GET, Capability.FIND_BY_PROTOCOLO,
         Capability.TICKETS_OF_CLIENT}
    )  # fmt: skip
    return (
        _Table(TICKETS, "no ticket can be read", reading),
        _Table(MESSAGES, "no message can be read", frozenset({Capability.MOVEMENTS})),
        _Table(TRANSFERS, "transfers are missing from the history of tickets"),
        _Table("su_ticket_arquivos", "the files of tickets are not listed", frozenset({Capability.FILES})),
        _Table(ORDERS, "the work orders of tickets are not listed", frozenset({Capability.WORK_ORDERS})),
        _Table("cliente", "no client is found by its document, so no client's ticket can be carried", finding),
        _Table("cliente_contrato", no_connections, connections),
        _Table("radusuarios", no_connections, connections),
        _Table("su_oss_assunto", "subjects have no names, and what they demand is not known", kind="assunto"),
        _Table(settings.departamento_table, "departments have no names", kind="departamento"),
        _Table("funcionarios", "those responsible have no names", kind="responsavel"),
        _Table("wfl_processo", "processes have no names", kind="processo"),
        _Table("su_canal_atendimento", "service channels have no names", kind="canal"),
        _Table("su_evento_status", "complementary statuses have no names", kind="status_complementar"),
        _Table("su_oss_respostas", "standard replies have no names"),
        _Table(USERS, "the authors of messages have no names"),
    )


async def inspect(client: IxcClient, settings: IxcSettings) -> list[Notice]:
    """One request a table, one for each page of tickets that are compared, and one for the user's own record."""
    tables = _tables(settings)
    rows: dict[str, list[Row]] = {}
    notices = []
    for table in tables:
        try:
            rows[table.name] = await client.first(table.name, limit=_NEWEST if table.name in _VIEWS else 1, newest=True)
        except (Unsupported, Refused, Malformed) as error:
            notices.append(_not_readable(table, error, settings))
    if not notices:
        notices.append(Notice(PERMISSIONS, f"all {len(tables)} tables that the bridge reads can be read"))
    if TICKETS in rows:
        notices.append(await _compared(client, {name: rows.get(name, []) for name in _VIEWS}))
    notices.append(await _filters(client, may_look=USERS in rows))
    return notices


def _not_readable(table: _Table, error: Unsupported | Refused | Malformed, settings: IxcSettings) -> Notice:
    if isinstance(error, Unsupported):
        message = f"{table.name} is not offered to the token's user, or not by this version: {table.without}"
    else:
        message = f"{table.name} cannot be read: {table.without}; {error.message}"
    advice = "give the token's user the right to read it"
    if table.kind:
        advice = f"{advice}, or write its terms as lines of [erp.{settings.name}.vocab.{table.kind}]"
    if settings.vocab.get(table.kind):
        advice = ""  # the tenant's lines do alone
    return Notice(PERMISSIONS, message, advice, table.lacks)


async def _compared(client: IxcClient, views: Mapping[str, Sequence[Row]]) -> Notice:
    """Whether the listing of tickets shows those that the other tables tell of."""
    ids = {present(as_text(row.get(column))) for view, column in _VIEWS.items() for row in views[view]}
    told = {id for id in ids if id and id.isdecimal()}
    if not told:
        return Notice(HIDDEN, "there are no messages, transfers or work orders to compare the listing of tickets with")
    count = sum(len(rows) for rows in views.values())
    listed = {as_text(row.get("id")) for row in await client.among(TICKETS, "id", sorted(told))}
    missing = sorted(told - listed, key=int)
    seen = f"the listing of tickets shows {len(told) - len(missing)} of the {len(told)} tickets"
    about = f"{seen} that the newest {count} messages, transfers and work orders are about"
    if not missing:
        return Notice(HIDDEN, about)
    named = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
    shares = _by_status(views[MESSAGES], told, missing)
    return Notice(
        HIDDEN,
        f"{about}; by the status that messages last set it lacks {shares}; among these are {named}; "
        "a deleted ticket looks the same as a hidden one",
        "open one of these on the ERP's own screen: if it is there, it is hidden from the token's user, "
        "whose filters by department and employee must be taken off",
    )


def _by_status(messages: Sequence[Row], told: set[str], missing: Sequence[str]) -> str:
    """``EP 4/12, S 0/40``: of all tickets with that status by their messages, so many are lacking."""
    status = dict.fromkeys(told, "-")
    for row in sorted(messages, key=row_id):
        id, code = present(as_text(row.get("id_ticket"))), as_text(row.get("su_status"))
        if id in status and code:
            status[id] = code
    all_of, lacking = Counter(status.values()), Counter(status[id] for id in missing)
    ranked = sorted(all_of, key=lambda code: (-lacking[code], code))
    return ", ".join(f"{code} {lacking[code]}/{all_of[code]}" for code in ranked)


async def _filters(client: IxcClient, *, may_look: bool) -> Notice:
    """What the user's own record says. Some installations do not show it, or not these columns of it."""
    row: Row | None = None
    if may_look:
        try:
            row = await client.one(USERS, client.user_id)
        except (Unsupported, Refused, Malformed):
            row = None
    who = f"the token's user ({client.user_id})"
    if row is None or not any(flag in row for flag in _FILTERS):
        return Notice(
            HIDDEN,
            f"the filters of {who} cannot be read",
            "look them up in that user's record in the ERP: none should be switched on",
        )
    on = [flag for flag in _FILTERS if as_text(row.get(flag)) == "S"]
    if _FILTERS[1] in on and as_text(row.get(_SHOWS_UNASSIGNED)) == "N":
        on.append(f"{_SHOWS_UNASSIGNED} = N")
    if not on:
        return Notice(HIDDEN, f"no filter of {who} is switched on")
    return Notice(
        HIDDEN,
        f"filters of {who} are switched on: {', '.join(on)}",
        "take them off in that user's record in the ERP: what they hide is never carried",
    )
