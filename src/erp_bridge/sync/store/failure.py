"""What went wrong with the state store, in one line that a person understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from erp_bridge.core.errors import BridgeError


class StoreError(BridgeError):
    """The state store cannot be read or written: check the disk, the rights and the address of the database."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Whatever the database says becomes a ``StoreError``."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).strip() or type(error.orig).__name__
        raise StoreError(f"the state store failed: {said.splitlines()[0]}") from error
    except NoConnectionFree as error:
        raise StoreError("the state store failed: no connection became free in time") from error
