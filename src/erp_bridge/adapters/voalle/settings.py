"""The keys of a Voalle's ``[erp.X]`` table.

Statuses, types, teams, service levels and catalogues are this tenant's own (quirk 18): the only constant here is the
start status 1, which every public source opens tickets with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, field_validator, model_validator

from erp_bridge.core.model import Prioridade, Status
from erp_bridge.core.settings import Duration, ErpSettings, Secret, Settings
from erp_bridge.core.text import fold

#: Ports of every installation seen (quirk 11).
TOKEN_PORT, API_PORT = 45700, 45715
TOKEN_PATH = "/connect/token"  # noqa: S105  a path
#: Below the host stands this; it is added, and taken off an ``url`` that holds it.
PREFIX = "/external/integrations/thirdparty"

#: What tickets are opened with where the configuration names no status ``novo``.
START_STATUS = "1"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
#: Keys that stand inside ``assignment`` in the call that opens a ticket.
IN_ASSIGNMENT = frozenset({"companyPlaceId", "priority"})
#: What a default may say of each new ticket; everything else is filled in for the ticket at hand.
_DEFAULTS = frozenset(
    {
        "incidentTypeId", "contractServiceTagCategory", "catalogServiceId", "catalogServiceItemId",
        "catalogServiceItemClassId", "serviceLevelAgreementId", "matrixType", "teamCode",
        "authenticationAccessPointCode", "personId", *IN_ASSIGNMENT,
        *(f"solicitationServiceCategory{number}" for number in range(1, 6)),
    }
)  # fmt: skip
_REPORT = frozenset({"progress", "priority", "notificationTarget"})


class FeedKind(StrEnum):
    """How changes are seen, as the third-party API has no call that tells of them (quirk 15)."""

    CLIENTS = "clients"
    INTERNAL = "internal"
    DATABASE = "database"


class Call(Settings):
    """A call that this tenant knows of and the public does not."""

    path: str = Field(pattern=r"^[A-Za-z0-9_./-]+$")
    params: Mapping[str, str] = Field(min_length=1)
    #: Where the values travel.
    where: Literal["json", "query"] = "json"

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(name for text in self.params.values() for name in _PLACEHOLDER.findall(text))

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The parameters of one call. A placeholder inside a value put in is left as it is."""
        return {
            key: _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
            for key, text in self.params.items()
        }


class Forward(Call):
    """``projects/solicitation/forward``: the path is public, its parameters are not."""

    path: str = Field(default="projects/solicitation/forward", pattern=r"^[A-Za-z0-9_./-]+$")


class Maintenance(Settings):
    """``solicitationmaintenance``, which changes a ticket's type by codes that are not its ids."""

    #: ``solicitationServiceMatrixCode``
    matrix_code: str = Field(min_length=1)
    #: ``incidentTypeCode`` by the type's id. A type without a line is written by the code the ERP's list gives it.
    type_codes: Mapping[str, str] = {}


