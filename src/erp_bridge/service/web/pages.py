"""The pages: each reads what the store knows, and some what the ERPs hold at this moment. None changes anything."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp_bridge.i18n import N_
from erp_bridge.report import charts
from erp_bridge.report import reasons as many
from erp_bridge.report.failing import failures
from erp_bridge.report.labels import STATES, status_name
from erp_bridge.report.words import month, percent, plain, say
from erp_bridge.service.web import commands, journey, live, overview, quarantine, words
from erp_bridge.service.web.site import site_of
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import intents, trace, waiting
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.waiting import Kind, Wait

#: Pairs on one page, passes on one page, entries on one page of a list, records of a migration listed one by one.
PAIRS, PASSES, ENTRIES, RECORDS = 50, 20, 100, 200
#: Doubts whose candidates could each be the twin; those of others are taken already.
_OFFERED = ("several-twins", "tangled")


async def pairs(request: Request) -> Response:
    site, page = site_of(request), _page(request)
    sought = request.query_params.get("q", "").strip()
    first = (page - 1) * PAIRS
    seen = await site.ask(lambda bridge: overview.overview(bridge, site.next_run, sought, first, PAIRS))
    return site.render(request, "pairs.html", title=say(N_("Pairs")), seen=seen, sought=sought, kinds=Kind, page=page,
                       more=seen.found > page * PAIRS)  # fmt: skip


async def pair(request: Request) -> Response:
    site, name = site_of(request), _pair(request)
    before = _number(request.query_params.get("before", ""))

    def look(bridge: Bridge) -> tuple[overview.Card, list[Any], list[Wait], bool]:
        card = overview.card(bridge, name, site.next_run)
        with bridge.db.read() as tx:
            passes = trace.passes_of(tx, name, PASSES + 1, before=before)
            failed = waiting.listed(tx, name, Kind.FAILED)
        return card, passes, failed, bridge.migration(name) is not None

    card, passes, failed, migrated = await site.ask(look)
    return site.render(
        request, "pair.html", title=plain(name), pair=name, card=card, passes=passes[:PASSES],
        older=passes[PASSES - 1].id if len(passes) > PASSES else None, newest=before is None,
        failed=[(wait, words.why(wait), quarantine.sides(wait, site.config)[0]) for wait in failed[:ENTRIES]],
        migrated=migrated, errors=failures(card.status.last_error), failures=failures, label=words.label,
    )  # fmt: skip


# --- what waits ----------------------------------------------------------------------------------------------------


async def conflicts(request: Request) -> Response:
    return await _list(request, Kind.CONFLICT, "conflicts.html", say(N_("Conflicts")))


async def doubts(request: Request) -> Response:
    return await _list(request, Kind.DOUBT, "doubts.html", say(N_("Doubts")))


async def _list(request: Request, kind: Kind, template: str, title: Any) -> Response:
    site, name = site_of(request), _pair_or_none(request)
    waits = await site.ask(lambda bridge: _waits(bridge, kind, name))
    page = _page(request)
    shown = waits[(page - 1) * ENTRIES : page * ENTRIES]
    entries = [(wait, words.why(wait), quarantine.sides(wait, site.config)[0]) for wait in shown]
    return site.render(request, template, title=title, pair=name, entries=entries, count=len(waits), page=page,
                       more=len(waits) > page * ENTRIES, label=words.label)  # fmt: skip


async def conflict(request: Request) -> Response:
    site = site_of(request)
    wait = await site.ask(lambda bridge: bridge.wait(Kind.CONFLICT, request.path_params["id"]))
    seen = await live.both(site.bridge, wait)
    return site.render(request, "conflict.html", title=say(N_("Conflict {id}"), id=plain(str(wait.id))), pair=wait.pair,
                       was=commands.as_seen(wait), wait=wait, why=words.why(wait), seen=seen,
                       settings=site.config.pair.get(wait.pair), erp=quarantine.sides(wait, site.config)[0],
                       label=words.label)  # fmt: skip


async def quarantined(request: Request) -> Response:
    site, name = site_of(request), _pair_or_none(request)
    waits = await site.ask(lambda bridge: _waits(bridge, Kind.QUARANTINE, name))
    groups = quarantine.groups(waits, site.config)
    return site.render(request, "quarantine.html", title=say(N_("Quarantine")), pair=name, groups=groups,
                       count=len(waits), most=ENTRIES, why=words.why, label=words.label,
                       erp=lambda wait: quarantine.sides(wait, site.config)[0])  # fmt: skip


async def quarantined_one(request: Request) -> Response:
    site = site_of(request)
    wait = await site.ask(lambda bridge: bridge.wait(Kind.QUARANTINE, request.path_params["id"]))
    advice = quarantine.advice(wait, site.config)
    offers, problem = [], None
    if advice is not None and advice.kind and advice.erp in site.config.erp:
        terms, problem = await live.terms(site.bridge, advice.erp, advice.kind)
        offers = quarantine.offers(advice, terms, site.config.erp[advice.erp].vocab.get(advice.kind, {}))
    seen = await live.both(site.bridge, wait)
    return site.render(request, "quarantined.html", title=say(N_("Quarantine {id}"), id=plain(str(wait.id))),
                       pair=wait.pair, wait=wait, why=words.why(wait), advice=advice, offers=offers, problem=problem,
                       seen=seen, erp=quarantine.sides(wait, site.config)[0], label=words.label)  # fmt: skip


async def doubt(request: Request) -> Response:
    site, number = site_of(request), request.path_params["id"]

    def look(bridge: Bridge) -> tuple[Wait, Intent | None]:
        wait = bridge.wait(Kind.DOUBT, number)
        with bridge.db.read() as tx:
            intent = intents.get(tx, int(wait.detail["intent"])) if "intent" in wait.detail else None
        return wait, intent

    wait, intent = await site.ask(look)
    named = wait.detail.get("candidates", "").split()
    here = wait.pair in site.config.pair
    booked = ledger.erp_of(wait.pair)
    seen = await live.both(site.bridge, wait) if here and not named else None
    if booked in site.config.erp and booked is not None:
        seen = await live.alone(site.bridge, booked, wait.ticket)
    if here and named:
        side = wait.side if wait.code == "same-reference" else wait.side.other
        seen = await live.candidates(site.bridge, wait, named, side)
    mine, theirs = quarantine.sides(wait, site.config)
    return site.render(
        request, "doubt.html", title=say(N_("Doubt {id}"), id=plain(str(wait.id))), pair=wait.pair, wait=wait,
        was=commands.as_seen(wait), booked=booked,
        why=words.why(wait), candidates=named if wait.code in _OFFERED else [], seen=seen, intent=intent, erp=mine,
        other=theirs if here else wait.detail.get("erp", theirs), question=_question(wait, intent), label=words.label,
    )  # fmt: skip


def _question(wait: Wait, intent: Intent | None) -> str:
    """What the form of a doubt asks for: a twin, a movement, a booking, whether a write arrived; or nothing."""
    if wait.code in ("link-requested", "unlink-requested"):
        return "nothing"
    if intent is None:
        return "booking" if wait.code == ledger.UNPROVEN else "twin"
    if intent.operation is Operation.TWIN:
        return "twin"
    return "movement" if wait.field else "arrived"


def _waits(bridge: Bridge, kind: Kind, pair: str | None) -> list[Wait]:
    with bridge.db.read() as tx:
        return waiting.listed(tx, pair, kind)


# --- one ticket, and history ---------------------------------------------------------------------------------------


async def ticket(request: Request) -> Response:
    site, name = site_of(request), _pair(request)
    erp, id = request.path_params["erp"], request.path_params["ticket"]
    found = await site.ask(lambda bridge: journey.journey(bridge, name, erp, id))
    ids = [(getattr(found.pair, side.value), found.ids[side]) for side in Side]
    return site.render(
        request, "ticket.html", title=say(N_("Ticket {id} of {erp}"), id=plain(id), erp=erp), pair=name, journey=found,
        ids=ids, sides=list(Side), names=Both(found.pair.left, found.pair.right), label=words.label,
        movement_states=journey.MOVEMENTS, states=STATES, month=month, days=journey.DAYS,
    )  # fmt: skip


async def find_ticket(request: Request) -> Response:
    """From the form that asks for an ERP and an id, to the page of that ticket."""
    name = _pair(request)
    erp, id = (request.query_params.get(key, "").strip() for key in ("erp", "id"))
    there = f"/pairs/{quote(name)}/tickets/{quote(erp, safe='')}/{quote(id, safe='')}" if erp and id else ""
    return RedirectResponse(there or f"/pairs/{quote(name)}", 303)


async def migration(request: Request) -> Response:
    site, name = site_of(request), _pair(request)
    report = await site.ask(lambda bridge: bridge.migration(name))
    reasons = []
    for found in report.reasons if report else ():
        given = (found.code, found.field, report.source, report.target) if report else ("", "", "", "")
        reasons.append((found, many.what(*given), many.next_step(*given)))
    bar = {state: count for state, count in report.totals.items() if count} if report else {}
    return site.render(
        request, "migration.html", title=say(N_("Migration of {pair}"), pair=plain(name)), pair=name, report=report,
        settings=site.config.pair[name], states=STATES, bar=charts.line(bar), reasons=reasons, percent=percent,
        status_name=status_name, month=month, records=report.items[:RECORDS] if report else (),
    )  # fmt: skip


def _pair(request: Request) -> str:
    name = str(request.path_params["pair"])
    if name not in site_of(request).config.pair:
        raise HTTPException(404)
    return name


def _pair_or_none(request: Request) -> str | None:
    return _pair(request) if "pair" in request.path_params else None


def _page(request: Request) -> int:
    return max(1, _number(request.query_params.get("page", "")) or 1)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


_PAIR = "/pairs/{pair}"
ROUTES = [
    Route("/", pairs),
    Route(_PAIR, pair),
    Route(f"{_PAIR}/conflicts", conflicts),
    Route(f"{_PAIR}/quarantine", quarantined),
    Route(f"{_PAIR}/doubts", doubts),
    Route(f"{_PAIR}/migration", migration),
    Route(f"{_PAIR}/tickets", find_ticket),
    Route(f"{_PAIR}/tickets/{{erp}}/{{ticket:path}}", ticket),
    Route("/conflicts", conflicts),
    Route("/conflicts/{id:int}", conflict),
    Route("/quarantine", quarantined),
    Route("/quarantine/{id:int}", quarantined_one),
    Route("/doubts", doubts),
    Route("/doubts/{id:int}", doubt),
]
