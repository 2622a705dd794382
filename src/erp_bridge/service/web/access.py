"""Who may look: sessions of those who gave the token, the proof that a form is ours, and how often one may try."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field

from erp_bridge.core.clock import Clock

#: A session ends so long after the login, and after the last look, in seconds.
LIFETIME, IDLE = 12 * 3600.0, 2 * 3600.0
#: More sessions than this are not kept: the oldest goes.
MOST_SESSIONS = 500

#: Within so many seconds, so many wrong tokens from one address, and from all addresses together.
WINDOW = 300.0
MOST_FROM_ONE, MOST_TOGETHER = 5, 50


def same(given: str, right: str) -> bool:
    """Compared in constant time, whatever their lengths."""
    return hmac.compare_digest(hashlib.sha256(given.encode()).digest(), hashlib.sha256(right.encode()).digest())


def is_loopback(bind: str) -> bool:
    """Whether only programs of this host reach ``host:port``."""
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass
class _Session:
    proof: bytes  # of the token it was opened with: another token ends it
    ends: float
    idle: float


class Sessions:
    """Open sessions, kept in this process by a digest of their id; a restart ends them all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._open: dict[bytes, _Session] = {}

    def open(self, token: str) -> str:
        """A new session; its id, for the cookie."""
        now, id = self._clock.monotonic(), secrets.token_urlsafe(32)
        self._drop(now)
        while len(self._open) >= MOST_SESSIONS:
            del self._open[next(iter(self._open))]
        self._open[_digest(id)] = _Session(self._proof(token), now + LIFETIME, now + IDLE)
        return id

    def is_open(self, id: str, token: str) -> bool:
        """Whether it goes on; to ask is to look, which keeps it from ending for idleness."""
        now, session = self._clock.monotonic(), self._open.get(_digest(id))
        if session is None or now >= min(session.ends, session.idle):
            return False
        if not hmac.compare_digest(session.proof, self._proof(token)):
            return False
        session.idle = now + IDLE
        return True

    def close(self, id: str) -> None:
        self._open.pop(_digest(id), None)

    def form_token(self, id: str) -> str:
        """What a form of whoever holds that cookie must bring along."""
        return hmac.digest(self._key, b"form " + id.encode(), "sha256").hex()

    def _proof(self, token: str) -> bytes:
        return hmac.digest(self._key, b"token " + token.encode(), "sha256")

    def _drop(self, now: float) -> None:
        for id in [id for id, session in self._open.items() if now >= min(session.ends, session.idle)]:
            del self._open[id]


def _digest(id: str) -> bytes:
    return hashlib.sha256(id.encode()).digest()


@dataclass
class Tries:
    """Wrong tokens of late. A try counts before it is judged, so that many at once gain nothing."""

    clock: Clock
    _seen: dict[str, list[float]] = field(default_factory=dict)

    def wait(self, address: str) -> float:
        """How many seconds the next try from there must wait; 0 when it may come."""
        now = self.clock.monotonic()
        self._forget(now)
        mine = self._seen.get(_place(address), [])
        together = sorted(moment for moments in self._seen.values() for moment in moments)
        waits = [
            moments[-most] + WINDOW - now
            for moments, most in ((mine, MOST_FROM_ONE), (together, MOST_TOGETHER))
            if len(moments) >= most
        ]
        return max(waits, default=0.0)

    def count(self, address: str) -> None:
        self._seen.setdefault(_place(address), []).append(self.clock.monotonic())

    def forgive(self, address: str) -> None:
        """The token was right: what went wrong before were slips."""
        self._seen.pop(_place(address), None)

    def _forget(self, now: float) -> None:
        for place, moments in list(self._seen.items()):
            fresh = [moment for moment in moments if now - moment < WINDOW]
            if fresh:
                self._seen[place] = fresh
            else:
                del self._seen[place]


def _place(address: str) -> str:
    """An address of version 6 counts by its network: whoever has one has them all."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
