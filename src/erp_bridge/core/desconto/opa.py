"""The protocol of an Opa! conversation, as people copy it into tickets. Pure."""

from __future__ import annotations

import re

_OPA = r"(?<![A-Z0-9])OPA!?[\s.:#/_-]*(?:N[O\xba\xb0]?\.?\s*)?"
_WHOLE = re.compile(rf"{_OPA}([0-9](?:[.-]?[0-9])*)", re.IGNORECASE)
_WITHIN = re.compile(rf"{_OPA}((?>[0-9]+))(?![A-Z0-9]|[.-][0-9])", re.IGNORECASE)
_OTHER = re.compile(r"[A-Z]{0,10}(?:[.-]?[0-9]){4,}[A-Z]{0,3}", re.IGNORECASE)


def normalizar_protocolo_opa(text: str | None) -> str | None:
    """``OPA`` and digits, of any length, without blanks and dashes; None when the text has not that shape."""
    match = _WHOLE.fullmatch((text or "").strip(" ."))
    return "OPA" + re.sub(r"[^0-9]", "", match[1]) if match else None


def ler_protocolo_opa(text: str) -> str | None:
    """The one protocol in what stands behind the label; None where there is none, or where other numbers stand beside.

    Without ``OPA`` before it, one number of four digits or more is taken as it stands: other forms must pass.
    """
    whole = normalizar_protocolo_opa(text)
    if whole:
        return whole
    word = text.strip(" .")
    if _OTHER.fullmatch(word):
        return word
    found = list(_WITHIN.finditer(text))
    if len(found) != 1:
        return None
    [match] = found
    beside = text[: match.start()] + text[match.end() :]
    return None if re.search(r"[0-9]", beside) else f"OPA{match[1]}"
