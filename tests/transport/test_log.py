"""Where events go, and that nothing gets around the redaction."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from erp_bridge.transport.log import configure, get_logger
from support.httpclient import forget_logging


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    forget_logging()


def test_json_goes_to_standard_error_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    get_logger(erp="matriz").info("pass done", cliente="529.982.247-25", created=3)
    out, err = capsys.readouterr()
    assert out == ""
    event = json.loads(err)
    assert event.pop("timestamp")
    assert event == {"event": "pass done", "erp": "matriz", "cliente": "[redacted]", "created": 3, "level": "info"}


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure("console")
    get_logger().warning("sem sinal", texto="Maria ligou", erp="matriz")
    out, err = capsys.readouterr()
    assert out == ""
    assert "sem sinal" in err
    assert "erp=matriz" in err
    assert "Maria" not in err
    assert "\x1b[" not in err, "no colours where no terminal is"


def test_debug_events_show_with_verbose_only(capsys: pytest.CaptureFixture[str]) -> None:
    logger = get_logger()
    configure("json", verbose=False)
    logger.debug("request")
    assert capsys.readouterr().err == ""
    configure("json", verbose=True)
    logger.debug("request")
    assert len(capsys.readouterr().err.splitlines()) == 1, "configured twice, written once"


@pytest.mark.parametrize("format", ["console", "json"])
def test_a_traceback_is_redacted_and_shows_no_local_values(capsys: pytest.CaptureFixture[str], format: str) -> None:
    configure(format)  # type: ignore[arg-type]

    def fail() -> None:
        senha_do_cliente = "abacaxi"
        raise ValueError("cpf 529.982.247-25" + senha_do_cliente[:0])

    try:
        fail()
    except ValueError:
        get_logger().exception("failed")
    err = capsys.readouterr().err
    assert err.count("Traceback") == 1
    assert "ValueError: cpf [redacted]" in err
    assert "529.982" not in err
    assert "'abacaxi'" not in err


def test_a_library_is_silent_until_its_program_sets_up_logging() -> None:
    script = "from erp_bridge.transport.log import get_logger; get_logger().error('request', status=500)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("", "")


def test_a_library_logs_redacted_through_the_programs_own_handlers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="erp_bridge")
    get_logger(erp="matriz").info("request", detail="fone (51) 99999-1234", rate="100%d")
    assert "event=request" in caplog.text
    assert "fone [redacted]" in caplog.text
    assert "99999" not in caplog.text


def test_a_standard_error_that_is_gone_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    configure("json")

    class Gone:
        def write(self, text: str) -> None:
            raise BrokenPipeError

        def flush(self) -> None: ...

    monkeypatch.setattr(sys, "stderr", Gone())
    get_logger().error("request")


def test_heavy_imports_wait_until_they_are_needed() -> None:
    script = (
        "import sys, erp_bridge.transport.network, erp_bridge.transport.log, erp_bridge.transport.reply, "
        "erp_bridge.transport.guard; print([m for m in ('httpx2', 'structlog', 'tenacity') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
