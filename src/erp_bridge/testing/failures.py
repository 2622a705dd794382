"""Reading in bad weather: each way in which HTTP fails, and the error that says what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import format_datetime

from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import AuthError, BridgeError, Malformed, Refused, Unavailable
from erp_bridge.i18n import N_
from erp_bridge.testing.check import Check, check, expect
from erp_bridge.testing.stand import Stand
from erp_bridge.transport.interference import CUT, HALF, REFUSED, Fault, answer

Read = Callable[[Stand], Awaitable[object]]

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Entrar</title></head><body><form>Senha</form></body></html>"
OTHER_JSON = b'["uma lista", "de outra API"]'
_PAGE = {"content-type": "text/html; charset=utf-8"}
_REST = 20


def _reads(at: Stand) -> dict[str, Read]:
    """Every kind of reading that is claimed, by name."""
    id = at.bench.missing_id
    cliente = at.bench.novo.cliente
    person, documento = (cliente.id or "1", cliente.documento or "") if cliente else ("1", "")

    async def drained(other: Stand) -> None:
        await other.feed(other.long_ago())

    async def open_ones(other: Stand) -> None:
        async for _page in other.erp.open_tickets(clientes=False):
            pass

    found: dict[str, tuple[Can | None, Read]] = {
        "ping()": (None, lambda other: other.erp.ping()),
        "get()": (Can.GET, lambda other: other.erp.get(id)),
        "find_by_protocolo()": (Can.FIND_BY_PROTOCOLO, lambda other: other.erp.find_by_protocolo(id)),
        "tickets_of_client()": (Can.TICKETS_OF_CLIENT, lambda other: other.erp.tickets_of_client(person)),
        "movements()": (Can.MOVEMENTS, lambda other: other.erp.movements(id)),
        "find_client()": (Can.FIND_CLIENT, lambda other: other.erp.find_client(documento)),
        "changed_since()": (Can.CHANGED_SINCE, drained),
        "open_tickets()": (Can.OPEN_TICKETS, open_ones),
    }
    claimed = {name: read for name, (needs, read) in found.items() if needs is None or at.claims(needs)}
    return claimed if at.time_is_ours else dict(list(claimed.items())[:2])  # each takes its real time to give up


async def always(at: Stand, fault: Fault, *wanted: type[BridgeError]) -> None:
    """Every kind of reading ends in one of these errors while everything is answered like that."""
    for name, read in _reads(at).items():
        async with at.another() as other:
            other.line.arm(fault)
            await other.raises(name, read(other), *wanted)


async def once(at: Stand, fault: Fault) -> None:
    """A reading outlives one such answer."""
    async with at.another() as other:
        other.line.arm(fault, last=1)
        error = await other.caught(other.erp.ping())
        expect("ping()", error if error is not None else "", "", ok=error is None)


@check("http.credentials", N_("Refused credentials (401, 403) are AuthError, in whatever is read."))
async def credentials(at: Stand) -> None:
    for status in (401, 403):
        await always(at, answer(status, b'{"message": "Unauthorized"}'), AuthError)


@check("http.overloaded", N_("An overloaded ERP or gateway (502, 503, 504) is Unavailable, and outlived if it passes."))
async def overloaded(at: Stand) -> None:
    for status in (502, 503, 504):
        await always(at, answer(status, LOGIN_PAGE, headers=_PAGE), Unavailable)
    await once(at, answer(503))


@check("http.throttled", N_("Too many requests (429) are Unavailable if it stays so."))
async def throttled(at: Stand) -> None:
    await always(at, answer(429), Unavailable)


@check("http.retry_after", N_("Retry-After holds back every request to that ERP for as long as it says."))
async def retry_after(at: Stand) -> None:
    rest = _REST if at.time_is_ours else 3
    for as_date in (False, True):
        for status in (429, 503):
            until = at.bench.clock.now() + timedelta(seconds=rest)
            text = format_datetime(until, usegmt=True) if as_date else str(rest)
            async with at.another() as other:
                other.line.arm(answer(status, headers={"retry-after": text}), last=1)
                started = at.bench.clock.monotonic()
                await asyncio.gather(other.erp.ping(), _a_moment_later(other, other.line.count))
                first, *rest_of = other.line.sent_at
                early = [moment - started for moment in rest_of if moment - first < rest - 1]
                expect(f"HTTP {status}, Retry-After: {text}", early, [], ok=not early and bool(rest_of))


@check("http.error_page", N_("HTML where data should be is Malformed or the ERP's refusal, never an empty answer."))
async def error_page(at: Stand) -> None:
    await always(at, answer(200, LOGIN_PAGE, headers=_PAGE), Malformed, Refused)


@check("http.broken", N_("A broken ERP (500) is an error of the bridge, never an empty answer."))
async def broken(at: Stand) -> None:
    for body in (LOGIN_PAGE, b"", b'{"error": "SQLSTATE[HY000]"}'):
        await always(at, answer(500, body), Malformed, Refused, Unavailable)


@check("http.other_json", N_("JSON of another form is Malformed, not a crash."))
async def other_json(at: Stand) -> None:
    await always(at, answer(200, OTHER_JSON, headers={"content-type": "application/json"}), Malformed, Refused)


@check("http.empty", N_("An empty answer where data should be is Malformed."))
async def empty(at: Stand) -> None:
    await always(at, answer(200), Malformed, Refused)


@check("http.redirect", N_("A redirect is Malformed and not followed."))
async def redirect(at: Stand) -> None:
    await always(at, answer(302, headers={"location": "https://elsewhere.example/login"}), Malformed)


@check("http.cut", N_("An answer that breaks off is read again, and Unavailable if it stays so."))
async def cut(at: Stand) -> None:
    await always(at, CUT, Unavailable, Malformed)
    await once(at, CUT)


@check("http.half", N_("Half of an answer is Malformed, never half of the data."))
async def half(at: Stand) -> None:
    await always(at, HALF, Malformed, Refused)


@check("http.refused", N_("No connection is Unavailable, and outlived if it passes."))
async def refused(at: Stand) -> None:
    await always(at, REFUSED, Unavailable)
    await once(at, REFUSED)


@check("http.recovers", N_("When the ERP is back, so is the adapter, without being opened anew."))
async def recovers(at: Stand) -> None:
    at.line.arm(answer(503))
    for _turn in range(3):
        await at.caught(at.erp.ping())
    at.line.mend()
    await at.wait(600 if at.time_is_ours else 31)
    error = await at.caught(at.erp.ping())
    expect("ping()", error if error is not None else "", "", ok=error is None)


async def _a_moment_later(at: Stand, before: int) -> None:
    """Another reading, when the first one was just told to wait."""
    for _turn in range(10_000):
        if at.line.count > before:
            break
        await asyncio.sleep(0)
    for _turn in range(20):
        await asyncio.sleep(0)
    await at.erp.ping()


CHECKS: tuple[Check, ...] = (
    credentials, overloaded, throttled, retry_after, error_page, broken, other_json, empty, redirect, cut, half,
    refused, recovers,
)  # fmt: skip
