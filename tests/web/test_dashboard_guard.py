"""Who gets in: nobody is asked on this machine, everybody else for the token; and no other site acts for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dashboard_box import HOME, TOKEN, Client, Town, dashboard, with_service
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from erp_bridge.core.errors import ConfigError
from erp_bridge.service.web import access, app
from erp_bridge.service.web.commands import ROUTES
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store import waiting
from erp_bridge.sync.store.waiting import Kind, Wait

AWAY = {"bind": "0.0.0.0:8080", "token": TOKEN, "client": "10.0.0.7", "base": "http://bridge.example.net:8080"}
PAGES = ("/", "/pairs/suporte", "/conflicts", "/quarantine", "/doubts", "/pairs/suporte/migration", "/nope")
FORMS = sorted(route.path for route in ROUTES if "POST" in (route.methods or ()))


async def metrics(request: Request) -> PlainTextResponse:
    return PlainTextResponse("lag 1\n")


EXTRA = [Route(path, metrics) for path in ("/metrics", "/healthz", "/readyz")]


def numbered(paths: list[str]) -> Iterator[str]:
    return (path.replace("{id:int}", "1") for path in paths)


# --- on this machine -----------------------------------------------------------------------------------------------


async def test_on_this_machine_nobody_is_asked(client: Client) -> None:
    for path in PAGES[:-1]:
        assert (await client.get(path)).status_code == 200
    assert "Log out" not in await client.page("/")
    assert (await client.get("/login")).headers["location"] == "/"


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.example.com", "10.0.0.5:8080", "", "a b", "x/y"])
async def test_a_name_that_others_can_lead_here_is_not_answered_to(client: Client, host: str) -> None:
    for answer in (
        await client.get("/", headers={"Host": host}),
        await client.post("/language", headers={"Host": host}),
    ):
        assert answer.status_code == 421
        assert "suporte" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:9", "[::1]:8080", "LOCALHOST", "bridge.localhost:8080"])
async def test_names_of_this_machine_are(client: Client, host: str) -> None:
    assert (await client.get("/", headers={"Host": host})).status_code == 200


async def test_a_form_needs_the_token_of_the_page_that_it_stands_on(client: Client, town: Town) -> None:
    assert len(FORMS) >= 7
    origin = {"Origin": HOME}
    await client.get("/")
    async with dashboard(town) as other:
        stolen = await other.form()
    for path in numbered(FORMS):
        for form in ({}, {"form": ""}, {"form": "0" * 64}, {"form": stolen}, {"form": "é"}):
            answer = await client.post(path, data={"take": "left", "twin": "none", **form}, headers=origin)
            assert answer.status_code == 403, (path, form)
    conflict = await town.first(Kind.CONFLICT)
    assert await town.ask(lambda bridge: bridge.wait(Kind.CONFLICT, conflict["id"]).decision) is None


async def test_a_form_from_another_site_is_refused_even_with_the_token(client: Client) -> None:
    form = await client.form()
    for origin in (
        "http://evil.example.com",
        "null",
        "http://127.0.0.1:9999",
        "https://127.0.0.1.evil.example.com:8080",
    ):
        answer = await client.post("/language", data={"form": form, "lang": "en"}, headers={"Origin": origin})
        assert answer.status_code == 403, origin
    cross = await client.post("/language", data={"form": form}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403
    assert (await client.submit("/language", lang="en")).status_code == 303


async def test_a_form_has_a_size(client: Client) -> None:
    long = await client.post("/language", content=b"x" * (64 * 1024 + 1), headers={"Origin": HOME})
    assert long.status_code == 413

    async def pieces() -> object:
        yield b"x"

    endless = await client.post("/language", content=pieces(), headers={"Origin": HOME})
    assert endless.status_code == 411


async def test_every_answer_is_closed_to_others(client: Client) -> None:
    for answer in [await client.get(path) for path in (*PAGES, "/static/style.css")]:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy, "there is no script at all"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "no-store" in answer.headers["cache-control"] or "style" in str(answer.url)
        assert "access-control-allow-origin" not in answer.headers


async def test_a_page_does_not_lead_away(client: Client) -> None:
    for there in (
        "https://evil.example.com/",
        "//evil.example.com",
        "/\\evil.example.com",
        "/a\r\nSet-Cookie: x=1",
        "x",
    ):
        answer = await client.submit("/language", lang="pt-BR", back=there)
        assert answer.headers["location"] == "/", there
        assert "x=1" not in answer.headers.get("set-cookie", "")
    kept = await client.submit("/language", lang="en", back="/pairs/suporte?before=3")
    assert kept.headers["location"] == "/pairs/suporte?before=3"


async def test_what_is_shown_is_never_markup(client: Client) -> None:
    page = await client.page("/?q=<script>alert(1)</script>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    hostile = "/pairs/suporte/tickets/matriz/%3Cimg%20src=x%3E"
    assert "<img" not in await client.page(hostile)


# --- from other machines -------------------------------------------------------------------------------------------


async def test_another_address_without_a_token_is_refused_at_the_start(town: Town) -> None:
    for bind in ("0.0.0.0:8080", "[::]:8080", "10.0.0.5:8080", "bridge.example.net:8080"):
        async with town.bridge() as bridge:
            with pytest.raises(ConfigError, match="name a token"):
                app(bridge, with_service(bridge.config, bind), town.clock)


async def test_a_token_that_cannot_be_read_is_refused_at_the_start(town: Town) -> None:
    async with town.bridge() as bridge:
        with pytest.raises(ConfigError, match="ERP_BRIDGE_NO_SUCH"):
            app(bridge, with_service(bridge.config, "0.0.0.0:8080", "env:ERP_BRIDGE_NO_SUCH"), town.clock)


async def test_without_a_session_nothing_is_shown_and_nothing_done(town: Town) -> None:
    async with dashboard(town, **AWAY, extra=EXTRA) as someone:
        for path in PAGES:
            answer = await someone.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"] == f"/login?next={path}"
        for path in numbered([path for path in FORMS if path not in ("/login", "/language")]):
            answer = await someone.submit(path, page="/login", take="left", twin="none")
            assert (answer.status_code, answer.headers["location"]) == (303, "/login?ended=yes&next=/"), path
            script = {"Origin": str(someone.base_url).rstrip("/"), "Accept": "application/json"}
            assert (await someone.post(path, data={"take": "left"}, headers=script)).status_code == 401, path
        for kind in Kind:
            assert not any(wait.decision for wait in await town.ask(lambda bridge, kind=kind: decided(bridge, kind)))
        machine = await someone.get("/metrics", headers={"Accept": "text/plain"})
        assert machine.status_code == 401
        for path in ("/healthz", "/readyz", "/static/style.css"):
            assert (await someone.get(path)).status_code == 200
        login = await someone.page("/login")
        assert "suporte" not in login
        assert "Conflicts" not in login


def decided(bridge: Bridge, kind: Kind) -> list[Wait]:
    with bridge.db.read() as tx:
        return waiting.listed(tx, None, kind)


@pytest.mark.parametrize(
    ("referer", "there"),
    [("{home}/conflicts/7?recorded=yes", "/conflicts/7"), ("http://evil.example/x", "/"), ("nonsense", "/")],
)
async def test_who_decides_after_the_session_has_ended_logs_in_and_comes_back(
    town: Town, referer: str, there: str
) -> None:
    async with dashboard(town, **AWAY) as someone:
        home = str(someone.base_url).rstrip("/")
        headers = {"Origin": home, "Referer": referer.format(home=home)}
        answer = await someone.post("/conflicts/7", data={}, headers=headers)
        assert answer.headers["location"] == f"/login?ended=yes&next={there}"
        login = await someone.page(answer.headers["location"])
        assert "Your session had ended" in login
        assert f'name="next" value="{there}"' in login
        assert "Sua sessão tinha terminado" in await someone.page(answer.headers["location"], "pt-BR")
        assert (await someone.log_in(there=there)).headers["location"] == there


async def test_numbers_and_forms_of_any_size_find_a_proper_answer(client: Client, town: Town) -> None:
    number = (await town.first(Kind.DOUBT))["id"]
    for path in ("/conflicts/9223372036854775808", f"/quarantine/{'9' * 40}", "/doubts/0"):
        assert (await client.get(path)).status_code == 404, path
    assert (await client.submit("/quarantine/retry", like="9" * 40)).status_code == 400
    home = {"Origin": str(client.base_url).rstrip("/")}
    many = "&".join(f"a{field}=1" for field in range(100))
    assert (await client.post(f"/doubts/{number}", content=many, headers=home)).status_code == 400
    for answer in ("\0", "a" * 500, "1\n2"):
        refused = await client.submit(f"/doubts/{number}", twin="other", other=answer)
        assert refused.headers["location"].endswith("recorded=missing")
    assert (await town.ask(lambda bridge: bridge.wait(Kind.DOUBT, number))).decision is None


async def test_numbers_of_a_program_are_never_a_login_page(town: Town) -> None:
    async with dashboard(town, **AWAY, extra=EXTRA) as someone:
        assert (await someone.get("/metrics")).status_code == 401, "also for a browser, or for one that says nothing"


async def test_a_token_is_asked_for_on_this_machine_too_where_one_is_configured(town: Town) -> None:
    """Somebody put a proxy before it: the token was meant."""
    async with dashboard(town, token=TOKEN) as someone:
        assert (await someone.get("/")).status_code == 303


async def test_the_token_opens_a_session_and_logging_out_ends_it(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        answer = await someone.log_in(there="/conflicts")
        assert (answer.status_code, answer.headers["location"]) == (303, "/conflicts")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert TOKEN not in cookie
        session = someone.cookies["erp_bridge_8080"]
        assert "suporte" in await someone.page("/")
        assert (await someone.get("/login?next=/doubts")).headers["location"] == "/doubts"
        assert (await someone.submit("/logout")).headers["location"] == "/login"
        assert "erp_bridge_8080" not in someone.cookies
        someone.cookies.set("erp_bridge_8080", session)
        assert (await someone.get("/")).status_code == 303, "the session is over, not only its cookie"


async def test_a_session_is_not_one_that_somebody_else_has_chosen(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        someone.cookies.set("erp_bridge_8080", "chosen-by-somebody-else")
        await someone.log_in()
        assert "chosen-by-somebody-else" not in [cookie.value for cookie in someone.cookies.jar if cookie.domain]


async def test_a_session_ends_by_itself_and_with_its_token(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        await someone.log_in()
        assert (await someone.get("/")).status_code == 200
        someone.bridge.config = with_service(someone.bridge.config, AWAY["bind"], "another-token-0123456789")
        assert (await someone.get("/")).status_code == 303
        assert (await someone.log_in()).status_code == 403
        assert (await someone.log_in("another-token-0123456789")).status_code == 303
        someone.bridge.config = with_service(someone.bridge.config, AWAY["bind"])
        assert (await someone.get("/")).status_code == 303, "without a token nobody gets in"
        assert (await someone.log_in("")).status_code == 503
        someone.bridge.config = with_service(someone.bridge.config, AWAY["bind"], "another-token-0123456789")
        assert (await someone.get("/")).status_code == 200
        someone.clock.advance(access.IDLE)
        assert (await someone.get("/")).status_code == 303


async def test_forms_of_a_session_are_not_those_of_before(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        before = await someone.form("/login")
        await someone.log_in()
        answer = await someone.post("/logout", data={"form": before}, headers={"Origin": AWAY["base"]})
        assert answer.status_code == 403


async def test_guessing_is_slow(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        for _ in range(access.MOST_FROM_ONE):
            assert (await someone.log_in("wrong")).status_code == 403
        answer = await someone.log_in()
        assert answer.status_code == 429, "the right one must wait as well"
        assert 0 < int(answer.headers["retry-after"]) <= access.WINDOW + 1
        assert "try again in 5 min" in answer.text.replace("6 min", "5 min")
        bearer = await someone.get("/", headers={"Authorization": f"Bearer {TOKEN}"})
        assert bearer.status_code == 429
        someone.clock.advance(access.WINDOW)
        assert (await someone.log_in()).status_code == 303


async def test_a_right_token_forgives_slips(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        for _ in range(3):
            for _ in range(access.MOST_FROM_ONE - 1):
                await someone.log_in("wrong")
            assert (await someone.log_in()).status_code == 303
            await someone.submit("/logout")


async def test_a_program_brings_the_token_itself_and_decides_nothing(town: Town) -> None:
    async with dashboard(town, **AWAY, extra=EXTRA) as someone:
        right = {"Authorization": f"Bearer {TOKEN}", "Accept": "*/*"}
        assert (await someone.get("/metrics", headers=right)).text == "lag 1\n"
        assert (await someone.get("/metrics", headers={**right, "Authorization": "Bearer no"})).status_code == 401
        answer = await someone.post(
            "/quarantine/retry", data={"form": await someone.form("/login")}, headers={**right, "Origin": AWAY["base"]}
        )
        assert answer.status_code == 401


async def test_another_port_of_this_host_is_another_place(town: Town) -> None:
    """Cookies are shared by all ports of a host: two bridges on one host must not log each other out."""
    async with dashboard(town, **{**AWAY, "bind": "0.0.0.0:9090"}) as someone:
        await someone.log_in()
        assert "erp_bridge_9090" in someone.cookies


async def test_behind_tls_cookies_keep_to_it(town: Town) -> None:
    async with dashboard(town, **{**AWAY, "base": "https://bridge.example.net"}) as someone:
        assert "; Secure" in (await someone.get("/login")).headers["set-cookie"]
        assert "; Secure" in (await someone.log_in()).headers["set-cookie"]


async def test_the_token_may_be_a_file_and_is_read_anew(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("the-first-token-0123456789\n")
    async with dashboard(town, **{**AWAY, "token": f"file:{file}"}) as someone:
        assert (await someone.log_in("the-first-token-0123456789")).status_code == 303
        file.write_text("the-second-token-012345678\n")
        assert (await someone.get("/")).status_code == 303
        assert (await someone.log_in("the-second-token-012345678")).status_code == 303
        file.unlink()
        assert (await someone.get("/")).status_code == 303
        answer = await someone.log_in("the-second-token-012345678")
        assert answer.status_code == 503
        assert "cannot be read" in answer.text


async def test_an_outsider_who_speaks_portuguese_is_refused_in_it(town: Town) -> None:
    async with dashboard(town, **AWAY) as someone:
        answer = await someone.get("/", headers={"Accept": "application/json", "Accept-Language": "pt-BR"})
        assert answer.text.startswith("Entre, ou envie o token")
