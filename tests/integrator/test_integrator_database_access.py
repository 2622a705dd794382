"""Getting at the database: who is let in, what every failure means, and that a stuck server holds up nobody."""

from __future__ import annotations

import asyncio
import builtins
import logging
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.adapters.integrator.database import Database
from erp_bridge.adapters.integrator.mysql import Mysql
from erp_bridge.core.errors import AuthError, BridgeError, ConfigError, Malformed, Unavailable
from erp_bridge.transport import retry
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.redact import redactor
from erp_bridge.transport.verdict import Failure
from integrator.database_box import DatabaseBox
from integrator.mariadb import PASSWORD, MariaDb


@pytest.fixture(scope="module")
def box(mariadb: MariaDb) -> DatabaseBox:
    return DatabaseBox(mariadb, "isp_access")


async def entering(erp: IntegratorAdapter, kind: type[BridgeError], words: str) -> BridgeError:
    """The error with which it cannot be entered; it names the ERP and quotes nothing of the address."""
    with pytest.raises(kind, match=words) as caught:
        async with erp:
            pass
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert "mysql+pymysql://" not in shown
    assert caught.value.erp == "filial"
    return caught.value


def mysql_of(erp: IntegratorAdapter) -> Mysql:
    assert isinstance(erp._source, Database)
    return erp._source._mysql


# --- who is let in


@pytest.mark.parametrize(
    ("grants", "words"),
    [
        (["ALL PRIVILEGES ON `isp_access`.*"], r"may write \(ALL PRIVILEGES on isp_access\.\*\)"),
        (["SELECT, INSERT, UPDATE, DELETE, ALTER ON *.*"], r"INSERT on \*\.\*, .* and 1 more\)"),
        (["SELECT ON `isp_access`.*", "INSERT ON `isp_access`.`comentarios`"], r"INSERT on isp_access\.comentarios"),
        (["SELECT ON `isp_access`.*", "UPDATE (codsto) ON `isp_access`.`ocorrencias`"], "UPDATE on isp_access"),
        (["SELECT ON `isp_access`.*", r"DROP ON `isp\_a%`.*"], "DROP on"),
    ],
)
async def test_a_user_who_may_write_is_refused(box, grants, words):
    box.server.user("dono", *grants)
    error = await entering(box.reader(box.server.url(box.schema, "dono")), ConfigError, words)
    assert "GRANT SELECT ON `isp_access`.* TO" in error.message
    assert "allow_write_user=1" in error.message
    while connections(box, "dono"):  # nothing is left open; the server notices a moment later
        await asyncio.sleep(0.01)


async def test_a_user_who_may_write_elsewhere_is_none_of_our_business(box):
    box.server.user("dono", "SELECT ON `isp_access`.*", "ALL PRIVILEGES ON `estado`.*")
    async with box.reader(box.server.url(box.schema, "dono")) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_roles_are_looked_into(box):
    with box.server.root() as cursor:
        for role, right in (("leitores", "SELECT"), ("donos", "SELECT, INSERT")):
            cursor.execute(f"DROP ROLE IF EXISTS {role}")
            cursor.execute(f"CREATE ROLE {role}")
            cursor.execute(f"GRANT {right} ON `isp_access`.* TO {role}")
        for role in ("leitores", "donos"):
            box.server.user(role[:4])
            cursor.execute(f"GRANT {role} TO {role[:4]}@localhost")
            cursor.execute(f"SET DEFAULT ROLE {role} FOR {role[:4]}@localhost")
    async with box.reader(box.server.url(box.schema, "leit")) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
    await entering(box.reader(box.server.url(box.schema, "dono")), ConfigError, r"INSERT on isp_access\.\*")


async def test_even_a_user_who_may_write_does_not(box):
    box.server.user("dono", "ALL PRIVILEGES ON `isp_access`.*")
    async with box.reader(box.server.url(box.schema, "dono", allow_write_user="1")) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
        for statement in ("DELETE FROM ocorrencias", "CREATE TABLE x (a INT)", "UPDATE clientes SET ativo = 'N'"):
            with pytest.raises(Malformed, match="error 1792"):  # cannot be executed in a read-only transaction
                await mysql_of(erp).rows(text(statement), operation="x")
    assert box.sql("SELECT COUNT(*) > 30 FROM ocorrencias") == [(1,)]


