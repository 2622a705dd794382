"""Many pairs of simulated ERPs behind one address, and the configuration that joins them: what services run against.

Each pair has an IXC and an Integrator of its own; all are made from one world.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from erp_bridge.cli.simulated import Simulated, simulate
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.world import World, generate
from faults.hands import Hands, Mark, common_documents, hands_on, mark_of

KINDS = {"left": "ixc", "right": "integrator"}
_PATH = re.compile(r"/(p\d+)/(left|right)(/.*)")


class Fleet:
    """``pairs`` pairs ``p0``, ``p1`` ... ``erps[pair][side]`` is a simulated ERP.

    ``requests`` counts those that have begun to arrive, ``whole`` those that have arrived to their end, and ``at_work``
    those of them that are not answered yet.
    """

    def __init__(self, folder: Path, pairs: int, world: World | None = None, **sizes: int) -> None:
        self.folder = folder
        self.world = world or generate(1, now=datetime.now(UTC), **({"clients": 12, "left": 4, "right": 3} | sizes))
        self.names = [f"p{number}" for number in range(pairs)]
        self.erps: dict[str, dict[str, Simulated]] = {
            name: {side: simulate(kind, self.world) for side, kind in KINDS.items()} for name in self.names
        }
        self.requests: Counter[tuple[str, str]] = Counter()
        self.whole: Counter[tuple[str, str]] = Counter()
        self.at_work: Counter[str] = Counter()
        self.url = "http://127.0.0.1:9"
        self._lock = threading.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The address ``/p17/left/...`` is that of one ERP."""
        match = _PATH.fullmatch(scope["path"])
        if match is None:
            raise ConnectionResetError("nobody lives there")
        pair, side, path = match.groups()
        whole = False

        async def hear() -> Any:
            nonlocal whole
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body") and not whole:
                whole = True
                with self._lock:
                    self.whole[pair, side] += 1
                    self.at_work[pair] += 1
            return message

        with self._lock:
            self.requests[pair, side] += 1
        try:
            inner = {**scope, "path": path, "raw_path": path.encode()}
            await self.erps[pair][side].simulator.app(inner, hear, send)
        finally:
            with self._lock:
                self.at_work[pair] -= whole

    @contextmanager
    def serving(self) -> Iterator[Fleet]:
        with Server(self) as server:
            self.url = server.url
            yield self

    def config(
        self,
        *,
        state: str = "sqlite:///bridge.db",
        pair: str = 'interval = "60s"',
        more: str = "",
        timeout: str = "5s",
    ) -> Path:
        """Written anew; the secrets it names stand beside it. ``pair`` is in every pair's table."""
        parts = ["[state]", f'url = "{state}"', more]
        for name in self.names:
            for side, erp in self.erps[name].items():
                for key, secret in erp.credentials.items():
                    (self.folder / f"{erp.adapter}.{key}").write_text(secret)
                references = {key: f"file:{erp.adapter}.{key}" for key in erp.credentials}
                parts.append(erp.table(f"{name}-{side}", f"{self.url}/{name}/{side}", references))
                parts[-1] = parts[-1].replace("\n[erp", f'\nsettle = "1s"\ntimeout = "{timeout}"\n[erp', 1)
            parts += [f"[pair.{name}]", f'left = "{name}-left"', f'right = "{name}-right"', "since = 2020-01-01", pair]
        file = self.folder / "bridge.toml"
        file.write_text("\n".join(parts) + "\n", encoding="utf-8")
        return file

    # --- people, and what stands in the ERPs -------------------------------------------------------------------

    def hands(self, pair: str, side: str) -> Hands:
        hands: Hands = hands_on(f"{pair}-{side}", self.erps[pair][side].simulator, self.world, side)
        return hands

    def open_ticket(self, pair: str, text: str, side: str = "left") -> str:
        """Somebody opens a ticket for a client whom both ERPs know; its id."""
        return self.hands(pair, side).open(common_documents(self.world)[0], "Sem sinal", text)

    def doubled(self) -> list[str]:
        """Twins and messages that the bridge has made twice in one ERP."""
        found = []
        for pair in self.names:
            for side in KINDS:
                hands = self.hands(pair, side)
                marks: Counter[Mark] = Counter()
                for id, record in hands.tickets().items():
                    texts = [record.text, *(said.text for said in hands.history(id))]
                    marks.update(mark for mark in {mark_of(text) for text in texts} if mark is not None)
                found += [f"{pair} {side}: {mark}" for mark, count in marks.items() if count > 1]
        return found

    def twins(self, pair: str) -> int:
        """Tickets that the bridge has made."""
        return sum(
            mark_of(record.text) is not None for side in KINDS for record in self.hands(pair, side).tickets().values()
        )
