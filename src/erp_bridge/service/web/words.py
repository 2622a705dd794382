"""Why something waits, in words for a page: where the command line names a command, a page has a button."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.messages import MESSAGES
from erp_bridge.i18n import LANGUAGES, N_
from erp_bridge.report import reasons as many
from erp_bridge.report.words import Words, plain, say
from erp_bridge.sync.fields import LABELS
from erp_bridge.sync.reasons import REASONS, reason
from erp_bridge.sync.store.waiting import Wait

_ENGLISH, _PORTUGUESE = LANGUAGES

#: What a person reads here instead of the words of the command line. Names in braces come from the entry's detail.
_HERE: Mapping[str, str] = {
    "both-changed": N_("{field} was changed on both sides to different values: say which side is right."),
    "client-changed": N_(
        "The client of the ticket was changed: make both tickets right by hand, then say which side is right."
    ),
    "unproven": N_("Whether {erp} carried out a write cannot be proven: look there, then say what you found."),
    "same-reference": N_(
        "It names the same ticket as {candidates} does: close the one too many by hand, then settle this."
    ),
    "tangled": N_(
        "Footers make it both a twin and an original ({candidates}), so one was pasted: look at the texts, then say "
        "which ticket is its twin."
    ),
    "several-twins": N_("Several tickets could be its twin ({candidates}): say which one is."),
    "partner-linked": N_(
        "It names the protocolo of {candidates}, which has a twin already: say that it has no twin, and it is treated "
        "as a new ticket."
    ),
    "discount-unproven": N_(
        "Whether {erp} booked the discount of this ticket cannot be proven: look there, then say what you found."
    ),
}


def why(wait: Wait) -> Words:
    """Why one entry waits."""
    if wait.code in _HERE:
        empty = {"erp": "", "candidates": ""}
        return say(_HERE[wait.code], **{**empty, **wait.detail, "field": label(wait.field)})
    return Words(reason(wait, _ENGLISH), reason(wait, _PORTUGUESE))


def what(wait: Wait, source: str, target: str) -> Words:
    """The same said of all entries of a kind, and not of one ticket."""
    if wait.code == "unmapped" and f"{wait.code}-{wait.field}" not in REASONS:
        return say(
            N_('{field} "{raw}" of {erp} {name} has no counterpart in {other}'), field=label(wait.field),
            **{**{"raw": "", "erp": source, "name": "", "other": target}, **wait.detail},
        )  # fmt: skip
    return many.what(wait.code, wait.field, source, target) if _is_known(wait) else why(wait)


def next_step(wait: Wait, source: str, target: str) -> Words:
    """What one does about all entries of a kind; blank where the reason says it."""
    return many.next_step(wait.code, wait.field, source, target) if _is_known(wait) else plain("")


def _is_known(wait: Wait) -> bool:
    return wait.code in many.TEXTS or f"{wait.code}-{wait.field}" in many.TEXTS or wait.code in MESSAGES


def label(campo: str) -> Words:
    """The name of a field as people see it in an ERP; anything else, like the id of a movement, as it is."""
    return plain(LABELS.get(campo, campo))
