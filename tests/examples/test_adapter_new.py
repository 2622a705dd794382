"""``adapter new`` writes a package whose tests pass at once, under the name it was given."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from erp_bridge import i18n
from erp_bridge.cli import adapter_new
from erp_bridge.cli.main import cli


def call(*words: str) -> Result:
    try:
        return CliRunner().invoke(cli, ["adapter", "new", *words])
    finally:
        i18n.use("en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "package"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def outcome_of(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-p", "no:xdist", *words)


def test_what_it_writes_is_green_at_once(folder: Path) -> None:
    done = call("meu_erp", "--folder", str(folder))
    assert done.exit_code == 0, done.output
    outcome = outcome_of(folder)
    assert outcome.returncode == 0, outcome.stdout[-3000:]
    passed = re.search(r"(\d+) passed", outcome.stdout)
    assert passed is not None
    assert int(passed[1]) > 30
    reasons = re.findall(r"^SKIPPED .*?: (not claimed: .*|.*)$", outcome.stdout, re.MULTILINE)
    assert all(reason.startswith("not claimed") for reason in reasons), reasons


def test_its_tests_can_fail(folder: Path) -> None:
    adapter_new.write("meu_erp", folder)
    source = folder / "erp_bridge_meu_erp" / "translate.py"
    source.write_text(source.read_text().replace("titulo=_text", "endereco=_text"))
    assert outcome_of(folder, "-k", "fields.create").returncode == 1


def test_everything_in_it_has_the_new_name(folder: Path) -> None:
    written = adapter_new.write("meu_erp", folder)
    assert {path.relative_to(folder).as_posix() for path in written} == {
        "README.md",
        "pyproject.toml",
        *(f"tests/{name}.py" for name in ("fake_meu_erp", "test_conformance", "test_meu_erp_quirks")),
        *(f"erp_bridge_meu_erp/{name}.py" for name in ("__init__", "adapter", "client", "settings", "translate")),
    }
    whole = "\n".join(path.read_text(encoding="utf-8") for path in written)
    assert adapter_new.PLACEHOLDER not in whole.casefold()
    assert 'meu_erp = "erp_bridge_meu_erp:PLUGIN"' in whole
    assert 'name = "erp-bridge-meu-erp"' in whole
    assert "class MeuErpAdapter(PlainAdapter):" in whole
    assert "env:MEU_ERP_TOKEN" in whole
    assert "http://meu-erp.test" in whole  # a host has no underscore


def test_its_code_keeps_the_rules_of_this_house(folder: Path) -> None:
    """All but the order of imports, which differs with what a project calls its own."""
    adapter_new.write("meu_erp", folder)
    config = Path(adapter_new.__file__).parents[3] / "pyproject.toml"
    done = run(folder, "ruff", "check", "--no-cache", "--config", str(config), "--extend-ignore", "I001", ".")
    assert done.returncode == 0, done.stdout


def test_it_says_what_comes_next(folder: Path) -> None:
    done = call("meuerp", "--folder", str(folder))
    assert done.stdout.splitlines()[0] == f"Written: {folder}"
    assert "  python -m pytest" in done.stdout
    again = call("meuerp", "--folder", str(folder), "--json")
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_as_json(folder: Path) -> None:
    told = json.loads(call("meuerp", "--folder", str(folder), "--json").stdout)
    assert told["adapter"] == "meuerp"
    assert str(folder / "pyproject.toml") in told["files"]


def test_without_a_folder_it_writes_beside_you(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("meu_erp").exit_code == 0
    assert (tmp_path / "erp-bridge-meu_erp" / "pyproject.toml").exists()


@pytest.mark.parametrize("name", ["Meu", "meu-erp", "1erp", "meu erp", "../x", "é"])
def test_a_name_that_is_no_name_writes_nothing(name: str, folder: Path) -> None:
    done = call(name, "--folder", str(folder))
    assert done.exit_code == 2
    assert not folder.exists()


def test_a_name_that_is_taken_writes_nothing(folder: Path) -> None:
    done = call("ixc", "--folder", str(folder))
    assert done.exit_code == 2
    assert "already" in done.stderr
    assert not folder.exists()
