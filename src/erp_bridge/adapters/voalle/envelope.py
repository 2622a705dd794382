"""The envelope around every answer, and what its forms mean. Pure, but for the errors it raises.

Success is HTTP 2xx **and** ``success`` true (quirk 1); ``messages`` is null or a list (quirk 2).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from erp_bridge.adapters.voalle.values import text, yes
from erp_bridge.core.errors import BridgeError, Malformed, NotFound, Refused, Unavailable, Uncertain
from erp_bridge.core.text import clean, fold
from erp_bridge.transport.client import Reply

_LONGEST_MESSAGE = 300
_WRONG_ADDRESS = "check that url is the host of the third-party API (port 45715)"
_NOTHING_THERE = re.compile(r"\bnao\b.*\b(encontrad|localizad|existe)|\binexistente|\bnot found\b")


@dataclass(frozen=True)
class Asked:
    """What an answer belongs to. ``hide`` takes the credentials out of a text of the ERP."""

    erp: str
    operation: str
    writes: bool = False
    by_id: bool = False  # one record was asked for: a 404 means that there is none
    bare: bool = False  # this call is known to leave the envelope out (quirk 3)
    charset: str = "utf-8"
    hide: Callable[[str], str] = str

    def quote(self, said: str) -> str:
        """A text of the ERP for a message: one line, not too long, and without the credentials it may repeat."""
        line = self.hide(_one_line(self.hide(said)))
        return line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 1]}…"

    def error(self, kind: type[BridgeError], said: str) -> BridgeError:
        return kind(said, erp=self.erp, operation=self.operation)


def read(reply: Reply, asked: Asked) -> object:
    """What stands under ``response``.

    Raises ``NotFound`` where one record was asked for and is not there, ``Refused`` where the ERP said no in words of
    its own, ``Malformed`` where something else answered, and for a write ``Uncertain`` wherever the answer does not
    prove what became of it.
    """
    answer = _json(reply, asked)
    if isinstance(answer, Mapping) and "success" in answer:
        return _from_envelope(reply.status, answer, asked)
    if reply.status == 404 and not reply.is_html and asked.by_id:
        raise asked.error(NotFound, "there is no such record")
    if isinstance(answer, list) and asked.bare and reply.status < 300:
        return answer
    raise _without_envelope(reply, answer, asked)


def rows(response: object) -> list[Mapping[str, object]]:
    """The records of a list, which stand under ``data`` or alone."""
    found = response
    for _ in range(2):
        if isinstance(found, Mapping):
            found = found.get("data")
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def said(messages: object) -> str:
    """What the ERP says, in one text."""
    if isinstance(messages, list):
        parts = [text(m.get("message") if isinstance(m, Mapping) else m) for m in messages]
        return "; ".join(part for part in parts if part)
    return text(messages.get("message") if isinstance(messages, Mapping) else messages)


def _from_envelope(status: int, answer: Mapping[str, object], asked: Asked) -> object:
    if yes(answer["success"]) and status < 300:
        return answer.get("response")
    words = asked.quote(said(answer.get("messages")) or said(answer.get("response")))
    if status >= 500:
        raise asked.error(Uncertain if asked.writes else Unavailable, words or f"HTTP {status} without a text")
    if asked.by_id and (status == 404 or _NOTHING_THERE.search(fold(words))):
        raise asked.error(NotFound, words or "there is no such record")
    raise asked.error(Refused, words or f"the ERP refused without saying why (HTTP {status})")


def _without_envelope(reply: Reply, answer: object, asked: Asked) -> BridgeError:
    words = asked.quote(_plain_words(reply, answer, asked))
    if reply.status >= 500:
        kind: type[BridgeError] = Uncertain if asked.writes else Unavailable
        return asked.error(kind, f"the server failed (HTTP {reply.status}): {words or 'nothing'}")
    if reply.status == 404:
        return asked.error(Malformed, f"the server knows no such page (HTTP 404): {_WRONG_ADDRESS}")
    if asked.writes and reply.status < 400:
        return asked.error(Uncertain, f"the answer does not prove what became of the write; it says: {words or '-'}")
    if reply.status >= 400 and words and not reply.is_html:
        return asked.error(Refused, words)  # ASP.NET's own form of "bad request"
    if reply.is_html:
        return asked.error(Malformed, f"a web page answered ({words}): {_WRONG_ADDRESS}")
    return asked.error(Malformed, f"the answer (HTTP {reply.status}) holds no `success`: {_WRONG_ADDRESS}")


def _plain_words(reply: Reply, answer: object, asked: Asked) -> str:
    if isinstance(answer, Mapping):
        found = (answer.get(name) for name in ("message", "title", "error_description", "error"))
        return next((text(value) for value in found if text(value)), "")
    return text(answer) if isinstance(answer, str) else "" if answer is not None else reply.text(asked.charset)


def _json(reply: Reply, asked: Asked) -> object:
    try:
        return reply.json(asked.charset)
    except Malformed:
        return None


def _one_line(words: str) -> str:
    plain = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", clean(words[:20_000]))
    return " ".join(html.unescape(plain).split())
