"""The token: fetched on its own port, kept, renewed in time and once on 401 (quirks 11 to 13); never shown."""

from __future__ import annotations

import asyncio
import json

import pytest

from erp_bridge.core.errors import AuthError, BridgeError, Refused
from erp_bridge.core.model import Movimentacao
from erp_bridge.transport import log
from support.httpclient import forget_logging
from voalle.voalle_box import FOOTER, VoalleBox, twin

TOKEN = "connect/token"


async def test_one_token_for_many_calls():
    box = VoalleBox()
    async with box.adapter() as erp:
        await asyncio.gather(*(erp.vocabulary("assunto") for _ in range(3)), erp.get(box.an_open_one))
    assert box.sim.count(TOKEN) == 1
    [call] = [call for call in box.sim.requests if TOKEN in call.name]
    assert (call.body["grant_type"], call.body["scope"]) == ("client_credentials", "syngw")


@pytest.mark.parametrize(("seconds", "kept", "renewed"), [(3600, 3539, 3541), (60, 29, 31)])
async def test_it_is_renewed_a_minute_before_it_ends(seconds, kept, renewed):
    box = VoalleBox(token_seconds=seconds)
    async with box.adapter() as erp:
        await erp.get(box.an_open_one)
        box.clock.advance(kept)
        await erp.get(box.an_open_one)
        assert box.sim.count(TOKEN) == 1
        box.clock.advance(renewed - kept)
        await erp.get(box.an_open_one)
        assert box.sim.count(TOKEN) == 2


async def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated():
    box = VoalleBox()
    async with box.adapter() as erp:
        await erp.get(box.an_open_one)
        before = len(box.tickets)
        box.sim.expire_tokens()
        await erp.create(twin(box.a_client()))
        assert len(box.tickets) == before + 1
    assert box.sim.count(TOKEN) == 2
    assert box.sim.count("opendetailedsolicitation") + box.sim.count("contract/getpaged") >= 2


async def test_a_second_401_is_final():
    box = VoalleBox()
    async with box.adapter() as erp:
        box.sim.faults.once("status", match="getsolicitationdata", code=401, count=10)
        with pytest.raises(AuthError):
            await erp.get(box.an_open_one)
    assert box.sim.count("getsolicitationdata") == 2
    assert box.sim.count(TOKEN) == 2


async def test_calls_that_meet_one_401_together_share_one_new_token():
    box = VoalleBox()
    async with box.adapter(max_concurrency=8) as erp:
        open_ones = [id for id, row in box.tickets.items() if row["client_id"]][:8]
        await erp.get(open_ones[0])
        box.sim.expire_tokens()
        await erp.get_many(open_ones)
    assert box.sim.count(TOKEN) == 2


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_id": "x"}, {"syndata": "x"}])
async def test_wrong_credentials(wrong):
    box = VoalleBox()
    async with box.adapter(**wrong) as erp:
        with pytest.raises(AuthError, match="client_id, client_secret and syndata"):
            await erp.ping()
    assert box.sim.count(TOKEN) == 1


async def test_a_user_who_is_no_integrator_is_turned_away():  # quirk 13
    box = VoalleBox()
    box.sim.login.integrator = False
    async with box.adapter() as erp:
        with pytest.raises(AuthError, match="integrator"):
            await erp.ping()


async def test_a_token_server_that_is_down_is_not_the_users_fault():
    box = VoalleBox()
    async with box.adapter() as erp:
        box.sim.faults.once("status", match=TOKEN, code=503)
        await erp.get(box.an_open_one)
    assert box.sim.count(TOKEN) == 2


async def test_what_is_no_token_is_said_so():
    box = VoalleBox()
    async with box.adapter(token_url="http://filial.test:45715") as erp:
        with pytest.raises(BridgeError, match="token"):
            await erp.ping()


async def test_nothing_secret_or_personal_is_logged_or_quoted(capsys):
    box = VoalleBox()
    log.configure(format="json", verbose=True)
    try:
        async with box.adapter() as erp:
            person = box.a_client()
            await erp.find_client(person["tx_id"])
            await erp.create(twin(person))
            await erp.add_movement(box.an_open_one, Movimentacao(texto="Segredo do cliente", footer=FOOTER))
            tokens = [*box.sim.login.tokens]
            said = f"erro com {box.sim.client_secret} e {tokens[0]} e {box.sim.syndata}"
            box.sim.faults.once("refuse", match="getsolicitationdata", message=said)
            with pytest.raises(Refused) as refused:
                await erp.get(box.an_open_one)
    finally:
        forget_logging()
    logged = capsys.readouterr().err
    lines = [json.loads(line) for line in logged.splitlines()]
    assert any(line.get("operation") == "opendetailedsolicitation" for line in lines)
    hidden = (box.sim.client_secret, box.sim.syndata, *tokens, person["tx_id"], person["name"], "Segredo do cliente")
    for secret in hidden:
        assert secret not in logged
        assert secret not in str(refused.value)
        assert secret not in repr(erp.__dict__["_settings"])
