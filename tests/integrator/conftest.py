"""The MariaDB that the tests of the database reader share. The adapter's users on it are called ``bridge…``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrator.mariadb import MariaDb, running


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """Started when first asked for, stopped at the end; by then no test may have made the adapter write."""
    with running() as server:
        yield server
        assert server.writes_of("bridge") == []
