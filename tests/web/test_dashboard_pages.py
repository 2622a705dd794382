"""Every page, in both languages, over a pair in which something of everything waits; and over one that is new."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
from dashboard_box import Client, Town, dashboard, with_service
from starlette.routing import Route

from erp_bridge.config import load
from erp_bridge.core.errors import BridgeError
from erp_bridge.service.daemon import Daemon
from erp_bridge.service.web import app
from erp_bridge.service.web.pages import ROUTES
from erp_bridge.sync.migrate.run import MigrateOptions
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import journal, waiting
from erp_bridge.sync.store.failure import StoreError
from erp_bridge.sync.store.waiting import Kind, Wait
from support.pair import SimulatedPair

LANGUAGES = ("en", "pt-BR")
VOID = {"meta", "link", "input", "br", "rect"}


class Shape(HTMLParser):
    """What is wrong with the markup of a page, and what it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.seen: dict[str, list[dict[str, str]]] = {}
        self.feed(page)
        assert self.open == [], self.open
        assert len(self.ids) == len(set(self.ids)), self.ids

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert "style" not in found, f"<{tag} style>: the policy forbids it"
        assert not [name for name in found if name.startswith("on")], found
        self.seen.setdefault(tag, []).append(found)
        self.ids += [found["id"]] if "id" in found else []
        for name in ("href", "src", "action"):
            assert not re.match(r"(?i)[a-z]+:|//", found.get(name, "")) or found[name] == "data:,", found
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open
            assert self.open.pop() == tag, (tag, self.getpos())


async def every(town: Town) -> list[str]:
    """The address of every page that there is."""
    numbers = {kind: (await town.first(kind))["id"] for kind in (Kind.CONFLICT, Kind.QUARANTINE, Kind.DOUBT)}
    unmapped = (await town.first(Kind.QUARANTINE, "unmapped"))["id"]
    left, right = town.conflict
    return [
        "/", "/?q=sup", "/?q=nothing", "/pairs/suporte", "/pairs/suporte?before=2",
        "/conflicts", "/quarantine", "/doubts",
        "/pairs/suporte/conflicts", "/pairs/suporte/quarantine", "/pairs/suporte/doubts", "/pairs/suporte/migration",
        f"/conflicts/{numbers[Kind.CONFLICT]}", f"/doubts/{numbers[Kind.DOUBT]}",
        f"/quarantine/{numbers[Kind.QUARANTINE]}", f"/quarantine/{unmapped}", f"/pairs/suporte/tickets/matriz/{left}",
        f"/pairs/suporte/tickets/filial/{right}", "/pairs/suporte/tickets/matriz/999999", "/conflicts?page=9",
    ]  # fmt: skip


def looks_like(route: Route, path: str) -> bool:
    return route.path_regex.fullmatch(path.partition("?")[0]) is not None


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_is_whole_in_both_languages(client: Client, town: Town, lang: str) -> None:
    paths = await every(town)
    unseen = [route.path for route in ROUTES if not any(looks_like(route, path) for path in paths)]
    assert unseen == ["/pairs/{pair}/tickets"], "that one leads on at once"
    for path in paths:
        page = await client.page(path, lang)
        shape = Shape(page)
        assert shape.seen["html"][0]["lang"] == lang
        assert len(shape.seen["h1"]) == len(shape.seen["main"]) == 1
        assert "script" not in shape.seen
        assert not re.search(r"[{}]", re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)), f"{path}: not filled in"
        says = {"en": "the next pass carries it out", "pt-BR": "a próxima passada executa"}
        assert says[lang] in page
        other = {"en": ("passada", "Pular", "Nenhum"), "pt-BR": ("The next", "Nothing", "ago<")}
        assert not [word for word in other[lang] if word in page], path


async def test_the_language_is_remembered(client: Client) -> None:
    answer = await client.submit("/language", lang="pt-BR", back="/doubts")
    assert answer.headers["location"] == "/doubts"
    assert "Pares" in await client.page("/", lang="en")
    assert "HttpOnly" in answer.headers["set-cookie"]
    await client.submit("/language", lang="klingon")
    assert "Pares" in await client.page("/", lang="en")
    await client.submit("/language", lang="en")
    assert "Pairs" in await client.page("/", lang="pt-BR")


