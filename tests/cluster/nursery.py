"""The nursery of the faults' tests, for what runs for ever: it has imported all of a service, and has shorter rests.

In the full proof (see ``test_workers.py``) the rests are the program's own.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

from faults import processes

#: What ``run`` and ``worker`` import besides: half a second of every start.
_USED = (
    "anyio._backends._asyncio", "erp_bridge.service.program", "erp_bridge.service.worker",
    "erp_bridge.transport.breaker", "erp_bridge.transport.client", "erp_bridge.transport.limiter",
    "sqlalchemy.dialects.postgresql.psycopg", "uvicorn.lifespan.off", "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.auto",
)  # fmt: skip


class Nursery(processes.Nursery):
    """Starts processes of a service. ``own_rests``: as long as the program's, however long that takes."""

    def __init__(self, folder: Path, *, own_rests: bool = False) -> None:
        self._folder = folder
        self._count = 0
        self._alive: set[int] = set()
        tests = Path(__file__).parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cluster.nursery", *(["own-rests"] if own_rests else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join((str(tests), *sys.path))},
        )  # fmt: skip


def _hurry() -> None:
    """How long a pair waits for a lease that holds still, and all of them for a store that failed."""
    from erp_bridge.service import passes, worker

    worker.FOLLOW_EVERY = 1
    passes.STORE_REST = 1.0


if __name__ == "__main__":
    for module in _USED:
        importlib.import_module(module)
    if "own-rests" not in sys.argv:
        _hurry()
    processes._nurse()
