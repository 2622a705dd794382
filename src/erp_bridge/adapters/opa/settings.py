"""Where an Opa! Suite is, and the token that opens it."""

from __future__ import annotations

import re

from erp_bridge.core.settings import ErpSettings, Secret

_API = "/api/v1"


class OpaSettings(ErpSettings):
    """One Opa! Suite. Issuing a new token kills the old one (quirk 2), so one is used and never issued here."""

    name: str = "opa"
    adapter: str = "opa"
    token: Secret

    @property
    def base_url(self) -> str:
        """The address of the API, also when the configured one already leads there; tenants may have own domains."""
        return re.sub(rf"{_API}$", "", self.url) + _API
