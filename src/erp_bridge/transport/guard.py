"""The last word before a request leaves: whoever starts a piece of work may forbid its requests from here on.

The sync engine sets a guard that checks whether its lease outlasts the request, so that an overtaken worker
sends nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

#: Called right before every physical send with that request's total deadline in seconds, and again when its
#: connection stands and each part of it is about to be written. What it raises stops the send and reaches the caller
#: as it is.
send_guard: ContextVar[Callable[[float], None] | None] = ContextVar("send_guard", default=None)
