"""IXC and IXC: two companies with the same ERP. What both can hold is changed in its field, not told in words."""

from __future__ import annotations

import pytest

from erp_bridge.core.footer import split
from support.kept import Past
from support.pair import SimulatedPair


@pytest.fixture
async def twins(settled: Past) -> SimulatedPair:
    return await settled(right_kind="ixc")


def an_open_one(pair: SimulatedPair, links: dict[str, str]) -> tuple[str, str]:
    return next(
        (left, right)
        for left, right in links.items()
        if pair.left_tickets()[left]["su_status"] in ("N", "P", "EP")
        and pair.right_tickets()[right]["su_status"] in ("N", "P", "EP")
    )


async def silent(pair: SimulatedPair) -> None:
    pair.clock.advance(5)
    await pair.sync()
    pair.clock.advance(60)
    assert (await pair.sync()).rows == []


@pytest.mark.parametrize(("code", "back"), [("C", "left"), ("A", "right")])
async def test_a_priority_travels_into_its_field(twins: SimulatedPair, code: str, back: str) -> None:
    left, right = an_open_one(twins, await twins.links())
    before = len(twins.left_messages(left))
    if back == "left":
        twins.left.people.set_field(left, prioridade=code)
    else:
        twins.right.people.set_field(right, prioridade=code)
    await silent(twins)
    assert twins.left_tickets()[left]["prioridade"] == twins.right_tickets()[right]["prioridade"] == code
    assert len(twins.left_messages(left)) == before


async def test_a_title_and_text_travel_and_the_footer_stays(twins: SimulatedPair) -> None:
    links = await twins.links()
    left, right = an_open_one(twins, links)
    twins.left.people.set_field(left, titulo="Novo título", menssagem="Novo texto\r\nem duas linhas")
    await silent(twins)
    row = twins.right_tickets()[right]
    text, footer = split(row["menssagem"])
    if footer is None:  # the twin stands on the left: its footer was the person's to remove
        assert split(twins.left_tickets()[left]["menssagem"])[0].startswith("Novo texto")
        return
    assert row["titulo"] == "Novo título"
    assert text.replace("\r\n", "\n") == "Novo texto\nem duas linhas"
    assert footer.ref.id == left


async def test_a_transfer_travels_as_a_change_of_department(twins: SimulatedPair) -> None:
    left, right = an_open_one(twins, await twins.links())
    here = twins.left_tickets()[left]["id_ticket_setor"]
    other = next(d for d in twins.world.left.departamentos if str(d.id) != here)
    twins.left.people.transfer(left, str(other.id))
    await silent(twins)
    expected = next(d for d in twins.world.right.departamentos if d.canonico == other.canonico)
    assert twins.right_tickets()[right]["id_ticket_setor"] == str(expected.id)


async def test_fields_edited_on_different_sides_merge(twins: SimulatedPair) -> None:
    left, right = an_open_one(twins, await twins.links())
    twins.left.people.set_field(left, prioridade="C")
    twins.right.people.set_field(right, titulo="Do outro lado")
    await silent(twins)
    for row in (twins.left_tickets()[left], twins.right_tickets()[right]):
        assert (row["prioridade"], row["titulo"]) == ("C", "Do outro lado")


async def test_taking_over_travels_as_status(twins: SimulatedPair) -> None:
    left, right = an_open_one(twins, await twins.links())
    twins.right.people.set_status(right, "EP")
    await silent(twins)
    assert twins.left_tickets()[left]["su_status"] == "EP"
