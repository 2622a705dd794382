"""What remains after one particular misfortune: nothing lost, nothing said twice, nothing that waits for ever."""

from __future__ import annotations

import pytest

from erp_bridge.sync.store.waiting import Kind
from faults.bench import SETTLE, Bench
from faults.conftest import Start
from faults.invariants import check, quiesce, standing
from faults.town import Town
from faults.wire import Kill

KINDS = pytest.mark.parametrize("kind", ["integrator", "ixc"])
CREATE = {"ixc": "POST su_ticket", "integrator": "criarAtendimento"}
MESSAGE = {"ixc": "POST su_mensagens", "integrator": "exemploComentar"}


def ends_well(bench: Bench, town: Town) -> None:
    quiesce(bench)
    check(bench, town)


def codes(bench: Bench, side: str, ticket: str) -> list[str]:
    return [item["code"] for item in standing(bench).waiting.get((side, ticket), ())]


def mine(town: Town, side: str) -> str:
    return next(id for where, id in town.ledger.opened if where == side)


@KINDS
def test_an_edit_that_was_taken_back_before_it_arrived_waits_no_longer(start: Start, kind: str) -> None:
    bench, town = start(kind)
    ticket = mine(town, "left")
    before = bench.hands["left"].tickets()[ticket].title
    town.retitle("left", ticket)
    bench.advance(5)
    bench.right.faults.once("reset_before", match="PUT su_ticket" if kind == "ixc" else MESSAGE[kind])
    bench.sync_once()
    assert codes(bench, "left", ticket) == ["uncertain"]
    bench.hands["left"].retitle(ticket, before)
    ends_well(bench, town)


@KINDS
def test_a_ticket_cancelled_before_its_twin_could_be_made_waits_no_longer(start: Start, kind: str) -> None:
    bench, town = start(kind)
    ticket = town.open("left")
    bench.advance(5)
    bench.right.faults.once("status", match=CREATE[kind], code=429, retry_after=3000)
    bench.sync_once()
    assert codes(bench, "left", ticket) == ["unavailable"]
    town.set_status("left", ticket, "cancelado")
    bench.advance(3600)
    ends_well(bench, town)
    assert codes(bench, "left", ticket) == []


def test_a_change_told_in_words_is_told_once_though_its_reply_was_lost(start: Start) -> None:
    bench, town = start("integrator")
    town.prioritise("left", mine(town, "left"), "C")
    bench.advance(5)
    bench.right.faults.once("lost_reply", match=MESSAGE["integrator"])
    bench.sync_once()
    ends_well(bench, town)


def test_a_copy_found_by_its_footer_leaves_the_quarantine(start: Start) -> None:
    """Its message was stored, but a person moved the status before it was read back: that looks like a refusal."""
    bench, town = start("ixc")
    ticket = mine(town, "right")
    side, twin = town.twin_of("right", ticket) or ("", "")

    def meddle() -> None:
        bench.note_births()
        bench.audit.meddled = True
        town.set_status(side, twin, "pendente")

    bench.left.faults.once("hook", match=MESSAGE["ixc"], after=meddle)
    town.set_status("right", ticket, "em_progresso")
    bench.advance(5)
    bench.sync_once()
    assert bench.left.faults.waiting == []
    ends_well(bench, town)
    assert codes(bench, "right", ticket) == []


@KINDS
@pytest.mark.parametrize("silent", [False, True])
def test_a_conflict_ends_when_both_sides_agree_again(start: Start, kind: str, silent: bool) -> None:
    bench, town = start(kind)
    ticket = mine(town, "left")
    for status, wanted in (("solucionado", []), ("pendente", ["reopen"]), ("solucionado", [])):
        town.set_status("left", ticket, status, silent=silent)
        bench.advance(5)
        bench.sync_once()
        bench.advance(60)
        assert codes(bench, "left", ticket) == wanted
    ends_well(bench, town)


@KINDS
def test_a_conflict_over_reopening_is_settled_by_one_command(start: Start, kind: str) -> None:
    from erp_bridge.sync.side import Side

    bench, town = start(kind)
    ticket = mine(town, "left")
    for status in ("solucionado", "pendente"):
        town.set_status("left", ticket, status)
        bench.advance(60)
        bench.sync_once()
    (item,) = bench.ask_bridge(lambda bridge: bridge.waiting(Kind.CONFLICT))
    bench.ask_bridge(lambda bridge: bridge.take(item["id"], Side.RIGHT))
    ends_well(bench, town)
    assert bench.hands["left"].tickets()[ticket].status == "solucionado"


