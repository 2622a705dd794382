"""Which language a page speaks: the one that was chosen, else the browser's first that we have."""

from __future__ import annotations

from erp_bridge.i18n import LANGUAGES

ENGLISH, PORTUGUESE = LANGUAGES


def of(chosen: str, accepted: str) -> str:
    """``chosen`` is the cookie, ``accepted`` the header ``Accept-Language``."""
    if chosen in LANGUAGES:
        return chosen
    ranked = sorted(enumerate(accepted.split(",")), key=lambda part: (-_quality(part[1]), part[0]))
    for _, part in ranked:
        name = part.partition(";")[0].strip().lower()
        if _quality(part) <= 0:
            continue
        if name.partition("-")[0] == "pt":
            return PORTUGUESE
        if name.partition("-")[0] == "en":
            return ENGLISH
    return ENGLISH


def _quality(part: str) -> float:
    _, found, text = part.partition("q=")
    try:
        return float(text.strip()) if found else 1.0
    except ValueError:
        return 0.0
