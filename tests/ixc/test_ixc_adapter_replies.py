"""What every odd reply of this ERP means."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.adapters.ixc import replies
from erp_bridge.adapters.ixc.replies import Asked, NotUnderstood
from erp_bridge.core.errors import AuthError, BridgeError, Malformed, Refused, Uncertain, Unsupported
from erp_bridge.transport.reply import Reply
from ixc.scripted import ERROR_PAGE, listing, refused, stored

ASKED = Asked("matriz", "su_ticket", "list su_ticket")
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Entrar</title></head><body>Senha</body></html>"


def reply(body: Any, status: int = 200, content_type: str = "text/x-json; charset=utf-8") -> Reply:
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return Reply(status, {"content-type": content_type}, content, "matriz", "list su_ticket")


class TestListing:
    def test_rows_and_total(self) -> None:
        found = replies.listing(reply(listing({"id": "10"}, {"id": "11"}, total="7")), ASKED)
        assert [row["id"] for row in found.rows] == ["10", "11"]
        assert found.total == 7

    @pytest.mark.parametrize(
        "body",
        [{"page": "1", "total": "0"}, {"page": "1", "total": 0, "registros": None}, {"total": "0", "registros": []}],
    )
    def test_no_rows_is_no_key(self, body: Any) -> None:
        assert replies.listing(reply(body), ASKED) == replies.Listing([], 0)

    def test_total_may_be_a_number(self) -> None:
        assert replies.listing(reply(listing({"id": "1"}, total=3)), ASKED).total == 3

    def test_rows_may_be_numbered(self) -> None:
        body = {"page": "1", "total": "2", "registros": {"0": {"id": "10"}, "1": {"id": "11"}}}
        assert [row["id"] for row in replies.listing(reply(body), ASKED).rows] == ["10", "11"]

    def test_views_come_in_cells(self) -> None:
        body = {
            "page": "1",
            "tot": "2",
            "rows": [{"id": "4", "cell": ["4", "Suporte"]}, {"id": "5", "cell": {"nome": "B"}}],
        }
        found = replies.listing(reply(body), ASKED)
        assert found.total == 2
        assert found.rows[0] == {"id": "4", "cell0": "4", "cell1": "Suporte"}
        assert found.rows[1] == {"id": "5", "nome": "B"}

    def test_the_content_type_does_not_matter(self) -> None:
        assert replies.listing(reply(listing({"id": "1"}), content_type="text/html; charset=ISO-8859-1"), ASKED).rows

    def test_passwords_go_no_further(self) -> None:
        row = {"id": "1", "razao": "Maria", "senha": "s3gr3d0", "SENHA_APP": "x", "password_md5": "y"}
        assert replies.listing(reply(listing(row)), ASKED).rows == [{"id": "1", "razao": "Maria"}]

    def test_a_refusal_comes_with_200(self) -> None:
        with pytest.raises(Refused, match="Sem permissão para isso"):
            replies.listing(reply(refused("Sem permissão<br />\r\n para isso")), ASKED)

    @pytest.mark.parametrize("status", [200, 500])
    def test_the_error_page(self, status: int) -> None:
        with pytest.raises(NotUnderstood) as caught:
            replies.listing(reply(ERROR_PAGE, status, "text/html"), ASKED)
        assert isinstance(caught.value.error, Refused)
        assert "Contate o suporte IXC Soft." in caught.value.error.message
        assert "<" not in caught.value.error.message

    @pytest.mark.parametrize(
        "body",
        [
            LOGIN_PAGE,
            "",
            '{"page":"1","registros":[{"id"',
            "123",
            '"text"',
            "null",
            {"x": 1},
            {"registros": [1]},
            {"registros": "x"},
        ],
    )
    def test_anything_else_is_malformed(self, body: Any) -> None:
        with pytest.raises(NotUnderstood) as caught:
            replies.listing(reply(body), ASKED)
        assert isinstance(caught.value.error, Malformed)

    @pytest.mark.parametrize("text", ["Recurso su_ticket não está disponível!", "Resource su_ticket is not available!"])
    def test_a_table_that_is_not_offered(self, text: str) -> None:
        with pytest.raises(Unsupported) as caught:
            replies.listing(reply(refused(text)), ASKED)
        assert caught.value.capability == "su_ticket"

    def test_an_address_that_is_not_allowed(self) -> None:
        with pytest.raises(AuthError):
            replies.listing(reply(refused("Seu IP não está liberado para efetuar login!")), ASKED)


class TestWritten:
    @pytest.mark.parametrize("id", ["643", 643])
    def test_the_id(self, id: Any) -> None:
        assert replies.written(reply({"type": "success", "message": "", "id": id}), ASKED) == "643"

    def test_the_id_under_other_names(self) -> None:
        assert replies.written(reply({"type": "success", "id_saida": "71887"}), ASKED) == "71887"
        assert replies.written(reply({"type": "success", "id": "", "id_su_ticket": "5"}), ASKED) == "5"

    def test_the_language_of_the_message_does_not_matter(self) -> None:
        assert replies.written(reply({**stored("5"), "message": "Record successfully inserted!"}), ASKED) == "5"
        with pytest.raises(Refused):
            replies.written(reply({"type": "error", "message": "Record successfully inserted!"}), ASKED)

    @pytest.mark.parametrize("key", ["message", "mensagem", "msg"])
    def test_the_reason_of_a_refusal(self, key: str) -> None:
        with pytest.raises(Refused, match=r"Preencha o campo assunto!$"):
            replies.written(reply({"type": "error", key: "Preencha o campo assunto!<br />"}), ASKED)

    @pytest.mark.parametrize("status", [200, 500])
    @pytest.mark.parametrize(
        "body", [ERROR_PAGE, LOGIN_PAGE, "", "{}", "[]", "5", '{"type":"succ', {"id": "5"}, {"type": "warning"}]
    )
    def test_anything_unclear_is_uncertain(self, body: Any, status: int) -> None:
        with pytest.raises(Uncertain):
            replies.written(reply(body, status), ASKED)

    def test_what_the_web_server_turned_away_was_not_written(self) -> None:
        with pytest.raises(Refused, match="413"):
            replies.written(reply("<html>413 Request Entity Too Large</html>", 413), ASKED)


class TestProtocolo:
    @pytest.mark.parametrize(
        "body",
        [
            202607581197,
            "202607581197",
            '"202607581197"',
            " 202607581197\r\n",
            {"protocolo": "202607581197"},
            {"protocolo": 202607581197},
        ],
    )
    def test_every_form(self, body: Any) -> None:
        assert replies.protocolo(reply(body), ASKED) == "202607581197"

    @pytest.mark.parametrize("body", ["", ERROR_PAGE, "null", "true", "[]", {}, "1" * 51, "não há número"])
    def test_anything_else_is_malformed(self, body: Any) -> None:
        with pytest.raises(Malformed):
            replies.protocolo(reply(body), ASKED)

    def test_a_refusal(self) -> None:
        with pytest.raises(Refused, match="Sem permissão"):
            replies.protocolo(reply(refused("Sem permissão")), ASKED)


def test_an_error_never_repeats_the_token() -> None:
    asked = Asked("matriz", "su_ticket", "insert su_ticket", hide=lambda text: text.replace("61:abc", "***"))
    with pytest.raises(Refused) as caught:
        replies.written(reply(refused("Token 61:abc inválido")), asked)
    assert "61:abc" not in str(caught.value)


bodies = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["page", "total", "registros", "rows", "cell", "id", "type", "message", "senha"])
                | st.text(max_size=5),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    ),
)


@given(bodies, st.sampled_from([200, 400, 404, 500]))
def test_no_reply_crashes_a_reader(body: Any, status: int) -> None:
    asked = reply(body, status) if not isinstance(body, str) else reply(body.encode("utf-8", "replace"), status)
    for read in (replies.listing, replies.written, replies.protocolo):
        with suppress(BridgeError, NotUnderstood):
            read(asked, ASKED)