async def test_the_user_is_not_let_in(box):
    url = box.url().replace("segredo", "errado")
    await entering(box.reader(url), AuthError, r"error 1045.*GRANT SELECT ON `isp_access`")
    await entering(box.reader(box.server.url(box.schema, "ninguem")), AuthError, "error 1045")
    box.server.user("cego")
    await entering(box.reader(box.server.url(box.schema, "cego")), AuthError, "error 1044.*GRANT SELECT")


async def test_wrong_schemas(box):
    box.server.user("leitor", "SELECT ON *.*")
    await entering(box.reader(box.server.url("nada", "leitor")), ConfigError, "no schema nada")
    await entering(box.reader(box.server.url("mysql", "leitor")), ConfigError, "shows this user no table ocorrencias")


async def test_a_right_that_is_taken_away(box):
    box.server.user("curto", "SELECT ON `isp_access`.`ocorrencias`", "SELECT ON `isp_access`.`clientes`")
    async with box.reader(box.server.url(box.schema, "curto")) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
        box.sql("REVOKE SELECT ON `isp_access`.`clientes` FROM curto@localhost")
        for _ in range(2):  # and not a ticket without its client's document, as if that had never been there
            with pytest.raises(AuthError, match="may not read this: GRANT SELECT"):
                await erp.get(box.an_open_one)


# --- over the network


async def test_over_tcp(box):
    with box.server.root() as cursor:
        cursor.execute("DROP USER IF EXISTS bridge_tcp@'127.0.0.1'")
        cursor.execute("CREATE USER bridge_tcp@'127.0.0.1' IDENTIFIED BY %s REQUIRE SSL", (PASSWORD,))
        cursor.execute("GRANT SELECT ON `isp_access`.* TO bridge_tcp@'127.0.0.1'")
    if box.server.certificates is None:
        pytest.skip("needs the openssl command to make certificates")
    ca, other = str(box.server.certificates / "ca.pem"), str(box.server.certificates / "other.pem")

    def reader(**options: str) -> IntegratorAdapter:
        return box.reader(box.server.tcp_url(box.schema, "bridge_tcp", **options))

    async with reader(ssl_ca=ca) as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
        [[_, cipher]] = [row.values() for row in await mysql_of(erp).rows(text("SHOW STATUS LIKE 'Ssl_cipher'"),
                                                                          operation="x")]  # fmt: skip
        assert cipher
    await entering(reader(ssl_ca=other), Unavailable, "certificate is not trusted: check ssl_ca")
    by_name = reader(ssl_ca=ca)._settings.database_url.reveal().replace("127.0.0.1", "localhost")
    await entering(box.reader(by_name), Unavailable, "certificate is not trusted: check ssl_ca")
    async with box.reader(f"{by_name}&ssl_check_hostname=0") as erp:
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
    with pytest.raises(ConfigError, match="the file of ssl_ca cannot be read"):
        reader(ssl_ca="/nowhere/ca.pem")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("localhost/x?unix_socket=/nowhere/s", "its socket cannot be opened"),
        ("127.0.0.1:1/x", "connection refused"),
    ],
)
async def test_servers_that_are_not_there(box, host, words):
    erp = box.reader(f"mysql://bridge:segredo@{host}")
    error = await entering(erp, Unavailable, words)
    assert "(tried 4 times)" in error.message
    assert len(box.clock.slept) >= 3


# --- while it runs


def connections(box: DatabaseBox, user: str) -> list[int]:
    with box.server.root() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", (user,))
        return [id for [id] in cursor.fetchall()]


async def test_no_more_than_two_connections(box):
    ids = list(box.tickets)
    with box.server.root() as cursor:
        cursor.execute("DROP USER IF EXISTS bridge_two@localhost")
        cursor.execute("CREATE USER bridge_two@localhost IDENTIFIED BY %s WITH MAX_USER_CONNECTIONS 2", (PASSWORD,))
        cursor.execute("GRANT SELECT ON `isp_access`.* TO bridge_two@localhost")
    async with box.reader(box.server.url(box.schema, "bridge_two")) as erp:
        before = erp.requests
        await asyncio.gather(*(erp.get_many([id]) for id in ids))
        assert erp.requests - before == len(ids)  # none was turned away and tried again


