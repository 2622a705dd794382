"""What the bridge is compared with: "list, create, then save". It is how such a thing is written at first.

It copies tickets and messages both ways, never copies its own, and remembers in a file what it has done. It is right
as long as nothing goes wrong. A harness that finds no fault in it proves nothing about the bridge.
"""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from erp_bridge.adapters.registry import connect
from erp_bridge.config import load
from erp_bridge.core.errors import BridgeError
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Atendimento, Movimentacao, Status, Termo
from erp_bridge.sync.report import PassReport
from erp_bridge.transport.network import Network

SUBJECTS = ("sem conexao", "suporte tecnico")


class NaiveBridge:
    """One pass after another over the first pair of a configuration."""

    def __init__(self, config_file: Path, network: Network) -> None:
        self.config = load(config_file)
        self.network = network
        self.pair = next(iter(self.config.pair.values()))
        self.file = config_file.parent / "naive.json"
        self.severed = False
        self.done: dict[str, str] = json.loads(self.file.read_text()) if self.file.exists() else {}

    async def sync(self) -> PassReport:
        async with AsyncExitStack() as stack:
            names = {"left": self.pair.left, "right": self.pair.right}
            erps = {
                side: await stack.enter_async_context(connect(self.config.erp[name], network=self.network))
                for side, name in names.items()
            }
            for side, other in (("left", "right"), ("right", "left")):
                await self._carry(erps[side], erps[other])
        return PassReport(self.pair.name)

    async def _carry(self, source: Any, target: Any) -> None:
        async for page in source.changed_since(self.network.clock.now() - timedelta(days=60)):
            for ticket in page:
                try:
                    await self._ticket(source, target, ticket)
                except BridgeError:
                    continue  # the next pass tries again

    async def _ticket(self, source: Any, target: Any, ticket: Atendimento) -> None:
        if ticket.footer is not None or ticket.status is Status.CANCELADO or ticket.cliente is None:
            return
        key = f"{source.name} {ticket.id}"
        if key not in self.done:
            found = await target.clients_by_document(ticket.cliente.documento or "")
            if len(found) != 1:
                return
            subject, department = (Termo(nome=name) for name in SUBJECTS)
            twin = Atendimento(
                titulo=ticket.titulo, descricao=ticket.descricao, cliente=found[0], assunto=subject,
                departamento=department, prioridade=ticket.prioridade, footer=_footer(source, ticket),
            )  # fmt: skip
            created = await target.create(twin)
            self._save(key, created.id or "")
        for movement in await source.movements(ticket.id or ""):
            part = f"{key}/{movement.id}"
            if part not in self.done and movement.footer is None and movement.texto.strip():
                copy = Movimentacao(texto=movement.texto, footer=_footer(source, ticket, movement.id))
                stored = await target.add_movement(self.done[key], copy)
                self._save(part, stored.id or "")

    def _save(self, key: str, value: str) -> None:
        if not self.severed:
            self.done[key] = value
            self.file.write_text(json.dumps(self.done))


def _footer(source: Any, ticket: Atendimento, part: str | None = None) -> Footer:
    """Only so that its doubles can be counted; it makes no use of them."""
    return Footer(ref=Ref(erp=source.name, id=ticket.id or "", part=part), protocolo=ticket.protocolo)


class NaiveRunner:
    """The naive bridge on the bench."""

    def __init__(self, bench: Any) -> None:
        self._bench = bench
        self._bridge: NaiveBridge | None = None

    async def sync(self, **_options: Any) -> PassReport:
        if self._bridge is None:
            self._bridge = NaiveBridge(self._bench.config_file, self._bench.network())
        return await self._bridge.sync()

    def sever(self) -> None:
        if self._bridge is not None:
            self._bridge.severed = True
            self._bridge = None

    async def close(self) -> None:
        self._bridge = None

    def forget(self) -> None:
        (self._bench.folder / "naive.json").unlink(missing_ok=True)
