"""The settings that every ERP shares: durations, zones, secrets that do not show, addresses without passwords."""

from __future__ import annotations

import copy
import math
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import ErpSettings, Secret, Settings, parse_duration

BARE = "61:c0ffee-very-secret"


class Holder(Settings):
    token: Secret


def erp(**keys: Any) -> ErpSettings:
    return ErpSettings(**{"adapter": "ixc", "url": "https://ixc.example.net", "timezone": "America/Sao_Paulo", **keys})


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("500ms", 0.5),
            ("30s", 30),
            ("5m", 300),
            ("24h", 86_400),
            ("90d", 7_776_000),
            ("1.5h", 5400),
            (" 10 s ", 10),
            ("0s", 0),
            (7, 7),
            (0.25, 0.25),
            (timedelta(minutes=1), 60),
        ],
    )
    def test_readable_ones(self, text: object, seconds: float) -> None:
        assert parse_duration(text) == timedelta(seconds=seconds)

    @pytest.mark.parametrize(
        "text",
        ["", "10", "s", "-5s", "10 years", "1e3s", "٣s", "9999999999999d", -5, math.inf, math.nan, True, None, []],
    )
    def test_unreadable_ones(self, text: object) -> None:
        with pytest.raises(ValueError, match="a duration"):
            parse_duration(text)

    def test_a_wrong_one_is_an_error_of_its_key(self) -> None:
        with pytest.raises(ValidationError, match="timeout"):
            erp(timeout="soon")


class TestSecretIsNotShown:
    @pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r}".format, "%s".__mod__])
    def test_by_value(self, shown: Any) -> None:
        assert BARE not in shown(Secret(BARE))
        assert BARE not in shown(Holder(token=BARE))
        assert BARE not in shown({"token": Secret(BARE)})

    def test_by_a_dump(self) -> None:
        assert BARE not in Holder(token=BARE).model_dump_json()
        assert BARE not in str(Holder(token=BARE).model_dump())

    def test_by_an_error_about_it(self) -> None:
        with pytest.raises(ValidationError) as caught:
            Holder(token=[BARE])
        assert BARE not in str(caught.value)

    def test_but_a_reference_is(self) -> None:
        assert repr(Secret("env:IXC_TOKEN")) == "Secret('env:IXC_TOKEN')"


class TestSecretIsRevealed:
    def test_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IXC_TOKEN", BARE)
        assert Secret("env:IXC_TOKEN").reveal() == BARE

    @pytest.mark.parametrize("value", [None, ""])
    def test_not_from_an_unset_or_empty_variable(self, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
        monkeypatch.delenv("IXC_TOKEN", raising=False)
        if value is not None:
            monkeypatch.setenv("IXC_TOKEN", value)
        with pytest.raises(ConfigError, match="IXC_TOKEN is not set"):
            Secret("env:IXC_TOKEN").reveal()

    def test_from_a_file_beside_the_configuration(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text(f"{BARE}\n", encoding="utf-8")
        assert Secret("file:token").relative_to(tmp_path).reveal() == BARE
        assert Secret(f"file:{tmp_path / 'token'}").reveal() == BARE

    def test_not_from_a_file_that_is_missing_or_no_text(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="token cannot be read"):
            Secret("file:token", tmp_path).reveal()
        (tmp_path / "token").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ConfigError, match="no text"):
            Secret("file:token", tmp_path).reveal()

    def test_by_value_from_code(self) -> None:
        assert Holder(token=BARE).token.reveal() == BARE
        assert Holder(token=Secret(BARE)).token.reveal() == BARE

    def test_from_the_keyring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entries = {("ixc", "matriz"): BARE}
        monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda *key: entries.get(key)))
        assert Secret("keyring:ixc/matriz").reveal() == BARE
        with pytest.raises(ConfigError, match="holds nothing for ixc/filial"):
            Secret("keyring:ixc/filial").reveal()

    def test_not_from_a_keyring_that_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "keyring", None)
        with pytest.raises(ConfigError, match=r"erp-bridge\[keyring\]"):
            Secret("keyring:ixc/matriz").reveal()

    @pytest.mark.parametrize(("text", "reference"), [("env:A", True), ("file:a", True), ("keyring:a/b", True)])
    def test_references_are_known(self, text: str, reference: bool) -> None:
        assert Secret(text).is_reference is reference

    @pytest.mark.parametrize("text", [BARE, "env:", "environment:A"])
    def test_all_else_is_a_value(self, text: str) -> None:
        assert not Secret(text).is_reference

    @pytest.mark.parametrize("wrong", ["", 5, None])
    def test_what_cannot_be_a_secret(self, wrong: object) -> None:
        with pytest.raises(ValidationError, match="a secret is a reference"):
            Holder(token=wrong)

    def test_copies_are_equal(self) -> None:
        assert copy.deepcopy(Secret(BARE)) == Secret(BARE)
        assert Secret(BARE) != Secret("other")
        assert len({Secret(BARE), Secret(BARE)}) == 1


