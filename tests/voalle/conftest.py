"""The PostgreSQL that the tests of the database reader share. The adapter's users on it are called ``bridge…``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.postgres import Postgres, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Started when first asked for, stopped at the end."""
    with running() as server:
        yield server