@KINDS
def test_a_twin_that_nobody_can_read_does_not_stop_the_others(start: Start, kind: str) -> None:
    """Its creation is in doubt, and before it was looked up somebody gave it a status without a meaning."""
    bench, town = start(kind)
    first = town.open("left")
    bench.advance(5)

    def meddle() -> None:
        bench.note_births()
        (twin,) = [id for side, id in bench.audit.tickets if (side, id) == town.twin_of("left", first)]
        if kind == "ixc":
            bench.right.people.set_field(twin, su_status="ZZ")
        else:
            bench.right.people.edit(twin, codsto="01AGPECAS0")

    bench.right.faults.once("hook", match=CREATE[kind], after=meddle)
    bench.right.faults.once("lost_reply", match=CREATE[kind])
    bench.sync_once()
    second = town.open("left")
    for _ in range(2):
        bench.advance(30)
        report = bench.sync_once()
        assert report is not None
        assert report.error is None
    assert town.twin_of("left", second) is not None
    side, twin = town.twin_of("left", first) or ("", "")
    assert codes(bench, side, twin) == ["unreadable"]
    bench.hands["right"].set_status(twin, "pendente")
    ends_well(bench, town)


@KINDS
def test_a_refused_message_rests_until_it_is_retried(start: Start, kind: str) -> None:
    bench, town = start(kind)
    ticket = mine(town, "right")
    bench.left.options.refuse[MESSAGE["ixc"]] = "Operação não permitida"
    town.comment("right", ticket)
    bench.advance(5)
    bench.sync_once()
    for _ in range(3):
        writes = bench.hands["left"].writes()
        bench.advance(60)
        report = bench.sync_once()
        assert report is not None
        assert report.rows == []
        assert bench.hands["left"].writes() == writes
    bench.left.options.refuse.clear()
    bench.ask_bridge(lambda bridge: bridge.retry())
    bench.sync_once()
    ends_well(bench, town)
    assert codes(bench, "right", ticket) == []


@KINDS
def test_a_retry_that_failed_is_not_made_again_in_every_pass(start: Start, kind: str) -> None:
    bench, town = start(kind)
    ticket = town.open("left")
    bench.left.people.set_field(ticket, id_assunto="95")  # a subject without a counterpart
    bench.advance(5)
    bench.sync_once()
    bench.ask_bridge(lambda bridge: bridge.retry())
    bench.advance(60)
    bench.sync_once()
    ends_well(bench, town)
    assert codes(bench, "left", ticket) == ["unmapped"]


def test_a_comment_and_an_edit_arrive_in_the_same_pass(start: Start) -> None:
    bench, town = start("ixc")
    ticket = mine(town, "left")
    town.comment("left", ticket)
    town.retitle("left", ticket)
    bench.advance(5)
    bench.sync_once()
    assert codes(bench, "left", ticket) == []
    bench.advance(60)
    report = bench.sync_once()
    assert report is not None
    assert report.rows == []


@KINDS
@pytest.mark.parametrize("what", ["message", "ticket"])
def test_a_long_text_arrives_whole_wherever_the_bridge_is_killed(start: Start, kind: str, what: str) -> None:
    bench, town = start(kind, erps={"filial": {"max_text": "700"}})
    ticket = town.open("left", long=what == "ticket")
    if what == "message":
        bench.advance(5)
        bench.sync_once()
        bench.advance(60)
        town.comment("left", ticket, long=True)
    bench.advance(5)
    before = bench.kept()
    for at in range(1, 20):
        bench = Bench.again(before)
        try:
            bench.sync_once(Kill(at, "after", writes=True))
            ends_well(bench, bench.town)
            if not bench.kills:
                return  # the pass makes no more writes than this
        finally:
            bench.close()
    raise AssertionError("no pass was made to its end")


@KINDS
def test_a_twin_that_shows_in_the_feed_first_is_not_taken_for_an_old_one(start: Start, kind: str) -> None:
    """Its creation is in doubt and a look-up does not find it yet, while the feed does."""
    bench, town = start(kind)
    ticket = town.open("left")
    town.comment("left", ticket)
    bench.advance(5)
    bench.right.faults.once("lost_reply", match=CREATE[kind])
    bench.weather.hidden_for = 60 if kind == "ixc" else 0
    match = "list su_ticket" if kind == "ixc" else "atendimentos_cliente"
    bench.sync_once()
    if kind == "integrator":
        bench.right.faults.once("html", match=match)
    bench.advance(SETTLE - 4)
    bench.sync_once()
    bench.weather.hidden_for = 0
    ends_well(bench, town)


