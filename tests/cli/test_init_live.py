"""`init` for a beginner: it asks the ERPs, proposes what they call things, and ends with a check and a plan."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Program
from erp_bridge.cli import simulated
from erp_bridge.config import load
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import World


@pytest.fixture
def live(world: World, monkeypatch: pytest.MonkeyPatch, program: Program) -> Iterator[tuple[str, ...]]:
    """The options that name a running IXC and a running Voalle, whose secrets are in the environment."""
    left, right = simulated.simulate("ixc", world, Faults()), simulated.simulate("voalle", world, Faults())
    with left.serve() as one, right.serve() as other:
        for erp, name in ((left, "matriz"), (right, "adquirida")):
            for key, secret in erp.credentials.items():
                monkeypatch.setenv(f"{name}_{key}".upper(), secret)
        yield (
            "init", "--erp", "matriz", "ixc", one.url, "--erp", "adquirida", "voalle", other.url,
            "--set", "adquirida.closing_status=4", "--set", f"adquirida.token_url={other.url}",
        )  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "pt-BR"])
def test_it_proposes_vocabulary_and_ends_with_a_check_and_a_plan(
    program: Program, live: tuple[str, ...], tmp_path: Path, lang: str
) -> None:
    result = program(*live, lang=lang)
    assert result.exit_code == 0, result.output
    config = load(tmp_path / "bridge.toml")
    mine, theirs = config.erp["matriz"].vocab["assunto"], config.erp["adquirida"].vocab["assunto"]
    assert mine["35"] == theirs["535"] == "lentidao"  # "Lentidão" and "SUP - Lentidao"
    text = (tmp_path / "bridge.toml").read_text()
    assert '"35" = "lentidao"                        # 100%  Lentidão' in text
    assert '# "61" = "upgrade / mudanca de plano"' in text  # below 80 %: for a person to say
    assert "61" not in mine
    assert "95 Vistoria de poste" in text
    shown = result.stdout
    assert ("check: ok" if lang == "en" else "verificação: ok") in shown
    assert ("created" if lang == "en" else "criad") in shown
    assert (tmp_path / "bridge.db").exists()


def test_it_asks_nobody_when_told_so(program: Program, live: tuple[str, ...], tmp_path: Path) -> None:
    result = program(*live, "--offline")
    assert result.exit_code == 0, result.output
    assert "1. " in result.stdout
    assert not (tmp_path / "bridge.db").exists()
    assert load(tmp_path / "bridge.toml").erp["matriz"].vocab == {"assunto": {}, "departamento": {}}


def test_a_missing_secret_is_named_and_the_file_is_written(
    program: Program, live: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADQUIRIDA_SYNDATA")
    result = program(*live)
    assert result.exit_code == 0
    assert "Not asked yet: adquirida: the environment variable ADQUIRIDA_SYNDATA is not set" in result.stdout
    assert load(tmp_path / "bridge.toml")


def test_wrong_credentials_end_with_what_to_do_about_it(
    program: Program, live: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATRIZ_TOKEN", "9:wrong")
    result = program(*live)
    assert result.exit_code == 0
    assert "[FAILED] matriz" in result.stdout
    assert "1. " in result.stdout  # the next steps, instead of a plan
    assert load(tmp_path / "bridge.toml")


def test_tables_as_the_sandbox_prints_them_are_taken(program: Program, world: World, tmp_path: Path) -> None:
    files = []
    erps = [simulated.simulate("ixc", world, Faults()), simulated.simulate("integrator", world, Faults())]
    for erp, name in zip(erps, ("matriz", "filial"), strict=True):
        table = erp.table(name, f"https://{name}.example.net", {key: f"env:{name}_{key}" for key in erp.credentials})
        file = tmp_path / f"{name}.txt"
        file.write_text(f"# A simulated ERP\nexport X='a b'\n{table}")
        files += ["--table", str(file)]
    result = program("init", *files)
    assert result.exit_code == 0, result.output
    config = load(tmp_path / "bridge.toml")
    assert list(config.erp) == ["matriz", "filial"]
    assert config.erp["filial"].vocab["assunto"]
    assert "export" not in (tmp_path / "bridge.toml").read_text()
    assert "Not asked yet: matriz" in result.stdout


@pytest.mark.parametrize(("text", "said"), [("[erp", "is not TOML"), ("x = 1", "must hold the table of one ERP")])
def test_another_file_is_refused(program: Program, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "other.txt").write_text(text)
    result = program("init", "--table", "other.txt")
    assert result.exit_code == 2
    assert said in result.stderr


def test_voalle_says_what_it_cannot_do_without(program: Program) -> None:
    os.environ.pop("ERP_BRIDGE_CONFIG", None)
    result = program("init", "--erp", "a", "voalle", "https://a.example.net", "--offline")
    assert result.exit_code == 2
    assert "closing_status" in result.stderr
    assert "[errors#config]" in result.stderr
