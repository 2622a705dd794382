"""A simulated tenant whose tables are mirrored into a real PostgreSQL. Import as ``voalle.database_box``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from erp_bridge.adapters.voalle.adapter import VoalleAdapter
from erp_bridge.sandbox.voalle import VoalleDatabase, VoalleSimulator
from support.postgres import Postgres
from voalle.voalle_box import VoalleBox


class Mirror:
    """The simulator's tables in a database of their own, and a user who can read them."""

    def __init__(self, server: Postgres, database: str, sim: VoalleSimulator, connection: Any, user: str) -> None:
        self.server, self.database, self.user = server, database, user
        self.connection = connection
        self._tables = VoalleDatabase(sim, connection)
        self.refresh()
        server.user(user, database, "SELECT ON ALL TABLES IN SCHEMA public")

    def refresh(self) -> None:
        self._tables.refresh()

    def url(self, **options: str) -> str:
        return self.server.url(self.database, self.user, **options)

    def execute(self, statement: str) -> None:
        """Change the schema, as an administrator."""
        self.connection.execute(statement)
        self.connection.commit()


@contextmanager
def mirrored(server: Postgres, sim: VoalleSimulator, user: str = "bridge") -> Iterator[Mirror]:
    with server.database() as database:
        import psycopg

        with psycopg.connect(server.url(database)) as connection:
            yield Mirror(server, database, sim, connection, user)


class DatabaseBox(VoalleBox):
    """A tenant that is read by its database and written by its API; the mirror follows every request."""

    def __init__(self, mirror_of: Any, **options: Any) -> None:
        super().__init__(**options)
        self._mirror_of = mirror_of

    @contextmanager
    def mirror(self) -> Iterator[Mirror]:
        with mirrored(self._mirror_of, self.sim) as mirror:
            self.after = mirror.refresh
            self.db = mirror
            yield mirror

    def reader(self, **keys: Any) -> VoalleAdapter:
        return self.adapter(**{"feed": "database", "database_url": self.db.url(), **keys})
