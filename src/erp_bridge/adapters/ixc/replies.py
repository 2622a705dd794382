"""What IXC's replies mean. Pure: a reply in, rows or the outcome of a write out, or the error that it stands for.

Nothing here looks at content types (quirk 4), nor at the language of a message (quirk 31), with two exceptions that
help people: an endpoint that does not exist here, and an address that is not allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from erp_bridge.adapters.ixc.values import one_line
from erp_bridge.adapters.ixc.wire import R, usual_page
from erp_bridge.core.errors import AuthError, BridgeError, Malformed, Refused, Uncertain, Unsupported
from erp_bridge.transport.reply import Reply

Row = Mapping[str, Any]
T = TypeVar("T")

#: Replies carry passwords of clients and users in clear text (quirk 27); they go no further than here.
_SECRET = re.compile(r"senha|password|passwd", re.IGNORECASE)

_NOT_HERE = re.compile(r"^(recurso|resource)\b.{0,120}\b(dispon[ií]vel|available)", re.IGNORECASE)
_ADDRESS_NOT_ALLOWED = re.compile(r"\bIP\b.{0,60}\b(liberado|permitido|allowed)", re.IGNORECASE)
_ID_KEYS = ("id", "id_su_ticket", "ticket_id", "id_ticket", "id_saida")


@dataclass(frozen=True)
class Asked:
    """What a reply answers: needed to read it and to say in an error what it is about."""

    erp: str
    what: str  # the table or action
    operation: str
    charset: str = "utf-8"
    hide: Callable[[str], str] = str  # takes the token out of a text that may quote it

    def words(self, text: str, limit: int = 300) -> str:
        return self.hide(one_line(text, limit))


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One page of rows, and how many rows match in all, where the ERP says so."""

    rows: list[T]
    total: int | None


class NotUnderstood(Exception):
    """A reply to a read that may be a passing hiccup. Never leaves the client: ``error`` is what to raise at last."""

    def __init__(self, error: BridgeError) -> None:
        super().__init__(str(error))
        self.error = error


def records(reply: Reply, asked: Asked, kind: type[R]) -> Listing[R]:
    """The same as :func:`listing`, as records. A page in the usual form is decoded and checked in one go."""
    if _is_utf8(asked.charset) or reply.content.isascii():
        with suppress(ValueError, RecursionError):
            page = usual_page(kind).decode(reply.content)
            return Listing(page.registros, int(page.total))
    found = listing(reply, asked)
    return Listing([kind.of(row) for row in found.rows], found.total)


def listing(reply: Reply, asked: Asked) -> Listing[Row]:
    """The rows of a listing, in any of the shapes it comes in (quirk 3)."""
    data = _read_json(reply, asked)
    if isinstance(data, list):
        return Listing(_rows(data, reply), None)
    if not isinstance(data, dict):
        raise NotUnderstood(reply.malformed("a listing"))
    if _outcome(data) == "error":
        raise refusal(data, asked)
    if not {"registros", "rows", "page", "total", "tot"} & set(data):
        raise NotUnderstood(reply.malformed("a listing"))
    return Listing(_rows(data.get("registros") or data.get("rows") or [], reply), _total(data))


def written(reply: Reply, asked: Asked) -> str:
    """The id that a write answers with; "" where it names none. Anything but a clear yes or no is ``Uncertain``."""
    data = _written_json(reply, asked)
    outcome = _outcome(data) if isinstance(data, dict) else ""
    if outcome == "error":
        raise refusal(data, asked)
    if outcome != "success":
        raise _unclear(reply, asked, "the answer to the write says neither success nor error")
    return next((str(data[key]) for key in _ID_KEYS if data.get(key) not in (None, "", 0, "0")), "")


