"""The simulated ERP as tests, the demo and the command line hold it in their hands."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.faulty import FaultyApp
from erp_bridge.sandbox.ixc.app import App, operation
from erp_bridge.sandbox.ixc.load import load
from erp_bridge.sandbox.ixc.options import Options
from erp_bridge.sandbox.ixc.people import People
from erp_bridge.sandbox.ixc.replies import ERROR_PAGE
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Table
from erp_bridge.sandbox.records import Side, World

#: Another range of protocol numbers on each side: two real providers do not share them either.
_PROTOCOLS = {"left": 500_000, "right": 700_000}


class IxcSimulator:
    """``IxcSimulator(generate(seed=1), now=clock.now)``; then ``.app`` is an ASGI app and ``.token`` opens it.

    Further keywords are those of :class:`Options`. Without a world the ERP is empty but for what it cannot lack.
    ``now`` is the ERP's clock, as aware datetimes: its stamps, its Date header and what happens later follow it.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        side: str = "left",
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
        token: str = "",
        timezone: str = "America/Sao_Paulo",
        **options: Any,
    ) -> None:
        options.setdefault("protocol_start", _PROTOCOLS[side])
        content = world.side(side) if world is not None else Side(side)
        user = next((user.id for user in content.usuarios if user.api), 61)
        token = token or f"{user}:{hashlib.sha256(f'ixc/{side}'.encode()).hexdigest()}"
        self.faults = faults or Faults()
        self.requests: list[str] = []
        self._state = State(
            options=Options(**options), now=now or (lambda: datetime.now(UTC)), zone=ZoneInfo(timezone), token=token
        )
        load(self._state, content)
        _what_no_erp_lacks(self._state)
        self.people = People(self._state)
        self._rng = random.Random(f"ixc/{side}")
        self._core = App(self._state)
        self.app = FaultyApp(
            self._core,
            self.faults,
            operation=operation,
            now=self._state.now,
            html=ERROR_PAGE,
            shift=self._shift,
            on_request=self.requests.append,
        )

    @property
    def options(self) -> Options:
        """What this installation is like; may be changed at any time."""
        return self._state.options

    @property
    def token(self) -> str:
        """``user:hash``, to be sent as Basic credentials. Set another one and the old no longer opens (quirk 25)."""
        return self._state.token

    @token.setter
    def token(self, token: str) -> None:
        self._state.token = token

    @property
    def tables(self) -> dict[str, Table]:
        """``tables["su_ticket"][10]["titulo"]``; the id as a number or as text. Rows may be changed in place."""
        with self._state.lock:
            self._state.run_due()
        return self._state.tables

    @property
    def files(self) -> dict[int, bytes]:
        """The bytes of uploaded files, by id in su_ticket_arquivos."""
        return self._state.files

    @property
    def sent(self) -> list[tuple[str, dict[str, str]]]:
        """The last thousand writes and actions that reached the app: (operation, fields as they came)."""
        return list(self._core.sent)

    def count(self, match: str = "") -> int:
        """How many requests arrived whose operation contains ``match``; those that met a fault too."""
        return sum(match in name for name in self.requests)

    def counts(self) -> Mapping[str, int]:
        """Requests by operation."""
        return Counter(self.requests)

    def snapshot(self, *tables: str) -> dict[str, dict[int, dict[str, str]]]:
        """A copy of whole tables, to compare before and after."""
        with self._state.lock:
            return {name: {id_: row.full() for id_, row in self.tables[name].items()} for name in tables or self.tables}

    def _shift(self, operation: str, body: bytes) -> None:
        """A person touches a row that was just listed, so that it moves (quirk 22): nothing that is synced changes."""
        kind, _, name = operation.partition(" ")
        with self._state.lock:
            table = self._state.tables.get(name)
            if kind != "list" or table is None or "ultima_atualizacao" not in table.columns or body[:1] != b"{":
                return
            rows = json.loads(body).get("registros", [])
            if not rows:
                return
            row = table[int(self._rng.choice(list(rows.values()) if isinstance(rows, dict) else rows)["id"])]
            if name == "su_ticket":
                row["mensagens_nao_lida_sup"] = str(int(row["mensagens_nao_lida_sup"]) + 1)
                self._state.touch(row, changed=True, operator=self.people.operator)
            else:
                row["ultima_atualizacao"] = self._state.stamp()


def _what_no_erp_lacks(state: State) -> None:
    """The company and its branch, and the token's user, who may have come by hand."""
    company = {"razao": "Provedor Exemplo Ltda", "fantasia": "Provedor Exemplo"}
    state.tables["empresa"].insert({**company, "cnpj": "11.222.333/0001-81"})
    state.tables["filial"].insert(company)
    if state.operator.isdecimal() and int(state.operator) not in state.tables["usuarios"]:
        state.tables["usuarios"].insert({"nome": "Integração", "id_grupo": "2"}, int(state.operator))