async def test_a_server_without_a_place_for_us(box):
    with box.server.root() as cursor:
        cursor.execute("DROP USER IF EXISTS bridge_one@localhost")
        cursor.execute("CREATE USER bridge_one@localhost IDENTIFIED BY %s WITH MAX_USER_CONNECTIONS 1", (PASSWORD,))
        cursor.execute("GRANT SELECT ON `isp_access`.* TO bridge_one@localhost")
    url = box.server.url(box.schema, "bridge_one")
    async with box.reader(url):
        await entering(box.reader(url), Unavailable, r"no more connections \(error 1226\)")


async def test_a_connection_that_was_lost_meanwhile_is_made_anew(box):
    async with box.reader() as erp:
        pauses = len(box.clock.slept)
        kill(box)
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
        assert len(box.clock.slept) == pauses  # it was noticed before, not by a statement that failed


def kill(box: DatabaseBox) -> None:
    with box.server.root() as cursor:
        for id in connections(box, box.user):
            cursor.execute(f"KILL {id}")


@contextmanager
def locked(box: DatabaseBox) -> Iterator[None]:
    """Nobody can read a ticket meanwhile."""
    with box.server.root(box.schema) as cursor:
        cursor.execute("LOCK TABLES ocorrencias WRITE")
        yield


async def test_a_statement_that_takes_too_long(box, monkeypatch):
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    async with box.reader(timeout="250ms") as erp:
        with locked(box), pytest.raises(Unavailable, match=r"no answer within 0\.25 s.*raise timeout"):
            await erp.get(box.an_open_one)
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


async def test_a_server_that_says_nothing(box, monkeypatch):
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        erp = box.reader(f"mysql://bridge:x@127.0.0.1:{silent.getsockname()[1]}", timeout="100ms")
        started = time.monotonic()
        await entering(erp, Unavailable, "did not answer in time|no answer within")
        assert time.monotonic() - started < 5


async def test_a_statement_nobody_waits_for_any_more_is_torn_down(box):
    """So that a program that is told to end does not have to wait for a stuck server."""
    async with box.reader(timeout="60s") as erp:
        with locked(box):
            reading = asyncio.create_task(erp.get(box.an_open_one))
            while not waiting(box):
                await asyncio.sleep(0.01)
            started = time.monotonic()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            while any(thread.name.startswith("asyncio_") and busy(thread) for thread in threading.enumerate()):
                await asyncio.sleep(0.01)
            assert time.monotonic() - started < 5
        assert (await erp.get(box.an_open_one)).id == box.an_open_one


def waiting(box: DatabaseBox) -> bool:
    with box.server.root() as cursor:
        cursor.execute(
            "SELECT 1 FROM information_schema.processlist WHERE user = %s AND state LIKE 'Waiting%%lock'", (box.user,)
        )
        return cursor.fetchone() is not None


def busy(thread: threading.Thread) -> bool:
    frames = traceback.extract_stack(sys._current_frames()[thread.ident or 0])
    return any("pymysql" in frame.filename for frame in frames)


async def test_the_guard_is_asked_before_each_statement(box):
    class Forbidden(Exception):
        pass

    asked: list[float] = []

    def guard(deadline: float) -> None:
        asked.append(deadline)
        if len(asked) > 1:
            raise Forbidden

    async with box.reader(timeout="7s") as erp:
        before = erp.requests
        token = send_guard.set(guard)
        try:
            await erp.get(box.an_open_one)
            with pytest.raises(Forbidden):
                await erp.get(box.an_open_one)
        finally:
            send_guard.reset(token)
        assert asked == [7.0, 7.0]
        assert erp.requests - before == 1