class VoalleSettings(ErpSettings):
    """One Voalle."""

    client_id: Secret
    client_secret: Secret
    syndata: Secret
    #: Only where it is not the host of ``url``, on port 45700.
    token_url: str | None = None
    #: The tenant's status id = canonical status. What has no line goes by its title.
    statuses: Mapping[str, str] = {}
    #: Required: the id that means closed.
    closing_status: str = Field(default="", validate_default=True)
    cancel_status: str | None = None
    #: The ``txIdType`` that means a company (PJ): most sources say 1, one says 2 (quirk 10).
    tx_id_type: Literal[1, 2] = 1
    feed: FeedKind = FeedKind.CLIENTS
    #: Whether ``…Z`` means UTC or is the ERP's local time all the same (quirk 9).
    times: Literal["utc", "local"] = "utc"
    #: Ids of the clients that the feed ``clients`` polls; empty: all that have a contract.
    clients: tuple[str, ...] = ()
    clients_per_pass: int = Field(default=100, gt=0)
    internal_url: str | None = None
    internal_token: Secret | None = None
    #: How far back the feed ``internal`` reads in each pass, by opening date.
    window: Duration = Field(default=timedelta(days=30), gt=timedelta())
    database_url: Secret | None = None
    #: A record may take so long to show in a list after it was written. Not known publicly.
    lag: Duration = timedelta(seconds=5)
    #: A message as a report (which says whether it is private) or as a note (which touches no status).
    movements: Literal["report", "note"] = "report"
    #: The person under whose name notes are written; reports stand under the integration's user.
    person_id: str | None = None
    #: ``teamCode`` by team id, for opening tickets. Without a line the tenant's own rules find the team.
    team_codes: Mapping[str, str] = {}
    #: A client without a contract is not served.
    exige_contrato: bool = True
    #: What every created ticket carries (tenant codes), by the names of the call.
    defaults: Mapping[str, str] = {}
    #: What every report carries.
    report: Mapping[str, str] = {}
    #: Texts that this tenant's ERP writes into histories by itself; they are no messages.
    silent_entries: tuple[str, ...] = ()
    forward: Forward | None = None
    set_label: Call | None = None
    maintenance: Maintenance | None = None
    #: ``documentationTypeCode`` of attached files; without it files cannot be attached.
    documentation_type: str | None = None
    #: Largest file that is sent or taken, in bytes; the ERP's own limit is not known.
    max_attachment: int = Field(default=10_000_000, gt=0)

    _FORWARD: ClassVar[frozenset[str]] = frozenset(
        {"id", "protocolo", "departamento", "codigo", "responsavel", "texto"}
    )
    _LABEL: ClassVar[frozenset[str]] = frozenset({"id", "protocolo", "etiqueta"})

    @field_validator("tx_id_type", mode="before")
    @classmethod
    def _both_ways(cls, value: object) -> object:
        """The number alone, or the whole table ``{ pj = 1, pf = 2 }``."""
        if isinstance(value, Mapping):
            pj, pf = (str(value.get(name, "")).strip() for name in ("pj", "pf"))
            if sorted((pj, pf)) != ["1", "2"]:
                raise ValueError("tx_id_type has a number for pj and one for pf: { pj = 1, pf = 2 } or the reverse")
            return int(pj)
        return int(value) if isinstance(value, str) and value.strip() in ("1", "2") else value

    @field_validator("closing_status", "cancel_status", "person_id", mode="before")
    @classmethod
    def _id_as_text(cls, value: object) -> object:
        return str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else value

    @field_validator("closing_status")
    @classmethod
    def _closing_is_told(cls, id: str) -> str:
        if not id:
            raise ValueError(
                "closing_status is missing: write the id of the status that means closed in this tenant; "
                "installations differ (3, 4 or 8), so it is never guessed"
            )
        return id

    @field_validator("clients", mode="before")
    @classmethod
    def _ids_as_text(cls, value: object) -> object:
        return tuple(str(item).strip() for item in value) if isinstance(value, list | tuple) else value

    @field_validator("url")
    @classmethod
    def _host_only(cls, url: str) -> str:
        return url.removesuffix(PREFIX)

    @field_validator("token_url")
    @classmethod
    def _token_address(cls, url: str | None) -> str | None:
        return url if url is None else _plain(url).removesuffix(TOKEN_PATH)

    @field_validator("internal_url")
    @classmethod
    def _internal_address(cls, url: str | None) -> str | None:
        return url if url is None else _plain(url)

    @field_validator("statuses")
    @classmethod
    def _known_statuses(cls, statuses: Mapping[str, str]) -> Mapping[str, str]:
        for code, name in statuses.items():
            if fold(name) not in tuple(Status):
                raise ValueError(f"status {code!r}: {name!r} is none of {', '.join(Status)}")
        return statuses

    @field_validator("vocab")
    @classmethod
    def _fixed_names(cls, vocab: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        if "status" in vocab:
            raise ValueError("status: this ERP's statuses stand in the table `statuses`, not in the vocabulary")
        for code, name in vocab.get("prioridade", {}).items():
            if fold(name) not in tuple(Prioridade):
                raise ValueError(f"prioridade {code!r}: {name!r} is none of {', '.join(Prioridade)}")
        return vocab

    @field_validator("defaults")
    @classmethod
    def _known_defaults(cls, defaults: Mapping[str, str]) -> Mapping[str, str]:
        return _only(defaults, _DEFAULTS, "defaults")

    @field_validator("report")
    @classmethod
    def _known_report(cls, report: Mapping[str, str]) -> Mapping[str, str]:
        return _only(report, _REPORT, "report")

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.closing_status == self.cancel_status:
            raise ValueError("closing_status and cancel_status are the same id: a ticket is solved or cancelled")
        for key, status in (("closing_status", Status.SOLUCIONADO), ("cancel_status", Status.CANCELADO)):
            told = self.statuses.get(getattr(self, key) or "")
            if told is not None and fold(told) != status:
                raise ValueError(f"{key} is {getattr(self, key)}, which `statuses` says to mean {told}")
        if self.feed is FeedKind.INTERNAL and (self.internal_url is None or self.internal_token is None):
            raise ValueError('feed = "internal" needs internal_url and internal_token')
        if self.feed is FeedKind.DATABASE and self.database_url is None:
            raise ValueError('feed = "database" needs database_url')
        if self.movements == "note" and self.person_id is None:
            raise ValueError('movements = "note" needs person_id: the person under whose name notes are written')
        for name, call, known in (("forward", self.forward, self._FORWARD), ("set_label", self.set_label, self._LABEL)):
            unknown = sorted(call.placeholders - known) if call else []
            if unknown:
                places = ", ".join(f"{{{word}}}" for word in sorted(known))
                raise ValueError(f"{name}: params hold {{{unknown[0]}}}, which means nothing here; known are {places}")
        if self.forward and not {"id", "protocolo"} & self.forward.placeholders:
            raise ValueError("forward: params must hold {id} or {protocolo}, or the call says not what it is about")
        if self.set_label and not {"etiqueta"} <= self.set_label.placeholders:
            raise ValueError("set_label: params must hold {etiqueta}, or the call says not what to set")
        return self

    @property
    def token_base(self) -> str:
        """Scheme, host and port of the token endpoint."""
        if self.token_url is not None:
            return self.token_url
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return urlunsplit((parts.scheme, f"{host}:{TOKEN_PORT}", "", "", ""))

    @property
    def api_base(self) -> str:
        """The address of the third-party API; its usual port where ``url`` names none."""
        parts = urlsplit(self.url)
        netloc = parts.netloc if parts.port else f"{parts.netloc}:{API_PORT}"
        return urlunsplit((parts.scheme, netloc, parts.path, "", "")) + PREFIX

    @property
    def status_of_id(self) -> Mapping[str, Status]:
        """What each status id means."""
        found = {code: Status(fold(name)) for code, name in self.statuses.items()}
        found[self.closing_status] = Status.SOLUCIONADO
        if self.cancel_status is not None:
            found[self.cancel_status] = Status.CANCELADO
        return found

    @property
    def id_of_status(self) -> Mapping[Status, str]:
        """The id to write for a status; of several open ones, the first in the file. Closed ones are never guessed."""
        found: dict[Status, str] = {}
        for code, name in self.statuses.items():
            found.setdefault(Status(fold(name)), code)
        found.pop(Status.CANCELADO, None)
        found[Status.SOLUCIONADO] = self.closing_status
        if self.cancel_status is not None:
            found[Status.CANCELADO] = self.cancel_status
        return found


def _plain(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError('an address starts with "https://" (or "http://") and a host')
    if "@" in url.split("/", 3)[2]:
        raise ValueError("an address holds no user or password; use the keys for them, by reference")
    return url.rstrip("/")


def _only(given: Mapping[str, str], known: frozenset[str], table: str) -> Mapping[str, str]:
    for key in given:
        if key not in known:
            raise ValueError(f"{table}: {key} cannot be given; known are {', '.join(sorted(known))}")
    return given