@KINDS
def test_what_a_killed_pass_left_open_is_taken_up_by_a_later_one(kind: str) -> None:
    """The next pass starts at once, cannot know yet what became of the write, and ends well without that ticket."""
    reference = Bench(kind)
    quiesce(reference)
    wanted = len(standing(reference).links)
    writes = sum(hands.writes() for hands in reference.hands.values())
    reference.close()
    for at in range(1, writes + 1, 2):
        bench = Bench(kind)
        try:
            bench.sync_once(Kill(at, "before", writes=True))
            assert bench.kills == 1
            bench.sync_once()
            quiesce(bench)
            assert len(standing(bench).links) == wanted, f"killed at write {at}"
            check(bench, Town(bench))
        finally:
            bench.close()


def test_a_footer_that_leaves_no_room_does_not_stop_a_pass(start: Start) -> None:
    bench, town = start("integrator", erps={"filial": {"max_text": "500"}})
    ticket = bench.hands["left"].open(town.documents[0], "T" * 190, "texto " * 300)
    town.ledger.opened.append(("left", ticket))
    bench.left.people.set_field(ticket, data_reservada="2026-10-01", melhor_horario_reserva="M", prioridade="C")
    bench.advance(5)
    ends_well(bench, town)


def test_a_twin_that_the_erp_says_it_made_but_hides_is_never_made_again(start: Start) -> None:
    """As with a user who may not see that department: only a person can look, and says what is there."""
    bench, town = start("ixc")
    bench.right.options.visible_departments = ("502",)
    ticket = town.open("left")
    bench.advance(5)
    for full in (False, False, True):
        bench.sync_once(full=full)
        bench.advance(SETTLE + 60)
    assert codes(bench, "left", ticket) == ["unproven"]
    made = [id for (side, id), mark in bench.audit.tickets.items() if mark and mark.ticket == ticket]
    assert len(made) == 1
    bench.right.options.visible_departments = None
    (item,) = bench.ask_bridge(lambda bridge: bridge.waiting(Kind.DOUBT))
    bench.ask_bridge(lambda bridge: bridge.settle_doubt(item["id"], made[0]))
    ends_well(bench, town)
    assert codes(bench, "left", ticket) == []


def test_a_person_who_pastes_words_of_the_bridge_is_heard(start: Start) -> None:
    bench, town = start("ixc")
    ticket = mine(town, "left")
    town.set_status("left", ticket, "em_progresso", silent=True)
    bench.advance(60)
    bench.sync_once()
    side, twin = town.twin_of("left", ticket) or ("", "")
    town.paste_copy(side, twin)
    bench.hands[side].comment(twin, f"veja\r\n{bench.hands[side].tickets()[twin].text}")
    bench.advance(5)
    ends_well(bench, town)


def test_a_conflict_is_not_decided_by_an_edit_of_something_else(start: Start) -> None:
    """A person is asked which status is right; a new title makes neither of them newer."""
    bench, town = start("ixc")
    ticket = mine(town, "left")
    side, twin = town.twin_of("left", ticket) or ("", "")
    town.set_status("left", ticket, "em_progresso")
    town.set_status(side, twin, "pendente")
    bench.advance(5)
    bench.sync_once()
    assert codes(bench, "left", ticket) == ["both-changed"]
    bench.advance(300)
    town.retitle(side, twin)
    ends_well(bench, town)
    assert codes(bench, "left", ticket) == ["both-changed"]
    assert bench.hands["left"].tickets()[ticket].status == "em_progresso"


@KINDS
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_copied_footer_asks_nobody_after_the_store_was_lost(start: Start, kind: str, side: str) -> None:
    """The ticket into which it was pasted has a twin of its own by then, which says whose it is."""
    bench, town = start(kind)
    original = mine(town, "right" if side == "left" else "left")
    _, twin = town.twin_of("right" if side == "left" else "left", original) or ("", "")
    town.copy_footer_into_new_ticket(side, twin)
    bench.advance(5)
    bench.sync_once()
    before = standing(bench)
    bench.advance(60)
    town.lose_store()
    ends_well(bench, town)
    after = standing(bench)
    assert sorted(after.links) == sorted(before.links)
    assert set(after.waiting) == set(before.waiting)


@KINDS
def test_a_copied_footer_whose_original_was_deleted_joins_nothing_wrongly(start: Start, kind: str) -> None:
    bench, town = start(kind)
    original = mine(town, "right")
    _, twin = town.twin_of("right", original) or ("", "")
    copy = town.copy_footer_into_new_ticket("left", twin)
    bench.advance(5)
    bench.sync_once()
    town.delete_footer("left", twin)
    bench.advance(60)
    town.lose_store()
    ends_well(bench, town)
    assert codes(bench, "left", copy) == ["tangled"]


@KINDS
def test_footers_that_contradict_each_other_stop_nothing(start: Start, kind: str) -> None:
    bench, town = start(kind)
    right = mine(town, "right")
    _, left = town.twin_of("right", right) or ("", "")
    forged = town.open("right", text=f"escrito à mão\n\n-- erp_bridge\n[ref matriz {left} prot -]")
    town.ledger.rewritten.add(("right", forged))  # its text is no text of its own
    bench.advance(5)
    town.lose_store()
    ends_well(bench, town)


