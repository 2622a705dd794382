"""The keys of a Hubsoft's ``[erp.X]`` table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field, field_validator

from erp_bridge import Status
from erp_bridge.adapter_api import Duration, ErpSettings, Secret, text

API = "/api/v1/integracao"

#: What the vendor's own examples call an open ticket (quirk 9). Every other word is the tenant's: ``vocab.status``.
KNOWN_STATUS = {"aguardando analise": Status.NOVO, "pendente": Status.PENDENTE}
#: The only way of having been closed that the vendor's examples show.
KNOWN_CLOSING = {"concluido": Status.SOLUCIONADO}


class HubsoftSettings(ErpSettings):
    """One Hubsoft."""

    client_id: str
    client_secret: Secret
    user: Secret
    password: Secret
    page_size: int = Field(default=100, gt=0, le=1000)
    #: How far back tickets are read again in search of changes (quirk 4).
    reread: Duration = Field(default=timedelta(days=90), gt=timedelta())
    #: Given where neither the ticket nor its client has a telephone, which a new ticket must name (quirk 11).
    telefone: str | None = None
    #: Close a ticket although that closes its open work orders (quirk 6).
    fechar_com_os: bool = False

    @field_validator("url")
    @classmethod
    def _host_only(cls, url: str) -> str:
        return url.removesuffix(API)

    @field_validator("vocab")
    @classmethod
    def _fixed_names(cls, vocab: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        for words, name in vocab.get("status", {}).items():
            if text.fold(name) not in tuple(Status):
                raise ValueError(f"status {words!r}: {name!r} is none of {', '.join(Status)}")
        return vocab

    @property
    def statuses(self) -> Mapping[str, Status]:
        """What each word for a status means, the tenant's lines first; both of open tickets and of closed ones."""
        lines = self.vocab.get("status", {})
        return {
            **KNOWN_STATUS,
            **KNOWN_CLOSING,
            **{text.fold(words): Status(text.fold(name)) for words, name in lines.items()},
        }
