"""Help in both languages, quick, and complete."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.conftest import Program
from erp_bridge import i18n
from erp_bridge.cli.main import cli


def pages(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from pages(inner, (*path, name))


ALL = list(pages(cli))


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) or "erp-bridge" for path, _ in ALL])
def test_every_page_exists_in_both_languages(path: tuple[str, ...], command: click.Command, program: Program) -> None:
    english = program(*path, "--help")
    portuguese = program(*path, "--help", lang="pt-BR")
    assert (english.exit_code, portuguese.exit_code) == (0, 0)
    assert "Usage: erp-bridge" in english.output
    assert "Uso: erp-bridge" in portuguese.output
    for word in ("Options", "Show this text", "Usage", "Commands:"):
        assert word not in portuguese.output
    assert isinstance(command.help, str)
    assert command.help.split("\n")[0] in " ".join(english.output.split())
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{path}: {param.name} has no help"


def test_the_language_of_the_environment_is_spoken(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    assert "Uso:" in program("--help").output
    assert "Usage:" in program("--help", lang="en").output
    assert i18n.language() == "en"


def test_lang_may_also_stand_behind_help(program: Program) -> None:
    assert "Uso:" in program("--help", "--lang=pt-BR").output


@pytest.mark.parametrize("args", [("--help",), ("ticket", "open", "--help"), ("check", "--help")])
def test_help_imports_nothing_heavy(args: tuple[str, ...]) -> None:
    code = (
        "import sys; from erp_bridge.cli.main import cli\n"
        f"try: cli({list(args)!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'httpx2', 'structlog', 'rich', 'pydantic', 'starlette', 'asyncio.runners'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "HEAVY []"


def test_a_command_loads_no_library_that_it_does_not_use(tmp_path: Path) -> None:
    """structlog would load rich, which the progress of a long command can still have."""
    erp = 'adapter = "ixc"\nurl = "http://127.0.0.1:9"\ntoken = "x"\ntimezone = "America/Sao_Paulo"\n'
    text = f'[erp.matriz]\n{erp}[erp.filial]\n{erp}[pair.suporte]\nleft = "matriz"\nright = "filial"\n'
    (tmp_path / "bridge.toml").write_text(text)
    code = (
        "import sys; from erp_bridge.cli.main import cli\n"
        "try: cli(['status', '--json'])\n"
        "except SystemExit: pass\n"
        "unused = {'rich', 'sqlalchemy.dialects.postgresql', 'alembic', 'httpx2'}\n"
        "print('UNUSED', sorted(unused & set(sys.modules)))\n"
        "import rich"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout.splitlines()[-1] == "UNUSED []"


def test_the_program_alone_shows_what_it_can_do(program: Program) -> None:
    result = program()
    assert result.exit_code == 2
    assert "check" in result.stderr


def test_version(program: Program) -> None:
    result = program("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("erp-bridge ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(program: Program, shell: str) -> None:
    result = program("completion", shell)
    assert result.exit_code == 0
    assert "_ERP_BRIDGE_COMPLETE" in result.stdout


def test_names_complete_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text("[erp.matriz]\n[erp.filial]\n[pair.suporte]\n")
    environment = {"_ERP_BRIDGE_COMPLETE": "bash_complete", "COMP_WORDS": "erp-bridge check ma", "COMP_CWORD": "2"}
    code = "from erp_bridge.cli.main import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )
    assert ran.stdout.split() == ["plain,matriz"]
