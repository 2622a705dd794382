"""How much of a bare loop's throughput a migration keeps: both in one run, over HTTP, at 50 ms a request.

The bare loop makes the same calls for each ticket (a number reserved, the ticket, its messages, one read-back), eight
tickets at a time, from forms made beforehand, over a bare HTTP client, and keeps no account of anything.

    python benchmarks/migrate.py [--tickets 400] [--rounds 2] [--latency 0.05] [--concurrency 8]
                                 [--target ixc|integrator] [--store sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

sys.path[0] = str(Path(__file__).parent.parent / "tests")  # instead of this folder, whose names are those of packages

from erp_bridge.config import load  # noqa: E402
from erp_bridge.sandbox.world import integrator_submethods  # noqa: E402
from erp_bridge.sync.migrate.run import MigrateOptions  # noqa: E402
from erp_bridge.sync.service import Bridge  # noqa: E402
from erp_bridge.sync.side import Side  # noqa: E402
from migrate.long_past import MESSAGES, Houses, houses  # noqa: E402


class Ixc:
    """Bare calls of an IXC."""

    def __init__(self, houses: Houses, twin: dict[str, str]) -> None:
        token = base64.b64encode((houses.folder / "other-token").read_bytes()).decode()
        self.http = httpx.AsyncClient(
            base_url=f"{houses.urls['filial']}/webservice/v1/", headers={"Authorization": f"Basic {token}"}
        )
        self.twin = {k: v for k, v in twin.items() if k not in ("id", "protocolo", "data_criacao", "su_status")}

    async def ticket(self) -> None:
        number = (await self.http.post("gerar_protocolo_atendimento", json={})).text
        made = (await self.http.post("su_ticket", json={**self.twin, "su_status": "N", "protocolo": number})).json()
        for part in range(MESSAGES):
            message = {
                "id_cliente": self.twin["id_cliente"], "mensagem": f"mensagem {part}", "id_ticket": made["id"],
                "mensagem_ticket": f"mensagem {part}", "visibilidade_mensagens": "PR",
                "su_status": "S" if part == MESSAGES - 1 else "", "existe_pendencia_externa": "N",
            }  # fmt: skip
            assert (await self.http.post("su_mensagens", json=message)).json()["type"] == "success"
        listing = {"qtype": "su_ticket.id", "query": made["id"], "oper": "=", "page": "1", "rp": "1"}
        reply = await self.http.post("su_ticket", json=listing, headers={"ixcsoft": "listar"})
        assert reply.json()["registros"][0]["su_status"] == "S"


class Integrator:
    """Bare calls of an Integrator."""

    def __init__(self, houses: Houses, twin: dict[str, str]) -> None:
        self.http = httpx.AsyncClient(base_url=houses.urls["filial"], headers={"applicationv": "Integrator/6"})
        self.user, self.password = ((houses.folder / name).read_text() for name in ("user", "password"))
        self.twin, self.calls = twin, integrator_submethods()

    async def _call(self, submethod: str, params: dict[str, str]) -> Any:
        from erp_bridge.adapters.integrator import envelope

        body = envelope.build(submethod, "list", params, self.user, self.password)
        return (await self.http.post("/integrator.server.php", json=body)).json()

    async def ticket(self) -> None:
        from erp_bridge.sandbox.world import integrator_queries

        columns = ("codcli", "codocop", "codcatoco", "codmvis", "codcar", "codusu", "descri_oco", "tipo_contato")
        made = await self._call("datasource.criarAtendimento", {name: self.twin[name] for name in columns})
        rows = made["data"]["results"] if isinstance(made["data"], dict) else made["data"]
        codoco = (rows[0] if isinstance(rows, list) else rows)["codoco"]
        for part in range(MESSAGES):
            call = self.calls["comentar"]
            values = {"{id}": codoco, "{texto}": f"mensagem {part}"}
            await self._call(call["submethod"], {key: values[value] for key, value in call["params"].items()})
        call = self.calls["alterar_status"]
        values = {"{id}": codoco, "{status}": "01CONCLUID"}
        await self._call(call["submethod"], {key: values[value] for key, value in call["params"].items()})
        query = {"_consulta": integrator_queries()["atendimento"], "formato_padrao": "X", "codoco": codoco}
        await self._call("view.execute", query)


async def bare(erp: Ixc | Integrator, tickets: int, concurrency: int) -> float:
    """Seconds that the bare loop takes."""
    left = iter(range(tickets))

    async def work() -> None:
        for _ in left:
            await erp.ticket()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(work())
    return time.perf_counter() - began


@contextmanager
def kept_in(store: str, houses: Houses) -> Iterator[None]:
    """The state store: the file that is configured, or a PostgreSQL that waits for its disk as a real one does."""
    if store == "sqlite":
        yield
        return
    from store.servers import store_url
    from support.postgres import running

    with running(durable=True) as server, server.database() as name:
        text = houses.config.read_text()
        houses.config.write_text(text.replace("sqlite:///bridge.db", store_url(server, name)))
        yield


async def moved(houses: Houses, concurrency: int) -> tuple[float, dict[str, Any]]:
    """Seconds that the migration takes, from its start to its end, and its report."""
    async with Bridge(load(houses.config)) as bridge:
        await bridge.erp("matriz"), await bridge.erp("filial")  # imports are no part of it
        assert bridge.db
        began = time.perf_counter()
        report = await bridge.migrate("suporte", MigrateOptions(Side.LEFT, concurrency=concurrency))
        return time.perf_counter() - began, report.as_json()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--target", choices=["ixc", "integrator"], default="ixc")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    keys = {"latency": given.latency, "right_kind": given.target, "concurrency": given.concurrency}
    bare_seconds, seconds = [], []
    for _ in range(given.rounds):  # in turns, since a machine has moods; the best of each counts
        with tempfile.TemporaryDirectory() as folder, houses(Path(folder), given.tickets, **keys) as there:
            with kept_in(given.store, there):
                ours, report = asyncio.run(moved(there, given.concurrency))
            assert report["created"]["right"] == given.tickets, report
            assert there.ask("doubled") == []
            twin = there.ask("a twin")
        with tempfile.TemporaryDirectory() as folder, houses(Path(folder), given.tickets, **keys) as there:
            erp = Ixc(there, twin) if given.target == "ixc" else Integrator(there, twin)
            theirs = asyncio.run(_bare(erp, given.tickets, given.concurrency))
            assert there.ask("count") == given.tickets
        seconds.append(ours)
        bare_seconds.append(theirs)
    figures = {
        "tickets": given.tickets, "target": given.target, "store": given.store,
        "latency": given.latency, "concurrency": given.concurrency,
        "bare_seconds": round(min(bare_seconds), 2), "seconds": round(min(seconds), 2),
        "ratio": round(min(bare_seconds) / min(seconds), 3), "requests": report["requests"],
    }  # fmt: skip
    print(json.dumps(figures))


async def _bare(erp: Ixc | Integrator, tickets: int, concurrency: int) -> float:
    async with erp.http:
        return await bare(erp, tickets, concurrency)


if __name__ == "__main__":
    main()
