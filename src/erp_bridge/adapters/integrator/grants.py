"""What a database user may do, by what ``SHOW GRANTS`` says. Pure.

Only privileges known to be harmless pass: one that is not known counts as a right to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HARMLESS = frozenset(
    {
        "USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "LOCK TABLES", "CREATE TEMPORARY TABLES",
        "REPLICATION CLIENT", "BINLOG MONITOR", "SLAVE MONITOR", "REPLICA MONITOR",
    }
)  # fmt: skip
#: Privileges, what they are for, to whom. A password's hash may follow, which nothing here looks at.
_GRANT = re.compile(
    r"GRANT (?P<rights>.+?) ON (?:(?:TABLE|FUNCTION|PROCEDURE|PACKAGE(?: BODY)?) )?(?P<on>(?:`[^`]*`|\S)+) TO "
)
_ROLE = re.compile(r"GRANT (?P<role>\S+) TO ")
_QUOTES = "`'\""


def writing(lines: Iterable[str], schema: str) -> list[str]:
    """What the user could change with, as ``INSERT on ispintegrator.*``; empty for one that can only read there."""
    found: list[str] = []
    roles, explained = set[str](), set[str]()
    for line in lines:
        grant, role = _GRANT.match(line), _ROLE.match(line)
        if grant is None:
            if role is not None:
                roles.add(_plain(role["role"]))
            elif line.startswith("GRANT"):
                found.append("a right that is not understood")
            continue  # what else is shown sets a default role, or takes a right away
        explained.add(_plain(line[grant.end() :].split()[0]))
        if not _covers(grant["on"], schema):
            continue
        rights = [right.strip() for right in re.sub(r"\([^)]*\)", "", grant["rights"]).split(",")]
        found += [f"{right} on {_shown(grant['on'])}" for right in rights if right.upper() not in _HARMLESS]
    return found + [f"what the role {role} may do, which is not shown" for role in sorted(roles - explained)]


def _covers(on: str, schema: str) -> bool:
    """Whether the grant is for everything, for the schema, or for something in it. A schema may be a pattern."""
    if on == "*.*":
        return True
    name = re.match(r"(`[^`]*`|[^.@]*)\.", on)
    if name is None:
        return True  # PROXY, which is for another user
    parts = re.split(r"(\\.|[%_])", name[1].strip('`"'))
    wild = {"%": ".*", "_": "."}
    regex = "".join(wild.get(part, re.escape(part[1:] if part[:1] == "\\" else part)) for part in parts)
    return re.fullmatch(regex, schema, re.IGNORECASE | re.DOTALL) is not None


def _shown(on: str) -> str:
    return on.replace("`", "")


def _plain(account: str) -> str:
    """A user or a role without quotes, and without the host that MySQL puts behind a role."""
    return account.partition("@")[0].strip(_QUOTES)
