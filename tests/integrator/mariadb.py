"""A real MariaDB of our own: started in a folder that is thrown away, with its general log on. Import as
``integrator.mariadb``.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pymysql
import pytest

from support.ports import free_port

NEEDS = "apt-get install -y --no-install-recommends mariadb-server-core mariadb-client-core"
PASSWORD = "segredo@/?ç%1"
_ROOM = 400 * 2**20  # what a data directory may come to need
#: For speed, not for safety: nothing here has to outlive a crash. ``sql_mode`` is that of servers of old.
_FLAGS = (
    "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-doublewrite=0", "--skip-log-bin",
    "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M", "--performance-schema=OFF", "--sql-mode=",
    "--general-log=1", "--max-connections=40", "--character-set-server=latin1", "--bind-address=127.0.0.1",
)  # fmt: skip


class MariaDb:
    """One running server. ``root()`` may do anything; users made by :meth:`user` may not."""

    def __init__(self, folder: Path, port: int, certificates: Path | None) -> None:
        self.folder = folder
        self.port = port
        self.certificates = certificates
        self.socket = str(folder / "s")
        self._log = folder / "general.log"

    @contextmanager
    def root(self, schema: str | None = None, **keys: Any) -> Iterator[Any]:
        """A cursor of the administrator's, or of the user that ``keys`` name."""
        options = {"user": "root", "unix_socket": self.socket, "charset": "utf8mb4", "autocommit": True, **keys}
        connection = pymysql.connect(database=schema, ssl_disabled=True, **options)
        with closing(connection), connection.cursor() as cursor:
            yield cursor

    def user(self, name: str, *grants: str, password: str = PASSWORD) -> None:
        """A user with these grants (``"SELECT ON `isp`.*"``) and no others."""
        with self.root() as cursor:
            cursor.execute("DROP USER IF EXISTS %s@localhost", (name,))
            cursor.execute("CREATE USER %s@localhost IDENTIFIED BY %s", (name, password))
            for grant in grants:
                cursor.execute(f"GRANT {grant} TO `{name}`@localhost")

    def url(self, schema: str, user: str, password: str = PASSWORD, **options: str) -> str:
        options = {"unix_socket": self.socket, **options}
        return f"mysql+pymysql://{user}:{quote(password, safe='')}@localhost/{schema}?{urlencode(options)}"

    def tcp_url(self, schema: str, user: str, **options: str) -> str:
        return f"mysql://{user}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{schema}?{urlencode(options)}"

    def said_by(self, users: str) -> list[str]:
        """Every statement of users whose names begin so, since the server was started, from its general log."""
        found, theirs = list[str](), set[str]()
        for entry in re.split(r"\n(?=[0-9 :\t]*\s\d+ \w+\t)", self._log.read_text("utf-8", "replace")):
            match = re.search(r"(\d+) (Connect|Query|Prepare|Execute|Init DB)\t(.*)", entry, re.DOTALL)
            if match is None:
                continue
            id, command, text = match.groups()
            if command == "Connect":
                (theirs.add if text.startswith(users) else theirs.discard)(id)
            elif id in theirs:
                found.append(text.strip())
        return found

    def writes_of(self, users: str) -> list[str]:
        """Those that do more than read, or set something of their own session."""
        harmless = r"(SELECT\b(?!.*\b(INTO|FOR UPDATE)\b)|SHOW\b|SET (SESSION|NAMES|sql_mode)\b)"
        return [text for text in self.said_by(users) if not re.match(harmless, text, re.DOTALL)]


@contextmanager
def running() -> Iterator[MariaDb]:
    """A server from here on. Where none is installed the test is skipped, and in CI it fails."""
    server, install = _program("mariadbd"), _program("mariadb-install-db")
    if server is None or install is None or _program("my_print_defaults") is None:
        reason = f"needs MariaDB's programs to start a server of its own: {NEEDS}"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="erp_bridge_db_", dir=_fast_place()))
    try:
        whom = f"--user={pwd.getpwuid(os.getuid()).pw_name}"
        (folder / "tmp").mkdir()  # of its own: two servers that start at once remove each other's temporary tables
        common = ["--no-defaults", whom, f"--datadir={folder / 'data'}", f"--tmpdir={folder / 'tmp'}", *_FLAGS]
        made = subprocess.run(
            [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        found = MariaDb(folder, free_port(), _certificates(folder))
        own = [f"--socket={found.socket}", f"--port={found.port}", f"--pid-file={folder / 'pid'}",
               f"--general-log-file={folder / 'general.log'}", f"--log-error={folder / 'error.log'}"]  # fmt: skip
        if found.certificates:
            pem = found.certificates
            own += [f"--ssl-ca={pem / 'ca.pem'}", f"--ssl-cert={pem / 'db.pem'}", f"--ssl-key={pem / 'db.key'}"]
        process = subprocess.Popen([server, *common, *own], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(found, process)
            yield found
        finally:
            process.kill()  # there is nothing to be saved
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str | None:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which(name, path=path)


def _fast_place() -> str | None:
    """Memory where there is plenty: making the tables on a disk takes seconds."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if usable else None


def _wait_for(server: MariaDb, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with server.root():
                return
        except pymysql.err.OperationalError:
            log = server.folder / "error.log"
            assert process.poll() is None, log.read_text() if log.exists() else "it ended at once"
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.02)


def _certificates(folder: Path) -> Path | None:
    """An authority, the server's certificate by it for 127.0.0.1, and another authority that knows nothing of it."""
    if shutil.which("openssl") is None:
        return None
    found = folder / "tls"
    found.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    (found / "san").write_text("subjectAltName=IP:127.0.0.1")
    for command in (
        ("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Provedor CA"),
        ("req", "-x509", *key, "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=Outra CA"),
        ("req", *key, "-keyout", "db.key", "-out", "db.csr", "-subj", "/CN=db"),
        ("x509", "-req", "-in", "db.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "san",
         "-out", "db.pem"),
    ):  # fmt: skip
        subprocess.run(["openssl", *command], cwd=found, check=True, capture_output=True)
    return found
