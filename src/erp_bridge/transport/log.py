"""Logging: events with fields, always redacted, to the logger ``erp_bridge`` of the standard library.

Used as a library, the bridge is silent until the program sets up logging. The command line calls :func:`configure`.
structlog is slow to import, so it is imported where it is first needed.
"""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from erp_bridge.transport.redact import redactor

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger
    from structlog.typing import Processor

_target = logging.getLogger("erp_bridge")
_target.addHandler(logging.NullHandler())


class _StandardError(logging.Handler):
    """Looks up ``sys.stderr`` for each event: a progress bar, or a test, may have put another one in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # the terminal is gone
            self.handleError(record)


class _Output:
    """Where :func:`configure` sent the events, and how they are written there."""

    handler: logging.Handler | None = None
    render: Processor | None = None


def configure(format: Literal["console", "json"] = "console", verbose: bool = False) -> None:
    """Write events to standard error, for people or as one JSON object per line; ``verbose`` shows every request."""
    import structlog

    if format == "json":
        _Output.render = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        _Output.render = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    if _Output.handler is not None:
        _target.removeHandler(_Output.handler)
    _Output.handler = _StandardError()
    _target.addHandler(_Output.handler)
    _target.setLevel(logging.DEBUG if verbose else logging.INFO)
    _target.propagate = False


def get_logger(**fields: object) -> BoundLogger:
    """A logger whose every event carries ``fields``."""
    return _base().bind(**fields)


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """Every event of this task, and of those it starts, carries ``fields``: so one can follow a pass, or a ticket."""
    from structlog.contextvars import bound_contextvars

    with bound_contextvars(**fields):
        yield


@contextmanager
def one_pass() -> Iterator[str]:
    """Every event of a pass carries the same ``pass_id``: the one that the caller has bound already, else a new one."""
    from structlog.contextvars import get_contextvars

    known = get_contextvars().get("pass_id")
    pass_id = str(known or uuid.uuid4().hex[:8])
    with bound(pass_id=pass_id):
        yield pass_id


@cache
def _base() -> BoundLogger:
    import structlog

    logger: BoundLogger = structlog.wrap_logger(
        _target,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,  # before the redaction: a traceback may quote a value
            redactor,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _render,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return logger


def _render(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    """Written as set up at this moment, so that loggers made earlier follow."""
    import structlog

    render = _Output.render or structlog.processors.KeyValueRenderer(key_order=["event"], repr_native_str=False)
    # The traceback is in the text by now, redacted; the standard library must not add it once more as it is.
    return (render(logger, method, event),), {"exc_info": False}
