"""Ctrl-C and SIGTERM end the program cleanly, with the status that says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from cli.conftest import Erps, Program


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_sandbox(number: int, status: int) -> None:
    code = "from erp_bridge.cli.main import main; main()"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code, "sandbox", "ixc", "--tickets", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        url = first.split(" at ")[1].split(";")[0]
        while process.stdout.readline().strip():  # the table ends with an empty line
            pass
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(url, timeout=5)
        process.send_signal(number)
        assert process.wait(timeout=10) == status
        assert "Traceback" not in process.stderr.read()


def test_a_reader_that_leaves_is_no_error() -> None:
    """As in ``erp-bridge --help | head -1``."""
    code = "from erp_bridge.cli.main import main; main()"
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [sys.executable, "-c", code, "completion", "bash"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_pass_and_the_next_one_doubles_nothing(
    erps: Erps, program: Program, number: int, status: int
) -> None:
    rows = erps.right.simulator.tables["ocorrencias"]
    before = len(rows)
    erps.right.simulator.faults.once("latency", seconds=0.1, count=25)
    code = "from erp_bridge.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, *erps.args("sync", "suporte")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while len(rows) == before and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(timeout=10) == status
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert len(rows) > before
    last = program(*erps.args("sync", "suporte", "--json"))
    assert last.exit_code in (0, 3), last.output
    texts = [row["descri_oco"] for row in rows.values() if "[ref matriz" in row["descri_oco"]]
    assert len(texts) == len(set(texts)) > 0
