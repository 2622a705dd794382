"""What went wrong on the way to an ERP or back, in one line: what happened and what to do next.

No text of a library gets into these lines: it might quote what was sent.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2

from erp_bridge.transport.verdict import Failure

#: In these the request provably never left: there was no connection to send it over.
_NEVER_LEFT = (httpx2.ConnectError, httpx2.PoolTimeout, httpx2.ProxyError, httpx2.UnsupportedProtocol)


@dataclass(frozen=True)
class Place:
    """Whom we talk to, and how long we wait."""

    host: str
    port: int
    deadline: float

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def too_late(place: Place, *, connecting: bool = False) -> Failure:
    """The time for one request ran out; ``connecting`` when there was not even a connection yet."""
    if connecting:
        reason = f"{place} did not take the connection in time: check url, and the firewalls on the way"
        return Failure("unreachable", reason, may_have_acted=False)
    reason = f"no complete answer within {place.deadline:g} s: try again later, or raise timeout"
    return Failure("late", reason, may_have_acted=True)


def diagnose(error: Exception, place: Place) -> Failure:
    """The failure behind an exception of httpx2, or behind an ``OSError`` of an ERP simulated in process."""
    if isinstance(error, _NEVER_LEFT):
        return _not_connected(error, place)
    if isinstance(error, httpx2.TimeoutException):
        return too_late(place, connecting=isinstance(error, httpx2.ConnectTimeout))
    if isinstance(error, httpx2.RemoteProtocolError):
        reason = f"the answer of {place} broke off or is not HTTP: try again later; if it stays so, check url and port"
        return Failure("cut", reason, may_have_acted=True)
    if isinstance(error, httpx2.DecodingError):
        reason = "the compressed answer is damaged: try again later"
        return Failure("cut", reason, may_have_acted=True)
    reason = f"the connection to {place} was lost before the answer was complete: try again later"
    return Failure("lost", reason, may_have_acted=True)


def _not_connected(error: Exception, place: Place) -> Failure:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _untrusted(cause, place)
    return Failure("unreachable", _why_not_connected(error, causes, place), may_have_acted=False)


def _why_not_connected(error: Exception, causes: list[BaseException], place: Place) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            why = (cause.reason or "no reason given").replace("_", " ").lower()
            return f"no secure connection to {place} ({why}): check the port, and whether the ERP speaks http:// only"
        if isinstance(cause, socket.gaierror):
            return f"the host {place.host} is not found (DNS): check url, and this machine's network"
        if isinstance(cause, ConnectionRefusedError):
            return f"{place} refused the connection: check url and its port, and whether the ERP is running"
    if isinstance(error, httpx2.PoolTimeout):
        return "no connection was free: try again later"
    if isinstance(error, httpx2.ProxyError):
        return "the proxy of this machine did not connect: check HTTPS_PROXY and NO_PROXY"
    numbers = [cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno]
    detail = f" ({os.strerror(numbers[-1])})" if numbers else ""
    return f"no connection to {place}{detail}: check url, and this machine's network"


def _untrusted(error: ssl.SSLCertVerificationError, place: Place) -> Failure:
    """A certificate that is refused today is refused in a minute as well."""
    why = error.verify_message.partition(",")[0].rstrip(".").lower() or "it cannot be verified"
    reason = (
        f"the certificate of {place} is not trusted ({why}): have it renewed for this host name, or save it "
        'or its authority to a file and set verify = "path/to/ca.pem"'
    )
    return Failure("untrusted", reason, may_have_acted=False, passing=False)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that led to it, outermost first."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting.extend(e for e in (current.__cause__, current.__context__) if e is not None)
