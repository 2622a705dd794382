"""Turns whatever went wrong into one line for a person and one exit status for a program."""

from __future__ import annotations

import errno
import os
import traceback

import click

from erp_bridge.core.errors import BridgeError, ConfigError, Refused, ValidationFailed
from erp_bridge.i18n import _, language, rendered

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130

#: Errors of the engine with a status of their own. By name, so that nothing of it is loaded to tell them.
_STATUS = {"PairHeld": 4, "LeaseLost": 4, "GateClosed": 5}


#: The page of the documentation that lists every error, and the place on it of each class. By name, as above.
PAGE = "errors"
ANCHORS = {
    "InvalidConfig": "config", "ConfigError": "config", "Overtaken": "overtaken", "Refused": "refused",
    "Unavailable": "unavailable", "Unseen": "unseen", "Uncertain": "uncertain", "AuthError": "auth",
    "Malformed": "malformed", "Unsupported": "unsupported", "NotFound": "not-found",
    "ValidationFailed": "validation-failed", "PairHeld": "pair-held", "LeaseLost": "lease-lost",
    "GateClosed": "gate-closed", "StoreError": "store", "BridgeError": "bridge", "ModuleNotFoundError": "package",
}  # fmt: skip


class Ended(BaseException):
    """A signal asked the program to end; what was in hand has been brought to an end."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.exit_code = 128 + signal


#: Packages that come with an extra, and that extra.
_EXTRAS = {
    "sqlalchemy": "server", "alembic": "server", "rich": "server", "starlette": "server", "uvicorn": "server",
    "multipart": "server", "python_multipart": "server", "jinja2": "server", "psycopg": "postgres",
    "keyring": "keyring", "prometheus_client": "server", "procrastinate": "cluster", "psycopg_pool": "cluster",
}  # fmt: skip


def report(error: BaseException, *, verbose: bool = False) -> int:
    """Say it on standard error; returns the exit status."""
    if isinstance(error, Ended | KeyboardInterrupt | click.Abort | EOFError):
        click.echo(_("Interrupted."), err=True)
        return error.exit_code if isinstance(error, Ended) else INTERRUPTED
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has gone; the last flush goes nowhere
        return FAILED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return WRONG_USAGE
    text, status = explain(error)
    if verbose:
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    place = anchor(error)
    for line in (f"{text} [{PAGE}#{place}]" if place else text).split("\n"):
        click.echo(_("Error: {line}", line=line), err=True)
    return status


def anchor(error: BaseException) -> str:
    """Where the page of errors tells of it; "" for wrong usage, whose line names the help that does."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] not in _EXTRAS:
        return "fault"
    names = [cls.__name__ for cls in type(error).__mro__]
    found = next((ANCHORS[name] for name in names if name in ANCHORS), None)
    if found is None and not isinstance(error, click.ClickException | OSError):
        return "fault" if type(error).__name__ != "ValidationError" else ANCHORS["ConfigError"]
    return found or ""


def explain(error: BaseException) -> tuple[str, int]:
    """What happened and what to do about it, and the exit status that goes with it."""
    if isinstance(error, click.UsageError):
        return _usage(error), WRONG_USAGE
    if isinstance(error, click.ClickException):
        return rendered(error.format_message()), error.exit_code
    if isinstance(error, ValidationFailed):
        lines = [
            f"{v.campo}: {v.mensagem if language() == 'pt-BR' else v.message} ({v.code})" for v in error.violations
        ]
        return "\n".join(lines), FAILED
    if isinstance(error, BridgeError):
        where = " ".join(part for part in (error.erp, error.operation) if part)
        message = _in_chosen_language(error)
        default = WRONG_USAGE if isinstance(error, ConfigError) else FAILED
        return f"{where}: {message}" if where else message, _STATUS.get(type(error).__name__, default)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in _EXTRAS:
        package = (error.name or "").partition(".")[0]
        extra = f'"erp-bridge[{_EXTRAS[package]}]"'
        return _(
            "the package {package} is missing here: pip install {extra}", package=package, extra=extra
        ), WRONG_USAGE
    if type(error).__name__ == "ValidationError" and hasattr(error, "errors"):  # pydantic, not imported for this
        return "\n".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()), WRONG_USAGE
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error), FAILED
    hint = _("this is a fault of erp-bridge itself; -v before the command shows where")
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}: {hint}", FAILED


def _in_chosen_language(error: BridgeError) -> str:
    """The message; where it has no translation, what one does about this kind of error, with the message behind."""
    message = rendered(error.message)
    if language() == "en" or message != error.message or isinstance(error, Refused):  # a refusal is in the ERP's words
        return message
    advice = rendered((type(error).__doc__ or "").strip())
    return f"{advice} ({message})"


def _usage(error: click.UsageError) -> str:
    message = rendered(" ".join(error.format_message().split()).rstrip("."))
    command = error.ctx.command_path if error.ctx else "erp-bridge"
    see = _("see `{command} --help`", command=command)
    return f"{message} {see}" if message.endswith("?") else f"{message}: {see}"
