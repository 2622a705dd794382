"""Which records are taken for twins when only their footers say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Atendimento
from erp_bridge.sync.adopt import match_footers
from erp_bridge.sync.side import Both, Side

NAMES = Both("matriz", "filial")
DAY = datetime(2026, 9, 1, 12, tzinfo=UTC)


def ticket(id: str, age: int, names: str | None = None) -> Atendimento:
    """``names`` is ``erp/id`` as its footer says it; the higher ``age``, the younger."""
    erp, _, other = (names or "").partition("/")
    footer = Footer(ref=Ref(erp=erp, id=other, part=None), assinatura="-") if names else None
    return Atendimento(id=id, aberto_em=DAY + timedelta(minutes=age), footer=footer)


def matched(left: list[Atendimento], right: list[Atendimento]) -> tuple[set[tuple[str, str]], dict[str, str]]:
    by_id = Both({t.id or "": t for t in left}, {t.id or "": t for t in right})
    adoptions, doubts = match_footers(by_id, NAMES)
    return {(a.ids.left, a.ids.right) for a in adoptions}, {doubt.id: doubt.code for doubt in doubts}


def test_a_twin_names_its_original() -> None:
    by_id = Both({"1": ticket("1", 0)}, {"b": ticket("b", 1, "matriz/1")})
    (adoption,), doubts = match_footers(by_id, NAMES)
    assert (adoption.ids, adoption.made, doubts) == (Both("1", "b"), Side.RIGHT, [])


def test_a_footer_pasted_into_a_ticket_that_was_carried_since_is_no_claim() -> None:
    """1 is the twin of a; 2 was opened with 1's text, and c is its twin."""
    left = [ticket("1", 1, "filial/a"), ticket("2", 2, "filial/a")]
    assert matched(left, [ticket("a", 0), ticket("c", 3, "matriz/2")]) == ({("1", "a"), ("2", "c")}, {})


def test_the_same_where_the_right_footer_is_gone_is_for_a_person() -> None:
    """Without 1's footer nothing tells whether 2 is the twin of a or the original of c: nothing is joined."""
    left = [ticket("1", 1), ticket("2", 2, "filial/a")]
    found, doubts = matched(left, [ticket("a", 0), ticket("c", 3, "matriz/2")])
    assert found == set()
    assert doubts == dict.fromkeys(("2", "a", "c"), "tangled")


def test_footers_that_name_each_other_are_for_a_person() -> None:
    found, doubts = matched([ticket("1", 0, "filial/a")], [ticket("a", 1, "matriz/1")])
    assert (found, doubts) == (set(), {"1": "tangled", "a": "tangled"})


def test_of_two_that_name_one_the_younger_is_in_doubt() -> None:
    """Ids tell which: the ERP's clock was put back in between."""
    right = [ticket("b", 2, "matriz/1"), ticket("c", 1, "matriz/1")]
    assert matched([ticket("1", 0)], right) == ({("1", "b")}, {"c": "same-reference"})


def test_a_footer_of_a_message_or_of_a_ticket_that_is_not_there_says_nothing() -> None:
    pasted = Footer(ref=Ref(erp="matriz", id="1", part="m7"), assinatura="-")
    right = [ticket("a", 0, "matriz/99"), Atendimento(id="b", aberto_em=DAY, footer=pasted)]
    assert matched([ticket("1", 0)], right) == (set(), {})
