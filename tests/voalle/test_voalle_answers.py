"""What the forms of an answer mean (quirks 1 to 3), and that every HTTP failure is of its class."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erp_bridge.adapters.voalle import envelope
from erp_bridge.adapters.voalle.envelope import Asked
from erp_bridge.core.errors import (
    AuthError,
    BridgeError,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
    Uncertain,
)
from erp_bridge.core.model import Movimentacao
from erp_bridge.transport.client import Reply
from voalle.voalle_box import FOOTER, VoalleBox, twin

HTML = b"<html><body>Server Error</body></html>"


def reply(content: object, status: int = 200) -> Reply:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(status, {"content-type": "application/json"}, body)


def read(content: object, status: int = 200, **asked: Any) -> object:
    return envelope.read(reply(content, status), Asked("filial", "teste", **asked))


@pytest.mark.parametrize("success", [True, "true", 1])
@pytest.mark.parametrize("messages", [None, [], [{"message": "Aviso", "type": "Warning", "code": None}]])
def test_success_is_http_and_the_word(success, messages):  # quirks 1, 2
    answer = {"success": success, "messages": messages, "response": {"protocol": 1}}
    assert read(answer) == {"protocol": 1}


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([{"message": "Cliente bloqueado", "type": "Error", "code": "7"}], "Cliente bloqueado"),
        ([{"message": "Um"}, {"message": "Dois"}, {"message": None}], "Um; Dois"),
        (["Um texto só"], "Um texto só"),
        ("Nada feito", "Nada feito"),
        (None, "the ERP refused without saying why (HTTP 200)"),
        ([], "the ERP refused without saying why (HTTP 200)"),
    ],
)
def test_failure_under_http_200_is_refused_in_the_erps_words(messages, said):  # quirks 1, 2
    for writes in (False, True):
        with pytest.raises(Refused) as refused:
            read({"success": False, "messages": messages, "response": None}, writes=writes)
        assert refused.value.message == said


@pytest.mark.parametrize("text", ["Solicitação não encontrada", "Pessoa nao localizada", "Registro inexistente"])
def test_one_record_that_is_not_there(text):
    answer = {"success": False, "messages": [{"message": text}], "response": None}
    with pytest.raises(NotFound):
        read(answer, by_id=True)
    with pytest.raises(Refused):
        read(answer)


@pytest.mark.parametrize(
    ("content", "status", "reads", "writes"),
    [
        ({"success": False, "messages": None}, 500, Unavailable, Uncertain),
        (HTML, 500, Unavailable, Uncertain),
        (HTML, 200, Malformed, Uncertain),
        (b"", 200, Malformed, Uncertain),
        (b'{"success": tr', 200, Malformed, Uncertain),
        (b"ok", 200, Malformed, Uncertain),
        ({"response": {}}, 200, Malformed, Uncertain),
        ([1], 200, Malformed, Uncertain),
        ({"title": "One or more validation errors occurred."}, 400, Refused, Refused),
        (b"", 400, Malformed, Malformed),
        (HTML, 404, Malformed, Malformed),
        ({"message": "no such route"}, 404, Malformed, Malformed),
    ],
)
def test_other_answers(content, status, reads, writes):
    for kind, is_write in ((reads, False), (writes, True)):
        with pytest.raises(BridgeError) as error:
            read(content, status, writes=is_write)
        assert type(error.value) is kind


def test_a_bare_array_counts_only_where_it_is_known_to_come():  # quirk 3
    assert envelope.rows(read([{"id": 1}], bare=True)) == [{"id": 1}]
    with pytest.raises(Malformed):
        read([{"id": 1}])


@pytest.mark.parametrize(
    "response", [[{"id": 1}], {"data": [{"id": 1}]}, {"data": {"data": [{"id": 1}], "page": 1}}, [{"id": 1}, None]]
)
def test_lists_stand_alone_or_under_data(response):
    assert envelope.rows(response) == [{"id": 1}]
    assert envelope.rows(None) == envelope.rows({}) == envelope.rows({"data": None}) == []


def test_a_text_of_the_erp_is_one_short_line_without_credentials():
    hidden = Asked("filial", "teste", hide=lambda said: said.replace("segredo", "***"))
    text = "<p>Erro\n com segredo</p> " + "x" * 1000
    with pytest.raises(Refused) as refused:
        envelope.read(reply({"success": False, "messages": [{"message": text}]}), hidden)
    assert refused.value.message.startswith("Erro com *** x")
    assert len(refused.value.message) <= 300


READS = [("status", {"code": code}, kind) for code, kind in ((403, AuthError), (503, Unavailable), (500, Unavailable))]


@pytest.mark.parametrize(("fault", "details", "kind"), READS)
async def test_http_failures_of_reads(fault, details, kind):
    box = VoalleBox()
    async with box.adapter() as erp:
        box.sim.faults.once(fault, match="getsolicitationdata", count=20, **details)
        with pytest.raises(kind):
            await erp.get(box.an_open_one)


@pytest.mark.parametrize("code", [429, 502, 503, 504])
async def test_a_read_is_repeated(code):  # quirk 14
    box = VoalleBox()
    async with box.adapter() as erp:
        box.sim.faults.once("status", match="getsolicitationdata", code=code)
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
    assert box.sim.count("getsolicitationdata") == 2


WRITES: list[tuple[str, dict[str, Any], type[BridgeError]]] = [
    ("noop", {}, Uncertain),
    ("truncate", {}, Uncertain),
    ("lost_reply", {}, Uncertain),
    ("html", {}, Uncertain),
    ("status", {"code": 504, "acts": True}, Uncertain),
    ("status", {"code": 403}, AuthError),
    ("refuse", {"message": "Cliente bloqueado"}, Refused),
]


@pytest.mark.parametrize(("fault", "details", "kind"), WRITES)
async def test_a_write_that_went_wrong_is_sent_once_and_says_what_is_known(fault, details, kind):
    box = VoalleBox()
    async with box.adapter() as erp:
        box.sim.faults.once(fault, match="opendetailedsolicitation", **details)
        with pytest.raises(BridgeError) as creating:
            await erp.create(twin(box.a_client()))
        box.sim.faults.once(fault, match="createsolicitationreport", **details)
        with pytest.raises(BridgeError) as telling:
            await erp.add_movement(box.an_open_one, Movimentacao(texto="x", footer=FOOTER))
    assert isinstance(creating.value, kind)
    if fault != "noop":  # an empty yes to a report is a yes; that the message is missing shows afterwards
        assert type(creating.value) is type(telling.value) is kind
    assert isinstance(telling.value, kind)
    assert box.sim.count("opendetailedsolicitation") == box.sim.count("createsolicitationreport") == 1


async def test_429_proves_a_write_undone_so_it_is_repeated():
    box = VoalleBox()
    async with box.adapter() as erp:
        before = len(box.tickets)
        box.sim.faults.once("status", match="opendetailedsolicitation", code=429)
        await erp.create(twin(box.a_client()))
    assert len(box.tickets) == before + 1
    assert box.sim.count("opendetailedsolicitation") == 2


async def test_there_is_no_delete_and_no_comment_in_a_body():  # quirks 6, 7, 8
    box = VoalleBox()
    async with box.adapter() as erp:
        stored = await erp.create(twin(box.a_client()))
        await erp.solve(stored.id or "", "Feito")
    methods = {call.method for call in box.sim.requests}
    assert methods == {"GET", "POST"}
    [single] = {call.operation for call in box.sim.requests if "getsolicitationdata" in call.name}
    assert single == "POST projects/getsolicitationdata"
    assert all(not call.body for call in box.sim.requests if "getsolicitationdata" in call.name)
