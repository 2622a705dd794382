"""What a person decides on a page is recorded, nothing more; the next pass carries it out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from dashboard_box import Client, Town, built, dashboard
from sqlalchemy import delete

from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, schema, waiting
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.waiting import Kind, Wait


async def decision(town: Town, kind: Kind, number: int) -> str | None:
    found: Wait = await town.ask(lambda bridge: bridge.wait(kind, number))
    return found.decision


async def test_a_conflict_is_settled_by_a_click(client: Client, town: Town) -> None:
    number, (left, right) = (await town.first(Kind.CONFLICT))["id"], town.conflict
    before = (town.left_tickets()[left]["su_status"], town.right_tickets()[right]["codsto"])
    answer = await client.submit(f"/conflicts/{number}", page=f"/conflicts/{number}", take="right")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/conflicts/{number}?recorded=yes")
    assert await decision(town, Kind.CONFLICT, number) == "right"
    assert (town.left_tickets()[left]["su_status"], town.right_tickets()[right]["codsto"]) == before
    page = await client.page(answer.headers["location"])
    assert "The next pass of the pair carries it out." in page
    assert "Decided: filial is right" in page
    assert "decided; the next pass carries it out" in await client.page("/conflicts")
    await client.submit(f"/conflicts/{number}", take="left")
    assert await decision(town, Kind.CONFLICT, number) == "left", "until then it can be changed"


async def test_of_two_tabs_the_one_that_has_not_seen_the_answer_of_the_other_decides_nothing(
    client: Client, town: Town
) -> None:
    number = (await town.first(Kind.CONFLICT))["id"]

    async def shown(kind: str, id: int) -> str:
        found = re.search(r'name="was" value="([0-9a-f]+)"', await client.page(f"/{kind}/{id}"))
        assert found
        return found[1]

    first = second = await shown("conflicts", number)
    assert (await client.submit(f"/conflicts/{number}", take="left", was=first)).headers["location"].endswith("=yes")
    late = await client.submit(f"/conflicts/{number}", take="right", was=second)
    assert await decision(town, Kind.CONFLICT, number) == "left"
    page = await client.page(late.headers["location"])
    assert "somebody has decided meanwhile" in page
    assert "Decided: matriz is right." in page, "and what was decided is shown"
    assert "matriz is right</button>" in page, "with a form to decide anew"
    await client.submit(f"/conflicts/{number}", take="right", was=await shown("conflicts", number))
    assert await decision(town, Kind.CONFLICT, number) == "right"

    doubt = (await town.first(Kind.DOUBT, "partner-linked"))["id"]
    seen = await shown("doubts", doubt)
    await client.submit(f"/doubts/{doubt}", twin="none", was=seen)
    await client.submit(f"/doubts/{doubt}", twin="other", other="123", was=seen)
    assert await decision(town, Kind.DOUBT, doubt) == "none"


async def test_an_answer_to_values_that_have_changed_since_is_not_taken(client: Client, town: Town) -> None:
    number = (await town.first(Kind.CONFLICT))["id"]
    page = await client.page(f"/conflicts/{number}")
    was = re.findall(r'name="was" value="([0-9a-f]+)"', page)[0]
    wait = client.bridge.wait(Kind.CONFLICT, number)
    with client.bridge.db.write() as tx:  # as a pass does that finds another value
        waiting.put(tx, "suporte", replace(wait, detail={**wait.detail, "right": "1:0"}), 0.0)
    await client.submit(f"/conflicts/{number}", take="left", was=was)
    assert await decision(town, Kind.CONFLICT, number) is None
    with client.bridge.db.write() as tx:
        waiting.put(tx, "suporte", wait, 0.0)


@pytest.mark.parametrize("take", ["", "both", "LEFT"])
async def test_a_conflict_takes_a_side_and_nothing_else(client: Client, town: Town, take: str) -> None:
    number = (await town.first(Kind.CONFLICT))["id"]
    assert (await client.submit(f"/conflicts/{number}", take=take)).status_code == 400
    assert await decision(town, Kind.CONFLICT, number) is None


async def test_what_is_settled_already_is_said(client: Client, town: Town) -> None:
    quarantined = (await town.first(Kind.QUARANTINE))["id"]
    for path in ("/conflicts/99999", f"/conflicts/{quarantined}", "/doubts/99999", "/quarantine/99999/retry"):
        answer = await client.submit(path, take="left", twin="none")
        assert answer.status_code == 404
        assert "It is not there any more." in answer.text


async def test_one_record_is_tried_again(client: Client, town: Town) -> None:
    number = (await town.first(Kind.QUARANTINE))["id"]
    answer = await client.submit(f"/quarantine/{number}/retry", back="/pairs/suporte/quarantine")
    assert answer.headers["location"] == "/pairs/suporte/quarantine?recorded=yes"
    assert await decision(town, Kind.QUARANTINE, number) == "retry"
    page = await client.page("/quarantine")
    assert page.count(">tried again by the next pass</span>") == 1
    assert "1 to be tried again by the next pass" in page


async def retried(town: Town) -> list[int]:
    def look(bridge: Bridge) -> list[Wait]:
        return [bridge.wait(Kind.QUARANTINE, item["id"]) for item in bridge.waiting(Kind.QUARANTINE)]

    return [wait.id for wait in await town.ask(look) if wait.decision == "retry"]


async def test_all_of_a_kind_are_tried_again(client: Client, town: Town) -> None:
    items = await town.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    alike = [item["id"] for item in items if item["code"] == "ambiguous-client"]
    assert len(alike) > 1
    await client.submit("/quarantine/retry", page="/quarantine", pair="suporte", like=str(alike[-1]))
    assert await retried(town) == alike


@pytest.mark.parametrize("pair", ["", "suporte"])
async def test_all_are_tried_again(client: Client, town: Town, pair: str) -> None:
    items = await town.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    answer = await client.submit("/quarantine/retry", pair=pair)
    assert answer.headers["location"] == "/quarantine?recorded=yes"
    assert await retried(town) == [item["id"] for item in items]


async def test_those_of_another_pair_are_left_alone(client: Client, town: Town) -> None:
    await client.submit("/quarantine/retry", pair="another")
    assert await retried(town) == []
    assert (await client.submit("/quarantine/retry", like="x")).status_code == 400


async def test_a_doubt_is_settled_with_none(client: Client, town: Town) -> None:
    number = (await town.first(Kind.DOUBT))["id"]
    page = await client.page(f"/doubts/{number}")
    assert "which has a twin already" in page
    assert 'value="none"' in page
    await client.submit(f"/doubts/{number}", twin="none")
    assert await decision(town, Kind.DOUBT, number) == "none"
    assert "Decided: there is none" in await client.page(f"/doubts/{number}")


async def test_a_doubt_is_settled_with_an_id(client: Client, town: Town) -> None:
    number = (await town.first(Kind.DOUBT))["id"]
    await client.submit(f"/doubts/{number}", twin="other", other=" 10077 ")
    assert await decision(town, Kind.DOUBT, number) == "10077"
    page = await client.page(f"/doubts/{number}")
    assert 'value="10077"' in page
    assert re.search(r'value="other" checked', page)


@pytest.mark.parametrize("fields", [{}, {"twin": "other"}, {"twin": "other", "other": "  "}])
async def test_a_doubt_without_an_answer_stays_one(client: Client, town: Town, fields: dict[str, str]) -> None:
    number = (await town.first(Kind.DOUBT))["id"]
    answer = await client.submit(f"/doubts/{number}", **fields)
    assert "choose an answer first" in await client.page(answer.headers["location"])
    assert await decision(town, Kind.DOUBT, number) is None


async def add(bridge: Bridge, code: str, *, field: str = "", pair: str = "suporte", **detail: str) -> int:
    """One more doubt, as a pass would set it down."""
    ticket = bridge.links("suporte")[0].ids.left
    with bridge.db.write() as tx:
        return waiting.put(tx, pair, Wait(Kind.DOUBT, Side.LEFT, ticket, code, field, detail), 0.0)


async def test_each_kind_of_doubt_asks_what_it_needs(client: Client, town: Town) -> None:
    """A twin among several, the copy of a movement, whether a change arrived, whether a discount was booked."""
    bridge, made = client.bridge, []
    first, second = bridge.links("suporte")[1:3]
    several = await add(bridge, "several-twins", candidates=f"{first.ids.right} {second.ids.right}", erp="matriz")
    made.append(several)
    page = await client.page(f"/doubts/{several}")
    for id in (first.ids.right, second.ids.right):
        assert f'<input type="radio" name="twin" value="{id}">' in page
        assert f'filial <span class="soft">{id}</span>' in page, "as a column of the table"
    await client.submit(f"/doubts/{several}", twin=second.ids.right)
    assert await decision(town, Kind.DOUBT, several) == second.ids.right

    def intent(operation: Operation, part: str = "") -> str:
        link = bridge.links("suporte")[0]
        noted = Intent("suporte", Side.RIGHT, operation, link.ids.left, "", 0.0, 1, part, target=link.ids.right)
        with bridge.db.write() as tx:
            return str(intents.note(tx, noted))

    for operation, field, asked in (
        (Operation.MOVEMENT, "m5", "The copy of the movement m5 in filial"),
        (Operation.FIELDS, "", "The change in filial"),
        (Operation.TWIN, "", "Its twin in filial"),
    ):
        number = await add(bridge, "unproven", field=field, erp="filial", intent=intent(operation, field))
        made.append(number)
        page = await client.page(f"/doubts/{number}")
        assert asked in page
        assert ("it arrived" in page) is (operation is Operation.FIELDS)
    booking = await add(bridge, "discount-unproven", pair="desconto:matriz", erp="matriz", ticket="1")
    made.append(booking)
    ticket = bridge.links("suporte")[0].ids.left
    page = await client.page(f"/doubts/{booking}")
    assert "The booking in matriz" in page
    assert f"erp-bridge desconto book matriz {ticket}</pre>" in page, "no pass carries it out"
    assert f'matriz <span class="soft">{ticket}</span>' in page, "the ticket as it is now"
    listed = await client.page("/doubts")
    assert "Whether matriz booked the discount" in listed
    assert f">matriz {ticket}</a>" in listed
    counted = int(re.findall(r"<b>(\d+)</b> <a href=\"/doubts\">", await client.page("/"))[0])
    with bridge.db.read() as tx:
        assert counted == waiting.counts(tx, "suporte")[Kind.DOUBT] + 1, "those of no pair are counted too"
    said = (await client.submit(f"/doubts/{booking}", twin="none")).headers["location"]
    assert await decision(town, Kind.DOUBT, booking) == "none"
    page = await client.page(said)
    assert "Recorded." in page
    assert "next pass of the pair" not in page
    assert "The next pass" not in page.partition("<main")[2].partition("</main>")[0]
    assert "decided; to be carried out" in await client.page("/doubts")
    with bridge.db.write() as tx:
        waiting.clear(tx, made)
        tx.execute(delete(schema.intents).where(schema.intents.c.digest == ""))


# --- what becomes of it ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town of these tests' own: passes run over it."""
    return built(tmp_path_factory.mktemp("own"))


