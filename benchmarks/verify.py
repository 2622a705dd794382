"""What ``erp-bridge verify`` costs: two IXC with any number of twins of three messages each, over HTTP.

The ERPs answer from rows that are made as they are asked for, each in a process of its own; the store is filled as a
migration would have left it. What is measured is the command, from its start to its end: its own time of the CPU, and
its own peak of memory. A run that compares less than every twin, or finds a difference, counts for nothing.

    python benchmarks/verify.py [--twins 10000] [--rounds 3] [--latency 0]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

sys.path[0] = str(Path(__file__).parent.parent)  # instead of this folder, whose names are those of packages

from benchmarks import rows, served  # noqa: E402

MESSAGES = 3
#: The first ids of each side.
TICKETS = {"left": 1_000_000_000, "right": 2_000_000_000}
SAID = {"left": 3_000_000, "right": 500_000_000}
STATUSES = ("P", "EP", "S", "S", "S", "C")
#: The command, which tells at its end what it took.
PROGRAM = """
import sys, time
from benchmarks.tools.child import peak_mb
from erp_bridge.cli.main import main
try:
    main()
finally:
    print(time.process_time(), peak_mb(), file=sys.stderr)
"""


# --- the ERPs ------------------------------------------------------------------------------------------------------


class Erp:
    """One side. The right one holds the twins of the left one's tickets, with the footers of the bridge."""

    def __init__(self, side: str, twins: int) -> None:
        self.side, self.twins = side, twins
        self.asked: Counter[str] = Counter()

    def answer(self, table: str, body: dict[str, Any]) -> list[bytes]:
        self.asked[table] += 1
        wanted = [(body.get("qtype", ""), body.get("oper", ""), str(body.get("query", "")))]
        wanted += [(item["TB"], item["OP"], item["P"]) for item in json.loads(body.get("grid_param") or "[]")]
        chosen = {column.partition(".")[2]: value.split(",") for column, oper, value in wanted if oper in ("=", "IN")}
        if table == "cliente":
            found = [rows.client(id) for id in chosen["id"]]
        elif table == "usuarios":
            found = [{"id": str(id), "nome": f"Pessoa {id}"} for id in range(1, 6)]
        elif table in ("su_ticket", "su_mensagens"):
            return self._listing(table, wanted, chosen, int(body["rp"]))
        else:
            found = rows.TERMS.get(table, [])
        return _page(found, len(found))

    def _listing(
        self, table: str, wanted: list[tuple[str, str, str]], chosen: dict[str, list[str]], size: int
    ) -> list[bytes]:
        """Rows by ascending id; those of ``su_mensagens`` are always asked for by their tickets."""
        low = max((int(value) for column, oper, value in wanted if (column, oper) == (f"{table}.id", ">")), default=0)
        high = min((int(value) for column, oper, value in wanted if (column, oper) == (f"{table}.id", "<=")),
                   default=sys.maxsize)  # fmt: skip
        ids: Sequence[int]
        if table == "su_mensagens":
            first, row = SAID[self.side], self._message
            tickets = sorted(int(id) - TICKETS[self.side] for id in chosen["id_ticket"])
            places = (MESSAGES * ticket + part for ticket in tickets for part in range(MESSAGES))
            ids = [first + place for place in places if low < first + place <= high]
        else:
            first, row = TICKETS[self.side], self._ticket
            ids = range(max(first, low + 1), min(first + self.twins, high + 1))
            if "id" in chosen:
                ids = [int(id) for id in chosen["id"] if int(id) in ids]
        return _page([row(id - first) for id in ids[:size]], len(ids))

    def _ticket(self, number: int, /) -> dict[str, str]:
        row, at, client = rows.ticket("", number % 1000, "2019-01-01"), _stamp(number), str(1000 + number // 2)
        text = f"{row['menssagem']} Relato {number}."
        return row | {
            "id": str(TICKETS[self.side] + number), "protocolo": f"20{TICKETS[self.side] + number}",
            "menssagem": self._signed(text, number, ""), "id_cliente": client, "id_login": client,
            "id_contrato": client, "data_criacao": at, "data_ultima_alteracao": at, "ultima_atualizacao": at,
            "su_status": STATUSES[number % len(STATUSES)],
        }  # fmt: skip

    def _message(self, place: int, /) -> dict[str, str]:
        number, part = divmod(place, MESSAGES)
        text = " ".join([f"Mensagem {part + 1} do atendimento {number}.", *rows._WORDS[part : part + 20]])
        return {
            "id": str(SAID[self.side] + place), "id_ticket": str(TICKETS[self.side] + number),
            "data": _stamp(number, part + 1), "mensagem": self._signed(text, number, f"/m{SAID['left'] + place}"),
            "operador": str(1 + number % 5), "visibilidade_mensagens": "PR", "titulo": "", "id_cliente": "",
            "su_status": STATUSES[number % len(STATUSES)] if part == MESSAGES - 1 else "", "id_evento_status": "0",
            "ultima_atualizacao": _stamp(number, part + 1), "latitude": "", "longitude": "",
        }  # fmt: skip

    def _signed(self, text: str, number: int, part: str) -> str:
        if self.side == "left":
            return text
        original = TICKETS["left"] + number
        return (
            f"{text}\n\n-- erp_bridge\n[ref matriz {original}{part} prot 20{original}]\n"
            "Maria · 01/09/2026 08:00 · matriz"
        )


def _page(found: list[dict[str, str]], total: int) -> list[bytes]:
    return served._page(",".join(map(json.dumps, found)).encode(), total)


def _stamp(number: int, minutes: int = 0) -> str:
    return (datetime(2019, 1, 1, 8) + timedelta(minutes=5 * number + minutes)).strftime("%Y-%m-%d %H:%M:%S")


def _serve(pipe: Connection, side: str, twins: int, latency: float) -> None:
    erp: Any = Erp(side, twins)
    asyncio.run(served._run(pipe, erp, latency))


@contextmanager
def serving(twins: int, latency: float) -> Iterator[dict[str, served.Served]]:
    """Both ERPs, by side."""
    context = multiprocessing.get_context("spawn")
    found, processes = {}, []
    try:
        for side in TICKETS:
            ours, theirs = context.Pipe()
            processes.append(context.Process(target=_serve, args=(theirs, side, twins, latency), daemon=True))
            processes[-1].start()
            theirs.close()
            found[side] = served.Served(ours.recv(), ours)
        yield found
    finally:
        for process in processes:
            process.kill()
            process.join()


# --- the command ---------------------------------------------------------------------------------------------------


def fill(folder: Path, twins: int) -> None:
    """A store in which the bridge has made every twin and carried every message."""
    from sqlalchemy import insert

    from erp_bridge.core.model import Atendimento
    from erp_bridge.sync import fields
    from erp_bridge.sync.store.database import open_database
    from erp_bridge.sync.store.schema import links, movements

    db = open_database(f"sqlite:///{folder}/bridge.db", key_file=folder / "bridge.key")
    base = json.dumps(db.digester.base(Atendimento(), fields.MERGED))
    link = {"pair": "suporte", "made": "right", "left_base": base, "right_base": base, "since": 0.0}
    for start in range(0, twins, 5000):
        numbers = range(start, min(start + 5000, twins))
        ids = [{"left_id": str(TICKETS["left"] + n), "right_id": str(TICKETS["right"] + n)} for n in numbers]
        with db.write() as tx:
            tx.execute(insert(links), [link | some for some in ids])
            for side, other, state in (("left", "right", "carried"), ("right", "left", "copy")):
                said = [
                    {"pair": "suporte", "side": side, "ticket": str(TICKETS[side] + place // MESSAGES),
                     "id": f"m{SAID[side] + place}", "twin": f"m{SAID[other] + place}", "state": state}
                    for place in range(MESSAGES * numbers.start, MESSAGES * numbers.stop)
                ]  # fmt: skip
                tx.execute(insert(movements), said)
    db.close()


def measured(folder: Path, erps: dict[str, served.Served], twins: int) -> dict[str, float]:
    """One run. Raises ``SystemExit`` unless both sides were found to agree, twin by twin."""
    for erp in erps.values():
        erp.requests()
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--config", str(folder / "bridge.toml"), "verify", "suporte", "--json"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "BENCH_TOKEN": served.TOKEN, "PYTHONPATH": sys.path[0]},
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if ran.returncode or json.loads(ran.stdout) != {"pair": "suporte", "items": [], "compared": twins}:
        raise SystemExit(f"not every twin was compared and found to agree: {ran.stdout[-500:]} {ran.stderr[-500:]}")
    cpu, peak = map(float, ran.stderr.split()[-2:])
    requests = sum(erp.requests().total() for erp in erps.values())
    return {"seconds": seconds, "cpu": cpu, "us_a_twin": 1e6 * cpu / twins, "peak_mb": peak, "requests": requests}


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--twins", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, serving(given.twins, given.latency) as erps:
        folder = Path(name)
        (folder / "bridge.toml").write_text(
            served.CONFIG.format(store="sqlite:///bridge.db", **{side: erp.url for side, erp in erps.items()})
        )
        fill(folder, given.twins)
        runs = [measured(folder, erps, given.twins) for _ in range(given.rounds)]
    print(json.dumps({"twins": given.twins} | {key: round(median(run[key] for run in runs), 2) for key in runs[0]}))


if __name__ == "__main__":
    main()
