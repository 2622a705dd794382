"""Two simulated ERPs that answer over HTTP, and the configuration that joins them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from erp_bridge.cli.simulated import Simulated, simulate
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import generate

Two = tuple[Simulated, Simulated]


@contextmanager
def two_erps(folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """``matriz`` (IXC) and ``filial`` (Integrator), their secrets in the environment.

    The ``bridge.toml`` in ``folder`` ends with the pair ``suporte``, so that keys for it can be added.
    """
    world = generate(seed=3, clients=12, left=8, right=5, now=now)
    left, right = simulate("ixc", world, Faults()), simulate("integrator", world, Faults())
    tables = ['[state]\nurl = "sqlite:///bridge.db"\n']
    with left.serve() as one, right.serve() as other:
        for erp, name, url in ((left, "matriz", one.url), (right, "filial", other.url)):
            for key, secret in erp.credentials.items():
                monkeypatch.setenv(f"{name}_{key}".upper(), secret)
            tables.append(erp.table(name, url, {key: "env:" + f"{name}_{key}".upper() for key in erp.credentials}))
        tables.append('[pair.suporte]\nleft = "matriz"\nright = "filial"\nsince = 2020-01-01\n')
        (folder / "bridge.toml").write_text("\n".join(tables))
        yield left, right
