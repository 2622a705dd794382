"""The report in a real browser: both languages, light and dark, on a phone, without a script, without complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erp_bridge.report import write
from erp_bridge.sync.migrate.report import MigrationReport
from support.browser import Browser

MOVED = {"en": "tickets were moved", "pt-BR": "atendimentos foram movidos"}

#: Texts whose colour differs from their ground by less than 4.5 : 1, as the browser has computed both.
FAINT = """() => {
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
  return [...document.querySelectorAll('body *')].filter(place => {
    if (!place.checkVisibility() || !speaks(place)) return false
    const two = [light(parse(getComputedStyle(place).color)), light(ground(place))].sort((one, other) => other - one)
    return (two[0] + .05) / (two[1] + .05) < 4.5
  }).map(place => place.outerHTML.slice(0, 80))
}"""


@pytest.fixture(scope="session")
def page_file(ten_years: MigrationReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(ten_years, tmp_path_factory.mktemp("report"))[0]


def seen(page: Any) -> str:
    return str(page.locator("body").inner_text())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_nothing_runs_out_of_the_page(browser: Browser, page_file: Path, dark: bool) -> None:
    def walk(page: Any) -> None:
        page.goto(page_file.as_uri())
        for lang in ("English", "Português"):
            page.get_by_label(lang).check()
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") == 400
            sizes = page.evaluate(
                "[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.textContent.trim())"
                ".map(e => parseFloat(getComputedStyle(e).fontSize))"
            )
            assert min(sizes) >= 12
            assert page.evaluate(FAINT) == []

    browser.visit(walk, width=400, height=800, dark=dark)


def test_one_language_at_a_time_and_the_other_by_one_click(browser: Browser, page_file: Path) -> None:
    def walk(page: Any) -> None:
        page.goto(page_file.as_uri())
        assert MOVED["en"] in seen(page)
        assert MOVED["pt-BR"] not in seen(page)
        page.get_by_label("Português").check()
        assert MOVED["pt-BR"] in seen(page)
        assert MOVED["en"] not in seen(page)
        page.keyboard.press("ArrowLeft")  # the buttons have the focus now
        assert MOVED["en"] in seen(page)

    browser.visit(walk)


def test_it_opens_in_the_language_that_was_asked_for(
    browser: Browser, ten_years: MigrationReport, tmp_path: Path
) -> None:
    file = write(ten_years, tmp_path, "pt-BR")[0]

    def walk(page: Any) -> tuple[str, str]:
        page.goto(file.as_uri())
        return page.title(), seen(page)

    title, text = browser.visit(walk)
    assert title == "Migração suporte: matriz → filial"
    assert MOVED["pt-BR"] in text


def test_it_needs_no_script(browser: Browser, page_file: Path) -> None:
    def walk(page: Any) -> str:
        page.goto(page_file.as_uri())
        page.get_by_label("Português").check()
        return seen(page)

    assert MOVED["pt-BR"] in browser.visit(walk, javascript=False)


def test_the_charts_fill_their_place_and_the_tables_open(browser: Browser, page_file: Path) -> None:
    def walk(page: Any) -> None:
        page.goto(page_file.as_uri())
        box = page.locator("svg.columns").first.bounding_box()
        assert box["width"] > 600
        assert 100 < box["height"] < 300
        colours = page.evaluate(
            "[...new Set([...document.querySelectorAll('svg rect')].map(r => getComputedStyle(r).fill))].length"
        )
        assert colours == 4
        assert not page.get_by_role("rowheader", name="2016-02").is_visible()
        page.get_by_text("Months in numbers").click()
        assert page.get_by_role("rowheader", name="2016-02").is_visible()

    browser.visit(walk)


def test_the_browser_would_tell(browser: Browser, tmp_path: Path) -> None:
    """Otherwise a page without complaints would prove nothing."""

    def load(markup: str) -> Any:
        return lambda page: page.set_content(markup)

    with pytest.raises(AssertionError, match="the browser complains"):
        browser.visit(load("<script>console.error('broken')</script>"))
    with pytest.raises(AssertionError, match="the browser complains"):
        browser.visit(load("<script>nothing.here()</script>"))
    with pytest.raises(AssertionError, match="leave the machine"):
        browser.visit(load('<img src="http://192.0.2.1/x.png">'), complaints=True)
    faint = tmp_path / "faint.html"
    faint.write_text("<p style='color:#bbb'>hardly to be seen</p>")

    def look(page: Any) -> Any:
        page.goto(faint.as_uri())
        return page.evaluate(FAINT)

    assert len(browser.visit(look)) == 1