class TestErpSettings:
    def test_defaults(self) -> None:
        settings = erp()
        assert settings.settle == timedelta(seconds=10)
        assert settings.overlap == timedelta(minutes=30)
        assert (settings.max_text, settings.requests_per_minute, settings.verify) == (60_000, 300, True)

    def test_the_zone_must_be_known_and_is_shown_by_name(self) -> None:
        assert erp().model_dump(mode="json")["timezone"] == "America/Sao_Paulo"
        for wrong in ("Brasília", "", "../etc/passwd", "America"):
            with pytest.raises(ValidationError, match="timezone"):
                erp(timezone=wrong)

    def test_a_zone_already_made_is_taken_as_it_is(self) -> None:
        assert erp(timezone=ZoneInfo("America/Manaus")).timezone == ZoneInfo("America/Manaus")

    def test_the_zone_is_required(self) -> None:
        with pytest.raises(ValidationError, match="timezone"):
            ErpSettings(adapter="ixc", url="https://ixc.example.net")  # type: ignore[call-arg]

    def test_a_misspelt_key_is_an_error(self) -> None:
        with pytest.raises(ValidationError, match="time_out"):
            erp(time_out="30s")

    def test_the_address_ends_without_a_slash(self) -> None:
        assert erp(url="https://ixc.example.net:8443/erp/").url == "https://ixc.example.net:8443/erp"

    @pytest.mark.parametrize("url", ["ixc.example.net", "ftp://ixc.example.net", "https://", "https:// x"])
    def test_what_is_no_address(self, url: str) -> None:
        with pytest.raises(ValidationError, match="an address starts with"):
            erp(url=url)

    def test_an_address_with_a_password_is_refused_without_repeating_it(self) -> None:
        with pytest.raises(ValidationError, match="no user or password") as caught:
            erp(url="https://admin:hunter2@ixc.example.net/x")
        assert "hunter2" not in str(caught.value)

    def test_an_at_sign_in_the_path_is_no_password(self) -> None:
        assert erp(url="https://ixc.example.net/@erp").url.endswith("/@erp")

    def test_only_known_kinds_of_vocabulary(self) -> None:
        assert erp(vocab={"assunto": {"34": "sem conexao"}}).vocab["assunto"]["34"] == "sem conexao"
        with pytest.raises(ValidationError, match="assuntos"):
            erp(vocab={"assuntos": {}})

    @pytest.mark.parametrize(
        ("settle", "timeout", "after"), [("10s", "30s", 30), ("2m", "30s", 120), ("0s", "500ms", 0.5)]
    )
    def test_a_write_is_not_given_up_before_it_can_have_ended(self, settle: str, timeout: str, after: float) -> None:
        assert erp(settle=settle, timeout=timeout).settled_after == timedelta(seconds=after)
