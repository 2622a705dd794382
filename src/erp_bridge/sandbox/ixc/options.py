"""What differs between installations, versions and sources of the fact sheet: one switch each.

The default is, wherever sources disagree or nothing is known, the behaviour that is harder on an integrator.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Options:
    """All may be changed while the simulator runs."""

    #: "ok"; "forbidden": 403 after a server move; "ip": the group's IP allow-list refuses (quirk 25).
    access: Literal["ok", "forbidden", "ip"] = "ok"
    language: Literal["pt", "en"] = "pt"  # quirk 31
    #: The generic HTML error page comes under this status (quirk 2).
    error_status: int = 200
    #: Tables and actions that this version or user does not offer (quirk 32).
    unavailable: Collection[str] = ("su_canal_atendimento",)
    transfer_action: str = "su_transf_atendimento_26466"
    #: operation (or part of it) -> text of a refusal that stands until removed.
    refuse: dict[str, str] = field(default_factory=dict)

    # -- listings
    bare_fields: bool = False  # may a filter name a column without its table?
    in_single_works: bool = False  # IN with one value (quirk 23)
    total_as_int: bool = False  # quirk 3
    registros_as_object: bool = False
    more_rows_than_rp: bool = False  # quirk 22
    unstable_ties: bool = False  # rows with equal sort values come in another order on every request
    #: Departments whose tickets the token's user may see; None: all (quirk 21).
    visible_departments: Collection[str] | None = None
    #: The employee whose tickets (and those of nobody) the token's user may see; None: all (quirk 21).
    visible_employee: str | None = None

    # -- writes
    id_as_int: bool = False
    protocol_as: Literal["number", "string", "object"] = "number"  # quirk 16
    protocol_start: int = 500_000
    assunto_obrigatorio: bool = True
    processos_com_assinatura: Collection[str] = ()
    #: What a PUT does to columns that it does not name (quirk 12).
    put_missing: Literal["blank", "error", "keep"] = "blank"
    #: Further columns per table that a PUT keeps silently (quirk 14).
    put_keeps: Mapping[str, Collection[str]] = field(default_factory=dict)
    #: What su_status "" in a message does.
    empty_status: Literal["leaves", "refused", "pending"] = "leaves"
    #: Which stamps of the ticket a message moves that changes neither status nor pending interaction.
    comment_stamps: Literal["none", "ultima_atualizacao", "both"] = "ultima_atualizacao"
    cancelled_is_final: bool = True  # the manual: a cancelled ticket permits no action any more
    os_delay_seconds: float = 3.0  # quirk 17
    charset: Literal["utf8mb4", "utf8mb3"] = "utf8mb4"  # utf8mb3: characters beyond the BMP become "?"
    decodes_twice: bool = False  # quirk 30