async def test_the_pairs_show_lag_and_what_waits(client: Client, town: Town) -> None:
    page = await client.page("/")
    assert page.count('<rect class="good"') == 3, "one bar for each pass"
    (status,) = await town.ask(lambda bridge: bridge.status("suporte"))
    for kind, word in ((Kind.CONFLICT, "conflicts"), (Kind.QUARANTINE, "quarantine"), (Kind.DOUBT, "doubts")):
        assert re.search(rf"{word} <b>{status.waiting[kind]}</b>", page)
    assert "waits for a person" in page
    assert "No pair has that in its name" in await client.page("/?q=nothing")


async def test_of_hundreds_of_pairs_the_first_page_shows_those_that_want_to_be_seen(tmp_path: Path) -> None:
    tables = "\n".join(f'[pair.p{n:03d}]\nleft = "matriz"\nright = "filial"\n' for n in range(120))
    many = SimulatedPair(tmp_path, tables=tables)
    async with dashboard(many) as someone:
        bridge, now = someone.bridge, many.clock.now().timestamp()
        with bridge.db.write() as tx:
            for n in range(120):
                number = journal.begin(tx, f"p{n:03d}", now=now - 60, full=False, config="")
                journal.end(tx, number, now=now - 59, report={}, offsets={}, error="Unavailable" if n == 77 else None)
            waiting.put(tx, "p099", Wait(Kind.CONFLICT, Side.LEFT, "1", "both-changed", "status"), now)
        page = await someone.page("/")
        shown = re.findall(r'<h2><a href="/pairs/(.*?)"', page)
        assert shown[:3] == ["p077", "p099", "suporte"]
        assert len(shown) == 50
        assert '<li class="bad"><b>1</b>' in page
        assert '<li class="warn"><b>1</b> <a href="/conflicts">' in page
        last = re.findall(r'<h2><a href="/pairs/(.*?)"', await someone.page("/?page=3"))
        assert len(last) == 21
        sought = re.findall(r'<h2><a href="/pairs/(.*?)"', await someone.page("/?q=P09"))
        assert sought == ["p099", *(f"p09{n}" for n in range(9))]


async def test_a_pair_shows_its_last_passes(client: Client) -> None:
    page = await client.page("/pairs/suporte")
    assert len(re.findall(r"<tr>\s*<th scope=\"row\"><time", page)) == 3
    assert "everything read" in page
    assert "2026-09-15 15:00" in page, "in the zone of the left ERP"
    assert "America/Sao_Paulo" in page
    older = await client.page("/pairs/suporte?before=2")
    assert len(re.findall(r"<tr>\s*<th scope=\"row\"><time", older)) == 1


async def test_a_conflict_shows_both_tickets_as_they_are_now(client: Client, town: Town) -> None:
    left, right = town.conflict
    number = (await town.first(Kind.CONFLICT))["id"]
    page = await client.page(f"/conflicts/{number}")
    row = re.search(r'<tr class="contested">.*?</tr>', page, re.DOTALL)
    assert row
    assert re.findall(r"<td>(.*?)</td>", row[0]) == ["em progresso", "solucionado"]
    assert left in page
    assert right in page
    town.left.people.set_status(left, "P")
    try:
        assert "pendente" in await client.page(f"/conflicts/{number}"), "fetched when looked at"
    finally:
        town.left.people.set_status(left, "EP")


async def test_what_is_shown_is_kept_nowhere(client: Client, town: Town) -> None:
    number = (await town.first(Kind.CONFLICT))["id"]
    page = await client.page(f"/conflicts/{number}")
    shown = [name for name in town.names() if name in page]
    assert shown, "the page does show the client"
    for file in town.folder.glob("bridge.db*"):
        assert not [name for name in town.names() if name.encode() in file.read_bytes()], file.name


async def test_pages_of_the_store_name_nobody(client: Client, town: Town) -> None:
    left, _ = town.conflict
    for path in (
        "/",
        "/pairs/suporte",
        "/conflicts",
        "/quarantine",
        "/doubts",
        f"/pairs/suporte/tickets/matriz/{left}",
    ):
        page = await client.page(path)
        assert [name for name in town.names() if name in page] == [], path


