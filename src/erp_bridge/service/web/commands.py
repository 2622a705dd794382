"""The forms: what a person decides is recorded, and the next pass carries it out. Also language, login and logout."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp_bridge.i18n import LANGUAGES, N_
from erp_bridge.report.words import Words, plain, say
from erp_bridge.service.web import access, quarantine
from erp_bridge.service.web.site import site_of
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import waiting
from erp_bridge.sync.store.waiting import Kind, Wait
from erp_bridge.transport.log import get_logger

Form = Mapping[str, str]
LONGEST_ID = 100
YEAR = 365 * 24 * 3600


def _form(path: str, answer: Callable[[Request, Form], Awaitable[Response]]) -> Route:
    """A route for a form of ours: one that does not carry the token of this visitor is refused."""

    async def checked(request: Request) -> Response:
        try:
            fields = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=50))
        except ValueError:  # more fields than any form of ours has
            raise HTTPException(400) from None
        if not hmac.compare_digest(fields.get("form", "").encode(), request.state.visitor.form.encode()):
            raise HTTPException(403)
        return await answer(request, fields)

    return Route(path, checked, methods=["POST"])


# --- decisions -----------------------------------------------------------------------------------------------------


async def take(request: Request, form: Form) -> Response:
    """Say which side is right in a conflict."""
    number, side = request.path_params["id"], form.get("take", "")
    if side not in tuple(Side):
        raise HTTPException(400)
    there = f"/conflicts/{number}"
    if not await site_of(request).ask(_if_unchanged(form, Kind.CONFLICT, number, lambda b: b.take(number, Side(side)))):
        return RedirectResponse(f"{there}?recorded=overtaken", 303)
    _note("conflict", number, side)
    return _recorded(there)


async def settle(request: Request, form: Form) -> Response:
    """Say what a doubt is: a twin that was offered, one typed in, or none."""
    number, choice = request.path_params["id"], form.get("twin", "")
    twin = form.get("other", "").strip() if choice == "other" else choice
    if choice == "none":
        answer = None
    elif twin and twin.isprintable() and len(twin) <= LONGEST_ID:
        answer = twin
    else:
        return RedirectResponse(f"/doubts/{number}?recorded=missing", 303)
    settled = _if_unchanged(form, Kind.DOUBT, number, lambda bridge: bridge.settle_doubt(number, answer))
    if not await site_of(request).ask(settled):
        return RedirectResponse(f"/doubts/{number}?recorded=overtaken", 303)
    _note("doubt", number, answer or "none")
    return _recorded(f"/doubts/{number}")


def as_seen(wait: Wait) -> str:
    """What the form of an entry carries, so that an answer given to a page of before is told from one to this."""
    said = json.dumps([wait.code, dict(wait.detail), wait.decision], sort_keys=True)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def _if_unchanged(form: Form, kind: Kind, number: int, decide: Callable[[Bridge], None]) -> Callable[[Bridge], bool]:
    """Decide unless somebody has decided since the page was made, or the values have changed; whether it was done."""

    def work(bridge: Bridge) -> bool:
        if form.get("was", "") not in ("", as_seen(bridge.wait(kind, number))):
            return False
        decide(bridge)
        return True

    return work


async def retry(request: Request, form: Form) -> Response:
    """Let the next pass try one quarantined record again."""
    number = request.path_params["id"]
    await site_of(request).ask(lambda bridge: bridge.retry(number))
    _note("quarantine", number, "retry")
    return _recorded(_local(form.get("back", "")) or f"/quarantine/{number}")


async def retry_many(request: Request, form: Form) -> Response:
    """The same for all that wait for what the record named ``like`` waits for, for those of a pair, or for all."""
    site, pair, like = site_of(request), form.get("pair", ""), form.get("like", "")
    if like and not (like.isascii() and like.isdecimal() and len(like) < 20):
        raise HTTPException(400)

    def decide(bridge: Bridge) -> int:
        if not pair and not like:
            return bridge.retry()
        with bridge.db.read() as tx:
            found = waiting.listed(tx, pair or None, Kind.QUARANTINE)
        if like:
            one = bridge.wait(Kind.QUARANTINE, int(like))
            found = next(list(group.waits) for group in quarantine.groups(found, bridge.config) if one in group.waits)
        return sum(bridge.retry(wait.id) for wait in found)

    _note("quarantine", await site.ask(decide), "retry")
    return _recorded(_local(form.get("back", "")) or "/quarantine")


def _recorded(there: str) -> Response:
    return RedirectResponse(f"{there.partition('?')[0]}?recorded=yes", 303)


def _note(kind: str, number: int, decision: str) -> None:
    get_logger(part="web").info("a person decided", kind=kind, number=number, decision=decision)


# --- who looks -----------------------------------------------------------------------------------------------------


async def language(request: Request, form: Form) -> Response:
    answer = RedirectResponse(_local(form.get("back", "")) or "/", 303)
    if form.get("lang") in LANGUAGES:
        answer.set_cookie("erp_bridge_lang", form["lang"], max_age=YEAR, httponly=True, samesite="lax",
                          secure=request.url.scheme == "https")  # fmt: skip
    return answer


async def ask_for_token(request: Request) -> Response:
    there = _local(request.query_params.get("next", "")) or "/"
    if request.state.visitor.inside:
        return RedirectResponse(there, 303)
    ended = say(N_("Your session had ended: log in, then do it once more. Nothing was recorded."))
    return _login_page(request, there, ended if "ended" in request.query_params else None)


async def login(request: Request, form: Form) -> Response:
    site = site_of(request)
    there = _local(form.get("next", "")) or "/"
    if not site.asks:
        return RedirectResponse(there, 303)
    address = request.client.host if request.client else ""
    wait = site.tries.wait(address)
    if wait > 0:
        minutes = -(-int(wait + 1) // 60)
        problem = say(N_("Too many wrong tokens: try again in {minutes} min."), minutes=minutes)
        return _login_page(request, there, problem, 429, {"Retry-After": str(int(wait) + 1)})
    site.tries.count(address)
    token = site.token()
    if token is None:
        problem = say(N_("The token of [service] cannot be read: the log says why."))
        return _login_page(request, there, problem, 503)
    if not access.same(form.get("token", ""), token):
        get_logger(part="web").warning("a wrong token was given", address=address)
        return _login_page(request, there, say(N_("That is not the token.")), 403)
    site.tries.forgive(address)
    answer = RedirectResponse(there, 303)
    answer.set_cookie(site.cookie, site.sessions.open(token), max_age=int(access.LIFETIME), httponly=True,
                      samesite="strict", secure=request.url.scheme == "https")  # fmt: skip
    return answer


def _login_page(
    request: Request, there: str, problem: Words | None = None, status: int = 200, headers: Form | None = None
) -> Response:
    page = site_of(request).render(
        request, "login.html", status, title=say(N_("Log in")), there=there, problem=problem or plain("")
    )
    page.headers.update(headers or {})
    return page


async def logout(request: Request, form: Form) -> Response:
    site = site_of(request)
    site.sessions.close(request.state.visitor.session)
    answer = RedirectResponse("/login" if site.asks else "/", 303)
    answer.delete_cookie(site.cookie, httponly=True, samesite="strict")
    return answer


def _local(there: str) -> str:
    """A path of ours, to go back to; nothing for an address that leads elsewhere."""
    is_ours = there.startswith("/") and not there.startswith(("//", "/\\")) and there.isprintable()
    return quote(there, safe="/?&=%:.,~!$'()*+;@-_") if is_ours and "\\" not in there else ""


ROUTES = [
    _form("/conflicts/{id:int}", take),
    _form("/doubts/{id:int}", settle),
    _form("/quarantine/retry", retry_many),
    _form("/quarantine/{id:int}/retry", retry),
    _form("/language", language),
    _form("/login", login),
    _form("/logout", logout),
    Route("/login", ask_for_token),
]
