"""What an attempt without a usable answer means: whether to try again, and which error the caller gets."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from erp_bridge.core.errors import AuthError, BridgeError, Malformed, Unavailable, Uncertain
from erp_bridge.transport.reply import Reply

#: The ERP, or the gateway before it, was overloaded or gave up waiting. 52x are those of a well-known proxy.
_BUSY = frozenset({408, 502, 503, 504, *range(520, 525)})


class Failure(Exception):
    """One attempt that brought nothing usable. It never leaves this package: :meth:`as_error` does."""

    def __init__(
        self,
        outcome: str,
        reason: str,
        *,
        may_have_acted: bool,
        passing: bool = True,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome  # one word for the log
        self.reason = reason  # one line for people: what happened and what to do next
        self.may_have_acted = may_have_acted  # False only if the ERP provably never took the request
        self.passing = passing  # the same request may succeed later
        self.retry_after = retry_after  # seconds the ERP asked us to wait
        self.attempts = 1

    def may_repeat(self, *, writes: bool) -> bool:
        """A write is repeated only while the ERP provably never took it."""
        return self.passing and not (writes and self.may_have_acted)

    def as_error(self, erp: str, operation: str, *, writes: bool) -> BridgeError:
        if writes and self.may_have_acted:
            text = f"{self.reason}. The write may or may not have been carried out: look for it before repeating it"
            return Uncertain(text, erp=erp, operation=operation)
        if self.may_have_acted and not self.passing:
            return Malformed(self.reason, erp=erp, operation=operation)
        asked = f"; it asks for a rest of {self.retry_after:.0f} s" if self.retry_after else ""
        tried = f" (tried {self.attempts} times)" if self.passing and self.attempts > 1 else ""
        return Unavailable(f"{self.reason}{asked}{tried}", erp=erp, operation=operation)


def judge(reply: Reply, accepted: Collection[int] = ()) -> tuple[str, Failure | BridgeError | None]:
    """The log's word for a reply, and what to raise instead of handing it to the adapter (if anything)."""
    status = reply.status
    if status in accepted:
        return "ok", None
    if status in (401, 403):
        return "auth", AuthError(
            f"the ERP did not accept the credentials (HTTP {status}): check the token or the user and password, "
            "and that this machine's address is on the ERP's list of allowed ones",
            erp=reply.erp, operation=reply.operation,
        )  # fmt: skip
    if 300 <= status < 400:
        return "redirect", Malformed(
            f"the address leads elsewhere (HTTP {status}, {_target(reply)}), and redirects are not followed: "
            "correct url in the configuration",
            erp=reply.erp, operation=reply.operation,
        )  # fmt: skip
    if status == 429:
        reason = "the ERP says there are too many requests (HTTP 429): lower requests_per_minute, or try again later"
        return "throttled", Failure("throttled", reason, may_have_acted=False)
    if status in _BUSY:
        reason = f"the ERP or the gateway before it is overloaded or down (HTTP {status}): try again later"
        return "busy", Failure("busy", reason, may_have_acted=True)
    return "ok", None


def _target(reply: Reply) -> str:
    """Scheme and host of a redirect; its path and query may hold more than a log should."""
    try:
        parts = urlsplit(reply.headers.get("location", ""))
        host = parts.hostname
    except ValueError:
        host = None
    if host is None:
        return "to another path of the same host"
    return f"to {parts.scheme or 'https'}://{host}"
