"""Reading a request: which table or action it names, whether it lists, and its fields, however they were encoded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Scope

BASE = "/webservice/v1/"

_PHP_WORDS = {None: "", True: "1", False: ""}


@dataclass
class Call:
    """One request, read. All its fields are text, as PHP sees them."""

    method: str
    name: str  # the table or action
    id: str
    lists: bool
    form: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    orders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """How it is named in logs and fault orders: "list su_ticket", "POST su_ticket", "PUT su_ticket"."""
        return f"{'list' if self.lists else self.method} {self.name}"


def address(scope: Scope) -> Call:
    """The request as its address and headers tell it; the fields are still to be read."""
    name, _, id_ = scope["path"].removeprefix(BASE).strip("/").partition("/")
    header = dict(scope["headers"]).get(b"ixcsoft", b"").strip().lower()
    # Only this word means anything; on a POST without it a row is inserted, with it a create lists (quirk 5).
    return Call(scope["method"], name, id_, header == b"listar" and scope["method"] in ("GET", "POST", "PUT"))


async def read(request: Request, call: Call) -> None:
    """Take the body as JSON, form or multipart, whatever is announced. ValueError when it is not that."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    call.uploads[name] = (value.filename or "", await value.read())
                else:
                    call.form[name] = value
        return
    body = await request.body()
    if kind == "application/x-www-form-urlencoded":
        call.form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    elif body.strip():
        call.form = _fields(json.loads(body))


def _fields(document: object) -> dict[str, str]:
    if not isinstance(document, dict):
        raise ValueError("a body is an object")  # noqa: TRY004 - one kind of error for what is no body
    return {name: _text(value) for name, value in document.items()}


def _text(value: object) -> str:
    """A scalar as PHP turns it to text; half a surrogate pair is no text (UnicodeEncodeError is a ValueError)."""
    if isinstance(value, dict | list):
        raise ValueError("a field is a text or a number")  # noqa: TRY004
    text = _PHP_WORDS[value] if value is None or isinstance(value, bool) else str(value)
    text.encode()
    return text
