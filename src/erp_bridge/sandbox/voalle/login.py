"""The address that gives tokens: client credentials, password, refresh (quirk 12)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from erp_bridge.sandbox.voalle.options import Options
from erp_bridge.sandbox.voalle.replies import oauth_error

#: The client of the password grant is a fixed one of the platform's; the real secret is printed in vendor documents.
PASSWORD_CLIENT = "synauth"


@dataclass
class Login:
    """Who may come in. Credentials may be changed at any time; tokens given before stay good until they expire."""

    now: Callable[[], datetime]
    options: Options
    client_id: str
    client_secret: str
    syndata: str
    username: str
    password: str
    platform_secret: str
    user_token: str
    integrator: bool = True
    tokens: dict[str, datetime] = field(default_factory=dict)  # token → end
    refresh_tokens: set[str] = field(default_factory=set)

    def grant(self, form: dict[str, Any]) -> Response:
        """Answer a request for a token."""
        kind = form.get("grant_type")
        if kind == "client_credentials":
            return self._client_credentials(form)
        if kind == "password":
            return self._password(form)
        if kind == "refresh_token":
            return self._refresh(form)
        return oauth_error("unsupported_grant_type")

    def _client_credentials(self, form: dict[str, Any]) -> Response:
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return oauth_error("invalid_client")
        if form.get("scope") != "syngw":
            return oauth_error("invalid_scope")
        return self._turned_away(form) or self._given("syngw")

    def _password(self, form: dict[str, Any]) -> Response:
        if (form.get("client_id"), form.get("client_secret")) != (PASSWORD_CLIENT, self.platform_secret):
            return oauth_error("invalid_client")
        if (form.get("username"), form.get("password")) != (self.username, self.password):
            return oauth_error("invalid_grant")
        scopes = str(form.get("scope") or "").split()
        if "syngw" not in scopes:
            return oauth_error("invalid_scope")
        return self._turned_away(form) or self._given(" ".join(scopes), refresh="offline_access" in scopes)

    def _refresh(self, form: dict[str, Any]) -> Response:
        if (form.get("client_id"), form.get("client_secret")) != (PASSWORD_CLIENT, self.platform_secret):
            return oauth_error("invalid_client")
        if form.get("refresh_token") not in self.refresh_tokens:
            return oauth_error("invalid_grant")
        self.refresh_tokens.discard(str(form["refresh_token"]))  # each is good for one use
        return self._given("syngw offline_access", refresh=True) if self.integrator else oauth_error("denied", 401)

    def _turned_away(self, form: dict[str, Any]) -> Response | None:
        """Quirk 13: only "Usuário integrador" comes in; a wrong tenant key is turned away alike."""
        if not self.integrator or form.get("syndata") != self.syndata:
            return oauth_error("unauthorized_client", 401)
        return None

    def _given(self, scope: str, *, refresh: bool = False) -> Response:
        token = secrets.token_hex(24)
        self.tokens[token] = self.now() + timedelta(seconds=self.options.token_seconds)
        answer = {
            "access_token": token, "expires_in": self.options.token_seconds, "token_type": "Bearer", "scope": scope,
        }  # fmt: skip
        if refresh:  # only after the password grant
            answer["refresh_token"] = secrets.token_hex(24)
            self.refresh_tokens.add(str(answer["refresh_token"]))
        return JSONResponse(answer)

    def expire(self) -> None:
        """No token given so far opens anything any more."""
        self.tokens.clear()

    def opens(self, authorization: str, *, internal: bool = False) -> bool:
        """Whether that header lets a request in; the internal API knows people's own tokens only (quirk 11)."""
        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() != "bearer":
            return False
        if internal:
            return token == self.user_token
        end = self.tokens.get(token)
        return end is not None and self.now() < end
