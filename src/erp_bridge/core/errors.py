"""The errors of the bridge, sorted by what one does about them.

The docstring of each class is the advice that the command line prints as the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from erp_bridge.core.rules import Violation


class BridgeError(Exception):
    """Something went wrong between the bridge and an ERP."""

    def __init__(self, message: str = "", *, erp: str | None = None, operation: str | None = None) -> None:
        super().__init__(message or type(self).__doc__ or type(self).__name__)
        self.erp = erp
        self.operation = operation

    @property
    def message(self) -> str:
        return str(self.args[0])

    def __str__(self) -> str:
        where = " ".join(part for part in (self.erp, self.operation) if part)
        return f"{where}: {self.message}" if where else self.message


class ConfigError(BridgeError):
    """The configuration is wrong: correct the file and start again."""


class Refused(BridgeError):
    """The ERP said no: read its text, correct the record or the ERP's settings, retry."""


class Overtaken(Refused):
    """The record was changed by somebody else since it was read: read it again and decide anew."""


class Unavailable(BridgeError):
    """The ERP did not answer, and nothing was written: try again later."""


class Uncertain(BridgeError):
    """A write was sent and its outcome is unknown: look before repeating it."""


class Unseen(Uncertain):
    """The ERP said that it stored a record, but does not show it: look there before repeating it."""


class AuthError(BridgeError):
    """The ERP did not accept the credentials: check the token or user, and the list of allowed addresses."""


class Malformed(BridgeError):
    """The answer is not what this API promises: check the address and the ERP's version."""


class Unsupported(BridgeError):
    """This ERP, as configured, has no call for that."""

    def __init__(self, erp: str, capability: str) -> None:
        super().__init__(f"{capability} is not available here", erp=erp)
        self.capability = capability

    def __reduce__(self) -> tuple[type[Unsupported], tuple[str, str]]:
        return type(self), (self.erp or "", self.capability)


class NotFound(BridgeError):
    """There is no such record in this ERP."""


class ValidationFailed(BridgeError):
    """The record breaks a rule and was not sent."""

    def __init__(self, violations: Sequence[Violation], *, erp: str | None = None) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{v.campo}: {v.message} ({v.code})" for v in self.violations), erp=erp)

    def __reduce__(self) -> tuple[type[ValidationFailed], tuple[Sequence[Violation]], dict[str, object]]:
        return type(self), (self.violations,), self.__dict__
