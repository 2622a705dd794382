"""The dashboard in a real browser: decisions by click and by keyboard, both languages, any width, light and dark.

Every visit also fails on a request that would leave the machine and on any complaint of the browser's own.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from dashboard_box import TOKEN, Served, Town, built, served

from erp_bridge.core.errors import Unavailable
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.waiting import Kind
from support.browser import Browser, expect

#: axe-core, where somebody has installed it (``npm install axe-core``); it is not part of this repository.
AXE = Path(os.environ.get("ERP_BRIDGE_AXE", Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"))

#: What a person who does not see the page, or sees it badly, would stumble over: a line for each fault.
FAULTS = """() => {
  const found = []
  const all = kinds => [...document.querySelectorAll(kinds)]
  const ids = (place, what) => (place.getAttribute(what) || '').split(' ').filter(id => id)
  const shown = place => place.checkVisibility()
  const name = place => (place.getAttribute('aria-label')
    || ids(place, 'aria-labelledby').map(id => document.getElementById(id)?.textContent || '').join(' ')
    || [...(place.labels || [])].map(label => label.textContent).join(' ') || place.textContent || '').trim()
  for (const place of all('a, button, input:not([type=hidden]), select, [role=group], summary, pre'))
    if (shown(place) && !name(place)) found.push(`no name: ${place.outerHTML.slice(0, 80)}`)
  for (const [what, count] of [['main', 1], ['body > header', 1], ['body > footer', 1], ['h1', 1], ['title', 1]])
    if (all(what).length !== count) found.push(`${what}: not just ${count}`)
  let level = 0
  for (const heading of all('h1, h2, h3, h4')) {
    const now = Number(heading.tagName[1])
    if (now > level + 1) found.push(`a level is left out before: ${heading.textContent}`)
    level = now
  }
  for (const nav of all('nav')) if (!name(nav)) found.push('a navigation without a name')
  for (const table of all('table'))
    if ([...table.querySelectorAll('th')].some(head => !head.scope)) found.push('a heading without a scope')
  for (const place of all('[aria-labelledby], [aria-describedby]'))
    for (const id of [...ids(place, 'aria-labelledby'), ...ids(place, 'aria-describedby')])
      if (!document.getElementById(id)) found.push(`names nothing: ${id}`)
  for (const list of all('ul, ol'))
    if ([...list.children].some(part => part.tagName !== 'LI')) found.push('a list holds something else')

  const parse = text => {
    const parts = text.match(/[\\d.]+/g).map(Number)
    return parts.length > 3 && parts[3] === 0 ? null : parts.slice(0, 3)
  }
  const linear = part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4
  const light = colour => {
    const [r, g, b] = colour.map(part => linear(part / 255))
    return .2126 * r + .7152 * g + .0722 * b
  }
  const ground = place => {
    for (; place; place = place.parentElement) {
      const colour = parse(getComputedStyle(place).backgroundColor)
      if (colour) return colour
    }
    return [255, 255, 255]
  }
  const speaks = place => [...place.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
  for (const place of all('body *')) {
    if (!shown(place) || !speaks(place)) continue
    const two = [light(parse(getComputedStyle(place).color)), light(ground(place))].sort((one, other) => other - one)
    if ((two[0] + .05) / (two[1] + .05) < 4.5) found.push(`too faint: ${place.outerHTML.slice(0, 80)}`)
    if (parseFloat(getComputedStyle(place).fontSize) < 12) found.push(`too small: ${place.outerHTML.slice(0, 80)}`)
  }
  for (const place of all('button, select, input:not([type=hidden])'))
    if (shown(place) && place.getBoundingClientRect().height < (place.type === 'radio' ? 16 : 24))
      found.push(`too small to touch: ${place.outerHTML.slice(0, 80)}`)
  return found
}"""

#: Whether what has the focus shows it.
FOCUSED = """() => {
  const place = document.activeElement
  if (place === document.body) return 'nothing'
  const style = getComputedStyle(place)
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  return (seen ? 'seen ' : 'HIDDEN ') + place.tagName + ' ' + (place.textContent || place.name).trim().slice(0, 40)
}"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town of this file's own: passes run over it. A discount is in doubt, and the last pass has failed."""
    town = built(tmp_path_factory.mktemp("seen"))

    def doubt(bridge: Bridge) -> None:
        with bridge.db.write() as tx:
            ledger.doubt(tx, "matriz", next(iter(town.left_tickets())), 0, town.clock.now().timestamp())

    asyncio.run(town.ask(doubt))
    town.right.faults.once("status", code=503, count=1000)
    with suppress(Unavailable):
        asyncio.run(town.sync())
    town.right.faults.clear()
    return town


@pytest.fixture(scope="module")
def site(own: Town) -> Iterator[Served]:
    with served(own) as found:
        yield found


def every(site: Served, town: Town) -> list[str]:
    """Each kind of page, as long as something waits."""

    async def look() -> list[str]:
        conflict, doubt = await town.first(Kind.CONFLICT), await town.first(Kind.DOUBT, "partner-linked")
        booking = await town.first(Kind.DOUBT, ledger.UNPROVEN)
        unmapped = await town.first(Kind.QUARANTINE, "unmapped")
        left, _ = town.conflict
        return [
            "/", "/pairs/suporte", "/conflicts", f"/conflicts/{conflict['id']}", "/quarantine",
            f"/quarantine/{unmapped['id']}", "/doubts", f"/doubts/{doubt['id']}", f"/doubts/{booking['id']}",
            f"/doubts/{booking['id']}?recorded=overtaken", "/pairs/suporte/migration",
            f"/pairs/suporte/tickets/matriz/{left}", "/pairs/suporte/tickets/matriz/999999",
        ]  # fmt: skip

    return site.run(look())


def seen(page: Any) -> str:
    return str(page.locator("main").inner_text())


def shows(page: Any, text: str, place: str = "main") -> None:
    """Sooner or later: a click does not wait for the page it leads to."""
    expect(page.locator(place)).to_contain_text(text)


@pytest.mark.parametrize(
    ("width", "locale", "dark"),
    [(320, "en-US", False), (320, "pt-BR", True), (1280, "en-US", True)],
    ids=["phone, light", "phone, dark", "desk, dark"],
)
def test_nobody_stumbles_on_any_page(
    browser: Browser, site: Served, own: Town, width: int, locale: str, dark: bool
) -> None:
    def walk(page: Any) -> None:
        for path in every(site, own):
            page.goto(site.url + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(FAULTS) == [], path
            assert page.evaluate("document.documentElement.lang") == locale.removesuffix("-US")

    browser.visit(walk, width=width, height=800, dark=dark, locale=locale)


def test_the_stumbling_blocks_would_be_found(browser: Browser) -> None:
    """Otherwise the test before would prove nothing."""
    bad = """<h1>a</h1><h3>b</h3><button></button><input name="x"><p style="color: #bbb; background: #fff">faint</p>
             <p style="font-size: 9px">small</p><table><tr><th>c</th></tr></table><nav></nav><ul><p></p></ul>"""

    def walk(page: Any) -> list[str]:
        page.set_content(bad)
        return list(page.evaluate(FAULTS))

    found = " ".join(browser.visit(walk))
    for words in ("no name: <button", "no name: <input", "too faint", "too small:", "a level is left out", "main: not",
                  "without a scope", "navigation without", "holds something else"):  # fmt: skip
        assert words in found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: Served, own: Town, dark: bool) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core beside the repository: npm install axe-core (own checks run without it)")

    def walk(page: Any) -> None:
        for path in every(site, own):
            page.goto(site.url + path)
            page.evaluate(AXE.read_text())
            found = page.evaluate("axe.run().then(all => all.violations.map(v => [v.id, v.impact, v.nodes[0].html]))")
            assert found == [], path

    browser.visit(walk, dark=dark)


def test_everything_can_be_reached_and_seen_with_the_keyboard(browser: Browser, site: Served, own: Town) -> None:
    def walk(page: Any) -> None:
        for path in every(site, own)[:8:2]:
            page.goto(site.url + path)
            page.keyboard.press("Tab")
            assert page.evaluate(FOCUSED) == "seen A Skip to the content"
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "content"
            page.goto(site.url + path)
            reached = []
            for _ in range(200):
                page.keyboard.press("Tab")
                reached.append(page.evaluate(FOCUSED))
                if reached[-1] == "nothing":
                    break
            assert [place for place in reached if place.startswith("HIDDEN")] == [], path
            wanted = page.locator("a:visible, button:visible, select:visible").count()
            assert len(reached) - 1 >= wanted - 1, path  # the skip link shows only while it has the focus

    browser.visit(walk)


def test_the_language_is_changed_by_a_click_and_stays(browser: Browser, site: Served) -> None:
    def walk(page: Any) -> None:
        page.goto(site.url + "/quarantine?x=1")
        expect(page).to_have_title("Quarantine · erp-bridge")
        page.get_by_role("button", name="Português").click()
        expect(page).to_have_title("Quarentena · erp-bridge")
        assert page.url.endswith("/quarantine?x=1")
        page.get_by_role("link", name="Pares").click()
        shows(page, "em quarentena")
        assert page.get_by_role("button", name="Português").get_attribute("aria-pressed") == "true"

    browser.visit(walk)


def test_a_browser_says_where_a_form_of_ours_comes_from(browser: Browser, site: Served) -> None:
    """With a stricter referrer policy it would say ``null``, and our own forms would be refused."""

    def walk(page: Any) -> Any:
        origins = []
        page.on("request", lambda request: origins.append(request.all_headers().get("origin")))
        page.goto(site.url)
        with page.expect_navigation():
            page.get_by_role("button", name="Português").click()
        return [origin for origin in origins if origin]

    assert browser.visit(walk) == [site.url]


def test_the_pages_work_without_a_script(browser: Browser, site: Served) -> None:
    def walk(page: Any) -> None:
        page.goto(site.url)
        assert page.locator("script").count() == 0
        page.get_by_role("link", name="suporte").click()
        page.get_by_label("Id there").fill("999999")
        page.get_by_role("button", name="Show").click()
        shows(page, "The store knows nothing of this ticket")

    browser.visit(walk, javascript=False)


def test_a_form_that_is_too_old_is_refused_with_a_way_out(browser: Browser, site: Served) -> None:
    def walk(page: Any) -> None:
        page.goto(site.url)
        page.context.clear_cookies()
        page.get_by_role("button", name="Português").click()
        shows(page, "load the page again")

    browser.visit(walk, complaints=True)  # it tells of the 403


def test_who_comes_from_elsewhere_logs_in(browser: Browser, own: Town) -> None:
    with served(own, TOKEN) as closed:

        def walk(page: Any) -> None:
            page.goto(closed.url + "/conflicts")
            assert "suporte" not in page.content()
            page.keyboard.type("wrong")  # the field has the focus
            with page.expect_navigation():
                page.keyboard.press("Enter")
            shows(page, "That is not the token.")
            assert page.evaluate(FAULTS) == []
            page.get_by_label("Token").fill(TOKEN)
            page.get_by_role("button", name="Log in").click()
            expect(page).to_have_url(closed.url + "/conflicts")
            assert TOKEN not in page.content()
            assert page.evaluate("document.cookie") == "", "no script can read it"
            page.get_by_role("button", name="Log out").click()
            expect(page).to_have_url(closed.url + "/login")

        browser.visit(walk, complaints=True)  # it tells of the 403


def test_two_tabs_on_one_conflict_do_not_overwrite_each_other(browser: Browser, site: Served, own: Town) -> None:
    conflict = site.run(own.first(Kind.CONFLICT))

    def walk(page: Any) -> None:
        other = page.context.new_page()
        for tab in (page, other):
            tab.goto(f"{site.url}/conflicts/{conflict['id']}")
        page.get_by_role("button", name="matriz is right").click()
        shows(page, "Decided: matriz is right.")
        other.get_by_role("button", name="filial is right").click()
        shows(other, "somebody has decided meanwhile", "[role=alert]")
        shows(other, "Decided: matriz is right.")
        other.get_by_role("button", name="filial is right").click()
        shows(other, "Decided: filial is right.")  # who has seen it may change it
        assert other.evaluate(FAULTS) == []

    browser.visit(walk)
    site.run(own.undecided())


def test_an_erp_that_dies_while_somebody_looks(browser: Browser, site: Served, own: Town) -> None:
    conflict = site.run(own.first(Kind.CONFLICT))

    def walk(page: Any) -> None:
        page.goto(site.url)
        own.right.faults.once("reset_before", count=1000)
        for path in every(site, own):
            page.goto(site.url + path)
            assert page.evaluate(FAULTS) == [], path
        page.goto(f"{site.url}/conflicts/{conflict['id']}")
        told = page.get_by_role("alert").inner_text()
        assert "cannot be shown" in told
        assert "filial" in told
        expect(page.locator("tr.contested td")).to_have_text(["em progresso"])  # the other one still answers
        page.get_by_role("button", name="matriz is right").click()
        shows(page, "Recorded.", "[role=status]")  # a decision needs no ERP

    try:
        browser.visit(walk, width=320)
    finally:
        own.right.faults.clear()
        own.clock.advance(120)  # the breaker tries again
        site.run(own.undecided())


def test_a_session_that_ends_under_a_form(browser: Browser, own: Town) -> None:
    with served(own, TOKEN) as closed:

        def walk(page: Any) -> None:
            page.goto(closed.url + "/conflicts")
            page.get_by_label("Token").fill(TOKEN)
            page.get_by_role("button", name="Log in").click()
            with page.expect_navigation():
                page.locator(".entries a").first.click()
            there = page.url
            page.context.clear_cookies(name=re.compile(r"^erp_bridge_\d+$"))
            page.get_by_role("button", name="matriz is right").click()
            shows(page, "Nothing was recorded")
            assert page.evaluate(FAULTS) == []
            page.get_by_label("Token").fill(TOKEN)
            page.get_by_role("button", name="Log in").click()
            expect(page).to_have_url(there)
            assert "Decided" not in seen(page)

        browser.visit(walk)


def test_a_person_settles_all_that_waits(browser: Browser, site: Served, own: Town) -> None:
    """A conflict by a click, a doubt by the keyboard, a quarantine by a retry; the next pass carries all of it out."""
    (left, _), tickets = own.conflict, own.left_tickets()
    doubt, quarantined = (
        site.run(own.first(*what)) for what in ((Kind.DOUBT, "partner-linked"), (Kind.QUARANTINE, "unmapped"))
    )

    def walk(page: Any) -> None:
        page.goto(site.url)
        page.get_by_role("link", name="conflicts to settle").click()
        page.locator(".entries a").first.click()
        expect(page.locator("tr.contested td")).to_have_text(["em progresso", "solucionado"])
        page.get_by_role("button", name="filial is right").click()
        shows(page, "Recorded.", "[role=status]")
        shows(page, "The next pass of the pair carries it out.")
        assert tickets[left]["su_status"] == "EP", "nothing is written by a click"

        page.get_by_role("link", name="Doubts").press("Enter")
        page.get_by_role("link", name=doubt["ticket"]).press("Enter")
        page.get_by_label("there is none").press("Space")
        page.get_by_role("button", name="Record it").press("Enter")
        shows(page, "Decided: there is none")

        tickets[quarantined["ticket"]]["id_assunto"] = "34"
        page.get_by_role("link", name="Quarantine").click()
        page.get_by_role("button", name=f"Try again: matriz {quarantined['ticket']}").first.click()
        shows(page, "Recorded.", "[role=status]")

        own.clock.advance(60)
        site.run(own.sync())
        assert tickets[left]["su_status"] == "S"
        links = site.run(own.links())
        assert doubt["ticket"] in links.values()
        assert quarantined["ticket"] in links
        page.goto(site.url + "/conflicts")
        shows(page, "There is no conflict")
        page.goto(site.url + "/doubts")
        assert doubt["ticket"] not in seen(page)
        shows(page, "booked the discount")  # no pass settles that

    browser.visit(walk)