@pytest.mark.parametrize("shorter", [False, True])
def test_words_added_to_or_taken_from_the_end_of_a_text_travel(start: Start, shorter: bool) -> None:
    """A text that begins like the other may be one that storage has cut, but not one that was just edited."""
    bench, town = start("ixc")
    ticket = mine(town, "left")
    _, twin = town.twin_of("left", ticket) or ("", "")
    record = bench.hands["left"].tickets()[ticket]
    words = record.text[:40] if shorter else f"{record.text}\r\nURGENTE: cliente é hospital"
    bench.hands["left"].rewrite(ticket, words)
    bench.hands["left"].retitle(ticket, record.title[:5] if shorter else f"{record.title} URGENTE")
    bench.advance(5)
    quiesce(bench)
    there = bench.hands["right"].tickets()[twin]
    assert there.title == bench.hands["left"].tickets()[ticket].title
    assert "".join(words.split()) in "".join(there.text.split())
    assert ("hospital" in there.text) is not shorter
    assert ("segunda linha" in there.text) is not shorter


@KINDS
def test_the_rest_of_a_long_text_arrives_though_the_store_was_lost_before(start: Start, kind: str) -> None:
    bench, town = start(kind, erps={"filial": {"max_text": "700"}})
    town.open("left", long=True)
    bench.advance(5)
    bench.sync_once(Kill(2, "before", writes=True))
    assert bench.kills == 1
    bench.advance(SETTLE + 1)
    town.lose_store()
    ends_well(bench, town)


@KINDS
def test_words_with_a_footer_pasted_into_a_new_ticket_are_heard(start: Start, kind: str) -> None:
    bench, town = start(kind)
    original = mine(town, "right")
    town.comment("right", original)
    bench.advance(5)
    bench.sync_once()
    _, twin = town.twin_of("right", original) or ("", "")
    said = next(said for said in bench.hands["left"].history(twin) if said.by_bridge)
    ticket = town.open("left")
    bench.hands["left"].comment(ticket, f"como em outro caso:\r\n{said.text}")
    bench.advance(5)
    ends_well(bench, town)


@KINDS
def test_a_half_delivered_message_is_completed_though_the_store_was_lost(start: Start, kind: str) -> None:
    bench, town = start(kind, erps={"filial": {"max_text": "700"}})
    town.comment("left", mine(town, "left"), long=True)
    bench.advance(5)
    bench.sync_once(Kill(2, "before", writes=True))
    assert bench.kills == 1
    bench.advance(SETTLE + 1)
    town.lose_store()
    ends_well(bench, town)


@KINDS
@pytest.mark.parametrize("what", ["message", "ticket"])
def test_what_a_killed_pass_wrote_is_known_again_though_its_footer_was_deleted(
    start: Start, kind: str, what: str
) -> None:
    bench, town = start(kind)
    ticket = mine(town, "left") if what == "message" else town.open("left")
    if what == "message":
        town.comment("left", ticket)
    bench.advance(5)
    bench.sync_once(Kill(1, "after", writes=True))
    assert bench.kills == 1
    bench.note_births()
    side, twin = town.twin_of("left", ticket) or ("", "")
    town.delete_footer(side, twin)
    bench.advance(SETTLE + 1)
    ends_well(bench, town)


def test_a_copy_of_the_store_made_while_somebody_worked_can_be_put_back(start: Start) -> None:
    bench, town = start("ixc")
    town.open("left")
    bench.advance(5)
    bench.sync_once(Kill(3, "before"))
    copy = bench.copy_store()
    bench.advance(SETTLE + 1)
    town.lose_store(copy)
    ends_well(bench, town)


def test_a_decision_that_would_reopen_a_ticket_is_asked_about_once(start: Start) -> None:
    """The first question is answered; what follows from the answer is another one, and stands by itself."""
    from erp_bridge.sync.side import Side

    bench, town = start("ixc")
    ticket = mine(town, "left")
    side, twin = town.twin_of("left", ticket) or ("", "")
    town.set_status("left", ticket, "solucionado")
    town.set_status(side, twin, "em_progresso")
    bench.advance(5)
    bench.sync_once()
    (item,) = bench.ask_bridge(lambda bridge: bridge.waiting(Kind.CONFLICT))
    bench.ask_bridge(lambda bridge: bridge.take(item["id"], Side.RIGHT))
    ends_well(bench, town)
    assert [item["code"] for item in bench.ask_bridge(lambda bridge: bridge.waiting(Kind.CONFLICT))] == ["reopen"]
