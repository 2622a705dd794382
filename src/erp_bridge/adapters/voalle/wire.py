"""Voalle's records as they come, flattened to texts. Keys that are missing are empty, others are ignored.

The single read nests ``{id, title}``, the client's list gives mere texts under other names (quirk 16), the database
gives columns; all become the same row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from erp_bridge.adapters.voalle.values import ident, inner, raw_text, text, yes
from erp_bridge.core.model import Vinculo

Raw = Mapping[str, object]


@dataclass(frozen=True)
class Ref:
    """A reference to another record. Where only a text is given, it is the name."""

    id: str | None = None
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class TicketRow:
    """A ticket. ``title`` and ``description`` are None where the source does not show them; times are unread."""

    id: str = ""
    protocolo: str = ""
    title: str | None = None
    description: str | None = None
    status: Ref = Ref()
    type: Ref = Ref()
    team: Ref = Ref()
    client: Ref = Ref()
    client_document: str = ""
    requestor: Ref = Ref()
    requestor_document: str = ""
    responsible: Ref = Ref()
    tag: Ref = Ref()
    contract: Ref = Ref()
    access_point: Ref = Ref()
    beginning: object = None
    conclusion: object = None
    modified: object = None


@dataclass(frozen=True)
class EntryRow:
    """An entry of a ticket's history. ``kind`` tells ids of several tables apart."""

    id: str = ""
    kind: str = ""
    title: str = ""
    description: str = ""
    private: bool | None = None
    author: str = ""
    beginning: object = None


@dataclass(frozen=True)
class Whole:
    """A ticket with its history, oldest first: its text may stand nowhere else."""

    ticket: TicketRow
    history: tuple[EntryRow, ...] = ()


@dataclass(frozen=True)
class PersonRow:
    """A client."""

    id: str = ""
    name: str = ""
    document: str = ""
    active: bool = True


@dataclass(frozen=True)
class ContractRow:
    """A contract, or with ``tag`` one of its service tags."""

    id: str = ""
    number: str = ""
    client: PersonRow = PersonRow()
    active: bool | None = None
    name: str = ""


@dataclass(frozen=True)
class TagRow:
    """A service tag: the contracted service instance."""

    id: str = ""
    name: str = ""
    contract: str = ""
    contract_number: str = ""
    client: str = ""
    active: bool | None = None
    #: The connection behind it: its id and its user. What else a row holds of it, passwords too, is not read.
    login: str = ""
    user: str = ""
    login_active: bool | None = None


def ref(value: object) -> Ref:
    """A reference as an object or as a text."""
    if isinstance(value, Mapping):
        name = text(inner(value, "title", "name", "description", "serviceTag"))
        return Ref(ident(value.get("id")), name, text(value.get("code")))
    return Ref(name=text(value))


def ticket(data: Raw) -> TicketRow:
    """The answer of ``projects/getsolicitationdata``."""
    client, requestor, tag = data.get("client"), data.get("requestor"), data.get("contractServiceTag")
    contract = inner(tag, "contract")
    return TicketRow(
        id=ident(inner(data, "assignmentId", "id")) or "",
        protocolo=ident(data.get("protocol")) or "",
        title=_shown("title", data, data.get("assignment")),
        description=_shown("description", data, data.get("assignment")),
        status=_status(data.get("incidentStatus"), data.get("incidentStatusId")),
        type=_with_id(ref(data.get("incidentType")), data.get("incidentTypeId")),
        team=_with_id(ref(data.get("team")), data.get("teamId")),
        client=_with_id(ref(client), data.get("clientId")),
        client_document=text(inner(client, "txId", "tx_id")),
        requestor=_with_id(ref(requestor), data.get("requestorId")),
        requestor_document=text(inner(requestor, "txId", "tx_id")),
        responsible=ref(data.get("responsible")),
        tag=_tag_ref(tag, data.get("contractServiceTagId")),
        contract=Ref(ident(inner(contract, "id") or inner(tag, "contractId"))),
        access_point=ref(data.get("authenticationAccessPoint")),
        beginning=data.get("beginningDate"),
        conclusion=data.get("conclusionDate"),
    )


def listed(row: Raw) -> TicketRow:
    """A row of a client's list or of the internal one: status, team and tag are mere texts here (quirk 16)."""
    assignment = row.get("assignment")
    return TicketRow(
        id=ident(inner(row, "assignmentId") or inner(assignment, "id") or inner(row, "id")) or "",
        protocolo=ident(row.get("protocol")) or "",
        title=_shown("title", row, assignment),
        status=_status(inner(row, "incidentStatus", "status"), row.get("incidentStatusId")),
        team=ref(row.get("team")),
        client=_with_id(ref(row.get("client")), row.get("clientId")),
        tag=_tag_ref(row.get("contractServiceTag"), None),
        beginning=inner(row, "beginningData", "beginningDate") or inner(assignment, "beginningDate"),
    )


