"""``erp-bridge run`` as a user, systemd and Prometheus meet it: a real process, real HTTP, real signals."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from erp_bridge import i18n
from erp_bridge.cli.main import cli
from erp_bridge.service import passes
from service.fleet import Fleet
from support.httpclient import forget_logging
from support.ports import free_port

PROGRAM = [sys.executable, "-c", "from erp_bridge.cli.main import main; main()"]


def patient(seconds: float) -> list[str]:
    """The program, which when it is to end waits that long for passes under way."""
    return [*PROGRAM[:2], f"from erp_bridge.service import passes; passes.PATIENCE = {seconds}; {PROGRAM[2]}"]


PATIENCE = 60.0


def until(happened: Callable[[], Any], otherwise: str | Callable[[], str]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := happened()):
        assert time.monotonic() < end, otherwise if isinstance(otherwise, str) else otherwise()
        time.sleep(0.02)
    return found


class Process:
    """A daemon that runs; its log is read as it comes."""

    def __init__(self, config: Path, port: int, *, program: Sequence[str] = PROGRAM, **environment: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.lines: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [*program, "--config", str(config), "run"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        )  # fmt: skip
        self.other: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.other.append(line)

    def said(self, event: str, **fields: object) -> list[dict[str, Any]]:
        lines = [line for line in list(self.lines) if line["event"] == event]
        return [line for line in lines if all(line.get(name) == value for name, value in fields.items())]

    def wait_for(self, event: str, **fields: object) -> dict[str, Any]:
        def there() -> list[dict[str, Any]]:
            assert self.process.poll() is None, self.other or self.lines
            return self.said(event, **fields)

        found: dict[str, Any] = until(there, lambda: f"never said {event}: {self.lines} {self.other}")[0]
        return found

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def end(self, number: int = signal.SIGTERM, within: float = 10.0) -> int:
        self.process.send_signal(number)
        status = self.process.wait(within)
        self._reader.join(5)
        return status


@contextmanager
def daemon(config: Path, port: int, **given: Any) -> Iterator[Process]:
    """``given``: as to :class:`Process`."""
    running = Process(config, port, **given)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path, 2).serving() as there:
        yield there


def service(port: int, more: str = "") -> str:
    return f'[service]\nbind = "127.0.0.1:{port}"\n{more}'


EACH_SECOND = 'interval = "1s"'


class Systemd:
    """The other end of ``$NOTIFY_SOCKET``."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(0.05)
        self.heard: list[str] = []

    def listen(self) -> list[str]:
        with suppress(TimeoutError):
            while True:
                self.heard += self._socket.recv(4096).decode().split("\n")
        return self.heard

    def close(self) -> None:
        self._socket.close()


@pytest.mark.slow
def test_the_life_of_a_daemon(fleet: Fleet, tmp_path: Path) -> None:
    """Readiness, passes, metrics, a reload, a refused reload, and a graceful end: one process for all of it."""
    port, systemd = free_port(), Systemd(tmp_path)
    file = fleet.config(pair=EACH_SECOND, more=service(port))
    with daemon(file, port, NOTIFY_SOCKET=systemd.address, WATCHDOG_USEC="600000") as running:
        until(lambda: "READY=1" in systemd.listen(), lambda: f"never ready: {running.lines} {running.other}")
        for pair in fleet.names:
            running.wait_for("pass ended", pair=pair)
        assert all(fleet.twins(pair) for pair in fleet.names)
        assert running.get("/healthz") == (200, '{"status":"ok"}')
        assert running.get("/readyz") == (200, '{"status":"ready"}')
        status, metrics = running.get("/metrics")
        assert status == 200
        assert 'erp_bridge_lag_seconds{pair="p0",side="left"}' in metrics
        assert 'erp_bridge_requests_total{erp="p1-right",outcome="ok"}' in metrics
        assert running.get("/")[0] == 200  # the page
        until(lambda: systemd.listen().count("WATCHDOG=1") > 2, "no sign of life for the watchdog")

        file.write_text(file.read_text().replace('interval = "1s"', 'interval = "2s"', 1))
        running.process.send_signal(signal.SIGHUP)
        assert "pair.p0.interval" in running.wait_for("configuration changed")["change"]
        running.wait_for("configuration reloaded", changes=1)
        until(lambda: "RELOADING=1" in systemd.listen(), "the supervisor was not told")

        whole = file.read_text()
        file.write_text(whole + "\n[pair.p0]\n")
        running.process.send_signal(signal.SIGHUP)
        refused = running.wait_for("the new configuration is refused; going on with the old one")
        assert "line" in refused["error"]
        file.write_text(whole)
        passes = len(running.said("pass ended", pair="p1"))
        until(lambda: len(running.said("pass ended", pair="p1")) > passes, "it stopped working")

        began = time.monotonic()
        assert running.end() == 143
        assert time.monotonic() - began < 10
        assert "STOPPING=1" in systemd.listen()
        assert running.other == ["Interrupted.\n"]
    systemd.close()
    assert fleet.doubled() == []
    ids = {line["pass_id"] for line in running.said("pass ended", pair="p0")}
    assert len(ids) == len(running.said("pass ended", pair="p0")), "a pass has an id of its own"


