"""Blocks of shell that are no dialogue: each is run by a test, or says above it why it cannot be."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from docs.pages import DOCS, ROOT, commands, fences, portuguese, shell_blocks
from docs.shell import program, shell
from erp_bridge.cli import simulated
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import generate
from support.ports import free_port

#: Blocks by the test that runs them: those below, and one on the tutorial for adapters in a file of its own.
RUN_BY = {
    "newcomer": "test_the_ten_minutes_of_the_readme",
    "workers": "test_the_workers_of_the_page",
    "adapter": "test_followed_to_the_letter_it_is_green",
}
#: A page whose two commands are the benchmarks: `tests/benchmarks` runs every case at a tiny size.
ELSEWHERE = {"performance.md", "performance.pt-BR.md"}
PAGES = [
    path
    for folder in (ROOT, DOCS, ROOT / "packaging", ROOT / "examples")
    for path in sorted(folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
    if path.name not in ELSEWHERE
]


def block(page: Path, name: str) -> list[str]:
    """The commands of the page's blocks that are to be run under that name, in their order."""
    found = shell_blocks(page.read_text(encoding="utf-8"))
    return [command for text, said in found if said == f"run: {name}" for command in commands(text)]


def test_every_block_is_run_or_says_why_not() -> None:
    known = {f"run: {name}" for name in RUN_BY}
    counted = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = shell_blocks(text)
        assert len(blocks) == len(re.findall(r"^\s*```(?:sh|bash|shell)\b", text, re.MULTILINE)), page
        for source, said in blocks:
            assert said in known or said.startswith("not run: "), f"{page}: {source}"
            counted += 1
    assert counted > 10
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "docs").glob("test_*.py"))
    assert [name for name in RUN_BY.values() if f"def {name}(" not in sources] == []


def test_a_block_without_a_word_is_seen() -> None:
    text = "<!-- run: a -->\n```sh\nx\n```\n\n```sh\ny # z\n```\n"
    assert shell_blocks(text) == [("x\n", "run: a"), ("y # z\n", "")]
    assert commands("y # z\n\n") == ["y"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_ten_minutes_of_the_readme(tmp_path: Path) -> None:
    """The Portuguese page as it stands, but for the ports, with fewer tickets: the suite has other work.

    The English one shows the same commands, which has a test of its own; the tutorial is run in English.
    """
    began = time.monotonic()
    ports = {f"--port {port}": f"--port {free_port()} --tickets 12" for port in ("8001", "8002")}
    shown: dict[str, str] = {}
    with shell(tmp_path, {**ports, "sleep 3;": ""}, "pt_BR.UTF-8") as bash:
        for command in block(ROOT / "README.pt-BR.md", "newcomer"):
            status, printed = bash.run(command)
            assert status in (0, 3), f"$ {command}\n{printed}"
            shown[command.removeprefix("erp-bridge ").partition(" ")[0]] = printed
    assert "verificação: ok" in shown["init"]
    assert "[FALHOU]" not in shown["check"]
    assert re.search(r"criados\s+0\s+0\s", shown["sync"])  # the second of the two passes
    assert re.match(r"\d{12}\n", shown["ticket"])
    assert time.monotonic() - began < 600  # ten minutes are promised


# --- what runs for ever --------------------------------------------------------------------------------------------


class Erps:
    """Two simulated ERPs, and a ``bridge.toml`` that joins them, in the folder of a daemon."""

    def __init__(self, folder: Path, state: str) -> None:
        world = generate(seed=3, clients=12, left=4, right=3)
        self.folder = folder
        self.state = state
        self.sides = [simulated.simulate(kind, world, Faults()) for kind in ("ixc", "integrator")]

    def write(self, urls: list[str], tables: str = "") -> None:
        found = [f'[state]\nurl = "{self.state}"\n']
        for erp, name, url in zip(self.sides, ("matriz", "filial"), urls, strict=True):
            for key, secret in erp.credentials.items():
                (self.folder / f"{name}.{key}").write_text(secret)
            found.append(erp.table(name, url, {key: f"file:{name}.{key}" for key in erp.credentials}))
        found.append('[pair.suporte]\nleft = "matriz"\nright = "filial"\nsince = 2020-01-01\n' + tables)
        (self.folder / "bridge.toml").write_text("\n".join(found))

    def twins(self) -> int:
        """Tickets on the right that came from the left."""
        return sum("[ref matriz" in row["descri_oco"] for row in self.sides[1].simulator.tables["ocorrencias"].values())


_numbers = count(1)


class Running:
    """A command of a page that runs until it is told to end."""

    def __init__(self, command: str, folder: Path, environment: dict[str, str]) -> None:
        self._out = folder / f"{next(_numbers)}.out"
        with self._out.open("w") as out:
            self._process = subprocess.Popen(
                shlex.split(command), cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        self.pid = self._process.pid

    def printed(self) -> str:
        return self._out.read_text()

    def until(self, happened: Callable[[], object], seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert self._process.poll() is None, self.printed()
            assert time.monotonic() < end, self.printed()
            time.sleep(0.05)

    def ends(self, seconds: float) -> None:
        """By SIGTERM, within that time, and as an end by a signal is told."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(seconds) in (0, 143), self.printed()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


Started = Callable[[str], Running]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Starts a command of a page in its folder; whatever still runs at the end is ended."""
    running: list[Running] = []
    environment = {**os.environ, "PATH": f"{program(tmp_path / 'bin').parent}:{os.environ['PATH']}", "LANG": "C.UTF-8"}
    environment.pop("ERP_BRIDGE_CONFIG", None)

    def start(command: str) -> Running:
        running.append(Running(command, tmp_path, environment))
        return running[-1]

    yield start
    for process in running:
        process.kill()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_workers_of_the_page(tmp_path: Path, started: Started) -> None:
    from support.postgres import running

    page = DOCS / "howto" / "many-hosts.md"
    lines = block(page, "workers")
    assert lines == block(portuguese(page), "workers")
    assert len(lines) == 2
    try:
        server = running()
        with server as postgres, postgres.database() as database:
            url = postgres.url(database).replace("postgresql://", "postgresql+psycopg://", 1)
            (tmp_path / "db").write_text(url)
            erps = Erps(tmp_path, "file:db")
            with erps.sides[0].serve() as one, erps.sides[1].serve() as other:
                erps.write([one.url, other.url])
                workers = [started(line.replace("8080", str(free_port()))) for line in lines]
                for worker in workers:
                    worker.until(erps.twins)
                for worker in workers:
                    worker.ends(20)
    except FileNotFoundError:
        pytest.skip("there is no PostgreSQL on this machine")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_the_unit_runs_is_reloaded_and_ended_as_it_says(tmp_path: Path, started: Started) -> None:
    """systemd itself is not needed to see that the unit's own commands do what the page says of them."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(fences((DOCS / "howto" / "systemd.md").read_text(encoding="utf-8"), "ini")[0])
    service = unit["Service"]
    erps = Erps(tmp_path, "sqlite:///bridge.db")
    with erps.sides[0].serve() as one, erps.sides[1].serve() as other:
        erps.write([one.url, other.url])
        daemon = started(service["ExecStart"].replace("/opt/erp-bridge/bin/", ""))
        daemon.until(erps.twins)
        for tables, said in (('interval = "30s"\n', "configuration reloaded"), ("nonsense = 1\n", "nonsense")):
            erps.write([one.url, other.url], tables)
            subprocess.run(shlex.split(service["ExecReload"].replace("$MAINPID", str(daemon.pid))), check=True)
            daemon.until(lambda said=said: said in daemon.printed())
        daemon.ends(int(service["TimeoutStopSec"]))