async def unmapped(town: Town) -> list[dict[str, Any]]:
    items = await town.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    return [item for item in items if (item["code"], item["field"]) == ("unmapped", "assunto")]


async def test_the_next_pass_carries_out_what_was_decided(own: Town) -> None:
    (left, _), quarantined, doubt = own.conflict, (await unmapped(own))[0], await own.first(Kind.DOUBT)
    own.left.tables["su_ticket"][quarantined["ticket"]]["id_assunto"] = "34"
    async with dashboard(own) as someone:
        await someone.submit(f"/conflicts/{(await own.first(Kind.CONFLICT))['id']}", take="right")
        await someone.submit(f"/doubts/{doubt['id']}", twin="none")
        await someone.submit(f"/quarantine/{quarantined['id']}/retry")
        own.clock.advance(60)
        await someone.bridge.sync("suporte")
        assert own.left_tickets()[left]["su_status"] == "S"
        assert doubt["ticket"] in (await own.links()).values()
        assert quarantined["ticket"] in await own.links()
        assert "There is no conflict" in await someone.page("/conflicts")
        assert "There is no doubt" in await someone.page("/doubts")
        assert f'href="/quarantine/{quarantined["id"]}"' not in await someone.page("/quarantine")


async def test_the_line_that_the_page_names_clears_the_quarantine(own: Town) -> None:
    """Copied into bridge.toml with a term of the ERP, and the daemon reloaded."""
    wait = (await unmapped(own))[-1]
    async with dashboard(own) as someone:
        page = await someone.page(f"/quarantine/{wait['id']}")
    table, line = re.findall(r"<pre[^>]*>(\[erp[^\n]*)\n([^\n<]*)", page)[0]
    line = line.replace("&#34;", '"').replace("…", "01TIPOSEMC")
    before = own.config_file.read_text()
    text = before.replace('"01TIPOSEMC" = "sem conexao"\n', "")
    assert table in text
    own.config_file.write_text(text.replace(table + "\n", f"{table}\n{line}\n"))
    try:
        own.clock.advance(60)
        await own.sync()
    finally:
        own.config_file.write_text(before)
    assert wait["ticket"] in await own.links()
