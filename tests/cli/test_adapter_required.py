"""`adapter list` names what an ERP's table cannot do without, and so does the page of the configuration."""

from __future__ import annotations

import pytest
from pydantic import Field, field_validator

from cli.conftest import Program, document
from erp_bridge.adapters import registry
from erp_bridge.core.settings import ErpSettings, Secret

COMMON = ["adapter", "url", "timezone"]
OWN = {
    "ixc": ["token"],
    "integrator": ["user", "password"],
    "voalle": ["client_id", "client_secret", "syndata", "closing_status"],
}


@pytest.mark.parametrize("name", OWN)
def test_what_each_adapter_needs(program: Program, name: str) -> None:
    [item] = [i for i in document(program("adapter", "list", "--json"))["items"] if i["adapter"] == name]
    assert item["required"] == COMMON + OWN[name]
    assert not set(item["required"]) & set(item["optional"])
    [line] = [line for line in program("adapter", "list").stdout.splitlines() if line.startswith(name)]
    assert ", ".join(COMMON + OWN[name]) in line


@pytest.mark.parametrize("name", OWN)
def test_with_these_keys_a_table_is_valid_and_without_any_of_them_it_is_not(name: str) -> None:
    known = {"adapter": name, "url": "https://erp.example.net", "timezone": "America/Sao_Paulo"}
    settings = registry.plugin(name).settings
    keys = {key: known.get(key, "env:X") for key in registry.plugin(name).required}
    settings.model_validate(keys)
    for key in keys:
        with pytest.raises(ValueError, match=key):
            settings.model_validate({other: value for other, value in keys.items() if other != key})


def test_a_key_whose_own_default_is_refused_is_needed_too() -> None:
    class Picky(ErpSettings):
        token: Secret
        code: str = "0"
        kind: str = Field(default="", validate_default=True)

        @field_validator("kind")
        @classmethod
        def _told(cls, text: str) -> str:
            if not text:
                raise ValueError("kind is missing")
            return text

    plugin = registry.Plugin(Picky, lambda settings, network: None)  # type: ignore[arg-type, return-value]
    assert plugin.required == (*COMMON, "token", "kind")
