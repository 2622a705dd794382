"""What the pages are made of, without a page: lags, states, languages, groups of the quarantine, sessions, tries."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dashboard_box import TOKEN, Town

from erp_bridge.config import Config, load
from erp_bridge.config.model import PairSettings
from erp_bridge.core.model import Termo
from erp_bridge.service.web import access, language, overview, quarantine, speech
from erp_bridge.service.web.sparkline import LEAST, SHOWN, Lag, drawn, lags
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.journal import Pass
from erp_bridge.sync.store.waiting import Kind, Wait
from support.clock import FakeClock


def a_pass(id: int, started: float, ended: float | None, error: str | None = None) -> Pass:
    return Pass(id, started, ended, False, "", {}, {}, error)


def test_a_lag_is_the_longest_that_a_change_had_waited_by_the_end_of_a_pass() -> None:
    newest_first = [
        a_pass(5, 400, None),  # under way
        a_pass(4, 300, 305),
        a_pass(3, 200, 210, "no answer"),
        a_pass(2, 100, 102),
        a_pass(1, 0, 4),
    ]
    assert lags(newest_first) == [Lag(4, True), Lag(102, True), Lag(110, False), Lag(205, True)]
    assert lags([]) == []


def test_only_the_last_lags_are_drawn_and_every_pass_is_to_be_seen() -> None:
    many = lags([a_pass(n, 60.0 * n, 60.0 * n + 1) for n in range(200, 0, -1)])
    assert len(many) == SHOWN
    picture = drawn([Lag(0, True), Lag(1000, True), Lag(500, False)])
    assert picture.count('class="good"') == 2
    assert picture.count('class="failed"') == 1
    assert picture.count('class="hole"') == 1, "a failed pass is told by its shape as well"
    assert f'height="{LEAST:g}"' in picture
    assert 'height="100"' in picture


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ({}, "well"),
        ({"waiting": {Kind.FAILED: 3}}, "well"),
        ({"waiting": {Kind.CONFLICT: 1}}, "waits"),
        ({"lag": 241.0, "waiting": {Kind.CONFLICT: 1}}, "late"),
        ({"lag": 239.0}, "well"),
        ({"lag": None}, "new"),
        ({"lag": 9999.0, "error": "Unavailable"}, "failing"),
        ({"enabled": False, "error": "Unavailable"}, "off"),
    ],
)
def test_the_state_of_a_pair_is_what_is_most_worth_saying(keys: dict[str, Any], state: str) -> None:
    given = {"lag": 5.0, "error": None, "waiting": {}, "enabled": True, **keys}
    pair = PairSettings(left="a", right="b", interval="60s", enabled=given.pop("enabled"))
    assert overview.state_of(pair, **given) == state


@pytest.mark.parametrize(
    ("chosen", "accepted", "lang"),
    [
        ("", "", "en"),
        ("", "pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("", "de,pt-PT;q=0.5,en;q=0.4", "pt-BR"),
        ("", "en-US,en;q=0.9,pt;q=0.8", "en"),
        ("", "pt;q=0, en;q=0.1", "en"),
        ("", "pt;q=x", "en"),
        ("", "fr", "en"),
        ("en", "pt-BR", "en"),
        ("pt-BR", "en", "pt-BR"),
        ("<script>", "pt", "pt-BR"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_first_of_the_browser(chosen: str, accepted: str, lang: str) -> None:
    assert language.of(chosen, accepted) == lang


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (0.34, "0.3 s"), (9, "9 s"), (75, "75 s"), (150, "2 min"), (7200, "2 h"), (3600 * 50, "2 d")],
)
def test_durations_are_said_shortly(seconds: float, said: str) -> None:
    assert speech.short(timedelta(seconds=seconds)).en == said


# --- quarantine ----------------------------------------------------------------------------------------------------


@pytest.fixture
def config(lived: Town) -> Config:
    return load(lived.config_file)


def unmapped(id: int, ticket: str, raw: str = "96", name: str = "Viabilidade técnica", **keys: Any) -> Wait:
    detail = {"raw": raw, "name": name, "erp": "matriz", "other": "filial"}
    return Wait(Kind.QUARANTINE, Side.LEFT, ticket, "unmapped", "assunto", detail, pair="suporte", id=id, **keys)


def test_what_waits_for_the_same_thing_stands_together(config: Config) -> None:
    refused = [
        Wait(Kind.QUARANTINE, Side.LEFT, "9", "refused", f"m{n}", {"erp": "filial"}, pair="suporte", id=50 + n)
        for n in range(3)
    ]
    waits = [unmapped(1, "7"), unmapped(2, "8", decision="retry"), unmapped(3, "9", raw="97", name="Outro"), *refused]
    found = quarantine.groups(waits, config)
    assert [[wait.id for wait in group.waits] for group in found] == [[50, 51, 52], [1, 2], [3]]
    assert [group.asked for group in found] == [0, 1, 0]


def test_the_line_to_add_is_toml_and_names_the_term_as_the_source_does(config: Config) -> None:
    advice = quarantine.advice(unmapped(1, "7"), config)
    assert advice is not None
    assert tomllib.loads(advice.toml) == {"erp": {"filial": {"vocab": {"assunto": {"…": "viabilidade tecnica"}}}}}
    assert tomllib.loads(advice.fallback) == {"pair": {"suporte": {"fallback": {"assunto": "…"}}}}
    terms = [Termo(id="01X", nome="Viabilidade Técnica Rural"), Termo(id="01Y", nome="Segunda via"), Termo(nome="?")]
    assert quarantine.offers(advice, terms, {}) == [('"01X" = "viabilidade tecnica"', "Viabilidade Técnica Rural")]
    assert quarantine.offers(advice, terms, {"01X": "means something else"}) == []


def test_a_term_that_has_a_line_already_is_named_by_it(config: Config) -> None:
    raw, name = next(iter(config.erp["matriz"].vocab["assunto"].items()))
    advice = quarantine.advice(unmapped(1, "7", raw=raw), config)
    assert advice is not None
    assert advice.name == name


def test_a_hostile_name_stays_a_text_in_the_line(config: Config) -> None:
    advice = quarantine.advice(unmapped(1, "7", name='"] x = "\n[erp.evil]'), config)
    assert advice is not None
    (line,) = tomllib.loads(advice.toml)["erp"]["filial"]["vocab"]["assunto"].items()
    assert line[1].startswith('"] x = "')


def test_only_a_term_gets_a_line(config: Config) -> None:
    for code, campo in (("refused", "assunto"), ("unmapped", "estrutura"), ("unknown-client", "cliente")):
        wait = Wait(Kind.QUARANTINE, Side.LEFT, "7", code, campo, {"raw": "1"}, pair="suporte")
        assert quarantine.advice(wait, config) is None


def test_entries_of_a_pair_that_is_no_longer_configured_are_shown_all_the_same(config: Config) -> None:
    bare = replace(config, pair={}, erp={})
    (group,) = quarantine.groups([unmapped(1, "7")], bare)
    assert group.advice is not None
    assert quarantine.sides(group.waits[0], bare) == ("left", "right")


# --- who may look --------------------------------------------------------------------------------------------------


def test_a_session_ends_for_age_idleness_another_token_and_logging_out() -> None:
    clock = FakeClock()
    sessions = access.Sessions(clock)
    one, other, third = (sessions.open(TOKEN) for _ in range(3))
    assert sessions.is_open(one, TOKEN)
    assert not sessions.is_open(one, TOKEN + "x"), "the token was changed"
    assert not sessions.is_open("made up", TOKEN)
    sessions.close(third)
    assert not sessions.is_open(third, TOKEN)
    clock.advance(access.IDLE - 1)
    assert sessions.is_open(one, TOKEN)
    clock.advance(2)
    assert sessions.is_open(one, TOKEN), "who looks stays"
    assert not sessions.is_open(other, TOKEN), "who does not, goes"
    for _ in range(int(access.LIFETIME / (access.IDLE - 1)) + 1):
        clock.advance(access.IDLE - 1)
        still = sessions.is_open(one, TOKEN)
    assert not still, "no session is for ever"


def test_sessions_do_not_pile_up() -> None:
    sessions = access.Sessions(FakeClock())
    ids = [sessions.open(TOKEN) for _ in range(access.MOST_SESSIONS + 1)]
    assert not sessions.is_open(ids[0], TOKEN)
    assert sessions.is_open(ids[-1], TOKEN)


def test_the_token_of_forms_is_another_for_everybody() -> None:
    one, other = access.Sessions(FakeClock()), access.Sessions(FakeClock())
    assert one.form_token("a") == one.form_token("a")
    assert len({one.form_token("a"), one.form_token("b"), other.form_token("a")}) == 3


def test_wrong_tokens_are_counted_by_address_and_together() -> None:
    clock = FakeClock()
    tries = access.Tries(clock)
    for _ in range(access.MOST_FROM_ONE):
        assert tries.wait("10.0.0.1") == 0
        tries.count("10.0.0.1")
    assert tries.wait("10.0.0.1") == access.WINDOW
    assert tries.wait("10.0.0.2") == 0
    clock.advance(access.WINDOW - 1)
    assert tries.wait("10.0.0.1") == pytest.approx(1)
    clock.advance(1)
    assert tries.wait("10.0.0.1") == 0
    for number in range(access.MOST_TOGETHER):
        tries.count(f"10.0.1.{number}")
    assert tries.wait("10.9.9.9") == access.WINDOW
    clock.advance(access.WINDOW)
    assert tries.wait("10.9.9.9") == 0
    assert tries._seen == {}, "what is past is forgotten"


def test_all_addresses_of_a_network_of_version_6_count_as_one() -> None:
    tries = access.Tries(FakeClock())
    for number in range(access.MOST_FROM_ONE):
        tries.count(f"2001:db8::{number:x}")
    assert tries.wait("2001:db8::ffff") > 0
    assert tries.wait("2001:db8:0:1::1") == 0


@pytest.mark.parametrize(
    ("bind", "local"),
    [
        ("127.0.0.1:8080", True), ("127.8.8.8:1", True), ("[::1]:8080", True), ("localhost:8080", True),
        ("0.0.0.0:8080", False), ("[::]:8080", False), ("10.0.0.5:8080", False), ("bridge.example.net:80", False),
    ],
)  # fmt: skip
def test_what_is_reached_from_this_host_only(bind: str, local: bool) -> None:
    assert access.is_loopback(bind) is local
