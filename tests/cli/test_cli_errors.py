"""Whatever goes wrong: one line that says what and what to do, the right exit status, and never a traceback."""

from __future__ import annotations

import builtins
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli.conftest import Erps, Program, no_traceback
from erp_bridge.cli import failures
from erp_bridge.core.errors import Refused

ERP = """[erp.matriz]
adapter = "ixc"
url = "{url}"
token = "env:IXC_TOKEN"
timezone = "America/Sao_Paulo"
timeout = "{timeout}"
"""


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IXC_TOKEN", "61:" + "0" * 64)


def write(url: str, timeout: str = "2s") -> None:
    Path("bridge.toml").write_text(ERP.format(url=url, timeout=timeout))


def one_line(result: Result, *words: str) -> str:
    """The single line on standard error; it holds all these words."""
    no_traceback(result)
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]
    return lines[0]


def show(program: Program, lang: str = "") -> Result:
    return program("ticket", "show", "matriz", "1", lang=lang)


def test_no_configuration(program: Program) -> None:
    result = program("check")
    assert result.exit_code == 2
    one_line(result, "bridge.toml", "erp-bridge init")
    portuguese = program("check", lang="pt-BR")
    one_line(portuguese, "Erro: não há arquivo", "erp-bridge init")


def test_every_line_of_a_broken_configuration_is_told(program: Program) -> None:
    write("ixc.example.net")
    Path("bridge.toml").write_text(Path("bridge.toml").read_text() + 'pagesize = 3\n[pair.x]\nleft = "matrix"\n')
    result = program("check")
    assert result.exit_code == 2
    no_traceback(result)
    lines = result.stderr.splitlines()
    assert [line.split(": ")[1:4] for line in lines] == [
        ["bridge.toml", "line 3", "erp.matriz.url"],
        ["bridge.toml", "line 7", "erp.matriz.pagesize"],
        ["bridge.toml", "line 8", "pair.x.right"],
        ["bridge.toml", "line 9", "pair.x.left"],
    ]
    assert "linha 7: erp.matriz.pagesize: esta chave não existe" in program("check", lang="pt-BR").stderr