@pytest.mark.slow
def test_lines_of_one_pass_and_one_ticket_belong_together(fleet: Fleet) -> None:
    port = free_port()
    fleet.erps["p0"]["left"].simulator.faults.once("status", status=503, match="POST su_ticket", count=1)
    file = fleet.config(pair=EACH_SECOND, more=service(port))
    with daemon(file, port) as running:
        ended = running.wait_for("pass ended", pair="p0")
        running.end()
    of_pass = [line for line in running.lines if line.get("pass_id") == ended["pass_id"]]
    tickets = [line for line in of_pass if line["event"] == "request" and line["erp"] == "p0-left" and "ticket" in line]
    assert tickets, of_pass


@pytest.mark.slow
def test_a_pass_under_way_ends_or_is_cut_short_within_ten_seconds(fleet: Fleet) -> None:
    port = free_port()
    for side in ("left", "right"):
        fleet.erps["p0"][side].simulator.faults.once("latency", seconds=60, count=10_000)
    with daemon(fleet.config(pair=EACH_SECOND, more=service(port)), port, program=patient(0.5)) as running:
        until(lambda: fleet.requests["p0", "left"], "it never asked")
        began = time.monotonic()
        assert running.end(signal.SIGINT) == 130
        assert time.monotonic() - began < 10 - (passes.PATIENCE - 0.5), "with the patience it really has"


@pytest.mark.slow
def test_a_second_signal_ends_it_at_once(fleet: Fleet) -> None:
    port = free_port()
    for side in ("left", "right"):
        fleet.erps["p0"][side].simulator.faults.once("latency", seconds=60, count=10_000)
    with daemon(fleet.config(pair=EACH_SECOND, more=service(port)), port, program=patient(60)) as running:
        until(lambda: fleet.requests["p0", "left"], "it never asked")
        running.process.send_signal(signal.SIGTERM)
        running.wait_for("stopping")
        assert running.end(within=30) == 143


def said_by(*args: str) -> tuple[int, str]:
    """What the program says before it has started anything, and its exit status."""
    ran = CliRunner().invoke(cli, args, prog_name="erp-bridge")
    i18n.use("en")
    forget_logging()
    return ran.exit_code, ran.output


def test_a_page_for_everybody_needs_a_token(tmp_path: Path) -> None:
    file = Fleet(tmp_path, 1).config(more='[service]\nbind = "0.0.0.0:8080"')
    status, said = said_by("--config", str(file), "run")
    assert (status, "token" in said) == (2, True), said
    assert not (tmp_path / "bridge.db").exists(), "refused before anything was made"


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        file = Fleet(tmp_path, 1).config(more=service(taken.getsockname()[1]))
        status, said = said_by("--config", str(file), "--lang", "pt-BR", "run")
    assert status == 1, said
    assert "outro programa já escuta ali" in said


@pytest.mark.slow
def test_on_a_terminal_each_pass_is_a_line_in_plain_words(fleet: Fleet) -> None:
    port, (ours, theirs) = free_port(), pty.openpty()
    file = fleet.config(pair=EACH_SECOND, more=service(port))
    process = subprocess.Popen(
        [*PROGRAM, "--config", str(file), "--lang", "pt-BR", "run"],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(theirs)
    seen = ""

    def read() -> bool:
        nonlocal seen
        seen += os.read(ours, 4096).decode()
        return "nada de novo" in seen or "esperam por uma pessoa" in seen

    try:
        until(read, seen)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert "2 pares em trabalho" in seen
    assert f"http://127.0.0.1:{port}" in seen
    assert "criados em p" in seen
