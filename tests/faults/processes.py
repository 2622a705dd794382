"""Real processes between two simulated ERPs on real HTTP, and a hand that kills them at any moment.

Run as a program this file is a nursery: it imports everything once and then forks one process per pass, so that a
kill costs no second of imports. What is forked is the program itself, with arguments and exit status.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import random
import select
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

#: What a pass imports on its way.
_USED = (
    "alembic.command", "erp_bridge.adapters.integrator", "erp_bridge.adapters.ixc", "erp_bridge.cli.main",
    "erp_bridge.config", "erp_bridge.sync.service", "faults.naive", "httpx2", "sqlalchemy.dialects.sqlite", "structlog",
)  # fmt: skip
_PROGRAM = "from erp_bridge.cli.main import main; main()"
PATIENCE = 60.0  # seconds; no pass of these tests takes so long

#: The writes that a pass makes, as the simulators call them.
WRITES = ("POST su_ticket", "POST su_mensagens", "criarAtendimento", "exemploComentar", "exemploStatus")


@dataclass(frozen=True)
class Ended:
    """How a process ended. ``status`` is negative when a signal did it."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL

    def report(self) -> dict[str, Any]:
        """The pass's ``--json``; a pass that was not made is no pass."""
        assert self.status in (0, 3), f"exit status {self.status}: {self.err}"
        found: dict[str, Any] = json.loads(self.out)
        return found


class Running(Protocol):
    """A process that makes one pass."""

    pid: int

    def wait(self) -> Ended: ...


class Spawned:
    """The program, started as a user starts it."""

    def __init__(self, args: Sequence[str]) -> None:
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        self.pid = self._process.pid

    def wait(self) -> Ended:
        try:
            out, err = self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
        return Ended(self._process.returncode, out, err, time.monotonic() - self._began)


class Nursery:
    """Starts processes without their imports. ``with Nursery(folder) as nursery: nursery.start("bridge", args)``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._alive: set[int] = set()
        tests = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.processes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join((str(tests), *sys.path))},
        )  # fmt: skip

    def __enter__(self) -> Nursery:
        assert self._answer(PATIENCE) == "ready"
        return self

    def __exit__(self, *exc: object) -> None:
        for pid in self._alive:
            os.kill(pid, signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def start(self, what: Literal["bridge", "naive"], args: Sequence[str], *, ttl: float | None = None) -> Running:
        """``ttl``: seconds after which its lease ends when it is frozen; else the program's own."""
        self._count += 1
        out = self._folder / f"process-{self._count}"
        pid = int(self._ask({"what": what, "args": list(args), "out": str(out), "ttl": ttl}))
        self._alive.add(pid)
        return _Forked(self, pid, out)

    def status_of(self, pid: int) -> int:
        """Wait for the end of a process."""
        try:
            return int(self._ask({"wait": pid}, PATIENCE))
        finally:
            self._alive.discard(pid)

    def _ask(self, order: dict[str, Any], patience: float = 10.0) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        return self._answer(patience)

    def _answer(self, patience: float) -> Any:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], patience)[0]:
            self._process.kill()
            raise TimeoutError(f"no answer in {patience:g} s")
        return json.loads(self._process.stdout.readline() or '"the nursery is dead"')


class _Forked:
    def __init__(self, nursery: Nursery, pid: int, out: Path) -> None:
        self._nursery, self.pid, self._out = nursery, pid, out
        self._began = time.monotonic()

    def wait(self) -> Ended:
        status = self._nursery.status_of(self.pid)
        seconds = time.monotonic() - self._began
        files = [Path(f"{self._out}.{end}") for end in ("out", "err")]
        out, err = [file.read_text() if file.exists() else "" for file in files]  # it may have died before it made them
        for file in files:
            file.unlink(missing_ok=True)
        return Ended(status, out, err, seconds)


# --- the hand that kills -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strike:
    """When a process is killed: after some seconds; or at a request, before the ERP acts or between that and the reply.

    That request is the ``nth`` whose operation contains ``match``.
    """

    how: Literal["moment", "before", "after"]
    seconds: float = 0.0
    match: str = ""
    nth: int = 1


class Killer:
    """Draws strikes from a seed and carries them out. ``strikes`` counts those that killed."""

    def __init__(self, simulators: Sequence[Any], seed: int) -> None:
        self._simulators = simulators
        self._rng = random.Random(seed)
        self._lengths = [1.0]
        self._lock = threading.Lock()
        self.strikes: Counter[str] = Counter()

    @property
    def kills(self) -> int:
        return self.strikes.total()

    def draw(self, least: float = 0.0) -> Strike:
        """``least``: seconds that pass before the process can do anything."""
        rng = self._rng
        if rng.random() < 0.35:
            return Strike("moment", rng.uniform(least, least + statistics.median(self._lengths[-5:])))
        how: Literal["before", "after"] = rng.choice(("before", "after", "after"))
        if rng.random() < 0.3:
            return Strike(how, nth=rng.randint(1, 40))
        return Strike(how, match=rng.choice(WRITES), nth=rng.choice((1, 1, 1, 2, 3)))

    def attack(self, start: Callable[[], Running], strike: Strike) -> Ended:
        """Start a process and strike. It may end before it is hit."""
        victim: list[int] = []
        known = threading.Event()
        seen = 0

        def hit() -> None:
            nonlocal seen
            with self._lock:
                seen += 1
                if seen != strike.nth:
                    return
            known.wait(5)
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim[0], signal.SIGKILL)
            if strike.how == "before":
                raise ConnectionResetError("whoever asked for this is dead, and it never arrived")

        if strike.how != "moment":
            for simulator in self._simulators:
                simulator.faults.once("hook", match=strike.match, count=1_000_000, **{strike.how: hit})
        process = start()
        victim.append(process.pid)
        known.set()
        if strike.how == "moment":
            time.sleep(strike.seconds)
            os.kill(process.pid, signal.SIGKILL)  # it is still known, if only as a zombie: nobody has waited for it
        ended = process.wait()
        for simulator in self._simulators:
            simulator.faults.clear()
        if ended.killed:
            self.strikes[f"{strike.how} {strike.match}".strip()] += 1
        else:
            self._lengths.append(ended.seconds)
        return ended


# --- inside the nursery --------------------------------------------------------------------------------------------


def _naive(config_file: str) -> None:
    """A pass of "list, create, then save", which at least never tears the file in which it saves."""
    from erp_bridge.transport.network import Network
    from faults.naive import NaiveBridge

    class Naive(NaiveBridge):
        def _save(self, key: str, value: str) -> None:
            self.done[key] = value
            new = self.file.with_suffix(".new")
            new.write_text(json.dumps(self.done))
            new.replace(self.file)

    asyncio.run(Naive(Path(config_file), Network()).sync())


def _be(order: dict[str, Any]) -> int:
    """What a forked process is."""
    for number, end in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{order['out']}.{end}", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        if order["what"] == "naive":
            _naive(*order["args"])
        else:
            from erp_bridge.cli.main import main
            from erp_bridge.sync import engine
            from erp_bridge.sync.store.lease import hold

            if order["ttl"] is not None:
                vars(engine)["hold"] = partial(hold, ttl=order["ttl"], renew_every=order["ttl"] / 4)
            sys.argv = ["erp-bridge", *order["args"]]
            main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 70
    return 0


def _nurse() -> None:
    for module in _USED:
        importlib.import_module(module)
    print('"ready"', flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            print(os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            status = _be(order)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        print(pid, flush=True)


if __name__ == "__main__":
    _nurse()
