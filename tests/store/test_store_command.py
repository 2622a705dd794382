"""``state move``, ``state backup`` and ``state doctor``, as a person gives them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from erp_bridge import i18n
from erp_bridge.cli.main import cli
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import waiting
from erp_bridge.sync.store.database import open_database
from erp_bridge.sync.store.lease import hold
from erp_bridge.sync.store.waiting import Kind, Wait
from support.httpclient import forget_logging

ERP = """
[erp.matriz]
adapter = "ixc"
url = "http://127.0.0.1:9"
token = "env:TOKEN"
timezone = "America/Sao_Paulo"
"""
State = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path, key_file: Path) -> Iterator[State]:
    """``state("doctor", url=…)``: with a configuration that names that store."""

    def run(*args: str, url: str = "sqlite:///bridge.db", lang: str = "en") -> Result:
        config = tmp_path / "bridge.toml"
        config.write_text(f'[state]\nurl = "{url}"\nkey = "file:{key_file.name}"\n{ERP}')
        return CliRunner().invoke(cli, ["--lang", lang, "--config", str(config), "state", *args])

    yield run
    i18n.use("en")
    forget_logging()


@pytest.fixture
def filled(tmp_path: Path, sqlite_template: bytes, key_file: Path) -> Path:
    """A store in which something stands."""
    file = tmp_path / "bridge.db"
    file.write_bytes(sqlite_template)
    db = open_database(f"sqlite:///{file}", key_file=key_file)
    with db.write() as tx:
        waiting.put(tx, "suporte", Wait(Kind.FAILED, Side.LEFT, "9", "uncertain"), 3.0)
    db.close()
    return file


def test_there_and_back_again(state: State, filled: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = state("move", postgres_url, "--json")
    assert moved.exit_code == 0, moved.output
    assert json.loads(moved.stdout)["rows"]["waiting"] == 1
    refused = state("doctor")
    assert refused.exit_code == 2
    assert "was moved to another place" in refused.output
    assert "mudou de lugar" in state("doctor", lang="pt-BR").output
    monkeypatch.setenv("STORE", "sqlite:///again.db")
    back = state("move", "env:STORE", url=postgres_url, lang="pt-BR")
    assert back.exit_code == 0, back.output
    assert "waiting: 1 linhas movidas, cada uma conferida" in back.output
    assert '[state] url = "env:STORE"' in back.output
    assert state("doctor", url="sqlite:///again.db").exit_code == 0


def test_what_stands_in_the_way_of_a_move(state: State, filled: Path, postgres_url: str, key_file: Path) -> None:
    for url, status, words in (
        ("mysql://h/db", 2, "begins with"),
        ("postgresql+psycopg://u:geheim@h/db", 2, "write a reference"),
        ("sqlite:///bridge.db", 2, "already"),
        ("postgresql+psycopg://u@127.0.0.1:1/db", 1, "the state store failed"),
    ):
        result = state("move", url)
        assert (result.exit_code, words in result.output) == (status, True), result.output
        assert "geheim" not in result.output
    db = open_database(f"sqlite:///{filled}", key_file=key_file)
    with hold(db, "suporte"):
        held = state("move", postgres_url)
    assert held.exit_code == 4, held.output
    db.close()
    assert state("doctor").exit_code == 0


def test_another_key_ends_with_2(state: State, filled: Path, postgres_store: str, key_file: Path) -> None:
    key_file.write_text("another key of sixteen letters")
    for url in ("sqlite:///bridge.db", postgres_store):
        result = state("doctor", url=url)
        assert result.exit_code == 2
        assert "not the digest key" in result.output


def test_the_doctor_of_a_server(state: State, postgres_store: str) -> None:
    result = state("doctor", "--json", url=postgres_store)
    seen = {item["topic"]: item["ok"] for item in json.loads(result.stdout)["items"]}
    assert seen == {
        "key": True, "schema": True, "server": True, "encoding": True, "synchronous_commit": False, "rows": True,
        "session": True, "bridge.key": True,
    }  # fmt: skip
    assert result.exit_code == 1  # a server that forgets commits when the power fails is nothing for a state store
    assert "percebido na hora" in state("doctor", url=postgres_store, lang="pt-BR").output


def test_a_backup_of_a_server_is_a_file_that_one_can_use(state: State, postgres_store: str, tmp_path: Path) -> None:
    result = state("backup", str(tmp_path / "safe"), "--json", url=postgres_store)
    assert result.exit_code == 0, result.output
    copied = json.loads(result.stdout)
    assert state("doctor", url=f"sqlite:///{copied['store']}").exit_code == 0
    assert Path(copied["key"]).exists()
