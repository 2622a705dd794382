"""What an answer of Hubsoft means. Pure, but for the errors it raises."""

from __future__ import annotations

import re
from collections.abc import Mapping

from erp_bridge import BridgeError, Malformed, NotFound, Refused, Unavailable, Uncertain
from erp_bridge.adapter_api import Reply, redactor, text

_LONGEST = 300
#: A success is not known by its word (quirk 3), but these are none.
_FAILED = frozenset({"error", "erro", "fail", "failed", "failure", "falha"})


def read(reply: Reply, key: str, *, writes: bool) -> object:
    """What stands under ``key``, where this call puts what it has to give.

    Raises ``Refused`` with the ERP's words, ``NotFound`` for a 404 in them, ``Unavailable``, ``Malformed``, and for a
    write ``Uncertain`` wherever the answer does not prove what became of it.
    """
    try:
        answer = reply.json()
    except Malformed:
        raise _of_no_json(reply, writes=writes) from None
    if not isinstance(answer, Mapping):
        raise _unproven(reply, writes=writes)
    said = one_line(answer.get("msg") or answer.get("message"))
    if reply.status >= 500:
        raise _error(reply, Uncertain if writes else Unavailable, said or f"HTTP {reply.status} without a text")
    if reply.status >= 400 or text.fold(one_line(answer.get("status"))) in _FAILED:
        kind = NotFound if reply.status == 404 and said else Refused
        raise _error(reply, kind, said or f"HTTP {reply.status} without a text")
    if key in answer:
        return answer[key]
    raise _unproven(reply, writes=writes, said=said)


def rows(found: object) -> list[Mapping[str, object]]:
    """The records of a list; what is none is left out."""
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def one_line(said: object) -> str:
    """Words of the ERP for a message: one line, not too long, and nothing personal or secret in it."""
    line = " ".join(re.sub(r"<[^>]*>", " ", text.clean(said)).split()) if isinstance(said, str) else ""
    return redactor.text(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…")


def _of_no_json(reply: Reply, *, writes: bool) -> BridgeError:
    if reply.status >= 500:
        return _error(reply, Uncertain if writes else Unavailable, f"the server failed (HTTP {reply.status})")
    if writes and reply.status < 400:
        return _error(reply, Uncertain, f"the answer is {reply.looks} and does not prove what became of the write")
    return reply.malformed()


def _unproven(reply: Reply, *, writes: bool, said: str = "") -> BridgeError:
    if writes:
        return _error(reply, Uncertain, f"the answer does not prove what became of the write; it says: {said or '-'}")
    return _error(reply, Refused, said) if said else reply.malformed("an answer of Hubsoft")


def _error(reply: Reply, kind: type[BridgeError], words: str) -> BridgeError:
    return kind(words, erp=reply.erp, operation=reply.operation)
