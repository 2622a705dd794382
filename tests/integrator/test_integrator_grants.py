"""Who may only read, by what the server says of a user; and the address of a database, taken apart."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import Any

import pytest

from erp_bridge.adapters.integrator.address import Address, parse
from erp_bridge.adapters.integrator.grants import writing
from erp_bridge.core.errors import ConfigError

USAGE = "GRANT USAGE ON *.* TO `bridge`@`localhost` IDENTIFIED BY PASSWORD '*0123456789ABCDEF'"
SELECT = "GRANT SELECT ON `ispintegrator`.* TO `bridge`@`localhost`"


@pytest.mark.parametrize(
    "lines",
    [
        [USAGE, SELECT],
        [USAGE, "GRANT SELECT, SHOW VIEW, LOCK TABLES ON `ispintegrator`.* TO 'bridge'@'%' WITH GRANT OPTION"],
        [USAGE, "GRANT SELECT (`codoco`, `update`), SHOW VIEW ON `ispintegrator`.`ocorrencias` TO `bridge`@`%`"],
        ["GRANT SELECT, PROCESS, REPLICATION CLIENT ON *.* TO 'bridge'@'10.0.0.5' REQUIRE SSL"],
        [USAGE, SELECT, "GRANT ALL PRIVILEGES ON `estado`.* TO `bridge`@`localhost`"],
        [USAGE, SELECT, r"GRANT INSERT ON `isp\_integrator`.* TO `bridge`@`localhost`"],
        [USAGE, SELECT, "GRANT INSERT ON `outro banco`.`ocorrencias` TO `bridge`@`localhost`"],
        ["GRANT `leitores` TO `bridge`@`localhost`", USAGE, "GRANT SELECT ON `ispintegrator`.* TO `leitores`",
         "GRANT USAGE ON *.* TO `leitores`", "SET DEFAULT ROLE `leitores` FOR `bridge`@`localhost`"],
    ],
)  # fmt: skip
def test_users_who_can_only_read(lines):
    assert writing(lines, "ispintegrator") == []


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"], ["ALL PRIVILEGES on *.*"]),
        (["GRANT SELECT, INSERT, UPDATE ON `ispintegrator`.* TO `b`@`%`"],
         ["INSERT on ispintegrator.*", "UPDATE on ispintegrator.*"]),
        (["GRANT SELECT, UPDATE (`codsto`) ON `ispintegrator`.`ocorrencias` TO `b`@`%`"],
         ["UPDATE on ispintegrator.ocorrencias"]),
        (['GRANT DROP ON "ispintegrator".* TO "b"@"%"'], ['DROP on "ispintegrator".*']),
        (["GRANT DELETE ON `isp%`.* TO `b`@`%`"], ["DELETE on isp%.*"]),
        (["GRANT DROP ON `ispintegrato_`.* TO `b`@`%`"], ["DROP on ispintegrato_.*"]),
        (["GRANT ALTER ON `ISPIntegrator`.* TO `b`@`%`"], ["ALTER on ISPIntegrator.*"]),
        (["GRANT FILE ON *.* TO `b`@`%`"], ["FILE on *.*"]),
        (["GRANT EXECUTE ON PROCEDURE `ispintegrator`.`fecha` TO `b`@`%`"], ["EXECUTE on ispintegrator.fecha"]),
        (["GRANT SOMETHING NEW ON *.* TO `b`@`%`"], ["SOMETHING NEW on *.*"]),
        (["GRANT PROXY ON ''@'10.0.0.1' TO 'b'@'%'"], ["PROXY on ''@'10.0.0.1'"]),
        (["GRANT `donos` TO `b`@`%`", SELECT], ["what the role donos may do, which is not shown"]),
        (["GRANT `a`@`%`,`z`@`%` TO `b`@`%`", SELECT], ["what the role a may do, which is not shown"]),
        (["GRANT SELECT ON"], ["a right that is not understood"]),
    ],
)  # fmt: skip
def test_users_who_could_write(lines, found):
    assert writing([USAGE, *lines], "ispintegrator") == found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mysql+pymysql://bridge:a%40b%2F@db.example:3307/isp",
         {"user": "bridge", "password": "a@b/", "host": "db.example", "port": 3307, "schema": "isp"}),
        ("mariadb://bridge@10.0.0.5", {"password": "", "host": "10.0.0.5", "port": 3306, "schema": "ispintegrator",
                                       "charset": "utf8mb4", "unix_socket": None, "allow_write_user": False}),
        ("mysql://b:p@localhost/?unix_socket=/run/mysqld/mysqld.sock&charset=latin1&allow_write_user=1&lag=30s",
         {"unix_socket": "/run/mysqld/mysqld.sock", "charset": "latin1", "allow_write_user": True,
          "lag": timedelta(seconds=30)}),
        ("mysql://b:p@h/x?ssl_ca=/etc/ca.pem&ssl_check_hostname=false&allow_write_user=0",
         {"ssl_ca": "/etc/ca.pem", "ssl_check_hostname": False, "allow_write_user": False}),
        ("mysql://b:%C3%A7@h", {"password": "ç"}),
    ],
)  # fmt: skip
def test_addresses(url, expected: dict[str, Any]):
    found = parse(url, "filial")
    assert {name: getattr(found, name) for name in expected} == expected
    assert f"'{found.password}'" not in repr(found).replace(f"host='{found.host}'", "")


def test_the_password_does_not_show():
    assert "segredo" not in repr(Address("b", "segredo", "h", 1, "s"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://b:segredo@h/x", "not of the form"),
        ("segredo", "not of the form"),
        ("mysql://h/segredo", "not of the form"),
        ("mysql://b:segredo@h:segredo/x", "not of the form"),
        ("mysql://b:se/gredo@h/x", "not of the form"),
        ("mysql://b:se#gredo@h/x", "not of the form"),
        ("mysql://b:x@[segredo/x", "not of the form"),
        ("mysql://b:x?segredo@h/x", "not of the form"),
        ("mysql://b:x@h/a/segredo", "not of the form"),
        ("mysql://b:x@h/x?segredo=1", "an option that is not known; known are unix_socket"),
        ("mysql://b:x@h/x?allow_write_user=segredo", "allow_write_user is 1 or 0"),
        ("mysql://b:x@h/x?charset=segredo", "charset is one of utf8mb4, utf8, latin1"),
        ("mysql://b:x@h/x?lag=segredo", "lag: a duration is a number and a unit"),
    ],
)
def test_wrong_addresses_are_not_quoted(url, words):
    with pytest.raises(ConfigError, match=words) as caught:
        parse(url, "filial")
    assert "gredo" not in "".join(traceback.format_exception(caught.value)).replace(__file__, "")
