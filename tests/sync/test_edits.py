"""Edits on either side arrive on the other, once, and the pass after is silent."""

from __future__ import annotations

from erp_bridge.core.footer import split
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair


def linked_open(pair: SimulatedPair, links: dict[str, str]) -> tuple[str, str]:
    """A linked ticket that is open on both sides."""
    return next(
        (left, right)
        for left, right in links.items()
        if pair.left_tickets()[left]["su_status"] in ("N", "P", "EP")
        and pair.right_tickets()[right]["codsto"] == "01PENDENTE"
    )


async def settle(pair: SimulatedPair) -> None:
    """The pass after an edit, and one more that must find nothing to do."""
    pair.clock.advance(5)
    await pair.sync()
    pair.clock.advance(60)
    silent = await pair.sync()
    assert silent.rows == []


async def test_a_comment_on_the_left_arrives_on_the_right(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    before = len(synced.right_comments(right))
    message = synced.left.people.comment(left, "Cliente ligou de novo 😀")
    await settle(synced)
    comments = synced.right_comments(right)
    assert len(comments) == before + 1
    text, footer = split(comments[-1]["descri_com"].rstrip())
    assert text == "Cliente ligou de novo 😀"
    assert footer is not None
    assert (footer.ref.erp, footer.ref.id, footer.ref.part) == ("matriz", left, f"m{message}")


async def test_a_comment_on_the_right_arrives_on_the_left_and_leaves_the_status(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    status = synced.left_tickets()[left]["su_status"]
    synced.right.people.comment(right, "Técnico a caminho")
    await settle(synced)
    texts = [split(m["mensagem"])[0] for m in synced.left_messages(left)]
    assert texts.count("Técnico a caminho") == 1
    assert synced.left_tickets()[left]["su_status"] == status


async def test_solving_on_the_left_solves_the_twin_after_its_words(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    synced.left.people.set_status(left, "S", "Trocado o cabo")
    await settle(synced)
    twin = synced.right_tickets()[right]
    assert twin["codsto"] == "01CONCLUID"
    assert split(synced.right_comments(right)[-1]["descri_com"].rstrip())[0] == "Trocado o cabo"


async def test_solving_on_the_right_solves_the_left_with_one_message(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    before = len(synced.left_messages(left))
    synced.right.people.solve(right)
    await settle(synced)
    assert synced.left_tickets()[left]["su_status"] == "S"
    messages = synced.left_messages(left)[before:]
    assert [split(m["mensagem"])[0] for m in messages] == ["Status em filial: solucionado"]
    footer = split(messages[0]["mensagem"])[1]
    assert footer is not None
    assert footer.ref.part == "s1"


async def test_a_changed_priority_is_told_where_there_is_no_field_for_it(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    synced.left.people.set_field(left, prioridade="C")
    await settle(synced)
    told = [split(c["descri_com"].rstrip())[0] for c in synced.right_comments(right)]
    assert told[-1] == "Prioridade alterada em matriz: critica"


async def test_different_edits_on_both_sides_both_arrive(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    synced.left.people.comment(left, "da esquerda")
    synced.right.people.comment(right, "da direita")
    synced.right.people.set_status(right, "01ANDAMENT")
    await settle(synced)
    assert split(synced.right_comments(right)[-1]["descri_com"].rstrip())[0] == "da esquerda"
    assert "da direita" in [split(m["mensagem"])[0] for m in synced.left_messages(left)]
    assert synced.left_tickets()[left]["su_status"] == "EP"


async def test_a_solved_twin_is_not_reopened(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    synced.left.people.set_status(left, "S", "Pronto")
    await settle(synced)
    synced.clock.advance(600)
    synced.left.people.set_status(left, "P", "Voltou")
    synced.clock.advance(5)
    report = await synced.sync()
    assert report.exit_code == 3
    assert synced.right_tickets()[right]["codsto"] == "01CONCLUID"
    (item,) = await synced.ask(lambda bridge: bridge.waiting(Kind.CONFLICT))
    assert (item["code"], item["ticket"]) == ("reopen", left)
    synced.clock.advance(60)
    assert (await synced.sync()).rows == []


async def test_a_cancelled_twin_takes_nothing_more(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    synced.right.people.set_status(right, "01CANCELAD")
    await settle(synced)
    assert synced.left_tickets()[left]["su_status"] == "C"


async def test_both_changed_within_a_second_is_asked_and_settled_by_a_person(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    synced.left.people.set_status(left, "EP")
    synced.right.people.solve(right)
    synced.clock.advance(5)
    report = await synced.sync()
    (item,) = await synced.ask(lambda bridge: bridge.waiting(Kind.CONFLICT))
    assert (report.exit_code, item["field"], item["code"]) == (3, "status", "both-changed")
    from erp_bridge.sync.side import Side

    await synced.ask(lambda bridge: bridge.take(item["id"], Side.RIGHT))
    synced.clock.advance(60)
    done = await synced.sync()
    assert synced.left_tickets()[left]["su_status"] == "S"
    assert await synced.ask(lambda bridge: bridge.waiting(Kind.CONFLICT)) == []
    assert done.exit_code == (3 if any(done.open.values()) else 0)
    synced.clock.advance(60)
    assert (await synced.sync()).rows == []


async def test_a_new_ticket_gets_its_twin_in_the_next_pass(synced: SimulatedPair) -> None:
    links = await synced.links()
    left, _ = linked_open(synced, links)
    like = synced.left_tickets()[left]
    new = synced.left.people.open_ticket(
        id_cliente=like["id_cliente"], id_assunto=like["id_assunto"], id_ticket_setor=like["id_ticket_setor"],
        titulo="Lentidão", menssagem="Muito lento à noite", prioridade="A",
    )  # fmt: skip
    synced.clock.advance(5)
    report = await synced.sync()
    assert report.created_total() == 1
    twin = synced.right_tickets()[(await synced.links())[new]]
    assert twin["descri_oco"].startswith("Lentidão")
    assert "* Prioridade: alta" in twin["descri_oco"]
