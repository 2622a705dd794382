"""User and password travel in every body (quirk 1) and show nowhere else: not in errors, logs or settings."""

from __future__ import annotations

import html
import json
import logging
import traceback
from collections.abc import Iterator

import httpx2
import pytest

from erp_bridge.core.errors import BridgeError, ConfigError
from erp_bridge.core.model import Movimentacao
from erp_bridge.transport import log as log_module
from integrator.fake_tenant import PASSWORD, USER, FakeTenant, adapter

SPELLINGS = {
    PASSWORD,
    json.dumps(PASSWORD)[1:-1],
    json.dumps(PASSWORD, ensure_ascii=False)[1:-1],
    html.escape(PASSWORD),
}


def echo(kind: str) -> httpx2.Response:
    """An answer that repeats the call it was given, as a careless server's error page does."""
    body = json.dumps({"request": {"_user": USER, "_passwd": PASSWORD}})
    raw = json.dumps({"_user": USER, "_passwd": PASSWORD}, ensure_ascii=False)
    match kind:
        case "plain":
            return httpx2.Response(200, text=f"Erro na chamada {body} / {raw} / {PASSWORD}")
        case "html":
            return httpx2.Response(200, text=f"<html><body>{html.escape(PASSWORD)} {html.escape(body)}</body></html>")
        case "exception":
            return httpx2.Response(200, json={"error": True, "exception": f"SQL: ... {PASSWORD} {USER}"})
        case _:
            return httpx2.Response(500, text=f"{body} {raw}")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    log_module.configure("json", verbose=True)
    yield capsys
    target = logging.getLogger("erp_bridge")
    if log_module._Output.handler is not None:
        target.removeHandler(log_module._Output.handler)
    log_module._Output.handler = log_module._Output.render = None
    target.setLevel(logging.NOTSET)
    target.propagate = True


def clean(text: str) -> bool:
    return not any(spelling in text for spelling in (*SPELLINGS, USER))


@pytest.mark.parametrize("kind", ["plain", "html", "exception", "500"])
async def test_an_answer_that_repeats_the_call(kind, lines):
    tenant = FakeTenant(atendimento=echo(kind), **{"tenant.comenta": echo(kind)})
    async with adapter(tenant) as erp:
        for call in (erp.get("01A"), erp.add_movement("01A", Movimentacao(texto="Maria está sem internet"))):
            with pytest.raises(BridgeError) as caught:
                await call
            assert clean(str(caught.value))
            assert clean(repr(caught.value))
            assert clean("".join(traceback.format_exception(caught.value)))
    logged = lines.readouterr().err
    assert "tenant.comenta" in logged  # something was logged
    assert clean(logged)
    assert "Maria" not in logged


async def test_settings_and_adapter_do_not_show_them():
    erp = adapter(FakeTenant())
    async with erp:
        assert clean(repr(erp._settings))
        assert clean(erp._settings.model_dump_json())
        assert clean(repr(vars(erp)))


def test_a_secret_that_is_not_there_stops_before_any_request(monkeypatch):
    monkeypatch.delenv("NO_SUCH_SECRET", raising=False)
    with pytest.raises(ConfigError, match="NO_SUCH_SECRET"):
        adapter(FakeTenant(), password="env:NO_SUCH_SECRET")
