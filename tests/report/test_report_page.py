"""The report as a page, by its text: what it says in which case, and what it must not hold."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from erp_bridge.report import as_html, charts
from erp_bridge.sync.migrate.report import Group, MigrationReport, Reason


class Reader(HTMLParser):
    """The text in one language; which elements stand open; which ids there are."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang, self.words, self.ids = lang, list[str](), list[str]()
        self.open: list[tuple[str, str | None]] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag not in ("meta", "link", "input"):
            self.open.append((tag, given.get("lang") if tag == "span" else None))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        langs = [lang for _, lang in self.open if lang]
        if "style" not in tags and "title" not in tags and all(lang == self.lang for lang in langs):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def read(report: MigrationReport, lang: str = "en") -> Reader:
    reader = Reader(lang)
    reader.feed(as_html(report, lang))
    assert reader.open == []
    return reader


@pytest.mark.parametrize(
    ("lang", "verdict", "step"),
    [
        ("en", r"(\S+) of (\S+) tickets were moved; (\S+) are still open", "Next step: Look at them"),
        ("pt-BR", r"(\S+) de (\S+) atendimentos foram movidos; (\S+) ainda", "Próximo passo: Veja quais"),
    ],
)
def test_it_says_what_became_of_every_ticket(ten_years: MigrationReport, lang: str, verdict: str, step: str) -> None:
    text = read(ten_years, lang).text
    found = re.search(verdict, text)
    assert found is not None
    numbers = [int(re.sub(r"\D", "", one)) for one in found.groups()]
    assert numbers == [ten_years.totals["moved"], ten_years.total, ten_years.total - ten_years.totals["moved"]]
    assert step in text


def verdict(report: MigrationReport) -> str:
    found = re.search(r'class="verdict[^>]*>(.*?)</p>', as_html(report))
    assert found is not None
    return re.sub(r"<[^>]+>", "", re.sub(r'<span lang="pt-BR">.*?</span>', "", found[1]))


def test_the_verdict(ten_years: MigrationReport) -> None:
    whole = dataclasses.replace(ten_years, groups=(Group("2019-01", "novo", moved=3),), reasons=(), items=())
    assert verdict(whole) == "All 3 tickets were moved, with all their movements."
    left_out = dataclasses.replace(whole, groups=(Group("2019-01", "novo", moved=3, skipped=2),))
    assert verdict(left_out) == "3 of 5 tickets were moved; the others were left out on purpose."
    assert verdict(dataclasses.replace(whole, groups=())) == "There was no ticket to move."
    running = dataclasses.replace(whole, ended=None)
    assert verdict(running) == "Not at its end yet: 3 of the 3 tickets taken up so far were moved."


def test_what_comes_from_outside_is_no_markup(ten_years: MigrationReport) -> None:
    page = as_html(dataclasses.replace(ten_years, pair='<script>alert("x")</script>', source='"><img src=x>'))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;b&gt;new &amp; strange&lt;/b&gt;" in page


def test_it_asks_for_nothing_from_outside(ten_years: MigrationReport) -> None:
    page, reader = as_html(ten_years), read(ten_years)
    assert not re.search(r"https?:|//[a-z]|@import|url\(|<script|<img|<iframe|javascript:", page)
    assert {(tag, value) for tag, name, value in reader.attributes if name in ("src", "href")} == {("link", "data:,")}
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]


def test_what_refers_to_something_finds_it(ten_years: MigrationReport) -> None:
    reader = read(ten_years)
    assert len(set(reader.ids)) == len(reader.ids)
    named = {value for _, name, value in reader.attributes if name in ("aria-labelledby", "for", "aria-describedby")}
    assert named <= set(reader.ids)
    heads = re.findall(r"<h(\d)", as_html(ten_years))
    assert heads[0] == "1"
    assert all(int(after) - int(before) <= 1 for before, after in pairwise(heads))


def test_the_charts_show_the_numbers(ten_years: MigrationReport) -> None:
    bars = charts.by_month(ten_years.groups)
    assert len(bars) == 120  # also the month without a ticket
    assert dict(bars)["2020-05"] == {}
    drawn = charts.columns(bars[:1], ["moved", "failed"])
    heights = [float(height) for height in re.findall(r' height="([\d.]+)"', drawn)]
    assert sum(heights) == pytest.approx(100)
    assert heights[0] / heights[1] == pytest.approx(1090 / 3, rel=1e-3)
    assert "<title>2016-01: 1093</title>" in drawn
    shares = charts.line({"moved": 1_000_000, "failed": 1})
    assert min(float(width) for width in re.findall(r' width="([\d.]+)"', shares)) > 0.5


def test_a_month_that_is_not_known_stands_in_the_table(ten_years: MigrationReport) -> None:
    assert re.search(r"unknown 0 7 0 0 7", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", _english(as_html(ten_years)))))


def _english(page: str) -> str:
    return re.sub(r'<span lang="pt-BR">.*?</span>', "", page)


def test_states_that_did_not_occur_take_no_room(ten_years: MigrationReport) -> None:
    assert "not finished" not in read(ten_years).text
    pending = dataclasses.replace(
        ten_years, ended=None, groups=(*ten_years.groups, Group("2026-01", "novo", pending=4))
    )
    assert "not finished" in read(pending).text


def test_a_hundred_thousand_records_make_no_page_of_a_hundred_megabytes(ten_years: MigrationReport) -> None:
    many = dataclasses.replace(ten_years, items=ten_years.items * 100)
    page = as_html(many)
    assert len(page) < 400_000
    assert "69,500 more" in read(many).text


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_colours_can_be_told_from_the_paper(ten_years: MigrationReport, scheme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", as_html(ten_years), re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", blocks[scheme]))
    for ground in ("paper", "box"):
        for text in ("ink", "soft", "link"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        for state in ("moved", "quarantined", "in_doubt", "failed", "skipped", "pending"):
            assert contrast(colours[state], colours[ground]) >= 3, (state, ground)


def test_the_reasons_are_in_the_order_they_are_given(ten_years: MigrationReport) -> None:
    report = dataclasses.replace(
        ten_years, reasons=(Reason("failed", "unavailable", "", 9), Reason("quarantined", "refused", "", 8))
    )
    text = read(report).text
    assert text.index("An ERP did not answer.") < text.index("filial refused the record.")
