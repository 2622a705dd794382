"""The keys of an Integrator's table: what is taken, and what is refused with words that help."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from erp_bridge.adapters.integrator import PLUGIN
from erp_bridge.adapters.integrator.settings import IntegratorSettings, Submethod
from erp_bridge.adapters.registry import connect, plugin
from erp_bridge.core.model import Origem, Status

KEYS = {
    "name": "filial", "adapter": "integrator", "url": "https://integrator6.example.net", "user": "env:U",
    "password": "env:P", "timezone": "America/Sao_Paulo",
}  # fmt: skip


def settings(**keys: Any) -> IntegratorSettings:
    found = PLUGIN.settings.model_validate({**KEYS, **keys})
    assert isinstance(found, IntegratorSettings)
    return found


def test_it_is_found_by_its_name():
    assert plugin("integrator") is PLUGIN


def test_connect_takes_the_keys_of_a_table(monkeypatch):
    monkeypatch.setenv("U", "u")
    monkeypatch.setenv("P", "p")
    erp = connect("integrator", **{key: value for key, value in KEYS.items() if key not in ("adapter", "name")})
    assert (erp.name, erp.kind) == ("integrator", "integrator")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"usuario": "x"}, "usuario"),
        ({"user": ""}, "env:NAME"),
        ({"movements": "comments"}, "comment"),
        ({"queries": {"atendimento": " "}}, "leave the line out"),
        ({"queries": {"tickets": "01Q"}}, "tickets"),
        ({"submethods": {"fechar": {"submethod": "x"}}}, "fechar"),
        (
            {"submethods": {"comentar": {"submethod": "x", "params": {"a": "{id}"}}}},
            r"comentar: params must hold \{texto\}",
        ),
        ({"submethods": {"comentar": {"submethod": "x", "params": {"a": "{id}{texto}{quem}"}}}}, r"\{quem\}"),
        ({"submethods": {"alterar_status": {"submethod": "x", "params": {"a": "{id}"}}}}, r"\{status\}"),
        ({"submethods": {"comentar": {"submethod": "", "params": {"a": "{id}{texto}"}}}}, "submethod"),
        ({"submethods": {"comentar": {"submethod": "x", "method": "put", "params": {"a": "{id}{texto}"}}}}, "execute"),
        ({"defaults": {"_passwd": "x"}}, "_passwd"),
        ({"defaults": {"codcar": "1", "codusu_d": "2"}}, "one of the two"),
        ({"vocab": {"status": {"01X": "aberto"}}}, "solucionado"),
        ({"vocab": {"origem": {"Carta": "carta"}}}, "suporte_online"),
        ({"url": "https://isp.example/server.php"}, "XML"),
        ({"url": "https://u:p@isp.example"}, "password"),
        ({"max_attachment": 0}, "max_attachment"),
    ],
)
def test_wrong_keys(keys, words):
    with pytest.raises(ValidationError, match=words):
        settings(**keys)


def test_status_lines_are_read_all_and_written_by_the_first():
    vocab = {"status": {"01FECHADO0": "solucionado", "01CONCLUID": "solucionado", "01ANDAMENT": "em_progresso"}}
    found = settings(vocab=vocab)
    assert found.status_of_code == {
        "01PENDENTE": Status.PENDENTE, "01FECHADO0": Status.SOLUCIONADO, "01CONCLUID": Status.SOLUCIONADO,
        "01ANDAMENT": Status.EM_PROGRESSO,
    }  # fmt: skip
    assert found.code_of_status == {Status.SOLUCIONADO: "01FECHADO0", Status.EM_PROGRESSO: "01ANDAMENT"}


def test_a_status_line_overrules_what_is_seen_everywhere():
    assert settings(vocab={"status": {"01PENDENTE": "novo"}}).status_of_code["01PENDENTE"] is Status.NOVO


def test_origins_configured_come_first():
    found = settings(vocab={"origem": {"Fone": "telefone", "Mail": "email"}}).origem_of_code
    assert list(found.items()) == [("Fone", Origem.TELEFONE), ("Mail", Origem.EMAIL), ("Telefonico", Origem.TELEFONE)]


def test_a_call_is_filled_in_once():
    call = Submethod(submethod="x", params={"a": "{id}", "b": 'obs: {texto} {"json": {}}', "c": "fixo"})
    filled = call.filled({"id": "01A", "texto": "ver {id} e {status}"})
    assert filled == {"a": "01A", "b": 'obs: ver {id} e {status} {"json": {}}', "c": "fixo"}