async def test_an_erp_that_does_not_answer_is_said_and_the_question_stays(client: Client, town: Town) -> None:
    number = (await town.first(Kind.CONFLICT))["id"]
    town.right.faults.once("status", count=50, status=500)
    try:
        page = await client.page(f"/conflicts/{number}")
    finally:
        town.right.faults.clear()
    assert "cannot be shown" in page
    assert "filial is right" in page
    left, _ = town.conflict
    assert f'matriz <span class="soft">{left}</span>' in page, "the one that answers is shown"
    assert "em progresso" in page
    assert 'filial <span class="soft">' not in page


async def test_the_quarantine_stands_by_reason_with_the_line_to_add(client: Client, town: Town) -> None:
    page = await client.page("/quarantine")
    assert "[erp.filial.vocab.assunto]\n&#34;…&#34; = &#34;viabilidade tecnica&#34;" in page
    items = await town.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    for item in items:
        assert f'href="/quarantine/{item["id"]}"' in page
    assert len(re.findall(r'<h2 id="group-', page)) < len(items)


async def test_the_journey_tells_what_was_written_and_when(client: Client, town: Town) -> None:
    left, right = town.conflict
    page = await client.page(f"/pairs/suporte/tickets/matriz/{left}")
    steps = re.findall(r"<strong>(.*?)</strong>", page)
    assert steps[:4] == [
        "read in matriz for the first time", "compared and merged", "twin created in filial",
        "linked: the bridge made the ticket in filial",
    ]  # fmt: skip
    assert "message written in filial" in steps
    assert steps[-4:-1] == ["read in matriz: news", "read in filial: news", "compared and merged"]
    assert steps[-1].startswith("conflict: Status was changed")
    assert "to filial: a new ticket" in page
    assert "conflict Status <code>both-changed</code> · pass" in page
    portuguese = await client.page(f"/pairs/suporte/tickets/matriz/{left}", "pt-BR")
    assert "lido em matriz: novidades" in portuguese
    assert "conflito Status <code>both-changed</code> · passada" in portuguese
    assert "15:00:00" in page
    first = min(int(message["id"]) for message in town.left_messages(left))
    assert f'<th scope="row">m{first}</th>' in page
    assert right in page
    number = (await town.first(Kind.CONFLICT))["id"]
    assert f'href="/conflicts/{number}"' in page
    assert page.count(left) > 1


async def test_a_ticket_is_found_by_its_erp_and_id(client: Client, town: Town) -> None:
    left, _ = town.conflict
    answer = await client.get(f"/pairs/suporte/tickets?erp=matriz&id=+{left}+")
    assert answer.headers["location"] == f"/pairs/suporte/tickets/matriz/{left}"
    odd = await client.get("/pairs/suporte/tickets?erp=matriz&id=a/b%20c%3F")
    assert odd.headers["location"] == "/pairs/suporte/tickets/matriz/a%2Fb%20c%3F"
    assert "a/b c?" in await client.page(odd.headers["location"])
    assert (await client.get("/pairs/suporte/tickets?erp=&id=")).headers["location"] == "/pairs/suporte"


@pytest.mark.parametrize(
    "path", ["/nope", "/pairs/nope", "/pairs/nope/quarantine", "/conflicts/99999", "/doubts/99999", "/quarantine/99999",
             "/pairs/suporte/tickets/nobody/1", "/conflicts/x"],
)  # fmt: skip
async def test_what_is_not_there_is_said_with_a_way_back(client: Client, path: str) -> None:
    for lang, words in (("en", "Back to the pairs"), ("pt-BR", "Voltar aos pares")):
        answer = await client.get(path, headers={"Accept-Language": lang})
        assert answer.status_code == 404
        assert words in answer.text
        Shape(answer.text)


async def test_a_fault_of_ours_shows_no_inside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the inside of it")

    monkeypatch.setattr(client.bridge, "status", fail)
    answer = await client.get("/")
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert "fault of erp-bridge" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


async def test_a_store_that_fails_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the state store failed: no connection became free in time")

    monkeypatch.setattr(client.bridge, "status", fail)
    answer = await client.get("/", headers={"Accept-Language": "pt-BR"})
    assert answer.status_code == 503
    assert "nenhuma conexão ficou livre a tempo" in answer.text


