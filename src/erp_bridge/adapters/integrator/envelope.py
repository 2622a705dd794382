"""The envelope around every call, and what the many forms of its answer mean. Pure, but for the errors it raises.

No answer proves by its HTTP status that it is good: failures come as 200 with plain text (quirk 5) or with ``error``
set (quirk 6), and an answer without ``data`` is one without rows (quirk 3).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from erp_bridge.core.errors import BridgeError, Malformed, Refused, Unavailable, Uncertain
from erp_bridge.core.text import clean
from erp_bridge.transport.reply import Reply

RowData = dict[str, object]

_LONGEST_MESSAGE = 300
_WRONG_ADDRESS = "check that url is the host that serves /integrator.server.php"
_NO_ERROR = ("", "0", "false", "n", "nao", "não", "null", "none")


@dataclass(frozen=True)
class Asked:
    """What an answer belongs to. ``hide`` takes the credentials out of a text of the ERP."""

    erp: str
    operation: str
    writes: bool
    charset: str
    hide: Callable[[str], str]

    def quote(self, text: str) -> str:
        """A text of the ERP for a message: one line, not too long, and without the credentials it may repeat."""
        line = self.hide(one_line(self.hide(text)))
        return line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 1]}…"

    def error(self, kind: type[BridgeError], text: str) -> BridgeError:
        return kind(text, erp=self.erp, operation=self.operation)


def build(submethod: str, method: str, params: Mapping[str, str], user: str, password: str) -> dict[str, object]:
    """One call, with its credentials inside (quirk 1)."""
    return {
        "request": {
            "sendRequest": "integrator.server",
            "method": method,
            "submethod": submethod,
            "params": {"_user": user, "_passwd": password, **params},
        }
    }


def read(reply: Reply, asked: Asked) -> list[RowData]:
    """The rows of an answer, column names in lower case, texts without the blanks that pad them (quirk 7).

    Raises ``Refused`` where the ERP said no in words of its own, ``Malformed`` where something else answered, and for
    a write ``Uncertain`` wherever the answer does not prove what became of it.
    """
    if reply.status == 404:
        raise asked.error(Malformed, f"the server knows no such page (HTTP 404): {_WRONG_ADDRESS}")
    answer = _json(reply, asked.charset)
    if isinstance(answer, Mapping):
        return _from_envelope(reply.status, answer, asked)
    if isinstance(answer, str):
        raise _from_text(reply, answer, asked)
    raise _from_text(reply, reply.text(asked.charset), asked)


def one_line(text: str) -> str:
    """A text of the ERP, or the words of a page, in one line."""
    plain = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", clean(text[:20_000]))
    return " ".join(html.unescape(plain).split())


def _from_envelope(status: int, answer: Mapping[str, object], asked: Asked) -> list[RowData]:
    said = asked.quote(_refusal(answer))
    if status >= 500:
        text = said or f"HTTP {status} without a text"
        raise asked.error(Uncertain if asked.writes else Unavailable, text)
    if said or status >= 300:
        raise asked.error(Refused, said or f"HTTP {status} without a text")
    rows = _rows(answer)
    if asked.writes:
        # It counts as done when the ERP says so in either way: no error, or a row of the new record.
        if rows or "error" in answer:
            return rows or []
        raise asked.error(Uncertain, "the answer says neither yes nor no")
    if rows is None:
        raise asked.error(Malformed, "the answer holds no list of rows where this interface promises one")
    return rows


def _from_text(reply: Reply, text: str, asked: Asked) -> BridgeError:
    """What an answer without an envelope means (quirk 5)."""
    said = asked.quote(text) or "nothing"
    if reply.status >= 500:
        kind: type[BridgeError] = Uncertain if asked.writes else Unavailable
        return asked.error(kind, f"the server failed (HTTP {reply.status}): {said}")
    if asked.writes and reply.status < 400:
        return asked.error(Uncertain, f"the answer does not prove what became of the write; it says: {said}")
    if reply.is_html:
        return asked.error(Malformed, f"a web page answered ({said}): {_WRONG_ADDRESS}")
    if not text.strip() or text.lstrip()[0] in "{[":
        return asked.error(Malformed, f"the answer is empty, cut off or of another form: {_WRONG_ADDRESS}")
    return asked.error(Refused, said)


def _json(reply: Reply, charset: str) -> object:
    try:
        return reply.json(charset)
    except Malformed:
        return None


def _refusal(answer: Mapping[str, object]) -> str:
    """What the ERP says against the call; empty when it agrees (quirk 6)."""
    failed, said = answer.get("error"), answer.get("exception")
    if isinstance(failed, str):
        failed = failed.strip().casefold() not in _NO_ERROR
    if not failed and ("error" in answer or not said):
        return ""
    for wording in (said, answer.get("error")):
        if isinstance(wording, str) and wording.strip():
            return wording
    return "the ERP refused without saying why"


def _rows(answer: Mapping[str, object]) -> list[RowData] | None:
    """The rows; ``None`` when there is something that is none."""
    data = answer.get("data")
    if not data:
        return []  # quirk 3
    if not isinstance(data, Mapping):
        return None
    results = data.get("results")
    if not results:
        return []
    if isinstance(results, Mapping):
        results = [results]  # quirk 4
    if not isinstance(results, list) or not all(isinstance(row, Mapping) for row in results):
        return None
    return [{str(name).lower(): _trimmed(value) for name, value in row.items()} for row in results]


def _trimmed(value: object) -> object:
    return value.strip(" \0") if isinstance(value, str) else value
