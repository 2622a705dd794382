"""How far an adapter has come, from bronze to platinum: what each level demands, as data, and what was reached.

A level is reached when every check it demands, and every check of the levels below, passed. A skipped check was not
passed, whatever the reason: a capability that is not there is not there. And no level is reached while a check fails
that the level does not demand, because an adapter that breaks a promise does worse than one that makes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from erp_bridge.testing.check import Outcome, Result


class Level(StrEnum):
    """How much an ERP can be used for; each level holds those before it."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


LEVELS: Mapping[Level, tuple[str, ...]] = {
    # Opens and reads tickets, and every error says what it is.
    Level.BRONZE: (
        "claims.shape", "claims.unsupported", "claims.ping", "claims.requests",
        "get.found", "get.missing", "create.read_back", "create.invalid", "fields.create", "times.right",
        "text.emoji", "text.line_ends", "text.markup", "text.long", "text.too_long", "text.nothing",
        "http.credentials", "http.overloaded", "http.throttled", "http.error_page", "http.broken", "http.other_json",
        "http.empty", "http.redirect", "http.cut", "http.half", "http.refused", "http.recovers",
        "secrets.hidden", "people.hidden",
    ),
    # What the sync of one direction needs: no doubles, histories, statuses.
    Level.SILVER: (
        "get.many", "client.found", "footer.cut", "marker.listed", "http.retry_after",
        "create.lost_reply", "create.bad_answer", "create.line_dead",
        "message.read_back", "message.text", "message.footer", "message.order", "message.bulk", "message.time",
        "message.private", "message.keeps_status", "message.refused", "message.lost_reply", "message.bad_answer",
        "status.set", "status.words", "status.actions", "status.rules", "status.lost_reply",
    ),
    # What the sync of both directions needs: a feed without gaps, and lists to translate by.
    Level.GOLD: (
        "feed.creation", "feed.edit", "feed.message", "feed.cursors", "feed.one_stamp", "feed.own_clock", "feed.cost",
        "feed.unreadable", "feed.open", "clients.filled_in", "client.tickets", "client.tickets_sorted",
        "protocolo.found", "protocolo.whole", "lists.vocabulary", "lists.parameters", "client.search",
        "client.contracts", "files.attached", "archive.window", "archive.resumed",
    ),
    # All that people do with a ticket, also from the other side.
    Level.PLATINUM: (
        "fields.change", "fields.alone", "fields.refused", "update.expected", "footer.kept",
        "forward.department", "files.listed", "orders.listed",
    ),
}  # fmt: skip

#: Asked of an adapter that claims them, and of no level: not every ERP has such a thing.
UNRANKED: tuple[str, ...] = (
    "marker.protocolo",
    "message.status",
    "label.set",
    "files.content",
    "claims.inspection",
    "bulk.requests",
    "bulk.clients",
    "bulk.files",
    "posting.ticket",
    "posting.ticket_lost",
    "posting.message",
    "posting.status",
    "posting.lost_reply",
)

#: What the adapters of this package reach against their simulated ERPs. A test holds it to the truth.
REACHED: Mapping[str, Level] = {"ixc": Level.PLATINUM, "integrator": Level.GOLD, "voalle": Level.SILVER}


def level_of(results: Iterable[Result]) -> Level | None:
    """The highest level whose demands, and those below, are all met; None when not even bronze is."""
    results = list(results)
    if any(result.outcome is Outcome.FAILED for result in results):
        return None
    passed = {result.check for result in results if result.outcome is Outcome.PASSED}
    reached = None
    for level, demanded in LEVELS.items():
        if not passed.issuperset(demanded):
            break
        reached = level
    return reached


def missing(results: Iterable[Result], level: Level) -> list[str]:
    """What stands between these results and that level."""
    passed = {result.check for result in results if result.outcome is Outcome.PASSED}
    wanted: list[str] = []
    for step, demanded in LEVELS.items():
        wanted += demanded
        if step is level:
            break
    return [name for name in wanted if name not in passed]
