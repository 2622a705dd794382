"""The keys of an IXC, and its token."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from erp_bridge.adapters.ixc.settings import IxcSettings, basic_token
from erp_bridge.core.errors import AuthError, BridgeError, ConfigError, Refused
from erp_bridge.transport.network import Network
from ixc.ixc_box import TOKEN, adapter
from ixc.scripted import ScriptedErp, listing, refused

BASIC = base64.b64encode(TOKEN.encode()).decode()


def settings(**keys: Any) -> IxcSettings:
    return IxcSettings(
        **{"adapter": "ixc", "url": "https://ixc.example.net", "timezone": "America/Sao_Paulo", "token": TOKEN, **keys}
    )


@pytest.mark.parametrize(
    "text", [TOKEN, f" {TOKEN}\n", BASIC, f"Basic {BASIC}", base64.b64encode(f"{TOKEN}\n".encode()).decode()]
)
def test_both_forms_of_the_token(text: str) -> None:
    assert basic_token(text) == BASIC


@pytest.mark.parametrize("text", ["ab12cd34" * 8, "", ":", "61:", "só um texto", "61:a b"])
def test_what_is_no_token_is_said_without_repeating_it(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        basic_token(text)
    assert not text.strip(": ") or text not in str(caught.value)


@given(st.text(max_size=60))
def test_no_token_crashes(text: str) -> None:
    with suppress(ConfigError):
        assert basic_token(text)


def test_a_token_by_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IXC_TOKEN", TOKEN)
    adapter(Network(), token="env:IXC_TOKEN")
    monkeypatch.delenv("IXC_TOKEN")
    with pytest.raises(ConfigError, match="IXC_TOKEN"):
        adapter(Network(), token="env:IXC_TOKEN")


@pytest.mark.parametrize(
    "url",
    [
        "https://ixc.example.net",
        "https://ixc.example.net/",
        "https://ixc.example.net/webservice/v1",
        "https://ixc.example.net/webservice/v1/",
    ],
)
def test_the_address_may_lead_to_the_web_service(url: str) -> None:
    assert settings(url=url).base_url == "https://ixc.example.net/webservice/v1"


def test_the_keys_of_the_manual() -> None:
    found = settings(
        departamento_table="empresa_setor", transfer_action="su_transf_atendimento_30000", comment_status="repeat",
        ascii_json=False, assunto_obrigatorio=True, login_exige_contrato=True, processos_com_assinatura=[18, "19"],
        desconto={"via": "servico", "id_produto": "1", "id_unidade": "2", "id_vd_contrato_produtos": "3"},
        defaults={"id_filial": "1"},
    )  # fmt: skip
    assert found.processos_com_assinatura == ("18", "19")


@pytest.mark.parametrize("key", ["id_wfl_processo", "id_resposta", "atualizar_cliente", "su_status", "protocolo"])
def test_defaults_cannot_do_harm(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        settings(defaults={key: "S"})


def test_codes_are_named_by_canonical_values() -> None:
    settings(vocab={"status": {"EP": "Em progresso", "P": "pendente"}, "prioridade": {"C": "crítica"}})
    with pytest.raises(ValidationError, match=r"vocab.status.*'EP'.*em_progresso"):
        settings(vocab={"status": {"EP": "fazendo"}})


def test_an_unknown_kind_of_vocabulary() -> None:
    with pytest.raises(ValidationError, match="asunto"):
        settings(vocab={"asunto": {"1": "x"}})


def test_a_wrong_key_is_an_error() -> None:
    with pytest.raises(ValidationError, match="tokem"):
        settings(tokem="x")


class TestSecrets:
    @pytest.mark.parametrize("token", [TOKEN, BASIC])
    async def test_the_header_is_always_the_same(self, token: str) -> None:
        erp = ScriptedErp(token=token).on("list empresa", listing({"id": "1", "razao": "Provedor"}))
        async with erp.adapter:
            assert await erp.adapter.ping() == "IXC Provedor, Provedor"
        assert erp.calls[0].headers["authorization"] == f"Basic {BASIC}"

    @pytest.mark.parametrize("said", [f"Token {TOKEN} inválido", f"Basic {BASIC} recusado"])
    async def test_an_erp_that_quotes_the_token(self, said: str) -> None:
        erp = ScriptedErp().on("list su_ticket", refused(said))
        async with erp.adapter:
            with pytest.raises(Refused) as caught:
                await erp.adapter.get("1")
        assert TOKEN not in str(caught.value)
        assert BASIC not in str(caught.value)

    def test_settings_do_not_show_it(self) -> None:
        assert TOKEN not in repr(settings())
        with pytest.raises(ValidationError) as caught:
            settings(page_size="x")
        assert TOKEN not in str(caught.value)

    @pytest.mark.parametrize("status", [401, 403])
    async def test_a_refused_token(self, status: int) -> None:
        import httpx2

        erp = ScriptedErp().on("list su_ticket", httpx2.Response(status, text="<html>Authorization Required</html>"))
        async with erp.adapter:
            with pytest.raises(AuthError) as caught:
                await erp.adapter.get("1")
        assert TOKEN not in str(caught.value)

    async def test_passwords_of_people_are_in_no_error(self) -> None:
        row = {"id": "1", "su_status": "XX", "tipo": "C", "senha": "segredo-do-cliente"}
        erp = ScriptedErp().on("list su_ticket", listing(row))
        async with erp.adapter:
            with pytest.raises(BridgeError) as caught:
                await erp.adapter.get("1")
        assert "segredo" not in str(caught.value)
        assert "XX" in str(caught.value)
