"""Counts requests: the bridge's, and those of the script one usually meets, for the same events on two simulated IXC.

The script keeps a table of linked ids. In each pass it fetches both tickets of a link and both histories, one by one,
compares, and writes what is new to the other side. It keeps no marks, proves nothing and survives nothing.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from benchmarks.measure import Wrong
from erp_bridge.sync.engine import PassOptions
from support.pair import SimulatedPair

TICKETS = 40


class Naive:
    """The script."""

    def __init__(self, pair: SimulatedPair, twins: dict[str, str]) -> None:
        self.twins = twins
        self.http = {side: self._client(simulator) for side, simulator in (("left", pair.left), ("right", pair.right))}
        self.requests = 0

    @staticmethod
    def _client(simulator: Any) -> httpx.AsyncClient:
        token = base64.b64encode(simulator.token.encode()).decode()
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=simulator.app), base_url="http://ixc.test/webservice/v1/",
            headers={"Authorization": f"Basic {token}"},
        )  # fmt: skip

    async def _ask(self, side: str, table: str, column: str, value: str) -> list[dict[str, Any]]:
        self.requests += 1
        body = {"qtype": f"{table}.{column}", "query": value, "oper": "=", "page": "1", "rp": "1000"}
        reply = await self.http[side].post(table, json=body, headers={"ixcsoft": "listar"})
        return list(reply.json().get("registros", []))

    async def _write(self, side: str, table: str, row: dict[str, str]) -> str:
        self.requests += 1
        reply = await self.http[side].post(table, json=row)
        told = reply.json()
        if told["type"] != "success":
            raise RuntimeError(told)
        return str(told["id"])

    async def run(self) -> None:
        """One pass."""
        for ticket in await self._new():
            client = (await self._ask("left", "cliente", "id", ticket["id_cliente"]))[0]
            there = (await self._ask("right", "cliente", "cnpj_cpf", client["cnpj_cpf"]))[0]
            columns = ("titulo", "menssagem", "prioridade", "tipo", "origem_endereco")
            first = next(iter(self.twins.values()))
            like = (await self._ask("right", "su_ticket", "id", first))[0]
            terms = {name: like[name] for name in ("id_assunto", "id_ticket_setor")}
            row = {**{name: ticket[name] for name in columns}, **terms, "id_cliente": there["id"], "su_status": "N"}
            self.twins[ticket["id"]] = await self._write("right", "su_ticket", row)
        for left, right in list(self.twins.items()):
            await self._compare(left, right)

    async def _new(self) -> list[dict[str, Any]]:
        newest = max(map(int, self.twins))
        self.requests += 1
        body = {"qtype": "su_ticket.id", "query": str(newest), "oper": ">", "page": "1", "rp": "1000",
                "sortname": "su_ticket.id", "sortorder": "asc"}  # fmt: skip
        reply = await self.http["left"].post("su_ticket", json=body, headers={"ixcsoft": "listar"})
        return list(reply.json().get("registros", []))

    async def _compare(self, left: str, right: str) -> None:
        mine, theirs = (
            (await self._ask("left", "su_ticket", "id", left))[0],
            (await self._ask("right", "su_ticket", "id", right))[0],
        )
        said = await self._ask("left", "su_mensagens", "id_ticket", left)
        heard = {
            row["mensagem"].split("\n\n-- ")[0] for row in await self._ask("right", "su_mensagens", "id_ticket", right)
        }
        for message in said:
            if message["mensagem"] and message["mensagem"] not in heard:
                await self._write("right", "su_mensagens", {
                    "id_cliente": theirs["id_cliente"], "id_ticket": right, "mensagem": message["mensagem"],
                    "mensagem_ticket": message["mensagem"], "visibilidade_mensagens": "PR",
                    "su_status": message["su_status"], "existe_pendencia_externa": "N",
                })  # fmt: skip
        if mine["prioridade"] != theirs["prioridade"]:
            self.requests += 1
            await self.http["right"].put(
                f"su_ticket/{right}", json={**theirs, "prioridade": mine["prioridade"], "atualizar_cliente": "",
                                            "atualizar_login": ""},
            )  # fmt: skip


def comment(pair: SimulatedPair, id: str) -> None:
    pair.left.people.comment(id, "Técnico a caminho")


def close(pair: SimulatedPair, id: str) -> None:
    pair.left.people.comment(id, "Resolvido", "S")


def change(pair: SimulatedPair, id: str) -> None:
    row = pair.left.tables["su_ticket"][int(id)]
    pair.left.people.set_field(id, prioridade="A" if row["prioridade"] != "A" else "B")


def open_one(pair: SimulatedPair, id: str) -> None:
    like = pair.left.tables["su_ticket"][int(id)]
    pair.left.people.open_ticket(id_cliente=like["id_cliente"])


EVENTS: dict[str, tuple[int, Callable[[SimulatedPair, str], None]]] = {
    "a comment": (1, comment),
    "a closing with its message": (1, close),
    "a changed priority": (1, change),
    "a new ticket": (1, open_one),
    "ten comments on ten tickets": (10, comment),
}


#: Each in the quiet that the one before it has left. A new ticket comes last: it is one more for those after it.
IN_TURN = sorted(EVENTS, key=lambda event: event == "a new ticket")


async def _bridge(folder: Path) -> dict[str, float]:
    """Requests of an idle pass, as that of no event, and of a pass with each event."""
    pair = SimulatedPair(folder, right_kind="ixc", left=TICKETS, right=0, clients=20)
    found: dict[str, float] = {}
    async with pair.bridge() as bridge:

        async def once() -> int:
            pair.clock.advance(60)
            return sum((await bridge.sync("suporte", PassOptions())).requests.values())

        await once()
        twins = {link.ids.left: link.ids.right for link in bridge.links("suporte")}
        for event in IN_TURN:
            await once()
            quiet = await once()
            if found.setdefault("", quiet) != quiet:
                raise Wrong(f"idle passes differ: {found['']:g} and {quiet} requests")
            there = _happen(pair, twins, event)
            found[event] = await once()
            _check(pair, twins, there)
    return found


async def _naive(folder: Path) -> dict[str, float]:
    """The same of the script."""
    pair = SimulatedPair(folder, right_kind="ixc", left=TICKETS, right=0, clients=20)
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        twins = {link.ids.left: link.ids.right for link in bridge.links("suporte")}
    script = Naive(pair, twins)

    async def once() -> int:
        script.requests = 0
        await script.run()
        return script.requests

    await once()  # what it sees otherwise than the bridge
    found: dict[str, float] = {"": await once()}
    for event in IN_TURN:
        there = _happen(pair, twins, event)
        found[event] = await once()
        _check(pair, twins, there)
    for http in script.http.values():
        await http.aclose()
    return found


def _happen(pair: SimulatedPair, twins: dict[str, str], event: str) -> int:
    """Let it happen on the left; how many tickets the right is to have then."""
    count, happen = EVENTS[event]
    there = len(pair.right_tickets())
    for id in _open(pair, twins)[:count]:
        happen(pair, id)
    return there + (event == "a new ticket")


def _open(pair: SimulatedPair, twins: dict[str, str]) -> list[str]:
    return [id for id in twins if pair.left_tickets()[id]["su_status"] in ("N", "P", "EP")]


def _check(pair: SimulatedPair, twins: dict[str, str], tickets: int) -> None:
    """Whether what happened on the left has arrived on the right, once."""
    left, right = pair.left_tickets(), pair.right_tickets()
    if len(right) != tickets:
        raise Wrong(f"{len(right)} tickets on the right instead of {tickets}")
    for mine, theirs in twins.items():
        if any(left[mine][column] != right[theirs][column] for column in ("su_status", "prioridade")):
            raise Wrong(f"ticket {mine} was not carried")
        said = [row["mensagem"] for row in pair.left_messages(mine) if row["mensagem"]]
        heard = [row["mensagem"].split("\n\n-- ")[0] for row in pair.right_comments(theirs)]
        if any(said.count(text) != heard.count(text) for text in said):
            raise Wrong(f"a message of ticket {mine} did not arrive once")


def table() -> list[tuple[str, float, float]]:
    """(what, ours, the script's)."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        ours, theirs = asyncio.run(_bridge(Path(one))), asyncio.run(_naive(Path(two)))
    names = {"": "idle pass"} | {event: f"pass with {event}" for event in EVENTS}
    return [(name, ours[event], theirs[event]) for event, name in names.items()]


if __name__ == "__main__":
    print(json.dumps(table()))
