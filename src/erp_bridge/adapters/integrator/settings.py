"""The keys of an Integrator's ``[erp.X]`` table.

Types, categories, users, roles, status codes and saved queries are this tenant's own (quirks 16, 17): nothing of the
kind is a constant here but ``01PENDENTE``, ``Telefonico`` and ``PROBLEMA``, the three values seen everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from erp_bridge.core.model import Origem, Status
from erp_bridge.core.settings import ErpSettings, Secret, Settings
from erp_bridge.core.text import fold

#: The one address of everything (quirk 2), and the XML twin that is not spoken here (quirk 10).
ENDPOINT = "/integrator.server.php"
OLD_ENDPOINT = "/server.php"

#: What an open ticket's status code means in every installation seen (quirk 18).
KNOWN_STATUS = {"01PENDENTE": Status.PENDENTE}
#: The only ``tipo_contato`` ever seen.
KNOWN_ORIGEM = {"Telefonico": Origem.TELEFONE}

#: Parameters that the bridge fills in itself; a default for them could only do harm.
_RESERVED = frozenset({"_user", "_passwd", "_consulta", "codoco", "codcli", "descri_oco"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Movements(StrEnum):
    """How a message reaches this Integrator."""

    COMMENT = "comment"
    ATTACHMENT = "attachment"
    NONE = "none"


class Queries(Settings):
    """Codes of queries saved in this tenant, run by ``view.execute``. One that is absent takes its capability along."""

    atendimentos: str | None = None
    abertos: str | None = None
    atendimento: str | None = None
    atendimento_protocolo: str | None = None
    atendimentos_cliente: str | None = None
    comentarios: str | None = None
    clientes: str | None = None
    clientes_busca: str | None = None
    cargos: str | None = None

    @field_validator("*")
    @classmethod
    def _a_code(cls, code: str | None) -> str | None:
        if code is not None and not code.strip():
            raise ValueError("the code of a saved query is missing; leave the line out if there is no such query")
        return code.strip() if code else None


class Submethod(Settings):
    """A call that this tenant knows of and the public does not."""

    submethod: str = Field(min_length=1)
    method: Literal["list", "execute"] = "list"
    params: Mapping[str, str] = {}
    #: Where the answer's first row names the new record; a dot leads into a nested object.
    id_field: str | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(name for text in self.params.values() for name in _PLACEHOLDER.findall(text))

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The parameters of one call. A placeholder inside a value put in is left as it is."""
        return {
            key: _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
            for key, text in self.params.items()
        }


class Submethods(Settings):
    """The tenant's calls, by what they do."""

    comentar: Submethod | None = None
    alterar_status: Submethod | None = None

    _NEEDED: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "comentar": ("id", "texto"),
        "alterar_status": ("id", "status"),
    }
    _KNOWN: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "comentar": ("id", "texto"),
        "alterar_status": ("id", "status", "texto"),
    }

    @model_validator(mode="after")
    def _placeholders(self) -> Self:
        for name, needed in self._NEEDED.items():
            call = getattr(self, name)
            if call is None:
                continue
            missing = [word for word in needed if word not in call.placeholders]
            if missing:
                raise ValueError(f"{name}: params must hold {{{missing[0]}}}, or the call says not what it is about")
            unknown = sorted(call.placeholders - set(self._KNOWN[name]))
            if unknown:
                known = ", ".join(f"{{{word}}}" for word in self._KNOWN[name])
                raise ValueError(f"{name}: params hold {{{unknown[0]}}}, which means nothing here; known are {known}")
        return self


class IntegratorSettings(ErpSettings):
    """One Integrator."""

    user: Secret
    password: Secret
    movements: Movements = Movements.COMMENT
    #: Read the tenant's tables instead of its saved queries; the form is in ``address.py``.
    database_url: Secret | None = None
    defaults: Mapping[str, str] = {}
    queries: Queries = Queries()
    submethods: Submethods = Submethods()
    #: Largest file that is sent, in bytes; the ERP's own limit is not known.
    max_attachment: int = Field(default=10_000_000, gt=0)

    @field_validator("url")
    @classmethod
    def _host_only(cls, url: str) -> str:
        url = url.removesuffix(ENDPOINT)
        if url.endswith(OLD_ENDPOINT):
            raise ValueError(f"the old XML interface {OLD_ENDPOINT} is not spoken here; the one at {ENDPOINT} is")
        return url

    @field_validator("defaults")
    @classmethod
    def _no_reserved(cls, defaults: Mapping[str, str]) -> Mapping[str, str]:
        for key in defaults:
            if key in _RESERVED:
                raise ValueError(f"{key} is filled in for each call and can have no default")
        if "codcar" in defaults and "codusu_d" in defaults:
            raise ValueError("a ticket goes to codcar or to codusu_d: give one of the two")
        return defaults

    @field_validator("vocab")
    @classmethod
    def _fixed_names(cls, vocab: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        for kind, names in (("status", tuple(Status)), ("origem", tuple(Origem))):
            for code, name in vocab.get(kind, {}).items():
                if fold(name) not in names:
                    raise ValueError(f"{kind} {code!r}: {name!r} is none of {', '.join(names)}")
        return vocab

    @property
    def status_of_code(self) -> Mapping[str, Status]:
        """What each status code means, for reading."""
        return {**KNOWN_STATUS, **self._configured_status}

    @property
    def code_of_status(self) -> Mapping[Status, str]:
        """The code to write for a status; of several, the first in the file."""
        found: dict[Status, str] = {}
        for code, status in self._configured_status.items():
            found.setdefault(status, code)
        return found

    @property
    def origem_of_code(self) -> Mapping[str, Origem]:
        """What each ``tipo_contato`` means; the configured ones first."""
        configured = {code: Origem(fold(name)) for code, name in self.vocab.get("origem", {}).items()}
        return {**configured, **{code: origem for code, origem in KNOWN_ORIGEM.items() if code not in configured}}

    @property
    def _configured_status(self) -> dict[str, Status]:
        return {code: Status(fold(name)) for code, name in self.vocab.get("status", {}).items()}
