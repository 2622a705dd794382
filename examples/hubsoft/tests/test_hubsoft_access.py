"""The token, and what answers mean."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from erp_bridge_hubsoft import answers
from fake_hubsoft import API
from hubsoft_box import Box, novo, settings

from erp_bridge import AuthError, Malformed, Refused, Unavailable, Uncertain
from erp_bridge.adapter_api import Reply


def tokens(box: Box) -> int:
    return box.hub.requests.count("POST /oauth/token")


def reply(status: int, body: str) -> Reply:
    return Reply(status, {}, body.encode(), "hub", "atendimento")


async def test_one_token_serves_all_requests() -> None:
    box = Box()
    assert await box.erp.ping() == "Hubsoft with 2 types of ticket"
    await box.erp.search_clients("bianca")
    assert tokens(box) == 1


async def test_a_token_that_dies_early_is_renewed_once_and_the_request_repeated() -> None:
    box = Box()
    await box.erp.ping()
    box.hub.revoke()
    ticket = await box.erp.create(novo())
    assert ticket.id in {t["protocolo"] for t in box.hub.tickets.values()}
    assert len(box.hub.tickets) == 1
    assert tokens(box) == 2


async def test_a_token_is_renewed_before_its_end() -> None:
    box = Box()
    await box.erp.ping()
    await box.clock.sleep(30 * 86_400 - 3_000)
    box.hub.requests.clear()
    await box.erp.ping()
    assert box.hub.requests[0] == "POST /oauth/token"


async def test_a_new_token_that_is_not_taken_either_ends_in_an_error() -> None:
    box = Box()

    def locked(method: str, path: str, *rest: Any) -> Any:
        return box.hub.log_in(rest[1]) if path == "/oauth/token" else (401, {"message": "Unauthenticated."})

    box.hub.answer = locked  # type: ignore[method-assign]
    with pytest.raises(AuthError, match="HTTP 401"):
        await box.erp.ping()
    assert tokens(box) == 2


async def test_wrong_credentials_say_which_keys_to_look_at() -> None:
    box = Box(password="outra")
    with pytest.raises(AuthError, match="password"):
        await box.erp.ping()


async def test_the_address_may_be_given_with_its_path() -> None:
    assert settings(url=f"https://hub.example{API}/").url == "https://hub.example"


def test_success_is_known_by_what_it_brings_not_by_its_word() -> None:
    for word in ("success", "suscess", "sucesso"):
        assert answers.read(reply(200, f'{{"status": "{word}", "clientes": []}}'), "clientes", writes=False) == []


@pytest.mark.parametrize(
    ("status", "body", "of_read", "of_write"),
    [
        (200, '{"status": "error", "msg": "Serviço cancelado", "atendimento": {}}', Refused, Refused),
        (422, '{"msg": "Serviço cancelado"}', Refused, Refused),
        (500, '{"message": "Server Error"}', Unavailable, Uncertain),
        (500, "<html>", Unavailable, Uncertain),
        (200, '{"status": "success"}', Malformed, Uncertain),
        (200, "<html>manutenção</html>", Malformed, Uncertain),
        (404, "<html>", Malformed, Malformed),
        (200, "[]", Malformed, Uncertain),
    ],
)
def test_every_other_answer_has_its_error(status: int, body: str, of_read: type, of_write: type) -> None:
    for writes, wanted in ((False, of_read), (True, of_write)):
        with pytest.raises(wanted):
            answers.read(reply(status, body), "atendimento", writes=writes)


def test_the_erps_words_are_quoted_without_what_is_personal() -> None:
    with pytest.raises(Refused, match=r"Cliente \[redacted\] bloqueado"):
        answers.read(reply(422, '{"msg": "Cliente 529.982.247-25\\n bloqueado"}'), "clientes", writes=False)


async def test_a_lost_reply_to_a_write_is_not_repeated() -> None:
    box = Box()

    async def losing(scope: Any, receive: Any, send: Any) -> None:
        async def swallowed(message: Any) -> None:
            pass

        loses = (scope["method"], scope["path"]) == ("POST", f"{API}/atendimento")
        await whole(scope, receive, swallowed if loses else send)
        if loses:
            raise httpx2.ReadError("connection reset")

    whole = box.hub.app
    box.hub.app = losing  # type: ignore[method-assign]
    with pytest.raises(Uncertain):
        await box.reopened().create(novo())
    assert len(box.hub.tickets) == 1
    assert box.hub.requests.count(f"POST {API}/atendimento") == 1
