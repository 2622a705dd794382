"""The program as a user runs it, and simulated ERPs for it to talk to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from erp_bridge import i18n
from erp_bridge.cli import simulated
from erp_bridge.cli.main import cli
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import World, generate
from support.clock import FakeClock
from support.httpclient import forget_logging
from support.quick import empty_store

Program = Callable[..., Result]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Program]:
    """``program("sync", "suporte", lang="pt-BR")``: in an empty folder, without waiting between retries."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "ERP_BRIDGE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("erp_bridge.transport.network.SystemClock", FakeClock)

    def run(*args: str, lang: str = "", stdin: str | None = None) -> Result:
        return CliRunner().invoke(
            cli, [*(("--lang", lang) if lang else ()), *args], input=stdin, prog_name="erp-bridge"
        )

    yield run
    i18n.use("en")
    forget_logging()


@dataclass
class Erps:
    """Two simulated ERPs that run, and the configuration that reaches them."""

    left: simulated.Simulated
    right: simulated.Simulated
    config: Path

    def args(self, *args: str) -> tuple[str, ...]:
        return ("--config", str(self.config), *args)


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=3, clients=12, left=8, right=5)


@pytest.fixture
def erps(world: World, tmp_path: Path) -> Iterator[Erps]:
    """``matriz`` (IXC) and ``filial`` (Integrator), joined by the pair ``suporte``."""
    left = simulated.simulate("ixc", world, Faults())
    right = simulated.simulate("integrator", world, Faults())
    tables = []
    empty_store(tmp_path)
    with left.serve() as one, right.serve() as other:
        for erp, name, url in ((left, "matriz", one.url), (right, "filial", other.url)):
            for key, secret in erp.credentials.items():
                (tmp_path / f"{name}.{key}").write_text(secret)
            tables.append(erp.table(name, url, {key: f"file:{name}.{key}" for key in erp.credentials}))
        path = tmp_path / "both.toml"
        path.write_text("\n".join([*tables, '[pair.suporte]\nleft = "matriz"\nright = "filial"\n']))
        yield Erps(left, right, path)


def document(result: Result) -> Any:
    """The one JSON object on standard output."""
    return json.loads(result.stdout)


def no_traceback(result: Result) -> None:
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