async def test_servers_too_old_for_a_limit_are_read_all_the_same(box):
    """What they do not know is left out, everything else is an error."""

    class Cursor:
        def __init__(self, code: int) -> None:
            self.code, self.said = code, list[str]()

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *exc: object) -> None:
            pass

        def cursor(self) -> Any:
            return self

        def execute(self, command: str) -> None:
            self.said.append(command)
            raise RuntimeError(self.code)

    mysql = mysql_of(box.reader())
    for code in (1193, 1064):
        old = Cursor(code)
        mysql._read_only(old, None)
        assert len(old.said) == 3
    with pytest.raises(RuntimeError):
        mysql._read_only(Cursor(2013), None)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (1115, ConfigError, "add charset=utf8"),
        (1049, ConfigError, "no schema isp_access"),
        (1130, AuthError, "check its password and host"),
        (1142, AuthError, "may not read this"),
        (3024, Failure, "raise timeout"),
        (2006, Failure, "broke off"),
        (1040, Failure, "no more connections"),
        (1054, Malformed, "is gone"),
        (1366, Malformed, "answered with error 1366"),
        ("Maria da Silva", Failure, "error 0"),
    ],
)
def test_what_errors_mean(box, code, kind, words):
    found = mysql_of(box.reader())._meaning(Exception(code, "Maria da Silva"), "x")
    assert isinstance(found, kind)
    assert words in str(found)
    assert "Maria" not in str(found)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (socket.gaierror(), "its host is not found"),
        (TimeoutError(), "did not answer in time"),
        (PermissionError(), "its socket cannot be opened"),
        (OSError("Maria"), "cannot be reached: check"),
        (None, "cannot be reached: check"),
    ],
)
def test_why_it_cannot_be_reached(box, cause, words):
    error = Exception(2003, "Maria")
    error.original_exception = cause  # type: ignore[attr-defined]
    assert words in str(mysql_of(box.reader())._meaning(error, "x"))


async def test_a_way_of_logging_in_that_needs_a_package(box, monkeypatch):
    def connect(*arguments: Any, **keys: Any) -> None:
        raise RuntimeError("'cryptography' package is required for sha256_password or caching_sha2_password")

    erp = box.reader()
    monkeypatch.setattr(mysql_of(erp)._engine.dialect, "connect", connect)
    await entering(erp, AuthError, "add ssl_ca to database_url, or install the package cryptography")


# --- what may be missing, and what may not show


@pytest.mark.parametrize("package", ["sqlalchemy", "pymysql"])
def test_without_the_extra_it_says_what_to_install(box, monkeypatch, package):
    for name in list(sys.modules):
        if name.startswith("erp_bridge.adapters.integrator.") and name.rpartition(".")[2] in (
            "database",
            "mysql",
            "sql",
        ):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match=r'pip install "erp-bridge\[mysql\]"'):
        box.reader()


def test_a_missing_module_of_ours_is_no_missing_extra(box, monkeypatch):
    real = builtins.__import__

    def broken(name: str, *arguments: Any) -> Any:
        if name == "erp_bridge.adapters.integrator.database":
            raise ModuleNotFoundError("No module named 'erp_bridge.typo'", name="erp_bridge.typo")
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", broken)
    with pytest.raises(ModuleNotFoundError, match="typo"):
        box.reader()


def test_without_a_database_nothing_of_it_is_loaded():
    script = (
        "import sys, erp_bridge\n"
        "erp_bridge.connect('integrator', url='http://x', timezone='UTC', user='u', password='p')\n"
        "print(sorted(sys.modules.keys() & {'sqlalchemy', 'pymysql'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_the_password_shows_nowhere(box, caplog):
    password = "Xk7pQvr2"  # nothing in it looks like a secret by itself
    assert redactor.text(password) == password
    box.server.user("bridge_log", "SELECT ON `isp_access`.*", password=password)
    with caplog.at_level(logging.DEBUG):
        async with box.reader(box.server.url(box.schema, "bridge_log", password)) as erp:
            await erp.get(box.an_open_one)
            engine = mysql_of(erp)._engine
            for shown in (repr(erp.__dict__), repr(vars(mysql_of(erp))), str(engine.url), repr(engine.pool.__dict__)):
                assert password not in shown
    assert password not in caplog.text
    assert password not in redactor.text(f"login {password}")
