"""Answers as Voalle writes them: the envelope, its messages, and ids that are now numbers and now texts."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

#: What comes instead of JSON when the server itself breaks.
ERROR_PAGE = b"<html><head><title>500 - Internal server error.</title></head><body>Server Error</body></html>"


class Refusal(Exception):
    """Answered as an envelope with ``success`` false under HTTP 200 (quirk 1)."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Status(Exception):
    """Answered with this HTTP status and no envelope."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status

    def response(self) -> Response:
        if self.status == 401:
            return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return HTMLResponse(f"<html><body><h1>{self.status}</h1></body></html>", status_code=self.status)


def envelope(response: Any, *, messages: list[dict[str, Any]] | None = None, success: bool = True) -> dict[str, Any]:
    """``dataResponseType`` is a word for what ``response`` is; its values are not public."""
    kind = "list" if isinstance(response, list) else "object" if response is not None else None
    return {
        "success": success,
        "messages": messages,
        "response": response,
        "dataResponseType": kind,
        "elapsedTime": 0.012,
    }


def refused(refusal: Refusal) -> dict[str, Any]:
    """Quirk 1: a failure under HTTP 200; quirk 2: the reasons are objects in ``messages``."""
    message = {"message": str(refusal), "type": "Error", "code": refusal.code or None}
    return envelope(None, messages=[message], success=False)


def as_text(value: Any, name: str = "") -> Any:
    """The same content with its ids and protocols as texts (quirk 4)."""
    if isinstance(value, dict):
        return {key: as_text(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner, name) for inner in value]
    is_id = name in ("id", "protocol") or name.endswith("Id")
    return str(value) if is_id and isinstance(value, int) and not isinstance(value, bool) else value


def json_response(content: Any, status: int = 200) -> Response:
    """Lone surrogates, which the database would not have taken, come out as question marks."""
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status_code=status, media_type="application/json; charset=utf-8")


def oauth_error(error: str, status: int = 400) -> Response:
    """How the token's address says no."""
    return JSONResponse({"error": error}, status_code=status)