def titled(data: TicketRow, row: TicketRow | None) -> TicketRow:
    """The single read with the title, which only the list shows."""
    return replace(data, title=row.title) if data.title is None and row is not None else data


def entry(row: Raw) -> EntryRow:
    """A row of ``getsolicitationhistory``."""
    kind = "".join(sign for sign in text(row.get("typeOperation")).lower() if sign.isascii() and sign.isalnum())
    return EntryRow(
        id=ident(row.get("id")) or "",
        kind=kind,
        title=text(row.get("title")),
        description=raw_text(row.get("description")),
        private=yes(row.get("private")),
        author=ref(row.get("person")).name or text(row.get("personName")),
        beginning=inner(row, "beginningDate", "created"),
    )


def person(row: Raw) -> PersonRow:
    """A row of ``getclient``, or the answer of ``people/txid``. Of its ``status`` only 0 is taken for inactive."""
    active = yes(row.get("active"))
    return PersonRow(
        id=ident(inner(row, "id", "clientId", "personId")) or "",
        name=text(inner(row, "name", "clientName", "name2")),
        document=text(inner(row, "txId", "clientTxId", "txIdFormated")),
        active=active is not False and text(row.get("status")) != "0",
    )


def contract(row: Raw) -> ContractRow:
    """A row of ``contract/getpaged``."""
    client = row.get("client")
    owner = person(client) if isinstance(client, Mapping) else PersonRow()
    status = ref(inner(row, "status", "contractStatus", "v_status"))
    return ContractRow(
        id=ident(inner(row, "id", "contractId")) or "",
        number=text(inner(row, "contractNumber", "contract_number", "number")),
        client=PersonRow(
            id=owner.id or ident(inner(row, "clientId", "personId")) or "",
            name=owner.name or text(inner(row, "clientName")),
            document=owner.document or text(inner(row, "clientTxId", "txId")),
        ),
        active=contract_is_active(status.id or status.name, yes(row.get("active"))),
        name=text(inner(row, "description", "title")),
    )


def service_tag(row: Raw) -> TagRow:
    """A row of ``contractservicetagspaged``."""
    of, client, login = row.get("contract"), row.get("client"), row.get("authenticationContract")
    words = [text(inner(row, "serviceTag")), text(inner(row, "description", "title"))]
    return TagRow(
        id=ident(inner(row, "id", "contractServiceTagId")) or "",
        name=" - ".join(dict.fromkeys(word for word in words if word)),
        contract=ident(inner(of, "id") or inner(row, "contractId")) or "",
        contract_number=text(inner(of, "contractNumber", "contract_number") or inner(row, "contractNumber")),
        client=ident(inner(client, "id") or inner(row, "clientId")) or "",
        active=contract_is_active(text(inner(row, "contractStatus") or inner(of, "status")), yes(row.get("active"))),
        login=ident(inner(login, "id") or row.get("authenticationContractId")) or "",
        user=text(inner(login, "user")),
        login_active=yes(inner(login, "active")),
    )


#: ``contracts.status``: 4 cancelled, 9 ended. All others are contracts that are served or blocked for a time.
_ENDED = frozenset({"4", "9", "cancelado", "encerrado"})


def contract_is_active(status: str, flag: bool | None) -> bool | None:
    """Whether a contract goes on; None where nothing says so."""
    if flag is False or status.casefold() in _ENDED:
        return False
    return True if flag or status else None


def _shown(name: str, *places: object) -> str | None:
    """The text under that name, also an empty one; None where none of these objects shows it."""
    for place in places:
        if isinstance(place, Mapping) and place.get(name) is not None:
            return raw_text(place[name])
    return None


def _with_id(found: Ref, id: object) -> Ref:
    if found.id is None and ident(found.name) and found.name.isdecimal():
        found = Ref(found.name, "", found.code)  # a mere number is an id, not a name
    return found if found.id or ident(id) is None else replace(found, id=ident(id))


def _status(value: object, id: object) -> Ref:
    """A status, whose id may well be 0 (quirk 18)."""
    given = value.get("id") if isinstance(value, Mapping) else None
    found = text(given) or text(id)
    return Ref(found or None, ref(value).name)


def _tag_ref(value: object, id: object) -> Ref:
    """A service tag; what technicians call it stands under ``serviceTag``."""
    if isinstance(value, Mapping):
        words = [text(value.get("serviceTag")), text(inner(value, "title", "description"))]
        name = " - ".join(dict.fromkeys(word for word in words if word))
        return Ref(ident(value.get("id")) or ident(id), name)
    return replace(ref(value), id=ident(id))


def access_point(row: Raw) -> Vinculo:
    """The answer of ``getaccesspointstatusbycontract``. It tells of the equipment, not of the client's own session."""
    works = yes(row.get("active")) is not False and not yes(row.get("inMaintenance"))
    return Vinculo(nome=text(row.get("title")), ativo=works)