def test_an_unset_variable(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IXC_TOKEN")
    write("https://ixc.example.net")
    result = show(program)
    assert result.exit_code == 2
    one_line(result, "environment variable IXC_TOKEN is not set")
    one_line(show(program, "pt-BR"), "variável de ambiente IXC_TOKEN")


def test_wrong_token(program: Program, erps: Erps) -> None:
    (erps.config.parent / "matriz.token").write_text("61:" + "f" * 64)
    result = program(*erps.args("ticket", "show", "matriz", "1"))
    assert result.exit_code == 1
    line = one_line(result, "matriz", "did not accept the credentials", "check the token")
    assert "ffff" not in line
    one_line(program(*erps.args("ticket", "show", "matriz", "1"), lang="pt-BR"), "não aceitou as credenciais")


def test_dead_host(program: Program) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        write(f"http://127.0.0.1:{free.getsockname()[1]}")
    result = show(program)
    assert result.exit_code == 1
    one_line(result, "matriz", "refused the connection", "check url")
    one_line(show(program, "pt-BR"), "recusou a conexão", "confira")


def test_unknown_host(program: Program) -> None:
    write("http://no-such-host.invalid")
    result = show(program)
    assert result.exit_code == 1
    one_line(result, "no-such-host.invalid", "check url")


def test_wrong_address(program: Program, erps: Erps) -> None:
    """The right host, but another program answers there."""
    text = erps.config.read_text()
    matriz, filial = (line.split('"')[1] for line in text.splitlines() if line.startswith("url"))
    erps.config.write_text(text.replace(matriz, filial, 1))
    result = program(*erps.args("ticket", "show", "matriz", "1"))
    assert result.exit_code == 1
    one_line(result, "matriz", "url")


def test_time_out(program: Program, erps: Erps) -> None:
    erps.config.write_text(erps.config.read_text().replace("timezone = ", 'timeout = "100ms"\ntimezone = ', 1))
    erps.left.simulator.faults.once("stall", count=10)
    result = program(*erps.args("ticket", "show", "matriz", "1"))
    assert result.exit_code == 1
    one_line(result, "no complete answer within 0.1 s", "raise timeout")


def test_certificate_that_nobody_knows(program: Program, erps: Erps, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=erp", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    from erp_bridge.sandbox.server import Server

    tls = (str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    with Server(erps.left.simulator.app, tls=tls) as server:
        text = erps.config.read_text()
        plain = next(line.split('"')[1] for line in text.splitlines() if line.startswith("url"))
        erps.config.write_text(text.replace(plain, server.url, 1))
        result = program(*erps.args("check", "matriz"))
        assert result.exit_code == 1
        assert "is not trusted" in result.stdout
        assert 'verify = "path/to/ca.pem"' in result.stdout
        erps.config.write_text(erps.config.read_text().replace("timezone =", 'verify = "cert.pem"\ntimezone =', 1))
        assert program(*erps.args("check", "matriz")).exit_code == 0


def test_unknown_name_offers_the_nearest(program: Program) -> None:
    write("https://ixc.example.net")
    result = program("ticket", "show", "matris", "1")
    assert result.exit_code == 2
    one_line(result, "'matris'", "'matriz'")


def test_no_such_ticket(program: Program, erps: Erps) -> None:
    result = program(*erps.args("ticket", "show", "matriz", "999999"))
    assert result.exit_code == 1
    one_line(result, "999999")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("sinc",), "'sinc'"),
        (("check", "--jason"), "'--jason'"),
        (("ticket", "show", "matriz"), "Missing argument"),
        (("sandbox", "sap"), "'sap'"),
        (("ticket", "open", "matriz"), "--documento"),
        (("ticket", "move", "matriz", "1"), "--assumir"),
        (("ticket", "move", "matriz", "1", "--assumir", "--pausar", "x"), "--assumir"),
        (("check", "--write-test", "1"), "--write-test"),
        (("sandbox", "ixc", "--faults", "explode=1"), "explode"),
        (("init", "--secret", "token"), "--secret"),
        (("vocab", "suggest", "matriz"), "Missing argument"),
    ],
)
def test_wrong_usage(program: Program, args: tuple[str, ...], words: str) -> None:
    write("https://ixc.example.net")
    result = program(*args)
    assert result.exit_code == 2
    one_line(result, words)
    portuguese = program(*args, lang="pt-BR")
    assert portuguese.exit_code == 2
    assert portuguese.stderr.startswith("Erro: ")


def test_usage_errors_speak_portuguese(program: Program) -> None:
    assert program("sinc", lang="pt-BR").stderr == (
        "Erro: Não há o comando 'sinc'. Quis dizer 'sync'? veja `erp-bridge --help`\n"
    )
    assert "Não há a opção '--jason'" in program("check", "--jason", lang="pt-BR").stderr
    assert "Falta o argumento 'ERP'" in program("ticket", "show", lang="pt-BR").stderr


def test_a_fault_of_our_own_is_one_line_and_with_v_the_whole(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: object = None) -> None:
        raise RuntimeError("the impossible\nhappened")

    monkeypatch.setattr("erp_bridge.config.load", broken)
    result = program("check")
    assert result.exit_code == 1
    one_line(result, "RuntimeError: the impossible", "-v")
    assert "Traceback" in program("-v", "check").stderr


def test_a_missing_extra_names_the_command_that_installs_it(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] in ("starlette", "uvicorn"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    for module in [m for m in sys.modules if m.startswith("erp_bridge.sandbox") or m == "erp_bridge.cli.simulated"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delattr("erp_bridge.cli.simulated", raising=False)
    result = program("sandbox", "ixc")
    assert result.exit_code == 2
    one_line(result, 'pip install "erp-bridge[server]"')


def test_an_error_without_a_message_still_says_something() -> None:
    text, status = failures.explain(Refused(erp="matriz"))
    assert (text.startswith("matriz: The ERP said no"), status) == (True, 1)


def test_logs_go_to_standard_error_when_asked_for(program: Program, erps: Erps) -> None:
    quiet = program(*erps.args("check", "matriz", "--json"))
    assert quiet.stderr == ""
    result = program("--log-format", "json", "-v", *erps.args("check", "matriz", "--json"))
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert {event["erp"] for event in events} == {"matriz"}
    assert json.loads(result.stdout)["ok"] is True
    assert (erps.config.parent / "matriz.token").read_text() not in result.stderr
