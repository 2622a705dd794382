"""What differs between tenants and between sources of the fact sheet: one switch each.

The default is, wherever sources disagree or nothing is known, the behaviour that is harder on an integrator.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Options:
    """All may be changed while the simulator runs."""

    #: Whether ids and protocols are written as numbers, as texts, or now so and now so (quirk 4).
    ids: Literal["number", "string", "mixed"] = "mixed"
    #: How ``getsolicitationhistory`` answers (quirk 3).
    history: Literal["envelope", "array", "alternate"] = "alternate"
    #: The first page of ``contract/getpaged``; all other listings begin with 1 (quirk 5).
    first_contract_page: Literal[0, 1] = 0
    #: Whether the Z of a date means anything: "local" takes and writes the digits as local time all the same (quirk 9).
    zulu: Literal["local", "honoured"] = "local"
    #: txIdType of a company; a person has the other one (quirk 10).
    pj_code: Literal[1, 2] = 1
    #: Does ``getsolicitationdata`` carry ``title`` and ``description``? No public source lists them.
    texts_in_data: bool = False
    #: A client without a contract in force is not served (vendor's manual page).
    client_needs_contract: bool = True
    #: Does a ``teamCode`` on an external ticket (matrixType 1) count? Public sources show it on internal ones.
    team_code_on_external: bool = True
    #: Does a note stamp ``assignments.modified``? A report does, because it writes the ticket's status.
    note_modifies: bool = False
    #: Is a closed or cancelled ticket refused every further write?
    closed_is_final: bool = False
    #: Field names of ``projects/solicitation/forward``, whose payload is not public: what is meant → its name there.
    #: Meanings: assignment, protocol, team (id), team_code, person, description. Empty: every call is refused.
    forward_fields: Mapping[str, str] = field(default_factory=dict)
    #: Codes that an upload may name; empty: any.
    documentation_types: Collection[str] = ()
    #: Calls (paths below the prefix) that this version does not have, and those that the user may not make.
    without: Collection[str] = ()
    forbidden: Collection[str] = ()
    token_seconds: int = 3600
    max_page_size: int = 500
    max_attachment: int = 5_000_000  # bytes
    #: What the columns for long text can hold; what they cannot is lost silently.
    max_text: int | None = None
    charset: Literal["utf8", "latin1"] = "utf8"
