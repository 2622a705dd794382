"""What the simulated ERP is at one moment: its tables, its clock, the token's user, and what is still to happen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from erp_bridge.sandbox.ixc import replies
from erp_bridge.sandbox.ixc.options import Options
from erp_bridge.sandbox.ixc.replies import Refusal
from erp_bridge.sandbox.ixc.schema import TABLES, VIEWS
from erp_bridge.sandbox.ixc.tables import Row, Table
from erp_bridge.sandbox.ixc.values import store

LogKind = str  # inseriu | editou | excluiu


class State:
    """Held under ``lock`` by whoever reads or changes it: requests and people act from different threads."""

    def __init__(self, *, options: Options, now: Callable[[], datetime], zone: ZoneInfo, token: str) -> None:
        self.options = options
        self.now = now
        self.zone = zone
        self.token = token
        self.lock = threading.RLock()
        self.tables = {name: Table(name, columns, view=VIEWS.get(name, "")) for name, columns in TABLES.items()}
        self.files: dict[int, bytes] = {}
        self.protocols = options.protocol_start
        self._later: list[tuple[datetime, Callable[[], None]]] = []

    @property
    def operator(self) -> str:
        """The token's user: the author of everything done through the web service (quirk 20)."""
        return self.token.partition(":")[0]

    def stamp(self, moment: datetime | None = None) -> str:
        """A moment (now) as the ERP writes it: local time, no zone (quirk 7)."""
        return (moment or self.now()).astimezone(self.zone).replace(tzinfo=None).isoformat(" ", "seconds")

    def say(self, name: str, *values: str) -> str:
        return replies.text(self.options.language, name, *values)

    def refusal(self, *messages: str) -> Refusal:
        return Refusal("".join(f"{message}<br />" for message in messages))  # quirk 29

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._later.append((self.now() + timedelta(seconds=seconds), act))

    def run_due(self) -> None:
        """Let happen what was due by now (quirk 17: work orders open on their own)."""
        now = self.now()
        due = [item for item in self._later if item[0] <= now]
        self._later = [item for item in self._later if item[0] > now]
        for _, act in due:
            act()

    def value(self, table: Table, column: str, text: str) -> str:
        """What ``column`` holds after ``text`` was written through the web service."""
        return store(table.columns[column], self._decoded(text), self.stamp())

    def find(self, table: str, id_: str) -> Row:
        """The record, or the refusal that there is none."""
        rows = self.tables[table]
        if not id_.isdecimal() or int(id_) not in rows:
            raise self.refusal(self.say("no_record"))
        return rows[int(id_)]

    def live_ticket(self, id_: str) -> Row:
        """A ticket on which something may still be done."""
        ticket = self.find("su_ticket", id_)
        if ticket["su_status"] == "C" and self.options.cancelled_is_final:
            raise self.refusal(self.say("cancelled"))
        return ticket

    def touch(self, row: Row, *, changed: bool, operator: str = "") -> None:
        """Stamp a write: the database does so on any, the ERP only when something changed."""
        row["ultima_atualizacao"] = self.stamp()
        if changed:
            row["data_ultima_alteracao"] = self.stamp()
            row["updated_user"] = operator or self.operator

    def log(self, kind: LogKind, table: str, id_: str, columns: str = "", operator: str = "") -> None:
        values = {
            "data": self.stamp(),
            "executou": "webservice" if operator in ("", self.operator) else "sistema",
            "tipo": kind,
            "operador": operator or self.operator,
            "id_tabela": id_,
            "tabela": table,
            "campos": columns,
        }
        self.tables["ixc_logs"].insert(values)

    def _decoded(self, text: str) -> str:
        if self.options.decodes_twice and not text.isascii():  # quirk 30
            try:
                text = text.encode("latin-1").decode("utf-8")  # somebody encoded it twice for that
            except UnicodeError:
                text = "".join(c if c.isascii() else "?" for c in text)
        if self.options.charset == "utf8mb3":
            text = "".join(c if ord(c) < 0x10000 else "?" for c in text)
        return text
