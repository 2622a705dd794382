"""Replies whose charset and content type are not what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.core.errors import Malformed
from erp_bridge.transport.client import Reply

TEXT = "Conexão – “lenta” €"


def reply(content: bytes, content_type: str = "", status: int = 200) -> Reply:
    return Reply(status, {"content-type": content_type} if content_type else {}, content, "matriz", "su_ticket.listar")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "text/html; charset=ISO-8859-1"),  # announced wrongly
        (TEXT.encode("utf-8-sig"), "text/x-json; charset=utf-8"),
        (TEXT.encode("cp1252"), ""),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (TEXT.encode("cp1252"), "application/json; charset=utf-8"),  # announced wrongly
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("cp1252"), "text/plain; charset=no-such-charset"),
        (TEXT.encode("cp1252"), "text/plain; charset=base64"),
    ],
)
def test_the_text_is_read_whatever_is_announced(content: bytes, content_type: str) -> None:
    assert reply(content, content_type).text() == TEXT


def test_a_charset_set_by_the_tenant_comes_first() -> None:
    assert reply("ção".encode()).text("iso-8859-1") == "Ã§Ã£o"
    assert reply("ção".encode("cp1252"), "text/plain; charset=utf-8").text("latin-1") == "ção"
    assert reply("ção".encode("cp850")).text("cp850") == "ção"
    assert reply("ção".encode()).text("cp99999") == "ção"


def test_one_foreign_record_does_not_spoil_the_accents_of_the_others() -> None:
    page = b'[{"t":"' + "ligação".encode() + b'"},{"t":"' + "avaliação".encode("latin-1") + b'"}]'
    assert reply(page).json() == [{"t": "ligação"}, {"t": "avaliação"}]


@given(st.binary(), st.sampled_from(["utf-8", "latin-1", "utf-16", "ascii", "", "x", "idna"]), st.text(max_size=20))
def test_text_never_raises(content: bytes, charset: str, declared: str) -> None:
    assert isinstance(reply(content, f"text/plain; charset={declared}").text(charset), str)


@given(st.text())
def test_utf8_comes_back_as_it_was(text: str) -> None:
    content = text.encode("utf-8", "replace")
    if not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert reply(content).text() == content.decode()


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'\xef\xbb\xbf{"total":"0"}', {"total": "0"}),
        (b' \r\n{"a":"linha 1\r\nlinha 2"}', {"a": "linha 1\r\nlinha 2"}),
        (b"20260310000123", 20260310000123),
        (b'"x"', "x"),
        (b'{"a":"\\u00e7"}', {"a": "ç"}),
    ],
)
def test_json_is_read_whatever_the_content_type(content: bytes, value: object) -> None:
    assert reply(content, "text/html").json() == value


@pytest.mark.parametrize(
    ("content", "looks", "hint"),
    [
        (b"", "empty", "check that url"),
        (b"<div style='x'>Ocorreu um erro</div>", "an HTML page", "check that url"),
        (b"\n<!DOCTYPE html><html>", "an HTML page", "check that url"),
        (b"Usuario Maria sem permissao", "plain text", "check that url"),
        (b'{"total":"2","registros":[{"id"', "broken JSON", "cut off or damaged"),
        (b"[" * 200_000, "broken JSON", "cut off or damaged"),
        (b'<?xml version="1.0"?><a/>', "plain text", "check that url"),
    ],
)
def test_what_is_no_json_is_said_without_its_text(content: bytes, looks: str, hint: str) -> None:
    answer = reply(content, status=404)
    assert answer.looks == looks
    assert answer.is_html == (looks == "an HTML page")
    with pytest.raises(Malformed, match=rf"\(HTTP 404\) is {looks} and not JSON: .*{hint}") as caught:
        answer.json()
    assert "Maria" not in str(caught.value)
    assert (caught.value.erp, caught.value.operation) == ("matriz", "su_ticket.listar")


def test_json_of_the_wrong_form_is_a_matter_of_the_version() -> None:
    error = reply(b'{"x":1}').malformed("a list of tickets")
    assert "is JSON of another form and not a list of tickets: check the version" in str(error)


def test_a_reply_does_not_show_its_body() -> None:
    assert "Maria" not in repr(reply(b"Maria"))
