"""The keys of an ``[erp.X]`` table: what is required, what is refused, and what follows from them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from erp_bridge.adapters.voalle.adapter import VoalleAdapter
from erp_bridge.adapters.voalle.settings import VoalleSettings
from erp_bridge.config import load
from erp_bridge.core.adapter import Capability
from erp_bridge.core.errors import ConfigError, Unsupported
from erp_bridge.core.model import Arquivo, Status, Termo, Vinculo
from erp_bridge.transport.network import Network
from voalle.voalle_box import VoalleBox

KEYS: dict[str, Any] = {
    "name": "filial", "adapter": "voalle", "url": "https://erp.example.net", "timezone": "America/Sao_Paulo",
    "client_id": "a", "client_secret": "b", "syndata": "c", "closing_status": "4",
}  # fmt: skip


def settings(**keys: Any) -> VoalleSettings:
    return VoalleSettings.model_validate({**KEYS, **keys})


def test_addresses_of_the_ports():  # quirk 11
    here = settings()
    assert here.token_base == "https://erp.example.net:45700"
    assert here.api_base == "https://erp.example.net:45715/external/integrations/thirdparty"
    there = settings(
        url="https://erp.example.net:8443/external/integrations/thirdparty", token_url="http://t:1/connect/token"
    )
    assert (there.token_base, there.api_base) == (
        "http://t:1",
        "https://erp.example.net:8443/external/integrations/thirdparty",
    )
    assert settings(url="http://[::1]").token_base == "http://[::1]:45700"


def test_ids_are_believed_before_titles_and_closing_is_never_guessed():  # quirk 18
    here = settings(statuses={"1": "novo", "2": "em_progresso", "12": "pendente", "10": "Pendente", "3": "solucionado"})
    assert here.status_of_id["3"] is here.status_of_id["4"] is Status.SOLUCIONADO
    assert here.id_of_status == {
        Status.NOVO: "1", Status.EM_PROGRESSO: "2", Status.PENDENTE: "12", Status.SOLUCIONADO: "4",
    }  # fmt: skip
    assert settings(cancel_status=0).id_of_status[Status.CANCELADO] == "0"
    assert Status.CANCELADO not in settings(statuses={"8": "cancelado"}).id_of_status


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"closing_status": None}, "closing_status"),
        ({"closing_status": " "}, "closing_status is missing: write the id"),
        ({"closing_status": "8", "cancel_status": 8}, "the same id"),
        ({"statuses": {"4": "pendente"}}, "closing_status is 4, which `statuses` says to mean pendente"),
        ({"statuses": {"1": "aberto"}}, "none of novo, pendente"),
        ({"tx_id_type": 3}, "tx_id_type"),
        ({"tx_id_type": {"pj": 1, "pf": 1}}, "a number for pj and one for pf"),
        ({"feed": "internal"}, "internal_url and internal_token"),
        ({"feed": "database"}, "database_url"),
        ({"feed": "webhook"}, "feed"),
        ({"movements": "note"}, "person_id"),
        ({"defaults": {"incidentStatusId": "4"}}, "incidentStatusId cannot be given"),
        ({"report": {"incidentStatusId": "4"}}, "incidentStatusId cannot be given"),
        ({"forward": {"params": {"team": "{departamento}"}}}, "not what it is about"),
        ({"forward": {"params": {"a": "{id}", "b": "{equipe}"}}}, "{equipe}, which means nothing here"),
        ({"set_label": {"path": "x", "params": {"a": "{id}"}}}, "{etiqueta}"),
        ({"vocab": {"status": {"1": "novo"}}}, "table `statuses`"),
        ({"vocab": {"prioridade": {"1": "urgente"}}}, "none of baixa"),
        ({"token_url": "https://user:pass@host"}, "no user or password"),
        ({"internal_url": "host:45701"}, "starts with"),
        ({"clientid": "x"}, "clientid"),
    ],
)
def test_wrong_keys(keys, words):
    with pytest.raises(ValidationError) as error:
        settings(**keys)
    assert words in str(error.value)


def test_the_file_says_where_and_how(tmp_path):
    file = tmp_path / "bridge.toml"
    lines = ["[erp.filial]"] + [
        f'{key} = "{value}"' for key, value in KEYS.items() if key not in ("name", "closing_status")
    ]
    file.write_text("\n".join(lines).replace('"a"', '"env:A"').replace('"b"', '"env:B"').replace('"c"', '"env:C"'))
    with pytest.raises(ConfigError, match=r"line 1: erp\.filial.*closing_status is missing"):
        load(file)


def test_either_reading_of_the_type_of_documents():  # quirk 10
    assert [settings(tx_id_type=value).tx_id_type for value in (1, "2", {"pj": 2, "pf": 1})] == [1, 2, 2]


def test_what_is_configured_decides_what_can_be_done():
    plain = VoalleAdapter(settings(), Network())
    optional = {
        Capability.OPEN_TICKETS, Capability.UPDATE, Capability.FORWARD, Capability.SET_LABEL, Capability.ATTACH,
        Capability.WORK_ORDERS, Capability.INSPECT,
    }  # fmt: skip
    assert not optional & plain.capabilities
    assert plain.statuses == {Status.SOLUCIONADO}
    assert not plain.fields["assunto"].change
    assert not plain.fields["departamento"].create
    full = VoalleAdapter(
        settings(
            statuses={"1": "novo", "2": "em_progresso"}, cancel_status="8", documentation_type="1",
            team_codes={"5": "SUP"}, maintenance={"matrix_code": "1"}, forward={"params": {"a": "{id}"}},
            set_label={"path": "x", "params": {"a": "{etiqueta}"}},
        ),
        Network(),
    )  # fmt: skip
    assert full.capabilities - plain.capabilities == {
        Capability.UPDATE, Capability.FORWARD, Capability.SET_LABEL, Capability.ATTACH,
    }  # fmt: skip
    assert full.statuses == {Status.EM_PROGRESSO, Status.SOLUCIONADO, Status.CANCELADO}
    assert full.fields["assunto"].change
    assert full.fields["departamento"].create


async def test_what_is_not_claimed_raises_before_any_request():
    box = VoalleBox()
    optional = ("forward", "set_label", "maintenance", "documentation_type", "cancel_status")
    bare = {key: value for key, value in box.settings().items() if key not in optional}
    bare["statuses"] = {}
    erp = VoalleAdapter(VoalleSettings.model_validate(bare), Network(clock=box.clock, wire=box.wire))
    async with erp:
        for call in (
            lambda: erp.forward("1", Termo(id="5")), lambda: erp.set_label("1", Vinculo(id="1")),
            lambda: erp.update("1", assunto=Termo(id="1")), lambda: erp.update("1", titulo="x"),
            lambda: erp.attach("1", Arquivo(nome="a"), b"x"), lambda: erp.work_orders("1"),
            lambda: erp.cancel("1", "x"), lambda: erp.take_over("1"), lambda: erp.pause("1", "x"),
        ):  # fmt: skip
            with pytest.raises(Unsupported):
                await call()
        with pytest.raises(Unsupported):
            erp.open_tickets()
    assert box.sim.requests == []