def protocolo(reply: Reply, asked: Asked) -> str:
    """A reserved number: a bare JSON number, a text, or an object that holds it (quirk 16)."""
    found: Any = reply.text(asked.charset).strip()
    with suppress(Malformed):  # plain text, or an error page, which is no number either
        found = reply.json(asked.charset)
    if isinstance(found, dict):
        if _outcome(found) == "error":
            raise refusal(found, asked)
        found = found.get("protocolo") or found.get("id")
    number = str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""
    if not re.fullmatch(r"[\w./-]{1,50}", number):
        raise reply.malformed("a protocolo")
    return number


def refusal(data: Mapping[str, Any], asked: Asked) -> BridgeError:
    """The ERP's own no, in its own words (quirks 1, 29, 32)."""
    said = next((data[key] for key in ("message", "mensagem", "msg") if data.get(key)), "")
    text = asked.words(str(said)) or "the ERP refuses without saying why: look into its own log"
    if _NOT_HERE.search(text):
        return Unsupported(asked.erp, asked.what)
    if _ADDRESS_NOT_ALLOWED.search(text):
        return AuthError(text, erp=asked.erp, operation=asked.operation)
    return Refused(text, erp=asked.erp, operation=asked.operation)


def _read_json(reply: Reply, asked: Asked) -> Any:
    if _is_error_page(reply, asked):  # quirk 2
        text = f"{asked.words(reply.text(asked.charset))} (its page for any error, also for an unknown field or filter)"
        raise NotUnderstood(Refused(text, erp=asked.erp, operation=asked.operation))
    try:
        return reply.json(asked.charset)
    except Malformed as error:
        raise NotUnderstood(error) from None


def _written_json(reply: Reply, asked: Asked) -> Any:
    if reply.is_html and 400 <= reply.status < 500:
        text = f"the web server turned the request away before the ERP saw it (HTTP {reply.status})"
        raise Refused(text, erp=asked.erp, operation=asked.operation)
    try:
        return reply.json(asked.charset)
    except Malformed:
        said = f": {asked.words(reply.text(asked.charset), 120)}" if _is_error_page(reply, asked) else ""
        raise _unclear(reply, asked, f"the answer to the write is {reply.looks}{said}") from None


def _is_error_page(reply: Reply, asked: Asked) -> bool:
    """The ERP's own error page is a bare ``<div>``; a whole document comes from somebody in between."""
    if not reply.is_html:
        return False
    start = reply.text(asked.charset).lstrip("\ufeff \t\r\n")[:2000].lower()
    return start.startswith("<div") or "erro ao processar" in start


def _unclear(reply: Reply, asked: Asked, what: str) -> Uncertain:
    text = f"{what} (HTTP {reply.status}): it may or may not have been carried out, look for it before repeating it"
    return Uncertain(text, erp=asked.erp, operation=asked.operation)


def _outcome(data: Mapping[str, Any]) -> str:
    return str(data.get("type", "")).strip().lower()


def _total(data: Mapping[str, Any]) -> int | None:
    for key in ("total", "tot"):
        text = str(data.get(key, "")).strip()
        if text.isdecimal():
            return int(text)
    return None


def _rows(rows: Any, reply: Reply) -> list[Row]:
    if isinstance(rows, dict):
        rows = list(rows.values())
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotUnderstood(reply.malformed("a listing"))
    return [_harmless(row) for row in rows]


def _is_utf8(charset: str) -> bool:
    return charset.lower() in ("utf-8", "utf8")


@lru_cache(maxsize=4096)  # a few hundred names, asked for with every row
def _is_secret(column: str) -> bool:
    return _SECRET.search(column) is not None


def _harmless(row: Mapping[str, Any]) -> Row:
    """A record without passwords; the cells of a view (``{"id": …, "cell": […]}``) by their places."""
    cells = row.get("cell")
    if isinstance(cells, dict):
        row = {**row, **cells}
    elif isinstance(cells, list):
        row = {"id": row.get("id", ""), **{f"cell{place}": value for place, value in enumerate(cells)}}
    return {key: value for key, value in row.items() if not _is_secret(key) and key != "cell"}
