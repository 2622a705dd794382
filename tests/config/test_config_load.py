"""What a valid bridge.toml turns into."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.example_toml import FULL, with_line
from erp_bridge.config import Direction, Policy, load, loads
from erp_bridge.config.model import POLICY_FIELDS
from erp_bridge.core.settings import Secret
from erp_bridge.sync.fields import MERGED


def test_the_whole_example() -> None:
    config = loads(FULL, Path("/etc/bridge/bridge.toml"))
    matriz, filial = config.erp["matriz"], config.erp["filial"]
    assert (matriz.name, matriz.adapter, matriz.url) == ("matriz", "ixc", "https://ixc.example.net")
    assert matriz.timezone == ZoneInfo("America/Sao_Paulo")
    assert matriz.timeout == timedelta(seconds=30)
    assert matriz.vocab == {"assunto": {"34": "sem conexao"}, "departamento": {"4": "suporte tecnico"}}
    assert type(filial).__name__ == "IntegratorSettings"
    assert filial.model_dump()["queries"]["comentarios"] == "01QCOMENT0"
    pair = config.pair["suporte"]
    assert (pair.name, pair.left, pair.right) == ("suporte", "matriz", "filial")
    assert pair.since == date(2026, 1, 1)
    assert (pair.interval, pair.full_every) == (timedelta(minutes=1), timedelta(days=1))
    assert (pair.policy_of("prioridade"), pair.policy_of("status")) == (Policy.LEFT, Policy.NEWEST)
    assert pair.scope == {"departamento": (), "assunto": ()}
    assert pair.fallback == {"assunto": "outros"}


def test_what_is_left_out_has_the_documented_value() -> None:
    text = FULL[: FULL.index("[pair.suporte]")] + '[pair.suporte]\nleft = "matriz"\nright = "filial"\n'
    pair = loads(text.replace('[state]\nurl = "sqlite:///bridge.db"', ""), Path("/x/bridge.toml")).pair["suporte"]
    whole = loads(FULL).pair["suporte"]
    assert pair == whole.model_copy(update={"since": None, "scope": {}, "fallback": {}, "policy": {}})
    assert pair.direction is Direction.BOTH
    assert pair.policy_of("status") is Policy.NEWEST


def test_found_by_argument_then_environment_then_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bridge.toml", "variable.toml", "argument.toml"):
        (tmp_path / name).write_text(FULL)
    assert load().path == tmp_path / "bridge.toml"
    monkeypatch.setenv("ERP_BRIDGE_CONFIG", "variable.toml")
    assert load().path == tmp_path / "variable.toml"
    assert load("argument.toml").path == tmp_path / "argument.toml"


def test_paths_are_taken_from_the_files_folder(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("61:abc\n")
    text = FULL.replace('"env:IXC_TOKEN"', '"file:token"').replace("verify = true", 'verify = "ca.pem"')
    (tmp_path / "bridge.toml").write_text(text)
    config = load(tmp_path / "bridge.toml")
    token = config.erp["matriz"].model_dump()["token"]
    assert "61:abc" not in token
    secret = dict(config.erp["matriz"])["token"]
    assert isinstance(secret, Secret)
    assert secret.reveal() == "61:abc"
    assert config.erp["matriz"].verify == str(tmp_path / "ca.pem")
    assert config.state.sqlite_file == tmp_path / "bridge.db"
    assert config.state.database_url() == f"sqlite:///{tmp_path}/bridge.db"


@pytest.mark.parametrize(
    ("url", "key", "expected"),
    [
        ("sqlite:///bridge.db", None, "bridge.key"),
        ("sqlite:///data/state.db", None, "data/state.key"),
        ("postgresql+psycopg://db/bridge", None, "bridge.key"),
        ("sqlite:///bridge.db", "file:secrets/k", "secrets/k"),
        ("sqlite:///bridge.db", "env:BRIDGE_KEY", None),
    ],
)
def test_the_key_lives_beside_the_store_unless_named(
    tmp_path: Path, url: str, key: str | None, expected: str | None
) -> None:
    text = with_line("url = ", f'url = "{url}"' + (f'\nkey = "{key}"' if key else ""))[0]
    state = loads(text, tmp_path / "bridge.toml").state
    assert state.key_file == (tmp_path / expected if expected else None)


def test_the_stores_address_may_be_a_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_DB", "postgresql+psycopg://bridge:pw@db/bridge")
    state = loads(with_line("url = ", 'url = "env:BRIDGE_DB"')[0], tmp_path / "bridge.toml").state
    assert state.database_url() == "postgresql+psycopg://bridge:pw@db/bridge"
    assert state.sqlite_file is None
    assert "pw" not in repr(state)


def test_service_and_notify() -> None:
    text = (
        FULL
        + '[service]\nbind = "0.0.0.0:9000"\ntoken = "env:T"\n[notify]\ncommand = ["mail", "x"]\nwebhook = "env:HOOK"\n'
    )
    config = loads(text)
    assert config.service.bind == "0.0.0.0:9000"
    assert config.notify.command == ("mail", "x")
    assert config.notify.webhook == "env:HOOK"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "bridge.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert set(load(path).pair) == {"suporte"}


def test_a_policy_can_be_given_for_exactly_the_fields_that_are_merged() -> None:
    assert set(POLICY_FIELDS) == set(MERGED) - {"cliente"}  # another client is always a conflict
