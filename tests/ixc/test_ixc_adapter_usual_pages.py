"""A page in its usual form is decoded in one go; the result never differs from that of reading it with patience."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erp_bridge.adapters.ixc import replies
from erp_bridge.adapters.ixc.replies import Asked, NotUnderstood
from erp_bridge.adapters.ixc.wire import SuTicket
from erp_bridge.core.errors import Refused
from erp_bridge.transport.reply import Reply

ROW = {"id": "7", "titulo": "Sem conexão", "menssagem": "linha\r\noutra", "id_login": "0", "senha": "x"}


def reply(body: Any) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(200, {}, content)


def page(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"page": "1", "total": str(len(rows)), "registros": list(rows), **more}


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
@pytest.mark.parametrize(
    "body",
    [
        page(ROW),
        page(ROW, {"id": "8"}),
        page(ROW, total=12),
        page({**ROW, "id": 7}),  # numbers, nulls and truth values among the texts
        page({**ROW, "titulo": None, "id_login": 0, "latitude": -23.5, "tipo": True}),
        page({**ROW, "titulo": "meio \ud83d caractere"}),
        page({**ROW, "titulo": "\udc00\ud83d"}, {**ROW, "titulo": "\ud83d\ud83d 😀"}),
        page({**ROW, "titulo": "\x07 \x7f \x85"}),
        page({**ROW, "outra": {"a": [1, 2.5, None, {"b": "c"}]}}),
        page({**ROW, "cell": None}),
        json.dumps(page(ROW)).replace('"registros"', '"x": NaN, "registros"').encode(),
        json.dumps(page(ROW, total="-1")).encode(),
        json.dumps(page(ROW, total=" 1 ")).encode(),
        json.dumps(page(ROW, total=1.0)).encode(),
        page({"id": "7", "cell": {"titulo": "numa visão"}}),
        page({"id": "7", "cell": ["a", "b"]}),
        page(total="?"),
        page(ROW, type=""),
        {"page": "1", "total": "0"},
        {"rows": [ROW]},
        {"registros": {"0": ROW}, "total": "1"},
        {"registros": [ROW]},
        [ROW],
        json.dumps(page(ROW), ensure_ascii=False).encode("utf-8"),
        json.dumps(page(ROW), ensure_ascii=False).encode("latin-1"),
        b"\xef\xbb\xbf" + json.dumps(page(ROW)).encode(),
        json.dumps(page(ROW)).replace("\\r\\n", "\n").encode(),  # raw line ends inside a text
        b'{"page":"1","total":"1","registros":[{"id":"7","titulo":"a","titulo":"b"}]}',
    ],
)
def test_the_same_either_way(body: Any, charset: str) -> None:
    asked = Asked("matriz", "su_ticket", "list su_ticket", charset)
    patient = replies.listing(reply(body), asked)
    quick = replies.records(reply(body), asked, SuTicket)
    assert quick.rows == [SuTicket.of(row) for row in patient.rows]
    assert quick.total == patient.total
    assert all(isinstance(row, SuTicket) for row in quick.rows)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"type": "error", "message": "Sem permissão"}, Refused),
        (page(ROW, type="error", message="Sem permissão"), Refused),
        (b'{"page":"1","total":"1","registros":[{"id":"7"', NotUnderstood),
        (b"<div>Ocorreu um erro ao processar</div>", NotUnderstood),
        (page("text"), NotUnderstood),
        (json.dumps(page(ROW)).encode() + b" x", NotUnderstood),
        (json.dumps(page(ROW)).encode()[:-1] + b',"x":' + b"[" * 100_000, NotUnderstood),
        (b"", NotUnderstood),
    ],
)
def test_what_is_no_page_is_none(body: Any, error: type[Exception]) -> None:
    asked = Asked("matriz", "su_ticket", "list su_ticket")
    with pytest.raises(error):
        replies.records(reply(body), asked, SuTicket)
