"""Why records were not moved, and what a person does about it: one line for each, spoken of many records at once."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.messages import MESSAGES
from erp_bridge.i18n import N_
from erp_bridge.report.words import Words, plain, say

#: code → what it is; what to do next.
TEXTS: Mapping[str, tuple[str, str]] = {
    "unmapped": (
        N_("A value of {field} in {source} has no counterpart in {target}."),
        N_("Add lines to [erp.{target}.vocab.{field}], or a fallback to the pair; `vocab suggest` proposes them."),
    ),
    "unmapped-estrutura": (
        N_("The ticket is about a structure, and structures have no key that both sides share."),
        N_("It stays in {source} alone; open one in {target} by hand and join them with `link add`."),
    ),
    "unreadable-cliente": (
        N_("The ticket belongs to something that is no client."),
        N_("It stays in {source} alone."),
    ),
    "unreadable": (
        N_("{source} shows {field} as a code without a meaning here."),
        N_("Correct the tickets, or map the code in [erp.{source}.vocab.{field}]."),
    ),
    "unknown-client": (
        N_("The client has no active record with the same document in {target}."),
        N_("Register these clients in {target}; they are tried again by themselves."),
    ),
    "ambiguous-client": (
        N_("Several active clients in {target} have the same document."),
        N_("Leave one of them active in {target}."),
    ),
    "no-document": (
        N_("The client has no CPF or CNPJ in {source}."),
        N_("Fill it in at the client's record in {source}."),
    ),
    "refused": (
        N_("{target} refused the record."),
        N_("Open one of them in {target} to see which field it demands, then `quarantine retry`."),
    ),
    "malformed": (
        N_("An ERP answered something that its API does not promise."),
        N_("Look at the log, then `quarantine retry`."),
    ),
    "unsupported": (
        N_("{target}, as configured, has no call for it."),
        N_("See `erp-bridge check {target}` for what is missing."),
    ),
    "notfound": (
        N_("The record is no longer there."),
        N_("Look in {source} and {target}; then retry, or remove the link."),
    ),
    "target-cancelled": (
        N_("The ticket in {target} is cancelled and takes nothing more."),
        N_("Leave it, or tell it there in another ticket."),
    ),
    "both-changed": (
        N_("{field} was changed on both sides to different values."),
        N_("Decide with `conflicts resolve ID --take left|right`."),
    ),
    "client-changed": (
        N_("The client of the ticket was changed."),
        N_("Make both tickets right by hand, or remove the link."),
    ),
    "reopen": (
        N_('The ticket is solved in {target}, and the pair says reopen = "never".'),
        N_("Reopen it there by hand, or allow it in the pair."),
    ),
    "uncertain": (
        N_("An ERP did not answer a write."),
        N_("Nothing: the next run looks whether it arrived."),
    ),
    "unavailable": (
        N_("An ERP did not answer."),
        N_("Nothing: the next run tries again."),
    ),
    "overtaken": (
        N_("The ticket was changed by somebody else meanwhile."),
        N_("Nothing: the next run compares again."),
    ),
    "unproven": (
        N_("Whether {target} carried out a write cannot be proven."),
        N_("Look there, then `doubts resolve ID --twin ERPID|--none`."),
    ),
    "same-reference": (
        N_("Two tickets name the same original."),
        N_("Close the one too many by hand, then `doubts resolve ID`."),
    ),
    "tangled": (
        N_("Footers make it both a twin and an original: one was pasted."),
        N_("Look at the texts, then `doubts resolve ID --twin ERPID|--none`."),
    ),
    "several-twins": (
        N_("Several tickets could be its twin."),
        N_("Look at them, then `doubts resolve ID --twin ERPID|--none`."),
    ),
    "partner-linked": (
        N_("It names the protocolo of a ticket that has a twin already."),
        N_("`doubts resolve ID --none` moves it as a new one."),
    ),
    "transform": (
        N_("The pair's own function failed on it."),
        N_("Correct the function; the next run tries again."),
    ),
    "discount-unproven": (
        N_("Whether {target} booked a discount cannot be proven."),
        N_("Look at the contract there, then `doubts resolve ID --twin ID|--none`."),
    ),
    "link-requested": (N_("A person asked for a link."), N_("Nothing: the next run makes it.")),
    "unlink-requested": (N_("A person asked to remove the link."), N_("Nothing: the next run removes it.")),
}


def what(code: str, field: str, source: str, target: str) -> Words:
    """What stands in the way."""
    known = _known(code, field)
    if known:
        return say(known[0], field=field, source=source, target=target)
    if code in MESSAGES:
        return Words(_generic(MESSAGES[code].en), _generic(MESSAGES[code].pt))
    return plain(code)


def next_step(code: str, field: str, source: str, target: str) -> Words:
    """What a person does about it. The validation messages say it themselves: then it is blank."""
    known = _known(code, field)
    if known:
        return say(known[1], field=field, source=source, target=target)
    if code in MESSAGES:
        return plain("")
    return say(N_("See it with `erp-bridge quarantine` and `erp-bridge doubts`."))


def _known(code: str, field: str) -> tuple[str, str] | None:
    return TEXTS.get(f"{code}-{field}", TEXTS.get(code))


class _Dots(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _generic(template: str) -> str:
    text = template.format_map(_Dots())
    return text[:1].upper() + text[1:] + "."
