"""What the store keeps of a pass that failed: the kind of error, where, and why, without anybody's words. Pure.

One line for each error: ``<class>: <ERP and operation>: <message>``. An ERP's own text may name people: of a refusal
only its kind and place are kept. :mod:`erp_bridge.report.failing` says it to people.
"""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.errors import BridgeError, Refused, Unavailable, ValidationFailed
from erp_bridge.transport.redact import redactor

#: The process ended, or was told to, before the pass had.
INTERRUPTED = "interrupted"
#: No failure: the pass was asked to look only, so nothing of it counts as brought over.
LOOKED = "looked only"

#: A message longer than this is cut.
LONGEST = 400


def kept(error: BaseException) -> str:
    """The line for what broke a pass off; of a fault of the program its kind alone."""
    kind = type(error).__name__
    if not isinstance(error, BridgeError):
        return kind
    where = " ".join(part for part in (error.erp, error.operation) if part)
    message = "" if isinstance(error, Refused | ValidationFailed) else error.message
    return _line(kind, where, message)


def lost(down: Mapping[str, str]) -> str:
    """The lines for ERPs that stopped answering on the way: why, by name."""
    return "\n".join(_line(Unavailable.__name__, erp, why) for erp, why in down.items())


def _line(*parts: str) -> str:
    clean = (" ".join(redactor.text(part).split()) for part in parts)
    line = ": ".join(part for part in clean if part)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