# --- a new pair, none at all, and a daemon -------------------------------------------------------------------------


async def test_a_new_pair_says_what_comes_next(tmp_path: Path) -> None:
    new = SimulatedPair(tmp_path)
    async with dashboard(new) as someone:
        assert "no pass yet" in await someone.page("/")
        pair = await someone.page("/pairs/suporte")
        assert "<code>erp-bridge sync suporte --dry-run</code>" in pair
        assert "There is no conflict. One appears here when" in await someone.page("/conflicts")
        assert "Nothing is in quarantine" in await someone.page("/quarantine")
        assert "There is no doubt" in await someone.page("/doubts")
        assert "erp-bridge migrate suporte --from left" in await someone.page("/pairs/suporte/migration")
        ticket = await someone.page("/pairs/suporte/tickets/matriz/1")
        assert "The store knows nothing of this ticket" in ticket


async def test_without_a_pair_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    new = SimulatedPair(tmp_path)
    async with dashboard(new) as someone:
        someone.bridge.config = replace(someone.bridge.config, pair={})
        assert "[pair.NAME]" in await someone.page("/")


async def test_the_progress_of_a_migration(tmp_path: Path) -> None:
    past = SimulatedPair(tmp_path, clients=30, left=20, right=0)
    async with past.bridge() as bridge:
        await bridge.migrate("suporte", MigrateOptions(Side.LEFT))
        report = bridge.migration("suporte")
    assert report is not None
    async with dashboard(past) as someone:
        for lang in LANGUAGES:
            page = await someone.page("/pairs/suporte/migration", lang)
            Shape(page)
            for state, count in report.totals.items():
                if count:
                    assert re.search(rf'<li class="{state}"><b>{count}</b>', page), state
        assert "at its end" in await someone.page("/pairs/suporte/migration")
        assert "Progress of the migration" in await someone.page("/pairs/suporte")
        for item in report.items:
            assert item.ticket in page
        moved = next(iter(await past.links()))
        assert "opened in" in await someone.page(f"/pairs/suporte/tickets/matriz/{moved}")


async def test_over_a_daemon_the_next_pass_is_the_one_that_it_has_planned(town: Town) -> None:
    daemon = Daemon(with_service(load(town.config_file)), town.network())
    daemon.due["suporte"] = town.clock.monotonic() + 17
    transport = httpx2.ASGITransport(app=app(daemon, daemon.config, town.clock))
    async with Client(transport=transport, base_url="http://127.0.0.1:8080") as someone:
        assert "next pass in 17 s" in await someone.page("/")
        assert "in 17 s" in await someone.page("/pairs/suporte")
    await daemon.bridge.__aexit__()


async def test_a_failed_pass_is_shown_in_words(tmp_path: Path) -> None:
    sick = SimulatedPair(tmp_path)
    await sick.sync()
    sick.clock.advance(60)
    sick.right.faults.once("status", count=500, status=500)
    with suppress(BridgeError):
        await sick.sync()
    sick.right.faults.clear()
    async with dashboard(sick) as someone:
        assert "last pass failed" in await someone.page("/")
        assert '<rect class="hole"' in await someone.page("/")
        page = await someone.page("/pairs/suporte", "pt-BR")
        assert "A última passada terminou com erro:" in page
        told = page.partition("A última passada terminou com erro:")[2].partition("</div>")[0]
        assert "filial" in told
        assert "HTTP 50" in told, "why"
        assert "O ERP não respondeu" in told, "and what one does about it"
        english = await someone.page("/pairs/suporte")
        assert 'class="badge bad">failed</span> filial' in english


async def test_a_pass_that_only_looked_is_no_failure(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    await pair.sync()
    async with pair.bridge() as bridge:
        await bridge.plan("suporte")
        [status] = bridge.status("suporte")
        assert status.last_error is None
    async with dashboard(pair) as someone:
        assert "last pass failed" not in await someone.page("/")
        assert 'class="hole"' not in await someone.page("/")
        page = await someone.page("/pairs/suporte")
        assert "looked only, as it was asked to" in page
        assert "badge bad" not in page
